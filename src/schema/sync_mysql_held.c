#include "sync_mysql_held.h"

#include <string.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"

/* The change of the table whose part the column is; NULL: there is none. */
static const struct schema_change *change_of_table(const struct schema_diff *diff,
                                                   const struct schema_object *table)
{
    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].current == table)
            return &diff->changes[i];
    }
    return NULL;
}

/* Whether such a change is no statement unless destroying is asked for. */
static bool destroys(const struct schema_diff *diff, const struct schema_change *change)
{
    const struct schema_change *table;

    if (change->kind != SCHEMA_CHANGED)
        return false;
    if (change->risks & SCHEMA_RISK_DATA)
        return true;
    if (change->current->kind != SCHEMA_COLUMN || !diff_is_of_characters(change->current))
        return false;
    /* It is said with the character set of its table. */
    table = change_of_table(diff, change->current->owner);
    return table != NULL && table->kind == SCHEMA_CHANGED && (table->risks & SCHEMA_RISK_DATA);
}

bool sync_mysql_has_stayed(const struct sync_script *script, const struct schema_change *change)
{
    const struct schema_diff *taken = script->taken_back;

    for (size_t i = 0; taken != NULL && i < taken->count; i++) {
        if (taken->changes[i].current == change->previous)
            return destroys(taken, &taken->changes[i]);
    }
    return false;
}

bool sync_mysql_stays(const struct sync_script *script, const struct schema_change *change)
{
    return !script->destructive &&
           (destroys(script->diff, change) || sync_mysql_has_stayed(script, change));
}

bool sync_mysql_names(const struct schema_object *object, enum schema_property property,
                      const char *name)
{
    size_t count;
    const char *const *names = schema_list(object, property, &count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

void sync_mysql_wait(struct sync_script *script, const char *text)
{
    strbuf_add(&script->body, "-- waits: a column of the key is not changed before\n");
    sync_add_commented(&script->body, arena_printf(script->arena, "%s;", text));
    script->waiting++;
}
