/*
 * What a view shows of the store, read in the background: one reading at a time, and what changes
 * meanwhile is read behind it.
 */
#ifndef PILAB_TUI_VIEW_READING_H
#define PILAB_TUI_VIEW_READING_H

#include <pilab/tui/studio_parts.h>

/* What is read; constant, outlives the reading. */
struct reading_kind {
    const char *title; /* of the job: "read the notes" */
    size_t size;       /* of what `read` fills, which is zeroed before */
    /* On a worker; the call's arena is `arena`. */
    bool (*read)(struct call *call, struct arena *arena, void *out, struct error *error);
    /* What of it lies outside the arena, when nobody took it; may be NULL. */
    void (*release)(void *out);
};

/* Begin with zeroes and set the first three. */
struct view_reading {
    struct studio *studio;
    struct view *view;
    const struct reading_kind *kind;
    bool running, again; /* a job is at it; the store was changed since it began */
};

/* What is told to the view, after which nothing else is to be done with the event. */
enum reading_event {
    READING_TAKE = 400, /* event->data is a struct reading_taken */
    READING_ENDED,
    READING_FAILED, /* why is shown already */
};

/* Whoever sets `arena` or what `out` points to outside it to NULL has taken them over. */
struct reading_taken {
    const struct reading_kind *kind;
    struct arena *arena;
    void *out; /* of `kind->size` bytes, goes with the event */
};

void view_reading_begin(struct view_reading *reading);

/* Whether the event was one of these; ends the reading and begins the next when one is due. */
bool view_reading_event(struct view_reading *reading, const struct event *event);

#endif
