#include <pilab/source/place.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/vector.h>

#include "folder_walk.h"

#define MODE_KIND  0170000u
#define MODE_FILE  0100000u
#define MOST_FILES 200000

struct place place_of_commit(struct repository *repository, const struct object_id *commit,
                             const char *label, const char *environment)
{
    return (struct place){
        .label = label, .repository = repository, .commit = *commit, .environment = environment
    };
}

struct place place_on_disk(const char *path, const char *label, const char *environment)
{
    return (struct place){ .label = label != NULL ? label : path,
                           .root = path,
                           .single = !file_is_directory(path),
                           .environment = environment };
}

/* --- In a repository ---------------------------------------------------------------------------
 */

static bool list_commit(const struct place *place, const char *directory,
                        bool (*wanted)(const char *path, void *context), void *context,
                        struct arena *arena, struct place_list *list, struct error *error)
{
    struct tree_file_list *files =
        repository_list_files(place->repository, &place->commit, directory, wanted, context, error);

    if (files == NULL)
        return false;
    list->files = arena_array(arena, files->count, sizeof *list->files);
    list->count = 0;
    for (size_t i = 0; i < files->count; i++) {
        const struct tree_file *file = &files->files[i];

        if ((file->mode & MODE_KIND) == MODE_FILE)
            list->files[list->count++] =
                (struct place_file){ arena_text(arena, file->path), file->blob };
    }
    tree_file_list_free(&files);
    return true;
}

static bool is_path(const char *path, void *context)
{
    return strcmp(path, context) == 0;
}

static bool read_commit(const struct place *place, const char *path, struct strbuf *out,
                        struct error *error)
{
    struct tree_file_list *files = repository_list_files(place->repository, &place->commit, path,
                                                         is_path, (void *)(uintptr_t)path, error);
    bool ok;

    if (files == NULL)
        return false;
    if (files->count == 0) {
        ok = error_set(error, ERROR_NOT_FOUND, "%s is not there", path);
    } else if ((files->files[0].mode & MODE_KIND) != MODE_FILE) {
        error_set(error, ERROR_UNSUPPORTED, "it is a symbolic link");
        ok = error_hint(error, "name the file that it leads to");
    } else {
        ok = repository_read_blob(place->repository, &files->files[0].blob, PLACE_FILE_LIMIT, out,
                                  error);
    }
    tree_file_list_free(&files);
    return ok;
}

/* --- On disk -----------------------------------------------------------------------------------
 */

struct disk_list {
    const char *directory;
    bool (*wanted)(const char *path, void *context);
    void *context;
    struct vector files; /* struct place_file */
};

/* Whether it is one of these paths, or below it. */
static bool is_below(const char *path, const char *directory)
{
    if (directory == NULL || *directory == '\0')
        return true;
    for (const char *line = directory; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        if (strncmp(path, line, length) == 0 && (path[length] == '/' || path[length] == '\0'))
            return true;
        line += length + (line[length] == '\n');
    }
    return false;
}

static bool disk_wanted(const char *relative, void *context)
{
    const struct disk_list *list = context;

    return is_below(relative, list->directory) &&
           (list->wanted == NULL || list->wanted(relative, list->context));
}

static bool disk_file(const char *relative, void *context, struct error *error)
{
    struct disk_list *list = context;

    if (list->files.count == MOST_FILES) {
        error_set(error, ERROR_LIMIT, "there are more than %d such files", MOST_FILES);
        return error_hint(error, "compare a folder further down");
    }
    vector_push(&list->files, &(struct place_file){ .path = relative });
    return true;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct place_file *)a)->path, ((const struct place_file *)b)->path);
}

static bool list_disk(const struct place *place, struct disk_list *found, struct arena *arena,
                      struct place_list *list, const struct progress *progress, struct error *error)
{
    struct folder_visitor visitor = { disk_wanted, disk_file, NULL, found };
    bool ok = true;

    vector_init(&found->files, sizeof(struct place_file));
    if (place->single) {
        const char *name = arena_text(arena, path_base_name(place->root));

        if (found->wanted == NULL || found->wanted(name, found->context))
            ok = disk_file(name, found, error);
    } else {
        ok = folder_walk(place->root, &visitor, arena, progress, error);
    }
    vector_sort(&found->files, by_path);
    list->files = vector_to_arena(&found->files, arena);
    list->count = found->files.count;
    vector_release(&found->files);
    return ok;
}

static bool read_disk(const struct place *place, const char *path, struct strbuf *out,
                      struct error *error)
{
    char *whole;
    bool ok;

    if (place->single) {
        if (strcmp(path, path_base_name(place->root)) != 0)
            return error_set(error, ERROR_NOT_FOUND, "%s is not there", path);
        /* A person named this file: a link is followed. */
        return file_read(place->root, PLACE_FILE_LIMIT, true, out, error);
    }
    whole = path_join(place->root, path);
    ok = file_read(whole, PLACE_FILE_LIMIT, false, out, error);
    free(whole);
    return ok;
}

/* -----------------------------------------------------------------------------------------------
 */

bool place_list(const struct place *place, const char *directory,
                bool (*wanted)(const char *path, void *context), void *context, struct arena *arena,
                struct place_list *list, const struct progress *progress, struct error *error)
{
    struct disk_list found = { .directory = directory, .wanted = wanted, .context = context };

    if (place->repository != NULL)
        return list_commit(place, directory, wanted, context, arena, list, error);
    return list_disk(place, &found, arena, list, progress, error);
}

bool place_read(const struct place *place, const char *path, struct strbuf *out,
                struct error *error)
{
    return place->repository != NULL ? read_commit(place, path, out, error)
                                     : read_disk(place, path, out, error);
}

bool place_same(const struct place_file *a, const struct place_file *b)
{
    static const struct object_id none = { { 0 } };

    return !object_id_equal(&a->blob, &none) && object_id_equal(&a->blob, &b->blob);
}
