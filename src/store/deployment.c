#include <pilab/store/deployment.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "deployment.h"
#include "rows.h"

static const char *const statuses[DEPLOYMENT_STATUS_COUNT + 1] = {
    [DEPLOYMENT_PENDING] = "PENDING",         [DEPLOYMENT_DEPLOYING] = "DEPLOYING",
    [DEPLOYMENT_DEPLOYED] = "DEPLOYED",       [DEPLOYMENT_FAILED] = "FAILED",
    [DEPLOYMENT_UNKNOWN] = "UNKNOWN",         [DEPLOYMENT_ROLLING_BACK] = "ROLLING_BACK",
    [DEPLOYMENT_ROLLED_BACK] = "ROLLED_BACK",
};

/* The moves that a deployment can make. UNKNOWN can only become what it was on the way to. */
static const struct {
    enum deployment_status from, to;
} moves[] = {
    {DEPLOYMENT_PENDING,       DEPLOYMENT_DEPLOYING  },
    { DEPLOYMENT_PENDING,      DEPLOYMENT_FAILED     },
    { DEPLOYMENT_DEPLOYING,    DEPLOYMENT_DEPLOYED   },
    { DEPLOYMENT_DEPLOYING,    DEPLOYMENT_FAILED     },
    { DEPLOYMENT_DEPLOYING,    DEPLOYMENT_UNKNOWN    },
    { DEPLOYMENT_ROLLING_BACK, DEPLOYMENT_ROLLED_BACK},
    { DEPLOYMENT_ROLLING_BACK, DEPLOYMENT_FAILED     },
    { DEPLOYMENT_ROLLING_BACK, DEPLOYMENT_UNKNOWN    },
    { DEPLOYMENT_UNKNOWN,      DEPLOYMENT_DEPLOYED   },
    { DEPLOYMENT_UNKNOWN,      DEPLOYMENT_ROLLED_BACK},
    { DEPLOYMENT_UNKNOWN,      DEPLOYMENT_FAILED     },
};

#define DEPLOYMENT_SELECT                                                                          \
    "SELECT " DEPLOYMENT_COLUMNS " FROM deployments d"                                             \
    " JOIN modules m ON m.id = d.module_id"                                                        \
    " JOIN environments e ON e.id = d.environment_id"

static const char deployment_insert[] =
    "INSERT INTO deployments"
    " (id, project_id, number, module_id, environment_id, version, commit_id, image,"
    "  config_revision, release, rolls_back, status, actor, reason, outcome, started_at,"
    "  finished_at, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char deployment_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                             " FROM deployments"
                                             " WHERE project_id = ?";

static const char cell_in_project[] = "SELECT COUNT(*)"
                                      " FROM modules m, environments e"
                                      " WHERE m.id = ?1"
                                      "   AND e.id = ?2"
                                      "   AND m.project_id = ?3"
                                      "   AND e.project_id = ?3";

static const char deployment_active[] =
    DEPLOYMENT_SELECT " WHERE d.module_id = ?"
                      "   AND d.environment_id = ?"
                      "   AND d.status IN ('PENDING', 'DEPLOYING', 'ROLLING_BACK')";

static const char deployment_move[] = "UPDATE deployments"
                                      " SET status = ?,"
                                      "     finished_at = ?,"
                                      "     outcome = ?"
                                      " WHERE id = ?"
                                      "   AND status = ?";

static const char deployment_by_id[] = DEPLOYMENT_SELECT " WHERE d.id = ?";

static const char deployment_by_number[] = DEPLOYMENT_SELECT " WHERE d.project_id = ?"
                                                             "   AND d.number = ?";

static const char deployments_by_time[] =
    DEPLOYMENT_SELECT " WHERE d.project_id = ?1"
                      "   AND (?2 IS NULL OR d.module_id = ?2)"
                      "   AND (?3 IS NULL OR d.environment_id = ?3)"
                      "   AND d.started_at <= ?4"
                      "   AND (d.started_at < ?4 OR d.number < ?5)"
                      " ORDER BY d.started_at DESC, d.number DESC"
                      " LIMIT ?6";

const char *deployment_status_name(enum deployment_status status)
{
    return statuses[status];
}

bool deployment_status_parse(const char *name, enum deployment_status *status, struct error *error)
{
    int index;

    if (!word_parse("deployment status", name, statuses, &index, error))
        return false;
    *status = (enum deployment_status)index;
    return true;
}

bool deployment_status_final(enum deployment_status status)
{
    return status == DEPLOYMENT_DEPLOYED || status == DEPLOYMENT_FAILED ||
           status == DEPLOYMENT_ROLLED_BACK;
}

void deployment_read(struct statement *statement, struct arena *arena, void *item)
{
    struct store_deployment *deployment = item;
    int status;

    id_take(statement, deployment->id);
    deployment->project_id = statement_take_text(statement, arena);
    deployment->number = statement_take_integer(statement);
    deployment->module_id = statement_take_text(statement, arena);
    deployment->environment_id = statement_take_text(statement, arena);
    deployment->version = statement_take_text(statement, arena);
    deployment->commit = statement_take_text(statement, arena);
    deployment->image = statement_take_text(statement, arena);
    deployment->config_revision = statement_take_text(statement, arena);
    deployment->release = statement_take_text(statement, arena);
    deployment->rolls_back = statement_take_text(statement, arena);
    status = word_index(statuses, statement_view_text(statement, NULL));
    deployment->status = status < 0 ? DEPLOYMENT_UNKNOWN : (enum deployment_status)status;
    deployment->actor = statement_take_text(statement, arena);
    deployment->reason = statement_take_text(statement, arena);
    deployment->outcome = statement_take_text(statement, arena);
    deployment->started_at = statement_take_integer(statement);
    deployment->finished_at = statement_take_integer(statement);
    deployment->created_at = statement_take_integer(statement);
    deployment->module = statement_take_text(statement, arena);
    deployment->environment = statement_take_text(statement, arena);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool check_cell(struct connection *connection, const struct store_deployment *deployment,
                       struct error *error)
{
    struct statement *statement = statement_open(connection, cell_in_project, error);
    int64_t cells;

    statement_put_text(statement, deployment->module_id);
    statement_put_text(statement, deployment->environment_id);
    statement_put_text(statement, deployment->project_id);
    if (!row_integer(&statement, &cells, error))
        return false;
    return cells == 1 ||
           error_set(error, ERROR_NOT_FOUND, "the project has no module %s or no environment %s",
                     deployment->module_id, deployment->environment_id);
}

static bool refuse_second_active(struct connection *connection,
                                 const struct store_deployment *deployment, struct error *error)
{
    struct statement *statement = statement_open(connection, deployment_active, error);
    struct arena *arena = arena_new();
    struct store_deployment other;
    bool found;
    bool ok;

    statement_put_text(statement, deployment->module_id);
    statement_put_text(statement, deployment->environment_id);
    ok = row_read(&statement, deployment_read, arena, &other, &found, error);
    if (ok && found) {
        error_set(error, ERROR_CONFLICT,
                  "%s in %s is busy: deployment %" PRId64 " (%s, by %s) is %s", other.module,
                  other.environment, other.number, other.version, other.actor,
                  deployment_status_name(other.status));
        error_hint(error, "Wait until it has ended, or end it.");
    } else if (ok) {
        error_set(error, ERROR_EXISTS, "there is a deployment %s already", deployment->id);
    }
    arena_free(&arena);
    return false;
}

static bool insert(struct connection *connection, const struct store_deployment *deployment,
                   struct error *error)
{
    struct statement *statement = statement_open(connection, deployment_insert, error);
    struct error failure;

    if (statement == NULL)
        return false;
    statement_put_text(statement, deployment->id);
    statement_put_text(statement, deployment->project_id);
    statement_put_integer(statement, deployment->number);
    statement_put_text(statement, deployment->module_id);
    statement_put_text(statement, deployment->environment_id);
    statement_put_text(statement, deployment->version);
    statement_put_text(statement, deployment->commit);
    statement_put_text(statement, deployment->image);
    statement_put_text(statement, deployment->config_revision);
    statement_put_text(statement, deployment->release);
    statement_put_text(statement, deployment->rolls_back);
    statement_put_text(statement, deployment_status_name(deployment->status));
    statement_put_text(statement, deployment->actor);
    statement_put_text(statement, deployment->reason);
    statement_put_text(statement, deployment->outcome);
    statement_put_integer(statement, deployment->started_at);
    statement_put_integer(statement, deployment->finished_at);
    statement_put_integer(statement, deployment->created_at);
    if (row_add(&statement, "deployment", deployment->id, &failure))
        return true;
    if (failure.code == ERROR_EXISTS)
        return refuse_second_active(connection, deployment, error);
    if (error != NULL)
        *error = failure;
    return false;
}

bool store_deployment_add(struct connection *connection, struct store_deployment *deployment,
                          struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    if (!id_settle(connection, deployment->id, error) || !check_cell(connection, deployment, error))
        return false;
    statement = statement_open(connection, deployment_next_number, error);
    statement_put_text(statement, deployment->project_id);
    if (!row_integer(&statement, &deployment->number, error))
        return false;
    deployment->created_at = now;
    if (deployment->started_at == 0)
        deployment->started_at = now;
    if (!deployment_status_final(deployment->status))
        deployment->finished_at = 0;
    else if (deployment->finished_at == 0)
        deployment->finished_at = deployment->started_at;
    return insert(connection, deployment, error);
}

static bool move_exists(enum deployment_status from, enum deployment_status to)
{
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (moves[i].from == from && moves[i].to == to)
            return true;
    }
    return false;
}

bool store_deployment_move(struct connection *connection, const char *id,
                           enum deployment_status from, enum deployment_status to, int64_t at,
                           const char *outcome, struct error *error)
{
    struct statement *statement;
    int64_t finished_at = 0;

    if (!move_exists(from, to))
        return error_set(error, ERROR_INVALID, "a deployment that is %s cannot become %s",
                         deployment_status_name(from), deployment_status_name(to));
    if (deployment_status_final(to))
        finished_at = at != 0 ? at : connection_now(connection);
    statement = statement_open(connection, deployment_move, error);
    statement_put_text(statement, deployment_status_name(to));
    statement_put_integer(statement, finished_at);
    statement_put_text(statement, outcome);
    statement_put_text(statement, id);
    statement_put_text(statement, deployment_status_name(from));
    return row_change(&statement, "deployment", id, error);
}

/* --- Reading ---------------------------------------------------------------------------------- */

bool store_deployment_get(struct connection *connection, const char *id, struct arena *arena,
                          struct store_deployment *deployment, struct error *error)
{
    struct statement *statement = statement_open(connection, deployment_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, deployment_read, arena, deployment, "deployment", id, error);
}

bool store_deployment_find(struct connection *connection, const char *project_id, int64_t number,
                           struct arena *arena, struct store_deployment *deployment,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, deployment_by_number, error);
    char name[32];

    snprintf(name, sizeof name, "%" PRId64, number);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, number);
    return row_demand(&statement, deployment_read, arena, deployment, "deployment", name, error);
}

bool store_deployment_list(struct connection *connection, const char *project_id,
                           const char *module_id, const char *environment_id, int64_t before,
                           const struct store_page *page, struct arena *arena,
                           struct store_deployments *list, struct error *error)
{
    struct cursor cursor = { .list = "deployment",
                             .major = before != 0 ? before : INT64_MAX,
                             .minor = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, deployments_by_time, error);
    statement_put_text(statement, project_id);
    statement_put_text(statement, module_id);
    statement_put_text(statement, environment_id);
    statement_put_integer(statement, cursor.major);
    statement_put_integer(statement, cursor.minor);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, deployment_read, arena, &rows, error))
        return false;
    *list = (struct store_deployments){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].started_at;
        cursor.minor = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

const struct store_cell *store_matrix_cell(const struct store_matrix *matrix, const char *module_id,
                                           const char *environment_id)
{
    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++) {
        if (strcmp(matrix->cells[i].module_id, module_id) == 0 &&
            strcmp(matrix->cells[i].environment_id, environment_id) == 0)
            return &matrix->cells[i];
    }
    return NULL;
}
