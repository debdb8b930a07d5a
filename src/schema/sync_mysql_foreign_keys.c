/* Foreign keys of MySQL and MariaDB: they go before tables change, and come after. */
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"
#include "sync_mysql_held.h"
#include "sync_mysql_table.h"

/* Whether the table's columns get another character set or collation by their table. */
static bool is_converted(const struct sync_script *script, const char *table)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_CHANGED &&
            strcmp(change->current->name, table) == 0 &&
            (schema_change_of(change, SCHEMA_CHARACTER_SET) ||
             schema_change_of(change, SCHEMA_COLLATION)))
            return !sync_mysql_stays(script, change);
    }
    return false;
}

/* Whether the column, of the side that the change is from, is at either end of the key. */
static bool is_end_of(const struct schema_object *key, const struct schema_object *column)
{
    const char *target = schema_get(key, SCHEMA_REFERENCES);

    return (strcmp(column->owner->name, key->owner->name) == 0 &&
            sync_mysql_names(key, SCHEMA_COLUMNS, column->name)) ||
           (target != NULL && strcmp(column->owner->name, target) == 0 &&
            sync_mysql_names(key, SCHEMA_REFERENCED_COLUMNS, column->name));
}

/* Whether a column at either end of the key becomes another one: a server refuses that. */
static bool is_in_the_way(const struct sync_script *script, const struct schema_object *key)
{
    const char *target = schema_get(key, SCHEMA_REFERENCES);

    if (is_converted(script, key->owner->name) || (target != NULL && is_converted(script, target)))
        return true;
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_COLUMN);

        if (change != NULL && change->kind == SCHEMA_CHANGED && is_end_of(key, change->previous) &&
            !sync_mysql_stays(script, change))
            return true;
    }
    return false;
}

static const struct schema_change *change_of(const struct sync_script *script,
                                             const struct schema_object *object)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = &script->diff->changes[i];

        if (change->previous == object || change->current == object)
            return change;
    }
    return NULL;
}

/* An index that a server has made for a foreign key goes when the key comes again, and another
 * comes with the key's name: as one of somebody's own it stays. "": there is none that could be
 * such. */
static const char *keep_index(struct sync_script *script, const struct schema_object *key)
{
    const char *columns = schema_get(key, SCHEMA_COLUMNS);
    const struct schema_object *part = key->owner->parts;

    for (; part != NULL; part = part->next) {
        if (part->kind != SCHEMA_INDEX || strcmp(part->name, key->name) == 0 ||
            strcmp(schema_get(part, SCHEMA_COLUMNS), columns) != 0 ||
            change_of(script, part) != NULL)
            continue;
        return arena_printf(script->arena, ",\n    DROP INDEX %s%s, ADD %s",
                            sync_mysql_is_mariadb(script) ? "IF EXISTS " : "",
                            sync_mysql_name(script, part->name),
                            sync_mysql_key(script, part, false));
    }
    return "";
}

/* What the column says, or its table for it. NULL: it is not known. */
static const char *set_of(const struct schema_object *column)
{
    const char *own = schema_get(column, SCHEMA_CHARACTER_SET);

    return own != NULL ? own : schema_get(column->owner, SCHEMA_CHARACTER_SET);
}

static const char *collation_of(const struct schema_object *column)
{
    const char *own = schema_get(column, SCHEMA_COLLATION);

    if (own != NULL || schema_get(column, SCHEMA_CHARACTER_SET) != NULL)
        return own;
    return schema_get(column->owner, SCHEMA_COLLATION);
}

static bool differ(const char *one, const char *other)
{
    return one != NULL && other != NULL && strcasecmp(one, other) != 0;
}

/* A server lets no key stand on texts of two kinds. */
static bool are_other_texts(const struct schema_object *one, const struct schema_object *other)
{
    return diff_is_of_characters(one) && diff_is_of_characters(other) &&
           (differ(set_of(one), set_of(other)) || differ(collation_of(one), collation_of(other)));
}

/* Whether a column of the table that the change is of, at either end of the key, gets other texts
 * by it. */
static bool is_converted_by(const struct sync_script *script, const struct schema_change *change,
                            const struct schema_object *key)
{
    const struct schema_object *part = change->current->parts;

    for (; part != NULL; part = part->next) {
        const struct schema_object *before =
            part->kind == SCHEMA_COLUMN && is_end_of(key, part)
                ? schema_find_part(script->diff->previous, change->previous, SCHEMA_COLUMN,
                                   part->name)
                : NULL;

        if (before != NULL && are_other_texts(before, part))
            return true;
    }
    return false;
}

/* Whether a column at either end of the key is left as it is, or was by the script that this one
 * takes back.
 */
static bool waits_for_type(const struct sync_script *script, const struct schema_object *key,
                           bool (*waits)(const struct sync_script *, const struct schema_change *))
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_CHANGED && waits(script, change) &&
            is_converted_by(script, change, key))
            return true;
    }
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_COLUMN);

        if (change != NULL && change->kind == SCHEMA_CHANGED && is_end_of(key, change->current) &&
            waits(script, change))
            return true;
    }
    return false;
}

/* Whether the change is one that the script leaves, and that was not left by one before it. */
static bool is_left(const struct sync_script *script, const struct schema_change *change)
{
    return sync_mysql_stays(script, change) && !sync_mysql_has_stayed(script, change);
}

/* As it is when the script has run; NULL: it is not there. */
static const struct schema_object *column_there(const struct sync_script *script, const char *table,
                                                const char *column)
{
    const struct schema_diff *diff = script->diff;
    const struct schema_object *owner = schema_find(diff->current, SCHEMA_TABLE, "", table, NULL);
    const struct schema_object *part =
        owner != NULL ? schema_find_part(diff->current, owner, SCHEMA_COLUMN, column) : NULL;
    const struct schema_change *change = part != NULL ? change_of(script, part) : NULL;
    const struct schema_change *other = part != NULL ? change_of(script, owner) : NULL;

    if (change != NULL)
        return is_left(script, change) ? change->previous : part;
    if (other == NULL || !is_left(script, other) || !diff_is_of_characters(part))
        return part;
    return schema_find_part(diff->previous, other->previous, SCHEMA_COLUMN, column);
}

/* Whether what stays is of one type at both ends of the key, and of one kind of text. */
static bool fits(const struct sync_script *script, const struct schema_object *key)
{
    const char *target = schema_get(key, SCHEMA_REFERENCES);
    size_t count, others;
    const char *const *here = schema_list(key, SCHEMA_COLUMNS, &count);
    const char *const *there = schema_list(key, SCHEMA_REFERENCED_COLUMNS, &others);

    for (size_t i = 0; i < count && i < others && target != NULL; i++) {
        const struct schema_object *one = column_there(script, key->owner->name, here[i]);
        const struct schema_object *other = column_there(script, target, there[i]);

        if (one == NULL || other == NULL)
            continue;
        if (differ(schema_get(one, SCHEMA_TYPE), schema_get(other, SCHEMA_TYPE)) ||
            are_other_texts(one, other))
            return false;
    }
    return true;
}

/* Whether only what is done with rows that refer to others changes: no type matters to that. */
static bool is_only_rule(const struct schema_change *change)
{
    return change != NULL && change->kind == SCHEMA_CHANGED &&
           !schema_change_of(change, SCHEMA_COLUMNS) &&
           !schema_change_of(change, SCHEMA_REFERENCES) &&
           !schema_change_of(change, SCHEMA_REFERENCED_COLUMNS);
}

static bool waits(const struct sync_script *script, const struct schema_object *key,
                  const struct schema_change *change)
{
    return change != NULL && !is_only_rule(change) && waits_for_type(script, key, sync_mysql_stays);
}

static void drop_foreign_key(struct sync_script *script, const struct schema_object *key,
                             const struct schema_change *change)
{
    bool mariadb = sync_mysql_is_mariadb(script);
    const char *text = arena_printf(script->arena, "ALTER TABLE %s%s DROP FOREIGN KEY %s%s%s",
                                    change != NULL && change->within && mariadb ? "IF EXISTS " : "",
                                    sync_mysql_name(script, key->owner->name),
                                    mariadb ? "IF EXISTS " : "", sync_mysql_name(script, key->name),
                                    change == NULL ? keep_index(script, key) : "");

    if (!waits(script, key, change)) {
        sync_script_add(script, "%s", text);
        return;
    }
    /* What waits stays as it is, and what has waited is not there. */
    if (change->kind == SCHEMA_CHANGED)
        sync_mysql_wait(script, text);
    else if (!waits_for_type(script, key, sync_mysql_has_stayed))
        sync_script_add(script, "%s", text);
}

static void add_foreign_key(struct sync_script *script, const struct schema_object *key,
                            const struct schema_change *change)
{
    const char *text =
        arena_printf(script->arena, "ALTER TABLE %s ADD %s",
                     sync_mysql_name(script, key->owner->name), sync_mysql_key(script, key, true));

    /* What the script before has dropped comes again where it can. */
    if (waits(script, key, change) &&
        (!script->back || change->kind == SCHEMA_CHANGED || !fits(script, key)))
        sync_mysql_wait(script, text);
    else
        sync_script_add(script, "%s", text);
}

/* Whether the other side has the key, too: one that has not, and with no change that says so, may
 * hide it. */
static bool is_on_both(const struct sync_script *script, const struct schema *schema,
                       const struct schema_object *key)
{
    const struct schema_diff *diff = script->diff;
    const struct schema *other = schema == diff->previous ? diff->current : diff->previous;
    const struct schema_object *table =
        schema_find(other, SCHEMA_TABLE, key->owner->schema, key->owner->name, NULL);

    return table != NULL && schema_find_part(other, table, SCHEMA_CONSTRAINT, key->name) != NULL;
}

void sync_mysql_foreign_keys(struct sync_script *script, const struct schema *schema, bool drop)
{
    for (const struct schema_object *table = schema->first; table != NULL; table = table->next) {
        for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
            const struct schema_change *change;

            if (!sync_mysql_is_sort(part, "foreign key"))
                continue;
            change = change_of(script, part);
            if (change == NULL && !is_on_both(script, schema, part))
                continue;
            /* With its table it goes anyway, but perhaps too late for another. */
            if ((change == NULL || (drop && change->within)) && !is_in_the_way(script, part))
                continue;
            if (drop)
                drop_foreign_key(script, part, change);
            else
                add_foreign_key(script, part, change);
        }
    }
}
