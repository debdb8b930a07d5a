/*
 * How long work tells where it is, and learns that it should stop. Both ends may be on different
 * threads: `cancel` is an atomic flag, `report` is called on the worker's thread.
 */
#ifndef PILAB_BASE_PROGRESS_H
#define PILAB_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/transfer.h>

struct progress {
    /* `what` is a short phrase ("mb-auth: reading history"); total 0 means not known yet. */
    void (*report)(void *context, const char *what, uint64_t done, uint64_t total);
    void *context;
    const atomic_bool *cancel;
    /* What comes over the network, with its rate and time left; NULL: `report` gets its objects. */
    void (*transfer)(void *context, const char *what, const struct transfer_state *state);
    /* Called every while from within a wait for something outside; false: there is no use in
     * waiting any longer. NULL: nobody minds. */
    bool (*wait)(void *context);
};

/* All take NULL, and a progress without a listener or without a flag. */
void progress_report(const struct progress *progress, const char *what, uint64_t done,
                     uint64_t total);
void progress_transfer(const struct progress *progress, const char *what,
                       const struct transfer_state *state);
bool progress_cancelled(const struct progress *progress);
/* False with ERROR_CANCELLED when the work should stop. */
bool progress_check(const struct progress *progress, struct error *error);
/* The same from within a wait, each time round: whoever tells how long nothing comes hears of it,
 * and may end the wait (ERROR_NETWORK; why is theirs to say). */
bool progress_wait(const struct progress *progress, struct error *error);

#endif
