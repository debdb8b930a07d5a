/*
 * Which lines differ between two versions of a file.
 */
#ifndef PILAB_GIT_HUNKS_H
#define PILAB_GIT_HUNKS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/git/repository.h>

/* As in a unified diff without context: `count` lines from line `start` on (from 1) in the one take
 * the place of those in the other. Where a count is 0 the start is the line before. */
struct line_hunk {
    size_t old_start, old_count;
    size_t new_start, new_count;
};

struct line_hunks {
    struct line_hunk *hunks; /* from the first line on */
    size_t count;
    size_t bytes; /* of the new version */
};

/* Of two blobs, as text whatever they hold; the hunks live in the arena. ERROR_LIMIT when one is
 * larger than `limit`; ERROR_CORRUPT when one cannot be read. */
bool hunks_between(struct repository *repository, const struct object_id *old_blob,
                   const struct object_id *new_blob, size_t limit, struct arena *arena,
                   struct line_hunks *out, struct error *error);

/* The line of the old version that a line of the new one was; 0: it is new or changed. */
size_t hunks_old_line(const struct line_hunks *hunks, size_t line);
/* The line of the new version that a line of the old one became; 0: it is gone or changed. */
size_t hunks_new_line(const struct line_hunks *hunks, size_t line);

#endif
