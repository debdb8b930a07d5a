#include <pilab/app/manifest.h>
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/listing.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/slips.h>
#include <pilab/store/deployment.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/release.h>

#include "manifest_json.h"

/* Whether what is to be recorded is what runs there already, as far as it was said. */
static bool recorded_already(const struct store_cell *cell, const struct manifest_entry *entry)
{
    const struct store_deployment *running = cell->running;

    return running != NULL && cell->later == NULL && entry->status == DEPLOYMENT_DEPLOYED &&
           strcmp(running->version, entry->version) == 0 &&
           (entry->commit == NULL ||
            (running->commit != NULL && strcmp(running->commit, entry->commit) == 0)) &&
           (entry->image == NULL ||
            (running->image != NULL && strcmp(running->image, entry->image) == 0)) &&
           (entry->at == 0 || running->started_at == entry->at);
}

static bool add_deployment(struct call *call, const struct manifest_entry *entry,
                           const char *module_id, const char *environment_id,
                           struct store_deployment *deployment, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    *deployment = (struct store_deployment){
        .project_id = call->project->id,
        .module_id = module_id,
        .environment_id = environment_id,
        .version = entry->version,
        .commit = entry->commit,
        .image = entry->image,
        .release = entry->release,
        .status = entry->status,
        .reason = entry->reason,
        .actor = entry->actor != NULL ? entry->actor : call->actor.login,
        .started_at = entry->at,
        .finished_at = entry->at,
    };
    json_put_text(body, "module", entry->module);
    json_put_text(body, "environment", entry->environment);
    json_put_text(body, "version", entry->version);
    json_put_text(body, "status", deployment_status_name(entry->status));
    json_put_text(body, "deployed_by", deployment->actor);
    ok = store_deployment_add(call->connection, deployment, error) &&
         call_audit(call, "manifest.set",
                    arena_printf(call->arena, "deployment:%s", deployment->id), body, error);
    json_decref(body);
    return ok;
}

void manifest_hint_modules(const char *project, const char *name, const char *const *names,
                           size_t count, struct error *error)
{
    const char *nearest = slips_nearest(name, names, count);
    struct strbuf hint = STRBUF_INIT;

    if (nearest != NULL)
        strbuf_printf(&hint, "did you mean %s? ", nearest);
    strbuf_printf(&hint, "%s has %s", project, count == 0 ? "no modules yet" : "");
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&hint, "%s%s", i > 0 ? ", " : "", names[i]);
    error_hint(error, "%s", hint.data);
    strbuf_release(&hint);
}

/* A module by its name; an unknown one is answered with those that there are. */
bool manifest_find_module(struct call *call, const char *name, struct store_module *module,
                          struct error *error)
{
    struct store_modules list;

    if (store_module_find(call->connection, call->project->id, name, call->arena, module, error))
        return true;
    if (error != NULL && error->code == ERROR_NOT_FOUND &&
        store_module_list(call->connection, call->project->id, NULL, call->arena, &list, NULL)) {
        const char **names = arena_array(call->arena, list.count, sizeof *names);

        for (size_t i = 0; i < list.count; i++)
            names[i] = list.items[i].name;
        manifest_hint_modules(call->project->name, name, names, list.count, error);
    }
    return false;
}

static bool record(struct call *call, const struct manifest_entry *entry, bool *changed,
                   struct store_deployment *deployment, struct error *error)
{
    struct store_environment environment;
    struct store_module module;
    struct store_matrix matrix;
    const struct store_cell *cell;

    *changed = false;
    if (!manifest_find_module(call, entry->module, &module, error) ||
        !store_environment_find(call->connection, call->project->id, entry->environment,
                                call->arena, &environment, error) ||
        !store_deployment_matrix(call->connection, call->project->id, 0, call->arena, &matrix,
                                 error))
        return false;
    cell = store_matrix_cell(&matrix, module.id, environment.id);
    if (cell != NULL && recorded_already(cell, entry)) {
        *deployment = *cell->running;
        return true;
    }
    *changed = true;
    return add_deployment(call, entry, module.id, environment.id, deployment, error);
}

/* Looks and writes within one transaction, so that two pipelines that say the same at once leave
 * one event. */
bool manifest_record(struct call *call, const struct manifest_entry *entry, bool *changed,
                     struct store_deployment *deployment, struct error *error)
{
    bool ok;

    *changed = false;
    if (!call_begin(call, PERMISSION_DEPLOY, NULL, error))
        return false;
    ok = record(call, entry, changed, deployment, error) &&
         (!*changed || store_commit(call->connection, error));
    store_rollback(call->connection);
    return ok;
}

bool manifest_record_all(struct call *call, const struct manifest_entry *entries, size_t count,
                         size_t *changed, struct error *error)
{
    struct store_deployment deployment;
    bool ok = true, one;

    *changed = 0;
    if (!call_begin(call, PERMISSION_DEPLOY, NULL, error))
        return false;
    for (size_t i = 0; ok && i < count; i++) {
        ok = record(call, &entries[i], &one, &deployment, error);
        *changed += ok && one;
    }
    ok = ok && (*changed == 0 || store_commit(call->connection, error));
    store_rollback(call->connection);
    return ok;
}

/* A release is known by its own spelling. One that nobody has cut may be a slip of the pen, or is
 * kept elsewhere: it is recorded, and said. */
static bool find_release(struct call *call, struct manifest_entry *entry, bool *unknown,
                         struct error *error)
{
    struct store_release release;
    struct error failure = { 0 };

    *unknown = false;
    if (entry->release == NULL)
        return true;
    if (store_release_find(call->connection, call->project->id, entry->release, call->arena,
                           &release, &failure)) {
        entry->release = release.name;
        return true;
    }
    *unknown = failure.code == ERROR_NOT_FOUND;
    if (!*unknown && error != NULL)
        *error = failure;
    return *unknown;
}

/* What the repository calls that version. A version that it does not know may be a slip of the pen,
 * or a tag that was not fetched yet: it is recorded, and said. */
bool manifest_find_commit(struct call *call, struct manifest_entry *entry, bool *unknown,
                          struct error *error)
{
    struct project_settings settings;

    *unknown = false;
    if (entry->commit != NULL)
        return true;
    if (!project_load(call, &settings, error))
        return false;
    for (size_t i = 0; i < settings.module_count; i++) {
        const struct module_settings *module = &settings.modules[i];

        if (strcmp(module->name, entry->module) != 0)
            continue;
        entry->commit = compare_version_commit(call, module, entry->version);
        *unknown = entry->commit == NULL && module->repository != NULL;
    }
    return true;
}

bool app_manifest_set(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    const char *status = arguments_option(arguments, "status");
    struct manifest_entry entry = { .module = arguments_at(arguments, 0),
                                    .environment = arguments_at(arguments, 1),
                                    .version = arguments_at(arguments, 2),
                                    .commit = arguments_option(arguments, "commit"),
                                    .image = arguments_option(arguments, "image"),
                                    .release = arguments_option(arguments, "release"),
                                    .actor = arguments_option(arguments, "by"),
                                    .reason = arguments_option(arguments, "reason"),
                                    .status = status != NULL && strcmp(status, "failed") == 0
                                                  ? DEPLOYMENT_FAILED
                                                  : DEPLOYMENT_DEPLOYED };
    struct store_deployment deployment;
    bool changed, unknown, unknown_release;

    if (!listing_time(arguments, "at", &entry.at, error) ||
        !find_release(call, &entry, &unknown_release, error) ||
        !manifest_find_commit(call, &entry, &unknown, error) ||
        !manifest_record(call, &entry, &changed, &deployment, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = manifest_deployment_json(&deployment);
    json_put_text(result->object, "schema", "pilab.deployment/1");
    json_put_text(result->object, "module", entry.module);
    json_put_text(result->object, "environment", entry.environment);
    json_put_bool(result->object, "changed", changed);
    json_put_bool(result->object, "unknown_version", unknown);
    json_put_bool(result->object, "unknown_release", unknown_release);
    rich_text(&result->text, RICH_NAME, entry.module, true);
    strbuf_add(&result->text, changed ? ": recorded " : ": already recorded ");
    rich_text(&result->text, RICH_PLAIN, entry.version, true);
    strbuf_add(&result->text, entry.status == DEPLOYMENT_FAILED ? ", failed, in " : " in ");
    rich_text(&result->text, RICH_PLAIN, entry.environment, true);
    strbuf_add_char(&result->text, '\n');
    if (unknown) {
        rich_word(&result->text, RICH_WARNING, "warning:");
        strbuf_add(&result->text, " its repository, as far as it is known here, has no such "
                                  "version; comparing it will fail until it has\n");
    }
    if (unknown_release) {
        rich_word(&result->text, RICH_WARNING, "warning:");
        strbuf_add(&result->text, " there is no release ");
        rich_text(&result->text, RICH_PLAIN, entry.release, true);
        strbuf_add(&result->text, "; `pilab release list --all` shows them\n");
    }
    return true;
}
