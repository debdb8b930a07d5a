#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* The first of the paths whose owner is not us: what libgit2 has refused. */
static bool foreign_path(const char *path, struct strbuf *found, uid_t *owner)
{
    static const char *const parts[] = { "", "/.git", "/..", "/../.git" };
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        struct stat status;
        strbuf_clear(found);
        strbuf_printf(found, "%s%s", path, parts[i]);
        if (stat(found->data, &status) == 0 && status.st_uid != geteuid()) {
            *owner = status.st_uid;
            return true;
        }
    }
    return false;
}

/* `git config safe.directory` wants the work tree, or the bare repository itself. */
static bool untrusted(const char *path, struct error *error)
{
    struct strbuf found = STRBUF_INIT, shown = STRBUF_INIT;
    uid_t owner = 0;
    char *absolute = realpath(path, NULL);
    const char *directory = absolute ? absolute : path;
    size_t length = strlen(directory);
    const char *dot_git = length > 5 ? directory + length - 5 : directory;
    if (strcmp(dot_git, "/.git") == 0)
        length -= 5;
    if (foreign_path(directory, &found, &owner))
        error_set(error, ERROR_UNTRUSTED, "repository %.*s belongs to UID %lu, not to you",
                  (int)length, directory, (unsigned long)owner);
    else
        error_set(error, ERROR_UNTRUSTED, "repository %.*s belongs to another user", (int)length,
                  directory);
    escape_shell(&shown, directory, length);
    error_hint(error, "git config --global --add safe.directory %s", shown.data);
    strbuf_release(&found);
    strbuf_release(&shown);
    free(absolute);
    return false;
}

/* libgit2 1.5.1 says "config value 'safe.directory' was not found" when the owner is another user
 * and no safe.directory is set at all, and GIT_EOWNER when one is set. */
static bool is_owner_failure(int result)
{
    const git_error *last = git_error_last();
    return result == GIT_EOWNER ||
           (last && last->message && strstr(last->message, "safe.directory") != NULL);
}

static bool open_failed(const char *path, int result, struct error *error)
{
    if (is_owner_failure(result))
        return untrusted(path, error);
    if (access(path, F_OK) != 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no %s", path);
    if (access(path, R_OK | X_OK) != 0)
        return error_set(error, ERROR_IO, "%s may not be read", path);
    if (result == GIT_ENOTFOUND) {
        error_set(error, ERROR_NOT_FOUND, "%s is not a git repository", path);
        return error_hint(error, "give the folder that holds .git, or a bare repository");
    }
    const git_error *last = git_error_last();
    bool extension = last && last->message && strstr(last->message, "unsupported");
    git_failed(error, result, "repository %s cannot be opened", path);
    if (extension && error)
        error->code = ERROR_UNSUPPORTED;
    return false;
}

static char *without_slash(const char *path)
{
    char *copy = memory_copy_text(path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/')
        copy[--length] = '\0';
    return copy;
}

/* "/srv/pay.git" and "/home/pay/.git" are both "pay". */
static char *name_of(const char *directory, const char *work_tree)
{
    char *name = memory_copy_text(path_base_name(work_tree ? work_tree : directory));
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".git") == 0)
        name[length - 4] = '\0';
    return name;
}

static bool open_with(struct repository **out, const char *path, unsigned flags,
                      struct error *error)
{
    git_repository *git = NULL;
    git_odb *objects = NULL;
    *out = NULL;
    int result = git_repository_open_ext(&git, path, flags, NULL);
    if (result < 0)
        return open_failed(path, result, error);
    result = git_repository_odb(&objects, git);
    if (result < 0) {
        git_failed(error, result, "repository %s cannot be opened", path);
        git_repository_free(git);
        return false;
    }
    struct repository *repository = memory_new(sizeof(*repository));
    const char *work_tree = git_repository_workdir(git);
    repository->git = git;
    repository->objects = objects;
    repository->directory = without_slash(git_repository_path(git));
    repository->work_tree = work_tree ? without_slash(work_tree) : NULL;
    repository->name = name_of(repository->directory, repository->work_tree);
    repository->shallow = git_repository_is_shallow(git) == 1;
    *out = repository;
    return true;
}

bool repository_open(struct repository **out, const char *path, struct error *error)
{
    return open_with(out, path, GIT_REPOSITORY_OPEN_NO_SEARCH, error);
}

bool repository_open_above(struct repository **out, const char *path, struct error *error)
{
    return open_with(out, path, 0, error);
}

void repository_free(struct repository **repository)
{
    struct repository *r = *repository;
    *repository = NULL;
    if (!r)
        return;
    git_odb_free(r->objects);
    git_repository_free(r->git);
    free(r->directory);
    free(r->work_tree);
    free(r->name);
    free(r);
}

const char *repository_directory(const struct repository *repository)
{
    return repository->directory;
}

const char *repository_work_tree(const struct repository *repository)
{
    return repository->work_tree;
}

const char *repository_name(const struct repository *repository)
{
    return repository->name;
}

bool repository_is_shallow(const struct repository *repository)
{
    return repository->shallow;
}
