#include "mysql_runnable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_scan.h>

struct mysql_server mysql_server_of(const char *version)
{
    struct mysql_server server = { .mariadb = strstr(version, "MariaDB") != NULL };
    const char *at = version;

    for (int i = 0; i < 3; i++) {
        char *end;
        unsigned long part = strtoul(at, &end, 10);

        server.version = server.version * 100 + (unsigned)(part % 100);
        at = *end == '.' ? end + 1 : end;
    }
    return server;
}

static bool is_one_of(const struct sql_token *token, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (sql_token_is(token, words[i]))
            return true;
    }
    return false;
}

static bool is_gap(const struct sql_token *token)
{
    return token->kind == SQL_BLANK || token->kind == SQL_COMMENT;
}

/* --- Who made it ------------------------------------------------------------------------------ */

struct definer_scan {
    char *from, *end; /* of a definer that has begun, and of what is sure of it; NULL: none */
    char *text;
    bool within; /* between CREATE or ALTER and what it is */
    bool equals; /* behind its "=" */
    bool host;   /* behind an "@" that stands alone */
};

static void end_definer(struct definer_scan *work)
{
    if (work->from != NULL && work->end != NULL)
        memset(work->from, ' ', (size_t)(work->end - work->from));
    work->from = work->end = NULL;
}

/* "a", "a@b", "a @ b", "CURRENT_USER()". False: the token is no part of it. */
static bool take_definer(struct definer_scan *work, const struct sql_token *token)
{
    char *end = work->text + (token->start - work->text) + token->length;
    bool at = *token->start == '@';

    if (!work->equals) {
        work->equals = sql_token_is_sign(token, "=");
        return work->equals;
    }
    if (work->end != NULL && !at && !work->host && !sql_token_is_sign(token, "(") &&
        !sql_token_is_sign(token, ")"))
        return false;
    work->host = at && token->length == 1;
    work->end = end;
    return true;
}

static void take(struct definer_scan *work, const struct sql_token *token)
{
    static const char *const kinds[] = { "EVENT",  "FUNCTION", "INDEX", "PROCEDURE", "SEQUENCE",
                                         "TABLE",  "TRIGGER",  "VIEW",  "DATABASE",  "SCHEMA",
                                         "SERVER", "USER",     "ROLE",  NULL };
    static const char *const begins[] = { "CREATE", "ALTER", NULL };

    if (is_gap(token) || (work->from != NULL && take_definer(work, token)))
        return;
    end_definer(work);
    if (work->within && sql_token_is(token, "DEFINER")) {
        work->from = work->text + (token->start - work->text);
        work->equals = work->host = false;
    } else if (is_one_of(token, begins)) {
        work->within = true;
    } else if (is_one_of(token, kinds) || sql_token_is_sign(token, ";")) {
        work->within = false;
    }
}

/* --- Comments that run ------------------------------------------------------------------------ */

/* "/ *!40101 " and "/ *M!100100 ". What MySQL's versions from 5.7 on have, MariaDB leaves out. */
static bool is_run(const struct mysql_server *server, const struct sql_token *frame)
{
    bool own = frame->start[2] == 'M';
    unsigned long version = strtoul(frame->start + (own ? 4 : 3), NULL, 10);

    if (own && !server->mariadb)
        return false;
    if (!own && server->mariadb && version >= 50700 && version <= 99999)
        return false;
    return version <= server->version;
}

static void blank(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

void mysql_runnable(char *text, size_t length, const struct mysql_server *server)
{
    struct definer_scan work = { .text = text };
    bool before = false, left_out = false;
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, DIALECT_MYSQL, text, length);
    while (sql_scan_next(&scan, &token)) {
        bool opens = !before && scan.executed, closes = before && !scan.executed;

        if (opens)
            left_out = !is_run(server, &token);
        if (!left_out)
            take(&work, &token);
        if (opens || closes || left_out)
            blank(text + (token.start - text), token.length);
        left_out = left_out && !closes;
        before = scan.executed;
    }
    end_definer(&work);
}

/* --- What is not run -------------------------------------------------------------------------- */

static bool is_text(const struct sql_token *token, const char *text)
{
    return token->length == strlen(text) && strncasecmp(token->start, text, token->length) == 0;
}

/* "SET @@GLOBAL.gtid_purged = …", "SET @@SESSION.sql_log_bin = 0": of the server, or of its log. */
static bool sets_server(const struct sql_token *tokens, size_t count)
{
    static const char *const names[] = { "@@GLOBAL", "@@PERSIST", "@@PERSIST_ONLY", "SQL_LOG_BIN",
                                         "@@SQL_LOG_BIN" };

    for (size_t at = 1; at < count && *tokens[at].start != '=' && *tokens[at].start != ':'; at++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (is_text(&tokens[at], names[i]))
                return true;
        }
    }
    return false;
}

bool mysql_is_left_out(const struct sql_statement *statement)
{
    static const char *const always[] = { "BINLOG",  "CHANGE",    "FLUSH",    "GRANT",
                                          "INSTALL", "KILL",      "LOAD",     "PURGE",
                                          "RESET",   "REVOKE",    "SHUTDOWN", "START",
                                          "STOP",    "UNINSTALL", "USE",      NULL };
    static const char *const changes[] = { "CREATE", "ALTER", "DROP", "RENAME", "SET", NULL };
    static const char *const others[] = { "DATABASE",   "SCHEMA",  "USER",    "ROLE",    "SERVER",
                                          "PASSWORD",   "GLOBAL",  "PERSIST", "DEFAULT", "INSTANCE",
                                          "TABLESPACE", "LOGFILE", NULL };
    const struct sql_token *tokens = statement->tokens;
    size_t at = 1;

    if (sql_token_is(&tokens[0], "START"))
        return statement->count > 1 && !sql_token_is(&tokens[1], "TRANSACTION");
    if (is_one_of(&tokens[0], always) ||
        (sql_token_is(&tokens[0], "SET") && sets_server(tokens, statement->count)))
        return true;
    if (!is_one_of(&tokens[0], changes))
        return false;
    while (at < statement->count &&
           (sql_token_is(&tokens[at], "OR") || sql_token_is(&tokens[at], "REPLACE")))
        at++;
    return at < statement->count && is_one_of(&tokens[at], others);
}

/* --- What servers say ------------------------------------------------------------------------- */

/* As the number of ER_SIGNAL_EXCEPTION ends a message. */
#define SIGNALLED " (error 1644)"

/* What stands between the two becomes "…". NULL: to the end, as far as a quote. */
static void hide_between(struct error *error, char *from, const char *to)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add_bytes(&text, error->message, (size_t)(from - error->message));
    strbuf_add(&text, "…");
    strbuf_add(&text, to != NULL ? to : "'");
    *from = '\0';
    strncat(error->message, text.data + (from - error->message),
            sizeof error->message - strlen(error->message) - 1);
    strbuf_release(&text);
}

static const char *last_of(const char *text, const char *words)
{
    const char *found = NULL;

    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        found = at;
    return found;
}

void mysql_hide_data(struct error *error, const char *what)
{
    /* The last of each end: the value may hold it. */
    static const char *const frames[][2] = {
        {"Duplicate entry '", "' for "    },
        { "value: '",         "' for "    },
        { "value '",          "' for "    },
        { " near '",          "' at line "}
    };
    char *said;

    if (error == NULL)
        return;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        char *from = strstr(error->message, frames[i][0]);

        if (from == NULL)
            continue;
        from += strlen(frames[i][0]);
        hide_between(error, from, last_of(from, frames[i][1]));
    }
    said = strstr(error->message, what);
    if (said == NULL || strstr(error->message, SIGNALLED) == NULL)
        return;
    snprintf(said + strlen(what),
             sizeof error->message - (size_t)(said - error->message) - strlen(what),
             ": it raises an exception of its own%s", SIGNALLED);
}
