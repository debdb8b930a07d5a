/* What was deployed where and when in the sample world. */
#ifndef PILAB_DEMO_DEPLOYMENTS_INTERNAL_H
#define PILAB_DEMO_DEPLOYMENTS_INTERNAL_H

#include <pilab/base/vector.h>
#include <pilab/demo/demo.h>

#include "story.h"

/* Adds the deployments of one module's versions to `out` (of struct demo_deployment). A deployment
 * that another takes back is found by deployments_finish. */
void deployments_of_module(const char *module, const struct story_outcome *story, int64_t end,
                           struct vector *out);

/* Brings all into the order of time and copies them into the arena, with what each takes back. */
struct demo_deployment *deployments_finish(struct vector *deployments, struct arena *arena);

/* When the release of the world is cut: every deployment that it is made of has ended. */
int64_t deployments_cut_at(int64_t end);
/* When the environments of that release were compared before: for an earlier one. */
int64_t deployments_compared_at(int64_t end);

#endif
