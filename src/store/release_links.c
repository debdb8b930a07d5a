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
                                       "   AND (release = ?2 COLLATE NOCASE"
                                       "        OR (release IS NULL"
                                       "            AND version = ?2 COLLATE NOCASE)"
                                       "        OR report_id IN ("
                                       "            SELECT id"
                                       "            FROM drift_reports"
                                       "            WHERE project_id = ?1"
                                       "              AND current_spec = 'release:' || ?2"
                                       "                  COLLATE NOCASE))"
                                       " ORDER BY number DESC";

/* Where it does not say, its version may be one. */
static const char release_of_note[] = "SELECT name, digest"
                                      " FROM releases r"
                                      " JOIN release_revisions v ON v.release_id = r.id"
                                      "                         AND v.rev = r.rev"
                                      " WHERE r.project_id = ?1"
                                      "   AND r.name = COALESCE(?2, ?3) COLLATE NOCASE";

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

struct list_name {
    const char *name, *digest;
};

static void read_list_name(struct statement *statement, struct arena *arena, void *item)
{
    struct list_name *list = item;

    list->name = statement_take_text(statement, arena);
    list->digest = statement_take_text(statement, arena);
}

bool store_release_of_note(struct connection *connection, const struct store_note *note,
                           struct arena *arena, const char **name, const char **digest,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, release_of_note, error);
    struct list_name list = { 0 };
    bool found;

    statement_put_text(statement, note->project_id);
    statement_put_text(statement, note->release);
    statement_put_text(statement, note->version);
    if (!row_read(&statement, read_list_name, arena, &list, &found, error))
        return false;
    *name = list.name;
    *digest = list.digest;
    return true;
}
