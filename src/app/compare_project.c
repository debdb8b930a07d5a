#include <pilab/app/compare_plan.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/app/manifest.h>
#include <pilab/app/project.h>
#include <pilab/app/release.h>
#include <pilab/app/stored.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/drift/detail.h>
#include <pilab/store/deployment.h>

#include "compare_running.h"
#include "compare_variables.h"
#include "remotes.h"
#include "report_pair.h"

/* One side of a project comparison while its revisions are looked up. */
struct project_side {
    const struct state_spec *spec;
    struct manifest_state state;         /* of an environment or a baseline */
    struct drift_report *report;         /* of report:N: what its current side was */
    struct store_release_entries frozen; /* of release:NAME */
    const char *layers; /* the environment whose configuration files are read; NULL: none */
    const struct manifest_state *seen; /* of observed:NAME, when it was asked before; or NULL */
    struct store_observations looks;   /* of every environment, when the side is one as it is now */
};

/* What a kept report saw as current is a state like any other: a commit for each module. */
static bool start_report(struct call *call, const struct state_spec *spec,
                         struct project_side *side, struct drift_side *out, struct error *error)
{
    struct store_report row;

    if (!stored_report_find(call, spec->name, &row, error) ||
        !stored_report_read(call, &row, &side->report, error))
        return false;
    *out = (struct drift_side){
        .spec = spec->text,
        .label = arena_printf(call->arena, "%s in report %lld", side->report->current.label,
                              (long long)row.number),
        .environment = arena_text(call->arena, side->report->current.environment),
    };
    return true;
}

/* Its configuration is that of where it goes (decision 0007). It comes from an environment only
 * when it is what would be promoted. */
static bool start_release(struct call *call, const struct state_spec *spec, bool promoted,
                          struct project_side *side, struct drift_side *out, struct error *error)
{
    struct store_release release;

    if (!release_find(call, spec->name, &release, error) ||
        !store_release_entries(call->connection, release.id, release.rev, call->arena,
                               &side->frozen, error))
        return false;
    side->layers = release.target;
    *out = (struct drift_side){ .spec = arena_printf(call->arena, "release:%s", release.name),
                                .label = release.name,
                                .environment = promoted ? release.source : NULL,
                                .list_digest = arena_text(call->arena, release.digest) };
    return true;
}

/* "UAT" alone may be the environment and a branch of every module: people must say which. */
static bool refuse_environment_name(struct call *call, const struct state_spec *spec,
                                    struct error *error)
{
    struct store_environment environment;

    if (!store_environment_find(call->connection, call->project->id, spec->name, call->arena,
                                &environment, NULL))
        return true;
    error_set(error, ERROR_AMBIGUOUS, "'%s' is an environment, and could be a version", spec->text);
    return error_hint(error, "env:%s is the environment, refs/heads/%s or refs/tags/%s the version",
                      environment.name, spec->name, spec->name);
}

/* What the store keeps is known as it is now. */
static bool is_now(const struct project_side *side)
{
    return side->spec->kind == STATE_ENVIRONMENT && side->spec->at == 0 &&
           side->state.environment != NULL;
}

/* The side's column of the matrix, and what it is called. */
static bool start_side(struct call *call, const struct state_spec *spec, bool promoted,
                       struct project_side *side, struct drift_side *out, struct error *error)
{
    char at[TIMESTAMP_SIZE];

    side->spec = spec;
    if (spec->kind == STATE_REVISION) {
        *out = (struct drift_side){ .spec = spec->text, .label = spec->name };
        return refuse_environment_name(call, spec, error);
    }
    if (spec->kind == STATE_RELEASE)
        return start_release(call, spec, promoted, side, out, error);
    if (spec->kind == STATE_REPORT) {
        if (!start_report(call, spec, side, out, error))
            return false;
        side->layers = out->environment;
        return true;
    }
    if (spec->kind == STATE_OBSERVED && side->seen != NULL)
        side->state = *side->seen;
    else if (!manifest_resolve_state(call, spec, &side->state, error))
        return false;
    if (is_now(side) && !store_observation_latest(call->connection, call->project->id, call->arena,
                                                  &side->looks, error))
        return false;
    side->layers = side->state.environment;
    *out = (struct drift_side){ .spec = spec->text,
                                .label = side->state.label,
                                .environment = side->state.environment };
    if (spec->kind == STATE_ENVIRONMENT && spec->at > 0)
        out->resolved = arena_text(call->arena, timestamp_format(spec->at, at));
    return true;
}

static const struct store_release_entry *frozen_entry(const struct project_side *side,
                                                      const char *module)
{
    for (size_t i = 0; i < side->frozen.count; i++)
        if (strcmp(side->frozen.items[i].module, module) == 0)
            return &side->frozen.items[i];
    return NULL;
}

struct module_version {
    const char *version, *revision;
};

static struct module_version version_on(struct call *call, const struct project_side *side,
                                        struct repository *repository,
                                        const struct module_settings *module)
{
    struct module_version found = { NULL, NULL };
    const struct manifest_entry_state *entry;
    const struct store_release_entry *frozen;

    if (side->spec->kind == STATE_RELEASE) {
        frozen = frozen_entry(side, module->name);
        if (frozen == NULL)
            return found;
        found.version = frozen->version;
        found.revision = frozen->commit;
    } else if (side->spec->kind == STATE_REVISION) {
        found.version = side->spec->name;
    } else if (side->report != NULL) {
        const struct drift_code *code = drift_report_code(side->report, module->name);

        if (code == NULL || code->current_commit == NULL)
            return found;
        found.version = arena_text(call->arena, code->current_version);
        found.revision = arena_text(call->arena, code->current_commit);
    } else {
        entry = manifest_state_find(&side->state, module->name);
        if (entry == NULL || entry->version == NULL)
            return found;
        found.version = entry->version;
        found.revision = entry->commit;
    }
    if (found.revision == NULL)
        found.revision = repository != NULL
                             ? compare_version_revision(call, repository, module, found.version)
                             : found.version;
    return found;
}

static void refuse_module(struct call *call, struct comparison_module *module,
                          const struct error *error)
{
    module->repository = NULL;
    module->refused = arena_text(call->arena, error->message);
    module->refused_hint = arena_text(call->arena, error->hint);
}

/* Whose layers the new versions would be run with: those of where they would go. What stands in
 * SIT's own files never gets to UAT (decision 0007). */
static const char *layers_of(const struct compare_ask *ask, const struct project_side *previous,
                             const struct project_side *current)
{
    return previous->layers != NULL && !ask->as_is ? previous->layers : current->layers;
}

/* Only environments are configured, and one is no other than itself. */
static bool check_as_is(const struct compare_ask *ask, const struct project_side *previous,
                        const struct project_side *current, struct error *error)
{
    if (!ask->as_is)
        return true;
    if (previous->layers != NULL && current->layers != NULL &&
        strcmp(previous->layers, current->layers) != 0)
        return true;
    error_set(error, ERROR_USAGE, "--as-is compares two environments");
    return error_hint(error, "for example env:SIT env:UAT --as-is");
}

static bool is_same_environment(const struct project_side *a, const struct project_side *b)
{
    return a->state.environment != NULL && b->state.environment != NULL &&
           strcmp(a->state.environment, b->state.environment) == 0;
}

/* What runs somewhere now does not differ from itself, whatever is live there. */
static bool check_two(const struct project_side *previous, const struct project_side *current,
                      struct error *error)
{
    if (previous->spec->kind != current->spec->kind || previous->spec->at != current->spec->at ||
        (previous->spec->kind != STATE_ENVIRONMENT && previous->spec->kind != STATE_OBSERVED) ||
        !is_same_environment(previous, current))
        return true;
    error_set(error, ERROR_USAGE, "both sides are %s: there is nothing to compare",
              previous->state.label);
    return error_hint(error,
                      "`pilab verify env:%s` tells whether what runs there is what is recorded; "
                      "env:%s@DATE is what ran there before",
                      previous->state.environment, previous->state.environment);
}

/* A version that was resolved just now; a recorded commit needs no tag. */
static bool is_certain(struct call *call, struct repository *repository,
                       const struct module_settings *settings, const struct module_version *version,
                       struct error *error)
{
    struct object_id id;

    return version->version == NULL ||
           (version->revision != NULL && object_id_parse(version->revision, &id)) ||
           compare_version_certain(call, repository, settings, version->version, error);
}

/* That a tag leads elsewhere than to the commit that was recorded with its version; NULL: it does
 * not, or there is none. A branch moves by nature. */
static const char *tag_moved(struct call *call, struct repository *repository,
                             const struct module_settings *settings,
                             const struct module_version *version)
{
    char before[OBJECT_ID_HEX_SIZE], now[OBJECT_ID_HEX_SIZE];
    struct object_id recorded, found;
    const char *tag;

    if (repository == NULL || version->version == NULL || version->revision == NULL ||
        !object_id_parse(version->revision, &recorded))
        return NULL;
    tag = compare_version_revision(call, repository, settings, version->version);
    if (!repository_resolve(repository, arena_printf(call->arena, "refs/tags/%s", tag), &found,
                            NULL) ||
        object_id_equal(&recorded, &found))
        return NULL;
    return arena_printf(call->arena,
                        "the tag %s moved: recorded was %.8s, it leads to %.8s now; "
                        "compared is what was recorded",
                        tag, object_id_hex(&recorded, before), object_id_hex(&found, now));
}

/* How the module was seen to be configured on a side. */
static const struct observed_file *files_seen(const struct project_side *side, const char *module,
                                              size_t *count)
{
    const struct manifest_entry_state *entry =
        side->spec->kind == STATE_OBSERVED ? manifest_state_find(&side->state, module) : NULL;

    *count = entry != NULL ? entry->file_count : 0;
    return entry != NULL ? entry->files : NULL;
}

static const struct seen_otherwise *seen_otherwise(struct call *call,
                                                   const struct project_side *side,
                                                   const char *module, const char *version)
{
    const struct manifest_entry_state *entry = manifest_state_find(&side->state, module);

    return is_now(side)
               ? compare_running(call->arena, &side->looks, module, side->state.environment,
                                 version, entry != NULL ? entry->since : 0)
               : NULL;
}

/* The environment that a side is now: what is live there may be looked at. What is recorded of one
 * that was observed is not: what is live is on the other side already. */
static const char *environment_now(const struct project_side *side,
                                   const struct project_side *other)
{
    const struct state_spec *spec = side->spec;

    if (spec->kind == STATE_OBSERVED)
        return side->state.environment;
    if (spec->kind != STATE_ENVIRONMENT || spec->at != 0 ||
        (other->spec->kind == STATE_OBSERVED && is_same_environment(side, other)))
        return NULL;
    return side->state.environment;
}

/* What nobody could say is a problem of the report: neither silence nor a module that goes. */
static bool check_read(const struct project_side *side, const char *module, struct error *refused)
{
    const struct manifest_entry_state *entry =
        side->spec->kind == STATE_OBSERVED ? manifest_state_find(&side->state, module) : NULL;

    if (entry == NULL || entry->unread == NULL || refused->code != ERROR_NONE)
        return true;
    error_set(refused, ERROR_INVALID, "what runs in %s could not be asked: %s",
              side->state.environment, entry->unread);
    return error_hint(refused, "`pilab verify env:%s` shows what everybody says",
                      side->state.environment);
}

/* What a module is on both sides. Of a side that could not be asked it is as on the other. False
 * with why it cannot be compared. */
static bool find_versions(struct call *call, struct repository *repository,
                          const struct module_settings *settings,
                          const struct project_side *previous, const struct project_side *current,
                          struct module_version *before, struct module_version *after,
                          struct error *refused)
{
    *before = version_on(call, previous, repository, settings);
    *after = version_on(call, current, repository, settings);
    if (!check_read(previous, settings->name, refused)) {
        *before = *after;
        return false;
    }
    if (!check_read(current, settings->name, refused)) {
        *after = *before;
        return false;
    }
    return repository == NULL || (is_certain(call, repository, settings, before, refused) &&
                                  is_certain(call, repository, settings, after, refused));
}

static bool plan_module(struct call *call, const struct compare_ask *ask,
                        const struct module_settings *settings, const struct project_side *previous,
                        const struct project_side *current, struct comparison_module *module,
                        struct error *error)
{
    struct repository *repository = NULL;
    struct module_version before, after;
    struct error refused = { 0 };
    const char *path = NULL;

    *module = (struct comparison_module){
        .name = settings->name,
        .type = settings->type,
        .directory = settings->path,
        .config = settings->config,
        .config_count = settings->config_count,
        .settings = settings,
        .previous_environment = previous->layers,
        .current_environment = layers_of(ask, previous, current),
        .previous_now = environment_now(previous, current),
        .current_now = environment_now(current, previous),
    };
    if (settings->repository == NULL)
        error_set(&refused, ERROR_NOT_FOUND, "no repository is known");
    else
        path = compare_local_repository(call, settings->repository, &refused);
    if (path != NULL && !repository_open(&repository, path, &refused))
        path = NULL;
    if (refused.code == ERROR_CANCELLED) {
        *error = refused;
        return false;
    }
    if (!find_versions(call, repository, settings, previous, current, &before, &after, &refused))
        path = NULL;
    module->previous_moved = tag_moved(call, repository, settings, &before);
    module->current_moved = tag_moved(call, repository, settings, &after);
    repository_free(&repository);
    module->previous_seen = seen_otherwise(call, previous, settings->name, before.version);
    module->current_seen = seen_otherwise(call, current, settings->name, after.version);
    module->previous_observed =
        files_seen(previous, settings->name, &module->previous_observed_count);
    module->current_observed = files_seen(current, settings->name, &module->current_observed_count);
    module->previous = before.revision;
    module->current = after.revision;
    module->previous_version = before.version;
    module->current_version = after.version;
    module->repository = arena_text(call->arena, path);
    if (path == NULL)
        refuse_module(call, module, &refused);
    return true;
}

/* A release says nothing about a module that is not in it, nor do observers of one that nobody
 * looks at: there it is as the other side. */
static bool is_left_out(const struct project_side *side, const char *module)
{
    if (side->spec->kind == STATE_OBSERVED)
        return manifest_state_find(&side->state, module) == NULL;
    return side->spec->kind == STATE_RELEASE && frozen_entry(side, module) == NULL;
}

/* For submodules that come from where a module comes from. */
static const struct known_repository *known_repositories(struct call *call,
                                                         const struct project_settings *settings,
                                                         const struct comparison_module *modules,
                                                         size_t count, size_t *known_count)
{
    struct known_repository *known = arena_array(call->arena, count, sizeof *known);

    *known_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct module_settings *module = project_settings_module(settings, modules[i].name);

        if (module != NULL && module->repository != NULL && modules[i].repository != NULL)
            known[(*known_count)++] =
                (struct known_repository){ module->repository, modules[i].repository };
    }
    return known;
}

/* Whether its databases can be compared without a version of it. */
static bool is_live(const struct comparison_module *module)
{
    const struct schema_settings *schema = &module->settings->schema;

    return module->settings->repository == NULL && module->previous_now != NULL &&
           module->current_now != NULL &&
           schema_settings_live(schema, module->previous_now) != NULL &&
           schema_settings_live(schema, module->current_now) != NULL;
}

static bool plan_modules(struct call *call, const struct compare_ask *ask,
                         const struct project_settings *settings,
                         const struct project_side *previous, const struct project_side *current,
                         struct compare_plan *plan, struct error *error)
{
    struct comparison_module *modules =
        arena_array(call->arena, settings->module_count, sizeof *modules);
    size_t count = 0;

    for (size_t i = 0; i < settings->module_count; i++) {
        if (ask->module != NULL && strcmp(ask->module, settings->modules[i].name) != 0)
            continue;
        if (is_left_out(previous, settings->modules[i].name) ||
            is_left_out(current, settings->modules[i].name))
            continue;
        progress_report(&call->progress, settings->modules[i].name, i, settings->module_count);
        if (!progress_check(&call->progress, error) ||
            !plan_module(call, ask, &settings->modules[i], previous, current, &modules[count],
                         error))
            return false;
        /* On neither side: there is nothing to tell. */
        count += modules[count].previous != NULL || modules[count].current != NULL ||
                 is_live(&modules[count]);
    }
    if (ask->module != NULL && count == 0) {
        error_set(error, ERROR_NOT_FOUND, "%s has no module %s that is on either side",
                  settings->name, ask->module);
        return error_hint(error, "`pilab manifest show` lists the modules and what runs where");
    }
    plan->request.modules = modules;
    plan->request.module_count = count;
    plan->request.known =
        known_repositories(call, settings, modules, count, &plan->request.known_count);
    return true;
}

static bool has_all_types(const struct compare_ask *ask)
{
    for (size_t i = 0; i < DRIFT_TYPE_COUNT; i++) {
        if (!ask->types[i])
            return false;
    }
    return true;
}

/* What is not everything, so that a report of a part does not stand for the whole. */
static const char *scope_of(struct call *call, const struct compare_ask *ask,
                            const struct project_settings *settings,
                            const struct project_side *current)
{
    struct strbuf text = STRBUF_INIT;
    const char *scope;

    if (ask->module != NULL)
        strbuf_add(&text, ask->module);
    else if (current->spec->kind == STATE_RELEASE && current->frozen.count < settings->module_count)
        strbuf_printf(&text, "release %s", current->spec->name);
    for (size_t i = 0; !has_all_types(ask) && i < DRIFT_TYPE_COUNT; i++) {
        if (ask->types[i])
            strbuf_printf(&text, "%s%s", text.length > 0 ? " " : "",
                          drift_type_name((enum drift_type)i));
    }
    scope = text.length > 0 ? strbuf_to_arena(&text, call->arena) : NULL;
    strbuf_release(&text);
    return scope;
}

static void fingerprint(void *context, const char *value, size_t length, char out[9])
{
    store_fingerprint(context, value, length, out);
}

static void plan_settings(struct call *call, const struct project_settings *settings,
                          struct compare_plan *plan)
{
    compare_plan_settings(settings, plan);
    plan->registries_ours = true;
    plan->request.project = settings->name;
    plan->request.project_code = settings->code;
    plan->request.fingerprint = fingerprint;
    plan->request.fingerprint_context = call->store;
}

static bool load_decisions(struct call *call, struct compare_plan *plan, struct error *error)
{
    struct decided_difference *decided;

    if (!decisions_load(call,
                        report_pair(call->arena, &plan->request.previous, &plan->request.current),
                        &decided, &plan->request.decided_count, error))
        return false;
    plan->request.decided = decided;
    return true;
}

static bool load_variables(struct call *call, const struct compare_ask *ask,
                           const struct project_side *previous, const struct project_side *current,
                           struct compare_plan *plan, struct error *error)
{
    if (!ask->types[DRIFT_CONFIG] || plan->request.not_examined[DRIFT_CONFIG] ||
        !is_now(previous) || !is_now(current) ||
        strcmp(previous->state.environment, current->state.environment) == 0)
        return true;
    return compare_plan_variables(call, previous->state.environment, current->state.environment,
                                  ask->module, plan, error);
}

bool compare_plan_project(struct call *call, const struct compare_ask *ask,
                          struct compare_plan *plan, struct error *error)
{
    struct project_settings *settings = arena_alloc(call->arena, sizeof *settings);
    struct project_side previous = { .seen = ask->observed }, current = { .seen = ask->observed };
    bool ok;

    if (ask->directory != NULL) {
        error_set(error, ERROR_USAGE, "--path is for the repository you are in");
        return error_hint(error, "in a project choose a module: --module NAME");
    }
    if (ask->previous == NULL) {
        error_set(error, ERROR_USAGE, "two states are needed to compare within a project");
        return error_hint(error, "for example --from SIT --to UAT, or 2.0.6..2.0.7");
    }
    if (!project_load(call, settings, error))
        return false;
    plan_settings(call, settings, plan);
    ok = start_side(call, &plan->previous, false, &previous, &plan->request.previous, error) &&
         start_side(call, &plan->current, plan->previous.kind == STATE_ENVIRONMENT, &current,
                    &plan->request.current, error) &&
         check_as_is(ask, &previous, &current, error) && check_two(&previous, &current, error);
    plan->request.previous.layers = previous.layers;
    plan->request.current.layers = layers_of(ask, &previous, &current);
    ok = ok && plan_modules(call, ask, settings, &previous, &current, plan, error);
    plan->request.module = ask->module;
    ok = ok && load_variables(call, ask, &previous, &current, plan, error) &&
         load_decisions(call, plan, error);
    plan->request.scope = ok ? scope_of(call, ask, settings, &current) : NULL;
    drift_report_free(&previous.report);
    drift_report_free(&current.report);
    return ok;
}
