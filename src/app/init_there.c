#include "init_parts.h"

#include <string.h>
#include <strings.h>

#include <pilab/app/project.h>
#include <pilab/store/deployment.h>

/* Whether this many of the modules that were found are a project's: then it is that one. */
static bool are_most(size_t common, size_t found)
{
    return common > 0 && common * 2 >= found;
}

static bool may_read(struct call *call, const char *project_id)
{
    struct permission_actor rights;

    return call_rights_in(call, project_id, &rights, NULL) &&
           permission_check(&rights, PERMISSION_READ, NULL, NULL);
}

/* How many modules of a project were found again. */
static bool count_common(const struct init_work *work, struct call *call, const char *project_id,
                         size_t *common, struct error *error)
{
    struct store_modules modules;

    *common = 0;
    if (!store_module_list(call->connection, project_id, NULL, call->arena, &modules, error))
        return false;
    for (size_t i = 0; i < modules.count; i++) {
        *common += init_findings_find(&work->findings, modules.items[i].name) != NULL;
        for (size_t j = 0; !work->named && j < work->scanned.count; j++) {
            const struct init_scanned *scanned = vector_at(&work->scanned, j);

            *common += init_names_alike(scanned->name, modules.items[i].name);
        }
    }
    return true;
}

static bool is_meant(const struct init_ask *ask, const struct store_project *project)
{
    return ask->code != NULL ? strcasecmp(ask->code, project->code) == 0
                             : strcasecmp(ask->name, project->name) == 0;
}

/* By code or name when they are given; else the one whose modules were found again. `*id` NULL:
 * there is none. */
static bool find_meant(struct init_work *work, struct call *call, const char **id,
                       struct error *error)
{
    size_t found = work->named ? work->findings.modules.count : work->scanned.count;
    const struct init_ask *ask = work->ask;
    struct store_projects list;
    size_t best = 0;

    const char **codes;

    *id = NULL;
    if (!store_project_list(call->connection, call->tenant_id, NULL, NULL, call->arena, &list,
                            error))
        return false;
    codes = arena_array(work->arena, list.count, sizeof *codes);
    for (size_t i = 0; i < list.count; i++)
        codes[i] = list.items[i].code;
    work->there.codes = codes;
    work->there.code_count = list.count;
    for (size_t i = 0; i < list.count; i++) {
        size_t common;

        if (ask->code != NULL || ask->name != NULL) {
            if (is_meant(ask, &list.items[i]))
                *id = list.items[i].id;
            continue;
        }
        if (!may_read(call, list.items[i].id))
            continue;
        if (!count_common(work, call, list.items[i].id, &common, error))
            return false;
        if (are_most(common, found) && common > best) {
            best = common;
            *id = list.items[i].id;
        }
    }
    return true;
}

static bool read_running(struct init_work *work, struct call *call, struct error *error)
{
    struct store_matrix matrix;
    struct init_running *running;

    if (!store_deployment_matrix(call->connection, call->project->id, 0, call->arena, &matrix,
                                 error))
        return false;
    running =
        arena_array(work->arena, matrix.module_count * matrix.environment_count, sizeof *running);
    for (size_t i = 0; i < matrix.module_count * matrix.environment_count; i++) {
        const struct store_cell *cell = &matrix.cells[i];

        if (cell->running == NULL)
            continue;
        running[work->there.running_count++] =
            (struct init_running){ cell->module, cell->environment, cell->running->version,
                                   cell->running->commit, cell->running->started_at };
    }
    work->there.running = running;
    return true;
}

static bool read_project(struct init_work *work, struct call *call, const char *id,
                         struct error *error)
{
    struct project_settings *settings = arena_alloc(work->arena, sizeof *settings);
    enum permission_action needed =
        work->ask->look_only ? PERMISSION_READ : PERMISSION_CONFIGURE_PROJECT;

    if (!call_choose_project(call, id, error) || !call_check(call, needed, error) ||
        (!work->ask->look_only && !call_check(call, PERMISSION_DEPLOY, error)) ||
        !project_load(call, settings, error))
        return false;
    work->there.settings = settings;
    return read_running(work, call, error);
}

static bool may_create(struct init_work *work, struct call *call, struct error *error)
{
    if (work->ask->look_only)
        return true;
    call->project = NULL;
    call->actor.rights.project = PROJECT_NOBODY;
    return call_check(call, PERMISSION_CREATE_PROJECT, error);
}

bool init_find_project(struct init_work *work, struct error *error)
{
    struct error missing = { 0 };
    const char *id = work->call->settings->project;
    struct call inner;

    if (!call_open_store(work->call, false, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    /* What is read must outlive the call: the plan goes on to another thread. */
    inner = *work->call;
    inner.arena = work->arena;
    if (work->ask->code != NULL || work->ask->name != NULL || id == NULL) {
        if (!find_meant(work, &inner, &id, error))
            return false;
    }
    return id != NULL ? read_project(work, &inner, id, error) : may_create(work, &inner, error);
}
