#include <pilab/app/show.h>

#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/repository.h>
#include <pilab/store/project.h>
#include <pilab/store/show.h>

static void add_option(struct strbuf *out, const char *name, const char *value)
{
    strbuf_printf(out, " --%s ", name);
    escape_shell(out, value, strlen(value));
}

/* One that is only to be made is named as it was given, in the folder one is in. */
static void add_store(const struct call *call, struct strbuf *out)
{
    const char *path = call->store != NULL ? store_path(call->store) : call->settings->store_path;
    char *whole = path[0] == '/' ? memory_copy_text(path)
                                 : path_join(call->settings->working_directory, path);

    if (!store_path_is_usual(whole))
        add_option(out, "store", whole);
    free(whole);
}

static bool has_several_projects(const struct call *call)
{
    const struct store_page two = { .limit = 2 };
    struct arena *arena = arena_new();
    struct store_projects list;
    bool several =
        !store_project_list(call->connection, call->tenant_id, NULL, &two, arena, &list, NULL) ||
        list.count > 1;

    arena_free(&arena);
    return several;
}

void show_place(const struct call *call, bool in_project, struct strbuf *out)
{
    add_store(call, out);
    if (in_project && call->project != NULL && has_several_projects(call))
        add_option(out, "project", call->project->code);
}

bool show_items(const struct call *call, const char *report_id, const char *const *items,
                size_t count, struct strbuf *out)
{
    if (call->store == NULL || count == 0)
        return false;
    store_show_items(out, call->store, report_id, items, count);
    return true;
}

bool show_note(const struct call *call, int64_t number, struct strbuf *out)
{
    if (call->store == NULL || call->project == NULL)
        return false;
    store_show_note(out, call->store, call->project->id, number);
    return true;
}

bool show_deployments(const struct call *call, const char *module, const char *environment,
                      struct strbuf *out)
{
    if (call->store == NULL || call->project == NULL)
        return false;
    store_show_deployments(out, call->store, call->project->id, module, environment);
    return true;
}

bool show_audit_hash(const struct call *call, int64_t seq, struct strbuf *out)
{
    if (call->store == NULL)
        return false;
    store_show_audit_hash(out, call->store, seq);
    return true;
}

/* As the project says; NULL when it has no such module, or no repository of it. */
static const char *project_repository(struct call *call, const char *module)
{
    struct project_settings settings;

    if (!project_load(call, &settings, NULL))
        return NULL;
    for (size_t i = 0; i < settings.module_count; i++)
        if (strcmp(settings.modules[i].name, module) == 0 && settings.modules[i].repository != NULL)
            return compare_local_repository(call, settings.modules[i].repository, NULL);
    return NULL;
}

/* A bare repository has no work tree, and takes `-C` as well. */
static const char *folder_of(const struct repository *repository, struct arena *arena)
{
    const char *tree = repository_work_tree(repository);

    return arena_text(arena, tree != NULL ? tree : repository_directory(repository));
}

const char *show_repository(const struct call *call, bool of_project, const char *module,
                            struct arena *arena)
{
    struct settings offline = *call->settings;
    struct call quiet = *call;
    struct repository *repository = NULL;
    const char *path = NULL, *found = NULL;

    offline.offline = true;
    quiet.settings = &offline;
    quiet.arena = arena;
    if (!repository_library_start(NULL))
        return NULL;
    if (of_project && call->project != NULL)
        path = project_repository(&quiet, module);
    if (path != NULL ? repository_open(&repository, path, NULL)
                     : repository_open_above(&repository, call->settings->working_directory, NULL))
        found = folder_of(repository, arena);
    repository_free(&repository);
    repository_library_stop();
    return found;
}

const char *show_other_repository(const struct call *call, bool of_project, const char *module,
                                  struct arena *arena)
{
    const char *found = show_repository(call, of_project, module, arena);
    struct stat here, there;

    if (found != NULL && stat(found, &there) == 0 &&
        stat(call->settings->working_directory, &here) == 0 && here.st_dev == there.st_dev &&
        here.st_ino == there.st_ino)
        return NULL;
    return found;
}
