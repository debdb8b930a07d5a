/*
 * The one loop: poll(2) on the terminal, the signal pipe and the event pipe, until told to end.
 *
 * It knows nothing of views. It sleeps without a timer unless somebody wants to be woken, draws
 * once for all that has arrived, and takes a storm of resizes as one.
 */
#ifndef PILAB_TUI_LOOP_H
#define PILAB_TUI_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/tui/event_queue.h>
#include <pilab/tui/terminal.h>

enum loop_end {
    LOOP_QUIT,      /* the person left */
    LOOP_HUNG_UP,   /* the terminal is gone */
    LOOP_TERMINATED /* SIGTERM */
};

struct loop_handler {
    void *context;
    void (*key)(void *context, int32_t key);
    void (*paste)(void *context, const char *text, size_t length);
    void (*event)(void *context, struct event *event);
    void (*resize)(void *context);
    void (*interrupt)(void *context); /* ^C */
    void (*suspend)(void *context);   /* ^Z */
    void (*resume)(void *context);    /* continued after a stop that was not ours */
    /* Brings the screen up to date; called before each wait. */
    void (*draw)(void *context);
    /* A slice of at most some milliseconds of unfinished work; false when none is left. */
    bool (*work)(void *context);
    /* When to call tick, in clock_monotonic() time; -1: never. */
    int64_t (*deadline)(void *context);
    void (*tick)(void *context);
    bool (*done)(void *context);
};

enum loop_end loop_run(struct terminal *terminal, struct event_queue *queue,
                       const struct loop_handler *handler);

#endif
