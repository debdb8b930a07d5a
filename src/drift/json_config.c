#include "json_parts.h"

#include <string.h>

#include <pilab/base/json.h>

/* Whether the key says which image it is; its pull policy and the like do not. */
static bool names_image(const struct drift_item *item)
{
    static const char *const keys[] = { "tag", "image", "repository", "registry", "digest" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(item->category, "image") == 0 && strcmp(item->key, keys[i]) == 0)
            return true;
    }
    return false;
}

static const char *comment_of(const struct drift_item *item)
{
    static const char *const comments[] = {
        [CHANGE_TYPE_ADDED] = "Added",
        [CHANGE_TYPE_MODIFIED] = "Modified",
        [CHANGE_TYPE_DELETED] = "Deleted",
    };

    if (item->change_type == CHANGE_TYPE_MODIFIED && names_image(item))
        return "Image updated";
    return comments[item->change_type];
}

static json_t *from_change(const struct drift_item *item)
{
    json_t *json = json_object();

    json_put_text(json, "category", item->category);
    json_put_text(json, "service", item->service);
    json_put_text(json, "change_type", change_type_name(item->change_type));
    json_put_text(json, "key", item->key);
    json_put_text(json, "previous_value", item->previous.present ? item->previous.text : NULL);
    json_put_text(json, "current_value", item->current.present ? item->current.text : NULL);
    json_put_text(json, "comment", comment_of(item));
    return json;
}

static json_t *from_document(const struct drift_config *config)
{
    json_t *json = json_object();

    json_put_text(json, "previous", config->previous_name);
    json_put_text(json, "current", config->current_name);
    json_put_text(json, "typing", config->typing);
    json_put_text(json, "service", config->service);
    json_put_integer(json, "first_item", (int64_t)config->first_item);
    json_put_integer(json, "item_count", (int64_t)config->item_count);
    return json;
}

static const char *environment_of(const struct drift_side *side)
{
    return side->environment ? side->environment : side->label;
}

json_t *drift_json_configs(const struct drift_report *report, size_t first, size_t end)
{
    json_t *json = json_object(), *documents = json_array(), *changes = json_array();

    for (size_t i = first; i < end; i++) {
        const struct drift_config *config = &report->configs[i];

        json_append(documents, from_document(config));
        for (size_t k = 0; k < config->item_count; k++)
            json_append(changes, from_change(&report->items[config->first_item + k]));
    }
    json_put_text(json, "type", drift_type_name(DRIFT_CONFIG));
    json_put_text(json, "service", report->configs[first].module);
    json_put_text(json, "source_env", environment_of(&report->previous));
    json_put_text(json, "target_env", environment_of(&report->current));
    json_put(json, "documents", documents);
    json_put(json, "changes", changes);
    return json;
}

void drift_read_configs(struct json_reader *reader, const json_t *json,
                        struct drift_config *configs)
{
    const json_t *documents = drift_read_array(reader, json, "documents");
    const char *module = drift_read_some_text(reader, json, "service");

    for (size_t i = 0; i < json_array_size(documents); i++) {
        const json_t *one = json_array_get(documents, i);

        configs[i] = (struct drift_config){
            .module = module,
            .service = drift_read_some_text(reader, one, "service"),
            .previous_name = drift_read_text(reader, one, "previous"),
            .current_name = drift_read_text(reader, one, "current"),
            .typing = drift_read_text(reader, one, "typing"),
            .first_item = (size_t)drift_read_number(reader, one, "first_item"),
            .item_count = (size_t)drift_read_number(reader, one, "item_count"),
        };
    }
}
