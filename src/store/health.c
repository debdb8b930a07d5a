#include <pilab/store/health.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/store/audit.h>
#include <pilab/store/sharing.h>

#include "embedded.h"
#include "engine.h"
#include "place.h"
#include "rows.h"

#define VARIABLES_SINCE 4 /* the migration that brought secrets */

/* --- The place -------------------------------------------------------------------------------- */

static int64_t size_of(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 ? (int64_t)status.st_size : -1;
}

static char *folder_of(const char *path)
{
    const char *name = path_base_name(path);

    return name == path ? memory_copy_text(".") : memory_copy_bytes(path, (size_t)(name - path));
}

/* The first folder upwards that is there: where the missing ones would be made. */
static bool free_space(const char *path, uint64_t *bytes, struct error *error)
{
    char *folder = folder_of(path);
    struct statvfs status;

    while (statvfs(folder, &status) != 0) {
        char *above;

        if (errno != ENOENT || strcmp(folder, "/") == 0 || strcmp(folder, ".") == 0) {
            error_errno(error, errno, "cannot examine %s", folder);
            free(folder);
            return false;
        }
        while (strlen(folder) > 1 && folder[strlen(folder) - 1] == '/')
            folder[strlen(folder) - 1] = '\0';
        above = folder_of(folder);
        free(folder);
        folder = above;
    }
    *bytes = (uint64_t)status.f_bavail * status.f_frsize;
    free(folder);
    return true;
}

bool store_look_at_place(const char *path, struct store_place_health *health, struct error *error)
{
    char *log = memory_printf("%s-wal", path);
    struct place place;
    bool ok;

    *health = (struct store_place_health){ .size = size_of(path), .log_size = size_of(log) };
    free(log);
    ok = free_space(path, &health->free_bytes, error);
    health->there = health->size >= 0;
    if (ok && health->there && place_prepare(path, false, &place, &health->trust)) {
        health->remote = place.remote;
        health->frozen = place.frozen;
        health->shared = place.shared;
        health->group = place.group;
        error_clear(&health->trust);
    }
    if (ok && health->there)
        place_release(&place);
    return ok;
}

/* --- What is in it ---------------------------------------------------------------------------- */

struct deadline {
    int64_t at; /* monotonic */
};

static int on_progress(void *context)
{
    const struct deadline *deadline = context;

    return clock_monotonic() > deadline->at;
}

/* Even a reader makes the files that processes share when they are not there; without them nobody
 * writes right now, and the file can be read as it is. */
static struct connection *open_quietly(const char *path, struct error *error)
{
    char *log = memory_printf("%s-wal", path), *shared = memory_printf("%s-shm", path);
    struct engine_options options = { .path = path,
                                      .read_only = true,
                                      .immutable = !file_exists(log) || !file_exists(shared),
                                      .patience = 300 };
    struct connection *connection = engine_open(&options, error);

    free(log);
    free(shared);
    return connection;
}

static bool check_structure(struct connection *connection, int64_t milliseconds,
                            struct arena *arena, struct store_health *health, struct error *error)
{
    struct deadline deadline = { clock_monotonic() + milliseconds };
    struct statement *statement;
    struct error failure = { 0 };
    const char *answer;
    bool row = false;

    sqlite3_progress_handler(connection->database, 10000, on_progress, &deadline);
    statement = statement_open(connection, "PRAGMA quick_check(1)", &failure);
    health->checked = statement_step(statement, &row, &failure);
    answer = health->checked && row ? statement_take_text(statement, arena) : NULL;
    statement_close(&statement);
    sqlite3_progress_handler(connection->database, 0, NULL, NULL);
    if (answer != NULL && strcmp(answer, "ok") != 0)
        health->damage = answer;
    if (health->checked || on_progress(&deadline))
        return true;
    if (error != NULL)
        *error = failure;
    return false;
}

static bool read_texts(struct connection *connection, struct store_health *health,
                       struct error *error)
{
    struct statement *statement =
        statement_open(connection, "SELECT name, value FROM meta WHERE name IN ('id', 'kind')",
                       error);
    bool row = false, ok;

    while ((ok = statement_step(statement, &row, error)) && row) {
        bool is_id = strcmp(statement_view_text(statement, NULL), "id") == 0;

        if (is_id)
            id_take(statement, health->id);
        else
            health->demo = strcmp(statement_view_text(statement, NULL), "demo") == 0;
    }
    statement_close(&statement);
    return ok;
}

static void read_audit(struct connection *connection, struct arena *arena,
                       struct store_health *health)
{
    struct store_page page = { .limit = 1 };
    struct audit_entries entries;
    char digest[SHA256_HEX_SIZE];

    health->audit_count = -1;
    if (!audit_list(connection, NULL, &page, arena, &entries, NULL))
        return;
    health->audit_count = entries.count > 0 ? entries.items[0].seq : 0;
    health->audit_head =
        entries.count == 0 ||
        strcmp(sha256_hex(entries.items[0].line, strlen(entries.items[0].line), digest),
               entries.items[0].hash) == 0;
}

static bool read_secrets(struct connection *connection, struct arena *arena,
                         struct store_health *health, struct error *error)
{
    struct statement *sealed, *empty;

    if (health->schema < VARIABLES_SINCE)
        return true;
    if (!store_vault_get(connection, arena, &health->vault, &health->has_vault, error))
        return false;
    sealed = statement_open(connection, "SELECT COUNT(*) FROM variables WHERE sealed IS NOT NULL",
                            error);
    if (!row_integer(&sealed, &health->secrets, error))
        return false;
    empty = statement_open(connection,
                           "SELECT COUNT(*) FROM variables"
                           " WHERE is_secret = 1"
                           "   AND sealed IS NULL"
                           "   AND removed_at = 0",
                           error);
    return row_integer(&empty, &health->empty_secrets, error);
}

static bool look(struct connection *connection, int64_t milliseconds, struct arena *arena,
                 struct store_health *health, struct error *error)
{
    struct engine_identity identity;

    if (!engine_identify(connection, &identity, error))
        return false;
    health->schema = identity.schema;
    if (identity.application != ENGINE_STORE_APPLICATION) {
        error_set(error, ERROR_INVALID, "%s is not a store of PiLabStudio", connection->path);
        return error_hint(error, "Name another file: --store PATH.");
    }
    if (!check_structure(connection, milliseconds, arena, health, error) ||
        !read_texts(connection, health, error))
        return false;
    read_audit(connection, arena, health);
    return store_sharing_get(connection, &health->shared, &health->group, error) &&
           store_lease_list_lost(connection, arena, &health->lost, error) &&
           read_secrets(connection, arena, health, error);
}

bool store_look_at(const char *path, int64_t milliseconds, struct arena *arena,
                   struct store_health *health, struct error *error)
{
    struct connection *connection = open_quietly(path, error);
    bool ok;

    *health = (struct store_health){ .known = (int)embedded_migration_count, .audit_count = -1 };
    ok = connection != NULL && look(connection, milliseconds, arena, health, error);
    connection_close(&connection);
    return ok;
}
