/*
 * The commits between two revisions.
 */
#ifndef PILAB_GIT_HISTORY_H
#define PILAB_GIT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/commit.h>
#include <pilab/git/repository.h>

enum history_gap {
    HISTORY_GAP_COMMITS, /* a commit, and with it all before it */
    HISTORY_GAP_FILES,   /* which files a commit touches */
    HISTORY_GAP_LINES    /* how many lines of one of its files */
};

struct history_problem {
    enum history_gap gap;
    struct object_id object; /* what could not be read */
    const char *message;
};

struct history {
    struct arena *arena;
    struct commit *commits; /* as `git log --topo-order`: children before parents, newest first */
    size_t count;
    struct history_problem *problems;
    size_t problem_count;
    /* How many of the commits (be they in the list or left out of it by a directory) have parents
     * that are not here: beyond them the other side cannot be told from this one. */
    size_t ends;
    bool meets; /* it leads to a commit of `from` */
};

struct history_options {
    bool first_parent;     /* follow only first parents */
    const char *directory; /* only commits that touch it ("" or NULL: all; several paths: one a
                              line); merges only when they differ from every parent there that is
                              followed */
    bool files;            /* read which files each commit touches */
    bool counts;           /* and count their lines; merges are not counted */
    bool raw;              /* let commits have their raw texts too */
    unsigned threads;      /* workers for files and counts; 0: as many as there are processors, at
                              most 4. The result is the same whatever the number. */
    /* Line counts of a commit never change: where they are kept. All NULL: nowhere. `load` fills
     * what it has and returns true. Called from worker threads, one at a time. */
    bool (*load_counts)(void *context, const struct object_id *commit, const char *directory,
                        uint64_t *insertions, uint64_t *deletions, uint64_t *files);
    void (*save_counts)(void *context, const struct object_id *commit, const char *directory,
                        uint64_t insertions, uint64_t deletions, uint64_t files);
    void *counts_context;
};

/* The commits reachable from `to` and not from `from` (NULL: all of them). */
struct history *history_read(struct repository *repository, const struct object_id *from,
                             const struct object_id *to, const struct history_options *options,
                             const struct progress *progress, struct error *error);
/* What `current` has that `previous` lacks, and the other way round, which is not counted: nobody
 * asks for its lines. Quicker than two histories. False with both NULL. */
bool history_read_sides(struct repository *repository, const struct object_id *previous,
                        const struct object_id *current, const struct history_options *options,
                        struct history **ahead, struct history **behind,
                        const struct progress *progress, struct error *error);
void history_free(struct history **history);

/* How many commits `to` has that `from` has not, and the other way round. */
bool history_ahead_behind(struct repository *repository, const struct object_id *from,
                          const struct object_id *to, size_t *ahead, size_t *behind,
                          struct error *error);
/* Whether `commit` is reachable from `from` (also when equal). */
bool history_contains(struct repository *repository, const struct object_id *from,
                      const struct object_id *commit, bool *contains, struct error *error);

/* The same for many: contains[i] says it of commits[i]. One walk for all of them, and no further
 * back than the oldest. A commit that cannot be read is in no history. False when cancelled, or
 * when `from` cannot be read. */
bool history_contains_each(struct repository *repository, const struct object_id *from,
                           const struct object_id *commits, size_t count, bool *contains,
                           const struct progress *progress, struct error *error);

/* One commit as above. */
bool history_read_commit(struct repository *repository, const struct object_id *id,
                         struct arena *arena, struct commit *out, struct error *error);

#endif
