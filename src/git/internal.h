/*
 * What the files of the git room share: the handle, libgit2's errors as ours, reading objects and
 * trees. Nothing of this leaves the folder.
 */
#ifndef PILAB_GIT_INTERNAL_H
#define PILAB_GIT_INTERNAL_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/repository.h>

#include "pack.h"

struct repository {
    git_repository *git;
    git_odb *objects;
    struct pack_set *packs; /* NULL until the first object is read */
    char *directory;
    char *work_tree; /* NULL in a bare repository */
    char *name;
    bool shallow;
    struct replaced *replaced; /* NULL: no object is replaced, see replaced.h */
};

/* `struct object_id` and `git_oid` are the same twenty bytes. */
git_oid object_id_to_git(const struct object_id *id);
struct object_id object_id_from_git(const git_oid *id);
/* The 40 digits that a text of `length` bytes begins with. */
bool object_id_parse_prefix(const char *text, size_t length, struct object_id *id);

/* Sets our error from libgit2's result and last message: "<format>: <libgit2's words>".
 * Returns false always. */
bool git_failed(struct error *error, int result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What object_read gives, until object_release; {0} is nothing, and may be released too. */
struct object {
    const char *data;
    size_t size;
    struct packed packed; /* one of the two holds the data */
    git_odb_object *loose;
};

/* Reads one object. ERROR_CORRUPT naming it when it is missing, damaged or of another type; nothing
 * is held then. */
bool object_read(struct repository *repository, const struct object_id *id, git_object_t type,
                 struct object *out, struct error *error);
/* The same for a blob of at most `limit` bytes; a larger one is not read, nothing is held, and
 * out->size says how large it is. */
bool blob_read(struct repository *repository, const struct object_id *id, size_t limit,
               struct object *out, struct error *error);
void object_release(struct object *object);

/* --- Trees, read from their raw bytes: "<octal mode> <name>\0<20 bytes>" one after the other. */

#define MODE_TREE      0040000u
#define MODE_FILE      0100000u
#define MODE_LINK      0120000u
#define MODE_SUBMODULE 0160000u
#define MODE_KIND      0170000u

/* Deeper than this is not a tree that somebody works with. */
#define TREE_DEPTH_LIMIT 1024
/* So many files and directories in one walk are a bomb (one tree named over and over). */
#define TREE_WALK_LIMIT 5000000
/* And so are paths that together take so many bytes: few long names, nested deeply, are enough. */
#define TREE_PATHS_LIMIT ((size_t)1 << 30)

struct tree_item {
    uint32_t mode; /* one of the few that git has today; 0: there is no entry */
    const char *name;
    size_t name_length;
    struct object_id id;
    size_t size; /* of the entry's raw bytes */
};

struct tree_view {
    struct object_id id; /* zero: the empty tree */
    struct object object;
    const char *cursor, *end;
};

/* `id` NULL or zero opens the empty tree. Ends with tree_close, also after a failure. */
bool tree_open(struct repository *repository, const struct object_id *id, struct tree_view *view,
               struct error *error);
void tree_close(struct tree_view *view);
/* Parses the entry at the cursor without moving it; item->mode is 0 at the end. */
bool tree_peek(const struct tree_view *view, struct tree_item *item, struct error *error);
void tree_skip(struct tree_view *view, const struct tree_item *item);
/* Git's order, in which a directory sorts as if its name ended in a slash. */
int tree_item_compare(const struct tree_item *a, const struct tree_item *b);

/* What stands at `path` below the tree; item->mode is 0 when nothing does. The item's name is not
 * set. An empty path is the tree itself. */
bool tree_find(struct repository *repository, const struct object_id *tree, const char *path,
               struct tree_item *item, struct error *error);

#endif
