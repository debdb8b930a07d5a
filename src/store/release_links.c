/* What other aggregates say about a release: they know it by its name. */
#include <pilab/store/release.h>

#include "deployment.h"
#include "rows.h"

static const char deployments_of_release[] = "SELECT " DEPLOYMENT_COLUMNS " FROM deployments d"
                                             " JOIN modules m ON m.id = d.module_id"
                                             " JOIN environments e ON e.id = d.environment_id"
                                             " WHERE (d.project_id = ?1"
                                             "        AND d.release = ?2 COLLATE NOCASE)"
                                             "    OR d.rolls_back IN ("
                                             "           SELECT x.id"
                                             "           FROM deployments x"
                                             "           WHERE x.project_id = ?1"
                                             "             AND x.release = ?2 COLLATE NOCASE)"
                                             " ORDER BY d.started_at DESC, d.number DESC";

static const char notes_of_release[] = "SELECT number"
                                       " FROM notes"
                                       " WHERE project_id = ?1"
                                       "   AND (version = ?2 COLLATE NOCASE"
                                       "        OR report_id IN ("
                                       "            SELECT id"
                                       "            FROM drift_reports"
                                       "            WHERE project_id = ?1"
                                       "              AND current_spec = 'release:' || ?2"
                                       "                  COLLATE NOCASE))"
                                       " ORDER BY number DESC";

static const char reports_of_release[] = "SELECT number"
                                         " FROM drift_reports"
                                         " WHERE project_id = ?1"
                                         "   AND current_spec = 'release:' || ?2 COLLATE NOCASE"
                                         " ORDER BY number DESC";

bool store_release_deployments(struct connection *connection, const char *project_id,
                               const char *name, struct arena *arena,
                               struct store_deployments *list, struct error *error)
{
    struct statement *statement = statement_open(connection, deployments_of_release, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    if (!rows_read(&statement, NULL, sizeof *list->items, deployment_read, arena, &rows, error))
        return false;
    *list = (struct store_deployments){ .items = rows.items, .count = rows.count };
    return true;
}

static void read_number(struct statement *statement, struct arena *arena, void *item)
{
    (void)arena;
    *(int64_t *)item = statement_take_integer(statement);
}

static bool read_numbers(struct connection *connection, const char *sql, const char *project_id,
                         const char *name, struct arena *arena, struct rows *rows,
                         struct error *error)
{
    struct statement *statement = statement_open(connection, sql, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    return rows_read(&statement, NULL, sizeof(int64_t), read_number, arena, rows, error);
}

bool store_release_notes(struct connection *connection, const char *project_id, const char *name,
                         struct arena *arena, struct store_notes *list, struct error *error)
{
    struct rows rows;
    bool ok = read_numbers(connection, notes_of_release, project_id, name, arena, &rows, error);
    const int64_t *numbers = rows.items;

    *list = (struct store_notes){ 0 };
    if (!ok)
        return false;
    list->items = arena_array(arena, rows.count, sizeof *list->items);
    for (; ok && list->count < rows.count; list->count++)
        ok = store_note_find(connection, project_id, numbers[list->count], arena,
                             &list->items[list->count], error);
    return ok;
}

bool store_release_reports(struct connection *connection, const char *project_id, const char *name,
                           struct arena *arena, struct store_reports *list, struct error *error)
{
    struct rows rows;
    bool ok = read_numbers(connection, reports_of_release, project_id, name, arena, &rows, error);
    const int64_t *numbers = rows.items;

    *list = (struct store_reports){ 0 };
    if (!ok)
        return false;
    list->items = arena_array(arena, rows.count, sizeof *list->items);
    for (; ok && list->count < rows.count; list->count++)
        ok = store_report_find(connection, project_id, numbers[list->count], arena,
                               &list->items[list->count], error);
    return ok;
}
