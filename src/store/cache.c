#include <pilab/store/cache.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#include "cache_parts.h"
#include "engine.h"
#include "place.h"

/* Counted up with every change of the tables: an older cache is thrown away, never migrated. */
#define CACHE_VERSION 3

/* A scope is a folder of a repository: what a commit changes there. The tables of indexes are told
 * in cache_index.h; a number of an index is never used twice. How large what
 * is kept is and when it was used last, counting up, has a table of its own: a row is written as a
 * whole, and the content is long. */
static const char cache_schema[] = "BEGIN IMMEDIATE;"
                                   "PRAGMA application_id = 1346980931;" /* PILC */
                                   "PRAGMA user_version = 3;"
                                   "CREATE TABLE IF NOT EXISTS scopes ("
                                   "    id         INTEGER PRIMARY KEY,"
                                   "    repository TEXT    NOT NULL,"
                                   "    directory  TEXT    NOT NULL,"
                                   "    UNIQUE (repository, directory)"
                                   ") STRICT;"
                                   "CREATE TABLE IF NOT EXISTS counts ("
                                   "    scope      INTEGER NOT NULL,"
                                   "    commit_id  BLOB    NOT NULL,"
                                   "    insertions INTEGER NOT NULL,"
                                   "    deletions  INTEGER NOT NULL,"
                                   "    files      INTEGER NOT NULL,"
                                   "    PRIMARY KEY (scope, commit_id)"
                                   ") STRICT, WITHOUT ROWID;"
                                   "CREATE TABLE IF NOT EXISTS patches ("
                                   "    scope     INTEGER NOT NULL,"
                                   "    commit_id BLOB    NOT NULL,"
                                   "    patch_id  BLOB    NOT NULL,"
                                   "    PRIMARY KEY (scope, commit_id)"
                                   ") STRICT, WITHOUT ROWID;"
                                   "CREATE TABLE IF NOT EXISTS indexes ("
                                   "    id         INTEGER PRIMARY KEY AUTOINCREMENT,"
                                   "    repository TEXT    NOT NULL,"
                                   "    subject    TEXT    NOT NULL,"
                                   "    state      TEXT    NOT NULL,"
                                   "    UNIQUE (repository, subject)"
                                   ") STRICT;"
                                   "CREATE TABLE IF NOT EXISTS index_parts ("
                                   "    index_id INTEGER NOT NULL,"
                                   "    position INTEGER NOT NULL,"
                                   "    content  BLOB    NOT NULL,"
                                   "    PRIMARY KEY (index_id, position)"
                                   ") STRICT;"
                                   "CREATE TABLE IF NOT EXISTS index_words ("
                                   "    index_id  INTEGER NOT NULL,"
                                   "    word      TEXT    NOT NULL,"
                                   "    commit_id BLOB    NOT NULL,"
                                   "    PRIMARY KEY (index_id, word, commit_id)"
                                   ") STRICT, WITHOUT ROWID;"
                                   "CREATE TABLE IF NOT EXISTS distances ("
                                   "    scope             INTEGER NOT NULL,"
                                   "    pair              BLOB    NOT NULL," /* from and to */
                                   "    behind            INTEGER NOT NULL,"
                                   "    ahead             INTEGER NOT NULL,"
                                   "    migrations_behind INTEGER NOT NULL,"
                                   "    migrations_ahead  INTEGER NOT NULL,"
                                   "    PRIMARY KEY (scope, pair)"
                                   ") STRICT, WITHOUT ROWID;"
                                   "CREATE TABLE IF NOT EXISTS kept ("
                                   "    key     BLOB PRIMARY KEY,"
                                   "    content BLOB NOT NULL"
                                   ") STRICT;"
                                   "CREATE TABLE IF NOT EXISTS kept_uses ("
                                   "    key  BLOB    PRIMARY KEY,"
                                   "    used INTEGER NOT NULL,"
                                   "    size INTEGER NOT NULL"
                                   ") STRICT, WITHOUT ROWID;"
                                   "COMMIT;";

static const char scope_insert[] = "INSERT INTO scopes (repository, directory)"
                                   " VALUES (?, ?)"
                                   " ON CONFLICT (repository, directory) DO NOTHING";

static const char scope_find[] = "SELECT id"
                                 " FROM scopes"
                                 " WHERE repository = ?"
                                 "   AND directory = ?";

static const char counts_get[] = "SELECT insertions, deletions, files"
                                 " FROM counts"
                                 " WHERE scope = ?"
                                 "   AND commit_id = ?";

static const char counts_put[] = "INSERT INTO counts"
                                 " (scope, commit_id, insertions, deletions, files)"
                                 " VALUES (?, ?, ?, ?, ?)"
                                 " ON CONFLICT (scope, commit_id) DO NOTHING";

static const char patch_get[] = "SELECT patch_id"
                                " FROM patches"
                                " WHERE scope = ?"
                                "   AND commit_id = ?";

static const char patch_put[] = "INSERT INTO patches"
                                " (scope, commit_id, patch_id)"
                                " VALUES (?, ?, ?)"
                                " ON CONFLICT (scope, commit_id) DO NOTHING";

static const char distance_get[] = "SELECT behind, ahead, migrations_behind, migrations_ahead"
                                   " FROM distances"
                                   " WHERE scope = ?"
                                   "   AND pair = ?";

static const char distance_put[] = "INSERT INTO distances"
                                   " (scope, pair, behind, ahead, migrations_behind,"
                                   "  migrations_ahead)"
                                   " VALUES (?, ?, ?, ?, ?, ?)"
                                   " ON CONFLICT (scope, pair) DO NOTHING";

/* Values wait here until a batch is full: one transaction for many. */
#define BATCH_SIZE 2048
/* Another process that fills the cache is waited for only shortly; the values can be had again. */
#define PATIENCE 500

struct scope {
    char *repository, *directory;
    int64_t id; /* 0: not in the file yet */
};

struct pending {
    struct scope *scope;
    bool is_patch;
    unsigned char commit[CACHE_ID_LIMIT];
    size_t commit_length;
    struct cache_counts counts;
    unsigned char patch[CACHE_ID_LIMIT];
    size_t patch_length;
};

char *cache_path_resolve(struct error *error)
{
    char *home = path_cache_home(error);
    char *path = home != NULL ? path_join(home, "cache.db") : NULL;

    free(home);
    return path;
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* The log and the index first: a fresh file must never meet the log of its predecessor. Processes
 * that still use the old ones go on with them, unnamed. */
static void throw_away(const char *path)
{
    static const char *const endings[] = { "-wal", "-shm", "-journal", "" };

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *name = memory_printf("%s%s", path, endings[i]);

        unlink(name);
        free(name);
    }
}

static bool open_file(struct cache *cache, const struct place *place, struct error *error)
{
    struct engine_options options = { .path = place->path, .patience = PATIENCE };
    struct engine_identity identity;
    bool wal;

    cache->connection = engine_open(&options, error);
    if (cache->connection == NULL || !engine_identify(cache->connection, &identity, error))
        return false;
    if (identity.application != ENGINE_CACHE_APPLICATION && !identity.empty)
        return error_set(error, ERROR_INVALID, "%s is a database of another program, not a cache",
                         place->path);
    if (identity.schema != CACHE_VERSION && !identity.empty)
        return error_set(error, ERROR_CORRUPT, "%s is of another version", place->path);
    return engine_configure(cache->connection, place->remote, false, &wal, error) &&
           engine_execute(cache->connection, cache_schema, error);
}

/* Held while a cache is opened, so that no two processes throw it away at once. Opening goes on
 * without it where locks cannot be had. */
static int lock_opening(const char *path)
{
    char *name = memory_printf("%s.lock", path);
    int lock = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    free(name);
    while (lock >= 0 && flock(lock, LOCK_EX) != 0 && errno == EINTR)
        continue;
    return lock;
}

static bool renew(struct cache *cache, struct error *error)
{
    struct place place;
    bool ok;

    connection_close(&cache->connection);
    throw_away(cache->path);
    ok = place_prepare_own(cache->path, true, &place, error) && open_file(cache, &place, error);
    place_release(&place);
    return ok;
}

bool cache_open(const char *path, struct cache **cache, bool *renewed, struct error *error)
{
    struct cache *opening = memory_new(sizeof *opening);
    struct error failure;
    bool thrown_away = false;
    struct place place;
    int lock = -1;
    bool ok;

    opening->scopes = map_new();
    vector_init(&opening->pending, sizeof(struct pending));
    ok = place_prepare_own(path, true, &place, &failure);
    if (ok) {
        opening->path = memory_copy_text(place.path);
        lock = lock_opening(place.path);
        ok = open_file(opening, &place, &failure);
        thrown_away = !ok && failure.code == ERROR_CORRUPT;
        if (thrown_away)
            ok = renew(opening, &failure);
    }
    if (lock >= 0)
        close(lock);
    place_release(&place);
    if (!ok) {
        cache_close(&opening);
        if (error != NULL)
            *error = failure;
        return false;
    }
    if (renewed != NULL)
        *renewed = thrown_away;
    *cache = opening;
    return true;
}

void cache_close(struct cache **cache)
{
    struct cache *closing = *cache;

    if (closing == NULL)
        return;
    cache_flush(closing);
    connection_close(&closing->connection);
    for (size_t i = 0; i < map_count(closing->scopes); i++) {
        struct scope *scope = map_value_at(closing->scopes, i);

        free(scope->repository);
        free(scope->directory);
        free(scope);
    }
    map_free(&closing->scopes);
    vector_release(&closing->pending);
    free(closing->path);
    free(closing);
    *cache = NULL;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* A damaged file is worth nothing: from here on everything is a miss, and the next opening begins
 * anew. */
bool cache_check_health(struct cache *cache, bool ok, const struct error *error)
{
    if (!ok && error->code == ERROR_CORRUPT) {
        connection_close(&cache->connection);
        throw_away(cache->path);
    }
    return ok;
}

static bool find_scope_id(struct cache *cache, struct scope *scope, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, scope_find, error);
    bool row = false;
    bool ok;

    statement_put_text(statement, scope->repository);
    statement_put_text(statement, scope->directory);
    ok = statement_step(statement, &row, error);
    if (ok && row)
        scope->id = statement_take_integer(statement);
    statement_close(&statement);
    return ok;
}

static struct scope *scope_of(struct cache *cache, const char *repository, const char *directory)
{
    struct strbuf key = STRBUF_INIT;
    struct scope *scope;

    strbuf_add_bytes(&key, repository, strlen(repository) + 1);
    strbuf_add(&key, directory);
    scope = map_get_bytes(cache->scopes, key.data, key.length);
    if (scope == NULL) {
        scope = memory_new(sizeof *scope);
        scope->repository = memory_copy_text(repository);
        scope->directory = memory_copy_text(directory);
        map_put_bytes(cache->scopes, key.data, key.length, scope);
    }
    strbuf_release(&key);
    return scope;
}

/* The row of a commit in a scope, ready to be read; NULL when there is none. */
static struct statement *look_up(struct cache *cache, const char *sql, const char *repository,
                                 const char *directory, const unsigned char *commit,
                                 size_t id_length)
{
    struct scope *scope = scope_of(cache, repository, directory);
    struct statement *statement;
    struct error error;
    bool row = false;
    bool ok;

    if (cache->connection == NULL)
        return NULL;
    if (scope->id == 0 && !cache_check_health(cache, find_scope_id(cache, scope, &error), &error))
        return NULL;
    if (scope->id == 0)
        return NULL;
    statement = statement_open(cache->connection, sql, &error);
    statement_put_integer(statement, scope->id);
    statement_put_blob(statement, commit, id_length);
    ok = statement_step(statement, &row, &error);
    if (ok && row)
        return statement;
    statement_close(&statement);
    cache_check_health(cache, ok, &error);
    return NULL;
}

bool cache_get_counts(struct cache *cache, const char *repository, const char *directory,
                      const unsigned char *commit, size_t id_length, struct cache_counts *counts)
{
    struct statement *statement =
        look_up(cache, counts_get, repository, directory, commit, id_length);

    if (statement == NULL)
        return false;
    counts->insertions = (uint64_t)statement_take_integer(statement);
    counts->deletions = (uint64_t)statement_take_integer(statement);
    counts->files = (uint64_t)statement_take_integer(statement);
    statement_close(&statement);
    return true;
}

bool cache_get_patch_id(struct cache *cache, const char *repository, const char *directory,
                        const unsigned char *commit, size_t id_length,
                        unsigned char patch[CACHE_ID_LIMIT], size_t *patch_length)
{
    struct statement *statement =
        look_up(cache, patch_get, repository, directory, commit, id_length);
    const void *bytes;
    bool fits;

    if (statement == NULL)
        return false;
    bytes = statement_view_blob(statement, patch_length);
    fits = *patch_length <= CACHE_ID_LIMIT;
    if (fits && *patch_length > 0)
        memcpy(patch, bytes, *patch_length);
    statement_close(&statement);
    return fits;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static struct pending *add_pending(struct cache *cache, const char *repository,
                                   const char *directory, const unsigned char *commit,
                                   size_t id_length)
{
    struct pending *pending;

    if (cache->connection == NULL || id_length > CACHE_ID_LIMIT)
        return NULL;
    if (cache->pending.count >= BATCH_SIZE)
        cache_flush(cache);
    pending = vector_add(&cache->pending);
    pending->scope = scope_of(cache, repository, directory);
    memcpy(pending->commit, commit, id_length);
    pending->commit_length = id_length;
    return pending;
}

void cache_put_counts(struct cache *cache, const char *repository, const char *directory,
                      const unsigned char *commit, size_t id_length,
                      const struct cache_counts *counts)
{
    struct pending *pending = add_pending(cache, repository, directory, commit, id_length);

    if (pending != NULL)
        pending->counts = *counts;
}

void cache_put_patch_id(struct cache *cache, const char *repository, const char *directory,
                        const unsigned char *commit, size_t id_length, const unsigned char *patch,
                        size_t patch_length)
{
    struct pending *pending;

    if (patch_length > CACHE_ID_LIMIT)
        return;
    pending = add_pending(cache, repository, directory, commit, id_length);
    if (pending == NULL)
        return;
    pending->is_patch = true;
    pending->patch_length = patch_length;
    if (patch_length > 0)
        memcpy(pending->patch, patch, patch_length);
}

static bool settle_scope(struct cache *cache, struct scope *scope, struct error *error)
{
    struct statement *statement;
    bool ok;

    if (scope->id != 0)
        return true;
    statement = statement_open(cache->connection, scope_insert, error);
    statement_put_text(statement, scope->repository);
    statement_put_text(statement, scope->directory);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok && find_scope_id(cache, scope, error);
}

static bool write_pending(struct cache *cache, const struct pending *pending, struct error *error)
{
    struct statement *statement;
    bool ok;

    if (!settle_scope(cache, pending->scope, error))
        return false;
    statement =
        statement_open(cache->connection, pending->is_patch ? patch_put : counts_put, error);
    statement_put_integer(statement, pending->scope->id);
    statement_put_blob(statement, pending->commit, pending->commit_length);
    if (pending->is_patch) {
        statement_put_blob(statement, pending->patch, pending->patch_length);
    } else {
        statement_put_integer(statement, (int64_t)pending->counts.insertions);
        statement_put_integer(statement, (int64_t)pending->counts.deletions);
        statement_put_integer(statement, (int64_t)pending->counts.files);
    }
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

/* The ids of scopes that were added in a transaction that failed are not valid. */
static void forget_scopes(struct cache *cache)
{
    for (size_t i = 0; i < map_count(cache->scopes); i++)
        ((struct scope *)map_value_at(cache->scopes, i))->id = 0;
}

void cache_flush(struct cache *cache)
{
    struct error error;
    bool ok;

    if (cache->connection == NULL || cache->pending.count == 0)
        return;
    ok = store_begin(cache->connection, NULL, &error);
    for (size_t i = 0; ok && i < cache->pending.count; i++)
        ok = write_pending(cache, vector_at(&cache->pending, i), &error);
    ok = ok && store_commit(cache->connection, &error);
    store_rollback(cache->connection);
    vector_clear(&cache->pending);
    if (!ok)
        forget_scopes(cache);
    cache_check_health(cache, ok, &error);
}

/* --- Distances -------------------------------------------------------------------------------- */

/* Distances are of a scope of their own kind: no repository has this name. */
static const char of_distances[] = "distances";

static size_t join_pair(unsigned char pair[2 * CACHE_ID_LIMIT], const unsigned char *from,
                        const unsigned char *to, size_t id_length)
{
    memcpy(pair, from, id_length);
    memcpy(pair + id_length, to, id_length);
    return 2 * id_length;
}

bool cache_get_distance(struct cache *cache, const char *scope, const unsigned char *from,
                        const unsigned char *to, size_t id_length, struct cache_distance *distance)
{
    unsigned char pair[2 * CACHE_ID_LIMIT];
    struct statement *statement;

    if (id_length > CACHE_ID_LIMIT)
        return false;
    statement = look_up(cache, distance_get, of_distances, scope, pair,
                        join_pair(pair, from, to, id_length));
    if (statement == NULL)
        return false;
    distance->behind = (uint64_t)statement_take_integer(statement);
    distance->ahead = (uint64_t)statement_take_integer(statement);
    distance->migrations_behind = (uint64_t)statement_take_integer(statement);
    distance->migrations_ahead = (uint64_t)statement_take_integer(statement);
    statement_close(&statement);
    return true;
}

static bool write_distance(struct cache *cache, struct scope *scope, const unsigned char *pair,
                           size_t length, const struct cache_distance *distance,
                           struct error *error)
{
    struct statement *statement;
    bool ok;

    if (!settle_scope(cache, scope, error))
        return false;
    statement = statement_open(cache->connection, distance_put, error);
    statement_put_integer(statement, scope->id);
    statement_put_blob(statement, pair, length);
    statement_put_integer(statement, (int64_t)distance->behind);
    statement_put_integer(statement, (int64_t)distance->ahead);
    statement_put_integer(statement, (int64_t)distance->migrations_behind);
    statement_put_integer(statement, (int64_t)distance->migrations_ahead);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

void cache_put_distance(struct cache *cache, const char *scope, const unsigned char *from,
                        const unsigned char *to, size_t id_length,
                        const struct cache_distance *distance)
{
    unsigned char pair[2 * CACHE_ID_LIMIT];
    struct error error;
    bool ok;

    if (cache->connection == NULL || id_length > CACHE_ID_LIMIT)
        return;
    ok = store_begin(cache->connection, NULL, &error) &&
         write_distance(cache, scope_of(cache, of_distances, scope), pair,
                        join_pair(pair, from, to, id_length), distance, &error) &&
         store_commit(cache->connection, &error);
    store_rollback(cache->connection);
    if (!ok)
        forget_scopes(cache);
    cache_check_health(cache, ok, &error);
}
