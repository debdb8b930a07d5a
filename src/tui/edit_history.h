/*
 * The steps of an editor's text, as changes that can be taken back; the inner part of edit_text.
 */
#ifndef PILAB_TUI_EDIT_HISTORY_H
#define PILAB_TUI_EDIT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/vector.h>

struct edit_change {
    size_t at;
    size_t removed;
    size_t inserted;
    char *bytes; /* those removed, then those inserted */
    size_t capacity;
};

struct edit_step {
    struct vector changes; /* of struct edit_change */
    size_t before;         /* where the cursor was, and where it was then */
    size_t after;
};

struct edit_history {
    struct vector steps; /* of struct edit_step; those from `done` on were taken back */
    size_t done;
    size_t saved; /* how many were done when it was saved; SIZE_MAX: those are forgotten */
    size_t bytes;
    bool open;  /* between begin and end */
    bool begun; /* the open step has a change: it is the last one done */
    size_t cursor;
};

void edit_history_init(struct edit_history *history);
void edit_history_release(struct edit_history *history);
void edit_history_begin(struct edit_history *history, size_t cursor);
void edit_history_end(struct edit_history *history, size_t cursor);
/* Forgets what was taken back, which no longer fits. */
void edit_history_record(struct edit_history *history, size_t at, const char *removed,
                         size_t removed_length, const char *inserted, size_t inserted_length);
/* The step to take back, or to do again, which counts as that now; NULL: there is none. */
const struct edit_step *edit_history_back(struct edit_history *history);
const struct edit_step *edit_history_forth(struct edit_history *history);

#endif
