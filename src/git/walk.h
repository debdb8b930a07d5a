/*
 * Walking the graph of commits: an own walk, for libgit2's stops at the first commit it cannot
 * read, which every shallow clone has.
 *
 * Commits are read once. A parent that a shallow clone left out, or that is missing, ends its line
 * of history; the walk remembers which.
 */
#ifndef PILAB_GIT_WALK_INTERNAL_H
#define PILAB_GIT_WALK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/repository.h>

/* Clocks of committers differ: what ends a walk is followed this much further back than the oldest
 * commit that matters, so that one whose child has an older date is still seen. */
#define CLOCK_SLOP_MS ((int64_t)24 * 60 * 60 * 1000)
/* And so many commits further still, for a clock that was wrong by years. */
#define CLOCK_SLOP_COMMITS 128

struct walk;

struct walk_commit {
    struct object_id id, tree;
    struct walk_commit **parents; /* NULL until it has been expanded */
    size_t parent_count;
    int64_t time;
    uint64_t sequence; /* when it was met: breaks ties of time */
    size_t children;   /* in the result, not yet put out */
    bool loaded;       /* tree and time are known */
    bool missing;      /* could not be read */
    bool cut;          /* a shallow clone has none of its parents */
    bool hidden;       /* reachable from what is hidden */
    bool queued, listed;
};

struct walk *walk_new(struct repository *repository);
void walk_free(struct walk **walk);

/* Where the walk starts, or what it leaves out with all its history. ERROR_CORRUPT when the commit
 * itself cannot be read. */
bool walk_add(struct walk *walk, const struct object_id *id, bool hidden, struct error *error);

/* Walks to the end and gives what is reachable from the starts and not hidden, children before
 * parents, in the order of `git log --topo-order`. Borrowed until walk_free. */
bool walk_run(struct walk *walk, bool first_parent, const struct progress *progress,
              struct walk_commit ***commits, size_t *count, struct error *error);

/* The next commit by committer time, newest first; NULL at the end. Not to be mixed with walk_run.
 */
struct walk_commit *walk_next(struct walk *walk);

/* Commits that could not be read though others lead to them. */
size_t walk_missing_count(const struct walk *walk);
const struct object_id *walk_missing_at(const struct walk *walk, size_t index);

#endif
