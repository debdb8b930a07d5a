/* The items of drift reports. */
#include "report.h"

#include <string.h>

#include "rows.h"

static const char *const types[] = { "code",  "config",     "database", "infrastructure",
                                     "image", "dependency", NULL };
static const char *const change_types[] = { "added", "modified", "deleted", NULL };
static const char *const attentions[] = { "none", "review", "blocker", NULL };

#define ITEM_COLUMNS                                                                               \
    "position, fingerprint, type, category, module, service, path, change_type, detail,"           \
    " previous, current, severity, attention, breaking, security, expected, suppressed,"           \
    " first_seen, tickets, rules, state, drifting_since, unchanged_since"

#define ITEM_SELECT "SELECT " ITEM_COLUMNS " FROM drift_items"

#define ITEM_FILTER                                                                                \
    " WHERE report_id = ?1"                                                                        \
    "   AND (?2 IS NULL OR type = ?2)"                                                             \
    "   AND (?3 IS NULL OR service = ?3)"                                                          \
    "   AND (?4 IS NULL OR attention = ?4)"                                                        \
    "   AND severity >= ?5"                                                                        \
    "   AND (?6 IS NULL OR instr(lower(path), lower(?6)) > 0)"                                     \
    "   AND breaking >= ?7"                                                                        \
    "   AND security >= ?8"                                                                        \
    "   AND (?9 = 1 OR (expected = 0 AND suppressed = 0))"

static const char item_insert[] =
    "INSERT INTO drift_items"
    " (report_id, project_id, reported_at, " ITEM_COLUMNS ")"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char items_in_order[] = ITEM_SELECT ITEM_FILTER "   AND position > ?10"
                                                             " ORDER BY position"
                                                             " LIMIT ?11";

static const char items_by_severity[] =
    ITEM_SELECT ITEM_FILTER "   AND severity <= ?10"
                            "   AND (severity < ?10 OR position > ?11)"
                            " ORDER BY severity DESC, position"
                            " LIMIT ?12";

static const char items_by_type[] = ITEM_SELECT ITEM_FILTER "   AND type >= ?10"
                                                            "   AND (type > ?10 OR position > ?11)"
                                                            " ORDER BY type, position"
                                                            " LIMIT ?12";

static const char item_count[] = "SELECT COUNT(*)"
                                 " FROM drift_items" ITEM_FILTER;

static const char item_by_fingerprint[] = ITEM_SELECT " WHERE report_id = ?"
                                                      "   AND fingerprint = ?"
                                                      " ORDER BY position"
                                                      " LIMIT 1";

static const char item_first_seen[] = "SELECT i.reported_at, r.number"
                                      " FROM drift_items i"
                                      " JOIN drift_reports r ON r.id = i.report_id"
                                      " WHERE i.project_id = ?"
                                      "   AND i.fingerprint = ?"
                                      " ORDER BY i.reported_at, r.number"
                                      " LIMIT 1";

#define SIGHTING_SELECT                                                                            \
    "SELECT r.id, r.number, r.created_at, r.pair, i.position, i.fingerprint, i.type, i.category,"  \
    "       i.module, i.service, i.path, i.change_type, i.detail, i.previous, i.current,"          \
    "       i.severity, i.attention, i.breaking, i.security, i.expected, i.suppressed,"            \
    "       i.first_seen, i.tickets, i.rules, i.state, i.drifting_since, i.unchanged_since"        \
    " FROM drift_items i"                                                                          \
    " JOIN drift_reports r ON r.id = i.report_id"

static const char item_sightings[] = SIGHTING_SELECT " WHERE i.project_id = ?1"
                                                     "   AND i.fingerprint = ?2"
                                                     "   AND (?3 IS NULL OR"
                                                     "        r.pair = ?3 COLLATE NOCASE)"
                                                     "   AND r.number < ?4"
                                                     " ORDER BY r.number DESC, i.position";

/* As a range, so that the index serves it: fingerprints are small hexadecimal digits. */
static const char item_search[] =
    SIGHTING_SELECT " JOIN (SELECT j.fingerprint AS mark, q.pair AS states, MAX(q.number) AS newest"
                    "       FROM drift_items j"
                    "       JOIN drift_reports q ON q.id = j.report_id"
                    "       WHERE j.project_id = ?1"
                    "         AND j.fingerprint >= ?2"
                    "         AND j.fingerprint < ?2 || 'g'"
                    "       GROUP BY j.fingerprint, q.pair COLLATE NOCASE) AS n"
                    "   ON n.mark = i.fingerprint"
                    "  AND n.newest = r.number"
                    " WHERE i.project_id = ?1"
                    "   AND r.project_id = ?1"
                    "   AND i.fingerprint >= ?2"
                    "   AND i.fingerprint < ?2 || 'g'"
                    " ORDER BY r.number DESC, i.position";

static const char item_modules[] = "SELECT DISTINCT module"
                                   " FROM drift_items"
                                   " WHERE report_id = ?"
                                   " ORDER BY module";

static void read_item(struct statement *statement, struct arena *arena, void *row)
{
    struct store_item *item = row;

    item->position = statement_take_integer(statement);
    item->fingerprint = statement_take_text(statement, arena);
    item->type = statement_take_text(statement, arena);
    item->category = statement_take_text(statement, arena);
    item->module = statement_take_text(statement, arena);
    item->service = statement_take_text(statement, arena);
    item->path = statement_take_text(statement, arena);
    item->change_type = statement_take_text(statement, arena);
    item->detail = statement_take_text(statement, arena);
    item->previous = statement_take_text(statement, arena);
    item->current = statement_take_text(statement, arena);
    item->severity = severity_take(statement);
    item->attention = statement_take_text(statement, arena);
    item->breaking = statement_take_bool(statement);
    item->security = statement_take_bool(statement);
    item->expected = statement_take_bool(statement);
    item->suppressed = statement_take_bool(statement);
    item->first_seen = statement_take_integer(statement);
    item->tickets = statement_take_text(statement, arena);
    item->rules = statement_take_text(statement, arena);
    item->state = statement_take_text(statement, arena);
    item->drifting_since = statement_take_integer(statement);
    item->unchanged_since = statement_take_integer(statement);
}

/* --- Adding ----------------------------------------------------------------------------------- */

static void put_item(struct statement *statement, const struct store_item *item)
{
    statement_put_integer(statement, item->position);
    statement_put_text(statement, item->fingerprint);
    statement_put_text(statement, item->type);
    statement_put_text(statement, text_or(item->category, ""));
    statement_put_text(statement, text_or(item->module, ""));
    statement_put_text(statement, text_or(item->service, ""));
    statement_put_text(statement, text_or(item->path, ""));
    statement_put_text(statement, item->change_type);
    statement_put_text(statement, item->detail);
    statement_put_text(statement, item->previous);
    statement_put_text(statement, item->current);
    severity_put(statement, item->severity);
    statement_put_text(statement, item->attention);
    statement_put_integer(statement, item->breaking);
    statement_put_integer(statement, item->security);
    statement_put_integer(statement, item->expected);
    statement_put_integer(statement, item->suppressed);
    statement_put_integer(statement, item->first_seen);
    statement_put_text(statement, text_or(item->tickets, "[]"));
    statement_put_text(statement, text_or(item->rules, "[]"));
    statement_put_text(statement, item->state);
    statement_put_integer(statement, item->drifting_since);
    statement_put_integer(statement, item->unchanged_since);
}

static bool check_item(const struct store_item *item, struct error *error)
{
    return word_check("drift type", item->type, types, error) &&
           word_check("change type", item->change_type, change_types, error) &&
           word_check("severity", item->severity, store_severities, error) &&
           word_check("attention", item->attention, attentions, error);
}

bool items_add(struct connection *connection, const struct store_report *report,
               struct store_item *items, size_t count, struct error *error)
{
    struct statement *statement = statement_open(connection, item_insert, error);
    bool ok = statement != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        items[i].position = (int64_t)i;
        if (items[i].first_seen == 0)
            items[i].first_seen = report->created_at;
        if (items[i].drifting_since == 0)
            items[i].drifting_since = report->created_at;
        if (items[i].unchanged_since == 0)
            items[i].unchanged_since = report->created_at;
        statement_rewind(statement);
        statement_put_text(statement, report->id);
        statement_put_text(statement, report->project_id);
        statement_put_integer(statement, report->created_at);
        put_item(statement, &items[i]);
        ok = check_item(&items[i], error) && statement_run(statement, NULL, error);
    }
    statement_close(&statement);
    return ok;
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* The first nine parameters of every statement with ITEM_FILTER. */
static void put_filter(struct statement *statement, const char *report_id,
                       const struct store_item_filter *filter)
{
    int minimum = filter->minimum_severity == NULL
                      ? 0
                      : word_index(store_severities, filter->minimum_severity);

    statement_put_text(statement, report_id);
    statement_put_text(statement, filter->type);
    statement_put_text(statement, filter->service);
    statement_put_text(statement, filter->attention);
    statement_put_integer(statement, minimum);
    statement_put_text(statement, filter->text);
    statement_put_integer(statement, filter->breaking);
    statement_put_integer(statement, filter->security);
    statement_put_integer(statement, filter->with_expected);
}

static bool check_filter(const struct store_item_filter *filter, struct error *error)
{
    return (filter->type == NULL || word_check("drift type", filter->type, types, error)) &&
           (filter->attention == NULL ||
            word_check("attention", filter->attention, attentions, error)) &&
           (filter->minimum_severity == NULL ||
            word_check("severity", filter->minimum_severity, store_severities, error));
}

/* How each order is asked for, and what its cursor starts from. Behind the start comes the first
 * row; behind a severity of 5 comes 4. */
static const struct {
    const char *sql;
    struct cursor start;
} orders[] = {
    [STORE_ITEMS_IN_ORDER] = {items_in_order,     { .list = "item", .minor = -1 }                 },
    [STORE_ITEMS_BY_SEVERITY] = { items_by_severity,
                              { .list = "item-severity",
                                    .major = STORE_SEVERITY_COUNT,
                                    .minor = -1 }                                                 },
    [STORE_ITEMS_BY_TYPE] = { items_by_type,     { .list = "item-type", .minor = -1, .text = "" }},
};

static const char *cursor_behind(const struct store_item *item, struct cursor cursor,
                                 enum store_item_order order, struct arena *arena)
{
    cursor.minor = item->position;
    cursor.text = NULL;
    if (order == STORE_ITEMS_BY_SEVERITY)
        cursor.major = word_index(store_severities, item->severity);
    else if (order == STORE_ITEMS_BY_TYPE)
        cursor.text = item->type;
    return cursor_write(&cursor, arena);
}

bool store_item_list(struct connection *connection, const char *report_id,
                     const struct store_item_filter *filter, const struct store_page *page,
                     struct arena *arena, struct store_items *list, struct error *error)
{
    static const struct store_item_filter everything = { .with_expected = true };
    const struct store_item_filter *wanted = filter != NULL ? filter : &everything;
    struct statement *statement;
    struct cursor cursor;
    struct rows rows;

    if (!check_filter(wanted, error) ||
        !cursor_read(page, &orders[wanted->order].start, arena, &cursor, error))
        return false;
    statement = statement_open(connection, orders[wanted->order].sql, error);
    put_filter(statement, report_id, wanted);
    if (wanted->order == STORE_ITEMS_BY_TYPE)
        statement_put_text(statement, cursor.text);
    else if (wanted->order == STORE_ITEMS_BY_SEVERITY)
        statement_put_integer(statement, cursor.major);
    statement_put_integer(statement, cursor.minor);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_item, arena, &rows, error))
        return false;
    *list = (struct store_items){ .items = rows.items, .count = rows.count };
    if (rows.more)
        list->next = cursor_behind(&list->items[rows.count - 1], cursor, wanted->order, arena);
    return true;
}

bool store_item_count(struct connection *connection, const char *report_id,
                      const struct store_item_filter *filter, size_t *count, struct error *error)
{
    static const struct store_item_filter everything = { .with_expected = true };
    const struct store_item_filter *wanted = filter != NULL ? filter : &everything;
    struct statement *statement;
    int64_t found;

    if (!check_filter(wanted, error))
        return false;
    statement = statement_open(connection, item_count, error);
    put_filter(statement, report_id, wanted);
    if (!row_integer(&statement, &found, error))
        return false;
    *count = (size_t)found;
    return true;
}

bool store_item_get(struct connection *connection, const char *report_id, const char *fingerprint,
                    struct arena *arena, struct store_item *item, struct error *error)
{
    struct statement *statement = statement_open(connection, item_by_fingerprint, error);

    statement_put_text(statement, report_id);
    statement_put_text(statement, fingerprint);
    return row_demand(&statement, read_item, arena, item, "difference", fingerprint, error);
}

static void read_module(struct statement *statement, struct arena *arena, void *row)
{
    *(const char **)row = statement_take_text(statement, arena);
}

bool store_item_modules(struct connection *connection, const char *report_id, struct arena *arena,
                        const char *const **modules, size_t *count, struct error *error)
{
    struct statement *statement = statement_open(connection, item_modules, error);
    struct rows rows;

    statement_put_text(statement, report_id);
    if (!rows_read(&statement, NULL, sizeof(const char *), read_module, arena, &rows, error))
        return false;
    *modules = rows.items;
    *count = rows.count;
    return true;
}

static void read_sighting(struct statement *statement, struct arena *arena, void *row)
{
    struct store_sighting *sighting = row;

    id_take(statement, sighting->report_id);
    sighting->number = statement_take_integer(statement);
    sighting->at = statement_take_integer(statement);
    sighting->pair = statement_take_text(statement, arena);
    read_item(statement, arena, &sighting->item);
}

static bool read_sightings(struct statement *statement, struct arena *arena,
                           struct store_sightings *list, struct error *error)
{
    struct rows rows;

    if (!rows_read(&statement, NULL, sizeof *list->items, read_sighting, arena, &rows, error))
        return false;
    *list = (struct store_sightings){ rows.items, rows.count };
    return true;
}

bool store_item_sightings(struct connection *connection, const char *project_id, const char *pair,
                          const char *fingerprint, int64_t before, struct arena *arena,
                          struct store_sightings *list, struct error *error)
{
    struct statement *statement = statement_open(connection, item_sightings, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, fingerprint);
    statement_put_text(statement, pair);
    statement_put_integer(statement, before);
    return read_sightings(statement, arena, list, error);
}

bool store_item_search(struct connection *connection, const char *project_id, const char *prefix,
                       struct arena *arena, struct store_sightings *list, struct error *error)
{
    struct statement *statement = statement_open(connection, item_search, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, prefix);
    return read_sightings(statement, arena, list, error);
}

bool store_item_first_seen(struct connection *connection, const char *project_id,
                           const char *fingerprint, int64_t *at, int64_t *report_number,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, item_first_seen, error);
    bool row;
    bool ok;

    statement_put_text(statement, project_id);
    statement_put_text(statement, fingerprint);
    ok = statement_step(statement, &row, error);
    if (ok) {
        *at = row ? statement_take_integer(statement) : 0;
        if (report_number != NULL)
            *report_number = row ? statement_take_integer(statement) : 0;
    }
    statement_close(&statement);
    return ok;
}
