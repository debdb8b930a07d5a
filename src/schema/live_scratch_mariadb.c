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

static bool run_statement(struct scratch *scratch, const char *name,
                          const struct sql_statement *statement, struct error *error)
{
    char *what = memory_printf("%s:%u", name, statement->line);
    char *text = memory_copy_bytes(statement->text, statement->length);
    bool ok = mariadb_run(scratch->own, what, text, NULL, NULL, error);

    free(text);
    free(what);
    return ok;
}

static bool run_script(void *own, const char *name, const char *script, struct error *error)
{
    struct scratch *scratch = own;
    struct arena *arena = arena_new();
    struct sql_statements statements = { .count = 0 };
    bool ok;

    if (scratch->own == NULL)
        scratch->own =
            mariadb_open(&scratch->dsn, scratch->place->options, scratch->place->progress, error);
    ok = scratch->own != NULL &&
         sql_statements_read(scratch->dialect,
                             &(struct sql_text){
                                 .text = script, .length = strlen(script), .line = 1 },
                             arena, &statements, error);
    for (size_t i = 0; ok && i < statements.count; i++)
        ok = run_statement(scratch, name, &statements.list[i], error);
    arena_free(&arena);
    return ok;
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
                                                read_database };
