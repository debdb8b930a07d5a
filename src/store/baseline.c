#include <pilab/store/baseline.h>

#include <string.h>

#include <pilab/base/strbuf.h>

#include "rows.h"

#define BASELINE_COLUMNS                                                                           \
    "b.id, b.project_id, b.number, b.name, b.environment_id, e.name, b.reason, b.as_of,"           \
    " b.digest, b.created_by, b.created_at"

#define BASELINE_FROM                                                                              \
    " FROM baselines b"                                                                            \
    " LEFT JOIN environments e ON e.id = b.environment_id"

static const char baseline_insert[] =
    "INSERT INTO baselines"
    " (id, project_id, number, name, environment_id, reason, as_of, digest, content, created_by,"
    "  created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char baseline_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                           " FROM baselines"
                                           " WHERE project_id = ?";

static const char baseline_by_name[] =
    "SELECT " BASELINE_COLUMNS ", b.content" BASELINE_FROM " WHERE b.project_id = ?"
    "   AND b.name = ?"
    " ORDER BY b.number DESC"
    " LIMIT 1";

static const char baselines_by_number[] =
    "SELECT " BASELINE_COLUMNS ", NULL" BASELINE_FROM " WHERE b.project_id = ?"
    "   AND b.number < ?"
    " ORDER BY b.number DESC"
    " LIMIT ?";

static const char baseline_names[] = "SELECT DISTINCT b.name"
                                     " FROM baselines b"
                                     " WHERE b.project_id = ?"
                                     " ORDER BY b.name"
                                     " LIMIT 20";

static void read_baseline(struct statement *statement, struct arena *arena, void *item)
{
    struct store_baseline *baseline = item;

    id_take(statement, baseline->id);
    baseline->project_id = statement_take_text(statement, arena);
    baseline->number = statement_take_integer(statement);
    baseline->name = statement_take_text(statement, arena);
    baseline->environment_id = statement_take_text(statement, arena);
    baseline->environment = statement_take_text(statement, arena);
    baseline->reason = statement_take_text(statement, arena);
    baseline->as_of = statement_take_integer(statement);
    digest_take(statement, baseline->digest);
    baseline->created_by = statement_take_text(statement, arena);
    baseline->created_at = statement_take_integer(statement);
    baseline->content = statement_take_text(statement, arena);
}

static void read_name(struct statement *statement, struct arena *arena, void *item)
{
    *(const char **)item = statement_take_text(statement, arena);
}

bool store_baseline_add(struct connection *connection, struct store_baseline *baseline,
                        struct error *error)
{
    struct statement *statement;

    if (!id_settle(connection, baseline->id, error) ||
        !json_check("the baseline", baseline->content, error))
        return false;
    statement = statement_open(connection, baseline_next_number, error);
    statement_put_text(statement, baseline->project_id);
    if (!row_integer(&statement, &baseline->number, error))
        return false;
    sha256_hex(baseline->content, strlen(baseline->content), baseline->digest);
    baseline->created_at = connection_now(connection);
    statement = statement_open(connection, baseline_insert, error);
    statement_put_text(statement, baseline->id);
    statement_put_text(statement, baseline->project_id);
    statement_put_integer(statement, baseline->number);
    statement_put_text(statement, baseline->name);
    statement_put_text(statement, baseline->environment_id);
    statement_put_text(statement, baseline->reason);
    statement_put_integer(statement, baseline->as_of);
    statement_put_text(statement, baseline->digest);
    statement_put_text(statement, baseline->content);
    statement_put_text(statement, baseline->created_by);
    statement_put_integer(statement, baseline->created_at);
    return row_add(&statement, "baseline", baseline->name, error);
}

/* What can be asked for instead. */
static bool refuse_name(struct connection *connection, const char *project_id, const char *name,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, baseline_names, error);
    struct arena *arena = arena_new();
    struct strbuf names = STRBUF_INIT;
    struct rows rows;

    statement_put_text(statement, project_id);
    if (rows_read(&statement, NULL, sizeof(const char *), read_name, arena, &rows, error)) {
        error_set(error, ERROR_NOT_FOUND, "there is no baseline %s", name);
        for (size_t i = 0; i < rows.count; i++)
            strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", ((const char **)rows.items)[i]);
        if (rows.count > 0)
            error_hint(error, "there are: %s", names.data);
        else
            error_hint(error, "`pilab manifest baseline NAME` designates one");
    }
    strbuf_release(&names);
    arena_free(&arena);
    return false;
}

bool store_baseline_find(struct connection *connection, const char *project_id, const char *name,
                         struct arena *arena, struct store_baseline *baseline, struct error *error)
{
    struct statement *statement = statement_open(connection, baseline_by_name, error);
    char digest[SHA256_HEX_SIZE];
    bool found;

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    if (!row_read(&statement, read_baseline, arena, baseline, &found, error))
        return false;
    if (!found)
        return refuse_name(connection, project_id, name, error);
    sha256_hex(baseline->content, strlen(baseline->content), digest);
    if (strcmp(digest, baseline->digest) != 0)
        return error_set(error, ERROR_CORRUPT,
                         "the baseline %s is not what was designated: its digest differs", name);
    return true;
}

bool store_baseline_list(struct connection *connection, const char *project_id,
                         const struct store_page *page, struct arena *arena,
                         struct store_baselines *list, struct error *error)
{
    struct cursor cursor = { .list = "baseline", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, baselines_by_number, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_baseline, arena, &rows, error))
        return false;
    *list = (struct store_baselines){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
