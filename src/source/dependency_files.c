#include "dependency_files.h"

#include <stdint.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/git/changes.h>

/* Of other people, or not shipped by anybody: what a module is made of stands elsewhere. */
#define NOT_OURS                                                                                   \
    "**/{node_modules,bower_components,vendor,third_party,site-packages,testdata,test-data,"       \
    "test_data,test,tests,e2e,spec,specs,fixtures,__tests__,__fixtures__,example,examples,sample," \
    "samples}/**"

/* One file that is different, or on one side only. */
struct changed_file {
    const char *paths[2]; /* NULL: not on that side */
};

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? arena_bytes(arena, path, (size_t)(slash - path)) : "";
}

/* --- Which files count ----------------------------------------------------------------------- */

/* Below the module's home, so that a module within a folder for tests has packages, too. */
static const char *below_home(const struct module_reader *reader, const char *path)
{
    size_t length = reader->home != NULL ? strlen(reader->home) : 0;

    if (length > 0 && strncmp(path, reader->home, length) == 0 && path[length] == '/')
        return path + length + 1;
    return path;
}

static bool is_listed(struct module_reader *reader, const char *list, const char *path)
{
    while (*list != '\0') {
        size_t length = strcspn(list, "\n");
        const char *pattern = module_reader_path(reader, arena_bytes(reader->arena, list, length));

        if (pattern != NULL && glob_match(pattern, path, '/'))
            return true;
        list += length + (list[length] == '\n');
    }
    return false;
}

static bool counts(struct module_reader *reader, const char *path)
{
    const struct module_settings *settings = reader->module->settings;
    const char *list = settings != NULL ? settings->dependencies : NULL;

    if (path == NULL || package_format_of(path) == NULL)
        return false;
    if (list != NULL && strcmp(list, "auto") != 0)
        return is_listed(reader, list, path);
    return !glob_match_fold(NOT_OURS, below_home(reader, path), '/');
}

/* --- Groups ---------------------------------------------------------------------------------- */

size_t dependency_add_group(struct dependency_work *work, const struct dependency_group *group)
{
    const char *folder = group->folders[DEPENDENCY_CURRENT];
    const char *name = group->names[DEPENDENCY_CURRENT] != NULL ? group->names[DEPENDENCY_CURRENT]
                                                                : group->names[DEPENDENCY_PREVIOUS];
    const char *key = arena_printf(work->reader->arena, "%s\n%s", folder,
                                   group->family != NULL ? group->family : name);
    uintptr_t known = (uintptr_t)map_get(work->known, key);

    if (known == 0) {
        vector_push(&work->groups, group);
        map_put(work->known, key, (void *)(uintptr_t)work->groups.count);
        return work->groups.count - 1;
    }
    return known - 1;
}

static void add_file(struct dependency_work *work, const struct changed_file *file)
{
    struct arena *arena = work->reader->arena;
    const char *path = file->paths[DEPENDENCY_CURRENT] != NULL ? file->paths[DEPENDENCY_CURRENT]
                                                               : file->paths[DEPENDENCY_PREVIOUS];
    struct dependency_group group = { .format = package_format_of(path) };

    group.family = group.format->family;
    for (int side = 0; side < 2; side++) {
        group.folders[side] =
            folder_of(arena, file->paths[side] != NULL ? file->paths[side] : path);
        group.names[side] = file->paths[side] != NULL ? path_base_name(file->paths[side]) : NULL;
    }
    dependency_add_group(work, &group);
}

/* --- In a repository ------------------------------------------------------------------------- */

static bool is_moved(const struct file_change *change)
{
    return change->status == FILE_RENAMED && change->old_path != NULL &&
           strcmp(path_base_name(change->path), path_base_name(change->old_path)) == 0;
}

/* Moved folders first: what is deleted there and added here belongs to them. */
static void add_changes(struct dependency_work *work, const struct file_change_list *list)
{
    struct module_reader *reader = work->reader;
    struct map *moved = map_new(); /* from where to where */

    for (size_t i = 0; i < list->count; i++) {
        const struct file_change *change = &list->changes[i];

        if (!is_moved(change) || !counts(reader, change->path) || !counts(reader, change->old_path))
            continue;
        add_file(work, &(struct changed_file){
                           {change->old_path, change->path}
        });
        map_put(moved, folder_of(reader->arena, change->old_path),
                (void *)(uintptr_t)folder_of(reader->arena, change->path));
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct file_change *change = &list->changes[i];
        bool added = change->status == FILE_ADDED || change->status == FILE_COPIED;
        const char *old = added ? NULL : change->old_path != NULL ? change->old_path : change->path;
        const char *new = change->status == FILE_DELETED ? NULL : change->path;

        if (is_moved(change) || object_id_equal(&change->old_blob, &change->new_blob))
            continue;
        if (counts(reader, new))
            add_file(work, &(struct changed_file){
                               {change->status == FILE_RENAMED ? NULL : old, new}
            });
        if (counts(reader, old) && (new == NULL || change->status == FILE_RENAMED) &&
            !map_has(moved, folder_of(reader->arena, old)))
            add_file(work, &(struct changed_file){
                               {old, NULL}
            });
    }
    map_free(&moved);
}

static bool find_in_git(struct dependency_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;
    struct file_change_list listed = { 0 };

    if (reader->input.code != NULL && !reader->files_unknown) {
        add_changes(work, &reader->code.files);
        return true;
    }
    if (!changes_between(work->places[DEPENDENCY_PREVIOUS]->repository,
                         &work->places[DEPENDENCY_PREVIOUS]->commit,
                         &work->places[DEPENDENCY_CURRENT]->commit, reader->directory,
                         CHANGES_RENAMES, reader->threads, reader->arena, &listed, reader->progress,
                         error))
        return false;
    add_changes(work, &listed);
    return true;
}

/* --- On disk --------------------------------------------------------------------------------- */

static bool wanted(const char *path, void *context)
{
    return counts(context, path);
}

static bool find_on_disk(struct dependency_work *work, struct error *error)
{
    struct module_reader *reader = work->reader;

    for (int side = 0; side < 2; side++) {
        struct place_list list;

        if (!place_list(work->places[side], reader->directory, wanted, reader, reader->arena, &list,
                        reader->progress, error))
            return false;
        for (size_t i = 0; i < list.count; i++)
            add_file(work, &(struct changed_file){
                               {list.files[i].path, list.files[i].path}
            });
    }
    return true;
}

bool dependency_find(struct dependency_work *work, struct error *error)
{
    if (work->places[DEPENDENCY_CURRENT]->repository != NULL)
        return find_in_git(work, error);
    return find_on_disk(work, error);
}
