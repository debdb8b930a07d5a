/*
 * Which keys of trackers messages speak of, and how often: to ask a person which of them are
 * tickets.
 */
#ifndef PILAB_DRIFT_TICKET_COUNT_H
#define PILAB_DRIFT_TICKET_COUNT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>

struct ticket_count {
    const char *key;
    size_t count;    /* messages that have it */
    bool suspicious; /* a well-known look-alike: "UTF" of UTF-8 */
};

/* Counts the keys of one message, each once. `counts` maps a key to its struct ticket_count, which
 * lives in `arena`. */
void ticket_count_message(struct map *counts, struct arena *arena, const char *text);

#endif
