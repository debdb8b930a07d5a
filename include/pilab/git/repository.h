/*
 * Reading a git repository through libgit2. Nothing here ever writes into a repository, runs a
 * hook, a filter or a file-system monitor, or passes text from outside to a command line.
 *
 * A `struct repository` belongs to one thread: open another for each worker. Everything it returns
 * is copied out; no libgit2 type leaves this folder.
 *
 * What a person typed as a revision is resolved to an object id first (repository_resolve); all
 * else takes object ids, so a branch called "--output=x" is only ever a name.
 */
#ifndef PILAB_GIT_REPOSITORY_H
#define PILAB_GIT_REPOSITORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>

struct repository;

/* SHA-1 object names; libgit2 of the supply knows no others. */
#define OBJECT_ID_SIZE     20
#define OBJECT_ID_HEX_SIZE 41
struct object_id {
    unsigned char bytes[OBJECT_ID_SIZE];
};

const char *object_id_hex(const struct object_id *id, char out[OBJECT_ID_HEX_SIZE]);
bool object_id_parse(const char *hex, struct object_id *id); /* exactly 40 digits */
bool object_id_equal(const struct object_id *a, const struct object_id *b);
bool object_id_is_zero(const struct object_id *id);

/* Before the first call of this folder, and once more after the last: whoever works with
 * repositories for a while brackets that time with these two. They count, so brackets may lie
 * within each other, and threads may open theirs at the same time; the outermost one costs some
 * milliseconds (libgit2 reads the system's certificates). Owner validation is on; strict hash
 * verification of reads is off (a local mirror has been verified when it was fetched).
 */
bool repository_library_start(struct error *error);
void repository_library_stop(void);
/* From `true` to its `false`, the library stays once somebody has started it, however often it is
 * stopped: for a program in which one short work follows the other. They count as well. */
void repository_library_keep(bool keep);
/* "1.5.1" */
const char *repository_library_version(void);

/* Opens the repository at `path` itself: a work tree or a bare repository. ERROR_UNTRUSTED when it
 * belongs to another user (the hint has the `git config` line), ERROR_NOT_FOUND, ERROR_IO. */
bool repository_open(struct repository **out, const char *path, struct error *error);
/* The same for a folder like .git itself, whose work tree may be gone and is not looked at. */
bool repository_open_bare(struct repository **out, const char *path, struct error *error);
/* Whether there is anything in `path` or its parents that could be a repository: quick, and the
 * only question that needs no library. */
bool repository_may_be_above(const char *path);
/* The same as repository_open(), looking in `path` and its parents. */
bool repository_open_above(struct repository **out, const char *path, struct error *error);
void repository_free(struct repository **repository);

/* Absolute paths, borrowed. The work tree is NULL in a bare repository. */
const char *repository_directory(const struct repository *repository);
const char *repository_work_tree(const struct repository *repository);
/* A name for people: the last component without ".git". Borrowed. */
const char *repository_name(const struct repository *repository);
bool repository_is_shallow(const struct repository *repository);
/* Whether some objects are replaced by others (git-replace): then what was found out of a commit
 * holds only as long as they are, and is not to be kept. */
bool repository_has_replacements(const struct repository *repository);

/* Any revision git knows (tag, branch, remote branch, full or short id, HEAD~2, …) to the commit it
 * leads to. A plain name that is a tag and a branch at once and points to different commits is
 * ERROR_AMBIGUOUS with both readings; ERROR_NOT_FOUND names up to three similar names in the hint.
 */
bool repository_resolve(struct repository *repository, const char *revision,
                        struct object_id *commit, struct error *error);

enum reference_kind { REFERENCE_TAG, REFERENCE_BRANCH, REFERENCE_REMOTE_BRANCH };

struct reference {
    enum reference_kind kind;
    const char *name; /* short: "v2.0.7", "main", "origin/main" */
    struct object_id commit;
    int64_t time; /* committer time of that commit, UTC milliseconds */
};

struct reference_list {
    struct arena *arena;
    /* Tags: plain versions, then those with a name around the number, then names alone, each in
     * descending version order. Then branches by name. */
    struct reference *references;
    size_t count;
};

/* References that lead to commits; others are left out. */
struct reference_list *repository_references(struct repository *repository, struct error *error);
void reference_list_free(struct reference_list **list);

/* Orders version names as people do: v1.2 < v1.10 < v2.0-rc1 < v2.0 (semver 2.0.0 precedence where
 * the names have that form, natural order elsewhere). */
int version_compare(const char *a, const char *b);

/* The two newest versions for "compare the last two". */
struct version_pair {
    const char *previous, *current; /* names of tags */
    /* It stands on a branch that left the history of HEAD, or that of `current`. */
    bool previous_aside, current_aside;
};

/* `current` is the newest tag that HEAD's history holds, or the highest release whose branch left
 * that history after it (projects that tag on a branch for each release), or at it as a patch of
 * it (a version that is checked out itself is `current`); `previous` is found from `current` in the
 * same way, and leads to another commit. In a repository of many things, `name` (NULL: none) is the
 * one that is meant: its tags count, when it has any ("pay-1.2"). ERROR_NOT_FOUND, with what to
 * type, when there are not two; ERROR_CORRUPT, naming the object, when that cannot be told. The
 * names live in `arena`. */
bool repository_last_two_versions(struct repository *repository, const char *name,
                                  struct arena *arena, const struct progress *progress,
                                  struct version_pair *out, struct error *error);

/* Appends the content of the file at `path` in `commit`'s tree. ERROR_NOT_FOUND when it is not
 * there or is not a file, ERROR_LIMIT over `limit` bytes, ERROR_CORRUPT when the object is missing
 * or damaged (a shallow or partial clone): the message names it. */
bool repository_read_file(struct repository *repository, const struct object_id *commit,
                          const char *path, size_t limit, struct strbuf *out, struct error *error);
bool repository_read_blob(struct repository *repository, const struct object_id *blob, size_t limit,
                          struct strbuf *out, struct error *error);

struct tree_file {
    const char *path; /* bytes as git has them: may hold anything but NUL */
    struct object_id blob;
    uint32_t mode;
};

struct tree_file_list {
    struct arena *arena;
    struct tree_file *files; /* by path, in git's order */
    size_t count;
};

/* Every file below `directory` ("" or NULL: all; several: one a line) in `commit`'s tree, for which
 * `wanted` (NULL: all) says yes. Submodules are left out; symbolic links are listed with their
 * mode. */
struct tree_file_list *repository_list_files(struct repository *repository,
                                             const struct object_id *commit, const char *directory,
                                             bool (*wanted)(const char *path, void *context),
                                             void *context, struct error *error);
void tree_file_list_free(struct tree_file_list **list);

#endif
