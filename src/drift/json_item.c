#include "json_parts.h"

#include <string.h>

#include <pilab/base/json.h>

static json_t *from_rules(const struct drift_item *item)
{
    json_t *json = json_array();

    for (size_t i = 0; i < item->rule_count; i++) {
        json_t *one = json_object();

        json_put_text(one, "rule", item->rules[i].rule);
        json_put_text(one, "sentence", item->rules[i].sentence);
        json_put_text(one, "severity", severity_name(item->rules[i].severity));
        json_append(json, one);
    }
    return json;
}

static json_t *from_place(const struct drift_provenance *at)
{
    json_t *json;

    if (!at->file)
        return json_null();
    json = json_object();
    json_put_text(json, "file", at->file);
    json_put(json, "line", at->line > 0 ? json_integer(at->line) : json_null());
    return json;
}

static json_t *from_provenance(const struct drift_item *item)
{
    json_t *json = json_object();

    json_put(json, "previous", from_place(&item->previous_at));
    json_put(json, "current", from_place(&item->current_at));
    return json;
}

static void put_value(json_t *json, const char *key, const char *kind_key, const char *masked_key,
                      const struct drift_value *value)
{
    json_put_text(json, key, value->present ? value->text : NULL);
    json_put_text(json, kind_key, value->present ? node_kind_name(value->kind) : NULL);
    if (value->masked)
        json_put_bool(json, masked_key, true);
}

static void put_blob(json_t *json, const char *key, const struct object_id *blob)
{
    char hex[OBJECT_ID_HEX_SIZE];

    json_put_text(json, key, object_id_is_zero(blob) ? NULL : object_id_hex(blob, hex));
}

static void put_file(json_t *json, const struct drift_item *item)
{
    json_put(json, "insertions",
             item->counted ? json_integer((json_int_t)item->insertions) : json_null());
    json_put(json, "deletions",
             item->counted ? json_integer((json_int_t)item->deletions) : json_null());
    json_put_bool(json, "binary", item->binary);
    put_blob(json, "old_blob", &item->old_blob);
    put_blob(json, "new_blob", &item->new_blob);
    json_put_integer(json, "old_mode", item->old_mode);
    json_put_integer(json, "new_mode", item->new_mode);
}

static json_t *from_item(const struct drift_item *item)
{
    json_t *json = json_object();

    json_put_text(json, "id", item->id);
    json_put_text(json, "type", drift_type_name(item->type));
    json_put_text(json, "category", item->category);
    json_put_text(json, "module", item->module);
    json_put_text(json, "service", item->service);
    json_put_text(json, "path", item->path);
    json_put_text(json, "key", item->key);
    json_put_text(json, "change_type", change_type_name(item->change_type));
    if (item->detail != DETAIL_NONE)
        json_put_text(json, "detail", change_detail_name(item->detail));
    if (item->old_path)
        json_put_text(json, "old_path", item->old_path);
    if (item->environment)
        json_put_text(json, "environment", item->environment);
    if (item->likeness > 0)
        json_put_integer(json, "likeness", item->likeness);
    put_value(json, "previous", "previous_kind", "previous_masked", &item->previous);
    put_value(json, "current", "current_kind", "current_masked", &item->current);
    if (item->substance)
        json_put_text(json, "substance", item->substance);
    json_put_text(json, "severity", severity_name(item->severity));
    json_put(json, "rules", from_rules(item));
    json_put_text(json, "attention", attention_name(item->attention));
    json_put_text(json, "attention_reason", item->attention_reason);
    json_put_bool(json, "breaking", item->breaking);
    json_put_bool(json, "security", item->security);
    json_put(json, "tickets", drift_json_texts(item->tickets, item->ticket_count));
    json_put_bool(json, "expected", item->expected);
    json_put_text(json, "expected_by", item->expected_by);
    if (item->expected_reason)
        json_put_text(json, "expected_reason", item->expected_reason);
    json_put_bool(json, "suppressed", item->suppressed);
    json_put_text(json, "suppressed_by", item->suppressed_by);
    if (item->blocks)
        json_put_bool(json, "blocks", true);
    json_put(json, "provenance", from_provenance(item));
    json_put_time(json, "first_seen", item->first_seen);
    drift_json_put_history(json, item);
    if (item->commit)
        json_put_text(json, "commit", item->commit);
    if (item->type == DRIFT_CODE)
        put_file(json, item);
    if (item->submodule)
        json_put(json, "submodule", drift_json_submodule(item->submodule));
    return json;
}

json_t *drift_json_items(const struct drift_report *report)
{
    json_t *json = json_array();

    for (size_t i = 0; i < report->item_count; i++)
        json_append(json, from_item(&report->items[i]));
    return json;
}

/* ---- reading ---- */

static bool kind_parse(const char *name, enum node_kind *kind)
{
    for (enum node_kind one = NODE_NULL; one <= NODE_MAP; one++) {
        if (strcmp(node_kind_name(one), name) == 0) {
            *kind = one;
            return true;
        }
    }
    return false;
}

static struct drift_value read_value(struct json_reader *reader, const json_t *json,
                                     const char *key, const char *kind_key, const char *masked_key)
{
    const char *kind = drift_read_text(reader, json, kind_key);
    struct drift_value value = { .present = kind != NULL };

    if (!kind)
        return value;
    if (!kind_parse(kind, &value.kind))
        drift_read_bad_name(reader, kind_key, kind);
    value.text = drift_read_some_text(reader, json, key);
    value.masked = drift_read_bool(reader, json, masked_key);
    return value;
}

static struct drift_provenance read_place(struct json_reader *reader, const json_t *json,
                                          const char *key)
{
    const json_t *place = drift_read_object(reader, json, key);

    return (struct drift_provenance){ .file = drift_read_text(reader, place, "file"),
                                      .line = (unsigned)drift_read_number(reader, place, "line") };
}

static void read_rules(struct json_reader *reader, const json_t *json, struct drift_item *item)
{
    const json_t *from = drift_read_array(reader, json, "rules");

    item->rule_count = json_array_size(from);
    item->rules = arena_array(reader->arena, item->rule_count, sizeof *item->rules);
    for (size_t i = 0; i < item->rule_count; i++) {
        const json_t *one = json_array_get(from, i);
        const char *severity = drift_read_some_text(reader, one, "severity");
        struct drift_rule_hit *hit = &item->rules[i];

        hit->rule = drift_read_some_text(reader, one, "rule");
        hit->sentence = drift_read_some_text(reader, one, "sentence");
        if (!severity_parse(severity, &hit->severity))
            drift_read_bad_name(reader, "rules.severity", severity);
    }
}

static void read_names(struct json_reader *reader, const json_t *json, struct drift_item *item)
{
    const char *type = drift_read_some_text(reader, json, "type");
    const char *change_type = drift_read_some_text(reader, json, "change_type");
    const char *detail = drift_read_some_text(reader, json, "detail");
    const char *severity = drift_read_some_text(reader, json, "severity");
    const char *attention = drift_read_some_text(reader, json, "attention");

    if (!drift_type_parse(type, &item->type))
        drift_read_bad_name(reader, "items.type", type);
    if (!change_type_parse(change_type, &item->change_type))
        drift_read_bad_name(reader, "items.change_type", change_type);
    if (!change_detail_parse(detail, &item->detail))
        drift_read_bad_name(reader, "items.detail", detail);
    if (!severity_parse(severity, &item->severity))
        drift_read_bad_name(reader, "items.severity", severity);
    if (!attention_parse(attention, &item->attention))
        drift_read_bad_name(reader, "items.attention", attention);
}

static void read_blob(struct json_reader *reader, const json_t *json, const char *key,
                      struct object_id *blob)
{
    const char *hex = drift_read_text(reader, json, key);

    if (hex && !object_id_parse(hex, blob))
        drift_read_bad_name(reader, key, hex);
}

static void read_file(struct json_reader *reader, const json_t *json, struct drift_item *item)
{
    item->insertions = drift_read_number(reader, json, "insertions");
    item->deletions = drift_read_number(reader, json, "deletions");
    item->binary = drift_read_bool(reader, json, "binary");
    /* Earlier versions wrote 0 where nobody had counted. */
    item->counted = json_is_integer(json_object_get(json, "insertions")) &&
                    (item->binary || item->insertions + item->deletions > 0);
    read_blob(reader, json, "old_blob", &item->old_blob);
    read_blob(reader, json, "new_blob", &item->new_blob);
    item->old_mode = (uint32_t)drift_read_number(reader, json, "old_mode");
    item->new_mode = (uint32_t)drift_read_number(reader, json, "new_mode");
}

static void read_item(struct json_reader *reader, const json_t *json, struct drift_item *item)
{
    const json_t *provenance = drift_read_object(reader, json, "provenance");

    read_names(reader, json, item);
    read_rules(reader, json, item);
    read_file(reader, json, item);
    item->id = drift_read_some_text(reader, json, "id");
    item->category = drift_read_some_text(reader, json, "category");
    item->module = drift_read_some_text(reader, json, "module");
    item->service = drift_read_some_text(reader, json, "service");
    item->path = drift_read_some_text(reader, json, "path");
    item->key = drift_read_some_text(reader, json, "key");
    item->old_path = drift_read_text(reader, json, "old_path");
    item->environment = drift_read_text(reader, json, "environment");
    item->likeness = (unsigned)drift_read_number(reader, json, "likeness");
    item->previous = read_value(reader, json, "previous", "previous_kind", "previous_masked");
    item->current = read_value(reader, json, "current", "current_kind", "current_masked");
    item->substance = drift_read_text(reader, json, "substance");
    item->attention_reason = drift_read_text(reader, json, "attention_reason");
    item->breaking = drift_read_bool(reader, json, "breaking");
    item->security = drift_read_bool(reader, json, "security");
    item->tickets = drift_read_texts(reader, json, "tickets", &item->ticket_count);
    item->expected = drift_read_bool(reader, json, "expected");
    item->expected_by = drift_read_text(reader, json, "expected_by");
    item->expected_reason = drift_read_text(reader, json, "expected_reason");
    item->suppressed = drift_read_bool(reader, json, "suppressed");
    item->suppressed_by = drift_read_text(reader, json, "suppressed_by");
    item->blocks = json_object_get(json, "blocks") && drift_read_bool(reader, json, "blocks");
    item->previous_at = read_place(reader, provenance, "previous");
    item->current_at = read_place(reader, provenance, "current");
    item->first_seen = drift_read_time(reader, json, "first_seen");
    drift_read_history(reader, json, item);
    item->commit = drift_read_text(reader, json, "commit");
    if (json_object_get(json, "submodule"))
        item->submodule = drift_read_submodule(reader, json, item->path);
}

void drift_read_items(struct json_reader *reader, const json_t *json, struct drift_report *report)
{
    const json_t *from = drift_read_array(reader, json, "items");

    report->item_count = json_array_size(from);
    report->items = arena_array(reader->arena, report->item_count, sizeof *report->items);
    for (size_t i = 0; i < report->item_count && !reader->failed; i++)
        read_item(reader, json_array_get(from, i), &report->items[i]);
}
