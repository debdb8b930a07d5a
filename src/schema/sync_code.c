#include <string.h>

#include "sync_parts.h"

static const char *function_name(struct sync_writer *writer, const struct schema_object *function)
{
    const char *types = function->arguments ? function->arguments : "";
    bool star = !*types && sync_is(function, SCHEMA_SORT, "aggregate");
    return arena_printf(writer->arena, "%s(%s)", sync_name(writer, function), star ? "*" : types);
}

static const char *routine_word(const struct schema_object *function)
{
    if (sync_is(function, SCHEMA_SORT, "aggregate"))
        return "AGGREGATE";
    return sync_is(function, SCHEMA_SORT, "procedure") ? "PROCEDURE" : "FUNCTION";
}

/* Without the line end, with a ';'. */
static void write_definition(struct sync_writer *writer, enum sync_phase phase,
                             const char *definition)
{
    size_t length = strlen(definition);
    while (length && strchr("\n ;", definition[length - 1]))
        length--;
    sync_add(writer, phase, "%.*s;", (int)length, definition);
}

void sync_drop_function(struct sync_writer *writer, const struct schema_object *function)
{
    sync_add(writer, SYNC_DROP_FUNCTIONS, "DROP %s IF EXISTS %s;", routine_word(function),
             function_name(writer, function));
}

/* The server's words for making an aggregate, so that it may be there already; one of no argument
 * has a star, which the catalog leaves out. */
static const char *aggregate_text(struct sync_writer *writer, const struct schema_object *function)
{
    const char *definition = sync_text(function, SCHEMA_DEFINITION);
    const char *none =
        arena_printf(writer->arena, "CREATE AGGREGATE %s()", sync_key(writer, function));
    if (strncmp(definition, none, strlen(none)) == 0)
        return arena_printf(writer->arena, "CREATE OR REPLACE AGGREGATE %s%s",
                            function_name(writer, function), definition + strlen(none));
    return arena_printf(writer->arena, "CREATE OR REPLACE %s", definition + strlen("CREATE "));
}

void sync_create_function(struct sync_writer *writer, const struct schema_object *function)
{
    const char *definition = sync_text(function, SCHEMA_DEFINITION);
    if (!*definition) {
        sync_note(writer, "the function %s has to be made by hand: its text is not known",
                  function_name(writer, function));
        return;
    }
    if (strncmp(definition, "CREATE AGGREGATE ", strlen("CREATE AGGREGATE ")) == 0)
        definition = aggregate_text(writer, function);
    write_definition(writer, sync_function_phase(writer, function), definition);
}

void sync_function_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *function = schema_change_object(change);
    if (change->kind == SCHEMA_REMOVED)
        sync_destroy(writer, sync_function_end(writer, function), "what calls it fails",
                     "DROP %s IF EXISTS %s;", routine_word(function),
                     function_name(writer, function));
    else if (!sync_only_comment(change))
        sync_create_function(writer, function);
}

void sync_drop_trigger(struct sync_writer *writer, const struct schema_object *trigger)
{
    sync_add(writer, SYNC_DROP_CODE, "DROP TRIGGER IF EXISTS %s ON %s;",
             sync_word(writer, trigger->name), sync_owner(writer, trigger));
}

void sync_create_trigger(struct sync_writer *writer, const struct schema_object *trigger)
{
    const char *disabled = schema_get(trigger, SCHEMA_DISABLED);
    sync_add(writer, SYNC_CODE, "DROP TRIGGER IF EXISTS %s ON %s;",
             sync_word(writer, trigger->name), sync_owner(writer, trigger));
    write_definition(writer, SYNC_CODE, sync_text(trigger, SCHEMA_DEFINITION));
    if (disabled)
        sync_add(writer, SYNC_CODE, "ALTER TABLE %s %s TRIGGER %s;", sync_owner(writer, trigger),
                 strcmp(disabled, "replica") == 0  ? "ENABLE REPLICA"
                 : strcmp(disabled, "always") == 0 ? "ENABLE ALWAYS"
                                                   : "DISABLE",
                 sync_word(writer, trigger->name));
}

void sync_trigger_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_diff *diff = writer->diff;
    if (sync_only_comment(change))
        return;
    bool before = change->previous && !sync_is_inherited(writer, diff->previous, change->previous);
    bool after = change->current && !sync_is_inherited(writer, diff->current, change->current);
    if (!before && !after)
        sync_leave(writer);
    if (before)
        sync_drop_trigger(writer, change->previous);
    if (after)
        sync_create_trigger(writer, change->current);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

void sync_drop_policy(struct sync_writer *writer, const struct schema_object *policy)
{
    sync_add(writer, SYNC_DROP_CODE, "DROP POLICY IF EXISTS %s ON %s;",
             sync_word(writer, policy->name), sync_owner(writer, policy));
}

void sync_create_policy(struct sync_writer *writer, const struct schema_object *policy)
{
    sync_add(writer, SYNC_CODE, "DROP POLICY IF EXISTS %s ON %s;", sync_word(writer, policy->name),
             sync_owner(writer, policy));
    sync_add(writer, SYNC_CODE, "CREATE POLICY %s ON %s %s;", sync_word(writer, policy->name),
             sync_owner(writer, policy), sync_text(policy, SCHEMA_DEFINITION));
}

void sync_policy_change(struct sync_writer *writer, const struct schema_change *change)
{
    if (sync_only_comment(change))
        return;
    if (change->previous)
        sync_drop_policy(writer, change->previous);
    if (change->current)
        sync_create_policy(writer, change->current);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

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
        return arena_printf(writer->arena, "%s %s", routine_word(object),
                            function_name(writer, object));
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
