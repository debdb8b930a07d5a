/* What runs where: every cell derived from its deployments. */
#include "deployment.h"

#include <string.h>

#include "rows.h"

/* Each cell with the event that the subquery picks, or with NULLs. */
#define CELLS_SELECT                                                                               \
    "SELECT m.id, m.name, e.id, e.name, " DEPLOYMENT_COLUMNS " FROM modules m"                     \
    " CROSS JOIN environments e"                                                                   \
    " LEFT JOIN deployments d"                                                                     \
    " ON d.id = ("

#define CELLS_ORDER                                                                                \
    "     ORDER BY x.started_at DESC, x.number DESC"                                               \
    "     LIMIT 1"                                                                                 \
    " )"                                                                                           \
    " WHERE m.project_id = ?1"                                                                     \
    "   AND e.project_id = ?1"                                                                     \
    "   AND m.removed_at = 0"                                                                      \
    "   AND e.removed_at = 0"                                                                      \
    " ORDER BY m.position, m.name, e.position, e.name"

static const char cells_running[] =
    CELLS_SELECT "     SELECT x.id"
                 "     FROM deployments x"
                 "     WHERE x.module_id = m.id"
                 "       AND x.environment_id = e.id"
                 "       AND x.status IN ('DEPLOYED', 'ROLLED_BACK')"
                 "       AND x.finished_at <= ?2" CELLS_ORDER;

static const char cells_unsettled[] =
    CELLS_SELECT "     SELECT x.id"
                 "     FROM deployments x"
                 "     WHERE x.module_id = m.id"
                 "       AND x.environment_id = e.id"
                 "       AND x.status NOT IN ('DEPLOYED', 'ROLLED_BACK')"
                 "       AND x.started_at <= ?2" CELLS_ORDER;

struct picked_cell {
    const char *module_id, *module;
    const char *environment_id, *environment;
    struct store_deployment event; /* an empty id: none */
};

static void read_cell(struct statement *statement, struct arena *arena, void *item)
{
    struct picked_cell *cell = item;

    cell->module_id = statement_take_text(statement, arena);
    cell->module = statement_take_text(statement, arena);
    cell->environment_id = statement_take_text(statement, arena);
    cell->environment = statement_take_text(statement, arena);
    deployment_read(statement, arena, &cell->event);
}

static bool pick_cells(struct connection *connection, const char *sql, const char *project_id,
                       int64_t at, struct arena *arena, struct rows *rows, struct error *error)
{
    struct statement *statement = statement_open(connection, sql, error);

    statement_put_text(statement, project_id);
    statement_put_integer(statement, at != 0 ? at : INT64_MAX);
    return rows_read(&statement, NULL, sizeof(struct picked_cell), read_cell, arena, rows, error);
}

static const struct store_deployment *event_of(const struct picked_cell *cell)
{
    return cell->event.id[0] != '\0' ? &cell->event : NULL;
}

static bool started_later(const struct store_deployment *a, const struct store_deployment *b)
{
    if (a->started_at != b->started_at)
        return a->started_at > b->started_at;
    return a->number > b->number;
}

static void join_cells(const struct rows *running, const struct rows *unsettled,
                       struct arena *arena, struct store_matrix *matrix)
{
    const struct picked_cell *settled = running->items;
    const struct picked_cell *other = unsettled->items;

    matrix->cells = arena_array(arena, running->count, sizeof *matrix->cells);
    for (size_t i = 0; i < running->count; i++) {
        struct store_cell *cell = &matrix->cells[i];
        const struct store_deployment *later = event_of(&other[i]);

        cell->module_id = settled[i].module_id;
        cell->module = settled[i].module;
        cell->environment_id = settled[i].environment_id;
        cell->environment = settled[i].environment;
        cell->running = event_of(&settled[i]);
        if (later != NULL && (cell->running == NULL || started_later(later, cell->running)))
            cell->later = later;
        if (i == 0 || strcmp(cell->module_id, cell[-1].module_id) != 0)
            matrix->module_count++;
    }
    matrix->environment_count =
        matrix->module_count > 0 ? running->count / matrix->module_count : 0;
}

bool store_deployment_matrix(struct connection *connection, const char *project_id, int64_t at,
                             struct arena *arena, struct store_matrix *matrix, struct error *error)
{
    struct rows running, unsettled;

    *matrix = (struct store_matrix){ 0 };
    if (!pick_cells(connection, cells_running, project_id, at, arena, &running, error) ||
        !pick_cells(connection, cells_unsettled, project_id, at, arena, &unsettled, error))
        return false;
    if (running.count != unsettled.count) {
        error_set(error, ERROR_CONFLICT, "modules or environments have been changed meanwhile");
        return error_hint(error, "Try again.");
    }
    join_cells(&running, &unsettled, arena, matrix);
    return true;
}
