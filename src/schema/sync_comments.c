#include "sync_parts.h"

static const char *comment_target(struct sync_writer *writer, const struct schema_object *object)
{
    const char *name = object->owner ? sync_word(writer, object->name) : sync_name(writer, object);
    const char *owner = object->owner ? sync_owner(writer, object) : NULL;
    switch (object->kind) {
    case SCHEMA_NAMESPACE:
        return arena_printf(writer->arena, "SCHEMA %s", name);
    case SCHEMA_ENUM:
    case SCHEMA_COMPOSITE:
        return arena_printf(writer->arena, "TYPE %s", name);
    case SCHEMA_DOMAIN:
        return arena_printf(writer->arena, "DOMAIN %s", name);
    case SCHEMA_SEQUENCE:
        return arena_printf(writer->arena, "SEQUENCE %s", name);
    case SCHEMA_FUNCTION:
        return arena_printf(writer->arena, "%s %s", sync_routine_word(object),
                            sync_function_name(writer, object));
    case SCHEMA_TABLE:
        return arena_printf(writer->arena, "TABLE %s", name);
    case SCHEMA_VIEW:
    case SCHEMA_MATERIALIZED_VIEW:
        return arena_printf(writer->arena, "%s %s", sync_view_word(object), name);
    case SCHEMA_COLUMN:
        return arena_printf(writer->arena, "COLUMN %s.%s", owner, name);
    case SCHEMA_CONSTRAINT:
        return arena_printf(writer->arena, "CONSTRAINT %s ON %s%s", name,
                            object->owner->kind == SCHEMA_DOMAIN ? "DOMAIN " : "", owner);
    case SCHEMA_INDEX:
        return arena_printf(writer->arena, "INDEX %s.%s", sync_word(writer, object->schema), name);
    case SCHEMA_TRIGGER:
        return arena_printf(writer->arena, "TRIGGER %s ON %s", name, owner);
    case SCHEMA_POLICY:
        return arena_printf(writer->arena, "POLICY %s ON %s", name, owner);
    default:
        return NULL;
    }
}

void sync_comment_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = change->current;
    const char *comment = object ? schema_get(object, SCHEMA_COMMENT) : NULL;
    bool said = change->kind == SCHEMA_ADDED ? comment != NULL
                                             : schema_change_of(change, SCHEMA_COMMENT) != NULL;
    const char *target = object && said ? comment_target(writer, object) : NULL;
    if (!target)
        return;
    /* Indexes and keys that are built at the end are not there before. */
    bool late = object->kind == SCHEMA_INDEX || object->kind == SCHEMA_CONSTRAINT;
    sync_add(writer, late ? SYNC_VALIDATE : SYNC_COMMENTS, "COMMENT ON %s IS %s;", target,
             comment ? sync_literal(writer, comment) : "NULL");
}

void sync_comment_again(struct sync_writer *writer, const struct schema_object *part)
{
    const struct schema_change *change = sync_change_of(writer, part);
    const struct schema_change again = { .kind = SCHEMA_ADDED, .current = part };
    if (!change || change->kind != SCHEMA_CHANGED || !schema_change_of(change, SCHEMA_COMMENT))
        sync_comment_change(writer, &again);
}
