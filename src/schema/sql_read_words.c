/*
 * What the words of a statement tell that is read as any other: with whose rights a function runs,
 * and what reaches the server past all rights.
 */
#include "sql_cursor.h"

/* Languages whose functions may do what the server's own account may; extensions that read files,
 * reach other servers or run programs. */
static const char untrusted[] = "c internal plpythonu plpython2u plpython3u plperlu pltclu plr "
                                "plsh pljavau plcoffeeu";
static const char reaching[] = "plpythonu plpython2u plpython3u plperlu pltclu plr plsh dblink "
                               "file_fdw adminpack pg_execute_server_program";

/* A word, or a name in quotes. */
static bool is_one_of(const struct sql_cursor *cursor, const char *words)
{
    struct sql_token token = *sql_peek(cursor, 0);
    const struct sql_cursor bare = { .tokens = &token, .count = 1 };

    if ((token.kind == SQL_QUOTED || token.kind == SQL_STRING) && token.length > 2) {
        token.start++;
        token.length -= 2;
        token.kind = SQL_WORD;
    }
    return sql_at_one_of(&bare, words);
}

static void see_language(const struct sql_cursor *whole, struct sql_operation *operation)
{
    struct sql_cursor at = *whole;

    while (!sql_at_end(&at)) {
        if (sql_take_word(&at, "LANGUAGE") && is_one_of(&at, untrusted))
            sql_see(operation, SQL_RUNS,
                    "its language is not trusted: it may do what the server's account may");
        else if (sql_take_word(&at, "SONAME"))
            sql_see(operation, SQL_RUNS, "a library is loaded, and what is in it runs");
        else
            sql_skip(&at);
    }
}

static void see_definer(const struct sql_cursor *whole, struct sql_operation *operation)
{
    bool path;

    /* MySQL's run so unless they say otherwise. */
    if (sql_dialect_is_mysql(whole->dialect) || !sql_has_word(whole, "SECURITY DEFINER"))
        return;
    path = sql_has_word(whole, "SET search_path");
    if (!path && operation->kind == SQL_CREATE)
        sql_see(operation, SQL_HIJACKED,
                "it runs with the rights of its owner and sets no search_path: whoever calls it "
                "may put other objects in the place of those that it uses");
    sql_see(operation, SQL_DEFINER, "whoever calls it does so with the rights of its owner");
}

static void see_extension(const struct sql_cursor *whole, struct sql_operation *operation)
{
    struct sql_cursor at = *whole;

    while (!sql_at_end(&at) && !sql_at_one_of(&at, "EXTENSION LANGUAGE"))
        sql_skip(&at);
    at.at++;
    sql_take_if(&at);
    if (!sql_at_end(&at) && is_one_of(&at, reaching))
        sql_see(operation, SQL_RUNS,
                "it lets SQL reach the server's files, programs or other servers");
}

/* COPY … TO a file, COPY … FROM or TO a program. */
static void see_copy(const struct sql_cursor *whole, struct sql_operation *operation)
{
    struct sql_cursor at = *whole;

    while (!sql_at_end(&at) && !sql_at_one_of(&at, "FROM TO"))
        sql_skip(&at);
    if (sql_token_is(sql_peek(&at, 1), "PROGRAM")) {
        operation->words = sql_at_word(&at, "TO") ? "COPY TO PROGRAM" : "COPY FROM PROGRAM";
        sql_see(operation, SQL_RUNS, "a program is run on the server");
        if (sql_at_word(&at, "TO"))
            sql_see(operation, SQL_LEAVES, NULL);
    } else if (sql_at_word(&at, "TO") && sql_peek(&at, 1)->kind == SQL_STRING) {
        operation->words = "COPY TO FILE";
        sql_see(operation, SQL_LEAVES, "rows are written to a file of the server");
    }
}

/* ON INSERT, UPDATE or DELETE … DO INSTEAD NOTHING. */
static void see_rule(const struct sql_cursor *whole, struct sql_operation *operation)
{
    bool writes = sql_has_word(whole, "ON INSERT") || sql_has_word(whole, "ON UPDATE") ||
                  sql_has_word(whole, "ON DELETE");

    if (!writes || !sql_has_word(whole, "DO INSTEAD NOTHING"))
        return;
    operation->swallows = true;
    sql_see(operation, 0,
            sql_has_word(whole, "WHERE")
                ? "what is written there does nothing from then on where its condition holds, and "
                  "no error says so"
                : "what is written there does nothing from then on, and no error says so");
}

void sql_see_words(const struct sql_cursor *whole, struct sql_operation *operation)
{
    if (operation->kind == SQL_COPY) {
        see_copy(whole, operation);
    } else if (operation->kind == SQL_CREATE && operation->object_kind == SQL_EXTENSION) {
        see_extension(whole, operation);
    } else if (operation->kind == SQL_CREATE && sql_has_word(whole, "LANGUAGE") &&
               operation->object_kind == SQL_OTHER_OBJECT) {
        see_extension(whole, operation); /* CREATE LANGUAGE */
    } else if (operation->kind == SQL_CREATE && operation->object_kind == SQL_RULE) {
        see_rule(whole, operation);
    } else if ((operation->kind == SQL_CREATE || operation->kind == SQL_ALTER) &&
               (operation->object_kind == SQL_FUNCTION ||
                operation->object_kind == SQL_PROCEDURE)) {
        see_language(whole, operation);
        see_definer(whole, operation);
    }
    for (size_t i = 0; i < operation->change_count; i++) {
        operation->changes[i].seen |= operation->seen;
        if (operation->seen_why != NULL)
            operation->changes[i].seen_why = operation->seen_why;
    }
}
