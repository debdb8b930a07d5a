#include <stdlib.h>
#include <string.h>

#include "pg_rename.h"

static bool lists(const struct schema_object *object, enum schema_property property,
                  const char *name)
{
    size_t count;
    const char *const *items = schema_list(object, property, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], name) == 0)
            return true;
    return false;
}

/* Keys that refer to it go with it; a server refuses without CASCADE, which is a problem. */
static void drop_referring(struct pg_state *state, const char *name, bool cascade)
{
    for (struct schema_object *table = state->schema->first; table; table = table->next) {
        struct schema_object *next;
        for (struct schema_object *part = table->parts; part; part = next) {
            next = part->next;
            const char *to =
                part->kind == SCHEMA_CONSTRAINT ? schema_get(part, SCHEMA_REFERENCES) : NULL;
            if (!to || strcmp(to, name) != 0 ||
                strcmp(pg_object_name(state->world.arena, table), name) == 0)
                continue;
            if (!cascade)
                pg_complain(state, "%s still refers to %s: a server refuses without CASCADE",
                            schema_object_path(state->world.arena, part), name);
            schema_remove(state->schema, part);
        }
    }
}

static void drop_dependents(struct pg_state *state, const char *name, bool cascade, int depth);

/* A view, or a partition or child, that cannot be without it. */
static bool needs(const struct schema_object *object, const char *name)
{
    const char *of = schema_get(object, SCHEMA_PARTITION_OF);
    return lists(object, SCHEMA_DEPENDS, name) || lists(object, SCHEMA_INHERITS, name) ||
           (of && strcmp(of, name) == 0);
}

static struct schema_object *next_needing(struct pg_state *state, const char *name)
{
    for (struct schema_object *object = state->schema->first; object; object = object->next)
        if (needs(object, name))
            return object;
    return NULL;
}

static void drop_dependents(struct pg_state *state, const char *name, bool cascade, int depth)
{
    struct schema_object *object;
    while (depth < 100 && (object = next_needing(state, name))) {
        bool partition = schema_get(object, SCHEMA_PARTITION_OF) != NULL;
        const char *own =
            arena_text(state->world.arena, pg_object_name(state->world.arena, object));
        if (!cascade && !partition)
            pg_complain(state, "%s still needs %s: a server refuses without CASCADE", own, name);
        schema_remove(state->schema, object);
        drop_referring(state, own, cascade);
        drop_dependents(state, own, cascade, depth + 1);
    }
}

static void drop_owned_sequences(struct pg_state *state, const char *owner, bool whole)
{
    size_t length = strlen(owner);
    struct schema_object *next;
    for (struct schema_object *object = state->schema->first; object; object = next) {
        next = object->next;
        const char *by =
            object->kind == SCHEMA_SEQUENCE ? schema_get(object, SCHEMA_OWNED_BY) : NULL;
        if (by && strncmp(by, owner, length) == 0 && by[length] == (whole ? '.' : '\0'))
            schema_remove(state->schema, object);
    }
}

/* Of constraints and indexes; the columns that a foreign key refers to are another table's. */
static bool uses_column(const struct schema_object *part, const char *name)
{
    if (part->kind != SCHEMA_CONSTRAINT && part->kind != SCHEMA_INDEX)
        return false;
    return lists(part, SCHEMA_COLUMNS, name) || lists(part, SCHEMA_INCLUDE, name) ||
           pg_mentions(schema_get(part, SCHEMA_EXPRESSION), name) ||
           pg_mentions(schema_get(part, SCHEMA_WHERE), name) ||
           (!schema_get(part, SCHEMA_REFERENCES) &&
            pg_mentions(schema_get(part, SCHEMA_COLUMNS), name));
}

/* Views that read the column go with it; a server refuses without CASCADE, which is a problem. */
static void drop_views_of(struct pg_state *state, const struct schema_object *column, bool cascade)
{
    struct arena *arena = state->world.arena;
    const char *mention = arena_printf(arena, "%s.%s", pg_quoted(arena, column->owner->name),
                                       pg_quoted(arena, column->name));
    struct schema_object *other = state->schema->first;
    while (other) {
        bool view = other->kind == SCHEMA_VIEW || other->kind == SCHEMA_MATERIALIZED_VIEW;
        if (!view || !pg_mentions_whole(schema_get(other, SCHEMA_DEFINITION), mention)) {
            other = other->next;
            continue;
        }
        if (!cascade)
            pg_complain(state, "%s uses %s: a server refuses without CASCADE",
                        schema_object_path(arena, other), mention);
        pg_drop_object(state, other, cascade);
        other = state->schema->first;
    }
}

void pg_drop_column(struct pg_state *state, struct schema_object *column, bool cascade)
{
    struct arena *arena = state->world.arena;
    struct schema_object *table = column->owner, *next;
    const char *name = pg_quoted(arena, column->name);
    const char *whole = arena_printf(arena, "%s.%s", pg_object_name(arena, table), name);
    for (struct schema_object *part = table->parts; part; part = next) {
        next = part->next;
        if (uses_column(part, name))
            schema_remove(state->schema, part);
    }
    drop_views_of(state, column, cascade);
    drop_owned_sequences(state, whole, false);
    schema_remove(state->schema, column);
}

void pg_drop_object(struct pg_state *state, struct schema_object *object, bool cascade)
{
    const char *name = pg_object_name(state->world.arena, object);
    if (object->owner) {
        schema_remove(state->schema, object);
        return;
    }
    name = arena_text(state->world.arena, name);
    schema_remove(state->schema, object);
    if (object->kind == SCHEMA_TABLE || object->kind == SCHEMA_VIEW ||
        object->kind == SCHEMA_MATERIALIZED_VIEW) {
        drop_referring(state, name, cascade);
        drop_dependents(state, name, cascade, 0);
        drop_owned_sequences(state, name, true);
    }
}

static void drop_schema(struct pg_state *state, const char *name, bool cascade)
{
    struct schema_object *next;
    for (struct schema_object *object = state->schema->first; object; object = next) {
        next = object->next;
        if (strcmp(object->schema, name) != 0)
            continue;
        if (!cascade)
            pg_complain(state, "%s is still in schema %s: a server refuses without CASCADE",
                        schema_object_path(state->world.arena, object), name);
        schema_remove(state->schema, object);
    }
    struct schema_object *namespace = schema_find(state->schema, SCHEMA_NAMESPACE, "", name, NULL);
    if (namespace)
        schema_remove(state->schema, namespace);
}

static bool is_read(const char *type)
{
    static const char *const others[] = {
        "OBJECT_RULE",          "OBJECT_CAST",           "OBJECT_OPERATOR",
        "OBJECT_EVENT_TRIGGER", "OBJECT_COLLATION",      "OBJECT_PUBLICATION",
        "OBJECT_OPCLASS",       "OBJECT_OPFAMILY",       "OBJECT_TSPARSER",
        "OBJECT_TSDICTIONARY",  "OBJECT_TSTEMPLATE",     "OBJECT_TSCONFIGURATION",
        "OBJECT_FDW",           "OBJECT_FOREIGN_SERVER", "OBJECT_LANGUAGE",
        "OBJECT_STATISTIC_EXT", "OBJECT_CONVERSION",     "OBJECT_TRANSFORM",
        "OBJECT_ACCESS_METHOD",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(others[i], type) == 0)
            return false;
    return true;
}

/* An index that makes a constraint is dropped with that only. */
static void drop_one(struct pg_state *state, const char *type, const struct pg_node *what,
                     bool cascade, bool optional)
{
    struct schema_object *object = pg_named_object(state, type, what);
    if (object && object->kind == SCHEMA_NAMESPACE)
        drop_schema(state, arena_text(state->world.arena, object->name), cascade);
    else if (object)
        pg_drop_object(state, object, cascade);
    else if (!optional)
        pg_complain(state, "what is to be dropped is not there");
}

void pg_apply_drop(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *objects = pg_member(node, "objects");
    const char *type = pg_word(node, "removeType");
    bool cascade = pg_is(node, "behavior", "DROP_CASCADE"), optional = pg_flag(node, "missing_ok");
    if (!is_read(type)) {
        schema_add_gap(state->schema, "objects of other kinds",
                       "rules, casts, operators, text search, servers and publications are not "
                       "read");
        return;
    }
    for (size_t i = 0; i < pg_count(objects); i++)
        drop_one(state, type, pg_at(objects, i), cascade, optional);
}
