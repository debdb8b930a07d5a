#include "sync_mysql_held.h"

#include <string.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"

/* NULL: there is none. */
static const struct schema_change *change_to(const struct schema_diff *diff,
                                             const struct schema_object *object)
{
    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].current == object)
            return &diff->changes[i];
    }
    return NULL;
}

/* Whether it is said with a character set of its table that destroys. */
static bool follows_table(const struct schema_diff *diff, const struct schema_object *column)
{
    const struct schema_change *table =
        diff_is_of_characters(column) ? change_to(diff, column->owner) : NULL;

    return table != NULL && table->kind == SCHEMA_CHANGED && (table->risks & SCHEMA_RISK_DATA);
}

/* Whether such a change is no statement unless destroying is asked for. */
static bool destroys(const struct schema_diff *diff, const struct schema_change *change)
{
    if (change->kind != SCHEMA_CHANGED)
        return false;
    return (change->risks & SCHEMA_RISK_DATA) ||
           (change->current->kind == SCHEMA_COLUMN && follows_table(diff, change->current));
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

/* ---- keys ---- */

bool sync_mysql_has_column(const struct schema_object *key, const char *name)
{
    size_t count, length = strlen(name);
    const char *const *names = schema_list(key, SCHEMA_COLUMNS, &count);

    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], name, length) == 0 && strchr("( ", names[i][length]) != NULL)
            return true;
    }
    return false;
}

static bool counts(const struct schema *schema, const char *table, const char *column)
{
    const struct schema_object *owner = schema_find(schema, SCHEMA_TABLE, "", table, NULL);
    const struct schema_object *part = owner != NULL ? owner->parts : NULL;

    for (; part != NULL; part = part->next) {
        if (part->kind == SCHEMA_COLUMN && strcmp(part->name, column) == 0 &&
            schema_get(part, SCHEMA_IDENTITY) != NULL)
            return true;
    }
    return false;
}

static bool keeps_counter(const struct schema_diff *diff, const char *table)
{
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *column = schema_change_object(change);

        if (column->kind == SCHEMA_COLUMN && !change->within &&
            strcmp(column->owner->name, table) == 0 &&
            (change->kind == SCHEMA_REMOVED || destroys(diff, change)) &&
            (counts(diff->previous, table, column->name) ||
             counts(diff->current, table, column->name)))
            return true;
    }
    return false;
}

bool sync_mysql_counter_stays(const struct sync_script *script, const char *table)
{
    return !script->destructive && keeps_counter(script->diff, table);
}

bool sync_mysql_counter_has_stayed(const struct sync_script *script, const char *table)
{
    return script->taken_back != NULL && keeps_counter(script->taken_back, table);
}

bool sync_mysql_is_counter(const struct sync_script *script, const struct schema_object *part)
{
    const struct schema *sides[] = { script->diff->previous, script->diff->current };
    const char *table = part->owner->name;

    for (size_t i = 0; i < 2; i++) {
        const struct schema_object *owner = schema_find(sides[i], SCHEMA_TABLE, "", table, NULL);
        const struct schema_object *column = owner != NULL ? owner->parts : NULL;

        for (; column != NULL; column = column->next) {
            if (column->kind == SCHEMA_COLUMN && schema_get(column, SCHEMA_IDENTITY) != NULL &&
                (part->kind == SCHEMA_COLUMN ? strcmp(column->name, part->name) == 0
                                             : sync_mysql_has_column(part, column->name)))
                return true;
        }
    }
    return false;
}

/* Of which a key has only so many characters, or needs to be told how many. */
static bool is_long(const struct schema_object *column)
{
    static const char *const words[] = { "char", "text", "binary", "blob" };
    const char *type = schema_get(column, SCHEMA_TYPE);

    for (size_t i = 0; type != NULL && i < sizeof words / sizeof *words; i++) {
        const char *at = strstr(type, words[i]);

        if (at != NULL && at <= type + strcspn(type, "("))
            return true;
    }
    return false;
}

/* `key` is of the side that the comparison leads to. */
static bool keeps_long_column(const struct schema_diff *diff, const struct schema_object *key)
{
    const struct schema_object *table =
        schema_find(diff->previous, SCHEMA_TABLE, "", key->owner->name, NULL);
    const struct schema_object *column = table != NULL ? key->owner->parts : NULL;

    for (; column != NULL; column = column->next) {
        const struct schema_object *before =
            column->kind == SCHEMA_COLUMN && sync_mysql_has_column(key, column->name)
                ? schema_find_part(diff->previous, table, SCHEMA_COLUMN, column->name)
                : NULL;
        const struct schema_change *change = before != NULL ? change_to(diff, column) : NULL;

        if (before != NULL && is_long(before) &&
            (change != NULL ? destroys(diff, change) : follows_table(diff, column)))
            return true;
    }
    return false;
}

bool sync_mysql_key_stays(const struct sync_script *script, const struct schema_object *key)
{
    return !script->destructive && keeps_long_column(script->diff, key);
}

bool sync_mysql_key_has_stayed(const struct sync_script *script, const struct schema_object *key)
{
    return script->taken_back != NULL && keeps_long_column(script->taken_back, key);
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
