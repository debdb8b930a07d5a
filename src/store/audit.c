#include <pilab/store/audit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "rows.h"

static const char audit_head[] = "SELECT seq, hash"
                                 " FROM audit"
                                 " ORDER BY seq DESC"
                                 " LIMIT 1";

static const char audit_insert[] = "INSERT INTO audit"
                                   " (seq, line, hash, body, at, tenant, project, actor, action,"
                                   "  object)"
                                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char audit_origin[] = "SELECT value"
                                   " FROM meta"
                                   " WHERE name = 'id'";

#define ENTRY_COLUMNS "seq, at, tenant, project, actor, action, object, body, hash, line"
#define FILTERED                                                                                   \
    "   AND (?2 IS NULL OR tenant = ?2)"                                                           \
    "   AND (?3 IS NULL OR project = ?3)"                                                          \
    "   AND (?4 IS NULL OR actor = ?4)"                                                            \
    "   AND (?5 IS NULL OR action = ?5)"                                                           \
    "   AND (?6 IS NULL OR substr(action, 1, length(?6)) = ?6)"                                    \
    "   AND (?7 IS NULL OR object = ?7)"                                                           \
    "   AND at >= ?8"                                                                              \
    "   AND at < ?9"                                                                               \
    " ORDER BY seq DESC"

static const char audit_by_seq[] = "SELECT " ENTRY_COLUMNS " FROM audit"
                                   " WHERE seq < ?1" FILTERED " LIMIT ?10";

static const char audit_numbers_after[] = "SELECT seq"
                                          " FROM audit"
                                          " WHERE seq > ?1" FILTERED;

static const char audit_actors[] = "SELECT DISTINCT actor"
                                   " FROM (SELECT actor FROM audit WHERE seq > ?1" FILTERED ")"
                                   " ORDER BY actor LIMIT ?10";

static const char audit_actions[] = "SELECT DISTINCT action"
                                    " FROM (SELECT action FROM audit WHERE seq > ?1" FILTERED ")"
                                    " ORDER BY action LIMIT ?10";

static const char audit_one[] = "SELECT " ENTRY_COLUMNS " FROM audit"
                                " WHERE seq = ?1";

static const char audit_of_others[] = "SELECT " ENTRY_COLUMNS " FROM audit"
                                      " WHERE project = ?"
                                      "   AND at >= ?"
                                      "   AND actor <> ?"
                                      " ORDER BY at DESC, seq DESC"
                                      " LIMIT ?";

/* Few come after a number that somebody has seen, and a project's may be most of a long audit: with
 * COALESCE its index is left alone. */
static const char audit_of_others_after[] = "SELECT " ENTRY_COLUMNS " FROM audit"
                                            " WHERE COALESCE(project, '') = ?"
                                            "   AND seq > ?"
                                            "   AND actor <> ?"
                                            " ORDER BY seq DESC"
                                            " LIMIT ?";

/* --- Appending -------------------------------------------------------------------------------- */

static bool read_head(struct connection *connection, int64_t *count, char hash[SHA256_HEX_SIZE],
                      struct error *error)
{
    struct statement *statement = statement_open(connection, audit_head, error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    *count = 0;
    memcpy(hash, AUDIT_START_HASH, SHA256_HEX_SIZE);
    if (ok && row) {
        *count = statement_take_integer(statement);
        snprintf(hash, SHA256_HEX_SIZE, "%s", text_or(statement_view_text(statement, NULL), ""));
    }
    statement_close(&statement);
    return ok;
}

/* The entry as the object that its line is written from. */
static json_t *entry_object(const struct audit_entry *entry, const char *prev,
                            const char *body_digest)
{
    json_t *object = json_object();

    json_put_text(object, "action", entry->action);
    json_put_text(object, "actor", entry->actor);
    json_put_integer(object, "at", entry->at);
    json_put_text(object, "body", body_digest);
    json_put_text(object, "object", entry->object);
    json_put_text(object, "prev", prev);
    json_put_text(object, "project", entry->project);
    json_put_integer(object, "seq", entry->seq);
    json_put_text(object, "tenant", entry->tenant);
    return object;
}

/* The columns repeat the texts of the line, where invalid UTF-8 has been replaced. */
static bool insert(struct connection *connection, const struct audit_entry *entry,
                   const json_t *object, const char *body, struct error *error)
{
    struct statement *statement = statement_open(connection, audit_insert, error);
    struct strbuf line = STRBUF_INIT;
    char hash[SHA256_HEX_SIZE];
    bool ok;

    json_write_canonical(&line, object);
    sha256_hex(line.data, line.length, hash);
    statement_put_integer(statement, entry->seq);
    statement_put_text(statement, line.data);
    statement_put_text(statement, hash);
    statement_put_text(statement, body);
    statement_put_integer(statement, entry->at);
    statement_put_text(statement, json_member_text(object, "tenant"));
    statement_put_text(statement, json_member_text(object, "project"));
    statement_put_text(statement, json_member_text(object, "actor"));
    statement_put_text(statement, json_member_text(object, "action"));
    statement_put_text(statement, json_member_text(object, "object"));
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    strbuf_release(&line);
    return ok;
}

bool audit_append(struct connection *connection, struct audit_entry *entry, const json_t *body,
                  struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    char prev[SHA256_HEX_SIZE], digest[SHA256_HEX_SIZE];
    json_t *object;
    int64_t count;
    bool ok;

    if (entry->actor == NULL || entry->action == NULL)
        return error_set(error, ERROR_INVALID, "an audit entry needs an actor and an action");
    if (!read_head(connection, &count, prev, error))
        return false;
    entry->seq = count + 1;
    if (entry->at == 0)
        entry->at = connection_now(connection);
    if (body != NULL) {
        json_write_canonical(&text, body);
        sha256_hex(text.data, text.length, digest);
    }
    object = entry_object(entry, prev, body != NULL ? digest : NULL);
    ok = insert(connection, entry, object, body != NULL ? text.data : NULL, error);
    json_decref(object);
    strbuf_release(&text);
    return ok;
}

/* --- Listing ---------------------------------------------------------------------------------- */

static void read_entry(struct statement *statement, struct arena *arena, void *item)
{
    struct audit_entry *entry = item;

    entry->seq = statement_take_integer(statement);
    entry->at = statement_take_integer(statement);
    entry->tenant = statement_take_text(statement, arena);
    entry->project = statement_take_text(statement, arena);
    entry->actor = statement_take_text(statement, arena);
    entry->action = statement_take_text(statement, arena);
    entry->object = statement_take_text(statement, arena);
    entry->body = statement_take_text(statement, arena);
    entry->hash = statement_take_text(statement, arena);
    entry->line = statement_take_text(statement, arena);
}

static void put_filter(struct statement *statement, const struct audit_filter *filter)
{
    size_t length = filter->action != NULL ? strlen(filter->action) : 0;
    bool family = length > 0 && filter->action[length - 1] == '.';

    statement_put_text(statement, filter->tenant);
    statement_put_text(statement, filter->project);
    statement_put_text(statement, filter->actor);
    statement_put_text(statement, family ? NULL : filter->action);
    statement_put_text(statement, family ? filter->action : NULL);
    statement_put_text(statement, filter->object);
    statement_put_integer(statement, filter->since);
    statement_put_integer(statement, filter->until != 0 ? filter->until : INT64_MAX);
}

bool audit_list(struct connection *connection, const struct audit_filter *filter,
                const struct store_page *page, struct arena *arena, struct audit_entries *list,
                struct error *error)
{
    static const struct audit_filter everything = { 0 };
    struct cursor cursor = { .list = "audit", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, audit_by_seq, error);
    statement_put_integer(statement, cursor.major);
    put_filter(statement, filter != NULL ? filter : &everything);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_entry, arena, &rows, error))
        return false;
    *list = (struct audit_entries){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].seq;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

bool audit_numbers(struct connection *connection, const struct audit_filter *filter, int64_t above,
                   struct vector *numbers, struct error *error)
{
    static const struct audit_filter everything = { 0 };
    struct statement *statement = statement_open(connection, audit_numbers_after, error);
    bool ok, row = false;

    statement_put_integer(statement, above);
    put_filter(statement, filter != NULL ? filter : &everything);
    while ((ok = statement_step(statement, &row, error)) && row) {
        int64_t seq = statement_take_integer(statement);

        vector_push(numbers, &seq);
    }
    statement_close(&statement);
    return ok;
}

static void read_word(struct statement *statement, struct arena *arena, void *item)
{
    *(const char **)item = statement_take_text(statement, arena);
}

bool audit_words_there(struct connection *connection, const struct audit_filter *filter,
                       int64_t above, enum audit_word word, size_t limit, struct arena *arena,
                       struct audit_word_list *list, struct error *error)
{
    static const struct audit_filter everything = { 0 };
    struct statement *statement =
        statement_open(connection, word == AUDIT_WORD_ACTOR ? audit_actors : audit_actions, error);
    struct store_page page = { .limit = limit };
    struct rows rows;

    statement_put_integer(statement, above);
    put_filter(statement, filter != NULL ? filter : &everything);
    statement_put_integer(statement, rows_limit(&page));
    if (!rows_read(&statement, &page, sizeof *list->items, read_word, arena, &rows, error))
        return false;
    *list = (struct audit_word_list){ .items = rows.items, .count = rows.count };
    return true;
}

bool audit_by_others(struct connection *connection, const char *project, const char *actor,
                     int64_t above, int64_t since, size_t limit, struct arena *arena,
                     struct audit_entries *list, struct error *error)
{
    struct statement *statement =
        statement_open(connection, above > 0 ? audit_of_others_after : audit_of_others, error);
    struct store_page page = { .limit = limit };
    struct rows rows;

    statement_put_text(statement, project);
    statement_put_integer(statement, above > 0 ? above : since);
    statement_put_text(statement, actor);
    statement_put_integer(statement, rows_limit(&page));
    if (!rows_read(&statement, &page, sizeof *list->items, read_entry, arena, &rows, error))
        return false;
    *list = (struct audit_entries){ .items = rows.items,
                                    .count = rows.count,
                                    .next = rows.more ? "" : NULL };
    return true;
}

bool audit_get(struct connection *connection, int64_t seq, struct arena *arena,
               struct audit_entry *entry, struct error *error)
{
    struct statement *statement = statement_open(connection, audit_one, error);
    bool row = false;
    bool ok;

    statement_put_integer(statement, seq);
    ok = statement_step(statement, &row, error);
    *entry = (struct audit_entry){ 0 };
    if (ok && row)
        read_entry(statement, arena, entry);
    statement_close(&statement);
    if (ok && !row)
        return error_set(error, ERROR_NOT_FOUND, "the audit has no entry %lld", (long long)seq);
    return ok;
}

/* --- Checkpoints ------------------------------------------------------------------------------ */

static bool read_origin(struct connection *connection, char *origin, size_t size,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, audit_origin, error);
    bool row = false;
    bool ok = statement_step(statement, &row, error);

    if (ok)
        snprintf(origin, size, "pilab/%s",
                 row ? text_or(statement_view_text(statement, NULL), "") : "");
    statement_close(&statement);
    return ok;
}

bool audit_checkpoint_now(struct connection *connection, struct audit_checkpoint *checkpoint,
                          struct error *error)
{
    return read_origin(connection, checkpoint->origin, sizeof checkpoint->origin, error) &&
           read_head(connection, &checkpoint->count, checkpoint->hash, error);
}

void audit_checkpoint_write(const struct audit_checkpoint *checkpoint, struct strbuf *out)
{
    strbuf_printf(out, "%s\n%lld\n%s\n", checkpoint->origin, (long long)checkpoint->count,
                  checkpoint->hash);
}

/* The next line of a text, without its newline. */
static bool next_line(const char **at, const char *end, const char **line, size_t *length)
{
    const char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

    if (newline == NULL)
        return false;
    *line = *at;
    *length = (size_t)(newline - *at);
    *at = newline + 1;
    return true;
}

static bool read_count(const char *text, size_t length, int64_t *count)
{
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *count > (INT64_MAX - 9) / 10)
            return false;
        *count = *count * 10 + (text[i] - '0');
    }
    return length > 0;
}

bool audit_checkpoint_read(const char *text, size_t length, struct audit_checkpoint *checkpoint,
                           struct error *error)
{
    struct audit_checkpoint read = { 0 };
    const char *at = text, *end = text + length;
    const char *line;
    size_t size;
    bool ok = next_line(&at, end, &line, &size) && size > 0 && size < sizeof read.origin &&
              memchr(line, '\0', size) == NULL;

    if (ok)
        memcpy(read.origin, line, size);
    ok = ok && next_line(&at, end, &line, &size) && read_count(line, size, &read.count) &&
         next_line(&at, end, &line, &size) && size == SHA256_HEX_SIZE - 1 &&
         strspn(line, "0123456789abcdef") == size;
    if (!ok) {
        error_set(error, ERROR_INVALID, "this is not an audit checkpoint");
        return error_hint(error, "A checkpoint has three lines: origin, number of entries, hash.");
    }
    memcpy(read.hash, line, size);
    *checkpoint = read;
    return true;
}
