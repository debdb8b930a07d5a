/*
 * The collector of infrastructure: what happens to a resource as a whole is one item (created,
 * destroyed, replaced, forgotten, moved); of one that is changed in place each attribute is, so
 * that a single attribute can be meant to differ or be ignored.
 */
#include <pilab/drift/infrastructure.h>

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/terraform/family.h>

#include "infrastructure_kind.h"
#include "infrastructure_parts.h"

struct scan {
    struct report_builder *builder;
    const struct module_input *module;
    const struct infrastructure_pair *pair;
    struct vector resources; /* struct drift_resource */
    struct vector files;     /* struct drift_infrastructure_file */
    struct map *providers;
    bool outside; /* what follows has been done behind Terraform's back */
};

/* ---- names ---- */

/* "aws_instance.web[0]" of "module.app.aws_instance.web[0]". */
static const char *own_part(const struct terraform_change *change)
{
    size_t module = change->module ? strlen(change->module) : 0;

    if (module > 0 && strncmp(change->address, change->module, module) == 0 &&
        change->address[module] == '.')
        return change->address + module + 1;
    return change->address;
}

/* What only describes, whatever it stands on. */
static bool is_label(const char *path)
{
    return glob_match("{tags,tags_all,labels,effective_labels,terraform_labels,annotations,"
                      "effective_annotations,description,metadata.labels,metadata.annotations,"
                      "timeouts,user_labels,freeform_tags,defined_tags,comment}{,.*,[[]*}",
                      path, '/');
}

static const char *category_of(const struct scan *scan, const struct terraform_change *change)
{
    if (scan->outside)
        return CATEGORY_OUTSIDE;
    if (change->deposed)
        return "deposed";
    if (change->action == TERRAFORM_OTHER)
        return "other_action";
    return terraform_family_name(terraform_family(change->type));
}

static const char *item_path(const struct scan *scan, const struct terraform_change *change,
                             const char *attribute)
{
    struct arena *arena = scan->builder->arena;
    const char *path = change->address;

    if (change->deposed)
        path = arena_printf(arena, "%s (deposed %s)", path, change->deposed);
    return attribute ? arena_printf(arena, "%s.%s", path, attribute) : path;
}

static struct drift_item *add_item(const struct scan *scan, const struct terraform_change *change,
                                   const char *category, const char *attribute, const char *key)
{
    struct drift_item *item =
        builder_add_item(scan->builder, DRIFT_INFRASTRUCTURE, category, scan->module->name,
                         scan->module->name, item_path(scan, change, attribute), key);

    item->change_type = CHANGE_TYPE_MODIFIED;
    return item;
}

/* ---- what becomes of a resource as a whole ---- */

static void add_places(const struct scan *scan, struct drift_item *item,
                       const struct terraform_change *change)
{
    item->previous_at = infrastructure_place(scan->builder->arena, change->before);
    item->current_at = infrastructure_place(scan->builder->arena, change->after);
}

static unsigned risks_of(const struct terraform_change *change)
{
    unsigned marks = 0;

    for (size_t i = 0; i < change->attribute_count; i++)
        marks |= infrastructure_risks(change, &change->attributes[i]);
    return marks;
}

/* Only a plan says what is about to happen: between two states it has. */
static unsigned loss_of(const struct scan *scan, const struct terraform_change *change)
{
    const struct terraform_file *file =
        scan->pair->current ? scan->pair->current : scan->pair->previous;

    return file->kind == TERRAFORM_PLAN && !scan->outside ? infrastructure_lost(change) : 0;
}

/* What is done to it, and all that it is and would be: of one that is made anew only that is shown
 * which makes it so. */
static void bind(const struct scan *scan, struct drift_item *item,
                 const struct terraform_change *change)
{
    struct strbuf all = STRBUF_INIT;

    strbuf_printf(&all, "%s\n", change->actions != NULL ? change->actions : "");
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];

        if (attribute->alike)
            continue;
        strbuf_printf(&all, "%s\n", attribute->path);
        for (int after = 0; after < 2; after++) {
            struct drift_value value;

            infrastructure_show_attribute(scan->builder, &value, change, attribute, after == 1);
            builder_bind_text(scan->builder, &all, NULL, value.present ? value.text : NULL);
        }
    }
    builder_bind(scan->builder, item, &all);
    strbuf_release(&all);
}

static void add_created(const struct scan *scan, const struct terraform_change *change)
{
    struct drift_item *item =
        add_item(scan, change, category_of(scan, change), NULL, own_part(change));

    item->change_type = CHANGE_TYPE_ADDED;
    infrastructure_show_object(scan->builder, &item->current, change, true);
    bind(scan, item, change);
    add_places(scan, item, change);
    builder_judge_marked(scan->builder, item, NULL, risks_of(change));
}

/* Destroyed or forgotten. */
static void add_gone(const struct scan *scan, const struct terraform_change *change)
{
    struct drift_item *item =
        add_item(scan, change, category_of(scan, change), NULL, own_part(change));

    item->change_type = CHANGE_TYPE_DELETED;
    if (change->action == TERRAFORM_FORGET)
        item->detail = DETAIL_FORGOTTEN;
    infrastructure_show_object(scan->builder, &item->previous, change, false);
    bind(scan, item, change);
    add_places(scan, item, change);
    builder_judge_marked(scan->builder, item, NULL,
                         change->action == TERRAFORM_FORGET
                             ? MARK_FORGOTTEN
                             : MARK_DESTROYED | loss_of(scan, change));
}

/* Replaced, or something that a later version of Terraform does. */
static void add_replaced(const struct scan *scan, const struct terraform_change *change)
{
    struct drift_item *item =
        add_item(scan, change, category_of(scan, change), NULL, own_part(change));
    unsigned marks = risks_of(change) | loss_of(scan, change);

    if (change->action == TERRAFORM_REPLACE)
        marks |= MARK_REPLACED;
    if (change->action == TERRAFORM_REPLACE_FORGET) {
        marks |= MARK_FORGOTTEN;
        item->detail = DETAIL_FORGOTTEN;
    }
    if (change->action == TERRAFORM_OTHER)
        item->current =
            (struct drift_value){ .present = true,
                                  .kind = NODE_STRING,
                                  .text = arena_text(scan->builder->arena, change->actions) };
    else
        infrastructure_show_replaced(scan->builder, item, change);
    bind(scan, item, change);
    add_places(scan, item, change);
    builder_judge_marked(scan->builder, item, NULL, marks);
}

static void add_moved(const struct scan *scan, const struct terraform_change *change)
{
    struct arena *arena = scan->builder->arena;
    struct drift_item *item = add_item(scan, change, "address", NULL, own_part(change));

    item->detail = DETAIL_MOVED;
    item->old_path = arena_text(arena, change->previous_address);
    item->previous =
        (struct drift_value){ .present = true, .kind = NODE_STRING, .text = item->old_path };
    item->current = (struct drift_value){ .present = true,
                                          .kind = NODE_STRING,
                                          .text = arena_text(arena, change->address) };
    add_places(scan, item, change);
    builder_judge(scan->builder, item);
}

static void add_imported(const struct scan *scan, const struct terraform_change *change)
{
    struct drift_item *item = add_item(scan, change, "import", NULL, own_part(change));

    item->change_type = CHANGE_TYPE_ADDED;
    item->current = (struct drift_value){
        .present = true,
        .kind = NODE_STRING,
        .text = arena_text(scan->builder->arena, change->import_id ? change->import_id : ""),
    };
    add_places(scan, item, change);
    builder_judge(scan->builder, item);
}

static void add_tainted(const struct scan *scan, const struct terraform_change *change)
{
    struct drift_item *item = add_item(scan, change, "tainted", NULL, own_part(change));

    item->current = (struct drift_value){ .present = true, .kind = NODE_STRING, .text = "tainted" };
    add_places(scan, item, change);
    builder_judge(scan->builder, item);
}

/* ---- attributes ---- */

static enum change_type attribute_change(const struct terraform_attribute *attribute)
{
    if (!attribute->before)
        return CHANGE_TYPE_ADDED;
    return attribute->after || attribute->unknown ? CHANGE_TYPE_MODIFIED : CHANGE_TYPE_DELETED;
}

static void add_attribute(const struct scan *scan, const struct terraform_change *change,
                          const struct terraform_attribute *attribute)
{
    struct arena *arena = scan->builder->arena;
    const char *category =
        !scan->outside && is_label(attribute->path) ? "label" : category_of(scan, change);
    struct drift_item *item = add_item(scan, change, category, attribute->path, attribute->key);

    item->change_type = attribute_change(attribute);
    infrastructure_show_attribute(scan->builder, &item->previous, change, attribute, false);
    infrastructure_show_attribute(scan->builder, &item->current, change, attribute, true);
    item->previous_at = infrastructure_place(arena, attribute->before);
    item->current_at = infrastructure_place(arena, attribute->after);
    builder_judge_marked(scan->builder, item, NULL, infrastructure_risks(change, attribute));
}

static void add_attributes(const struct scan *scan, const struct terraform_change *change)
{
    for (size_t i = 0; i < change->attribute_count; i++) {
        if (!change->attributes[i].alike)
            add_attribute(scan, change, &change->attributes[i]);
    }
}

static void add_items(const struct scan *scan, const struct terraform_change *change)
{
    if (change->previous_address)
        add_moved(scan, change);
    if (change->imported)
        add_imported(scan, change);
    if (change->tainted)
        add_tainted(scan, change);
    switch (change->action) {
    case TERRAFORM_CREATE:
        add_created(scan, change);
        break;
    case TERRAFORM_DELETE:
    case TERRAFORM_FORGET:
        add_gone(scan, change);
        break;
    case TERRAFORM_REPLACE:
    case TERRAFORM_REPLACE_FORGET:
    case TERRAFORM_OTHER:
        add_replaced(scan, change);
        break;
    case TERRAFORM_UPDATE:
        add_attributes(scan, change);
        break;
    case TERRAFORM_NO_OP:
    case TERRAFORM_READ: /* what is only read is changed by others */
    case TERRAFORM_ACTION_COUNT:
        break;
    }
}

/* ---- what the report keeps of a resource ---- */

static void keep_attributes(const struct scan *scan, struct drift_resource *resource,
                            const struct terraform_change *change)
{
    struct arena *arena = scan->builder->arena;

    resource->attributes =
        arena_array(arena, change->attribute_count, sizeof *resource->attributes);
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];
        struct drift_attribute *kept = &resource->attributes[resource->attribute_count];

        if (attribute->alike) {
            resource->alike++;
            continue;
        }
        *kept = (struct drift_attribute){
            .path = arena_text(arena, attribute->path),
            .unknown = attribute->unknown,
            .forces_replace = attribute->forces_replace,
        };
        infrastructure_show_attribute(scan->builder, &kept->previous, change, attribute, false);
        infrastructure_show_attribute(scan->builder, &kept->planned, change, attribute, true);
        resource->attribute_count++;
    }
}

static const char *file_of(const struct infrastructure_pair *pair)
{
    return pair->current ? pair->current->document->name : pair->previous->document->name;
}

static struct drift_resource resource_of(const struct scan *scan,
                                         const struct terraform_change *change)
{
    struct arena *arena = scan->builder->arena;

    return (struct drift_resource){
        .address = arena_text(arena, change->address),
        .previous_address = arena_text(arena, change->previous_address),
        .type = arena_text(arena, change->type),
        .provider = arena_text(arena, change->provider),
        .family = terraform_family_name(terraform_family(change->type)),
        .file = arena_text(arena, file_of(scan->pair)),
        .action = terraform_action_name(change->action),
        .actions = arena_text(arena, change->actions),
        .reason = arena_text(arena, change->reason),
        .replace_paths = arena_text(arena, change->replace_paths),
        .deposed = arena_text(arena, change->deposed),
        .import_id = arena_text(arena, change->import_id),
        .outside = scan->outside,
        .data = change->data,
        .imported = change->imported,
        .inferred = change->inferred,
        .tainted = change->tainted,
        .first_item = scan->builder->items.count,
    };
}

static bool says_something(const struct terraform_change *change)
{
    return change->action != TERRAFORM_NO_OP || change->previous_address || change->imported ||
           change->tainted;
}

static void collect_resource(struct scan *scan, const struct terraform_change *change)
{
    struct drift_resource resource;

    if (!says_something(change))
        return;
    resource = resource_of(scan, change);
    keep_attributes(scan, &resource, change);
    add_items(scan, change);
    resource.item_count = scan->builder->items.count - resource.first_item;
    if (*resource.provider)
        map_put(scan->providers, resource.provider, scan);
    vector_push(&scan->resources, &resource);
}

/* ---- outputs ---- */

static void add_output(const struct scan *scan, const struct terraform_output *output)
{
    struct arena *arena = scan->builder->arena;
    struct drift_item *item;

    if (output->action == TERRAFORM_NO_OP)
        return;
    item = builder_add_item(scan->builder, DRIFT_INFRASTRUCTURE, "output", scan->module->name,
                            scan->module->name, arena_printf(arena, "output.%s", output->name),
                            output->name);
    item->change_type = output->action == TERRAFORM_CREATE   ? CHANGE_TYPE_ADDED
                        : output->action == TERRAFORM_DELETE ? CHANGE_TYPE_DELETED
                                                             : CHANGE_TYPE_MODIFIED;
    infrastructure_show_value(scan->builder, &item->previous, output->before, output->name,
                              output->sensitive);
    infrastructure_show_value(scan->builder, &item->current, output->after, output->name,
                              output->sensitive);
    if (output->unknown)
        item->current = (struct drift_value){ .present = true,
                                              .kind = NODE_STRING,
                                              .text = INFRASTRUCTURE_UNKNOWN };
    item->previous_at = infrastructure_place(arena, output->before);
    item->current_at = infrastructure_place(arena, output->after);
    builder_judge(scan->builder, item);
}

/* ---- files ---- */

/* Whether the plan tells that the resource moves: what was seen outside is written with the new
 * address as well, and nobody moved it there. */
static bool is_moved_by(const struct terraform_changes *changes,
                        const struct terraform_change *outside)
{
    for (size_t i = 0; outside->previous_address && i < changes->resource_count; i++) {
        const struct terraform_change *change = &changes->resources[i];

        if (change->previous_address && strcmp(change->address, outside->address) == 0 &&
            strcmp(change->previous_address, outside->previous_address) == 0)
            return true;
    }
    return false;
}

static void collect_changes(struct scan *scan, const struct terraform_changes *changes)
{
    for (size_t i = 0; i < changes->resource_count; i++)
        collect_resource(scan, &changes->resources[i]);
    scan->outside = true;
    for (size_t i = 0; i < changes->drift_count; i++) {
        struct terraform_change change = changes->drift[i];

        if (is_moved_by(changes, &change))
            change.previous_address = NULL;
        collect_resource(scan, &change);
    }
    scan->outside = false;
    for (size_t i = 0; i < changes->output_count; i++)
        add_output(scan, &changes->outputs[i]);
    for (size_t i = 0; i < changes->warning_count; i++)
        builder_add_problem(scan->builder, DRIFT_INFRASTRUCTURE, scan->module->name,
                            scan->pair->name, changes->warnings[i], NULL, i >= changes->gap_count);
    if (changes->gap_count > 0)
        builder_source_failed(scan->builder, DRIFT_INFRASTRUCTURE, scan->module->name);
}

static void collect_plan(struct scan *scan, const struct terraform_file *plan)
{
    struct error error = { 0 };
    struct terraform_changes *changes = terraform_plan_changes(plan, &error);

    if (!changes) {
        builder_add_problem(scan->builder, DRIFT_INFRASTRUCTURE, scan->module->name,
                            scan->pair->name, error.message, error.hint[0] ? error.hint : NULL,
                            false);
        builder_source_failed(scan->builder, DRIFT_INFRASTRUCTURE, scan->module->name);
        return;
    }
    collect_changes(scan, changes);
    terraform_changes_free(&changes);
}

/* One side only: everything came, or everything went. */
static void collect_states(struct scan *scan)
{
    static const struct terraform_file nothing = { .kind = TERRAFORM_RAW_STATE };
    const struct infrastructure_pair *pair = scan->pair;
    struct terraform_changes *changes =
        terraform_state_changes(pair->previous ? pair->previous : &nothing,
                                pair->current ? pair->current : &nothing);

    collect_changes(scan, changes);
    terraform_changes_free(&changes);
}

static const char *version_of(struct arena *arena, const struct terraform_file *file)
{
    return file ? arena_text(arena, file->terraform_version) : NULL;
}

static void collect_pair(struct scan *scan, const struct infrastructure_pair *pair)
{
    const struct terraform_file *file = pair->current ? pair->current : pair->previous;
    struct arena *arena = scan->builder->arena;
    struct drift_infrastructure_file *kept = vector_add(&scan->files);

    scan->pair = pair;
    *kept = (struct drift_infrastructure_file){
        .name = arena_text(arena, pair->name),
        .kind = terraform_kind_name(file->kind),
        .previous_version = version_of(arena, pair->previous),
        .current_version = version_of(arena, pair->current),
    };
    if (file->kind == TERRAFORM_PLAN)
        collect_plan(scan, file);
    else if (file->kind == TERRAFORM_VARIABLES)
        infrastructure_collect_variables(scan->builder, scan->module, pair);
    else
        collect_states(scan);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *join_providers(struct arena *arena, const struct map *providers)
{
    size_t count = map_count(providers);
    const char **names = arena_array(arena, count, sizeof *names);
    struct strbuf joined = STRBUF_INIT;
    const char *text;

    for (size_t i = 0; i < count; i++)
        names[i] = map_key_at(providers, i);
    sort_stable(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&joined, "%s%s", i > 0 ? ", " : "", names[i]);
    text = strbuf_to_arena(&joined, arena);
    strbuf_release(&joined);
    return text;
}

const void *drift_infrastructure_collect(struct report_builder *builder,
                                         const struct module_input *module)
{
    const struct infrastructure_input *input = module->infrastructure;
    struct scan scan = { .builder = builder, .module = module, .providers = map_new() };
    struct drift_infrastructure *content = arena_alloc(builder->arena, sizeof *content);

    vector_init(&scan.resources, sizeof(struct drift_resource));
    vector_init(&scan.files, sizeof(struct drift_infrastructure_file));
    for (size_t i = 0; input && i < input->pair_count; i++)
        collect_pair(&scan, &input->pairs[i]);
    content->provider = join_providers(builder->arena, scan.providers);
    content->resource_count = scan.resources.count;
    content->resources = vector_to_arena(&scan.resources, builder->arena);
    content->file_count = scan.files.count;
    content->files = vector_to_arena(&scan.files, builder->arena);
    vector_release(&scan.resources);
    vector_release(&scan.files);
    map_free(&scan.providers);
    return input ? content : NULL;
}

const struct drift_resource *drift_infrastructure_resource(const struct drift_report *report,
                                                           const struct drift_item *item)
{
    const struct drift_part *part = drift_report_part(report, DRIFT_INFRASTRUCTURE, item->module);
    const struct drift_infrastructure *content = part ? part->content : NULL;
    size_t index = (size_t)(item - report->items);

    if (item->type != DRIFT_INFRASTRUCTURE)
        return NULL;
    for (size_t i = 0; content && i < content->resource_count; i++) {
        const struct drift_resource *resource = &content->resources[i];

        if (index >= resource->first_item && index - resource->first_item < resource->item_count)
            return resource;
    }
    return NULL;
}
