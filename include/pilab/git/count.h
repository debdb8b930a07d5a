/*
 * The lines of changes that were read by name alone: many lists of them, told as they come.
 */
#ifndef PILAB_GIT_COUNT_H
#define PILAB_GIT_COUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/changes.h>
#include <pilab/git/repository.h>

#define COUNT_IN_ORDER ((size_t)-1)
#define COUNT_LEAVE    ((size_t)-2)

struct count_work {
    struct file_change_list *const *lists; /* what commits changed, say; begun in this order */
    size_t count;
    const struct line_store *store; /* as for changes_count; NULL: nothing is kept */
    unsigned threads;               /* 0: as many as there are processors, at most 4 */
    /* The list that is to be counted before those that come next, COUNT_IN_ORDER, or COUNT_LEAVE to
     * leave off. Asked before each list, by all threads at once. NULL: in order. */
    size_t (*wanted)(void *context);
    /* Which lists were begun: as many as there are, all false at first. Who left off goes on with
     * the same ones. NULL: nobody leaves off. */
    atomic_bool *begun;
    /* A list is counted: its changes and its sums are filled, as changes_between does with
     * CHANGES_COUNTS. From the threads, one at a time. */
    void (*counted)(void *context, size_t index);
    void *context;
};

/* In the background: its threads come after those that somebody waits for. False only when
 * cancelled, which is noticed after a file: then a list is either counted as a whole and was told,
 * or it is not to be used. Left off, each list that was begun is counted and was told. `progress`
 * is asked, and never reported to. */
bool count_changes(struct repository *repository, const struct count_work *work,
                   const struct progress *progress, struct error *error);

#endif
