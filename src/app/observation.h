/*
 * What observers have seen, as the store keeps it. Private to this folder; pilab/app/observe.h has
 * what others ask for.
 */
#ifndef PILAB_SRC_APP_OBSERVATION_H
#define PILAB_SRC_APP_OBSERVATION_H

#include <pilab/app/call.h>
#include <pilab/release/verify.h>

/* Keeps what was seen of each module, within the transaction that is open. `*changed` counts those
 * that were not seen like that the last time. */
bool observations_keep(struct call *call, const struct verification *verification, size_t *changed,
                       struct error *error);

/* Puts what was last seen into the manifest of now. */
bool observations_put(struct call *call, const struct store_environments *environments,
                      struct arena *arena, struct manifest *manifest, struct error *error);

#endif
