/* A database beside the one that is named. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/schema/sql_statements.h>

#include "live_mariadb.h"
#include "live_scratch_engine.h"

struct scratch {
    const struct scratch_place *place;
    struct arena *arena;
    struct dsn dsn;        /* of the database that was made */
    struct mariadb *maker; /* to where it is made */
    struct mariadb *own;   /* to itself; NULL: not connected */
    enum sql_dialect dialect;
    bool made;
    bool files; /* what is run is from files */
};

static bool drop_database(struct scratch *scratch, struct error *error)
{
    const char *sql = arena_printf(scratch->arena, "DROP DATABASE %s", scratch->place->name);
    struct mariadb *connection =
        mariadb_open(scratch->place->dsn, scratch->place->options, NULL, error);
    bool ok =
        connection != NULL && mariadb_run(connection, "dropping the database that it was tried in",
                                          sql, NULL, NULL, error);

    mariadb_close(&connection);
    if (!ok)
        error_hint(error, "DROP DATABASE %s does it by hand.", scratch->place->name);
    return ok;
}

/* On a connection that no cancel holds up: what was made has to go. */
static bool close_database(void *own, struct error *error)
{
    struct scratch *scratch = own;
    bool ok = true;

    mariadb_close(&scratch->own);
    if (scratch->made)
        ok = drop_database(scratch, error);
    mariadb_close(&scratch->maker);
    arena_free(&scratch->arena);
    free(scratch);
    return ok;
}

static bool make_database(struct scratch *scratch, struct error *error)
{
    const char *sql = arena_printf(scratch->arena, "CREATE DATABASE %s", scratch->place->name);

    scratch->made =
        mariadb_run(scratch->maker, "making a database to try it in", sql, NULL, NULL, error);
    if (!scratch->made && error != NULL && error->code == ERROR_DENIED)
        error_hint(error, "--verify needs a user who may make databases (GRANT ALL ON "
                          "`pilab\\_verify\\_%%`.* TO …); what it makes it drops again.");
    return scratch->made;
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

    for (size_t i = 0; ok && i < statements.count; i++)
        ok = run_statement(scratch, name, statements.list[i].line, statements.list[i].text,
                           statements.list[i].length, error);
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

static bool run_script(void *own, const char *name, const char *script, struct error *error)
{
    struct scratch *scratch = own;
    struct sql_text rest = { .text = script, .length = strlen(script), .line = 1 };
    struct program program;
    bool ok;

    if (scratch->own == NULL)
        scratch->own =
            mariadb_open(&scratch->dsn, scratch->place->options, scratch->place->progress, error);
    ok = scratch->own != NULL;
    while (ok && !scratch->files && find_program(rest.text, &program)) {
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

/* --- What else it could reach ----------------------------------------------------------------- */

/* What is made is a database: everything else that the user may touch is not for scripts. */
static bool expect_files(void *own, struct error *error)
{
    static const char sql[] =
        "SELECT CONCAT('the privilege ', privilege_type) FROM information_schema.user_privileges"
        " WHERE privilege_type IN ('FILE', 'SUPER', 'SHUTDOWN', 'CREATE USER')"
        " UNION ALL SELECT CONCAT('the database ', schema_name) FROM information_schema.schemata"
        " WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'test')"
        " AND schema_name NOT LIKE 'pilab\\_verify\\_%'";
    struct scratch *scratch = own;
    struct scratch_reach reach = { .first = NULL };

    scratch->files = true;
    return mariadb_run(scratch->maker, "asking what the user may reach", sql, scratch_reach_row,
                       &reach, error) &&
           scratch_reach_is_nothing(&reach, scratch->place->dsn->shown,
                                    "CREATE USER …; GRANT ALL ON `pilab\\_verify\\_%`.* TO …",
                                    error);
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
                                                expect_files, read_database };
