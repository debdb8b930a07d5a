/* Which two states a report is about, in words that are the same for every report of them. Private
 * to this folder. */
#ifndef PILAB_SRC_APP_REPORT_PAIR_H
#define PILAB_SRC_APP_REPORT_PAIR_H

#include <pilab/base/arena.h>
#include <pilab/drift/report.h>

/* Behind the two where nothing is promoted. */
#define REPORT_PAIR_AS_IS " as they are"

/* "env:UAT..env:SIT" for two environments as they are, and for a release that would go to one: it
 * is what its source had. Else the two as they were asked for. */
const char *report_pair(struct arena *arena, const struct drift_side *previous,
                        const struct drift_side *current);
/* The same when it is about environments as they are; else NULL. */
const char *report_pair_of_now(struct arena *arena, const struct drift_side *previous,
                               const struct drift_side *current);

#endif
