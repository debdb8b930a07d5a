/* A repository becomes one of the project: of a module, or one that says which version runs where.
 */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/app/repository_check.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/git/remote.h>
#include <pilab/git/repository.h>

#include "remotes.h"
#include "repo_change.h"
#include "repository_address.h"

/* --- What is asked for ------------------------------------------------------------------------ */

struct addition {
    const char *address; /* as it is kept: a folder by its whole path */
    enum remote_kind kind;
    const char *module; /* NULL: nothing is said */
    const char *type, *path, *tags;
    struct repository_settings wanted; /* url: the address */
    struct module_checked found;       /* what the files say; when `looked` */
    bool looked;
    const char *moved_from; /* somebody agreed that the module leaves this repository */
    /* What came of it. */
    bool changed, made;
    const char *became; /* the module; NULL: none */
    struct remote_summary summary;
    bool tested;
    int64_t milliseconds;
    const char *way; /* over ssh; NULL: otherwise */
    bool missing;    /* there is no ssh program */
};

/* A folder must be found from everywhere; and it must be a repository, which costs nothing to see.
 */
static bool settle_folder(struct call *call, struct addition *addition, struct error *error)
{
    char *path = repository_address(call, addition->address), *whole = realpath(path, NULL);
    struct repository *repository = NULL;
    bool ok = repository_open(&repository, whole != NULL ? whole : path, error);

    if (ok)
        addition->address = arena_text(call->arena, whole != NULL ? whole : path);
    repository_free(&repository);
    free(whole);
    free(path);
    return ok;
}

static bool read_words(struct call *call, const struct arguments *arguments,
                       struct addition *addition, struct error *error)
{
    const char *address = arguments_at(arguments, 0);
    char *settled = repository_address(call, address);
    bool ok = remote_check(settled, &addition->kind, error);

    *addition = (struct addition){ .address = arena_text(call->arena, address),
                                   .kind = addition->kind,
                                   .module = arguments_option(arguments, "module"),
                                   .type = arguments_option(arguments, "type"),
                                   .path = arguments_option(arguments, "path"),
                                   .tags = arguments_option(arguments, "tags") };
    free(settled);
    addition->wanted.transport = arguments_option(arguments, "transport");
    addition->wanted.gitops = arguments_option(arguments, "gitops");
    if (!ok)
        return false;
    if (addition->kind == REMOTE_PATH && !settle_folder(call, addition, error))
        return false;
    if (addition->wanted.transport != NULL && addition->kind != REMOTE_SSH)
        return error_set(error, ERROR_USAGE, "--transport is for ssh, and %s is not reached by it",
                         addition->address);
    addition->wanted.url = addition->address;
    if (addition->wanted.gitops != NULL && (strstr(addition->wanted.gitops, "{env}") == NULL ||
                                            strstr(addition->wanted.gitops, "{module}") == NULL)) {
        error_set(error, ERROR_USAGE, "--gitops '%s' does not say where {env} and {module} stand",
                  addition->wanted.gitops);
        return error_hint(error, "envs/{env}/{module}/values.yaml");
    }
    return true;
}

/* --- What becomes of the project -------------------------------------------------------------- */

static struct module_settings *find_module(struct project_settings *settings, const char *name)
{
    return (struct module_settings *)project_settings_module(settings, name);
}

static bool lies_in(const struct module_settings *module, const char *address)
{
    return module->repository != NULL && strcmp(module->repository, address) == 0;
}

/* Which module it is for; NULL: none, since one lies in it already or it is for versions alone. */
static const char *module_for(struct call *call, const struct addition *addition,
                              const struct project_settings *settings)
{
    if (addition->module != NULL)
        return addition->module;
    if (addition->wanted.gitops != NULL)
        return NULL;
    for (size_t i = 0; i < settings->module_count; i++)
        if (lies_in(&settings->modules[i], addition->address))
            return NULL;
    return module_name_of(addition->address, call->arena);
}

static bool put_text(const char **at, const char *wanted)
{
    if (wanted == NULL || (*at != NULL && strcmp(*at, wanted) == 0))
        return false;
    *at = wanted;
    return true;
}

static bool is_taken(const struct addition *addition, const struct module_settings *module,
                     struct error *error)
{
    error_set(error, ERROR_EXISTS, "the module %s lies in %s", module->name, module->repository);
    return addition->module != NULL
               ? error_hint(error, "--yes moves it to %s", addition->address)
               : error_hint(error,
                            "--module NAME makes another module of the repository; --module "
                            "%s moves this one there",
                            module->name);
}

static void add_module(struct call *call, const struct addition *addition, const char *name,
                       struct project_settings *settings)
{
    const struct module_checked *found = &addition->found;
    struct module_settings *grown =
        arena_array(call->arena, settings->module_count + 1, sizeof *grown);

    for (size_t i = 0; i < settings->module_count; i++)
        grown[i] = settings->modules[i];
    grown[settings->module_count] =
        (struct module_settings){ .name = name,
                                  .type = found->type,
                                  .repository = addition->address,
                                  .tags = found->tags_guess,
                                  .config = found->config_guess,
                                  .config_count = found->config_guess_count,
                                  .migrations_path = found->migrations_guess };
    settings->modules = grown;
    settings->module_count++;
}

static bool change_module(struct call *call, struct addition *addition,
                          struct project_settings *settings, struct error *error)
{
    const char *name = module_for(call, addition, settings);
    struct module_settings *module = name != NULL ? find_module(settings, name) : NULL;

    addition->became = name;
    if (name == NULL)
        return true;
    if (module != NULL && module->repository != NULL && !lies_in(module, addition->address) &&
        (addition->moved_from == NULL || !lies_in(module, addition->moved_from)))
        return is_taken(addition, module, error);
    addition->made = module == NULL;
    if (addition->made) {
        add_module(call, addition, name, settings);
        module = &settings->modules[settings->module_count - 1];
    }
    addition->changed |= addition->made;
    addition->changed |= put_text(&module->repository, addition->address);
    addition->changed |= put_text(&module->type, addition->type);
    addition->changed |= put_text(&module->path, addition->path);
    addition->changed |= put_text(&module->tags, addition->tags);
    return true;
}

/* A repository without a module has its entry in any case: nothing else would tell of it. */
static void change_entry(struct call *call, struct addition *addition,
                         struct project_settings *settings)
{
    const struct repository_settings *wanted = &addition->wanted;
    struct repository_settings *grown,
        *entry = (struct repository_settings *)repository_settings_find(settings->repositories,
                                                                        settings->repository_count,
                                                                        wanted->url);

    if (entry == NULL) {
        if (wanted->transport == NULL && wanted->gitops == NULL)
            return;
        grown = arena_array(call->arena, settings->repository_count + 1, sizeof *grown);
        for (size_t i = 0; i < settings->repository_count; i++)
            grown[i] = settings->repositories[i];
        entry = &grown[settings->repository_count++];
        entry->url = wanted->url;
        settings->repositories = grown;
        addition->changed = true;
    }
    addition->changed |= put_text(&entry->transport, wanted->transport);
    addition->changed |= put_text(&entry->gitops, wanted->gitops);
}

static bool apply(void *context, struct call *call, struct project_settings *settings,
                  struct error *error)
{
    struct addition *addition = context;

    addition->changed = false;
    if (!change_module(call, addition, settings, error))
        return false;
    change_entry(call, addition, settings);
    return project_file_check(settings, call->arena, error);
}

/* --- Before it is written --------------------------------------------------------------------- */

/* Whether anything would change, so that a pipeline may repeat itself without asking a server. A
 * module that lies elsewhere is moved only when somebody says so. */
static bool foresee(struct call *call, const struct arguments *arguments, struct addition *addition,
                    struct error *error)
{
    static const char *const choices[] = { "move", "stop", NULL };
    struct call_question question = { .choices = choices, .option = "--yes" };
    const struct module_settings *module;
    struct project_settings settings = { 0 };
    size_t choice = 1;

    if (!project_load(call, &settings, error))
        return false;
    module = addition->module != NULL ? find_module(&settings, addition->module) : NULL;
    if (module != NULL && module->repository != NULL && !lies_in(module, addition->address)) {
        question.text = arena_printf(call->arena, "The module %s lies in %s. Move it to %s?",
                                     module->name, module->repository, addition->address);
        if (!arguments_flag(arguments, "yes")) {
            if (!call_ask(call, &question, &choice, NULL, error))
                return false;
            if (choice != 0)
                return error_set(error, ERROR_CANCELLED, "nothing was written");
        }
        addition->moved_from = module->repository;
    }
    return apply(addition, call, &settings, error);
}

static bool reach(struct call *call, struct addition *addition, bool fetch, struct error *error)
{
    const struct remotes_trial trial = { .transport = addition->wanted.transport };
    const struct repository_access access = call_remotes_trying(call, &trial);
    int64_t start = clock_monotonic();
    char *path = NULL;
    bool ok;

    progress_report(&call->progress, addition->address, 0, 0);
    ok = repository_access_summarize(&access, addition->address, call->arena, &addition->summary,
                                     &call->progress, error);
    addition->way = call_remotes_way(&access, addition->address, &addition->missing);
    addition->tested = ok;
    addition->milliseconds = clock_monotonic() - start;
    if (ok && fetch)
        ok = repository_access_path(&access, addition->address, REPOSITORY_FRESH, &path,
                                    &call->progress, error);
    free(path);
    return ok;
}

static bool hint_untested(struct error *error)
{
    char hint[sizeof error->hint];

    if (error == NULL || error->code == ERROR_CANCELLED)
        return false;
    memcpy(hint, error->hint, sizeof hint);
    return error_hint(error, "%s%s--no-test adds it without asking it", hint,
                      hint[0] != '\0' ? "; " : "");
}

/* What is here already says how a new module is set up; what is not is not fetched for that. */
static void look_at_files(struct call *call, struct addition *addition)
{
    const struct mirror_options options = { .cache_directory = call->settings->cache_directory };
    struct module_settings module = { .name = addition->became,
                                      .repository = addition->address,
                                      .path = addition->path };
    struct project_settings settings = { 0 };
    char *mirror = mirror_path(addition->address, &options);
    bool here = addition->kind == REMOTE_PATH || file_is_directory(mirror);
    const char **names;

    free(mirror);
    if (!here || !project_load(call, &settings, NULL))
        return;
    names = arena_array(call->arena, settings.environment_count, sizeof *names);
    for (size_t i = 0; i < settings.environment_count; i++)
        names[i] = settings.environments[i].name;
    addition->looked = module_check(call, &module, names, settings.environment_count, call->arena,
                                    &addition->found, NULL);
    if (!addition->looked)
        addition->found = (struct module_checked){ 0 };
}

/* --- What came of it -------------------------------------------------------------------------- */

static void tell_text(const struct addition *addition, struct strbuf *out)
{
    rich_text(out, RICH_NAME, addition->address, true);
    if (!addition->changed)
        strbuf_add(out, " is so already: nothing to change\n");
    else if (addition->made)
        strbuf_printf(out, " added, with the module %s\n", addition->became);
    else if (addition->became != NULL)
        strbuf_printf(out, " added to the module %s\n", addition->became);
    else
        strbuf_add(out, " added\n");
    if (addition->tested)
        strbuf_printf(out, "It was reached%s%s in %lld ms: %s, %zu tag%s.\n",
                      addition->way != NULL ? " by " : "",
                      addition->way != NULL ? addition->way : "", (long long)addition->milliseconds,
                      addition->summary.branch != NULL ? addition->summary.branch : "no branch yet",
                      addition->summary.tags, addition->summary.tags == 1 ? "" : "s");
    if (addition->missing)
        strbuf_add(out, "There is no ssh program here: the one that is built in was used.\n");
    if (addition->made && !addition->looked && addition->changed)
        strbuf_add(out, "Its files are not here yet: with --fetch they say what kind of module it "
                        "is.\n");
}

static void tell(const struct addition *addition, struct result *result)
{
    json_t *object = repo_object(result, addition->address, addition->changed);

    json_put_text(object, "module", addition->became);
    json_put_bool(object, "module_created", addition->made && addition->changed);
    json_put_text(object, "gitops", addition->wanted.gitops);
    json_put_text(object, "transport", addition->wanted.transport);
    json_put_bool(object, "tested", addition->tested);
    if (addition->tested) {
        json_put_integer(object, "milliseconds", addition->milliseconds);
        json_put_text(object, "branch", addition->summary.branch);
        json_put_integer(object, "branches", (int64_t)addition->summary.branches);
        json_put_integer(object, "tags", (int64_t)addition->summary.tags);
    }
    tell_text(addition, &result->text);
}

static bool add_it(struct call *call, const struct arguments *arguments, struct addition *addition,
                   struct error *error)
{
    bool fetch = arguments_flag(arguments, "fetch");

    if (arguments_flag(arguments, "no-test") && (fetch || arguments_flag(arguments, "test")))
        return error_set(error, ERROR_USAGE, "--no-test and --%s exclude each other",
                         fetch ? "fetch" : "test");
    if (!read_words(call, arguments, addition, error) || !foresee(call, arguments, addition, error))
        return false;
    if (!addition->changed && !fetch && !arguments_flag(arguments, "test"))
        return true;
    if (!arguments_flag(arguments, "no-test") &&
        !reach(call, addition, fetch && addition->kind != REMOTE_PATH, error))
        return hint_untested(error);
    if (addition->made)
        look_at_files(call, addition);
    return !addition->changed || project_change(call, apply, addition, error);
}

bool app_repo_add(struct call *call, const struct arguments *arguments, struct result *result,
                  struct error *error)
{
    struct addition addition = { 0 };
    bool ok;

    if (!call_check_writable(call, error) || !repository_library_start(error))
        return false;
    ok = add_it(call, arguments, &addition, error);
    repository_library_stop();
    if (ok)
        tell(&addition, result);
    return ok;
}
