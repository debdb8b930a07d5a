#include <pilab/app/manifest.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/base/file.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>
#include <pilab/store/cache.h>

/* Counting for one module at a time. */
struct counting {
    struct call *call; /* reads only what is here already */
    const struct manifest *manifest;
    struct cache *cache; /* NULL: none */
    const struct module_settings *module;
    struct repository *repository; /* NULL: cannot be read here */
    const char *directory;         /* "": all */
    const char *migrations;        /* NULL: none */
    const char *scope;             /* both of them, for the cache */
};

static const char *part_of(const char *path)
{
    return path == NULL || strcmp(path, ".") == 0 ? "" : path;
}

static bool start_module(struct counting *counting, const struct module_settings *module)
{
    struct arena *arena = counting->call->arena;
    const char *path = NULL;

    counting->module = module;
    counting->directory = part_of(module->path);
    counting->migrations = NULL;
    if (module->migrations_path != NULL)
        counting->migrations =
            *counting->directory == '\0'
                ? part_of(module->migrations_path)
                : arena_printf(arena, "%.*s/%s", (int)strcspn(counting->directory, "\n"),
                               counting->directory, module->migrations_path);
    counting->scope = arena_printf(arena, "%s\n%s", counting->directory,
                                   counting->migrations != NULL ? counting->migrations : "\n");
    if (module->repository != NULL)
        path = compare_local_repository(counting->call, module->repository, NULL);
    return path != NULL && repository_open(&counting->repository, path, NULL);
}

static bool find_commit(struct counting *counting, const struct store_deployment *running,
                        struct object_id *id)
{
    const char *commit = running->commit;

    if (commit != NULL && repository_resolve(counting->repository, commit, id, NULL))
        return true;
    commit = compare_version_commit(counting->call, counting->module, running->version);
    return commit != NULL && object_id_parse(commit, id);
}

/* Files that take a migration back are none that are applied. */
static bool is_migration(const char *path)
{
    const char *name = path_base_name(path);

    return strstr(name, ".down.") == NULL && strstr(name, "_down.") == NULL &&
           strstr(name, ".undo.") == NULL && strchr(name, '.') != NULL;
}

static bool count_migrations(struct counting *counting, const struct object_id *from,
                             const struct object_id *to, struct cache_distance *distance)
{
    struct file_change_list changes;
    struct arena *arena;
    bool ok;

    if (counting->migrations == NULL)
        return true;
    arena = arena_new();
    ok = changes_between(counting->repository, from, to, counting->migrations, 0, 1, arena,
                         &changes, &counting->call->progress, NULL);
    for (size_t i = 0; ok && i < changes.count; i++) {
        const struct file_change *change = &changes.changes[i];

        distance->migrations_behind += change->status == FILE_ADDED && is_migration(change->path);
        distance->migrations_ahead += change->status == FILE_DELETED && is_migration(change->path);
    }
    arena_free(&arena);
    return ok;
}

static bool count_missing(struct counting *counting, const struct object_id *from,
                          const struct object_id *to, uint64_t *count)
{
    struct history_options options = { .directory = counting->directory };
    struct history *history =
        history_read(counting->repository, from, to, &options, &counting->call->progress, NULL);

    if (history == NULL)
        return false;
    *count = history->count;
    history_free(&history);
    return true;
}

/* `from` is what the cell runs, `to` what the stage before it runs. */
static bool count_pair(struct counting *counting, const struct object_id *from,
                       const struct object_id *to, struct cache_distance *distance)
{
    size_t behind, ahead;

    if (counting->cache != NULL && cache_get_distance(counting->cache, counting->scope, from->bytes,
                                                      to->bytes, sizeof from->bytes, distance))
        return true;
    *distance = (struct cache_distance){ 0 };
    if (*counting->directory == '\0') {
        if (!history_ahead_behind(counting->repository, from, to, &behind, &ahead, NULL))
            return false;
        distance->behind = behind;
        distance->ahead = ahead;
    } else if (!count_missing(counting, from, to, &distance->behind) ||
               !count_missing(counting, to, from, &distance->ahead)) {
        return false;
    }
    if (!count_migrations(counting, from, to, distance))
        return false;
    if (counting->cache != NULL)
        cache_put_distance(counting->cache, counting->scope, from->bytes, to->bytes,
                           sizeof from->bytes, distance);
    return true;
}

static bool count_cell(struct counting *counting, size_t row, size_t column,
                       struct manifest_distance *out)
{
    const struct manifest *manifest = counting->manifest;
    size_t before = manifest->columns[column].before;
    struct object_id here, there;
    struct cache_distance distance;

    if (!find_commit(counting, manifest_cell_at(manifest, row, column)->running, &here) ||
        !find_commit(counting, manifest_cell_at(manifest, row, before)->running, &there) ||
        !count_pair(counting, &here, &there, &distance))
        return false;
    *out = (struct manifest_distance){ .known = true,
                                       .behind = distance.behind,
                                       .ahead = distance.ahead,
                                       .migrations_behind = distance.migrations_behind,
                                       .migrations_ahead = distance.migrations_ahead };
    return true;
}

static bool row_wants(const struct manifest *manifest, size_t row)
{
    for (size_t column = 0; column < manifest->column_count; column++) {
        if (manifest_wants_distance(manifest, row, column))
            return true;
    }
    return false;
}

static bool count_rows(struct counting *counting, const struct project_settings *settings,
                       void (*found)(void *context, size_t row, size_t column,
                                     const struct manifest_distance *distance),
                       void *context, struct error *error)
{
    const struct manifest *manifest = counting->manifest;
    struct manifest_distance distance;

    for (size_t row = 0; row < manifest->row_count; row++) {
        const struct module_settings *module =
            project_settings_module(settings, manifest->rows[row].name);

        if (!progress_check(&counting->call->progress, error))
            return false;
        if (module == NULL || !row_wants(manifest, row))
            continue;
        progress_report(&counting->call->progress, module->name, row, manifest->row_count);
        if (start_module(counting, module)) {
            for (size_t column = 0; column < manifest->column_count; column++) {
                if (manifest_wants_distance(manifest, row, column) &&
                    count_cell(counting, row, column, &distance))
                    found(context, row, column, &distance);
            }
        }
        repository_free(&counting->repository);
    }
    return progress_check(&counting->call->progress, error);
}

void manifest_take_distance(void *context, size_t row, size_t column,
                            const struct manifest_distance *distance)
{
    manifest_set_distance(context, row, column, distance);
}

bool manifest_count(struct call *call, const struct manifest *manifest,
                    void (*found)(void *context, size_t row, size_t column,
                                  const struct manifest_distance *distance),
                    void *context, struct error *error)
{
    struct settings offline = *call->settings;
    struct call quiet = *call;
    struct counting counting = { .call = &quiet, .manifest = manifest };
    struct project_settings settings;
    char *path = path_join(call->settings->cache_directory, "cache.db");
    bool ok = true;

    offline.offline = true;
    quiet.settings = &offline;
    if (project_load(call, &settings, NULL) && repository_library_start(NULL)) {
        if (!cache_open(path, &counting.cache, NULL, NULL))
            counting.cache = NULL;
        ok = count_rows(&counting, &settings, found, context, error);
        cache_close(&counting.cache);
        repository_library_stop();
    }
    free(path);
    return ok;
}
