#include "project_difference.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/document/diff.h>
#include <pilab/document/document.h>

#define VALUE_COLUMNS 60
#define MOST_NAMES    8

const char *project_text(const struct project_settings *settings, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    project_file_write(&text, settings);
    copy = strbuf_to_arena(&text, arena);
    strbuf_release(&text);
    return copy;
}

static const char *unless_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

/* What holds when nobody says anything is said, and what says nothing is left out: a change from or
 * to it has two values like any other, and is none when only the words are others. */
static struct project_settings spell_out(const struct project_settings *settings,
                                         struct arena *arena)
{
    struct project_settings said = *settings;

    said.four_eyes = settings->four_eyes != NULL ? settings->four_eyes : "auto";
    said.offer_after = settings->offer_after != NULL ? settings->offer_after
                                                     : arena_printf(arena, "%d", OFFER_AFTER_DAYS);
    said.description = unless_empty(settings->description);
    said.modules = arena_array(arena, settings->module_count, sizeof *said.modules);
    for (size_t i = 0; i < settings->module_count; i++) {
        struct module_settings *module = &said.modules[i];

        *module = settings->modules[i];
        if (module->type == NULL)
            module->type = "OTHER";
        if (module->path != NULL && strcmp(module->path, ".") == 0)
            module->path = NULL;
        module->description = unless_empty(module->description);
        module->tags = unless_empty(module->tags);
    }
    said.environments = arena_array(arena, settings->environment_count, sizeof *said.environments);
    for (size_t i = 0; i < settings->environment_count; i++) {
        said.environments[i] = settings->environments[i];
        said.environments[i].description = unless_empty(settings->environments[i].description);
    }
    return said;
}

static struct document *read_state(const struct project_settings *settings, const char *name,
                                   struct arena *arena, struct error *error)
{
    struct project_settings said = spell_out(settings, arena);
    struct strbuf text = STRBUF_INIT;
    struct document *document;

    project_file_write(&text, &said);
    document = document_read(name, text.data, text.length, DOCUMENT_YAML, NULL, error);
    strbuf_release(&text);
    return document;
}

static const char *member_text(const struct node *map, const char *key)
{
    const struct node *member = node_get(map, key);

    return member != NULL ? member->text : NULL;
}

/* What an entry of a list is called by, or NULL: a name, "security" of whoever has to approve. */
static const char *entry_name(const struct node *entry)
{
    static const char *const keys[] = { "name", "id", "url", "group", "role", "path" };
    const char *name = entry->text;

    for (size_t i = 0; name == NULL && i < sizeof keys / sizeof *keys; i++)
        name = member_text(entry, keys[i]);
    return name;
}

/* Of a list its entries by name, and of a map of lists, as groups are, its keys. */
static bool add_names(struct strbuf *line, const struct node *node)
{
    size_t start = line->length;
    bool ok = (node->kind == NODE_LIST || node->kind == NODE_MAP) && node->count > 0;

    for (size_t i = 0; ok && i < node->count; i++) {
        const struct node *child = node->children[i];
        const char *name = node->kind == NODE_LIST    ? entry_name(child)
                           : child->kind == NODE_LIST ? child->key
                                                      : NULL;

        ok = name != NULL;
        if (ok && i < MOST_NAMES)
            strbuf_printf(line, "%s%s", i > 0 ? ", " : "", name);
    }
    if (ok && node->count > MOST_NAMES)
        strbuf_printf(line, " and %zu more", node->count - MOST_NAMES);
    if (!ok)
        strbuf_truncate(line, start);
    return ok;
}

/* What has a kind and no name, as observers have: "gitops /srv/gitops". */
static bool add_kind(struct strbuf *line, const struct node *node)
{
    const char *type = node->kind == NODE_MAP ? member_text(node, "type") : NULL;

    if (type == NULL || member_text(node, "name") != NULL || member_text(node, "id") != NULL)
        return false;
    strbuf_add(line, type);
    for (size_t i = 0; i < node->count; i++) {
        const struct node *child = node->children[i];

        if (strcmp(child->key, "type") == 0 || child->text == NULL)
            continue;
        strbuf_add_char(line, ' ');
        strbuf_add_cut_middle(line, child->text, child->length, VALUE_COLUMNS, "~");
        break;
    }
    return true;
}

/* A scalar as it stands; of a list or map what is in it, or how much. */
static void add_value(struct strbuf *line, const struct node *node)
{
    size_t count = node->kind == NODE_LIST || node->kind == NODE_MAP ? node->count : 0;

    if (add_kind(line, node) || add_names(line, node))
        return;
    if (node->text == NULL) {
        strbuf_printf(line, "%zu entr%s", count, count == 1 ? "y" : "ies");
    } else {
        strbuf_add_cut_middle(line, node->text, node->length, VALUE_COLUMNS, "~");
    }
}

static const char *change_line(const struct tree_change *change, struct arena *arena)
{
    struct strbuf line = STRBUF_INIT;
    const char *text;

    strbuf_add(&line, change->kind == CHANGE_ADDED     ? "+ "
                      : change->kind == CHANGE_REMOVED ? "- "
                                                       : "~ ");
    tree_change_path(&line, change);
    if (change->kind == CHANGE_ORDER) {
        strbuf_add(&line, ": another order");
    } else {
        strbuf_add(&line, ": ");
        if (change->previous != NULL)
            add_value(&line, change->previous);
        if (change->previous != NULL && change->current != NULL)
            strbuf_add(&line, " -> ");
        if (change->current != NULL)
            add_value(&line, change->current);
    }
    text = strbuf_to_arena(&line, arena);
    strbuf_release(&line);
    return text;
}

static const char *value_json(const struct node *node, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    if (node == NULL)
        return NULL;
    node_write_json(&text, node);
    copy = strbuf_to_arena(&text, arena);
    strbuf_release(&text);
    return copy;
}

static struct project_difference difference_of(const struct tree_change *change,
                                               struct arena *arena)
{
    struct strbuf path = STRBUF_INIT;
    struct project_difference difference = { .line = change_line(change, arena),
                                             .removed = change->kind == CHANGE_REMOVED,
                                             .previous = value_json(change->previous, arena),
                                             .current = value_json(change->current, arena) };

    tree_change_path(&path, change);
    difference.path = strbuf_to_arena(&path, arena);
    strbuf_release(&path);
    return difference;
}

bool project_differences_find(const struct project_settings *before,
                              const struct project_settings *after, struct arena *arena,
                              struct project_differences *out, struct error *error)
{
    struct document *previous = read_state(before, "the project", arena, error), *current = NULL;
    struct tree_diff *diff = NULL;

    *out = (struct project_differences){ 0 };
    if (previous != NULL)
        current = read_state(after, "the project as it would be", arena, error);
    if (current != NULL) {
        diff = tree_diff_documents(previous, current, NULL);
        out->items = arena_array(arena, diff->count, sizeof *out->items);
        for (size_t i = 0; i < diff->count; i++) {
            out->items[out->count] = difference_of(&diff->changes[i], arena);
            out->removed += out->items[out->count++].removed;
        }
    }
    tree_diff_free(&diff);
    document_free(&previous);
    document_free(&current);
    return out->items != NULL;
}

static void put_value(json_t *object, const char *key, const char *text)
{
    json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

    json_put(object, key, value != NULL ? value : json_null());
}

json_t *project_differences_json(const struct project_differences *differences)
{
    json_t *list = json_array();

    for (size_t i = 0; i < differences->count; i++) {
        json_t *object = json_object();

        json_put_text(object, "path", differences->items[i].path);
        put_value(object, "previous", differences->items[i].previous);
        put_value(object, "current", differences->items[i].current);
        json_append(list, object);
    }
    return list;
}
