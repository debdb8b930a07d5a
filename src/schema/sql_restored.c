/*
 * What is off only for a while, or for good: triggers that are switched off and on again or dropped
 * and made again in one migration, and the log of a server.
 */
#include <config.h> /* strcasestr is a GNU extension */
#include <string.h>
#include <strings.h>

#include "sql_cursor.h"

static const char *last_word(const char *words)
{
    const char *blank = strrchr(words, ' ');

    return blank != NULL ? blank + 1 : words;
}

static bool is_of_triggers(const struct sql_change *change, const char *what)
{
    size_t length = strlen(what);

    return strncasecmp(change->words, what, length) == 0 &&
           strcasestr(change->words + length, "TRIGGER") != NULL;
}

/* ALL, or of Oracle "ALL TRIGGERS". */
static bool is_all(const char *which)
{
    return strcasecmp(which, "ALL") == 0 || strcasecmp(which, "TRIGGERS") == 0;
}

/* All, or one that says what it is for. */
static bool is_guard(const char *which)
{
    return is_all(which) || strcasecmp(which, "USER") == 0 || sql_name_guards(which);
}

/* In normal operation one that is on for replicas is off. */
static bool switches_off(const struct sql_change *change)
{
    return is_of_triggers(change, "DISABLE ") || is_of_triggers(change, "ENABLE REPLICA ");
}

/* Whether two names are one, in quotes or not. */
static bool is_same_trigger(const char *one, const char *other)
{
    static const char quotes[] = "\"`[]";
    size_t length;

    one += strspn(one, quotes);
    other += strspn(other, quotes);
    length = strcspn(one, quotes);
    return length == strcspn(other, quotes) && strncasecmp(one, other, length) == 0;
}

/* Whether a change switches on what `off` switches off: all, all but those that check keys, or that
 * one. */
static bool switches_on(const struct sql_change *change, const struct sql_change *off)
{
    const char *which = last_word(change->words), *was = last_word(off->words);

    return is_of_triggers(change, "ENABLE ") && !switches_off(change) &&
           (is_all(which) || is_same_trigger(which, was) ||
            (strcasecmp(which, "USER") == 0 && !is_all(was)));
}

/* Without the schema that is meant where none is named. */
static const char *bare_table(const char *name)
{
    return strncasecmp(name, "public.", 7) == 0 ? name + 7
           : strncasecmp(name, "dbo.", 4) == 0  ? name + 4
                                                : name;
}

static bool is_switched_on(const struct sql_operation *later, size_t count,
                           const struct sql_operation *operation, const struct sql_change *off)
{
    for (size_t i = 0; i < count; i++) {
        if (later[i].object == NULL || operation->object == NULL ||
            strcasecmp(bare_table(later[i].object), bare_table(operation->object)) != 0)
            continue;
        for (size_t k = 0; k < later[i].change_count; k++) {
            if (switches_on(&later[i].changes[k], off))
                return true;
        }
    }
    return false;
}

/* What a dump sets back to what it kept in a variable. */
static bool is_logged_again(const struct sql_operation *later, size_t count,
                            const struct sql_operation *operation)
{
    if (operation->sets == NULL || strcmp(operation->sets, "SQL_LOG_BIN") != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (later[i].sets != NULL && strcmp(later[i].sets, operation->sets) == 0 && later[i].kept)
            return true;
    }
    return false;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

/* A trigger that is made again, as one is whose body changes, or whose table goes as well. */
static bool is_made_again(const struct sql_operation *later, size_t count,
                          const struct sql_operation *operation)
{
    for (size_t i = 0; i < count; i++) {
        if (later[i].kind == SQL_CREATE && later[i].object_kind == operation->object_kind &&
            is_same(later[i].object, operation->object))
            return true;
        if (later[i].kind == SQL_DROP && later[i].object_kind == SQL_TABLE &&
            is_same(later[i].object, operation->table))
            return true;
    }
    return false;
}

static void find_dropped(struct sql_operation *operation, size_t count)
{
    if (operation->kind != SQL_DROP || operation->object == NULL ||
        (operation->object_kind != SQL_TRIGGER && operation->object_kind != SQL_RULE) ||
        is_made_again(operation + 1, count, operation))
        return;
    if (is_guard(operation->object))
        sql_see(operation, SQL_UNGUARDED,
                "a trigger is dropped: what it checks, writes down or keeps out is not any more");
    sql_see(operation, SQL_UNCHECKED,
            operation->object_kind == SQL_RULE
                ? "a rule does not act on what is written from then on"
                : "a trigger does not look at what is written from then on");
}

/* ALTER EVENT TRIGGER name DISABLE; Oracle's ALTER TRIGGER name DISABLE. */
static void find_disabled(struct sql_operation *operation, size_t count)
{
    const struct sql_operation *later = operation + 1;
    bool again = false;

    if (operation->kind != SQL_ALTER || operation->object_kind != SQL_TRIGGER ||
        operation->change_count == 0 || strcasecmp(operation->changes[0].words, "DISABLE") != 0)
        return;
    for (size_t i = 0; i < count; i++)
        again |= later[i].kind == SQL_ALTER && is_same(later[i].object, operation->object) &&
                 later[i].change_count > 0 &&
                 strncasecmp(later[i].changes[0].words, "ENABLE", 6) == 0;
    operation->changes[0].off = again ? SQL_OFF_A_WHILE
                                : operation->object && is_guard(operation->object)
                                    ? SQL_OFF_GUARD
                                    : SQL_OFF_FOR_GOOD;
}

void sql_find_restored(struct sql_operation *operations, size_t count)
{
    sql_find_set_back(operations, count);
    for (size_t i = 0; i < count; i++) {
        struct sql_operation *operation = &operations[i];
        const struct sql_operation *later = operation + 1;

        for (size_t k = 0; k < operation->change_count; k++) {
            struct sql_change *change = &operation->changes[k];

            if (!switches_off(change))
                continue;
            change->off = is_switched_on(later, count - i - 1, operation, change) ? SQL_OFF_A_WHILE
                          : is_guard(last_word(change->words))                    ? SQL_OFF_GUARD
                                                               : SQL_OFF_FOR_GOOD;
        }
        find_dropped(operation, count - i - 1);
        find_disabled(operation, count - i - 1);
        if (is_logged_again(later, count - i - 1, operation)) {
            operation->seen &= ~(unsigned)SQL_NO_RESTORE;
            operation->seen_why = NULL;
        }
    }
}
