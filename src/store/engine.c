/* Opening and closing an SQLite database with every guard on. */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "exact_mode.h"

#define DEFAULT_PATIENCE 30000

static int on_busy(void *context, int tries)
{
    struct connection *connection = context;

    if (tries == 0 && !connection->wait.whole)
        engine_wait_begin(connection);
    return engine_wait_turn(connection);
}

/* The switches are SQLite's advice for files that somebody may have tampered with
 * (https://www.sqlite.org/security.html). */
static const struct {
    int option;
    int value;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE,       1},
    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    { SQLITE_DBCONFIG_ENABLE_FKEY,    1},
    { SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
    { SQLITE_DBCONFIG_DQS_DML,        0},
    { SQLITE_DBCONFIG_DQS_DDL,        0},
    { SQLITE_DBCONFIG_ENABLE_VIEW,    1},
};

static bool set_guards(struct connection *connection, struct error *error)
{
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        int code =
            sqlite3_db_config(connection->database, switches[i].option, switches[i].value, NULL);

        if (code != SQLITE_OK)
            return engine_failure(connection, code, "set up", error);
    }
    sqlite3_limit(connection->database, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_handler(connection->database, on_busy, connection);
    /* Without recursive triggers INSERT OR REPLACE would walk past the triggers against DELETE. */
    return engine_execute(connection,
                          "PRAGMA recursive_triggers = ON;"
                          "PRAGMA cell_size_check = ON;"
                          "PRAGMA temp_store = MEMORY;",
                          error);
}

/* A file name as SQLite's URI, for the parameters that only a URI can carry. */
static char *immutable_uri(const char *path)
{
    struct strbuf uri = STRBUF_INIT;

    strbuf_add(&uri, "file://");
    for (const char *c = path; *c != '\0'; c++) {
        if (strchr("?#% ", *c) != NULL)
            strbuf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*c);
        else
            strbuf_add_char(&uri, *c);
    }
    strbuf_add(&uri, "?immutable=1");
    return strbuf_steal(&uri);
}

struct connection *engine_open(const struct engine_options *options, struct error *error)
{
    struct connection *connection = memory_new(sizeof *connection);
    char *uri = options->immutable ? immutable_uri(options->path) : NULL;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE |
                SQLITE_OPEN_EXRESCODE;
    int code;

    exact_mode_install();
    connection->path = memory_copy_text(options->path);
    connection->system_clock = clock_system();
    connection->system_random = random_system();
    connection->clock = &connection->system_clock;
    connection->random = &connection->system_random;
    connection->statements = map_new();
    connection->wait.patience = options->patience > 0 ? options->patience : DEFAULT_PATIENCE;
    connection->wait.jitter = random_system();
    flags |= options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (uri != NULL)
        flags |= SQLITE_OPEN_URI;
    code = sqlite3_open_v2(uri != NULL ? uri : options->path, &connection->database, flags, NULL);
    free(uri);
    if (connection->database == NULL)
        memory_exhausted();
    if (code != SQLITE_OK)
        engine_failure(connection, code, "open", error);
    if (code != SQLITE_OK || !set_guards(connection, error)) {
        connection_close(&connection);
        return NULL;
    }
    connection->read_only = sqlite3_db_readonly(connection->database, "main") != 0;
    return connection;
}

bool engine_come_to_rest(struct connection *connection)
{
    for (sqlite3_stmt *handle = NULL;
         (handle = sqlite3_next_stmt(connection->database, handle)) != NULL;)
        if (sqlite3_stmt_busy(handle))
            return false;
    connection->clock = &connection->system_clock;
    connection->random = &connection->system_random;
    return true;
}

void connection_close(struct connection **connection)
{
    struct connection *closing = *connection;

    if (closing == NULL)
        return;
    store_rollback(closing);
    engine_forget_statements(closing);
    map_free(&closing->statements);
    sqlite3_close(closing->database);
    free(closing->path);
    free(closing->read_only_reason);
    free(closing);
    *connection = NULL;
}

int64_t connection_now(const struct connection *connection)
{
    return clock_now(connection->clock);
}

const char *connection_new_id(struct connection *connection, char out[UUID_SIZE])
{
    return uuid_new(connection->clock, connection->random, out);
}

bool connection_read_only(const struct connection *connection)
{
    return connection->read_only;
}

static bool read_number(struct connection *connection, const char *sql, int64_t *value,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, sql, error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    if (ok && row)
        *value = statement_take_integer(statement);
    statement_close(&statement);
    return ok;
}

bool engine_identify(struct connection *connection, struct engine_identity *identity,
                     struct error *error)
{
    bool alone = connection->transaction == ENGINE_NO_TRANSACTION;
    int64_t objects = 0;
    bool ok;

    *identity = (struct engine_identity){ 0 };
    /* As of one moment: somebody else may be making the tables right now. */
    if (alone && !store_begin_reading(connection, error))
        return false;
    ok = read_number(connection, "PRAGMA application_id", &identity->application, error) &&
         read_number(connection, "PRAGMA user_version", &identity->schema, error) &&
         read_number(connection, "SELECT COUNT(*) FROM sqlite_schema", &objects, error);
    identity->empty = objects == 0;
    if (alone)
        store_rollback(connection);
    return ok;
}

/* SQLite answers with the mode that is in use, which need not be the one that was asked for. */
static bool set_journal(struct connection *connection, const char *sql, bool *wal,
                        struct error *error)
{
    sqlite3_stmt *handle = NULL;
    int code;

    engine_wait_begin(connection);
    connection->wait.whole = true;
    do {
        sqlite3_finalize(handle);
        code = sqlite3_prepare_v2(connection->database, sql, -1, &handle, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_step(handle);
    } while ((code & 0xff) == SQLITE_BUSY && engine_wait_turn(connection));
    connection->wait.whole = false;
    if (code == SQLITE_ROW)
        *wal = strcmp((const char *)sqlite3_column_text(handle, 0), "wal") == 0;
    else
        engine_failure(connection, code, "set up", error);
    sqlite3_finalize(handle);
    return code == SQLITE_ROW;
}

bool engine_configure(struct connection *connection, bool rollback_journal, bool durable, bool *wal,
                      struct error *error)
{
    const char *sync = "PRAGMA synchronous = NORMAL;";

    *wal = false;
    if (connection->read_only)
        return true;
    if (!set_journal(connection,
                     rollback_journal ? "PRAGMA journal_mode = DELETE"
                                      : "PRAGMA journal_mode = WAL",
                     wal, error))
        return false;
    /* A rollback journal needs its folder synced as well, for the removal that commits. */
    if (durable)
        sync = *wal ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = EXTRA;";
    return engine_execute(connection, sync, error);
}

static bool copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (backup == NULL)
        return false;
    do {
        code = sqlite3_backup_step(backup, 1024);
    } while (code == SQLITE_OK);
    return sqlite3_backup_finish(backup) == SQLITE_OK && code == SQLITE_DONE;
}

/* Everything of the copy is on the disk before its name says that it is complete. */
static bool settle_copy(const char *copy, const char *path, struct error *error)
{
    int file = open(copy, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool synced = file >= 0 && fsync(file) == 0;

    if (file >= 0)
        close(file);
    if (!synced || rename(copy, path) != 0)
        return error_errno(error, errno, "cannot keep the backup %s", path);
    return true;
}

/* Who works with a shared store may need what it was. */
static bool open_to_same(int file, const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 &&
           ((status.st_mode & S_IWGRP) == 0 || fchmod(file, status.st_mode & 0660) == 0);
}

bool engine_backup(struct connection *connection, const char *path, struct error *error)
{
    struct engine_options options = { .path = connection->path,
                                      .read_only = true,
                                      .patience = connection->wait.patience };
    char *copy = memory_printf("%s.part", path);
    struct connection *source = NULL;
    sqlite3 *target = NULL;
    bool ok = false;
    bool made;
    int file;

    unlink(copy);
    file = open(copy, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    made = file >= 0 && open_to_same(file, connection->path);
    if (!made)
        error_errno(error, errno, "cannot make the backup %s", path);
    if (file >= 0)
        close(file);
    if (!made)
        goto out;
    source = engine_open(&options, error);
    if (source == NULL)
        goto out;
    if (sqlite3_open_v2(copy, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) !=
            SQLITE_OK ||
        !copy_pages(source->database, target)) {
        error_set(error, ERROR_IO, "cannot write the backup %s: %s", path, sqlite3_errmsg(target));
        error_hint(error, "The store is as it was. Free some space on that disk and try again.");
        goto out;
    }
    sqlite3_close(target);
    target = NULL;
    ok = settle_copy(copy, path, error);
out:
    sqlite3_close(target);
    connection_close(&source);
    if (!ok)
        unlink(copy);
    free(copy);
    return ok;
}
