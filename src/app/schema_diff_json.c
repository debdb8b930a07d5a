#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/json.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/sync.h>

#include "schema_diff_form.h"

struct risk_word {
    unsigned risk;
    const char *word;
};

static const struct risk_word risk_words[] = {
    {SCHEMA_RISK_BREAKING,  "breaking"},
    { SCHEMA_RISK_DATA,     "data"    },
    { SCHEMA_RISK_LOCK,     "lock"    },
    { SCHEMA_RISK_FAILS,    "fails"   },
    { SCHEMA_RISK_SECURITY, "security"},
};

size_t schema_diff_destructive(const struct schema_diff *diff)
{
    size_t count = 0;

    for (size_t i = 0; i < diff->count; i++)
        count += schema_change_is_destructive(&diff->changes[i]);
    return count;
}

static json_t *side_json(const struct schema *schema)
{
    char digest[SHA256_HEX_SIZE];
    json_t *side = json_object();

    json_put_text(side, "name", schema->name);
    json_put_text(side, "dialect", schema_dialect_word(schema->dialect));
    json_put_bool(side, "dialect_assumed", schema->dialect_assumed);
    json_put_text(side, "server", schema->server);
    json_put_text(side, "digest", schema_digest(schema, digest));
    json_put_integer(side, "tables", (int64_t)schema->counts[SCHEMA_TABLE]);
    json_put_integer(side, "columns", (int64_t)schema->counts[SCHEMA_COLUMN]);
    json_put_integer(side, "problems", (int64_t)schema->problem_count);
    return side;
}

static json_t *risks_json(unsigned risks)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof risk_words / sizeof *risk_words; i++) {
        if ((risks & risk_words[i].risk) != 0)
            json_append(list, json_text(risk_words[i].word));
    }
    return list;
}

/* NULL stays NULL. */
static void put_property(json_t *out, const char *member, enum schema_dialect dialect,
                         const struct schema_object *object, enum schema_property property,
                         const char *text)
{
    struct strbuf shown = STRBUF_INIT;

    if (text != NULL)
        mask_property(&shown, dialect, object, property, text);
    json_put_text(out, member, text != NULL ? shown.data : NULL);
    strbuf_release(&shown);
}

static void put_message(json_t *out, const char *member, enum schema_dialect dialect,
                        const char *message)
{
    struct arena *arena = arena_new();

    json_put_text(out, member, mask_message(arena, dialect, message));
    arena_free(&arena);
}

/* Of a column that does not say it, the table's: "none" is nobody's character set. */
static const char *of_table(const struct schema_object *object,
                            const struct schema_property_change *property, const char *text,
                            const char *other)
{
    bool told =
        property->property == SCHEMA_CHARACTER_SET || property->property == SCHEMA_COLLATION;
    const char *usual = told && object != NULL && object->owner != NULL
                            ? schema_get(object->owner, property->property)
                            : NULL;

    return text == NULL && usual != NULL && other != NULL && strcmp(usual, other) != 0 ? usual
                                                                                       : text;
}

static json_t *properties_json(enum schema_dialect dialect, const struct schema_change *change)
{
    json_t *list = json_array();

    for (size_t i = 0; i < change->property_count; i++) {
        const struct schema_property_change *property = &change->properties[i];
        const struct schema_object *object = schema_change_object(change);
        json_t *item = json_object();

        json_put_text(item, "property", schema_property_word(property->property));
        put_property(item, "previous", dialect, object, property->property,
                     of_table(change->previous, property, property->previous, property->current));
        put_property(item, "current", dialect, object, property->property,
                     of_table(change->current, property, property->current, property->previous));
        json_put_bool(item, "facet", property->facet);
        json_append(list, item);
    }
    return list;
}

static json_t *hazards_json(const struct schema_change *change)
{
    json_t *list = json_array();

    for (size_t i = 0; i < change->hazard_count; i++) {
        json_t *item = json_object();

        json_put_text(item, "id", change->hazards[i].id);
        json_put(item, "risks", risks_json(change->hazards[i].risks));
        json_put_text(item, "reason", change->hazards[i].reason);
        json_append(list, item);
    }
    return list;
}

static void put_place(json_t *out, const char *member, const struct schema_object *object)
{
    json_t *place;

    if (object == NULL || object->place.file == NULL || object->place.line == 0)
        return;
    place = json_object();
    json_put_text(place, "file", object->place.file);
    json_put_integer(place, "line", object->place.line);
    json_put(out, member, place);
}

static json_t *change_json(struct arena *arena, enum schema_dialect dialect,
                           const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    json_t *out = json_object();

    json_put_text(out, "change", schema_change_name(change->kind));
    json_put_text(out, "kind", schema_kind_word(object->kind));
    json_put_text(out, "path", schema_object_path(arena, object));
    json_put_text(out, "name", object->name);
    json_put_text(out, "owner",
                  object->owner != NULL ? schema_object_path(arena, object->owner) : NULL);
    json_put_text(out, "owner_kind",
                  object->owner != NULL ? schema_kind_word(object->owner->kind) : NULL);
    json_put_bool(out, "within", change->within);
    json_put_bool(out, "destructive", schema_change_is_destructive(change));
    put_property(out, "definition", dialect, object, SCHEMA_DEFINITION,
                 schema_get(object, SCHEMA_DEFINITION));
    json_put_text(out, "type", schema_get(object, SCHEMA_TYPE));
    json_put(out, "properties", properties_json(dialect, change));
    json_put(out, "hazards", hazards_json(change));
    put_place(out, "previous_at", change->previous);
    put_place(out, "current_at", change->current);
    return out;
}

static json_t *renames_json(struct arena *arena, const struct schema_diff *diff)
{
    json_t *list = json_array();

    for (size_t i = 0; i < diff->rename_count; i++) {
        const struct schema_rename_guess *guess = &diff->renames[i];
        json_t *item = json_object();

        json_put_text(item, "kind", schema_kind_word(guess->previous->kind));
        json_put_text(item, "previous", schema_object_path(arena, guess->previous));
        json_put_text(item, "current", schema_object_path(arena, guess->current));
        json_put_integer(item, "score", guess->score);
        json_put_text(item, "why", guess->why);
        json_append(list, item);
    }
    return list;
}

static json_t *gaps_json(const struct schema_diff *diff)
{
    json_t *list = json_array();

    for (size_t i = 0; i < diff->gap_count; i++) {
        const struct schema_diff_gap *gap = &diff->gaps[i];
        json_t *item = json_object();

        put_message(item, "what", diff->current->dialect, gap->what);
        put_message(item, "why", diff->current->dialect, gap->why);
        json_put_text(item, "side",
                      gap->previous && gap->current ? "both"
                      : gap->previous               ? "previous"
                                                    : "current");
        if (gap->refused)
            json_put_bool(item, "refused", true);
        json_append(list, item);
    }
    return list;
}

static void add_problems(json_t *list, const struct schema *schema, const char *side)
{
    for (size_t i = 0; i < schema->problem_count; i++) {
        const struct schema_problem *problem = &schema->problems[i];
        json_t *item = json_object();

        json_put_text(item, "side", side);
        put_message(item, "message", schema->dialect, problem->message);
        put_message(item, "hint", schema->dialect, problem->hint);
        json_put_text(item, "file", problem->place.file);
        json_put(item, "line", problem->place.line > 0 ? json_integer(problem->place.line) : NULL);
        json_append(list, item);
    }
}

static json_t *summary_json(const struct schema_diff *diff)
{
    size_t counts[SCHEMA_CHANGED + 1] = { 0 }, within[SCHEMA_CHANGED + 1] = { 0 };
    json_t *summary = json_object(), *parts = json_object();

    for (size_t i = 0; i < diff->count; i++) {
        counts[diff->changes[i].kind]++;
        within[diff->changes[i].kind] += diff->changes[i].within;
    }
    json_put_integer(summary, "total", (int64_t)diff->count);
    json_put_integer(summary, "added", (int64_t)counts[SCHEMA_ADDED]);
    json_put_integer(summary, "removed", (int64_t)counts[SCHEMA_REMOVED]);
    json_put_integer(summary, "changed", (int64_t)counts[SCHEMA_CHANGED]);
    json_put_integer(parts, "added", (int64_t)within[SCHEMA_ADDED]);
    json_put_integer(parts, "removed", (int64_t)within[SCHEMA_REMOVED]);
    json_put(summary, "within", parts);
    json_put_integer(summary, "destructive", (int64_t)schema_diff_destructive(diff));
    json_put(summary, "risks", risks_json(diff->risks));
    return summary;
}

json_t *schema_diff_json(const struct schema_diff *diff)
{
    json_t *document = json_object(), *changes = json_array(), *problems = json_array();
    struct arena *arena = arena_new();
    const struct schema_change *const *order = schema_diff_in_order(arena, diff);

    for (size_t i = 0; i < diff->count; i++)
        json_append(changes, change_json(arena, diff->current->dialect, order[i]));
    add_problems(problems, diff->previous, "previous");
    add_problems(problems, diff->current, "current");
    json_put_text(document, "schema", "pilab.schema-diff/1");
    json_put(document, "previous", side_json(diff->previous));
    json_put(document, "current", side_json(diff->current));
    json_put(document, "summary", summary_json(diff));
    json_put_bool(document, "loose", diff->loose);
    json_put(document, "changes", changes);
    json_put(document, "renames", renames_json(arena, diff));
    json_put(document, "not_compared", gaps_json(diff));
    json_put(document, "problems", problems);
    arena_free(&arena);
    return document;
}
