/*
 * Spreading the same work on many items over threads, each with its own handle of the repository
 * and its own arena.
 */
#ifndef PILAB_GIT_WORKERS_INTERNAL_H
#define PILAB_GIT_WORKERS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/repository.h>

#define WORKERS_LIMIT 4

struct worker {
    struct repository *repository;
    struct arena *arena;
};

struct work {
    const char *what; /* for the progress */
    size_t count;
    unsigned threads; /* 0: as many as there are processors, at most WORKERS_LIMIT */
    /* Does item `index`; called for different items from different threads at once. */
    void (*item)(void *context, struct worker *worker, size_t index);
    void *context;
};

/* Runs the work and waits for its end. The calling thread is one of the workers, with `repository`
 * as its handle, and the only one that reports progress. What workers put into their arenas stays:
 * the arenas come back in `arenas` (NULL beyond those used), also after a failure, and the caller
 * frees them. False only when cancelled. */
bool workers_run(struct repository *repository, const struct work *work,
                 struct arena *arenas[WORKERS_LIMIT], const struct progress *progress,
                 struct error *error);

#endif
