/*
 * A comparison in two halves: the first answer, which says everything but how many lines changed,
 * and then these, as they are counted.
 */
#ifndef PILAB_APP_COMPARE_LINES_H
#define PILAB_APP_COMPARE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/app/call.h>
#include <pilab/app/compare_ask.h>
#include <pilab/app/line_wishes.h>
#include <pilab/drift/lines.h>

/* Some that came, for the report of the first answer; freed with line_batch_free. */
struct line_batch {
    size_t count;
    struct drift_line_count counts[];
};

void line_batch_free(struct line_batch *batch);

/* Who waits. Everything is handed over; called on the thread of compare_run_lines, and `counted` on
 * others too, one at a time. */
struct compare_listener {
    /* The first answer. `counting`: lines follow; else it is the whole one. */
    void (*answered)(void *context, struct drift_report *report, bool counting);
    void (*counted)(void *context, struct line_batch *batch);
    void *context;
    struct line_wishes
        *wishes; /* what is looked at is counted first; borrowed; NULL: nobody does */
};

/* Compares as compare_run does, with the lines of all commits and files. Where these are few they
 * are in the first answer. What was counted once is kept and not counted again. At the end
 * `*settled` is the same report with them (drift_lines_settle), which the caller frees; NULL when
 * the first answer was the whole one. Fails after the first answer too, as when it is cancelled. */
bool compare_run_lines(struct call *call, const struct compare_ask *ask,
                       const struct compare_listener *listener, struct drift_report **settled,
                       struct error *error);

#endif
