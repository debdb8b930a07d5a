#include <pilab/app/compare_plan.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/drift/project_file.h>
#include <pilab/git/repository.h>

#include "registries.h"

#define FILE_LIMIT (4u << 20)

/* A module of the file that lies in this repository: it says so by naming none, or one whose last
 * part is this one's name. */
static bool lies_here(const struct module_settings *module, const struct repository *repository)
{
    const char *name;
    size_t length;

    if (module->repository == NULL || strcmp(module->repository, ".") == 0)
        return true;
    name = path_base_name(module->repository);
    length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".git") == 0)
        length -= 4;
    return strlen(repository_name(repository)) == length &&
           strncmp(repository_name(repository), name, length) == 0;
}

static void take_module(struct comparison_module *out, const struct module_settings *settings,
                        const struct comparison_module *common)
{
    *out = *common;
    out->name = settings->name;
    out->type = settings->type;
    out->directory = settings->path != NULL && strcmp(settings->path, ".") != 0 ? settings->path
                                                                                : common->directory;
    out->config = settings->config;
    out->config_count = settings->config_count;
    out->settings = settings;
}

static void take_modules(struct call *call, const struct repository *repository,
                         const struct project_settings *settings, struct compare_plan *plan)
{
    struct comparison_module *modules =
        arena_array(call->arena, settings->module_count, sizeof *modules);
    size_t count = 0;

    for (size_t i = 0; i < settings->module_count; i++) {
        if (lies_here(&settings->modules[i], repository))
            take_module(&modules[count++], &settings->modules[i], plan->request.modules);
    }
    if (count == 0)
        return;
    plan->request.modules = modules;
    plan->request.module_count = count;
}

void compare_plan_settings(const struct project_settings *settings, struct compare_plan *plan)
{
    plan->request.expected = settings->expected;
    plan->request.expected_count = settings->expected_count;
    plan->request.rules = settings->rules;
    plan->request.rule_count = settings->rule_count;
    plan->registries = settings->registries;
    plan->registry_count = settings->registry_count;
    plan->request.ticket_keys = settings->tickets;
    plan->request.ticket_key_count = settings->ticket_count;
    memcpy(plan->request.not_examined, settings->not_examined, sizeof plan->request.not_examined);
}

/* The file as it lies in the work tree; in a bare repository as it is in the current side. It came
 * with the repository, so a link is not followed: it may lead to anything of this machine. */
static bool read_file(struct repository *repository, const struct compare_plan *plan,
                      struct strbuf *text, struct error *error)
{
    const char *work_tree = repository_work_tree(repository);
    struct object_id commit;
    char *path;
    bool ok;

    if (work_tree == NULL)
        return object_id_parse(plan->request.current.resolved, &commit) &&
               repository_read_file(repository, &commit, PROJECT_FILE_NAME, FILE_LIMIT, text,
                                    error);
    path = path_join(work_tree, PROJECT_FILE_NAME);
    ok = file_read(path, FILE_LIMIT, false, text, error);
    if (!ok && error->code == ERROR_INVALID)
        error_hint(error, "a repository's own settings are not read through a link: put the file "
                          "in its place");
    free(path);
    return ok;
}

bool compare_plan_file(struct call *call, struct repository *repository, struct compare_plan *plan,
                       struct error *error)
{
    struct project_settings *settings = arena_alloc(call->arena, sizeof *settings);
    const char *work_tree = repository_work_tree(repository);
    struct strbuf text = STRBUF_INIT;
    struct error missing = { 0 };
    bool ok = true;

    if (read_file(repository, plan, &text, &missing)) {
        ok = project_file_read(PROJECT_FILE_NAME, text.data, text.length, call->arena, settings,
                               error);
        if (ok) {
            registries_settle(call->arena,
                              work_tree != NULL ? work_tree : repository_directory(repository),
                              settings->registries, settings->registry_count);
            take_modules(call, repository, settings, plan);
            compare_plan_settings(settings, plan);
            plan->request.unvouched = true;
            plan->request.project = settings->name;
            plan->request.project_code = settings->code;
        }
    } else if (missing.code != ERROR_NOT_FOUND) {
        ok = false;
        *error = missing;
    }
    strbuf_release(&text);
    return ok;
}
