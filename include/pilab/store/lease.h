/*
 * Leases: who is at work on what, so that work whose process was killed is seen as such and not
 * waited for.
 *
 * A lease names its holder by host, boot and process (with the time the process was started, since
 * numbers are used again). Nothing has to be renewed: whether the holder is still there can be
 * asked of the system at any time. A holder on another host cannot be asked and counts as alive.
 */
#ifndef PILAB_STORE_LEASE_H
#define PILAB_STORE_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/store/connection.h>

struct store_lease {
    const char *object;  /* "report:<id>": what is worked on */
    const char *purpose; /* "compare UAT with SIT" */
    const char *host, *boot;
    int64_t pid;
    int64_t started; /* clock ticks between boot and the start of the process */
    int64_t taken_at;
};

struct store_leases {
    struct store_lease *items;
    size_t count;
};

/* Takes the lease for this process. ERROR_CONFLICT, naming the holder and since when, while
 * somebody alive has it; what a dead process held is taken over. Needs a transaction. */
bool store_lease_take(struct connection *connection, const char *object, const char *purpose,
                      struct error *error);
/* Gives it back; that there is none is fine. Needs a transaction. */
bool store_lease_drop(struct connection *connection, const char *object, struct error *error);
/* Those whose holders are gone, oldest first. */
bool store_lease_list_lost(struct connection *connection, struct arena *arena,
                           struct store_leases *list, struct error *error);

/* Fills in host, boot, pid and started for this process; the texts live in `arena`. */
void store_lease_identify(struct arena *arena, struct store_lease *self);
/* Whether the process that holds it is still running; one that ended and that nobody has waited for
 * is not. */
bool store_lease_alive(const struct store_lease *lease);

#endif
