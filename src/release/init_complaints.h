/* What could not be read or used, each complaint once. Inside of the release room. */
#ifndef PILAB_RELEASE_INIT_COMPLAINTS_INTERNAL_H
#define PILAB_RELEASE_INIT_COMPLAINTS_INTERNAL_H

#include <pilab/release/init_plan.h>

/* Fills remarks, complaints and refusals of a plan whose modules are there already. */
void init_complaints_gather(struct init_plan *plan, const struct init_findings *findings,
                            struct arena *arena);

#endif
