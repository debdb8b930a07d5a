#include <string.h>

#include "sync_parts.h"

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
    sync_add(writer, SYNC_DROP_FUNCTIONS, "DROP %s IF EXISTS %s;", sync_routine_word(function),
             sync_function_name(writer, function));
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
                            sync_function_name(writer, function), definition + strlen(none));
    return arena_printf(writer->arena, "CREATE OR REPLACE %s", definition + strlen("CREATE "));
}

void sync_create_function(struct sync_writer *writer, const struct schema_object *function)
{
    const char *definition = sync_text(function, SCHEMA_DEFINITION);
    if (!*definition) {
        sync_note(writer, "the function %s has to be made by hand: its text is not known",
                  sync_function_name(writer, function));
        return;
    }
    if (strncmp(definition, "CREATE AGGREGATE ", strlen("CREATE AGGREGATE ")) == 0)
        definition = aggregate_text(writer, function);
    write_definition(writer, sync_function_phase(writer, function), definition);
}

void sync_function_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *function = schema_change_object(change);
    if (change->kind == SCHEMA_REMOVED && sync_is_body(writer, function))
        sync_leave(writer); /* sync_drop_bodies wrote it */
    else if (change->kind == SCHEMA_REMOVED)
        sync_destroy(writer, sync_function_end(writer, function), "what calls it fails",
                     "DROP %s IF EXISTS %s;", sync_routine_word(function),
                     sync_function_name(writer, function));
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
