/*
 * That something else was seen to run in an environment than what is recorded there, which is what
 * is compared. Private to this folder.
 */
#ifndef PILAB_SRC_APP_COMPARE_RUNNING_H
#define PILAB_SRC_APP_COMPARE_RUNNING_H

#include <pilab/base/arena.h>
#include <pilab/source/request.h>
#include <pilab/store/observation.h>

/* What was last seen of a module in an environment when it is not as recorded (`version`; NULL:
 * nothing is) since `since`. NULL: it is, or nobody has looked after that. `list` is from
 * store_observation_latest. */
const struct seen_otherwise *compare_running(struct arena *arena,
                                             const struct store_observations *list,
                                             const char *module, const char *environment,
                                             const char *version, int64_t since);

#endif
