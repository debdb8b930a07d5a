/* A database beside the one that is named. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/schema/sql_statements.h>

#include "live_mariadb.h"
#include "live_scratch_engine.h"
#include "live_scratch_grants.h"
#include "mysql_runnable.h"

struct scratch {
    const struct scratch_place *place;
    struct arena *arena;
    struct dsn dsn;        /* of the database that was made */
    struct mariadb *maker; /* to where it is made */
    struct mariadb *own;   /* to itself; NULL: not connected */
    enum sql_dialect dialect;
    bool made;
    bool files;                   /* what is run is from files */
    struct scratch_first session; /* the number of `own`'s, as the server has it */
    struct map *before;           /* the databases that were there; NULL: it does not matter */
};

/* A statement that nobody waits for any more goes on, and holds what has to go. */
static bool drop_over(struct scratch *scratch, struct mariadb *connection, struct error *error)
{
    if (scratch->session.text != NULL)
        mariadb_run(connection, "ending what runs",
                    arena_printf(scratch->arena, "KILL %s", scratch->session.text), NULL, NULL,
                    NULL);
    return mariadb_run(connection, "dropping the database that it was tried in",
                       arena_printf(scratch->arena, "DROP DATABASE IF EXISTS %s",
                                    scratch->place->name),
                       NULL, NULL, error);
}

/* On a connection that no cancel holds up: what was made has to go. */
static bool drop_database(struct scratch *scratch, struct error *error)
{
    struct mariadb *connection =
        mariadb_open(scratch->place->dsn, scratch->place->options, NULL, error);
    bool ok = connection != NULL && drop_over(scratch, connection, error);

    mariadb_close(&connection);
    /* What was run may have changed how one logs in. */
    if (!ok && scratch->files && scratch->maker != NULL)
        ok = drop_over(scratch, scratch->maker, error);
    if (!ok)
        error_hint(error, "DROP DATABASE %s does it by hand.", scratch->place->name);
    return ok;
}

static bool close_database(void *own, struct error *error)
{
    struct scratch *scratch = own;
    bool ok = true;

    mariadb_close(&scratch->own);
    if (scratch->made)
        ok = drop_database(scratch, error);
    if (ok && scratch->before != NULL)
        ok = scratch_databases_check(scratch->maker, scratch->before, scratch->place->dsn->shown,
                                     error);
    map_free(&scratch->before);
    mariadb_close(&scratch->maker);
    arena_free(&scratch->arena);
    scratch_first_forget(&scratch->session);
    free(scratch);
    return ok;
}

/* The answer did not come: the server may have made it all the same. */
static void drop_unseen(struct scratch *scratch, struct error *error)
{
    if (!drop_database(scratch, NULL))
        error_hint(error,
                   "Whether %s was made is not known, and it could not be dropped: "
                   "DROP DATABASE IF EXISTS %s does it by hand.",
                   scratch->place->name, scratch->place->name);
}

static bool make_database(struct scratch *scratch, struct error *error)
{
    const char *sql = arena_printf(scratch->arena, "CREATE DATABASE %s", scratch->place->name);
    struct error why = { 0 };

    scratch->made =
        mariadb_run(scratch->maker, "making a database to try it in", sql, NULL, NULL, &why);
    if (scratch->made)
        return true;
    if (why.code == ERROR_DENIED)
        error_hint(&why, "It needs a user who may make databases (GRANT ALL ON "
                         "`pilab\\_verify\\_%%`.* TO …); what it makes it drops again.");
    else if (why.code == ERROR_NETWORK || why.code == ERROR_CANCELLED || why.code == ERROR_BUSY)
        drop_unseen(scratch, &why);
    if (error != NULL)
        *error = why;
    return false;
}

static void *open_database(const struct scratch_place *place, struct error *error)
{
    struct scratch *scratch = memory_new(sizeof *scratch);

    scratch->place = place;
    scratch->arena = arena_new();
    scratch->dsn = *place->dsn;
    scratch->dsn.database = place->name;
    scratch->dsn.shown = arena_printf(scratch->arena, "%s (as %s)", place->dsn->shown, place->name);
    scratch->maker = mariadb_open(place->dsn, place->options, place->progress, error);
    if (scratch->maker == NULL || !make_database(scratch, error)) {
        close_database(scratch, NULL);
        return NULL;
    }
    scratch->dialect = mariadb_is_mariadb(scratch->maker) ? DIALECT_MARIADB : DIALECT_MYSQL;
    return scratch;
}

static bool run_statement(struct scratch *scratch, const char *name, unsigned line,
                          const char *statement, size_t length, struct error *error)
{
    char *what = memory_printf("%s:%u", name, line);
    char *text = memory_copy_bytes(statement, length);
    bool ok = mariadb_run(scratch->own, what, text, NULL, NULL, error);

    if (!ok && scratch->files) {
        mysql_hide_data(error, what);
        scratch_hide_literals(error, scratch->dialect, text, length);
    }
    free(text);
    free(what);
    return ok;
}

static bool run_plain(struct scratch *scratch, const char *name, const struct sql_text *text,
                      struct error *error)
{
    struct arena *arena = arena_new();
    struct sql_statements statements = { .count = 0 };
    bool ok = sql_statements_read(scratch->dialect, text, arena, &statements, error);

    for (size_t i = 0; ok && i < statements.count; i++) {
        const struct sql_statement *statement = &statements.list[i];

        ok = (scratch->files && mysql_is_left_out(statement)) ||
             run_statement(scratch, name, statement->line, statement->text, statement->length,
                           error);
    }
    arena_free(&arena);
    return ok;
}

/* A program between two lines of its own. */
struct program {
    const char *start, *text, *text_end, *end;
};

/* The next "DELIMITER $$", as sync_mysql.c writes it: what is up to the "$$" in front of the next
 * DELIMITER is one statement, however the session reads quotes in it. */
static bool find_program(const char *script, struct program *program)
{
    static const char word[] = "DELIMITER ", back[] = "\nDELIMITER ;\n";

    for (const char *at = script; (at = strstr(at, word)) != NULL; at++) {
        const char *end = at + strlen(word);
        size_t length = strcspn(end, "\n");
        const char *text = end + length, *stop = text;

        if ((at != script && at[-1] != '\n') || length == 0 || *text == '\0')
            continue;
        while ((stop = strstr(stop + 1, back)) != NULL) {
            if ((size_t)(stop - text) <= length || strncmp(stop - length, end, length) != 0)
                continue;
            *program = (struct program){ at, text + 1, stop - length, stop + strlen(back) };
            return true;
        }
    }
    return false;
}

static unsigned count_lines(const char *from, const char *to)
{
    unsigned lines = 0;

    for (; from < to; from++)
        lines += *from == '\n';
    return lines;
}

static bool begin(struct scratch *scratch, struct error *error)
{
    if (scratch->own != NULL)
        return true;
    scratch->own =
        mariadb_open(&scratch->dsn, scratch->place->options, scratch->place->progress, error);
    scratch_first_forget(&scratch->session);
    return scratch->own != NULL &&
           mariadb_run(scratch->own, "asking for the session's number", "SELECT CONNECTION_ID()",
                       scratch_first_row, &scratch->session, error);
}

/* What tools would have replaced, but not within strings and comments, where it may be meant. */
static void fill(char *text, size_t length, struct arena *arena)
{
    const char *filled = sql_fill_placeholders(text, length, false, arena, NULL);
    char *kept = arena_bytes(arena, text, length);
    struct sql_scan scan;
    struct sql_token token;

    memcpy(text, filled, length);
    sql_scan_start(&scan, DIALECT_MYSQL, kept, length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_STRING || token.kind == SQL_COMMENT)
            memcpy(text + (token.start - kept), token.start, token.length);
    }
}

static bool run_file(struct scratch *scratch, const char *name, const char *script,
                     struct error *error)
{
    struct mysql_server server = mysql_server_of(mariadb_version(scratch->maker));
    struct arena *arena = arena_new();
    size_t length = strlen(script);
    char *text = arena_bytes(arena, script, length);
    bool ok;

    fill(text, length, arena);
    mysql_runnable(text, length, &server);
    ok = run_plain(scratch, name, &(struct sql_text){ .text = text, .length = length, .line = 1 },
                   error);
    arena_free(&arena);
    return ok;
}

static bool run_script(void *own, const char *name, const char *script, struct error *error)
{
    struct scratch *scratch = own;
    struct sql_text rest = { .text = script, .length = strlen(script), .line = 1 };
    struct program program;
    bool ok;

    if (!begin(scratch, error))
        return false;
    if (scratch->files)
        return run_file(scratch, name, script, error);
    ok = true;
    while (ok && find_program(rest.text, &program)) {
        struct sql_text before = rest;

        before.length = (size_t)(program.start - rest.text);
        rest.length -= (size_t)(program.end - rest.text);
        rest.line += count_lines(rest.text, program.end);
        rest.text = program.end;
        ok = run_plain(scratch, name, &before, error) &&
             run_statement(scratch, name, before.line + count_lines(before.text, program.text),
                           program.text, (size_t)(program.text_end - program.text), error);
    }
    return ok && run_plain(scratch, name, &rest, error);
}

static bool expect_files(void *own, struct error *error)
{
    struct scratch *scratch = own;

    struct map *before;

    scratch->files = true;
    if (!scratch_grants_check(scratch->maker, scratch->place->dsn->shown, error))
        return false;
    before = map_new();
    if (scratch_databases_list(scratch->maker, before, scratch->arena, error)) {
        scratch->before = before;
        return true;
    }
    map_free(&before);
    return false;
}

/* Each statement that changes a schema ends a transaction: nothing of it would be lost. */
static bool end_file(void *own, const char *name, struct error *error)
{
    struct scratch *scratch = own;

    (void)name;
    (void)error;
    mariadb_close(&scratch->own);
    return true;
}

static struct schema *read_database(void *own, struct error *error)
{
    struct scratch *scratch = own;

    /* What a script has set is not what it has made. */
    mariadb_close(&scratch->own);
    return live_mariadb_read(&scratch->dsn, scratch->place->options, scratch->place->progress,
                             error);
}

const struct scratch_engine scratch_mariadb = { open_database, close_database, run_script,
                                                expect_files,  end_file,       read_database };
