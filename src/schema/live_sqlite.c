#include "live_sqlite.h"

#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>

#define BUSY_MS 5000
/* Instructions of SQLite's machine between two looks at the cancel. */
#define STEPS_A_LOOK 10000

static int look_for_cancel(void *context)
{
    return progress_check(context, NULL) ? 0 : 1;
}

/* "file:" with every byte that would mean something in it written as %XX. */
static void add_uri(struct strbuf *out, const char *path)
{
    strbuf_add(out, "file:");
    for (; *path != '\0'; path++) {
        if (*path == '%' || *path == '?' || *path == '#')
            strbuf_printf(out, "%%%02X", (unsigned char)*path);
        else
            strbuf_add_char(out, *path);
    }
    strbuf_add(out, "?mode=ro");
}

/* Read-only, and not taken for unchanging: who writes to it meanwhile is waited for. */
static bool open_file(const struct dsn *dsn, sqlite3 **database, struct error *error)
{
    struct strbuf uri = STRBUF_INIT;
    bool ok;

    add_uri(&uri, dsn->path);
    ok = sqlite3_open_v2(uri.data, database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) ==
             SQLITE_OK &&
         sqlite3_busy_timeout(*database, BUSY_MS) == SQLITE_OK &&
         /* What the file says must not run code of ours that it may not. */
         sqlite3_db_config(*database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
         sqlite3_exec(*database, "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; BEGIN", NULL,
                      NULL, NULL) == SQLITE_OK;
    if (!ok)
        sqlite_refuse(*database, dsn->shown, error);
    strbuf_release(&uri);
    return ok;
}

struct schema *live_sqlite_read(const struct dsn *dsn, const struct progress *progress,
                                struct error *error)
{
    struct schema *schema = NULL;
    sqlite3 *database = NULL;

    if (!file_exists(dsn->path)) {
        error_set(error, ERROR_NOT_FOUND, "%s: there is no such file", dsn->shown);
        return NULL;
    }
    if (file_is_directory(dsn->path)) {
        error_set(error, ERROR_INVALID, "%s: it is a folder", dsn->shown);
        return NULL;
    }
    if (open_file(dsn, &database, error)) {
        sqlite3_progress_handler(database, STEPS_A_LOOK, look_for_cancel, (void *)progress);
        schema = sqlite_catalog_read(database, dsn->shown, error);
    }
    sqlite3_close(database);
    return schema;
}
