#include "config_scan.h"

#include <string.h>

#include <pilab/base/map.h>

#include "ascii.h"

/* Steps that say what kind of setting stands below them. */
static const struct known_step {
    const char *step;
    const char *category;
} known_steps[] = {
    {"env",           "env"  },
    { "environment",  "env"  },
    { "envVars",      "env"  },
    { "extraEnv",     "env"  },
    { "extraEnvVars", "env"  },
    { "image",        "image"},
};

static const char *known_category(const char *step)
{
    for (size_t i = 0; i < sizeof known_steps / sizeof *known_steps; i++) {
        if (strcmp(known_steps[i].step, step) == 0)
            return known_steps[i].category;
    }
    return NULL;
}

static bool all_children_are(const struct node *map, enum node_kind one, enum node_kind other)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->children[i]->kind != one && map->children[i]->kind != other)
            return false;
    }
    return map->kind == NODE_MAP;
}

static void add_services(struct map *services, const struct document *document)
{
    static const struct {
        const char *key;
        enum node_kind one, other; /* of what stands under each service */
    } places[] = {
        {"env",       NODE_LIST, NODE_MAP},
        { "services", NODE_MAP,  NODE_MAP}
    };

    for (size_t i = 0; document && i < document->count; i++) {
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            const struct node *list = node_get(document->roots[i], places[k].key);

            if (!list || !all_children_are(list, places[k].one, places[k].other))
                continue;
            for (size_t s = 0; s < list->count; s++) {
                const char *name = list->children[s]->key;
                map_put(services, name, (void *)name);
            }
        }
    }
}

struct map *config_services(const struct config_input *config)
{
    struct map *services = map_new();

    add_services(services, config->previous);
    add_services(services, config->current);
    return services;
}

static const char *service_of(const struct config_scan *scan, const struct tree_change *change)
{
    const struct path_step *steps = change->steps;

    if (change->step_count >= 2 && steps[0].kind == STEP_KEY && steps[1].kind == STEP_KEY &&
        (strcmp(steps[0].key, "env") == 0 || strcmp(steps[0].key, "services") == 0) &&
        map_has(scan->services, steps[1].key))
        return steps[1].key;
    return scan->default_service;
}

/* "value" below a step by name, which people leave out. */
static bool ends_in_named_value(const struct tree_change *change)
{
    const struct path_step *last = change->steps + change->step_count;

    return change->step_count >= 2 && last[-1].kind == STEP_KEY &&
           strcmp(last[-1].key, "value") == 0 && last[-2].kind == STEP_NAMED;
}

const struct node *config_value_node(const struct tree_change *change, const struct node *node)
{
    const struct path_step *last;
    const struct node *value;

    if (!node || node->kind != NODE_MAP || node->count != 2 || change->step_count == 0)
        return node;
    last = change->steps + change->step_count - 1;
    if (last->kind != STEP_NAMED || !node_get(node, last->key))
        return node;
    value = node_get(node, "value");
    return value ? value : node;
}

/* What the document of a change is called where there are several: "Deployment/shop/api", or its
 * number. NULL where there is one. */
static const char *document_name(const struct config_scan *scan, const struct tree_change *change)
{
    const struct document *previous = scan->config->previous, *current = scan->config->current;
    const struct document *owner =
        change->kind == CHANGE_ADDED && change->step_count == 0 ? current : previous;
    const struct node *root, *kind, *name, *namespace;

    if (previous->count <= 1 && current->count <= 1)
        return NULL;
    if (change->document_index >= owner->count)
        owner = current;
    root = owner->roots[change->document_index];
    kind = node_get(root, "kind");
    name = node_get(node_get(root, "metadata"), "name");
    namespace = node_get(node_get(root, "metadata"), "namespace");
    if (!kind || !kind->text || !name || !name->text)
        return arena_printf(scan->builder->arena, "document %zu", change->document_index + 1);
    if (!namespace || !namespace->text)
        return arena_printf(scan->builder->arena, "%s/%s", kind->text, name->text);
    return arena_printf(scan->builder->arena, "%s/%s/%s", kind->text, namespace->text, name->text);
}

static const char *path_text(const struct config_scan *scan, const struct tree_change *change,
                             const char *document)
{
    struct arena *arena = scan->builder->arena;
    struct tree_change named = *change;
    struct strbuf path = STRBUF_INIT;
    struct path_step *steps;
    const char *text;

    if (ends_in_named_value(change))
        named.step_count--;
    if (document) {
        steps = arena_array(arena, named.step_count + 1, sizeof *steps);
        steps[0] = (struct path_step){ .kind = STEP_KEY, .key = document };
        if (named.step_count > 0)
            memcpy(steps + 1, change->steps, named.step_count * sizeof *steps);
        named.steps = steps;
        named.step_count++;
    }
    tree_change_path(&path, &named);
    text = strbuf_to_arena(&path, arena);
    strbuf_release(&path);
    return text;
}

/* The last step that has a name: of a list's entry that has none, its list's. */
static const char *key_of(const struct tree_change *change)
{
    size_t last = change->step_count - (ends_in_named_value(change) ? 1 : 0);

    while (last > 0) {
        const struct path_step *step = &change->steps[--last];

        if (step->kind == STEP_KEY)
            return step->key;
        if (step->kind == STEP_NAMED)
            return step->name;
    }
    return NULL;
}

static bool is_scalar(const struct node *node)
{
    return !node || (node->kind != NODE_LIST && node->kind != NODE_MAP);
}

/* The first step with a known name, else the first of all. A scalar called "env" is no list of
 * variables. */
static const char *category_of(const struct tree_change *change)
{
    bool scalar = is_scalar(change->previous) && is_scalar(change->current) && !change->list_item;

    for (size_t i = 0; i < change->step_count; i++) {
        const struct path_step *step = &change->steps[i];
        const char *category = step->kind == STEP_KEY ? known_category(step->key) : NULL;

        if (category && (i + 1 < change->step_count || !scalar || strcmp(category, "image") == 0))
            return category;
    }
    return change->steps[0].kind == STEP_KEY ? change->steps[0].key : "list";
}

/* "spring" of "spring.datasource.url". */
static const char *first_part(struct arena *arena, const char *key)
{
    size_t length = strcspn(key, ".");

    return arena_bytes(arena, key, length > 0 ? length : strlen(key));
}

/* The format of the file that a value stands in on either side, a flat one before others; a key of
 * a file without nesting stands at the top. */
static enum document_format format_of(const struct config_scan *scan,
                                      const struct tree_change *change)
{
    enum document_format previous, current;

    if (change->previous == NULL)
        return document_format_at(scan->config->current, change->current);
    previous = document_format_at(scan->config->previous, change->previous);
    if (change->current == NULL)
        return previous;
    current = document_format_at(scan->config->current, change->current);
    return document_format_is_flat(current) ? current : previous;
}

struct config_name config_name_of(const struct config_scan *scan, const struct tree_change *change)
{
    enum document_format format = format_of(scan, change);
    const char *document = document_name(scan, change);
    struct config_name name = { .service = service_of(scan, change) };

    if (change->step_count == 0) {
        name.category = "document";
        name.path = name.key = document ? document : scan->config->name;
        return name;
    }
    name.key = key_of(change);
    name.flat = document_format_is_flat(format);
    if (name.flat) {
        name.path = name.key;
        name.category =
            format == DOCUMENT_DOTENV ? "env" : first_part(scan->builder->arena, name.key);
        return name;
    }
    name.path = path_text(scan, change, document);
    name.category = category_of(change);
    if (!name.key)
        name.key = name.path;
    return name;
}
