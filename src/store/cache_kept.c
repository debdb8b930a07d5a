#include <pilab/store/cache_kept.h>

#include "cache_parts.h"
#include "engine.h"

/* As many bytes as all together may take, and what may be kept at all: a part of that. */
#define LIMIT        ((int64_t)64 << 20)
#define LARGEST_PART 4

static const char kept_get[] = "SELECT used, content"
                               " FROM kept"
                               " WHERE key = ?";

static const char kept_latest[] = "SELECT coalesce(max(used), 0)"
                                  " FROM kept";

static const char kept_touch[] = "UPDATE kept"
                                 " SET used = ?"
                                 " WHERE key = ?";

static const char kept_put[] = "INSERT INTO kept"
                               " (key, used, size, content)"
                               " VALUES (?, ?, ?, ?)"
                               " ON CONFLICT (key)"
                               " DO UPDATE SET used = excluded.used, size = excluded.size,"
                               " content = excluded.content";

/* All but those that were used last and fit together. */
static const char kept_trim[] = "DELETE FROM kept"
                                " WHERE key IN ("
                                "    SELECT key"
                                "    FROM ("
                                "        SELECT key, sum(size) OVER (ORDER BY used DESC) AS total"
                                "        FROM kept"
                                "    )"
                                "    WHERE total > ?"
                                ")";

static bool latest(struct cache *cache, int64_t *used, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, kept_latest, error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    *used = ok && row ? statement_take_integer(statement) : 0;
    statement_close(&statement);
    return ok;
}

static bool touch(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY], int64_t used,
                  struct error *error)
{
    struct statement *statement;
    int64_t last;
    bool ok;

    if (!latest(cache, &last, error))
        return false;
    if (used == last)
        return true;
    if (!store_begin(cache->connection, NULL, error))
        return false;
    statement = statement_open(cache->connection, kept_touch, error);
    statement_put_integer(statement, last + 1);
    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    ok = ok && store_commit(cache->connection, error);
    store_rollback(cache->connection);
    return ok;
}

bool cache_get_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                    struct strbuf *out)
{
    struct statement *statement;
    struct error error;
    bool row = false;
    int64_t used = 0;
    bool ok;

    if (cache->connection == NULL)
        return false;
    statement = statement_open(cache->connection, kept_get, &error);
    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    ok = statement_step(statement, &row, &error);
    if (ok && row) {
        size_t length;
        const void *bytes;

        used = statement_take_integer(statement);
        bytes = statement_view_blob(statement, &length);
        strbuf_add_bytes(out, bytes, length);
    }
    statement_close(&statement);
    ok = ok && (!row || touch(cache, key, used, &error));
    cache_check_health(cache, ok, &error);
    return row;
}

static bool write_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                       const struct strbuf *bytes, struct error *error)
{
    struct statement *statement;
    int64_t last;
    bool ok;

    if (!latest(cache, &last, error))
        return false;
    statement = statement_open(cache->connection, kept_put, error);
    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    statement_put_integer(statement, last + 1);
    statement_put_integer(statement, (int64_t)bytes->length);
    statement_put_blob(statement, bytes->data, bytes->length);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    if (!ok)
        return false;
    statement = statement_open(cache->connection, kept_trim, error);
    statement_put_integer(statement, LIMIT);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

void cache_put_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                    const struct strbuf *bytes)
{
    struct error error;
    bool ok;

    if (cache->connection == NULL || bytes->length > (size_t)LIMIT / LARGEST_PART)
        return;
    ok = store_begin(cache->connection, NULL, &error) && write_kept(cache, key, bytes, &error) &&
         store_commit(cache->connection, &error);
    store_rollback(cache->connection);
    cache_check_health(cache, ok, &error);
}
