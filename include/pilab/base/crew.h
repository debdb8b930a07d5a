/*
 * The same work on many items that have nothing to do with each other, spread over threads.
 *
 * Each item writes only to places of its own and into the arena that it is handed, so that the
 * outcome is the same however many threads there are. The calling thread is one of them; a crew
 * that gets no other does all by itself.
 */
#ifndef PILAB_BASE_CREW_H
#define PILAB_BASE_CREW_H

#include <stddef.h>

#include <pilab/base/arena.h>

#define CREW_LIMIT 4

struct crew_work {
    size_t count;
    size_t chunk;     /* how many neighbours one thread does at once; no fewer are worth a thread */
    unsigned threads; /* 0: as many as there are processors, at most CREW_LIMIT */
    /* Does item `index`; called for different items from different threads at once. */
    void (*item)(void *context, struct arena *arena, size_t index);
    void *context;
};

/* Does all items and waits for the last. What they put into their arenas is `arena`'s then. */
void crew_run(const struct crew_work *work, struct arena *arena);

#endif
