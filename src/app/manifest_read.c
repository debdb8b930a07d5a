#include <pilab/app/manifest.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/app/release.h>
#include <pilab/base/json.h>
#include <pilab/release/verify.h>

#include "observation.h"
#include "observers.h"

/* --- Reading ---------------------------------------------------------------------------------- */

static bool read_baseline(struct call *call, const char *name, struct arena *arena,
                          struct store_matrix *matrix, int64_t *at, struct error *error)
{
    struct store_baseline baseline;
    json_t *frozen;
    bool ok;

    if (!store_baseline_find(call->connection, call->project->id, name, arena, &baseline, error))
        return false;
    frozen = json_read(name, baseline.content, strlen(baseline.content), error);
    ok = frozen != NULL && manifest_thaw(name, frozen, arena, matrix, error);
    json_decref(frozen);
    *at = baseline.as_of;
    return ok;
}

/* The list of a release as deployments that its revision stands for. */
static void fill_release(const struct store_release *release,
                         const struct store_release_entries *list, struct arena *arena,
                         struct store_matrix *matrix)
{
    struct store_deployment *deployments = arena_array(arena, list->count, sizeof *deployments);
    const char *name = arena_text(arena, release->name);

    *matrix = (struct store_matrix){ arena_array(arena, list->count, sizeof *matrix->cells),
                                     list->count, 1 };
    for (size_t i = 0; i < list->count; i++) {
        const struct store_release_entry *entry = &list->items[i];

        deployments[i] = (struct store_deployment){ .module_id = entry->module_id,
                                                    .module = entry->module,
                                                    .environment_id = "",
                                                    .environment = name,
                                                    .version = entry->version,
                                                    .commit = entry->commit,
                                                    .image = entry->image,
                                                    .config_revision = entry->config_revision,
                                                    .release = name,
                                                    .status = DEPLOYMENT_DEPLOYED,
                                                    .actor = arena_text(arena, release->created_by),
                                                    .started_at = release->updated_at,
                                                    .finished_at = release->updated_at };
        matrix->cells[i] = (struct store_cell){ .module_id = entry->module_id,
                                                .module = entry->module,
                                                .environment_id = "",
                                                .environment = name,
                                                .running = &deployments[i] };
    }
}

static bool read_release(struct call *call, const char *name, struct arena *arena,
                         struct store_matrix *matrix, int64_t *at, struct error *error)
{
    struct store_release_entries list;
    struct store_release release;

    if (!release_find(call, name, &release, error) ||
        !store_release_entries(call->connection, release.id, 0, arena, &list, error))
        return false;
    fill_release(&release, &list, arena, matrix);
    *at = release.updated_at;
    return true;
}

static bool read_matrix(struct call *call, const struct manifest_moment *moment,
                        struct arena *arena, struct store_matrix *matrix, int64_t *at,
                        struct error *error)
{
    *at = moment->at;
    if (moment->release != NULL)
        return read_release(call, moment->release, arena, matrix, at, error);
    if (moment->baseline != NULL)
        return read_baseline(call, moment->baseline, arena, matrix, at, error);
    return store_deployment_matrix(call->connection, call->project->id, *at, arena, matrix, error);
}

static bool read_all(struct call *call, const struct manifest_moment *moment, struct arena *arena,
                     struct manifest **out, struct error *error)
{
    struct store_environments environments;
    struct store_modules modules;
    struct store_matrix matrix;
    const char *project = call->project->id;
    int64_t at;

    if (!store_environment_list(call->connection, project, NULL, arena, &environments, error) ||
        !store_module_list(call->connection, project, NULL, arena, &modules, error) ||
        !read_matrix(call, moment, arena, &matrix, &at, error))
        return false;
    *out = manifest_build(&matrix, &environments, &modules, arena);
    (*out)->at = at;
    /* What was seen last says nothing about any other moment. */
    return at != 0 || moment->baseline != NULL || moment->release != NULL ||
           observations_put(call, &environments, arena, *out, error);
}

bool manifest_read(struct call *call, const struct manifest_moment *moment, struct arena *arena,
                   struct manifest **out, struct error *error)
{
    bool ok;

    if (store_writing(call->connection))
        return read_all(call, moment, arena, out, error);
    if (!store_begin_reading(call->connection, error))
        return false;
    ok = read_all(call, moment, arena, out, error);
    store_rollback(call->connection);
    return ok;
}

/* --- Times ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    int64_t milliseconds;
} units[] = {
    {"minute", INT64_C(60000)    },
    { "hour",  INT64_C(3600000)  },
    { "day",   INT64_C(86400000) },
    { "week",  INT64_C(604800000)},
};

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " ");
}

/* "3 days ago": a number, a unit in one or many, and the word. */
static bool parse_ago(const char *text, int64_t now, int64_t *at)
{
    char *end;
    long long count;

    errno = 0;
    count = strtoll(text, &end, 10);
    if (end == text || errno != 0 || count < 0 || count > 100000)
        return false;
    text = skip_blanks(end);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);

        if (strncasecmp(text, units[i].name, length) != 0)
            continue;
        text += length;
        text = skip_blanks(text + (*text == 's'));
        if (strcasecmp(text, "ago") != 0)
            return false;
        *at = now - count * units[i].milliseconds;
        return *at > 0;
    }
    return false;
}

bool manifest_time_parse(const char *text, int64_t now, int64_t *at, struct error *error)
{
    text = skip_blanks(text);
    if (strcasecmp(text, "yesterday") == 0)
        text = "1 day ago";
    if (parse_ago(text, now, at) || timestamp_parse(text, at, error))
        return true;
    if (error != NULL)
        error->code = ERROR_USAGE;
    return error_hint(error, "for example 2025-01-22, 2025-01-22T14:30:00Z or \"3 days ago\"");
}

bool manifest_moment_parse(const char *text, int64_t now, struct manifest_moment *moment,
                           struct error *error)
{
    static const char baseline[] = "baseline:", release[] = "release:";

    *moment = (struct manifest_moment){ 0 };
    text = skip_blanks(text);
    if (strncmp(text, baseline, sizeof baseline - 1) == 0)
        moment->baseline = text + sizeof baseline - 1;
    else if (strncmp(text, release, sizeof release - 1) == 0)
        moment->release = text + sizeof release - 1;
    else if (strcasecmp(text, "now") != 0)
        return manifest_time_parse(text, now, &moment->at, error);
    return true;
}

/* --- States ----------------------------------------------------------------------------------- */

static bool state_of_environment(struct call *call, const struct state_spec *spec,
                                 struct manifest_state *state, struct error *error)
{
    struct manifest_moment moment = { .at = spec->at };
    struct store_environment environment;
    struct manifest *manifest;
    char at[TIMESTAMP_SIZE];
    size_t column;

    if (!store_environment_find(call->connection, call->project->id, spec->name, call->arena,
                                &environment, error) ||
        !manifest_read(call, &moment, call->arena, &manifest, error))
        return false;
    column = manifest_find_column(manifest, environment.name);
    if (column != MANIFEST_NONE)
        manifest_state_of_column(manifest, column, call->arena, state);
    else
        *state = (struct manifest_state){ 0 }; /* a project without modules */
    state->label = state->environment = environment.name;
    if (spec->at > 0)
        state->label =
            arena_printf(call->arena, "%s at %s", environment.name, timestamp_format(spec->at, at));
    return true;
}

static bool refuse_many_columns(const struct state_spec *spec, const struct manifest *manifest,
                                struct error *error)
{
    struct strbuf names = STRBUF_INIT;

    for (size_t i = 0; i < manifest->column_count; i++)
        strbuf_printf(&names, "%s%s@%s", i > 0 ? ", " : "", spec->text, manifest->columns[i].name);
    error_set(error, ERROR_AMBIGUOUS, "'%s' is of the whole manifest: say which environment",
              spec->text);
    error_hint(error, "%s", names.data);
    strbuf_release(&names);
    return false;
}

static bool state_of_baseline(struct call *call, const struct state_spec *spec,
                              struct manifest_state *state, struct error *error)
{
    struct manifest_moment moment = { .baseline = spec->name };
    struct error failure = { 0 };
    const char *environment = NULL;
    struct manifest *manifest;
    size_t column = 0;

    if (!manifest_read(call, &moment, call->arena, &manifest, &failure)) {
        const char *at = strrchr(spec->name, '@');

        if (failure.code != ERROR_NOT_FOUND || at == NULL || at == spec->name) {
            if (error != NULL)
                *error = failure;
            return false;
        }
        environment = at + 1;
        moment.baseline = arena_bytes(call->arena, spec->name, (size_t)(at - spec->name));
        if (!manifest_read(call, &moment, call->arena, &manifest, error))
            return false;
        column = manifest_find_column(manifest, environment);
    } else if (manifest->column_count > 1) {
        return refuse_many_columns(spec, manifest, error);
    }
    if (column == MANIFEST_NONE || manifest->column_count == 0)
        return error_set(error, ERROR_NOT_FOUND, "the baseline %s says nothing about %s",
                         moment.baseline, environment != NULL ? environment : "any environment");
    manifest_state_of_column(manifest, column, call->arena, state);
    state->label = arena_printf(call->arena, "%s (%s)", moment.baseline, state->environment);
    return true;
}

static bool state_of_release(struct call *call, const struct state_spec *spec,
                             struct manifest_state *state, struct error *error)
{
    struct manifest_moment moment = { .release = spec->name };
    struct manifest *manifest;

    if (!manifest_read(call, &moment, call->arena, &manifest, error))
        return false;
    manifest_state_of_column(manifest, 0, call->arena, state);
    state->environment = NULL;
    state->partial = true;
    return true;
}

/* One that could not be asked leaves a hole that nobody would see in a comparison. */
static bool check_answers(const struct observer_answer *answers, size_t count,
                          const char *environment, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (answers[i].failure.code == ERROR_NONE)
            continue;
        if (error != NULL)
            *error = answers[i].failure;
        error_prefix(error, "%s", answers[i].label);
        return error_hint(error, "`pilab verify env:%s` shows what the others say", environment);
    }
    return true;
}

static bool state_of_observed(struct call *call, const struct state_spec *spec,
                              struct manifest_state *state, struct error *error)
{
    const struct environment_settings *environment;
    struct state_spec now = { .kind = STATE_ENVIRONMENT, .text = spec->text, .name = spec->name };
    struct project_settings settings;
    struct observer_answer *answers;
    struct manifest_state expected;
    const char *torn;

    if (!state_of_environment(call, &now, &expected, error) ||
        !observers_find(call, spec->name, &settings, &environment, error) ||
        !observers_ask(call, &settings, environment, NULL, call->arena, &answers, error) ||
        !check_answers(answers, environment->observer_count, environment->name, error))
        return false;
    verify_observed_state(&expected, answers, environment->observer_count, call->arena, state,
                          &torn);
    if (torn == NULL)
        return true;
    error_set(error, ERROR_AMBIGUOUS, "%s is seen in %s in several versions at once", torn,
              environment->name);
    return error_hint(error, "`pilab verify env:%s` shows who sees which", environment->name);
}

bool manifest_resolve_state(struct call *call, const struct state_spec *spec,
                            struct manifest_state *state, struct error *error)
{
    switch (spec->kind) {
    case STATE_ENVIRONMENT:
        return state_of_environment(call, spec, state, error);
    case STATE_OBSERVED:
        return state_of_observed(call, spec, state, error);
    case STATE_BASELINE:
        return state_of_baseline(call, spec, state, error);
    case STATE_RELEASE:
        return state_of_release(call, spec, state, error);
    default:
        error_set(error, ERROR_UNSUPPORTED, "'%s' is no state of the manifest", spec->text);
        return error_hint(error, "env:UAT, env:UAT@2025-01-22, observed:UAT, baseline:NAME and "
                                 "release:NAME are");
    }
}

/* --- Baselines -------------------------------------------------------------------------------- */

static bool check_designation(const char *name, const char *reason, struct error *error)
{
    if (*name == '\0' || *name == '-' || strpbrk(name, "@:\n") != NULL || strlen(name) > 100) {
        error_set(error, ERROR_USAGE, "'%s' cannot be the name of a baseline", name);
        return error_hint(error, "up to 100 characters, not '@' and ':', no '-' in front");
    }
    if (reason == NULL || reason[strspn(reason, " \t\n")] == '\0') {
        error_set(error, ERROR_USAGE, "a baseline needs a reason");
        return error_hint(error, "--reason TEXT says why this state is the one to measure by");
    }
    return true;
}

static bool write_baseline(struct call *call, const struct manifest *manifest, size_t column,
                           struct store_baseline *baseline, struct error *error)
{
    json_t *frozen = manifest_freeze(manifest, column, baseline->as_of);
    struct strbuf content = STRBUF_INIT;
    json_t *body = json_object();
    bool ok;

    json_write_canonical(&content, frozen);
    json_decref(frozen);
    baseline->content = strbuf_to_arena(&content, call->arena);
    strbuf_release(&content);
    ok = store_baseline_add(call->connection, baseline, error);
    if (ok) {
        json_put_text(body, "name", baseline->name);
        json_put_text(body, "environment", baseline->environment);
        json_put_time(body, "as_of", baseline->as_of);
        json_put_text(body, "digest", baseline->digest);
        json_put_text(body, "reason", baseline->reason);
        ok = call_audit(call, "manifest.baseline",
                        arena_printf(call->arena, "baseline:%s", baseline->id), body, error) &&
             store_commit(call->connection, error);
    }
    json_decref(body);
    return ok;
}

bool manifest_designate(struct call *call, const char *name, const char *environment, int64_t at,
                        const char *reason, struct store_baseline *baseline, struct error *error)
{
    struct manifest_moment moment = { .at = at };
    struct store_environment row;
    struct manifest *manifest;
    size_t column = MANIFEST_NONE;
    bool ok;

    if (!check_designation(name, reason, error) ||
        !call_begin(call, PERMISSION_DESIGNATE_BASELINE, NULL, error))
        return false;
    *baseline = (struct store_baseline){ .project_id = call->project->id,
                                         .name = name,
                                         .reason = reason,
                                         .as_of = at != 0 ? at : clock_now(&call->clock),
                                         .created_by = call->actor.login };
    ok = environment == NULL || store_environment_find(call->connection, call->project->id,
                                                       environment, call->arena, &row, error);
    ok = ok && manifest_read(call, &moment, call->arena, &manifest, error);
    if (ok && environment != NULL) {
        column = manifest_find_column(manifest, row.name);
        baseline->environment_id = arena_text(call->arena, row.id);
        baseline->environment = row.name;
    }
    if (ok && (manifest->row_count == 0 || (environment != NULL && column == MANIFEST_NONE)))
        ok = error_set(error, ERROR_INVALID, "%s has no modules: there is nothing to designate",
                       call->project->name);
    ok = ok && write_baseline(call, manifest, column, baseline, error);
    store_rollback(call->connection);
    return ok;
}
