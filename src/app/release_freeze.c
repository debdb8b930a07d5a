#include <pilab/app/release.h>

#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/git/repository.h>

bool release_world_read(struct call *call, const char *source, const char *target,
                        struct release_world *world, struct error *error)
{
    return store_environment_find(call->connection, call->project->id, source, call->arena,
                                  &world->source, error) &&
           store_environment_find(call->connection, call->project->id, target, call->arena,
                                  &world->target, error) &&
           store_deployment_matrix(call->connection, call->project->id, 0, call->arena,
                                   &world->matrix, error) &&
           project_load(call, &world->settings, error);
}

const char *release_cell_problem(struct call *call, const struct store_cell *cell)
{
    if (cell->later != NULL)
        return arena_printf(call->arena, "%s %s", cell->later->version,
                            deployment_status_name(cell->later->status));
    return cell->running == NULL ? "no version is known" : NULL;
}

/* --- What the repository says ----------------------------------------------------------------- */

static const struct module_settings *module_settings_of(const struct project_settings *settings,
                                                        const char *name)
{
    for (size_t i = 0; i < settings->module_count; i++)
        if (strcmp(settings->modules[i].name, name) == 0)
            return &settings->modules[i];
    return NULL;
}

/* As it is on this machine: cutting a release waits for no network. */
static struct repository *open_offline(struct call *call, const struct module_settings *module)
{
    struct settings offline = *call->settings;
    struct call quiet = *call;
    struct repository *repository = NULL;
    const char *path;

    offline.offline = true;
    quiet.settings = &offline;
    path = compare_local_repository(&quiet, module->repository, NULL);
    if (path == NULL || !repository_open(&repository, path, NULL))
        return NULL;
    return repository;
}

static struct tree_file_list *files_at(struct repository *repository, const char *commit,
                                       const char *directory)
{
    struct object_id id;

    if (!repository_resolve(repository, commit, &id, NULL))
        return NULL;
    return repository_list_files(repository, &id, directory, NULL, NULL, NULL);
}

static bool has_path(const struct tree_file_list *list, const char *path)
{
    for (size_t i = 0; list != NULL && i < list->count; i++)
        if (strcmp(list->files[i].path, path) == 0)
            return true;
    return false;
}

/* The migrations that the frozen commit has and the target's has not, as a JSON array; NULL: not
 * known. Where the target has no version yet, all are new to it. */
static const char *new_migrations(struct call *call, struct repository *repository,
                                  const char *directory, const char *commit,
                                  const char *target_commit)
{
    struct tree_file_list *there = NULL, *here = files_at(repository, commit, directory);
    struct strbuf text = STRBUF_INIT;
    const char *copy = NULL;
    json_t *list = json_array();

    if (target_commit != NULL)
        there = files_at(repository, target_commit, directory);
    if (here != NULL && (there != NULL || target_commit == NULL)) {
        for (size_t i = 0; i < here->count; i++)
            if (!has_path(there, here->files[i].path))
                json_append(list, json_text(here->files[i].path));
        json_write_canonical(&text, list);
        copy = strbuf_to_arena(&text, call->arena);
    }
    strbuf_release(&text);
    json_decref(list);
    tree_file_list_free(&here);
    tree_file_list_free(&there);
    return copy;
}

/* In a monorepo migrations are named from the module's own part of it. */
static const char *migrations_directory(struct call *call, const struct module_settings *module)
{
    if (module->path == NULL || strcmp(module->path, ".") == 0)
        return module->migrations_path;
    return arena_printf(call->arena, "%.*s/%s", (int)strcspn(module->path, "\n"), module->path,
                        module->migrations_path);
}

static const char *commit_of(struct call *call, const struct module_settings *module,
                             const struct store_deployment *deployment)
{
    if (deployment->commit != NULL)
        return deployment->commit;
    return module != NULL ? compare_version_commit(call, module, deployment->version) : NULL;
}

static void find_migrations(struct call *call, const struct release_world *world,
                            const struct module_settings *module, const struct store_cell *source,
                            struct store_release_entry *entry)
{
    const struct store_cell *target =
        store_matrix_cell(&world->matrix, source->module_id, world->target.id);
    const char *target_commit = NULL;
    struct repository *repository;

    if (module->migrations_path == NULL || module->repository == NULL || entry->commit == NULL)
        return;
    if (target != NULL && target->running != NULL) {
        target_commit = commit_of(call, module, target->running);
        if (target_commit == NULL)
            return;
    }
    if (!repository_library_start(NULL))
        return;
    repository = open_offline(call, module);
    if (repository != NULL)
        entry->migrations = new_migrations(call, repository, migrations_directory(call, module),
                                           entry->commit, target_commit);
    repository_free(&repository);
    repository_library_stop();
}

void release_freeze(struct call *call, const struct release_world *world,
                    const struct store_cell *source, struct store_release_entry *entry)
{
    const struct module_settings *module = module_settings_of(&world->settings, source->module);
    const struct store_deployment *running = source->running;

    *entry = (struct store_release_entry){ .module_id = source->module_id,
                                           .module = source->module,
                                           .version = running->version,
                                           .commit = commit_of(call, module, running),
                                           .image = running->image,
                                           .config_revision = running->config_revision };
    /* Where nothing else was recorded, the configuration lies beside the code. */
    if (entry->config_revision == NULL)
        entry->config_revision = entry->commit;
    if (module != NULL)
        find_migrations(call, world, module, source, entry);
}

static bool is_same(const struct store_deployment *one, const struct store_deployment *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one->id, other->id) == 0;
}

static bool has_moved(const struct store_matrix *now, const struct release_world *world,
                      const struct store_cell *frozen)
{
    const struct store_cell *cell = store_matrix_cell(now, frozen->module_id, world->source.id);

    return cell == NULL || !is_same(cell->running, frozen->running) ||
           !is_same(cell->later, frozen->later);
}

bool release_still_there(struct call *call, const struct release_world *world,
                         const struct store_cell *const *frozen, size_t count, struct error *error)
{
    struct store_matrix now;

    if (count == 0)
        return true;
    if (!store_deployment_matrix(call->connection, call->project->id, 0, call->arena, &now, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!has_moved(&now, world, frozen[i]))
            continue;
        error_set(error, ERROR_CONFLICT, "%s moved meanwhile: %s has been deployed there just now",
                  world->source.name, frozen[i]->module);
        return error_hint(error, "look at it again, and do it again");
    }
    return true;
}
