/*
 * Plans as JSON: https://developer.hashicorp.com/terraform/internals/json-format, format_version
 * 0.1 to 1.x. What a later version adds is passed over; what it calls an action is kept as it is.
 */
#include <pilab/terraform/file.h>

#include <string.h>

#include "attributes.h"
#include "parts.h"

static const struct {
    const char *actions;
    enum terraform_action action;
} spellings[] = {
    {"no-op",          TERRAFORM_NO_OP         },
    { "read",          TERRAFORM_READ          },
    { "create",        TERRAFORM_CREATE        },
    { "update",        TERRAFORM_UPDATE        },
    { "delete",        TERRAFORM_DELETE        },
    { "delete+create", TERRAFORM_REPLACE       },
    { "create+delete", TERRAFORM_REPLACE       },
    { "forget",        TERRAFORM_FORGET        },
    { "forget+create", TERRAFORM_REPLACE_FORGET},
    { "create+forget", TERRAFORM_REPLACE_FORGET},
};

static enum terraform_action action_of(const char *actions)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (strcmp(spellings[i].actions, actions) == 0)
            return spellings[i].action;
    }
    return TERRAFORM_OTHER;
}

/* "delete+create"; NULL when there are none. */
static const char *join_actions(struct arena *arena, const struct node *change)
{
    const struct node *actions = member_list(change, "actions");
    struct strbuf joined = STRBUF_INIT;
    const char *text = NULL;
    size_t words = 0;

    for (size_t i = 0; actions && i < actions->count; i++) {
        const struct node *word = actions->children[i];

        if (word->kind != NODE_STRING)
            break;
        if (words++ > 0)
            strbuf_add_char(&joined, '+');
        strbuf_add(&joined, word->text);
    }
    if (actions && words == actions->count)
        text = strbuf_to_arena(&joined, arena);
    strbuf_release(&joined);
    return text;
}

/* ---- what forces a replacement ---- */

/* "node_config[0].machine_type", as attributes are called. */
static void add_steps(struct strbuf *out, const struct node *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct node *step = steps->children[i];

        if (step->kind == NODE_INTEGER)
            strbuf_printf(out, "[%s]", step->value);
        else if (step->kind == NODE_STRING)
            strbuf_printf(out, i > 0 ? ".%s" : "%s", step->text);
    }
}

/* The paths as pointers; fills in the words. NULL: none; the caller frees. */
static struct map *forcing_paths(struct arena *arena, const struct node *entry,
                                 struct terraform_change *change)
{
    const struct node *paths = member_list(entry, "replace_paths");
    struct strbuf words = STRBUF_INIT, pointer = STRBUF_INIT;
    struct map *forcing;

    if (!paths)
        return NULL;
    forcing = map_new();
    for (size_t i = 0; i < paths->count; i++) {
        strbuf_clear(&pointer);
        if (!steps_pointer(&pointer, paths->children[i]))
            continue;
        map_put(forcing, pointer.data, forcing);
        if (words.length > 0)
            strbuf_add(&words, ", ");
        add_steps(&words, paths->children[i]);
    }
    change->replace_paths = words.length > 0 ? strbuf_to_arena(&words, arena) : NULL;
    strbuf_release(&words);
    strbuf_release(&pointer);
    return forcing;
}

/* ---- one resource ---- */

static const struct node *object_or_null(const struct node *node)
{
    return node && node->kind != NODE_NULL ? node : NULL;
}

static void read_attributes(struct arena *arena, const struct node *entry,
                            struct terraform_change *change)
{
    struct vector found;
    struct map *forcing = forcing_paths(arena, entry, change);
    const struct attribute_sides sides = {
        .before = change->before,
        .after = change->after,
        .unknown = node_get(entry, "after_unknown"),
        .before_mask = node_get(entry, "before_sensitive"),
        .after_mask = node_get(entry, "after_sensitive"),
        .forcing = forcing,
        .all = change->action == TERRAFORM_CREATE || change->action == TERRAFORM_READ ||
               change->action == TERRAFORM_DELETE || change->action == TERRAFORM_FORGET ||
               change->action == TERRAFORM_OTHER,
    };

    vector_init(&found, sizeof(struct terraform_attribute));
    if (change->action != TERRAFORM_NO_OP)
        attributes_collect(arena, &sides, &found);
    change->attribute_count = found.count;
    change->attributes = vector_to_arena(&found, arena);
    vector_release(&found);
    map_free(&forcing);
}

static void read_import(const struct node *entry, struct terraform_change *change)
{
    const struct node *importing = node_get(entry, "importing");

    change->imported = importing && importing->kind == NODE_MAP;
    if (change->imported)
        change->import_id = member_text(importing, "id");
}

static bool read_resource(struct arena *arena, const struct node *resource,
                          struct terraform_change *change, struct error *error)
{
    const struct node *entry = node_get(resource, "change");
    const char *mode = member_text(resource, "mode");
    const char *before = member_text(resource, "previous_address");

    change->address = member_text(resource, "address");
    if (!change->address || !entry || entry->kind != NODE_MAP)
        return fail_at_node(resource, error, "a change of a resource has no address or no change");
    change->actions = join_actions(arena, entry);
    if (!change->actions)
        return fail_at_node(entry, error, "a change of a resource has no actions");
    change->action = action_of(change->actions);
    change->create_first = strncmp(change->actions, "create+", strlen("create+")) == 0;
    change->previous_address = before && strcmp(before, change->address) != 0 ? before : NULL;
    change->module = member_text(resource, "module_address");
    if (!change->module)
        change->module = address_module(arena, change->address);
    change->type = member_text(resource, "type");
    change->name = member_text(resource, "name");
    if (!change->type || !change->name)
        return fail_at_node(resource, error, "a change of a resource has no type or no name");
    change->provider = provider_name(arena, member_text(resource, "provider_name"));
    change->deposed = member_text(resource, "deposed");
    change->data = mode && strcmp(mode, "data") == 0;
    change->reason = member_text(resource, "action_reason");
    change->before = object_or_null(node_get(entry, "before"));
    change->after = object_or_null(node_get(entry, "after"));
    read_import(entry, change);
    read_attributes(arena, entry, change);
    return true;
}

static bool read_resources(struct arena *arena, const struct node *root, const char *key,
                           struct terraform_change **changes, size_t *count, struct error *error)
{
    const struct node *list = node_get(root, key);

    if (!list || list->kind == NODE_NULL)
        return true;
    if (list->kind != NODE_LIST)
        return fail_at_node(list, error, "the changes of resources are no list");
    *changes = arena_array(arena, list->count, sizeof **changes);
    for (size_t i = 0; i < list->count; i++) {
        if (!read_resource(arena, list->children[i], &(*changes)[i], error))
            return false;
    }
    *count = list->count;
    return true;
}

/* ---- outputs ---- */

static bool holds_true(const struct node *node)
{
    if (!node)
        return false;
    if (node->kind == NODE_BOOL)
        return strcmp(node->value, "true") == 0;
    for (size_t i = 0; i < node->count; i++) {
        if (holds_true(node->children[i]))
            return true;
    }
    return false;
}

static bool read_output(struct arena *arena, const struct node *entry,
                        struct terraform_output *output, struct error *error)
{
    const struct node *nested = member_map(entry, "change");
    const struct node *change = nested ? nested : entry;

    output->name = entry->key;
    output->actions = join_actions(arena, change);
    if (!output->actions)
        return fail_at_node(entry, error, "a change of an output has no actions");
    output->action = action_of(output->actions);
    output->before = object_or_null(node_get(change, "before"));
    output->after = object_or_null(node_get(change, "after"));
    /* A part that is sensitive makes all of it so: outputs are shown as a whole. */
    output->sensitive = holds_true(node_get(change, "before_sensitive")) ||
                        holds_true(node_get(change, "after_sensitive"));
    output->unknown = holds_true(node_get(change, "after_unknown"));
    return true;
}

static bool read_outputs(struct terraform_changes *changes, const struct node *root,
                         struct error *error)
{
    const struct node *map = node_get(root, "output_changes");

    if (!map || map->kind == NODE_NULL)
        return true;
    if (map->kind != NODE_MAP)
        return fail_at_node(map, error, "the changes of outputs are no map");
    changes->outputs = arena_array(changes->arena, map->count, sizeof *changes->outputs);
    for (size_t i = 0; i < map->count; i++) {
        if (!read_output(changes->arena, map->children[i], &changes->outputs[i], error))
            return false;
    }
    changes->output_count = map->count;
    return true;
}

/* ---- what to know before trusting it ---- */

static void warn_of_checks(struct terraform_changes *changes, struct vector *warnings,
                           const struct node *root)
{
    const struct node *checks = member_list(root, "checks");

    for (size_t i = 0; checks && i < checks->count; i++) {
        const struct node *check = checks->children[i];
        const char *status = member_text(check, "status");
        const char *name = member_text(node_get(check, "address"), "to_display");

        if (status && (strcmp(status, "fail") == 0 || strcmp(status, "error") == 0))
            changes_warn(changes, warnings, "the check of %s says %s", name ? name : "something",
                         status);
    }
}

static void add_warnings(struct terraform_changes *changes, const struct terraform_file *plan)
{
    const struct node *root = plan->document->roots[0];
    const struct node *deferred = member_list(root, "deferred_changes");
    struct vector warnings;

    vector_init(&warnings, sizeof(const char *));
    if (plan->errored)
        changes_warn(changes, &warnings,
                     "making the plan failed half-way: it lists only what was planned until then");
    if (deferred)
        changes_warn(changes, &warnings,
                     "%zu %s left for a later plan, since what they depend on is not known yet",
                     deferred->count, deferred->count == 1 ? "change is" : "changes are");
    else if (plan->incomplete)
        changes_warn(changes, &warnings, "the plan is not complete: a later one has the rest");
    changes->gap_count = warnings.count;
    warn_of_checks(changes, &warnings, root);
    changes->warning_count = warnings.count;
    changes->warnings = vector_to_arena(&warnings, changes->arena);
    vector_release(&warnings);
}

struct terraform_changes *terraform_plan_changes(const struct terraform_file *plan,
                                                 struct error *error)
{
    const struct node *root = plan->document->roots[0];
    struct terraform_changes *changes = changes_new();

    if (!read_resources(changes->arena, root, "resource_changes", &changes->resources,
                        &changes->resource_count, error) ||
        !read_resources(changes->arena, root, "resource_drift", &changes->drift,
                        &changes->drift_count, error) ||
        !read_outputs(changes, root, error)) {
        terraform_changes_free(&changes);
        return NULL;
    }
    add_warnings(changes, plan);
    return changes;
}
