/*
 * How other threads reach the screen: a queue of events behind a pipe that the loop polls.
 *
 * An event is addressed to a view by its number and carries the generation of the question it
 * answers, so that an answer that comes too late is dropped instead of shown.
 */
#ifndef PILAB_TUI_EVENT_QUEUE_H
#define PILAB_TUI_EVENT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    uint64_t view;       /* view_id(), or 0: to everybody */
    uint64_t generation; /* view_generation() when the work was asked for; 0: always welcome */
    int kind;            /* the view's own numbering */
    void *data;
    void (*release)(void *data); /* called once, by whoever drops or has handled it; may be NULL */
};

struct event_queue;

struct event_queue *event_queue_new(void);
/* Releases the events that nobody took. No thread may post any more. */
void event_queue_free(struct event_queue **queue);

/* Any thread. Takes over event->data. */
void event_queue_post(struct event_queue *queue, const struct event *event);
/* The loop's thread. False when there is none. */
bool event_queue_take(struct event_queue *queue, struct event *event);
void event_release(struct event *event);

/* Readable while events wait. */
int event_queue_fd(const struct event_queue *queue);

#endif
