#include <pilab/app/project.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/git/remote.h>
#include <pilab/store/access.h>
#include <pilab/store/repository.h>

#include "project_difference.h"
#include "variable_file.h"

/* Saving within one transaction. */
struct project_save {
    struct call *call;
    const struct project_settings *settings;
    const struct project_addition *addition; /* NULL: none */
    const char *project_id;
    size_t variables;               /* that were changed */
    struct project_settings before; /* as it was, when it is there */
    bool there;     /* what the question of rights was about: a project that is there */
    bool overtaken; /* somebody has made it since */
    struct error *error;
};

static bool keeps_others(const struct project_save *save)
{
    return save->addition != NULL && save->addition->keep;
}

static const char *arena_buffer(struct call *call, struct strbuf *text)
{
    const char *copy = strbuf_to_arena(text, call->arena);

    strbuf_release(text);
    return copy;
}

static const char *settings_json(struct call *call, const struct project_settings *settings)
{
    struct strbuf text = STRBUF_INIT;

    project_settings_write_json(&text, settings);
    return arena_buffer(call, &text);
}

static const char *texts_json(struct call *call, const char *const *texts, size_t count)
{
    struct strbuf text = STRBUF_INIT;
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_append(array, json_text(texts[i]));
    json_write_canonical(&text, array);
    json_decref(array);
    return arena_buffer(call, &text);
}

static const char *migrations_json(struct call *call, const struct module_settings *module)
{
    struct strbuf text = STRBUF_INIT;
    json_t *object;

    if (module->migrations_path == NULL)
        return NULL;
    object = json_object();
    json_put_text(object, "path", module->migrations_path);
    if (module->migrations_dialect != NULL)
        json_put_text(object, "dialect", module->migrations_dialect);
    json_write_canonical(&text, object);
    json_decref(object);
    return arena_buffer(call, &text);
}

static const char *text_json(struct call *call, const char *value)
{
    struct strbuf text = STRBUF_INIT;
    json_t *json;

    if (value == NULL)
        return NULL;
    json = json_text(value);
    json_write_canonical(&text, json);
    json_decref(json);
    return arena_buffer(call, &text);
}

static bool save_repository(struct project_save *save, const char *url, const char **id)
{
    struct call *call = save->call;
    struct store_repository *repository = arena_alloc(call->arena, sizeof *repository);
    struct error missing = { 0 };

    *id = NULL;
    if (url == NULL)
        return true;
    if (!store_repository_find(call->connection, save->project_id, url, call->arena, repository,
                               &missing)) {
        if (missing.code != ERROR_NOT_FOUND) {
            *save->error = missing;
            return false;
        }
        *repository = (struct store_repository){ .project_id = save->project_id, .url = url };
        if (!store_repository_add(call->connection, repository, save->error))
            return false;
    }
    *id = repository->id;
    return true;
}

/* What the store keeps as JSON beside a module's columns: `before` with what the settings say. */
static bool module_json(struct project_save *save, const char *before,
                        const struct module_settings *settings, const char **out)
{
    json_t *object = json_read("a module's settings", before, strlen(before), save->error);
    struct strbuf text = STRBUF_INIT;

    if (object == NULL)
        return false;
    json_object_del(object, "infrastructure");
    if (!infrastructure_settings_empty(&settings->infrastructure))
        json_put(object, "infrastructure",
                 infrastructure_settings_to_json(&settings->infrastructure));
    json_object_del(object, "schema");
    if (!schema_settings_empty(&settings->schema))
        json_put(object, "schema", schema_settings_to_json(&settings->schema));
    json_write_canonical(&text, object);
    json_decref(object);
    *out = arena_buffer(save->call, &text);
    return true;
}

static bool save_module(struct project_save *save, const struct module_settings *settings,
                        size_t position)
{
    struct call *call = save->call;
    struct store_module module, wanted = {
        .project_id = save->project_id,
        .name = settings->name,
        .type = settings->type,
        .description = settings->description,
        .position = (int64_t)position,
        .path = settings->path,
        .tags = settings->tags,
        .config = texts_json(call, settings->config, settings->config_count),
        .migrations = migrations_json(call, settings),
        .dependencies = text_json(call, settings->dependencies),
        .image = settings->image,
    };
    struct error missing = { 0 };

    if (!save_repository(save, settings->repository, &wanted.repository_id))
        return false;
    if (!store_module_find(call->connection, save->project_id, settings->name, call->arena, &module,
                           &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return module_json(save, "{}", settings, &wanted.settings) &&
                   store_module_add(call->connection, &wanted, save->error);
        *save->error = missing;
        return false;
    }
    memcpy(wanted.id, module.id, sizeof wanted.id);
    wanted.rev = module.rev;
    return module_json(save, module.settings, settings, &wanted.settings) &&
           store_module_update(call->connection, &wanted, save->error);
}

static bool save_modules(struct project_save *save)
{
    struct call *call = save->call;
    struct store_modules there;

    for (size_t i = 0; i < save->settings->module_count; i++) {
        if (!save_module(save, &save->settings->modules[i], i))
            return false;
    }
    if (keeps_others(save))
        return true;
    if (!store_module_list(call->connection, save->project_id, NULL, call->arena, &there,
                           save->error))
        return false;
    for (size_t i = 0; i < there.count; i++) {
        bool kept = false;

        for (size_t j = 0; j < save->settings->module_count; j++)
            kept = kept || strcmp(there.items[i].name, save->settings->modules[j].name) == 0;
        if (!kept && !store_module_remove(call->connection, there.items[i].id, save->error))
            return false;
    }
    return true;
}

static void keep_minutes(json_t *object, const char *key, unsigned long long minutes)
{
    json_object_del(object, key);
    if (minutes > 0)
        json_put_integer(object, key, (int64_t)minutes);
}

/* What the store keeps as JSON beside an environment's columns: `before` with the settings' own
 * approvals and observers. */
static bool environment_json(struct project_save *save, const char *before,
                             const struct environment_settings *settings, const char **out)
{
    json_t *object = json_read("an environment's settings", before, strlen(before), save->error);
    struct strbuf text = STRBUF_INIT;

    if (object == NULL)
        return false;
    json_object_del(object, "approvals");
    if (settings->own_approvals)
        json_put(object, "approvals",
                 approval_settings_to_json(settings->approvals, settings->approval_count));
    json_object_del(object, "observe");
    if (settings->observer_count > 0)
        json_put(object, "observe",
                 observer_settings_to_json(settings->observers, settings->observer_count));
    keep_minutes(object, "observe_every", settings->observe_every);
    keep_minutes(object, "observe_stale", settings->observe_stale);
    json_write_canonical(&text, object);
    json_decref(object);
    *out = arena_buffer(save->call, &text);
    return true;
}

static bool save_environment(struct project_save *save, const struct environment_settings *settings,
                             size_t position)
{
    struct call *call = save->call;
    bool production = strcmp(settings->stage, "PROD") == 0 || strcmp(settings->stage, "DR") == 0;
    struct store_environment environment, wanted = { .project_id = save->project_id,
                                                     .name = settings->name,
                                                     .stage = settings->stage,
                                                     .description = settings->description,
                                                     .position = (int64_t)position,
                                                     .is_production = production };
    struct error missing = { 0 };

    if (!store_environment_find(call->connection, save->project_id, settings->name, call->arena,
                                &environment, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return environment_json(save, "{}", settings, &wanted.settings) &&
                   store_environment_add(call->connection, &wanted, save->error);
        *save->error = missing;
        return false;
    }
    memcpy(wanted.id, environment.id, sizeof wanted.id);
    wanted.rev = environment.rev;
    return environment_json(save, environment.settings, settings, &wanted.settings) &&
           store_environment_update(call->connection, &wanted, save->error);
}

/* Only when all are there can they name each other. */
static bool save_sources(struct project_save *save)
{
    struct call *call = save->call;

    for (size_t i = 0; i < save->settings->environment_count; i++) {
        const struct environment_settings *settings = &save->settings->environments[i];
        struct store_environment environment;

        if (!store_environment_find(call->connection, save->project_id, settings->name, call->arena,
                                    &environment, save->error) ||
            !store_environment_set_sources(call->connection, environment.id, settings->from,
                                           settings->from_count, save->error))
            return false;
    }
    return true;
}

static bool save_environments(struct project_save *save)
{
    struct call *call = save->call;
    struct store_environments there;

    for (size_t i = 0; i < save->settings->environment_count; i++) {
        if (!save_environment(save, &save->settings->environments[i], i))
            return false;
    }
    if (keeps_others(save))
        return save_sources(save);
    if (!store_environment_list(call->connection, save->project_id, NULL, call->arena, &there,
                                save->error))
        return false;
    for (size_t i = 0; i < there.count; i++) {
        bool kept = false;

        for (size_t j = 0; j < save->settings->environment_count; j++)
            kept = kept || strcmp(there.items[i].name, save->settings->environments[j].name) == 0;
        if (!kept && !store_environment_remove(call->connection, there.items[i].id, save->error))
            return false;
    }
    return save_sources(save);
}

static bool create_project(struct project_save *save, struct store_project *project)
{
    struct call *call = save->call;

    *project = (struct store_project){ .tenant_id = call->tenant_id,
                                       .code = save->settings->code,
                                       .name = save->settings->name,
                                       .description = save->settings->description,
                                       .settings = settings_json(call, save->settings) };
    return store_project_add(call->connection, project, save->error) &&
           store_access_set(call->connection, project->id, call->actor.id,
                            project_role_name(PROJECT_OWNER), save->error);
}

static bool update_project(struct project_save *save, struct store_project *project)
{
    project->name = save->settings->name;
    project->description = save->settings->description;
    project->settings = settings_json(save->call, save->settings);
    return store_project_update(save->call->connection, project, save->error);
}

/* The whole of it, as it stands within the transaction. */
static bool load_whole(struct project_save *save, struct project_settings *settings)
{
    *settings = (struct project_settings){ 0 };
    return project_load(save->call, settings, save->error) &&
           variables_load(save->call, settings, save->error);
}

/* An update that changes nothing is none. */
static bool audit_save(struct project_save *save, const struct store_project *project, bool created,
                       bool *changed)
{
    struct project_differences differences = { 0 };
    struct project_settings after;
    json_t *body;
    bool ok;

    *changed = created;
    if (!created) {
        if (!load_whole(save, &after) ||
            !project_differences_find(&save->before, &after, save->call->arena, &differences,
                                      save->error))
            return false;
        *changed = differences.count > 0;
        if (!*changed)
            return true;
    }
    body = json_object();

    json_put_text(body, "code", project->code);
    json_put_text(body, "name", project->name);
    json_put_integer(body, "modules", (int64_t)save->settings->module_count);
    json_put_integer(body, "environments", (int64_t)save->settings->environment_count);
    if (save->variables > 0)
        json_put_integer(body, "variables", (int64_t)save->variables);
    if (!created)
        json_put(body, "changes", project_differences_json(&differences));
    ok = call_audit(save->call, created ? "project.create" : "project.update",
                    arena_printf(save->call->arena, "project:%s", project->id), body, save->error);
    json_decref(body);
    return ok;
}

/* The project with this code. A project that only bears it as its name is another one. */
static bool find_by_code(struct call *call, const char *code, struct store_project *project,
                         struct error *error)
{
    struct store_projects list;

    if (!store_project_list(call->connection, call->tenant_id, NULL, NULL, call->arena, &list,
                            error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (strcasecmp(list.items[i].code, code) != 0)
            continue;
        *project = list.items[i];
        return true;
    }
    return error_set(error, ERROR_NOT_FOUND, "there is no project %s", code);
}

static bool is_as_shown(const struct project_save *save, bool created)
{
    const char *shown = save->addition != NULL ? save->addition->now : NULL;

    return shown == NULL ||
           strcmp(shown, created ? "" : project_text(&save->before, save->call->arena)) == 0;
}

static bool save_within(struct project_save *save, struct store_project *project, bool *created)
{
    struct call *call = save->call;
    struct error missing = { 0 };
    bool changed;

    *created = !find_by_code(call, save->settings->code, project, &missing);
    if (*created && missing.code != ERROR_NOT_FOUND) {
        if (save->error != NULL)
            *save->error = missing;
        return false;
    }
    save->overtaken = !*created && !save->there;
    if (save->overtaken)
        return false;
    /* Whose rights these are; audits a refusal, too. */
    call->project = *created ? NULL : project;
    if (!call_check_now(call, *created ? PERMISSION_CREATE_PROJECT : PERMISSION_CONFIGURE_PROJECT,
                        NULL, save->error))
        return false;
    if (!*created && save->addition != NULL && save->addition->fresh) {
        error_set(save->error, ERROR_EXISTS, "the code %s is %s's already", project->code,
                  project->name);
        return error_hint(save->error, "the same again brings it up to date; --code CODE makes "
                                       "another project");
    }
    if (!*created && save->addition != NULL && save->addition->rev != 0 &&
        save->addition->rev != project->rev)
        return error_set(save->error, ERROR_CONFLICT,
                         "somebody else changed the project meanwhile");
    if (!*created && !load_whole(save, &save->before))
        return false;
    if (!is_as_shown(save, *created))
        return error_set(save->error, ERROR_CONFLICT,
                         "somebody else changed the project meanwhile");
    if (!(*created ? create_project(save, project) : update_project(save, project)))
        return false;
    save->project_id = project->id;
    call->project = project; /* whose audit this belongs to */
    if (!save_modules(save) || !save_environments(save) ||
        !variables_save(call, save->settings, &save->variables, save->error) ||
        !audit_save(save, project, *created, &changed))
        return false;
    if (save->addition == NULL || save->addition->write == NULL)
        return !changed || store_commit(call->connection, save->error);
    return save->addition->write(save->addition->context, call, save->error) &&
           store_commit(call->connection, save->error);
}

/* Asked before any work, and once more within the transaction. `there` says of which project: of
 * one that is there, or of one to be made. */
bool project_may_save(struct call *call, const char *code, bool *there, struct error *error)
{
    struct store_project project;
    struct error missing = { 0 };

    *there = find_by_code(call, code, &project, &missing);
    if (*there)
        return call_choose_project(call, project.id, error) &&
               call_check(call, PERMISSION_CONFIGURE_PROJECT, error);
    if (missing.code == ERROR_NOT_FOUND) {
        call->project = NULL;
        call->actor.rights.project = PROJECT_NOBODY;
        return call_check(call, PERMISSION_CREATE_PROJECT, error);
    }
    if (error != NULL)
        *error = missing;
    return false;
}

/* An address that is never spoken to must not get into the store; one with a password in it would
 * go on into exports. A folder may be on another machine. */
static bool check_repositories(const struct project_settings *settings, struct error *error)
{
    for (size_t i = 0; i < settings->module_count; i++) {
        const struct module_settings *module = &settings->modules[i];
        struct error refused = { 0 };

        if (module->repository == NULL || remote_check(module->repository, NULL, &refused) ||
            refused.code == ERROR_NOT_FOUND)
            continue;
        if (error != NULL)
            *error = refused;
        return error_prefix(error, "module %s", module->name);
    }
    for (size_t i = 0; i < settings->repository_count; i++) {
        struct error refused = { 0 };

        if (remote_check(settings->repositories[i].url, NULL, &refused) ||
            refused.code == ERROR_NOT_FOUND)
            continue;
        if (error != NULL)
            *error = refused;
        return error_prefix(error, "repositories");
    }
    return true;
}

static bool save_once(struct project_save *save, struct store_project *project, bool *created)
{
    struct call *call = save->call;
    bool ok;

    save->overtaken = false;
    ok = project_may_save(call, save->settings->code, &save->there, save->error) &&
         check_repositories(save->settings, save->error) &&
         store_begin(call->connection, &call->progress, save->error) &&
         save_within(save, project, created);
    store_rollback(call->connection);
    return ok;
}

bool project_save_with(struct call *call, const struct project_settings *settings,
                       const struct project_addition *addition, bool *created, struct error *error)
{
    struct store_project *project = arena_alloc(call->arena, sizeof *project);
    struct project_save save = {
        .call = call, .settings = settings, .addition = addition, .error = error
    };
    bool ok = save_once(&save, project, created);

    /* Projects are never deleted: that somebody makes it meanwhile happens once. */
    if (!ok && save.overtaken)
        ok = save_once(&save, project, created);
    if (!ok)
        call->project = NULL;
    return ok && call_choose_project(call, project->id, error);
}

bool project_save(struct call *call, const struct project_settings *settings, bool *created,
                  struct error *error)
{
    return project_save_with(call, settings, NULL, created, error);
}
