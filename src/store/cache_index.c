#include <pilab/store/cache_index.h>

#include <string.h>

#include "cache_parts.h"

static const char index_find[] = "SELECT id, state"
                                 " FROM indexes"
                                 " WHERE repository = ?"
                                 "   AND subject = ?";

static const char index_insert[] = "INSERT INTO indexes (repository, subject, state)"
                                   " VALUES (?, ?, ?)";

static const char index_move[] = "UPDATE indexes"
                                 " SET state = ?"
                                 " WHERE id = ?"
                                 "   AND state = ?";

static const char index_delete[] = "DELETE FROM indexes"
                                   " WHERE id = ?";

static const char parts_delete[] = "DELETE FROM index_parts"
                                   " WHERE index_id = ?";

static const char words_delete[] = "DELETE FROM index_words"
                                   " WHERE index_id = ?";

static const char parts_get[] = "SELECT content"
                                " FROM index_parts"
                                " WHERE index_id = ?"
                                " ORDER BY position";

static const char part_put[] = "INSERT INTO index_parts (index_id, position, content)"
                               " SELECT ?1, COALESCE(MAX(position), 0) + 1, ?2"
                               " FROM index_parts"
                               " WHERE index_id = ?1";

/* From the word up to, and without, the second text: words are UTF-8, in which no byte is 0xff, and
 * compare by their bytes. */
static const char words_get[] = "SELECT word, commit_id"
                                " FROM index_words"
                                " WHERE index_id = ?"
                                "   AND word >= ?"
                                "   AND word < ?"
                                " ORDER BY word, commit_id";

static const char word_put[] = "INSERT INTO index_words (index_id, word, commit_id)"
                               " VALUES (?, ?, ?)"
                               " ON CONFLICT (index_id, word, commit_id) DO NOTHING";

static bool find(struct cache *cache, const struct cache_index *index, int64_t *number,
                 struct strbuf *state, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, index_find, error);
    bool row = false;
    bool ok;

    *number = 0;
    statement_put_text(statement, index->repository);
    statement_put_text(statement, index->subject);
    ok = statement_step(statement, &row, error);
    if (ok && row) {
        const char *text;
        size_t length;

        *number = statement_take_integer(statement);
        text = statement_view_text(statement, &length);
        strbuf_add_bytes(state, text, length);
    }
    statement_close(&statement);
    return ok;
}

int64_t cache_index_find(struct cache *cache, const struct cache_index *index, struct strbuf *state)
{
    struct error error;
    int64_t number = 0;

    if (cache->connection == NULL ||
        !cache_check_health(cache, find(cache, index, &number, state, &error), &error))
        return 0;
    return number;
}

bool cache_index_parts(struct cache *cache, int64_t number,
                       bool (*part)(void *context, const void *bytes, size_t length), void *context)
{
    struct statement *statement;
    struct error error;
    bool row = true, wanted = true;
    bool ok = true;

    if (cache->connection == NULL)
        return false;
    statement = statement_open(cache->connection, parts_get, &error);
    statement_put_integer(statement, number);
    while (ok && row && wanted) {
        ok = statement_step(statement, &row, &error);
        if (ok && row) {
            size_t length;
            const void *bytes = statement_view_blob(statement, &length);

            wanted = part(context, bytes, length);
        }
    }
    statement_close(&statement);
    return cache_check_health(cache, ok, &error) && wanted;
}

bool cache_index_words(struct cache *cache, int64_t number, const char *word, bool prefix,
                       void (*visit)(void *context, const char *word, const unsigned char *commit,
                                     size_t id_length),
                       void *context)
{
    struct strbuf end = STRBUF_INIT;
    struct statement *statement;
    struct error error;
    bool row = true;
    bool ok = true;

    if (cache->connection == NULL)
        return false;
    /* No word holds U+0001, and none U+10FFFF, which is above all that one holds. */
    strbuf_add(&end, word);
    strbuf_add(&end, prefix ? "\xf4\x8f\xbf\xbf" : "\x01");
    statement = statement_open(cache->connection, words_get, &error);
    statement_put_integer(statement, number);
    statement_put_text(statement, word);
    statement_put_text(statement, end.data);
    while (ok && row) {
        ok = statement_step(statement, &row, &error);
        if (ok && row) {
            size_t length;
            const char *found = statement_view_text(statement, NULL);
            const unsigned char *commit = statement_view_blob(statement, &length);

            visit(context, found, commit, length);
        }
    }
    statement_close(&statement);
    strbuf_release(&end);
    return cache_check_health(cache, ok, &error);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool run_with(struct cache *cache, const char *sql, int64_t number, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, sql, error);
    bool ok;

    statement_put_integer(statement, number);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

/* Another process may have begun it meanwhile: what is there gives way. */
static bool begin_anew(struct cache *cache, const struct cache_index *index, const char *state,
                       int64_t *number, struct error *error)
{
    struct strbuf old = STRBUF_INIT;
    struct statement *statement;
    bool ok = find(cache, index, number, &old, error) &&
              (*number == 0 || (run_with(cache, index_delete, *number, error) &&
                                run_with(cache, parts_delete, *number, error) &&
                                run_with(cache, words_delete, *number, error)));

    strbuf_clear(&old);
    if (ok) {
        statement = statement_open(cache->connection, index_insert, error);
        statement_put_text(statement, index->repository);
        statement_put_text(statement, index->subject);
        statement_put_text(statement, state);
        ok = statement_run(statement, NULL, error);
        statement_close(&statement);
    }
    ok = ok && find(cache, index, number, &old, error);
    strbuf_release(&old);
    return ok;
}

static bool move_on(struct cache *cache, int64_t number, const char *before, const char *state,
                    bool *moved, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, index_move, error);
    size_t changed = 0;
    bool ok;

    statement_put_text(statement, state);
    statement_put_integer(statement, number);
    statement_put_text(statement, before);
    ok = statement_run(statement, &changed, error);
    statement_close(&statement);
    *moved = changed == 1;
    return ok;
}

static bool add_part(struct cache *cache, int64_t number, const void *part, size_t length,
                     struct error *error)
{
    struct statement *statement = statement_open(cache->connection, part_put, error);
    bool ok;

    statement_put_integer(statement, number);
    statement_put_blob(statement, part, length);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

static bool add_words(struct cache *cache, int64_t number, const struct cache_index_word *words,
                      size_t count, struct error *error)
{
    struct statement *statement = statement_open(cache->connection, word_put, error);
    bool ok = statement != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        statement_put_integer(statement, number);
        statement_put_text(statement, words[i].word);
        statement_put_blob(statement, words[i].commit, words[i].id_length);
        ok = statement_run(statement, NULL, error);
        statement_rewind(statement);
    }
    statement_close(&statement);
    return ok;
}

int64_t cache_index_add(struct cache *cache, const struct cache_index *index, int64_t number,
                        const char *before, const char *state, const void *part, size_t length,
                        const struct cache_index_word *words, size_t count)
{
    bool anew = number == 0, current = true;
    struct error error;
    bool ok;

    if (cache->connection == NULL)
        return 0;
    ok = store_begin(cache->connection, NULL, &error) &&
         (anew ? begin_anew(cache, index, state, &number, &error)
               : move_on(cache, number, before, state, &current, &error));
    if (ok && current)
        ok = (length == 0 || add_part(cache, number, part, length, &error)) &&
             add_words(cache, number, words, count, &error) &&
             store_commit(cache->connection, &error);
    store_rollback(cache->connection);
    return cache_check_health(cache, ok, &error) && current ? number : 0;
}
