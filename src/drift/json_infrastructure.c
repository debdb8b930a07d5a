/*
 * Infrastructure in pilab.drift/1: `changes` as people read it (a changed attribute a line, what
 * comes as a whole with its attributes), `resources` and `files` with all that is known.
 */
#include "infrastructure_kind.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/infrastructure.h>
#include <pilab/terraform/family.h>

/* ---- writing ---- */

static void put_value(json_t *json, const char *key, const struct drift_value *value)
{
    json_put_text(json, key, value->present ? value->text : NULL);
}

/* The object as JSON. Numbers beyond what jansson holds lose digits here, and only here: the item's
 * own text has them all. */
static json_t *object_of(const struct drift_value *value)
{
    json_t *json = json_loads(value->text, JSON_ALLOW_NUL, NULL);

    if (!json)
        json = json_loads(value->text, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    return json ? json : json_object();
}

static json_t *change_of(const struct drift_resource *resource)
{
    json_t *json = json_object();

    json_put_text(json, "resource", resource->address);
    json_put_text(json, "action", resource->action);
    return json;
}

static void append_attributes(json_t *changes, const struct drift_resource *resource)
{
    for (size_t i = 0; i < resource->attribute_count; i++) {
        const struct drift_attribute *attribute = &resource->attributes[i];
        json_t *json = change_of(resource);

        json_put_text(json, "attribute", attribute->path);
        put_value(json, "previous", &attribute->previous);
        put_value(json, "planned", &attribute->planned);
        json_append(changes, json);
    }
}

/* One entry with the object; of a replacement each attribute besides. */
static void append_whole(json_t *changes, const struct drift_report *report,
                         const struct drift_resource *resource)
{
    json_t *json = change_of(resource);

    /* What was read from outside may name items that are not there. */
    for (size_t i = 0; i < resource->item_count && i < report->item_count &&
                       resource->first_item < report->item_count - i;
         i++) {
        const struct drift_item *item = &report->items[resource->first_item + i];
        const struct drift_value *value = item->current.present ? &item->current : &item->previous;

        if (item->change_type != CHANGE_TYPE_MODIFIED && value->kind == NODE_MAP)
            json_put(json, "attributes", object_of(value));
    }
    if (resource->previous_address)
        json_put_text(json, "moved_from", resource->previous_address);
    if (resource->reason)
        json_put_text(json, "reason", resource->reason);
    json_append(changes, json);
}

static json_t *changes_of(const struct drift_report *report,
                          const struct drift_infrastructure *content)
{
    json_t *changes = json_array();

    for (size_t i = 0; i < content->resource_count; i++) {
        const struct drift_resource *resource = &content->resources[i];
        bool update = strcmp(resource->action, "update") == 0;

        if (resource->outside || resource->data)
            continue;
        if (!update)
            append_whole(changes, report, resource);
        if (update || strcmp(resource->action, "replace") == 0)
            append_attributes(changes, resource);
    }
    return changes;
}

static json_t *from_attribute(const struct drift_attribute *attribute)
{
    json_t *json = json_object();
    const struct drift_value *previous = &attribute->previous, *planned = &attribute->planned;

    json_put_text(json, "attribute", attribute->path);
    put_value(json, "previous", previous);
    json_put_text(json, "previous_kind", previous->present ? node_kind_name(previous->kind) : NULL);
    if (previous->masked)
        json_put_bool(json, "previous_masked", true);
    put_value(json, "planned", planned);
    json_put_text(json, "planned_kind", planned->present ? node_kind_name(planned->kind) : NULL);
    if (planned->masked)
        json_put_bool(json, "planned_masked", true);
    json_put_bool(json, "unknown", attribute->unknown);
    json_put_bool(json, "forces_replace", attribute->forces_replace);
    return json;
}

static json_t *from_resource(const struct drift_resource *resource)
{
    json_t *json = json_object(), *attributes = json_array();

    for (size_t i = 0; i < resource->attribute_count; i++)
        json_append(attributes, from_attribute(&resource->attributes[i]));
    json_put_text(json, "resource", resource->address);
    json_put_text(json, "previous_address", resource->previous_address);
    json_put_text(json, "resource_type", resource->type);
    json_put_text(json, "provider", resource->provider);
    json_put_text(json, "family", resource->family);
    json_put_text(json, "file", resource->file);
    json_put_text(json, "action", resource->action);
    json_put_text(json, "actions", resource->actions);
    json_put_text(json, "reason", resource->reason);
    json_put_text(json, "replace_paths", resource->replace_paths);
    json_put_text(json, "deposed", resource->deposed);
    json_put_text(json, "import_id", resource->import_id);
    json_put_bool(json, "outside", resource->outside);
    json_put_bool(json, "data", resource->data);
    json_put_bool(json, "imported", resource->imported);
    json_put_bool(json, "inferred", resource->inferred);
    json_put_bool(json, "tainted", resource->tainted);
    json_put(json, "attributes", attributes);
    json_put_integer(json, "alike", (int64_t)resource->alike);
    json_put_integer(json, "first_item", (int64_t)resource->first_item);
    json_put_integer(json, "item_count", (int64_t)resource->item_count);
    return json;
}

void drift_infrastructure_write(json_t *json, const struct drift_report *report,
                                const struct drift_part *part)
{
    const struct drift_infrastructure *content = part->content;
    json_t *files = json_array(), *resources = json_array();

    for (size_t i = 0; i < content->file_count; i++) {
        const struct drift_infrastructure_file *file = &content->files[i];
        json_t *one = json_object();

        json_put_text(one, "name", file->name);
        json_put_text(one, "kind", file->kind);
        json_put_text(one, "previous_version", file->previous_version);
        json_put_text(one, "current_version", file->current_version);
        json_append(files, one);
    }
    for (size_t i = 0; i < content->resource_count; i++)
        json_append(resources, from_resource(&content->resources[i]));
    json_put_text(json, "provider", content->provider);
    json_put(json, "files", files);
    json_put(json, "changes", changes_of(report, content));
    json_put(json, "resources", resources);
}

/* ---- reading ---- */

static struct drift_value read_value(struct json_reader *reader, const json_t *json,
                                     const char *key, const char *kind_key, const char *masked_key)
{
    const char *text = drift_read_text(reader, json, key);
    const char *kind = drift_read_text(reader, json, kind_key);
    struct drift_value value = { .present = text != NULL,
                                 .text = text,
                                 .masked = drift_read_bool(reader, json, masked_key) };

    for (int i = 0; kind && i <= NODE_MAP; i++) {
        if (strcmp(node_kind_name((enum node_kind)i), kind) == 0) {
            value.kind = (enum node_kind)i;
            return value;
        }
    }
    if (kind || text)
        drift_read_bad_name(reader, kind_key, kind ? kind : "missing");
    return value;
}

static void read_attributes(struct json_reader *reader, const json_t *json,
                            struct drift_resource *resource)
{
    const json_t *attributes = drift_read_array(reader, json, "attributes");

    resource->attribute_count = json_array_size(attributes);
    resource->attributes =
        arena_array(reader->arena, resource->attribute_count, sizeof *resource->attributes);
    for (size_t i = 0; i < resource->attribute_count; i++) {
        const json_t *one = json_array_get(attributes, i);

        resource->attributes[i] = (struct drift_attribute){
            .path = drift_read_some_text(reader, one, "attribute"),
            .previous = read_value(reader, one, "previous", "previous_kind", "previous_masked"),
            .planned = read_value(reader, one, "planned", "planned_kind", "planned_masked"),
            .unknown = drift_read_bool(reader, one, "unknown"),
            .forces_replace = drift_read_bool(reader, one, "forces_replace"),
        };
    }
}

static void read_resource(struct json_reader *reader, const json_t *json,
                          struct drift_resource *resource)
{
    *resource = (struct drift_resource){
        .address = drift_read_some_text(reader, json, "resource"),
        .previous_address = drift_read_text(reader, json, "previous_address"),
        .type = drift_read_some_text(reader, json, "resource_type"),
        .provider = drift_read_some_text(reader, json, "provider"),
        .family = drift_read_some_text(reader, json, "family"),
        .file = drift_read_some_text(reader, json, "file"),
        .action = drift_read_some_text(reader, json, "action"),
        .actions = drift_read_some_text(reader, json, "actions"),
        .reason = drift_read_text(reader, json, "reason"),
        .replace_paths = drift_read_text(reader, json, "replace_paths"),
        .deposed = drift_read_text(reader, json, "deposed"),
        .import_id = drift_read_text(reader, json, "import_id"),
        .outside = drift_read_bool(reader, json, "outside"),
        .data = drift_read_bool(reader, json, "data"),
        .imported = drift_read_bool(reader, json, "imported"),
        .inferred = drift_read_bool(reader, json, "inferred"),
        .tainted = drift_read_bool(reader, json, "tainted"),
        .alike = (size_t)drift_read_number(reader, json, "alike"),
        .first_item = (size_t)drift_read_number(reader, json, "first_item"),
        .item_count = (size_t)drift_read_number(reader, json, "item_count"),
    };
    read_attributes(reader, json, resource);
}

static void read_files(struct json_reader *reader, const json_t *json,
                       struct drift_infrastructure *content)
{
    const json_t *files = drift_read_array(reader, json, "files");

    content->file_count = json_array_size(files);
    content->files = arena_array(reader->arena, content->file_count, sizeof *content->files);
    for (size_t i = 0; i < content->file_count; i++) {
        const json_t *one = json_array_get(files, i);

        content->files[i] = (struct drift_infrastructure_file){
            .name = drift_read_some_text(reader, one, "name"),
            .kind = drift_read_some_text(reader, one, "kind"),
            .previous_version = drift_read_text(reader, one, "previous_version"),
            .current_version = drift_read_text(reader, one, "current_version"),
        };
    }
}

const void *drift_infrastructure_read(struct json_reader *reader, const json_t *json)
{
    const json_t *resources = drift_read_array(reader, json, "resources");
    struct drift_infrastructure *content = arena_alloc(reader->arena, sizeof *content);

    content->provider = drift_read_some_text(reader, json, "provider");
    read_files(reader, json, content);
    content->resource_count = json_array_size(resources);
    content->resources =
        arena_array(reader->arena, content->resource_count, sizeof *content->resources);
    for (size_t i = 0; i < content->resource_count && !reader->failed; i++)
        read_resource(reader, json_array_get(resources, i), &content->resources[i]);
    return content;
}
