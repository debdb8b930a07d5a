/* A repository is taken out of the project, and what was fetched of it out of the cache. */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/git/mirror.h>
#include <pilab/source/repository_health.h>

#include "repo_change.h"
#include "repo_parts.h"
#include "repository_address.h"

struct removal {
    const char *address;
    const json_t *modules; /* names of those that lie in it, as they were agreed to */
    bool with_modules;     /* they go, too */
    bool there;            /* something of the project was about it */
};

json_t *repo_object(struct result *result, const char *address, bool changed)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.repository/1");
    json_put_text(result->object, "address", address);
    json_put_bool(result->object, "changed", changed);
    return result->object;
}

/* --- What depends on it ----------------------------------------------------------------------- */

static const char *names_of(struct call *call, const json_t *modules)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    for (size_t i = 0; i < json_array_size(modules); i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "",
                      json_string_value(json_array_get(modules, i)));
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

static bool agreed(struct call *call, const struct arguments *arguments,
                   const struct removal *removal, struct error *error)
{
    static const char *const choices[] = { "remove", "stop", NULL };
    size_t count = json_array_size(removal->modules), choice = 1;
    struct call_question question = { .choices = choices, .option = "--yes" };

    if (count == 0 || arguments_flag(arguments, "yes"))
        return true;
    question.text =
        arena_printf(call->arena, "%zu module%s in %s: %s. %s Remove it?", count,
                     count == 1 ? " lies" : "s lie", removal->address,
                     names_of(call, removal->modules),
                     removal->with_modules
                         ? "They leave the lists and the manifest; what is known about them stays."
                         : "They stay, and their code, configuration and tickets are not compared "
                           "any more.");
    return call_ask(call, &question, &choice, NULL, error) &&
           (choice == 0 || error_set(error, ERROR_CANCELLED, "nothing was removed"));
}

static bool was_agreed(const struct removal *removal, const char *module)
{
    for (size_t i = 0; i < json_array_size(removal->modules); i++)
        if (strcmp(json_string_value(json_array_get(removal->modules, i)), module) == 0)
            return true;
    return false;
}

static bool apply(void *context, struct call *call, struct project_settings *settings,
                  struct error *error)
{
    struct removal *removal = context;
    size_t kept = 0;

    removal->there = false;
    for (size_t i = 0; i < settings->module_count; i++) {
        struct module_settings module = settings->modules[i];

        if (module.repository != NULL && strcmp(module.repository, removal->address) == 0) {
            if (!was_agreed(removal, module.name)) {
                error_set(error, ERROR_EXISTS, "the module %s lies in %s meanwhile", module.name,
                          removal->address);
                return error_hint(error, "look at it again, and remove it then");
            }
            removal->there = true;
            if (removal->with_modules)
                continue;
            module.repository = NULL;
        }
        settings->modules[kept++] = module;
    }
    settings->module_count = kept;
    kept = 0;
    for (size_t i = 0; i < settings->repository_count; i++) {
        if (strcmp(settings->repositories[i].url, removal->address) != 0)
            settings->repositories[kept++] = settings->repositories[i];
        else
            removal->there = true;
    }
    settings->repository_count = kept;
    return project_file_check(settings, call->arena, error);
}

/* --- What was fetched ------------------------------------------------------------------------- */

/* True when there was a mirror, and it is gone. One that is being fetched right now stays: the
 * project is what counts. */
static bool drop_mirror(struct call *call, const char *address, struct result *result)
{
    const struct mirror_options options = { .cache_directory = call->settings->cache_directory };
    char *settled = repository_address(call, address);
    struct error refused = { 0 };
    bool removed, ok = mirror_remove(settled, &options, &removed, &refused);

    if (ok)
        repository_health_forget(call->settings->cache_directory, settled);
    else
        rich_text(&result->text, RICH_WARNING, refused.message, true);
    strbuf_add(&result->text, ok ? "" : "\n");
    free(settled);
    return ok && removed;
}

/* --- The command ------------------------------------------------------------------------------ */

static bool remove_it(struct call *call, const struct arguments *arguments, const struct repo *repo,
                      struct result *result, struct error *error)
{
    struct removal removal = { .address = repo->address,
                               .modules = repo->modules,
                               .with_modules = arguments_flag(arguments, "modules") };
    bool mirror = false;
    json_t *object;

    if (!agreed(call, arguments, &removal, error) || !project_change(call, apply, &removal, error))
        return false;
    object = repo_object(result, repo->address, removal.there);
    rich_text(&result->text, RICH_NAME, repo->address, true);
    strbuf_add(&result->text, " removed from the project\n");
    if (!arguments_flag(arguments, "keep-mirror"))
        mirror = drop_mirror(call, repo->address, result);
    if (mirror)
        strbuf_add(&result->text, "What was fetched of it is gone from the cache.\n");
    json_object_set(object, "modules", repo->modules);
    json_put_bool(object, "modules_removed",
                  removal.with_modules && json_array_size(repo->modules) > 0);
    json_put_bool(object, "mirror_removed", mirror);
    return true;
}

bool app_repo_remove(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    const char *word = arguments_at(arguments, 0);
    struct vector repos;
    const struct repo *repo = NULL;
    char *settled = repository_address(call, word);
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    ok = call_check_writable(call, error) && repos_of_project(call, &repos, error);
    if (ok) {
        repo = repos_find(&repos, repos_address(&repos, word));
        repo = repo != NULL ? repo : repos_find(&repos, settled);
        if (repo == NULL) {
            ok = error_set(error, ERROR_NOT_FOUND, "the project has no repository %s", word);
            error_hint(error, "`pilab repo list` shows which it has");
        }
    }
    ok = ok && remove_it(call, arguments, repo, result, error);
    free(settled);
    repos_release(&repos);
    return ok;
}
