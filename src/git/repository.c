#include "internal.h"
#include "replaced.h"
#include "trust.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

static bool holds(const char *directory, const char *name)
{
    char *path = path_join(directory, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static bool looks_like_one(const char *folder)
{
    return strcmp(path_base_name(folder), ".git") != 0 &&
           (holds(folder, ".git") || (holds(folder, "HEAD") && holds(folder, "objects")));
}

/* From `path` upwards: a work tree, or a bare repository itself; NULL when there is nothing that
 * looks like one. The caller frees. */
static char *looks_like_repository(const char *path)
{
    char *directory = realpath(path, NULL);
    while (directory && !looks_like_one(directory)) {
        char *slash = strrchr(directory, '/');
        bool root = directory[1] == '\0';
        slash[slash == directory] = '\0'; /* the root is its slash */
        if (root) {
            free(directory);
            return NULL;
        }
    }
    return directory;
}

/* What libgit2 has found and refused, which is what safe.directory wants. The caller frees. */
static char *refused_directory(const char *path)
{
    char *directory = looks_like_repository(path);
    return directory ? directory : memory_copy_text(path);
}

/* Its owner, or that of the .git in it: whichever is not us. */
static bool foreign_owner(const char *directory, uid_t *owner)
{
    static const char *const parts[] = { "", ".git" };
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        struct stat status;
        char *path = path_join(directory, parts[i]);
        bool foreign = stat(path, &status) == 0 && status.st_uid != geteuid();
        free(path);
        if (foreign) {
            *owner = status.st_uid;
            return true;
        }
    }
    return false;
}

static bool untrusted(const char *path, struct error *error)
{
    struct strbuf shown = STRBUF_INIT;
    uid_t owner = 0;
    char *directory = refused_directory(path);
    if (foreign_owner(directory, &owner))
        error_set(error, ERROR_UNTRUSTED, "repository %s belongs to UID %lu, not to you", directory,
                  (unsigned long)owner);
    else
        error_set(error, ERROR_UNTRUSTED, "repository %s belongs to another user", directory);
    escape_shell(&shown, directory, strlen(directory));
    error_hint(error, "git config --global --add safe.directory %s", shown.data);
    strbuf_release(&shown);
    free(directory);
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

/* Formats that libgit2 does not read: what each means for a person. */
static const struct format {
    const char *extension;
    const char *is;
    const char *hint;
} formats[] = {
    {"objectformat", "names its objects by SHA-256",
     "what it has can be compared in a copy with SHA-1 names: `git fast-export --all` there, "
      "`git fast-import` in a new repository"                              },
    { "refstorage",  "keeps its references in a reftable",
     "`git refs migrate --ref-format=files` (git 2.46) makes files of them"},
};

/* libgit2 has opened nothing, because of the extension that its message ends with, or a version of
 * the format from the future. False, with nothing said, when it was something else. */
static bool format_failed(const char *path, struct error *error)
{
    static const char unknown[] = "unsupported extension name extensions.";
    const git_error *last = git_error_last();
    const char *at = last && last->message ? strstr(last->message, unknown) : NULL;
    if (!at && (!last || !last->message || !strstr(last->message, "unsupported repository")))
        return false;
    if (!at) {
        error_set(error, ERROR_UNSUPPORTED, "repository %s cannot be read: %s", path,
                  last->message);
        error_hint(error, "it was made by a later git; a clone by an earlier one can be read");
        return true;
    }
    at += sizeof(unknown) - 1;
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(at, formats[i].extension) != 0)
            continue;
        error_set(error, ERROR_UNSUPPORTED,
                  "repository %s %s, which this program cannot read (libgit2 %s)", path,
                  formats[i].is, LIBGIT2_VERSION);
        error_hint(error, "%s", formats[i].hint);
        return true;
    }
    error_set(error, ERROR_UNSUPPORTED,
              "repository %s uses the extension %s of git's format, which this program does not "
              "know",
              path, at);
    error_hint(error, "a clone without it can be read");
    return true;
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
    if (!format_failed(path, error))
        git_failed(error, result, "repository %s cannot be opened", path);
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

/* How much of the end of a mirror's name marks its address (mirror_path): nobody knows it by that.
 */
static size_t mark_length(const char *directory, const char *name, size_t length)
{
    static const char folder[] = "/mirrors/";
    const size_t mark = strlen("-0123456789ab"),
                 before = (size_t)(path_base_name(directory) - directory);
    if (length <= mark || name[length - mark] != '-' || before < strlen(folder) ||
        strncmp(directory + before - strlen(folder), folder, strlen(folder)) != 0)
        return 0;
    return strspn(name + length - mark + 1, "0123456789abcdef") == mark - 1 ? mark : 0;
}

/* "/srv/pay.git" and "/home/pay/.git" are both "pay", and so is the mirror of either. */
static char *name_of(const char *directory, const char *work_tree)
{
    char *name = memory_copy_text(path_base_name(work_tree ? work_tree : directory));
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".git") == 0)
        name[length -= 4] = '\0';
    if (!work_tree)
        name[length - mark_length(directory, name, length)] = '\0';
    return name;
}

/* What libgit2 must not be asked, see trust.h. */
static bool cannot_be_asked(const char *path, struct error *error)
{
    uid_t owner;
    char *directory = refused_directory(path);
    bool foreign = foreign_owner(directory, &owner);
    free(directory);
    if (!foreign || !trust_has_valueless_folder())
        return false;
    untrusted(path, error);
    error_hint(error, "in git's settings safe.directory stands without a value: give it one, then "
                      "add this folder");
    return true;
}

static bool open_with(struct repository **out, const char *path, unsigned flags,
                      struct error *error)
{
    git_repository *git = NULL;
    git_odb *objects = NULL;
    *out = NULL;
    if (cannot_be_asked(path, error))
        return false;
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
    replaced_load(repository);
    *out = repository;
    return true;
}

bool repository_open(struct repository **out, const char *path, struct error *error)
{
    return open_with(out, path, GIT_REPOSITORY_OPEN_NO_SEARCH, error);
}

bool repository_open_bare(struct repository **out, const char *path, struct error *error)
{
    return open_with(out, path, GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_BARE, error);
}

bool repository_may_be_above(const char *path)
{
    char *directory = looks_like_repository(path);
    free(directory);
    return directory != NULL;
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
    replaced_release(r);
    pack_set_free(&r->packs);
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

bool repository_has_replacements(const struct repository *repository)
{
    return repository->replaced != NULL;
}

bool repository_is_shallow(const struct repository *repository)
{
    return repository->shallow;
}
