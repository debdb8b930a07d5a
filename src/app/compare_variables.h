/* The variables of two environments, for a comparison of both. Private to this folder. */
#ifndef PILAB_SRC_APP_COMPARE_VARIABLES_H
#define PILAB_SRC_APP_COMPARE_VARIABLES_H

#include <pilab/app/compare_plan.h>

/* Fills the plan with what the two environments keep; of `module` alone where it is not NULL. In
 * the call's arena. */
bool compare_plan_variables(struct call *call, const char *previous, const char *current,
                            const char *module, struct compare_plan *plan, struct error *error);

#endif
