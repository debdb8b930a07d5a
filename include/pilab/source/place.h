/*
 * One side's files, wherever they are: a commit of a repository, a folder on disk, or one file
 * there. What reads a type of drift is written once for all of them. Inside of the source room.
 *
 * A place borrows what it is made of. Paths are relative to the repository's root or to the folder,
 * bytes as they are there.
 */
#ifndef PILAB_SOURCE_PLACE_H
#define PILAB_SOURCE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/git/repository.h>

/* The largest file that is read whole. */
#define PLACE_FILE_LIMIT (64u << 20)

struct place {
    const char *label; /* "v2.0.7", a folder: for messages */
    struct repository *repository;
    struct object_id commit; /* of the repository */
    const char *root;        /* without a repository: a folder or a file on disk */
    /* A file on disk that stands for itself; its path within the place is its base name. */
    bool single;
    const char *environment; /* that the side is, or is looked at as; may be NULL */
};

struct place_file {
    const char *path;
    struct object_id blob; /* of a repository; zero on disk */
};

struct place_list {
    struct place_file *files; /* by path */
    size_t count;
};

struct place place_of_commit(struct repository *repository, const struct object_id *commit,
                             const char *label, const char *environment);
struct place place_on_disk(const char *path, const char *label, const char *environment);

/* The regular files below `directory` ("": all; several: one a line) for which `wanted` says yes;
 * links are not followed, hidden folders not entered on disk. In the arena. */
bool place_list(const struct place *place, const char *directory,
                bool (*wanted)(const char *path, void *context), void *context, struct arena *arena,
                struct place_list *list, const struct progress *progress, struct error *error);
/* Appends a file's content. ERROR_NOT_FOUND when there is none of that path; ERROR_UNSUPPORTED for
 * a symbolic link, ERROR_LIMIT beyond PLACE_FILE_LIMIT. */
bool place_read(const struct place *place, const char *path, struct strbuf *out,
                struct error *error);
/* Whether both are known to hold the same, without reading them. */
bool place_same(const struct place_file *a, const struct place_file *b);

#endif
