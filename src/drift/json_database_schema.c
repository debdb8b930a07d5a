#include "database.h"

#include <pilab/base/json.h>

/* --- Writing ---------------------------------------------------------------------------------- */

static json_t *from_side(const struct drift_schema_side *side)
{
    json_t *json = json_object();

    json_put_text(json, "kind", side->kind);
    json_put_text(json, "place", side->place);
    json_put_text(json, "server", side->server);
    json_put_time(json, "at", side->at);
    json_put_bool(json, "dialect_assumed", side->dialect_assumed);
    json_put_integer(json, "tables", (int64_t)side->tables);
    json_put_integer(json, "columns", (int64_t)side->columns);
    if (side->environment != NULL)
        json_put_text(json, "environment", side->environment);
    return json;
}

static json_t *from_change(const struct drift_schema_change *change)
{
    json_t *json = json_object(), *properties = json_array(), *hazards = json_array();

    for (size_t i = 0; i < change->property_count; i++) {
        const struct drift_schema_property *property = &change->properties[i];
        json_t *one = json_object();

        json_put_text(one, "property", property->name);
        json_put_text(one, "previous", property->previous);
        json_put_text(one, "current", property->current);
        json_put_bool(one, "facet", property->facet);
        json_append(properties, one);
    }
    for (size_t i = 0; i < change->hazard_count; i++) {
        json_t *one = json_object();

        json_put_text(one, "id", change->hazards[i].id);
        json_put_text(one, "reason", change->hazards[i].reason);
        json_append(hazards, one);
    }
    json_put_text(json, "change", change->change);
    json_put_text(json, "kind", change->kind);
    json_put_text(json, "path", change->path);
    json_put_text(json, "owner", change->owner);
    json_put_bool(json, "within", change->within);
    if (change->outside)
        json_put_bool(json, "outside", true);
    if (change->environment != NULL)
        json_put_text(json, "environment", change->environment);
    json_put_text(json, "gist", change->gist);
    json_put_text(json, "definition", change->definition);
    json_put(json, "properties", properties);
    json_put(json, "hazards", hazards);
    return json;
}

static json_t *from_rename(const struct drift_schema_rename *guess)
{
    json_t *json = json_object();

    json_put_text(json, "kind", guess->kind);
    json_put_text(json, "previous", guess->previous);
    json_put_text(json, "current", guess->current);
    json_put_integer(json, "score", guess->score);
    json_put_text(json, "why", guess->why);
    return json;
}

static json_t *from_gap(const struct drift_schema_gap *gap)
{
    json_t *json = json_object();

    json_put_text(json, "what", gap->what);
    json_put_text(json, "why", gap->why);
    json_put_text(json, "side", gap->side);
    return json;
}

json_t *database_schema_to_json(const struct drift_schema *schema)
{
    json_t *json = json_object(), *changes = json_array(), *renames = json_array();
    json_t *gaps = json_array();

    for (size_t i = 0; i < schema->change_count; i++)
        json_append(changes, from_change(&schema->changes[i]));
    for (size_t i = 0; i < schema->rename_count; i++)
        json_append(renames, from_rename(&schema->renames[i]));
    for (size_t i = 0; i < schema->gap_count; i++)
        json_append(gaps, from_gap(&schema->gaps[i]));
    json_put_text(json, "dialect", schema->dialect);
    json_put(json, "previous", from_side(&schema->previous));
    json_put(json, "current", from_side(&schema->current));
    if (schema->live_count > 0)
        json_put(json, "live", from_side(&schema->lives[0]));
    if (schema->live_count > 1)
        json_put(json, "other_live", from_side(&schema->lives[1]));
    json_put_bool(json, "loose", schema->loose);
    json_put(json, "changes", changes);
    json_put(json, "renames", renames);
    json_put(json, "not_compared", gaps);
    return json;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static struct drift_schema_side read_side(struct json_reader *reader, const json_t *json)
{
    return (struct drift_schema_side){
        .kind = drift_read_some_text(reader, json, "kind"),
        .place = drift_read_some_text(reader, json, "place"),
        .server = drift_read_text(reader, json, "server"),
        .at = drift_read_time(reader, json, "at"),
        .dialect_assumed = drift_read_bool(reader, json, "dialect_assumed"),
        .environment = drift_read_text(reader, json, "environment"),
        .tables = (size_t)drift_read_number(reader, json, "tables"),
        .columns = (size_t)drift_read_number(reader, json, "columns"),
    };
}

static void read_properties(struct json_reader *reader, const json_t *list,
                            struct drift_schema_change *change)
{
    change->property_count = json_array_size(list);
    change->properties =
        arena_array(reader->arena, change->property_count, sizeof *change->properties);
    for (size_t i = 0; i < change->property_count; i++) {
        const json_t *one = json_array_get(list, i);

        change->properties[i] = (struct drift_schema_property){
            .name = drift_read_some_text(reader, one, "property"),
            .previous = drift_read_text(reader, one, "previous"),
            .current = drift_read_text(reader, one, "current"),
            .facet = drift_read_bool(reader, one, "facet"),
        };
    }
}

static void read_hazards(struct json_reader *reader, const json_t *list,
                         struct drift_schema_change *change)
{
    change->hazard_count = json_array_size(list);
    change->hazards = arena_array(reader->arena, change->hazard_count, sizeof *change->hazards);
    for (size_t i = 0; i < change->hazard_count; i++) {
        const json_t *one = json_array_get(list, i);

        change->hazards[i] =
            (struct drift_schema_hazard){ .id = drift_read_some_text(reader, one, "id"),
                                          .reason = drift_read_some_text(reader, one, "reason") };
    }
}

static struct drift_schema_change read_change(struct json_reader *reader, const json_t *json)
{
    struct drift_schema_change change = {
        .change = drift_read_some_text(reader, json, "change"),
        .kind = drift_read_some_text(reader, json, "kind"),
        .path = drift_read_some_text(reader, json, "path"),
        .owner = drift_read_text(reader, json, "owner"),
        .within = drift_read_bool(reader, json, "within"),
        .outside = json_is_true(json_object_get(json, "outside")),
        .environment = drift_read_text(reader, json, "environment"),
        .gist = drift_read_some_text(reader, json, "gist"),
        .definition = drift_read_text(reader, json, "definition"),
    };

    read_properties(reader, drift_read_array(reader, json, "properties"), &change);
    read_hazards(reader, drift_read_array(reader, json, "hazards"), &change);
    return change;
}

static void read_changes(struct json_reader *reader, const json_t *list,
                         struct drift_schema *schema)
{
    schema->change_count = json_array_size(list);
    schema->changes = arena_array(reader->arena, schema->change_count, sizeof *schema->changes);
    for (size_t i = 0; i < schema->change_count; i++)
        schema->changes[i] = read_change(reader, json_array_get(list, i));
}

static void read_renames(struct json_reader *reader, const json_t *list,
                         struct drift_schema *schema)
{
    schema->rename_count = json_array_size(list);
    schema->renames = arena_array(reader->arena, schema->rename_count, sizeof *schema->renames);
    for (size_t i = 0; i < schema->rename_count; i++) {
        const json_t *one = json_array_get(list, i);

        schema->renames[i] = (struct drift_schema_rename){
            .kind = drift_read_some_text(reader, one, "kind"),
            .previous = drift_read_some_text(reader, one, "previous"),
            .current = drift_read_some_text(reader, one, "current"),
            .score = (unsigned)drift_read_number(reader, one, "score"),
            .why = drift_read_some_text(reader, one, "why"),
        };
    }
}

static void read_gaps(struct json_reader *reader, const json_t *list, struct drift_schema *schema)
{
    schema->gap_count = json_array_size(list);
    schema->gaps = arena_array(reader->arena, schema->gap_count, sizeof *schema->gaps);
    for (size_t i = 0; i < schema->gap_count; i++) {
        const json_t *one = json_array_get(list, i);

        schema->gaps[i] =
            (struct drift_schema_gap){ .what = drift_read_some_text(reader, one, "what"),
                                       .why = drift_read_some_text(reader, one, "why"),
                                       .side = drift_read_some_text(reader, one, "side") };
    }
}

static void read_lives(struct json_reader *reader, const json_t *json, struct drift_schema *schema)
{
    static const char *const names[] = { "live", "other_live" };

    for (size_t i = 0; i < 2 && json_is_object(json_object_get(json, names[i])); i++)
        schema->lives[schema->live_count++] = read_side(reader, json_object_get(json, names[i]));
}

const struct drift_schema *database_schema_from_json(struct json_reader *reader, const json_t *json)
{
    struct drift_schema *schema;

    if (json == NULL)
        return NULL;
    schema = arena_alloc(reader->arena, sizeof *schema);
    *schema = (struct drift_schema){
        .dialect = drift_read_some_text(reader, json, "dialect"),
        .previous = read_side(reader, drift_read_object(reader, json, "previous")),
        .current = read_side(reader, drift_read_object(reader, json, "current")),
        .loose = drift_read_bool(reader, json, "loose"),
    };
    read_lives(reader, json, schema);
    read_changes(reader, drift_read_array(reader, json, "changes"), schema);
    read_renames(reader, drift_read_array(reader, json, "renames"), schema);
    read_gaps(reader, drift_read_array(reader, json, "not_compared"), schema);
    return schema;
}
