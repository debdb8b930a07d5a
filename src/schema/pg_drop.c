#include <string.h>

#include <pilab/base/vector.h>

#include "pg_rename.h"
#include "pg_users.h"

/* A statement that drops: what it names goes first, then whoever cannot be without it, and so on.
 * Without CASCADE a server refuses what has users, which is a problem. */
struct going {
    struct pg_state *state;
    bool cascade;
    struct vector gone;  /* struct pg_used, whose users are still there */
    struct vector users; /* of one of them: struct schema_object * */
};

static void begin(struct going *going, struct pg_state *state, bool cascade)
{
    *going = (struct going){ .state = state, .cascade = cascade };
    vector_init(&going->gone, sizeof(struct pg_used));
    vector_init(&going->users, sizeof(struct schema_object *));
}

static bool is_relation(const struct pg_used *used)
{
    return used->kind == SCHEMA_TABLE || used->kind == SCHEMA_VIEW ||
           used->kind == SCHEMA_MATERIALIZED_VIEW;
}

/* One that stands alone. */
static void take_out(struct going *going, struct schema_object *object)
{
    const struct pg_used used = pg_used_as(going->state->schema, going->state->world.arena, object);
    vector_push(&going->gone, &used);
    schema_remove(going->state->schema, object);
}

static void complain_of(struct going *going, const struct schema_object *user, const char *verb,
                        const char *name)
{
    if (!going->cascade)
        pg_complain(going->state, "%s %s %s: a server refuses without CASCADE",
                    schema_object_path(going->state->world.arena, user), verb, name);
}

/* --- Keys ------------------------------------------------------------------------------------- */

static bool has_same_items(const struct schema_object *a, enum schema_property property,
                           const struct schema_object *b, enum schema_property other)
{
    size_t count, more;
    const char *const *items = schema_list(a, property, &count);
    schema_list(b, other, &more);
    for (size_t i = 0; i < count; i++)
        if (!pg_lists(b, other, items[i]))
            return false;
    return count && count == more;
}

/* What a foreign key can rest on. */
static bool is_key(const struct schema_object *part)
{
    const char *sort = schema_get(part, SCHEMA_SORT);
    if (part->kind == SCHEMA_INDEX)
        return schema_flag(part, SCHEMA_UNIQUE) && !schema_get(part, SCHEMA_WHERE);
    return part->kind == SCHEMA_CONSTRAINT && sort &&
           (strcmp(sort, "primary key") == 0 || strcmp(sort, "unique") == 0);
}

static bool has_key(const struct schema_object *table, const struct schema_object *foreign)
{
    for (const struct schema_object *part = table->parts; part; part = part->next)
        if (is_key(part) &&
            has_same_items(part, SCHEMA_COLUMNS, foreign, SCHEMA_REFERENCED_COLUMNS))
            return true;
    return false;
}

/* Keys that refer to what is called `name`; with `table` only those for which it has none left. */
static void drop_referring(struct going *going, const char *name, const struct schema_object *table)
{
    struct pg_state *state = going->state;
    for (struct schema_object *other = state->schema->first; other; other = other->next) {
        struct schema_object *next;
        for (struct schema_object *part = other->parts; part; part = next) {
            next = part->next;
            const char *to =
                part->kind == SCHEMA_CONSTRAINT ? schema_get(part, SCHEMA_REFERENCES) : NULL;
            if (!to || strcmp(to, name) != 0 || (table && has_key(table, part)))
                continue;
            complain_of(going, part, "still refers to", name);
            schema_remove(state->schema, part);
        }
    }
}

/* One that is no column. */
static void take_out_part(struct going *going, struct schema_object *part)
{
    const struct schema_object *table = part->owner;
    bool key = is_key(part);
    schema_remove(going->state->schema, part);
    if (key)
        drop_referring(going, pg_object_name(going->state->world.arena, table), table);
}

/* --- Columns ---------------------------------------------------------------------------------- */

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
    return pg_lists(part, SCHEMA_COLUMNS, name) || pg_lists(part, SCHEMA_INCLUDE, name) ||
           pg_mentions(schema_get(part, SCHEMA_EXPRESSION), name) ||
           pg_mentions(schema_get(part, SCHEMA_WHERE), name) ||
           (!schema_get(part, SCHEMA_REFERENCES) &&
            pg_mentions(schema_get(part, SCHEMA_COLUMNS), name));
}

/* Views that read the column go with it. */
static void drop_views_of(struct going *going, const struct schema_object *column)
{
    struct arena *arena = going->state->world.arena;
    const char *mention = arena_printf(arena, "%s.%s", pg_quoted(arena, column->owner->name),
                                       pg_quoted(arena, column->name));
    struct schema_object *next;
    for (struct schema_object *other = going->state->schema->first; other; other = next) {
        next = other->next;
        bool view = other->kind == SCHEMA_VIEW || other->kind == SCHEMA_MATERIALIZED_VIEW;
        if (!view || !pg_mentions_whole(schema_get(other, SCHEMA_DEFINITION), mention))
            continue;
        complain_of(going, other, "uses", mention);
        take_out(going, other);
    }
}

static void take_out_column(struct going *going, struct schema_object *column);

/* Columns that are made of it; none of those is made of another generated one. */
static void drop_generated_of(struct going *going, const struct schema_object *table,
                              const char *name)
{
    struct schema_object *part = table->parts;
    while (part) {
        bool made_of = part->kind == SCHEMA_COLUMN && schema_get(part, SCHEMA_GENERATED) &&
                       pg_mentions(schema_get(part, SCHEMA_GENERATED), name);
        struct schema_object *next = part->next;
        if (made_of) {
            complain_of(going, part, "is made of", name);
            take_out_column(going, part);
            next = table->parts; /* what went with it may have been the next */
        }
        part = next;
    }
}

static void take_out_column(struct going *going, struct schema_object *column)
{
    struct arena *arena = going->state->world.arena;
    struct schema_object *table = column->owner, *next;
    const char *name = pg_quoted(arena, column->name);
    for (struct schema_object *part = table->parts; part; part = next) {
        next = part->next;
        if (uses_column(part, name))
            take_out_part(going, part);
    }
    drop_generated_of(going, table, name);
    drop_views_of(going, column);
    drop_owned_sequences(going->state,
                         arena_printf(arena, "%s.%s", pg_object_name(arena, table), name), false);
    schema_remove(going->state->schema, column);
}

/* --- Who uses what is gone -------------------------------------------------------------------- */

/* Tables that inherit from it and partitions of it; those a server drops without a word. */
static bool descends(const struct schema_object *object, const struct pg_used *used)
{
    const char *of = schema_get(object, SCHEMA_PARTITION_OF);
    return is_relation(used) && object->kind == SCHEMA_TABLE &&
           (pg_lists(object, SCHEMA_INHERITS, used->name) || (of && strcmp(of, used->name) == 0));
}

static void collect_users(struct going *going, const struct pg_used *used)
{
    vector_clear(&going->users);
    for (struct schema_object *one = going->state->schema->first; one; one = one->next) {
        if (descends(one, used) || pg_use_of(one, used) != PG_USE_NONE) {
            vector_push(&going->users, &one);
            continue;
        }
        for (struct schema_object *part = one->parts; part; part = part->next)
            if (pg_use_of(part, used) != PG_USE_NONE)
                vector_push(&going->users, &part);
    }
}

static void drop_user(struct going *going, struct schema_object *user, const struct pg_used *used)
{
    bool partition = descends(user, used) && schema_get(user, SCHEMA_PARTITION_OF);
    if (!partition)
        complain_of(going, user, "still needs", used->name);
    if (!descends(user, used) && pg_use_of(user, used) == PG_USE_DEFAULT)
        schema_set(going->state->schema, user, SCHEMA_DEFAULT, NULL);
    else if (!user->owner)
        take_out(going, user);
    else if (user->kind == SCHEMA_COLUMN && user->owner->kind == SCHEMA_TABLE)
        take_out_column(going, user);
    else
        take_out_part(going, user);
}

/* What goes for one of them may take another one with it. */
static void drop_users(struct going *going, const struct pg_used *used)
{
    collect_users(going, used);
    for (size_t i = 0; i < going->users.count; i++) {
        struct schema_object *user = *(struct schema_object **)vector_at(&going->users, i);
        if (!user->removed && !(user->owner && user->owner->removed))
            drop_user(going, user, used);
    }
}

static void finish(struct going *going)
{
    while (going->gone.count) {
        const struct pg_used used = *(struct pg_used *)vector_at(&going->gone, --going->gone.count);
        if (is_relation(&used)) {
            drop_referring(going, used.name, NULL);
            drop_owned_sequences(going->state, used.name, true);
        }
        drop_users(going, &used);
    }
    vector_release(&going->gone);
    vector_release(&going->users);
}

/* --- Statements ------------------------------------------------------------------------------- */

void pg_drop_column(struct pg_state *state, struct schema_object *column, bool cascade)
{
    struct going going;
    begin(&going, state, cascade);
    take_out_column(&going, column);
    finish(&going);
}

void pg_drop_part(struct pg_state *state, struct schema_object *part, bool cascade)
{
    struct going going;
    begin(&going, state, cascade);
    take_out_part(&going, part);
    finish(&going);
}

static void take_out_schema(struct going *going, struct schema_object *namespace)
{
    struct pg_state *state = going->state;
    struct schema_object *next;
    for (struct schema_object *object = state->schema->first; object; object = next) {
        next = object->next;
        if (strcmp(object->schema, namespace->name) != 0)
            continue;
        if (!going->cascade)
            pg_complain(state, "%s is still in schema %s: a server refuses without CASCADE",
                        schema_object_path(state->world.arena, object), namespace->name);
        take_out(going, object);
    }
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
static void drop_one(struct going *going, const char *type, const struct pg_node *what,
                     bool optional)
{
    struct schema_object *object = pg_named_object(going->state, type, what);
    if (!object && !optional)
        pg_complain(going->state, "what is to be dropped is not there");
    else if (object && object->kind == SCHEMA_NAMESPACE)
        take_out_schema(going, object);
    else if (object && object->owner)
        take_out_part(going, object);
    else if (object)
        take_out(going, object);
}

/* What one statement names goes together: none of it keeps another. */
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
    struct going going;
    begin(&going, state, cascade);
    for (size_t i = 0; i < pg_count(objects); i++)
        drop_one(&going, type, pg_at(objects, i), optional);
    finish(&going);
}
