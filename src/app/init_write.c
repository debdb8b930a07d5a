#include <pilab/app/init.h>

#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/map.h>
#include <pilab/store/deployment.h>

/* Writing within the project's transaction. */
struct init_writer {
    const struct init_plan *plan;
    size_t written; /* in the last try */
};

static const char *cell_name(struct call *call, const char *module, const char *environment)
{
    return arena_printf(call->arena, "%s\n%s", module, environment);
}

static struct map *map_cells(struct call *call, const struct store_matrix *matrix)
{
    struct map *cells = map_new();

    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++)
        map_put(cells, cell_name(call, matrix->cells[i].module, matrix->cells[i].environment),
                &matrix->cells[i]);
    return cells;
}

/* What somebody recorded since the plan was made is newer than what the plan read. */
static bool is_as_planned(const struct store_cell *now, const struct init_cell *cell)
{
    if (now->running == NULL)
        return cell->before == NULL;
    return cell->before != NULL && strcmp(now->running->version, cell->before) == 0;
}

static bool write_cell(struct call *call, const struct init_cell *cell,
                       const struct store_cell *place, struct error *error)
{
    struct store_deployment deployment = {
        .project_id = call->project->id,
        .module_id = place->module_id,
        .environment_id = place->environment_id,
        .version = cell->version,
        .commit = cell->commit,
        .status = DEPLOYMENT_DEPLOYED,
        .actor = cell->actor != NULL ? cell->actor : call->actor.login,
        .reason = arena_printf(call->arena, "taken from %s", cell->source),
        .started_at = cell->at,
        .finished_at = cell->at,
    };
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "module", place->module);
    json_put_text(body, "environment", place->environment);
    json_put_text(body, "version", deployment.version);
    json_put_text(body, "status", deployment_status_name(deployment.status));
    json_put_text(body, "deployed_by", deployment.actor);
    json_put_text(body, "from", cell->source);
    ok = store_deployment_add(call->connection, &deployment, error) &&
         call_audit(call, "manifest.set", arena_printf(call->arena, "deployment:%s", deployment.id),
                    body, error);
    json_decref(body);
    return ok;
}

static bool write_cells(void *context, struct call *call, struct error *error)
{
    struct init_writer *writer = context;
    const struct init_plan *plan = writer->plan;
    struct store_matrix matrix;
    struct map *cells;
    bool ok = true;

    writer->written = 0;
    /* Whoever makes a project owns it by now. */
    if (plan->cell_count > 0 && !call_check_now(call, PERMISSION_DEPLOY, NULL, error))
        return false;
    if (!store_deployment_matrix(call->connection, call->project->id, 0, call->arena, &matrix,
                                 error))
        return false;
    cells = map_cells(call, &matrix);
    for (size_t i = 0; ok && i < plan->cell_count; i++) {
        const struct init_cell *cell = &plan->cells[i];
        const struct store_cell *place =
            map_get(cells, cell_name(call, plan->modules[cell->module].settings.name,
                                     plan->environments[cell->environment].settings.name));

        if ((cell->standing != INIT_NEW && cell->standing != INIT_CHANGED) || place == NULL ||
            !is_as_planned(place, cell))
            continue;
        ok = write_cell(call, cell, place, error);
        writer->written += ok;
    }
    map_free(&cells);
    return ok;
}

static bool apply_plan(void *context, struct call *call, struct project_settings *settings,
                       struct error *error)
{
    const struct init_writer *writer = context;

    return init_plan_apply(writer->plan, call->arena, settings, error);
}

/* Somebody was asked in between, who may have gone for lunch: what the plan changes is done to the
 * project as it stands by now. */
static bool save_plan(struct call *call, struct init_writer *writer, struct error *error)
{
    const struct init_plan *plan = writer->plan;
    const struct project_addition addition = {
        .keep = true, .fresh = !plan->exists, .write = write_cells, .context = writer
    };
    struct project_settings settings;
    bool created;

    if (plan->exists)
        return call_choose_project(call, plan->code, error) &&
               project_change_with(call, apply_plan, writer, &addition, error);
    init_plan_settings(plan, call->arena, &settings);
    return project_save_with(call, &settings, &addition, &created, error);
}

bool init_write(struct call *call, const struct init_plan *plan, size_t *cells, struct error *error)
{
    struct init_writer writer = { .plan = plan };

    *cells = 0;
    if (!call_open_store(call, true, error) || !call_check_writable(call, error))
        return false;
    if (init_plan_is_empty(plan))
        return call_choose_project(call, plan->code, error);
    if (!save_plan(call, &writer, error))
        return false;
    *cells = writer.written;
    return true;
}
