#include "folder_walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>

#define DEEPEST_FOLDER 64

struct walk {
    const struct folder_visitor *visitor;
    struct arena *arena;
    const struct progress *progress;
};

static bool walk_folder(const struct walk *walk, const char *folder, const char *relative,
                        unsigned depth, struct error *error);

static bool walk_entry(const struct walk *walk, const char *path, const char *relative,
                       unsigned depth, struct error *error)
{
    const struct folder_visitor *visitor = walk->visitor;
    struct stat status;
    bool wanted = visitor->wanted(relative, visitor->context);

    if (lstat(path, &status) != 0)
        return errno == ENOENT || error_errno(error, errno, "cannot look at %s", path);
    if (S_ISDIR(status.st_mode)) {
        if (path_base_name(relative)[0] == '.')
            return true;
        return walk_folder(walk, path, relative, depth + 1, error);
    }
    if (S_ISLNK(status.st_mode) && visitor->link != NULL && (wanted || file_is_directory(path)))
        visitor->link(path, visitor->context);
    return !wanted || !S_ISREG(status.st_mode) || visitor->file(relative, visitor->context, error);
}

static bool hidden(const char *name)
{
    return name[0] == '.' && strncmp(name, ".env", 4) != 0;
}

static bool walk_folder(const struct walk *walk, const char *folder, const char *relative,
                        unsigned depth, struct error *error)
{
    struct dirent *entry;
    DIR *stream;
    bool ok = true;

    if (depth > DEEPEST_FOLDER)
        return error_set(error, ERROR_LIMIT, "folders are nested deeper than %d at %s",
                         DEEPEST_FOLDER, folder);
    if (!progress_check(walk->progress, error))
        return false;
    stream = opendir(folder);
    if (stream == NULL)
        return error_errno(error, errno, "cannot list %s", folder);
    while (ok && (entry = readdir(stream)) != NULL) {
        char *path;

        if (hidden(entry->d_name))
            continue;
        path = path_join(folder, entry->d_name);
        ok = walk_entry(walk, path,
                        *relative != '\0'
                            ? arena_printf(walk->arena, "%s/%s", relative, entry->d_name)
                            : arena_text(walk->arena, entry->d_name),
                        depth, error);
        free(path);
    }
    closedir(stream);
    return ok;
}

bool folder_walk(const char *folder, const struct folder_visitor *visitor, struct arena *arena,
                 const struct progress *progress, struct error *error)
{
    struct walk walk = { visitor, arena, progress };

    return walk_folder(&walk, folder, "", 0, error);
}
