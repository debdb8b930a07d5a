#include <pilab/app/compare.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/app/compare_plan.h>
#include <pilab/base/file.h>
#include <pilab/drift/input.h>
#include <pilab/git/repository.h>

#include "live_schemas.h"
#include "registries.h"
#include "report_history.h"

/* Where time stands still, so do the ids: the same question gives the same bytes. What is stored
 * gets an id of its own. */
static struct random reproducible(const struct call *call)
{
    return clock_is_frozen(&call->clock) ? random_seeded(1) : call->random;
}

void compare_plan_start(struct call *call, const struct compare_ask *ask, struct compare_plan *plan)
{
    *plan = (struct compare_plan){
        .request = {.counts = ask->counts,
                    .file_counts = ask->file_counts,
                    .first_parent = ask->first_parent,
                    .threads = call->settings->threads,
                    .clock = call->clock,
                    .random = reproducible(call)}
    };
    memcpy(plan->request.types, ask->types, sizeof plan->request.types);
    /* Who only looks leaves nothing behind: the cache is made by who asks for what takes long. */
    if (ask->types[DRIFT_CODE])
        plan->counts = kept_counts_open(call->settings, ask->counts);
    kept_counts_use(plan->counts, &plan->request);
}

static bool is_revision(void *context, const char *text)
{
    struct repository *repository;
    struct object_id id;
    bool known;

    if (!repository_open_above(&repository, context, NULL))
        return false;
    known = repository_resolve(repository, text, &id, NULL);
    repository_free(&repository);
    return known;
}

/* A file that is named alone holds both sides: a plan of infrastructure does. */
static bool use_plan_file(const struct compare_ask *ask, struct compare_plan *plan,
                          struct error *error)
{
    bool wanted = ask->types[DRIFT_INFRASTRUCTURE];

    memset(plan->request.types, 0, sizeof plan->request.types);
    plan->request.types[DRIFT_INFRASTRUCTURE] = wanted;
    if (wanted)
        return true;
    error_set(error, ERROR_USAGE, "'%s' is one side only", plan->previous.text);
    return error_hint(error, "name the file or folder to compare it with");
}

static bool parse_sides(struct call *call, const struct compare_ask *ask, struct compare_plan *plan,
                        struct error *error)
{
    const char *directory = call->settings->working_directory;

    if (ask->previous == NULL)
        return true;
    if (!state_spec_parse(ask->previous, directory, is_revision, (void *)(uintptr_t)directory,
                          call->arena, &plan->previous, error))
        return false;
    if (ask->alone && plan->previous.kind == STATE_PATH &&
        !file_is_directory(plan->previous.name)) {
        plan->current = plan->previous;
        return use_plan_file(ask, plan, error);
    }
    return state_spec_parse(ask->current, directory, is_revision, (void *)(uintptr_t)directory,
                            call->arena, &plan->current, error);
}

static bool needs_project(const struct state_spec *spec)
{
    return spec->kind != STATE_PATH && spec->kind != STATE_REVISION;
}

/* As it was typed, where that is what the system takes too: it is what the report then says. */
static const char *file_path(struct call *call, const struct state_spec *spec)
{
    char *here = getcwd(NULL, 0);
    bool same = here != NULL && strcmp(here, call->settings->working_directory) == 0;

    free(here);
    return same ? spec->text : spec->name;
}

static bool compare_files(struct call *call, struct compare_plan *plan,
                          struct comparison **comparison, struct error *error)
{
    bool alone = plan->previous.text == plan->current.text;

    plan->request.alone = alone;
    plan->request.previous =
        (struct drift_side){ .spec = plan->previous.text,
                             .label = alone ? "what is there" : plan->previous.text };
    plan->request.current =
        (struct drift_side){ .spec = plan->current.text, .label = plan->current.text };
    return comparison_read_files(&plan->request, file_path(call, &plan->previous),
                                 file_path(call, &plan->current), comparison, &call->progress,
                                 error);
}

/* Registries are asked only when somebody wants it: a comparison stays on this machine. Those that
 * are folders of it always are. */
static bool open_registries(struct call *call, const struct compare_ask *ask,
                            const struct compare_plan *plan, struct registries **registries,
                            struct error *error)
{
    const struct registries_said said = { plan->registries, plan->registry_count,
                                          plan->registries_ours };

    *registries = NULL;
    if (!ask->types[DRIFT_IMAGE] || !(ask->registries || registries_any_here(&said)))
        return true;
    return registries_open(call, &said, ask->registries ? REGISTRIES_ALL : REGISTRIES_HERE,
                           registries, error) &&
           (!plan->registries_ours || registries_remember(*registries, call, error));
}

static bool read_comparison(struct call *call, const struct compare_ask *ask,
                            struct compare_plan *plan,
                            bool (*read)(struct call *call, struct compare_plan *plan,
                                         struct comparison **comparison, struct error *error),
                            struct comparison **comparison, struct error *error)
{
    struct registries *registries = NULL;
    struct live_schemas *schemas;
    bool ok;

    if (!open_registries(call, ask, plan, &registries, error)) {
        registries_close(&registries);
        return false;
    }
    plan->request.images = registries != NULL ? registries_asker(registries) : NULL;
    schemas = live_schemas_open(call, &plan->request);
    plan->request.schemas = live_schemas_asker(schemas);
    ok = read(call, plan, comparison, error);
    plan->request.schemas = NULL;
    plan->request.images = NULL;
    live_schemas_close(&schemas);
    registries_close(&registries);
    return ok;
}

static bool compare_modules(struct call *call, struct compare_plan *plan,
                            struct comparison **comparison, struct error *error)
{
    return comparison_read(&plan->request, comparison, &call->progress, error);
}

static bool in_repository(const char *directory)
{
    struct repository *repository;
    struct error error = { 0 };
    bool there = repository_open_above(&repository, directory, &error);

    if (there)
        repository_free(&repository);
    /* One that cannot be opened is there all the same: the person must hear why. */
    return there || error.code != ERROR_NOT_FOUND;
}

/* What was said that only makes sense within a project; NULL: nothing. */
static const char *project_words(struct call *call, const struct compare_ask *ask,
                                 const struct compare_plan *plan)
{
    if (ask->from != NULL)
        return arena_printf(call->arena, "--from %s --to %s", ask->from, ask->to);
    if (ask->previous != NULL && needs_project(&plan->previous))
        return arena_printf(call->arena, "'%s'", plan->previous.text);
    if (ask->previous != NULL && needs_project(&plan->current))
        return arena_printf(call->arena, "'%s'", plan->current.text);
    if (ask->module != NULL)
        return arena_printf(call->arena, "--module %s", ask->module);
    return NULL;
}

/* There is no store: what was missing is told in the words of the question. */
static bool no_project(const struct call *call, const char *words, struct error *error)
{
    const char *path = call->settings->store_path;

    if (words == NULL) {
        error_set(error, ERROR_NOT_FOUND, "%s is not in a git repository",
                  call->settings->working_directory);
        return error_hint(error, "go into one, or set up a project: `pilab help init`");
    }
    error_set(error, ERROR_NOT_FOUND, "%s needs a project, and there is no store at %s", words,
              path);
    return error_hint(error,
                      "`pilab init` sets up a project, `pilab project import` takes one from a "
                      "pilab.yaml; two versions of the repository here need none: `pilab "
                      "drift A..B`");
}

static bool open_project(struct call *call, const char *words, struct error *error)
{
    bool asked_for = call->settings->project != NULL;

    if (!call_open_store(call, false, error))
        return error->code == ERROR_NOT_FOUND && !asked_for ? no_project(call, words, error)
                                                            : false;
    return (call->project != NULL || call_choose_project(call, NULL, error)) &&
           call_check(call, PERMISSION_READ, error);
}

/* "nofile.yaml", beside a path: a file that is not there, rather than a version. */
static bool is_called_like_a_file(const char *text)
{
    const char *name = strrchr(text, '/'), *point;

    name = name != NULL ? name + 1 : text;
    point = strrchr(name, '.');
    return point != NULL && point[1] != '\0' &&
           point[1 + strspn(point + 1, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

static bool refuse_kinds(const struct compare_plan *plan, struct error *error)
{
    const struct state_spec *other =
        plan->previous.kind == STATE_PATH ? &plan->current : &plan->previous;

    if (other->kind == STATE_REVISION && is_called_like_a_file(other->text)) {
        error_set(error, ERROR_NOT_FOUND, "cannot read %s: there is no such file", other->text);
        return error_hint(error, "a path can only be compared with a path");
    }
    error_set(error, ERROR_USAGE, "'%s' and '%s' are not of one kind", plan->previous.text,
              plan->current.text);
    return error_hint(error, "a path can only be compared with a path, and there is no file %s",
                      other->text);
}

/* Which kind of comparison it is. Named projects and project states need the store; paths stand
 * alone; everything else means the repository one is in, or else the store's project. */
static bool read_states(struct call *call, const struct compare_ask *ask, struct compare_plan *plan,
                        struct comparison **comparison, struct error *error)
{
    const char *words = project_words(call, ask, plan);

    if (ask->as_is && (ask->previous == NULL || words == NULL ||
                       plan->previous.kind == STATE_PATH || plan->current.kind == STATE_PATH)) {
        error_set(error, ERROR_USAGE, "--as-is compares two environments of a project");
        return error_hint(error, "for example env:SIT env:UAT --as-is");
    }

    if (ask->previous != NULL &&
        (plan->previous.kind == STATE_PATH || plan->current.kind == STATE_PATH)) {
        if (plan->previous.kind != plan->current.kind)
            return refuse_kinds(plan, error);
        return read_comparison(call, ask, plan, compare_files, comparison, error);
    }
    if (words == NULL && call->settings->project == NULL &&
        in_repository(call->settings->working_directory)) {
        if (!compare_plan_repository(call, ask, plan, error))
            return false;
    } else if (!open_project(call, words, error) || !compare_plan_project(call, ask, plan, error)) {
        return false;
    }
    return read_comparison(call, ask, plan, compare_modules, comparison, error);
}

/* A file that is not there was looked for as a version: both are said. Returns false. */
static bool say_no_file(struct call *call, const struct compare_plan *plan, struct error *error)
{
    const struct state_spec *sides[] = { &plan->previous, &plan->current };
    struct error looked;

    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        const char *text = sides[i]->text;

        if (error->code != ERROR_NOT_FOUND || text == NULL || sides[i]->kind != STATE_REVISION ||
            !is_called_like_a_file(text) || strstr(error->message, text) == NULL)
            continue;
        looked = *error;
        error_set(error, ERROR_NOT_FOUND, "there is no file %s here, and %s", text, looked.message);
        return error_hint(error,
                          "files are looked for in %s; versions are named as `git tag` has "
                          "them",
                          call->settings->working_directory);
    }
    return false;
}

bool compare_plan_read(struct call *call, const struct compare_ask *ask, struct compare_plan *plan,
                       struct comparison **comparison, struct error *error)
{
    compare_plan_start(call, ask, plan);
    if (parse_sides(call, ask, plan, error) && read_states(call, ask, plan, comparison, error))
        return true;
    return say_no_file(call, plan, error);
}

bool compare_run(struct call *call, const struct compare_ask *ask, struct drift_report **report,
                 struct error *error)
{
    struct comparison *comparison = NULL;
    struct compare_plan plan;
    bool ok;

    if (!repository_library_start(error))
        return false;
    ok = compare_plan_read(call, ask, &plan, &comparison, error);
    kept_counts_close(&plan.counts);
    repository_library_stop();
    if (!ok)
        return false;
    *report = drift_detect(comparison_input(comparison));
    comparison_free(&comparison);
    ok = report_history_look(call, *report, error);
    if (!ok)
        drift_report_free(report);
    return ok;
}
