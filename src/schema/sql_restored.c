/*
 * What is off only for a while, or for good: triggers that are switched off and on again or dropped
 * and made again in one migration, and the log of a server.
 */
#include <config.h> /* strcasestr is a GNU extension */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>

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

static bool switches_on(const struct sql_change *change)
{
    return is_of_triggers(change, "ENABLE ") && !switches_off(change);
}

/* Without the schema that is meant where none is named. */
static const char *bare_table(const char *name)
{
    return strncasecmp(name, "public.", 7) == 0 ? name + 7
           : strncasecmp(name, "dbo.", 4) == 0  ? name + 4
                                                : name;
}

/* --- What is done later ------------------------------------------------------------------------
 */

/* The last operation that does something to something, by what it does: each is asked for once for
 * each that is off. */
struct later {
    struct map *last;
    struct strbuf key;
};

/* In small letters; of a name in quotes what is in them. */
static void add_name(struct strbuf *key, const char *name)
{
    static const char quotes[] = "\"`[]";

    name += strspn(name, quotes);
    for (size_t i = 0, length = strcspn(name, quotes); i < length; i++)
        strbuf_add_char(key, (char)tolower((unsigned char)name[i]));
}

static const char *key_of(struct later *later, char what, const char *object, const char *part)
{
    strbuf_clear(&later->key);
    strbuf_add_char(&later->key, what);
    for (const char *at = object; *at != '\0'; at++)
        strbuf_add_char(&later->key, (char)tolower((unsigned char)*at));
    strbuf_add_char(&later->key, '\n');
    if (part != NULL)
        add_name(&later->key, is_all(part) ? "all" : part);
    return later->key.data;
}

static void keep(struct later *later, char what, const char *object, const char *part,
                 struct sql_operation *operation)
{
    if (object != NULL)
        map_put(later->last, key_of(later, what, object, part), operation);
}

/* Whether it is done behind the operation. */
static bool is_done(struct later *later, char what, const char *object, const char *part,
                    const struct sql_operation *behind)
{
    const struct sql_operation *last =
        object != NULL ? map_get(later->last, key_of(later, what, object, part)) : NULL;

    return last != NULL && last > behind;
}

/* 'S'witched on, 'C'reated (behind a digit, of which kind), table 'G'one, 'E'nabled, 'L'ogged. */
static void keep_all(struct later *later, struct sql_operation *operation)
{
    const char *kind = operation->object_kind == SQL_RULE ? "rule" : "trigger";

    for (size_t k = 0; k < operation->change_count; k++) {
        if (operation->object != NULL && switches_on(&operation->changes[k]))
            keep(later, 'S', bare_table(operation->object), last_word(operation->changes[k].words),
                 operation);
    }
    if (operation->kind == SQL_CREATE &&
        (operation->object_kind == SQL_TRIGGER || operation->object_kind == SQL_RULE))
        keep(later, 'C', operation->object, kind, operation);
    if (operation->kind == SQL_DROP && operation->object_kind == SQL_TABLE)
        keep(later, 'G', operation->object, NULL, operation);
    if (operation->kind == SQL_ALTER && operation->change_count > 0 &&
        strncasecmp(operation->changes[0].words, "ENABLE", 6) == 0)
        keep(later, 'E', operation->object, NULL, operation);
    if (operation->kept && operation->sets != NULL && strcmp(operation->sets, "SQL_LOG_BIN") == 0)
        keep(later, 'L', operation->sets, NULL, operation);
}

/* Whether a later change switches on what `off` switches off: all, all but those that check keys,
 * or that one. */
static bool is_switched_on(struct later *later, const struct sql_operation *operation,
                           const struct sql_change *off)
{
    const char *was = last_word(off->words), *table;

    if (operation->object == NULL)
        return false;
    table = bare_table(operation->object);
    return is_done(later, 'S', table, "all", operation) ||
           is_done(later, 'S', table, was, operation) ||
           (!is_all(was) && is_done(later, 'S', table, "user", operation));
}

/* What a dump sets back to what it kept in a variable. */
static bool is_logged_again(struct later *later, const struct sql_operation *operation)
{
    return operation->sets != NULL && strcmp(operation->sets, "SQL_LOG_BIN") == 0 &&
           is_done(later, 'L', operation->sets, NULL, operation);
}

/* A trigger that is made again, as one is whose body changes, or whose table goes as well. */
static bool is_made_again(struct later *later, const struct sql_operation *operation)
{
    return is_done(later, 'C', operation->object,
                   operation->object_kind == SQL_RULE ? "rule" : "trigger", operation) ||
           is_done(later, 'G', operation->table, NULL, operation);
}

static void find_dropped(struct later *later, struct sql_operation *operation)
{
    if (operation->kind != SQL_DROP || operation->object == NULL ||
        (operation->object_kind != SQL_TRIGGER && operation->object_kind != SQL_RULE) ||
        is_made_again(later, operation))
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
static void find_disabled(struct later *later, struct sql_operation *operation)
{
    if (operation->kind != SQL_ALTER || operation->object_kind != SQL_TRIGGER ||
        operation->change_count == 0 || strcasecmp(operation->changes[0].words, "DISABLE") != 0)
        return;
    operation->changes[0].off =
        is_done(later, 'E', operation->object, NULL, operation) ? SQL_OFF_A_WHILE
        : operation->object && is_guard(operation->object)      ? SQL_OFF_GUARD
                                                                : SQL_OFF_FOR_GOOD;
}

static void find_off(struct later *later, struct sql_operation *operation)
{
    for (size_t k = 0; k < operation->change_count; k++) {
        struct sql_change *change = &operation->changes[k];

        if (!switches_off(change))
            continue;
        change->off = is_switched_on(later, operation, change) ? SQL_OFF_A_WHILE
                      : is_guard(last_word(change->words))     ? SQL_OFF_GUARD
                                                               : SQL_OFF_FOR_GOOD;
    }
}

void sql_find_restored(struct sql_operation *operations, size_t count)
{
    struct later later = { .last = map_new(), .key = STRBUF_INIT };

    sql_find_set_back(operations, count);
    for (size_t i = 0; i < count; i++)
        keep_all(&later, &operations[i]);
    for (size_t i = 0; i < count; i++) {
        struct sql_operation *operation = &operations[i];

        find_off(&later, operation);
        find_dropped(&later, operation);
        find_disabled(&later, operation);
        if (is_logged_again(&later, operation)) {
            operation->seen &= ~(unsigned)SQL_NO_RESTORE;
            operation->seen_why = NULL;
        }
    }
    map_free(&later.last);
    strbuf_release(&later.key);
}

/* --- What is taken back ------------------------------------------------------------------------
 */

/* The whole statement in one of these words, a word for the transaction behind it or not. */
static bool is_transaction(const struct sql_operation *operation, const char *const *words)
{
    size_t length = 0;

    if (operation->kind != SQL_TRANSACTION)
        return false;
    for (; *words != NULL && length == 0; words++) {
        if (strncasecmp(operation->text, *words, strlen(*words)) == 0)
            length = strlen(*words);
    }
    while (length > 0 && length < operation->length && operation->text[length] == ' ')
        length++;
    return length == operation->length ||
           (length > 0 &&
            (strncasecmp(operation->text + length, "WORK", 4) == 0 ||
             strncasecmp(operation->text + length, "TRANSACTION", 11) == 0) &&
            memchr(operation->text + length, ' ', operation->length - length) == NULL);
}

void sql_find_taken_back(enum sql_dialect dialect, struct sql_operation *operations, size_t count)
{
    static const char *const begins[] = { "BEGIN", "START", NULL };
    static const char *const ends[] = { "ROLLBACK", "ABORT", NULL };
    size_t first = count;

    if (dialect != DIALECT_POSTGRESQL && dialect != DIALECT_SQLITE)
        return; /* MySQL cannot take back what it makes and drops */
    for (size_t i = 0; i < count; i++) {
        if (is_transaction(&operations[i], begins)) {
            first = i + 1;
            continue;
        }
        if (operations[i].kind != SQL_TRANSACTION)
            continue;
        for (size_t k = first; k < i && is_transaction(&operations[i], ends); k++)
            operations[k].taken_back = (operations[k].seen & SQL_NUMBERS) == 0; /* those stay */
        first = count;
    }
}
