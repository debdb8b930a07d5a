#include "mysql_runnable.h"

#include <string.h>

#include <pilab/schema/sql_scan.h>

/* What a definer may stand in front of. */
static bool is_kind(const struct sql_token *token)
{
    static const char *const words[] = { "EVENT", "FUNCTION", "PROCEDURE",
                                         "TABLE", "TRIGGER",  "VIEW" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sql_token_is(token, words[i]))
            return true;
    }
    return false;
}

static bool is_gap(const struct sql_token *token)
{
    return token->kind == SQL_BLANK || token->kind == SQL_COMMENT;
}

/* Of a comment that is run: what stands in it are tokens. */
static bool is_frame(const struct sql_scan *scan, const struct sql_token *token)
{
    return token->kind == SQL_COMMENT &&
           (scan->executed || (token->length == 2 && memcmp(token->start, "*/", 2) == 0));
}

struct definer_scan {
    struct sql_scan scan;
    char *text, *from; /* of a definer that has begun; NULL: none has */
    bool within;       /* between CREATE or ALTER and what it is */
    bool equals;       /* behind its "=" */
    bool named;        /* behind the first token of its name */
};

/* "DEFINER=`a`@`%` " ends with the blank behind the name. */
static void take_definer(struct definer_scan *work, const struct sql_token *token)
{
    if (is_gap(token)) {
        if (!work->named)
            return;
        memset(work->from, ' ', (size_t)(token->start - work->from));
        work->from = NULL;
    } else if (work->equals) {
        work->named = true;
    } else if (sql_token_is_sign(token, "=")) {
        work->equals = true;
    } else { /* SQL SECURITY DEFINER */
        work->from = NULL;
    }
}

static void take(struct definer_scan *work, const struct sql_token *token)
{
    if (work->from != NULL)
        take_definer(work, token);
    if (work->from == NULL && work->within && sql_token_is(token, "DEFINER")) {
        work->from = work->text + (token->start - work->text);
        work->equals = work->named = false;
    } else if (sql_token_is(token, "CREATE") || sql_token_is(token, "ALTER")) {
        work->within = true;
    } else if (is_kind(token)) {
        work->within = false;
    }
}

void mysql_runnable(char *text, size_t length)
{
    struct definer_scan work = { .text = text };
    struct sql_token token;

    sql_scan_start(&work.scan, DIALECT_MYSQL, text, length);
    while (sql_scan_next(&work.scan, &token)) {
        take(&work, &token);
        if (is_frame(&work.scan, &token))
            memset(text + (token.start - text), ' ', token.length);
    }
}
