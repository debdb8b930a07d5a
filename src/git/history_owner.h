/* A history with the arenas that its files were read into. */
#ifndef PILAB_GIT_HISTORY_OWNER_INTERNAL_H
#define PILAB_GIT_HISTORY_OWNER_INTERNAL_H

#include <pilab/git/history.h>

#include "workers.h"

struct history_owner {
    struct history history; /* first: what callers hold is a pointer to it */
    struct arena *arenas[WORKERS_LIMIT];
};

/* An empty one, ended with history_free. */
struct history_owner *history_owner_new(void);

#endif
