/* A database in memory. */
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "live_scratch_engine.h"
#include "live_sqlite.h"

/* Instructions of SQLite's machine between two looks at the cancel. */
#define STEPS_A_LOOK 10000

static int look_for_cancel(void *context)
{
    return progress_check(context, NULL) ? 0 : 1;
}

/* A script is made of texts that a catalog or a snapshot holds, and those need not be what they say
 * that they are. */
static int allow(void *context, int action, const char *first, const char *second,
                 const char *database, const char *trigger)
{
    (void)context;
    (void)first;
    (void)second;
    (void)database;
    (void)trigger;
    return action == SQLITE_ATTACH || action == SQLITE_DETACH || action == SQLITE_CREATE_VTABLE
               ? SQLITE_DENY
               : SQLITE_OK;
}

static void *open_memory(const struct scratch_place *place, struct error *error)
{
    sqlite3 *database = NULL;

    if (strcmp(place->dsn->path, ":memory:") != 0) {
        error_set(error, ERROR_USAGE, "%s: a script for SQLite is tried in memory",
                  place->dsn->shown);
        error_hint(error, "Write --verify sqlite::memory:");
        return NULL;
    }
    if (sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
            SQLITE_OK ||
        sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_set_authorizer(database, allow, NULL) != SQLITE_OK) {
        sqlite_refuse(database, "a database in memory", error);
        sqlite3_close(database);
        return NULL;
    }
    sqlite3_progress_handler(database, STEPS_A_LOOK, look_for_cancel, (void *)place->progress);
    return database;
}

static bool close_memory(void *own, struct error *error)
{
    (void)error;
    sqlite3_close(own);
    return true;
}

static unsigned line_of(const char *script, const char *at)
{
    unsigned line = 1;

    for (; script < at; script++)
        line += *script == '\n';
    return line;
}

static bool run_one(sqlite3 *database, const char **at)
{
    sqlite3_stmt *statement = NULL;
    const char *tail = *at;
    int state = sqlite3_prepare_v2(database, *at, -1, &statement, &tail);

    while (state == SQLITE_OK && statement != NULL &&
           (state = sqlite3_step(statement)) == SQLITE_ROW)
        state = SQLITE_OK;
    sqlite3_finalize(statement);
    if (state != SQLITE_OK && state != SQLITE_DONE)
        return false;
    *at = tail;
    return true;
}

static bool run_script(void *own, const char *name, const char *script, struct error *error)
{
    for (const char *at = script; *at != '\0';) {
        char *where;

        at += strspn(at, " \t\r\n");
        if (run_one(own, &at))
            continue;
        where = memory_printf("%s:%u", name, line_of(script, at));
        sqlite_refuse(own, where, error);
        free(where);
        return false;
    }
    return true;
}

/* No other file can be attached (allow). */
static bool expect_files(void *own, struct error *error)
{
    (void)own;
    (void)error;
    return true;
}

static bool end_file(void *own, const char *name, struct error *error)
{
    return sqlite3_get_autocommit(own) != 0 ||
           error_set(error, ERROR_INVALID, "%s leaves a transaction open", name);
}

static struct schema *read_memory(void *own, struct error *error)
{
    return sqlite_catalog_read(own, "a database in memory", error);
}

const struct scratch_engine scratch_sqlite = { open_memory,  close_memory, run_script,
                                               expect_files, end_file,     read_memory };
