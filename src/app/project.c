#include <pilab/app/project.h>
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/listing.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/git/repository.h>

#include "variable_file.h"

#define FILE_LIMIT (4u << 20)

static const struct result_column project_columns[] = {
    {"code",        "Code",    CELL_TEXT, 0},
    { "name",       "Name",    CELL_TEXT, 0},
    { "status",     "Status",  CELL_TEXT, 1},
    { "role",       "You are", CELL_TEXT, 0},
    { "updated_at", "Changed", CELL_TIME, 2},
};

static json_t *project_json(const struct store_project *project,
                            const struct permission_actor *rights)
{
    json_t *object = json_object();
    bool member = rights->project != PROJECT_NOBODY;

    json_put_text(object, "id", project->id);
    json_put_text(object, "code", project->code);
    json_put_text(object, "name", project->name);
    json_put_text(object, "description", project->description);
    json_put_text(object, "status", project->status);
    json_put_text(object, "role", member ? project_role_name(rights->project) : "");
    json_put_time(object, "created_at", project->created_at);
    json_put_time(object, "updated_at", project->updated_at);
    return object;
}

/* A page may be shorter than asked for: what the actor may not read is left out. */
bool app_project_list(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct store_projects list;
    struct store_page page;

    if (!listing_page(arguments, &page, error) ||
        !store_project_list(call->connection, call->tenant_id, NULL, &page, call->arena, &list,
                            error))
        return false;
    listing_start(call, result, "projects", project_columns,
                  sizeof project_columns / sizeof *project_columns, list.next,
                  "There is no project yet. `pilab init` sets one up.");
    for (size_t i = 0; i < list.count; i++) {
        struct permission_actor rights;

        if (!call_rights_in(call, list.items[i].id, &rights, error))
            return false;
        if (permission_check(&rights, PERMISSION_READ, NULL, NULL))
            json_append(result->items, project_json(&list.items[i], &rights));
    }
    return true;
}

/* The repository that a folder lies in, or NULL. */
static const char *repository_around(struct call *call, const char *folder)
{
    struct repository *repository = NULL;
    const char *path = NULL;

    if (!repository_library_start(NULL))
        return NULL;
    if (repository_open_above(&repository, folder, NULL)) {
        path = repository_work_tree(repository);
        path = arena_text(call->arena, path != NULL ? path : repository_directory(repository));
    }
    repository_free(&repository);
    repository_library_stop();
    return path;
}

/* A folder named from where the file lies ("../pay") must be found from everywhere else, too. One
 * that is not there may be on another machine and stays as it is written. */
static const char *settle_folder(struct call *call, const char *folder, const char *address)
{
    char *path, *whole;

    if (address[0] == '/' || strstr(address, "://") != NULL)
        return address;
    path = path_join(folder, address);
    whole = realpath(path, NULL);
    if (whole != NULL && file_is_directory(whole))
        address = arena_text(call->arena, whole);
    free(whole);
    free(path);
    return address;
}

static void settle_folders(struct call *call, const char *file, struct project_settings *settings)
{
    const char *slash = strrchr(file, '/');
    const char *folder =
        slash == NULL ? "." : arena_bytes(call->arena, file, (size_t)(slash - file + 1));

    for (size_t i = 0; i < settings->module_count; i++) {
        struct module_settings *module = &settings->modules[i];

        if (module->repository == NULL)
            module->repository = repository_around(call, folder);
        if (module->repository != NULL)
            module->repository = settle_folder(call, folder, module->repository);
    }
    for (size_t i = 0; i < settings->repository_count; i++)
        settings->repositories[i].url = settle_folder(call, folder, settings->repositories[i].url);
    for (size_t i = 0; i < settings->registry_count; i++) {
        struct registry_settings *registry = &settings->registries[i];

        if (registry->folder != NULL)
            registry->folder = settle_folder(call, folder, registry->folder);
    }
}

typedef bool reads_settings(const char *name, const char *text, size_t length, struct arena *arena,
                            struct project_settings *settings, struct error *error);

static bool read_file(struct call *call, const char *path, reads_settings *read,
                      struct project_settings *settings, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool found = file_read(path, FILE_LIMIT, true, &text, error);
    bool ok = found && read(path, text.data, text.length, call->arena, settings, error);

    if (!found && error != NULL && error->code == ERROR_NOT_FOUND)
        error_hint(error,
                   "`pilab init` makes a project of the repositories here, and `pilab project "
                   "export -o pilab.yaml` writes one that there is");
    strbuf_release(&text);
    return ok;
}

bool project_read_file(struct call *call, const char *path, struct project_settings *settings,
                       struct error *error)
{
    if (!read_file(call, path, project_file_read, settings, error))
        return false;
    settle_folders(call, path, settings);
    return true;
}

bool project_read_rules(struct call *call, const char *path, struct project_settings *settings,
                        struct error *error)
{
    return read_file(call, path, project_part_read, settings, error);
}

bool app_project_export(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct project_settings settings;
    struct strbuf text = STRBUF_INIT;
    bool ok;

    if (!project_load(call, &settings, error) || !variables_load(call, &settings, error))
        return false;
    project_file_write(&text, &settings);
    ok = listing_export(arguments, &text, false, result, error);
    strbuf_release(&text);
    return ok;
}
