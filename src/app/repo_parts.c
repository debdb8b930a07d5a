#include "repo_parts.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/json.h>
#include <pilab/store/module.h>

void repos_release(struct vector *repos)
{
    for (size_t i = 0; i < repos->count; i++)
        json_decref(((struct repo *)vector_at(repos, i))->modules);
    vector_release(repos);
}

struct repo *repos_find(const struct vector *repos, const char *address)
{
    for (size_t i = 0; i < repos->count; i++) {
        struct repo *repo = vector_at(repos, i);

        if (strcmp(repo->address, address) == 0)
            return repo;
    }
    return NULL;
}

static struct repo *add(struct vector *repos, const char *address)
{
    struct repo *repo = repos_find(repos, address);

    if (repo != NULL)
        return repo;
    repo = vector_add(repos);
    repo->address = address;
    repo->modules = json_array();
    return repo;
}

bool repos_of_project(struct call *call, struct vector *repos, struct error *error)
{
    const struct store_project *project = call->project;
    struct project_settings settings = { 0 };
    struct store_modules modules;

    if (!store_module_list(call->connection, project->id, NULL, call->arena, &modules, error) ||
        !project_settings_read_json(project->settings, strlen(project->settings), call->arena,
                                    &settings, error))
        return false;
    for (size_t i = 0; i < modules.count; i++)
        if (modules.items[i].repository != NULL && *modules.items[i].repository != '\0')
            json_append(add(repos, modules.items[i].repository)->modules,
                        json_string(modules.items[i].name));
    for (size_t i = 0; i < settings.repository_count; i++)
        add(repos, settings.repositories[i].url)->settings = &settings.repositories[i];
    return true;
}

const char *repos_address(const struct vector *all, const char *word)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct repo *repo = vector_at(all, i);

        for (size_t k = 0; k < json_array_size(repo->modules); k++)
            if (strcasecmp(json_string_value(json_array_get(repo->modules, k)), word) == 0)
                return repo->address;
    }
    return word;
}

/* Without words it is about a project; with words a project only helps to understand them. */
static bool know_project(struct call *call, const struct arguments *arguments, struct error *error)
{
    struct error ignored = { 0 };
    bool needed = arguments_count(arguments) == 0;
    bool ok = call->project != NULL || (call_open_store(call, false, &ignored) &&
                                        call_choose_project(call, NULL, &ignored) &&
                                        call_check(call, PERMISSION_READ, &ignored));

    if (!ok)
        call->project = NULL;
    if (ok || !needed)
        return true;
    if (error != NULL)
        *error = ignored;
    return error_hint(error, "name an address, or a project: --project CODE");
}

bool repos_choose(struct call *call, const struct arguments *arguments, struct vector *repos,
                  struct error *error)
{
    struct vector all;
    bool ok;

    vector_init(&all, sizeof(struct repo));
    ok = know_project(call, arguments, error) &&
         (call->project == NULL || repos_of_project(call, &all, error));
    if (ok && arguments_count(arguments) == 0) {
        *repos = all;
        return true;
    }
    for (size_t i = 0; ok && i < arguments_count(arguments); i++) {
        const char *address = repos_address(&all, arguments_at(arguments, i));
        const struct repo *known = repos_find(&all, address);
        struct repo *repo = add(repos, known != NULL ? address : arena_text(call->arena, address));

        if (known != NULL) {
            json_array_extend(repo->modules, known->modules);
            repo->settings = known->settings;
        }
    }
    repos_release(&all);
    return ok;
}
