#include "pg_users.h"

#include <string.h>

#include <pilab/base/arena.h>

#include "pg_world.h"

bool pg_lists(const struct schema_object *object, enum schema_property property, const char *item)
{
    size_t count;
    const char *const *items = schema_list(object, property, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], item) == 0)
            return true;
    return false;
}

static bool is_relation(enum schema_kind kind)
{
    return kind == SCHEMA_TABLE || kind == SCHEMA_VIEW || kind == SCHEMA_MATERIALIZED_VIEW;
}

struct pg_used pg_used_as(const struct schema *schema, struct arena *arena,
                          const struct schema_object *object)
{
    struct pg_used used = { .kind = object->kind,
                            .name = arena_text(arena, pg_object_name(arena, object)),
                            .path = schema_object_path(arena, object) };
    const struct schema_object *other = object->kind == SCHEMA_FUNCTION ? schema->first : NULL;
    for (; other && !used.overloaded; other = other->next)
        used.overloaded = other->kind == SCHEMA_FUNCTION && other != object &&
                          strcmp(other->name, object->name) == 0 &&
                          strcmp(other->schema, object->schema) == 0;
    return used;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '"' || (c & 0x80);
}

/* Whether a text names it: a function only where it is called. Names of text are qualified. */
static bool mentions(const char *text, const struct pg_used *used)
{
    size_t length = strlen(used->name);
    for (const char *at = text; at && (at = strstr(at, used->name)); at++) {
        char before = at > text ? at[-1] : ' ', behind = at[length];
        if (is_word(before) || before == '.')
            continue;
        if (used->kind == SCHEMA_FUNCTION ? behind == '(' : !is_word(behind) && behind != '.')
            return true;
    }
    return false;
}

static bool mentions_in(const struct schema_object *object, enum schema_property property,
                        const struct pg_used *used)
{
    return mentions(schema_get(object, property), used);
}

/* A function of its own takes or returns it; what is in a body that is a text is nobody's. */
static bool function_uses(const struct schema_object *function, const struct pg_used *used)
{
    const char *definition = schema_get(function, SCHEMA_DEFINITION);
    bool in_sql = definition && !strstr(definition, "\nAS ");
    return mentions(function->arguments, used) || mentions_in(function, SCHEMA_ARGUMENTS, used) ||
           mentions_in(function, SCHEMA_RETURNS, used) ||
           (in_sql && mentions_in(function, SCHEMA_BODY, used));
}

static enum pg_use column_use(const struct schema_object *column, const struct pg_used *used)
{
    if (mentions_in(column, SCHEMA_TYPE, used) || mentions_in(column, SCHEMA_GENERATED, used))
        return PG_USE_WHOLE;
    return mentions_in(column, SCHEMA_DEFAULT, used) ? PG_USE_DEFAULT : PG_USE_NONE;
}

/* Those of a view go with the view. */
static enum pg_use part_use(const struct schema_object *part, const struct pg_used *used)
{
    if (part->kind == SCHEMA_COLUMN)
        return is_relation(part->owner->kind) && part->owner->kind != SCHEMA_TABLE
                   ? PG_USE_NONE
                   : column_use(part, used);
    if (is_relation(used->kind))
        return PG_USE_NONE;
    return pg_lists(part, SCHEMA_DEPENDS, used->path) ||
                   mentions_in(part, SCHEMA_EXPRESSION, used) ||
                   mentions_in(part, SCHEMA_CHECK, used) || mentions_in(part, SCHEMA_WHERE, used) ||
                   mentions_in(part, SCHEMA_COLUMNS, used)
               ? PG_USE_WHOLE
               : PG_USE_NONE;
}

enum pg_use pg_use_of(const struct schema_object *object, const struct pg_used *used)
{
    bool uses = false;
    if (used->overloaded)
        return object->kind == SCHEMA_TRIGGER && pg_lists(object, SCHEMA_DEPENDS, used->path)
                   ? PG_USE_WHOLE
                   : PG_USE_NONE;
    if (used->kind == SCHEMA_SEQUENCE)
        return object->kind == SCHEMA_COLUMN && mentions_in(object, SCHEMA_DEFAULT, used)
                   ? PG_USE_DEFAULT
                   : PG_USE_NONE;
    if (object->owner)
        return part_use(object, used);
    switch (object->kind) {
    case SCHEMA_FUNCTION:
        uses = function_uses(object, used);
        break;
    case SCHEMA_VIEW:
    case SCHEMA_MATERIALIZED_VIEW:
        uses = pg_lists(object, SCHEMA_DEPENDS, used->path) ||
               (!is_relation(used->kind) && mentions_in(object, SCHEMA_DEFINITION, used));
        break;
    case SCHEMA_DOMAIN:
    case SCHEMA_COMPOSITE: /* a range of it */
        return column_use(object, used);
    default:
        break;
    }
    return uses ? PG_USE_WHOLE : PG_USE_NONE;
}
