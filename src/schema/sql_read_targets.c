/*
 * Which tables UPDATE and DELETE write where they name several: "DELETE a FROM audit a JOIN b …",
 * "UPDATE a, b SET b.x = 1". What is written may be called by an alias, and what is joined chooses
 * among its rows.
 */
#include <string.h>
#include <strings.h>

#include "sql_cursor.h"

/* How a table is joined to those before it. */
enum join { JOIN_ALL, JOIN_CHOOSES, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL };

struct reference {
    const char *name, *alias; /* NULL: a query; none */
    enum join join;
};

/* Brackets within each other: what is deeper is written by nobody. */
enum { DEPTH_MAX = 64 };

/* What is read of a list of tables. */
struct joined {
    struct vector references; /* struct reference */
    unsigned depth;
    bool too_deep; /* some of them are not among the references */
};

static const char ends[] = "WHERE SET ORDER LIMIT RETURNING OUTPUT OPTION";
static const char joins[] = "JOIN INNER LEFT RIGHT FULL CROSS NATURAL STRAIGHT_JOIN OUTER";

/* LEFT and RIGHT are functions, too. */
static bool at_join(const struct sql_cursor *cursor)
{
    return sql_at_one_of(cursor, joins) && !sql_token_is_sign(sql_peek(cursor, 1), "(");
}

static bool at_boundary(const struct sql_cursor *cursor)
{
    return sql_at_end(cursor) || sql_at_sign(cursor, ",") || at_join(cursor) ||
           sql_at_one_of(cursor, ends);
}

static enum join take_join(struct sql_cursor *cursor)
{
    enum join join = JOIN_ALL;

    for (; at_join(cursor); cursor->at++) {
        if (sql_at_word(cursor, "LEFT"))
            join = JOIN_LEFT;
        else if (sql_at_word(cursor, "RIGHT"))
            join = JOIN_RIGHT;
        else if (sql_at_word(cursor, "FULL"))
            join = JOIN_FULL;
        else if (sql_at_word(cursor, "NATURAL"))
            join = JOIN_CHOOSES;
    }
    return join;
}

static void read_references(struct sql_cursor *cursor, struct joined *joined);

/* A table, a list of them in brackets or a query, with what it is called. */
static void read_reference(struct sql_cursor *cursor, struct joined *joined)
{
    struct reference one = { 0 };
    struct sql_cursor inner;

    if (sql_take_bracket(cursor, &inner)) {
        if (!sql_at_one_of(&inner, "SELECT VALUES WITH TABLE")) {
            if (joined->depth >= DEPTH_MAX) {
                joined->too_deep = true;
                return;
            }
            joined->depth++;
            read_references(&inner, joined);
            joined->depth--;
            return;
        }
    } else {
        sql_take_word(cursor, "ONLY");
        one.name = sql_take_name(cursor);
    }
    while (sql_at_sign(cursor, "(") || sql_at_sign(cursor, "*") ||
           sql_at_one_of(cursor, "PARTITION WITH"))
        sql_skip(cursor);
    if (sql_take_word(cursor, "AS") ||
        !(at_boundary(cursor) || sql_at_one_of(cursor, "ON USING USE FORCE IGNORE")))
        one.alias = sql_take_part(cursor);
    vector_push(&joined->references, &one);
}

/* Whether what joins them chooses: steps over it. */
static bool take_condition(struct sql_cursor *cursor)
{
    bool chooses = false;

    for (; !at_boundary(cursor); sql_skip(cursor))
        chooses |= sql_at_one_of(cursor, "ON USING");
    return chooses;
}

/* Up to what ends them: the cursor stands there. */
static void read_references(struct sql_cursor *cursor, struct joined *joined)
{
    enum join join = JOIN_ALL;

    for (;;) {
        size_t first = joined->references.count, at = cursor->at;
        bool chooses;

        read_reference(cursor, joined);
        chooses = take_condition(cursor);
        if (first < joined->references.count)
            ((struct reference *)vector_at(&joined->references, first))->join =
                join == JOIN_ALL && chooses ? JOIN_CHOOSES : join;
        if (sql_take_sign(cursor, ","))
            join = JOIN_ALL;
        else if (at_join(cursor))
            join = take_join(cursor);
        else
            return;
        if (cursor->at == at)
            return;
    }
}

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && dot[1] != '\0' ? dot + 1 : name;
}

/* Which of the references a name means; their number: none. */
static size_t reference_of(const struct vector *references, const char *name)
{
    for (size_t i = 0; i < references->count; i++) {
        const struct reference *one = vector_at(references, i);

        if (one->alias != NULL && strcasecmp(one->alias, name) == 0)
            return i;
    }
    for (size_t i = 0; i < references->count; i++) {
        const struct reference *one = vector_at(references, i);

        if (one->name != NULL && strcasecmp(last_part(one->name), last_part(name)) == 0)
            return i;
    }
    return references->count;
}

/* Whether no join leaves out rows of the table at `at`. */
static bool keeps_all_rows(const struct vector *references, size_t at)
{
    for (size_t i = 0; i < references->count; i++) {
        const struct reference *one = vector_at(references, i);

        if (one->join == JOIN_CHOOSES || (one->join == JOIN_LEFT && at >= i) ||
            (one->join == JOIN_RIGHT && at < i))
            return false;
    }
    return true;
}

static void add_target(struct vector *targets, const struct vector *references, const char *name,
                       const struct sql_cursor *rest)
{
    size_t at = reference_of(references, name);
    const struct reference *one = at < references->count ? vector_at(references, at) : NULL;
    const char *table = one != NULL && one->name != NULL ? one->name : name;
    struct sql_target *target;

    for (size_t i = 0; i < targets->count; i++) {
        if (strcmp(((const struct sql_target *)vector_at(targets, i))->table, table) == 0)
            return;
    }
    target = vector_add(targets);
    target->table = table;
    target->whole = keeps_all_rows(references, at) && sql_takes_all_rows(rest);
}

/* Nobody knows then what the names stand for. */
static void say_too_deep(const struct joined *joined, struct vector *targets)
{
    if (joined->too_deep && targets->count == 0)
        vector_add(targets);
    for (size_t i = 0; joined->too_deep && i < targets->count; i++)
        ((struct sql_target *)vector_at(targets, i))->too_deep = true;
}

/* The bounds of "a, b" and of what they are joined to. False: one table, and nothing joined. */
static bool find_lists(const struct sql_cursor *cursor, struct sql_cursor *names,
                       struct sql_cursor *joined)
{
    bool is_mysql = sql_dialect_is_mysql(cursor->dialect);
    struct sql_cursor ahead = *cursor;
    bool from_first = sql_take_word(&ahead, "FROM");
    const char *between = from_first && is_mysql ? "USING" : "FROM";

    *names = ahead;
    while (!sql_at_end(&ahead) && !sql_at_word(&ahead, between)) {
        if (sql_at_one_of(&ahead, "WHERE SET OUTPUT"))
            return false;
        sql_skip(&ahead);
    }
    names->count = ahead.at;
    *joined = ahead;
    return sql_take_word(joined, between);
}

bool sql_read_deleted(struct sql_cursor *cursor, struct vector *targets)
{
    struct sql_cursor names, rest, one;
    struct joined joined = { 0 };

    if (cursor->dialect == DIALECT_POSTGRESQL || cursor->dialect == DIALECT_SQLITE ||
        cursor->dialect == DIALECT_ORACLE || !find_lists(cursor, &names, &rest))
        return false;
    vector_init(&joined.references, sizeof(struct reference));
    read_references(&rest, &joined);
    while (sql_take_item(&names, &one)) {
        const char *name = sql_take_name(&one);

        if (name != NULL)
            add_target(targets, &joined.references, name, &rest);
    }
    say_too_deep(&joined, targets);
    vector_release(&joined.references);
    return targets->count > 0;
}

/* SQL Server: "UPDATE a SET … FROM audit a JOIN …". */
static bool read_from(const struct sql_cursor *cursor, struct vector *targets,
                      struct joined *joined)
{
    struct sql_cursor from = *cursor;
    const char *name;

    if (cursor->dialect != DIALECT_SQLSERVER || (name = sql_take_name(&from)) == NULL)
        return false;
    while (!sql_at_end(&from) && !sql_at_one_of(&from, "FROM WHERE"))
        sql_skip(&from);
    if (!sql_take_word(&from, "FROM"))
        return false;
    read_references(&from, joined);
    add_target(targets, &joined->references, name, &from);
    return true;
}

/* Each table of which a column is set; one without a table's name may be of the first. */
static void read_set(struct sql_cursor *cursor, struct vector *targets,
                     const struct vector *references)
{
    struct sql_cursor set = *cursor, rest = *cursor, one;

    while (!sql_at_end(&set) && !sql_at_one_of(&set, "WHERE ORDER LIMIT"))
        sql_skip(&set);
    set.count = set.at;
    set.at = cursor->at;
    while (sql_take_item(&set, &one)) {
        const char *name = sql_take_name(&one), *dot = name != NULL ? strrchr(name, '.') : NULL;
        const struct reference *first = vector_at(references, 0);

        if (dot != NULL)
            add_target(targets, references, arena_bytes(cursor->arena, name, (size_t)(dot - name)),
                       &rest);
        else if (first->name != NULL)
            add_target(targets, references, first->name, &rest);
    }
}

bool sql_read_updated(struct sql_cursor *cursor, struct vector *targets)
{
    struct sql_cursor ahead = *cursor;
    struct joined joined = { 0 };

    if (!sql_dialect_is_mysql(cursor->dialect) && cursor->dialect != DIALECT_SQLSERVER)
        return false;
    vector_init(&joined.references, sizeof(struct reference));
    if (!read_from(cursor, targets, &joined)) {
        read_references(&ahead, &joined);
        if (joined.references.count > 1 && sql_take_word(&ahead, "SET"))
            read_set(&ahead, targets, &joined.references);
    }
    say_too_deep(&joined, targets);
    vector_release(&joined.references);
    return targets->count > 0;
}
