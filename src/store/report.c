#include <pilab/store/report.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/digest.h>

#include "report.h"
#include "rows.h"

const char *const store_report_runs[] = { "PENDING", "ANALYZING", "COMPLETED",
                                          "PARTIAL", "FAILED",    NULL };

static const char *const finished_runs[] = { "COMPLETED", "PARTIAL", "FAILED", NULL };

static const char *const statuses[REPORT_STATUS_COUNT + 1] = {
    [REPORT_DETECTED] = "DETECTED", [REPORT_REVIEWED] = "REVIEWED", [REPORT_APPROVED] = "APPROVED",
    [REPORT_RESOLVED] = "RESOLVED", [REPORT_IGNORED] = "IGNORED",
};

#define REPORT_SELECT                                                                              \
    "SELECT id, project_id, number, run, status, title, previous_spec, previous_label,"            \
    "       current_spec, current_label, severity, total, added, modified, deleted, info, low,"    \
    "       medium, high, critical, blockers, breaking, security, expected, suppressed,"           \
    "       problems, unexplained, reason, ignored_until, created_by, rev, created_at,"            \
    "       updated_at, finished_at, resolved_at, digest, stands_for, module,"                     \
    "       list_digest, pair, scope"                                                              \
    " FROM drift_reports"

static const char report_insert[] =
    "INSERT INTO drift_reports"
    " (id, project_id, number, run, status, title, previous_spec, previous_label, current_spec,"
    "  current_label, total, added, modified, deleted, info, low, medium, high, critical,"
    "  blockers, breaking, security, expected, suppressed, problems, unexplained, ignored_until,"
    "  created_by, rev, created_at, updated_at, finished_at, resolved_at)"
    " VALUES (?, ?, ?, 'PENDING', 'DETECTED', ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,"
    "         0, 0, 0, 0, 0, ?, ?, ?, ?, 0, 0)";

static const char report_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                         " FROM drift_reports"
                                         " WHERE project_id = ?";

static const char report_start[] = "UPDATE drift_reports"
                                   " SET run = 'ANALYZING',"
                                   "     updated_at = ?"
                                   " WHERE id = ?"
                                   "   AND run = 'PENDING'";

static const char report_open[] = "SELECT COUNT(*)"
                                  " FROM drift_reports"
                                  " WHERE id = ?"
                                  "   AND finished_at = 0";

static const char report_finish[] =
    "UPDATE drift_reports"
    " SET run = ?,"
    "     severity = ?,"
    "     total = ?,"
    "     added = ?,"
    "     modified = ?,"
    "     deleted = ?,"
    "     info = ?,"
    "     low = ?,"
    "     medium = ?,"
    "     high = ?,"
    "     critical = ?,"
    "     blockers = ?,"
    "     breaking = ?,"
    "     security = ?,"
    "     expected = ?,"
    "     suppressed = ?,"
    "     problems = ?,"
    "     unexplained = ?,"
    "     updated_at = ?,"
    "     finished_at = ?,"
    "     digest = ?,"
    "     stands_for = COALESCE(?, CASE substr(previous_spec, 1, 4)"
    "                              WHEN 'env:' THEN previous_spec ||"
    "                                   '..' || current_spec END),"
    "     module = ?,"
    "     list_digest = ?,"
    "     pair = COALESCE(?, previous_spec || '..' || current_spec),"
    "     scope = ?"
    " WHERE id = ?"
    "   AND finished_at = 0";

static const char body_insert[] = "INSERT INTO drift_report_bodies (report_id, body)"
                                  " VALUES (?, ?)";

static const char report_move[] = "UPDATE drift_reports"
                                  " SET status = ?1,"
                                  "     reason = ?2,"
                                  "     ignored_until = ?3,"
                                  "     resolved_at = CASE WHEN ?1 = 'RESOLVED' THEN ?4 ELSE 0 END,"
                                  "     rev = rev + 1,"
                                  "     updated_at = ?4"
                                  " WHERE id = ?5"
                                  "   AND status = ?6"
                                  "   AND rev = ?7";

static const char report_by_id[] = REPORT_SELECT " WHERE id = ?";

static const char report_by_number[] = REPORT_SELECT " WHERE project_id = ?"
                                                     "   AND number = ?";

static const char reports_by_number[] = REPORT_SELECT " WHERE project_id = ?1"
                                                      "   AND number < ?2"
                                                      "   AND (?3 IS NULL OR run = ?3)"
                                                      "   AND (?4 IS NULL OR status = ?4)"
                                                      " ORDER BY number DESC"
                                                      " LIMIT ?5";

/* What is between two environments stands until it is looked into again; what was between two
 * versions of the past is nothing that anybody could bring in order. */
static const char reports_standing[] =
    REPORT_SELECT " WHERE project_id = ?1"
                  "   AND status IN ('DETECTED', 'REVIEWED')"
                  "   AND number IN (SELECT MAX(number)"
                  "                  FROM drift_reports"
                  "                  WHERE project_id = ?1"
                  "                    AND stands_for IS NOT NULL"
                  "                    AND run IN ('COMPLETED', 'PARTIAL')"
                  "                  GROUP BY stands_for COLLATE NOCASE)"
                  " ORDER BY number DESC"
                  " LIMIT ?2";

static const char reports_earlier[] = REPORT_SELECT " WHERE project_id = ?1"
                                                    "   AND pair = ?2 COLLATE NOCASE"
                                                    "   AND number < ?3"
                                                    "   AND run IN ('COMPLETED', 'PARTIAL')"
                                                    "   AND (scope IS NULL OR scope = ?4)"
                                                    " ORDER BY number DESC"
                                                    " LIMIT ?5";

/* As a constant, so that the index of those that failed serves it. */
static const char reports_failed[] = REPORT_SELECT " WHERE project_id = ?1"
                                                   "   AND run = 'FAILED'"
                                                   " ORDER BY number DESC"
                                                   " LIMIT ?2";

static const char report_body[] = "SELECT r.digest, b.body"
                                  " FROM drift_reports r"
                                  " LEFT JOIN drift_report_bodies b ON b.report_id = r.id"
                                  " WHERE r.id = ?";

const char *report_status_name(enum report_status status)
{
    return statuses[status];
}

bool report_status_parse(const char *name, enum report_status *status, struct error *error)
{
    int index;

    if (!word_parse("report status", name, statuses, &index, error))
        return false;
    *status = (enum report_status)index;
    return true;
}

static void read_counts(struct statement *statement, struct store_report_counts *counts)
{
    counts->total = statement_take_integer(statement);
    counts->added = statement_take_integer(statement);
    counts->modified = statement_take_integer(statement);
    counts->deleted = statement_take_integer(statement);
    for (size_t i = 0; i < STORE_SEVERITY_COUNT; i++)
        counts->by_severity[i] = statement_take_integer(statement);
    counts->blockers = statement_take_integer(statement);
    counts->breaking = statement_take_integer(statement);
    counts->security = statement_take_integer(statement);
    counts->expected = statement_take_integer(statement);
    counts->suppressed = statement_take_integer(statement);
    counts->problems = statement_take_integer(statement);
    counts->unexplained = statement_take_integer(statement);
}

static void put_counts(struct statement *statement, const struct store_report_counts *counts)
{
    statement_put_integer(statement, counts->total);
    statement_put_integer(statement, counts->added);
    statement_put_integer(statement, counts->modified);
    statement_put_integer(statement, counts->deleted);
    for (size_t i = 0; i < STORE_SEVERITY_COUNT; i++)
        statement_put_integer(statement, counts->by_severity[i]);
    statement_put_integer(statement, counts->blockers);
    statement_put_integer(statement, counts->breaking);
    statement_put_integer(statement, counts->security);
    statement_put_integer(statement, counts->expected);
    statement_put_integer(statement, counts->suppressed);
    statement_put_integer(statement, counts->problems);
    statement_put_integer(statement, counts->unexplained);
}

static void read_report(struct statement *statement, struct arena *arena, void *item)
{
    struct store_report *report = item;
    int status;

    id_take(statement, report->id);
    report->project_id = statement_take_text(statement, arena);
    report->number = statement_take_integer(statement);
    report->run = statement_take_text(statement, arena);
    status = word_index(statuses, statement_view_text(statement, NULL));
    report->status = status < 0 ? REPORT_DETECTED : (enum report_status)status;
    report->title = statement_take_text(statement, arena);
    report->previous_spec = statement_take_text(statement, arena);
    report->previous_label = statement_take_text(statement, arena);
    report->current_spec = statement_take_text(statement, arena);
    report->current_label = statement_take_text(statement, arena);
    report->severity = severity_take(statement);
    read_counts(statement, &report->counts);
    report->reason = statement_take_text(statement, arena);
    report->ignored_until = statement_take_integer(statement);
    report->created_by = statement_take_text(statement, arena);
    report->rev = statement_take_integer(statement);
    report->created_at = statement_take_integer(statement);
    report->updated_at = statement_take_integer(statement);
    report->finished_at = statement_take_integer(statement);
    report->resolved_at = statement_take_integer(statement);
    digest_take(statement, report->digest);
    report->stands_for = statement_take_text(statement, arena);
    report->module = statement_take_text(statement, arena);
    report->list_digest = statement_take_text(statement, arena);
    report->pair = statement_take_text(statement, arena);
    report->scope = statement_take_text(statement, arena);
}

/* --- Writing ---------------------------------------------------------------------------------- */

bool store_report_add(struct connection *connection, struct store_report *report,
                      struct error *error)
{
    struct statement *statement = statement_open(connection, report_next_number, error);

    statement_put_text(statement, report->project_id);
    if (!row_integer(&statement, &report->number, error) ||
        !id_settle(connection, report->id, error))
        return false;
    report->run = "PENDING";
    report->status = REPORT_DETECTED;
    report->rev = 1;
    report->created_at = report->updated_at = connection_now(connection);
    statement = statement_open(connection, report_insert, error);
    statement_put_text(statement, report->id);
    statement_put_text(statement, report->project_id);
    statement_put_integer(statement, report->number);
    statement_put_text(statement, text_or(report->title, ""));
    statement_put_text(statement, report->previous_spec);
    statement_put_text(statement, report->previous_label);
    statement_put_text(statement, report->current_spec);
    statement_put_text(statement, report->current_label);
    statement_put_text(statement, report->created_by);
    statement_put_integer(statement, report->rev);
    statement_put_integer(statement, report->created_at);
    statement_put_integer(statement, report->updated_at);
    return row_add(&statement, "report", report->id, error);
}

bool store_report_start(struct connection *connection, const char *id, struct error *error)
{
    struct statement *statement = statement_open(connection, report_start, error);

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    return row_change(&statement, "report", id, error);
}

static bool check_open(struct connection *connection, const struct store_report *report,
                       struct error *error)
{
    struct statement *statement = statement_open(connection, report_open, error);
    int64_t open;

    statement_put_text(statement, report->id);
    if (!row_integer(&statement, &open, error))
        return false;
    return open == 1 ||
           error_set(error, ERROR_CONFLICT, "report %s is finished already", report->id);
}

static bool body_add(struct connection *connection, const char *id, const char *body,
                     struct error *error)
{
    struct statement *statement = statement_open(connection, body_insert, error);

    statement_put_text(statement, id);
    statement_put_text(statement, body);
    return row_add(&statement, "the content of report", id, error);
}

/* Last: nothing may be added to a finished one. */
static bool finish_row(struct connection *connection, struct store_report *report, const char *body,
                       struct error *error)
{
    struct statement *statement = statement_open(connection, report_finish, error);
    int64_t now = connection_now(connection);
    char digest[SHA256_HEX_SIZE] = "";

    if (body != NULL)
        sha256_hex(body, strlen(body), digest);
    statement_put_text(statement, report->run);
    severity_put(statement, report->severity);
    put_counts(statement, &report->counts);
    statement_put_integer(statement, now);
    statement_put_integer(statement, now);
    statement_put_text(statement, body != NULL ? digest : NULL);
    statement_put_text(statement, report->stands_for);
    statement_put_text(statement, report->module);
    statement_put_text(statement, report->list_digest);
    statement_put_text(statement, report->pair);
    statement_put_text(statement, report->scope);
    statement_put_text(statement, report->id);
    if (!row_change(&statement, "report", report->id, error))
        return false;
    report->updated_at = report->finished_at = now;
    memcpy(report->digest, digest, sizeof digest);
    return true;
}

bool store_report_finish(struct connection *connection, struct store_report *report,
                         const char *body, struct store_item *items, size_t item_count,
                         struct error *error)
{
    bool ok = word_check("run", report->run, finished_runs, error) &&
              (report->severity == NULL ||
               word_check("severity", report->severity, store_severities, error));

    if (ok && body == NULL && strcmp(report->run, "FAILED") != 0)
        ok = error_set(error, ERROR_INTERNAL, "a %s report has a body", report->run);
    return ok && check_open(connection, report, error) &&
           items_add(connection, report, items, item_count, error) &&
           (body == NULL || body_add(connection, report->id, body, error)) &&
           finish_row(connection, report, body, error);
}

bool store_report_move(struct connection *connection, const char *id, int64_t rev,
                       enum report_status from, enum report_status to, const char *reason,
                       int64_t until, struct error *error)
{
    struct statement *statement = statement_open(connection, report_move, error);

    statement_put_text(statement, report_status_name(to));
    statement_put_text(statement, reason);
    statement_put_integer(statement, until);
    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    statement_put_text(statement, report_status_name(from));
    statement_put_integer(statement, rev);
    return row_change(&statement, "report", id, error);
}

/* --- Reading ---------------------------------------------------------------------------------- */

bool store_report_get(struct connection *connection, const char *id, struct arena *arena,
                      struct store_report *report, struct error *error)
{
    struct statement *statement = statement_open(connection, report_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_report, arena, report, "report", id, error);
}

bool store_report_find(struct connection *connection, const char *project_id, int64_t number,
                       struct arena *arena, struct store_report *report, struct error *error)
{
    struct statement *statement = statement_open(connection, report_by_number, error);
    char name[32];

    snprintf(name, sizeof name, "%" PRId64, number);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, number);
    return row_demand(&statement, read_report, arena, report, "report", name, error);
}

/* Takes the body of the current row, when it is the one that was digested. */
static bool take_body(struct statement *statement, const char *id, struct arena *arena,
                      const char **body, size_t *length, struct error *error)
{
    const char *digest = statement_take_text(statement, arena);
    const char *text = statement_view_text(statement, length);
    char actual[SHA256_HEX_SIZE];

    if (text == NULL)
        return error_set(error, ERROR_NOT_FOUND, "report %s has no content", id);
    if (digest == NULL || strcmp(sha256_hex(text, *length, actual), digest) != 0)
        return error_set(error, ERROR_CORRUPT,
                         "the content of report %s is not what was stored: its digest differs", id);
    *body = arena_bytes(arena, text, *length);
    return true;
}

bool store_report_body(struct connection *connection, const char *id, struct arena *arena,
                       const char **body, size_t *length, struct error *error)
{
    struct statement *statement = statement_open(connection, report_body, error);
    size_t size = 0;
    bool row;
    bool ok;

    statement_put_text(statement, id);
    ok = statement_step(statement, &row, error);
    if (ok && !row)
        ok = error_set(error, ERROR_NOT_FOUND, "there is no report %s", id);
    ok = ok && take_body(statement, id, arena, body, &size, error);
    if (ok && length != NULL)
        *length = size;
    statement_close(&statement);
    return ok;
}

bool store_report_list(struct connection *connection, const char *project_id, const char *run,
                       const enum report_status *status, const struct store_page *page,
                       struct arena *arena, struct store_reports *list, struct error *error)
{
    struct cursor cursor = { .list = "report", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if ((run != NULL && !word_check("run", run, store_report_runs, error)) ||
        !cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, reports_by_number, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, run);
    statement_put_text(statement, status != NULL ? report_status_name(*status) : NULL);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_report, arena, &rows, error))
        return false;
    *list = (struct store_reports){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

static bool read_newest(struct connection *connection, const char *sql, const char *project_id,
                        size_t limit, struct arena *arena, struct store_reports *list,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, sql, error);
    struct store_page page = { .limit = limit };
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_integer(statement, rows_limit(&page));
    if (!rows_read(&statement, &page, sizeof *list->items, read_report, arena, &rows, error))
        return false;
    *list = (struct store_reports){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_report_earlier(struct connection *connection, const char *project_id, const char *pair,
                          const char *scope, int64_t before, size_t limit, struct arena *arena,
                          struct store_reports *list, struct error *error)
{
    struct statement *statement = statement_open(connection, reports_earlier, error);
    struct store_page page = { .limit = limit };
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_text(statement, pair);
    statement_put_integer(statement, before);
    statement_put_text(statement, scope);
    statement_put_integer(statement, rows_limit(&page));
    if (!rows_read(&statement, &page, sizeof *list->items, read_report, arena, &rows, error))
        return false;
    *list = (struct store_reports){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_report_standing(struct connection *connection, const char *project_id, size_t limit,
                           struct arena *arena, struct store_reports *list, struct error *error)
{
    return read_newest(connection, reports_standing, project_id, limit, arena, list, error);
}

bool store_report_failed(struct connection *connection, const char *project_id, size_t limit,
                         struct arena *arena, struct store_reports *list, struct error *error)
{
    return read_newest(connection, reports_failed, project_id, limit, arena, list, error);
}
