#include <pilab/app/compare_plan.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include <pilab/git/repository.h>

static void say_choice(const struct version_pair *versions, struct compare_plan *plan)
{
    plan->request.current.chosen = versions->current_aside
                                       ? "the newest version, on a branch of its own"
                                       : "the newest version in the history of HEAD";
    plan->request.previous.chosen = versions->previous_aside
                                        ? "the one before it, on a branch of its own"
                                        : "the one before it";
}

static struct state_spec revision(const char *name)
{
    return (struct state_spec){ .kind = STATE_REVISION, .text = name, .name = name };
}

/* "charts/pay" and "charts/pay/" are of what is called "pay". */
static const char *name_of_folder(struct call *call, const char *folder)
{
    const char *end, *start;

    if (folder == NULL)
        return NULL;
    for (end = folder + strlen(folder); end > folder && end[-1] == '/';)
        end--;
    for (start = end; start > folder && start[-1] != '/';)
        start--;
    return arena_bytes(call->arena, start, (size_t)(end - start));
}

static bool last_two(struct call *call, struct repository *repository,
                     const struct compare_ask *ask, struct compare_plan *plan, struct error *error)
{
    struct version_pair versions;

    if (!repository_last_two_versions(repository, name_of_folder(call, ask->directory), call->arena,
                                      &call->progress, &versions, error))
        return false;
    plan->previous = revision(versions.previous);
    plan->current = revision(versions.current);
    say_choice(&versions, plan);
    return true;
}

/* A revision that is no revision is the most common slip: it must be said at once, not as a report
 * full of problems. */
static bool resolve(struct call *call, struct repository *repository, const struct state_spec *spec,
                    struct drift_side *side, struct error *error)
{
    struct object_id id;
    char hex[OBJECT_ID_HEX_SIZE];

    if (!repository_resolve(repository, spec->name, &id, error))
        return repository_is_shallow(repository)
                   ? error_hint(error,
                                "the clone is shallow: `git fetch --unshallow` brings the rest")
                   : false;
    side->spec = spec->text;
    side->label = spec->name;
    side->resolved = arena_text(call->arena, object_id_hex(&id, hex));
    return true;
}

static bool has_folder(struct repository *repository, const char *commit, const char *folder)
{
    struct object_id id;
    struct tree_file_list *files =
        object_id_parse(commit, &id)
            ? repository_list_files(repository, &id, folder, NULL, NULL, NULL)
            : NULL;
    bool there = files == NULL || files->count > 0; /* what cannot be read is told later */

    tree_file_list_free(&files);
    return there;
}

/* A folder that is on neither side would compare as "no difference". */
static bool check_folder(struct repository *repository, const struct compare_ask *ask,
                         const struct compare_plan *plan, struct error *error)
{
    for (const char *path = ask->directory; path != NULL && *path != '\0';) {
        size_t length = strcspn(path, "\n");
        char *one = memory_copy_bytes(path, length);
        bool there = has_folder(repository, plan->request.previous.resolved, one) ||
                     has_folder(repository, plan->request.current.resolved, one);

        if (!there)
            error_set(error, ERROR_NOT_FOUND, "there is no file or folder %s in %s or %s", one,
                      plan->previous.name, plan->current.name);
        free(one);
        if (!there)
            return error_hint(error, "--path is relative to the top of the repository");
        path += length + (path[length] == '\n');
    }
    return true;
}

/* "services/auth + lib" */
static const char *names_of_paths(struct call *call, const char *paths)
{
    struct strbuf names = STRBUF_INIT;
    const char *joined;

    for (; *paths != '\0'; paths++) {
        if (*paths == '\n')
            strbuf_add(&names, " + ");
        else
            strbuf_add_char(&names, *paths);
    }
    joined = strbuf_to_arena(&names, call->arena);
    strbuf_release(&names);
    return joined;
}

static struct comparison_module *one_module(struct call *call, const struct repository *repository,
                                            const struct compare_ask *ask,
                                            const struct compare_plan *plan)
{
    struct comparison_module *module = arena_alloc(call->arena, sizeof *module);

    /* What was left out must be seen in every title. */
    module->name = ask->directory != NULL
                       ? arena_printf(call->arena, "%s/%s", repository_name(repository),
                                      names_of_paths(call, ask->directory))
                       : arena_text(call->arena, repository_name(repository));
    module->repository = arena_text(call->arena, repository_directory(repository));
    module->directory = ask->directory;
    module->previous = plan->request.previous.resolved;
    module->current = plan->request.current.resolved;
    module->previous_version = plan->previous.name;
    module->current_version = plan->current.name;
    return module;
}

bool compare_plan_repository(struct call *call, const struct compare_ask *ask,
                             struct compare_plan *plan, struct error *error)
{
    struct repository *repository;
    bool ok;

    if (!repository_open_above(&repository, call->settings->working_directory, error))
        return false;
    ok = (ask->previous != NULL || last_two(call, repository, ask, plan, error)) &&
         resolve(call, repository, &plan->previous, &plan->request.previous, error) &&
         resolve(call, repository, &plan->current, &plan->request.current, error) &&
         check_folder(repository, ask, plan, error);
    if (ok) {
        plan->request.modules = one_module(call, repository, ask, plan);
        plan->request.module_count = 1;
        ok = compare_plan_file(call, repository, plan, error);
    }
    repository_free(&repository);
    return ok;
}
