/*
 * Asking what really runs, in one environment or in all that somebody looks at, so that the
 * manifest knows; and what was seen there before.
 */
#ifndef PILAB_APP_OBSERVE_H
#define PILAB_APP_OBSERVE_H

#include <pilab/app/call.h>
#include <pilab/store/observation.h>

struct observe_round {
    size_t environments;    /* that were asked about */
    size_t changed;         /* modules that were not seen like that the last time */
    size_t differ, unasked; /* modules that are not as recorded; whose observers did not say */
};

/* Asks the observers of the environments (`count` 0: of all that have any), one environment after
 * the other, and keeps what they say. `by_itself`: nobody asked for it just now. ERROR_NOT_FOUND
 * when nobody looks at any. */
bool observe_refresh(struct call *call, const char *const *environments, size_t count,
                     bool by_itself, struct observe_round *round, struct error *error);

/* What was seen in a cell, the newest first, at most `limit`. */
bool observe_history(struct call *call, const char *module, const char *environment, size_t limit,
                     struct arena *arena, struct store_observations *list, struct error *error);

#endif
