#include "config_scan.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/rules.h>

#include "config_commits.h"
#include "config_image.h"
#include "config_needed.h"
#include "references.h"
#include "secret_nodes.h"

static const enum change_type change_types[] = {
    [CHANGE_ADDED] = CHANGE_TYPE_ADDED,       [CHANGE_REMOVED] = CHANGE_TYPE_DELETED,
    [CHANGE_MODIFIED] = CHANGE_TYPE_MODIFIED, [CHANGE_TYPE] = CHANGE_TYPE_MODIFIED,
    [CHANGE_ORDER] = CHANGE_TYPE_MODIFIED,
};

static const enum change_detail change_details[] = {
    [CHANGE_TYPE] = DETAIL_TYPE_CHANGED,
    [CHANGE_ORDER] = DETAIL_REORDERED,
};

static struct drift_provenance provenance_of(struct arena *arena, const struct node *node)
{
    if (!node)
        return (struct drift_provenance){ 0 };
    return (struct drift_provenance){ .file = arena_text(arena, node->file), .line = node->line };
}

static bool is_empty(const struct node *node)
{
    return !node || node->kind == NODE_NULL || (node->kind == NODE_STRING && node->length == 0) ||
           ((node->kind == NODE_LIST || node->kind == NODE_MAP) && node->count == 0);
}

/* A credential that is in the clear now is worse than one that was. */
static unsigned secret_marks(enum secret_kind previous, enum secret_kind current)
{
    unsigned marks = 0;

    if (current == SECRET_SHAPED)
        marks |= MARK_CREDENTIAL;
    if (current == SECRET_NAMED || previous != SECRET_NONE)
        marks |= MARK_SECRET;
    return marks;
}

static struct drift_item *add_item(const struct config_scan *scan, const struct config_name *name)
{
    return builder_add_item(scan->builder, DRIFT_CONFIG, name->category, scan->module->name,
                            name->service, name->path, name->key);
}

static bool is_masked_whole(const struct drift_value *value)
{
    return value->masked && strncmp(value->text, MASK_TEXT, strlen(MASK_TEXT)) == 0;
}

/* When one side is a secret as a whole, what stood in its place on the other is one as well, though
 * it may not look like it. */
static unsigned show_sides(const struct config_scan *scan, struct drift_item *item,
                           const struct config_sides *sides)
{
    struct report_builder *builder = scan->builder;
    struct value_place sealed = sides->place;
    enum secret_kind previous =
        config_value_show(builder, &item->previous, sides->previous, sides->place);
    enum secret_kind current =
        config_value_show(builder, &item->current, sides->current, sides->place);

    sealed.place = PLACE_SEALED;
    if (is_masked_whole(&item->previous) && !item->current.masked)
        config_value_show(builder, &item->current, sides->current, sealed);
    if (is_masked_whole(&item->current) && !item->previous.masked)
        config_value_show(builder, &item->previous, sides->previous, sealed);
    return secret_marks(previous, current);
}

static void fill_item(const struct config_scan *scan, struct drift_item *item,
                      const struct config_name *name, const struct config_sides *sides)
{
    unsigned marks = show_sides(scan, item, sides);
    unsigned opened = config_opened(scan, sides->change);

    /* "{}" as a source is everybody, and nothing that could be passed over. */
    if (opened == 0 && is_empty(sides->previous) && is_empty(sides->current))
        marks |= MARK_EMPTY;
    if (config_image_tells(scan->module, item))
        marks |= MARK_IMAGE;
    if (config_value_leads_nowhere(item->key, sides->previous, sides->current))
        marks |= MARK_NOWHERE;
    marks |= opened | config_account_at(sides->change);
    config_raise_attention(scan, item, name, sides->previous, sides->current);
    config_look_within(scan, item, sides);
    config_look_into_text(scan, item, sides);
    builder_judge_marked(scan->builder, item, NULL, marks);
}

/* `current` may be what another change tells of, as coming in the place of this one. */
static void add_change(const struct config_scan *scan, const struct tree_change *change,
                       const struct node *current)
{
    bool replaced = current != change->current;
    struct arena *arena = scan->builder->arena;
    const struct config_name name = config_name_of(scan, change);
    const struct config_sides sides = { .previous = config_value_node(change, change->previous),
                                        .current = config_value_node(change, current),
                                        .place = config_place_of(scan, change),
                                        .change = change };
    struct drift_item *item = add_item(scan, &name);

    item->change_type = replaced ? CHANGE_TYPE_MODIFIED : change_types[change->kind];
    item->detail = replaced ? DETAIL_NONE : change_details[change->kind];
    item->previous_at = provenance_of(arena, sides.previous);
    item->current_at = provenance_of(arena, sides.current);
    config_commits_tie(scan->commits, item, change);
    fill_item(scan, item, &name, &sides);
}

static struct node pair_node(const struct config_pair *pair)
{
    return (struct node){ .kind = NODE_STRING,
                          .text = pair->value,
                          .length = strlen(pair->value),
                          .value = pair->value };
}

/* What stands under a key of its own is a value, whatever it holds. */
static bool is_variable(const struct tree_change *change, const struct config_name *name)
{
    bool entry = change->list_item || (change->step_count > 0 &&
                                       change->steps[change->step_count - 1].kind == STEP_INDEX);

    return entry && strcmp(name->category, "env") == 0;
}

/* An entry KEY=VALUE of a list of variables on one side or both, or of arguments on both. False
 * when it is something else. */
static bool add_pair(const struct config_scan *scan, const struct tree_change *change,
                     const struct node *previous, const struct node *current)
{
    struct arena *arena = scan->builder->arena;
    struct config_name name = config_name_of(scan, change);
    struct config_pair before = { .value = "" }, after = { .value = "" };
    struct node before_node, after_node;
    struct config_sides sides = { .place = config_place_of(scan, change) };
    struct drift_item *item;

    if (!(is_variable(change, &name) || config_pair_fits(change, previous, current)) ||
        (previous && !config_pair_read(arena, previous, &before)) ||
        (current && !config_pair_read(arena, current, &after)) ||
        (previous && current && strcmp(before.key, after.key) != 0))
        return false;
    before_node = pair_node(&before);
    after_node = pair_node(&after);
    name.key = previous ? before.key : after.key;
    name.path = arena_printf(arena, "%s.%s", name.path, name.key);
    sides.previous = previous ? &before_node : NULL;
    sides.current = current ? &after_node : NULL;
    sides.place.key = name.key;
    if (secret_nodes_extent(scan->secrets, previous) == EXTENT_VALUE)
        sides.place.place = PLACE_SEALED;
    item = add_item(scan, &name);
    item->change_type = !previous ? CHANGE_TYPE_ADDED
                        : current ? CHANGE_TYPE_MODIFIED
                                  : CHANGE_TYPE_DELETED;
    item->previous_at = provenance_of(arena, previous);
    item->current_at = provenance_of(arena, current);
    config_commits_tie(scan->commits, item, change);
    fill_item(scan, item, &name, &sides);
    return true;
}

/* A whole configuration that is on one side only. */
static void add_document(const struct config_scan *scan, const struct document *document)
{
    const struct config_name name = { .path = scan->config->name,
                                      .key = scan->config->name,
                                      .category = "document",
                                      .service = scan->default_service };
    const struct node list = { .kind = NODE_LIST,
                               .children = document->roots,
                               .count = document->count,
                               .file = document->name };
    const struct node *node = document->count == 1 ? document->roots[0] : &list;
    bool added = document == scan->config->current;
    const struct config_sides sides = {
        .previous = added ? NULL : node,
        .current = added ? node : NULL,
        .place = { .place = scan->config->secrets ? PLACE_SEALED : PLACE_OPEN },
    };
    struct drift_item *item = add_item(scan, &name);

    item->change_type = added ? CHANGE_TYPE_ADDED : CHANGE_TYPE_DELETED;
    item->previous_at = provenance_of(scan->builder->arena, sides.previous);
    item->current_at = provenance_of(scan->builder->arena, sides.current);
    config_commits_tie_whole(scan->commits, item);
    fill_item(scan, item, &name, &sides);
}

static void add_changes(struct config_scan *scan)
{
    struct tree_diff *diff =
        tree_diff_documents(scan->config->previous, scan->config->current, NULL);
    bool *taken = memory_array(diff->count, sizeof *taken);
    struct config_list list = { 0 };

    scan->diff = diff;
    scan->list = &list;
    for (size_t i = 0; i < diff->count; i++) {
        const struct tree_change *change = &diff->changes[i];
        const struct node *current = change->current;
        size_t partner = diff->count;

        if (taken[i])
            continue;
        if (change->list_item && change->kind == CHANGE_REMOVED)
            partner = config_pair_find(scan, i, taken);
        if (partner < diff->count)
            current = diff->changes[partner].current;
        if (change->kind == CHANGE_ORDER || !add_pair(scan, change, change->previous, current)) {
            if (partner < diff->count && !config_pair_secrets(scan, change->previous, current))
                partner = diff->count;
            add_change(scan, change, partner < diff->count ? current : change->current);
        }
        if (partner < diff->count)
            taken[partner] = true;
    }
    free(taken);
    scan->diff = NULL;
    scan->list = NULL;
    config_list_release(&list);
    tree_diff_free(&diff);
}

static const char *only_service(const struct map *services)
{
    return map_count(services) == 1 ? map_key_at(services, 0) : NULL;
}

static void add_secrets(struct secret_nodes *secrets, const struct document *document)
{
    for (size_t i = 0; document != NULL && i < document->count; i++)
        secret_nodes_add(secrets, document->roots[i], false);
}

static void collect_one(struct report_builder *builder, const struct module_input *module,
                        const struct config_input *config, struct references *references,
                        struct config_commits *commits)
{
    struct map *services = config_services(config);
    const char *service = only_service(services);
    struct config_scan scan = { .builder = builder,
                                .module = module,
                                .config = config,
                                .services = services,
                                .default_service = service ? service : module->name,
                                .references = references,
                                .commits = commits,
                                .secrets = secret_nodes_new() };
    struct drift_config *result = vector_add(&builder->configs);

    *result = (struct drift_config){
        .module = arena_text(builder->arena, module->name),
        .service = arena_text(builder->arena, scan.default_service),
        .previous_name = arena_text(builder->arena,
                                    config->previous_name ? config->previous_name : config->name),
        .current_name =
            arena_text(builder->arena, config->current_name ? config->current_name : config->name),
        .typing = arena_text(builder->arena, config->typing),
        .first_item = builder->items.count,
    };
    add_secrets(scan.secrets, config->previous);
    add_secrets(scan.secrets, config->current);
    if (config->previous && config->current)
        add_changes(&scan);
    else if (config->current)
        add_document(&scan, config->current);
    else if (config->previous)
        add_document(&scan, config->previous);
    result->item_count = builder->items.count - result->first_item;
    map_free(&services);
    secret_nodes_free(&scan.secrets);
}

void drift_config_collect(struct report_builder *builder, const struct module_input *module)
{
    struct references *references = references_new(builder->input, module);
    struct config_commits *commits = config_commits_new(builder, module);

    for (size_t i = 0; i < module->config_count; i++)
        collect_one(builder, module, &module->configs[i], references, commits);
    config_add_needed(builder, module, references, commits);
    config_commits_free(&commits);
    references_free(&references);
}
