#include <pilab/store/cache_kept.h>

#include "cache_parts.h"
#include "engine.h"

/* As many bytes as all together may take, and what may be kept at all: a part of that. */
#define LIMIT        ((int64_t)128 << 20)
#define LARGEST_PART 4

static const char kept_get[] = "SELECT content"
                               " FROM kept"
                               " WHERE key = ?";

static const char kept_put[] = "INSERT INTO kept"
                               " (key, content)"
                               " VALUES (?, ?)"
                               " ON CONFLICT (key)"
                               " DO UPDATE SET content = excluded.content";

static const char use_get[] = "SELECT used, (SELECT max(used) FROM kept_uses)"
                              " FROM kept_uses"
                              " WHERE key = ?";

static const char use_touch[] = "UPDATE kept_uses"
                                " SET used = 1 + (SELECT max(used) FROM kept_uses)"
                                " WHERE key = ?";

static const char use_put[] = "INSERT INTO kept_uses"
                              " (key, used, size)"
                              " VALUES (?1, (SELECT 1 + coalesce(max(used), 0) FROM kept_uses), ?2)"
                              " ON CONFLICT (key)"
                              " DO UPDATE SET used = excluded.used, size = excluded.size";

/* All but those that were used last and fit together. */
static const char use_trim[] = "DELETE FROM kept_uses"
                               " WHERE key IN ("
                               "    SELECT key"
                               "    FROM ("
                               "        SELECT key, sum(size) OVER (ORDER BY used DESC) AS total"
                               "        FROM kept_uses"
                               "    )"
                               "    WHERE total > ?"
                               ")";

static const char kept_trim[] = "DELETE FROM kept"
                                " WHERE key NOT IN (SELECT key FROM kept_uses)";

/* Whether it is among the two used last already: what lies between two commits is read in two
 * pieces, one after the other. */
static bool is_latest(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY])
{
    struct statement *statement = statement_open(cache->connection, use_get, NULL);
    bool row = false, is = false;

    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    if (statement_step(statement, &row, NULL) && row) {
        int64_t used = statement_take_integer(statement);

        is = used + 1 >= statement_take_integer(statement);
    }
    statement_close(&statement);
    return is;
}

static bool count_up(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                     struct error *error)
{
    struct statement *statement = statement_open(cache->connection, use_touch, error);
    bool ok;

    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

static bool touch(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY], struct error *error)
{
    bool ok = is_latest(cache, key) ||
              (store_begin(cache->connection, NULL, error) && count_up(cache, key, error) &&
               store_commit(cache->connection, error));

    store_rollback(cache->connection);
    return ok;
}

bool cache_get_kept(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                    struct strbuf *out)
{
    struct statement *statement;
    struct error error;
    bool row = false;
    bool ok;

    if (cache->connection == NULL)
        return false;
    statement = statement_open(cache->connection, kept_get, &error);
    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    ok = statement_step(statement, &row, &error);
    if (ok && row) {
        size_t length;
        const void *bytes = statement_view_blob(statement, &length);

        strbuf_add_bytes(out, bytes, length);
    }
    statement_close(&statement);
    ok = ok && (!row || touch(cache, key, &error));
    cache_check_health(cache, ok, &error);
    return row;
}

static bool put_content(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY],
                        const struct strbuf *bytes, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, kept_put, error);
    bool ok;

    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    statement_put_blob(statement, bytes->data, bytes->length);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

static bool put_use(struct cache *cache, const unsigned char key[CACHE_KEPT_KEY], size_t size,
                    struct error *error)
{
    struct statement *statement = statement_open(cache->connection, use_put, error);
    bool ok;

    statement_put_blob(statement, key, CACHE_KEPT_KEY);
    statement_put_integer(statement, (int64_t)size);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

static bool trim(struct cache *cache, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, use_trim, error);
    size_t gone = 0;
    bool ok;

    statement_put_integer(statement, LIMIT);
    ok = statement_run(statement, &gone, error);
    statement_close(&statement);
    if (!ok || gone == 0)
        return ok;
    statement = statement_open(cache->connection, kept_trim, error);
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
    ok = store_begin(cache->connection, NULL, &error) && put_content(cache, key, bytes, &error) &&
         put_use(cache, key, bytes->length, &error) && trim(cache, &error) &&
         store_commit(cache->connection, &error);
    store_rollback(cache->connection);
    cache_check_health(cache, ok, &error);
}
