/*
 * A module whose infrastructure is compared, for tests of what is found, judged and shown.
 */
#ifndef TESTS_UNIT_DRIFT_INFRASTRUCTURE_SCENE_H
#define TESTS_UNIT_DRIFT_INFRASTRUCTURE_SCENE_H

#include <pilab/drift/infrastructure.h>

#include "../../support/drift_fixture.h"

struct infrastructure_scene {
    struct drift_fixture drift;
    struct terraform_file *previous, *current;
    struct infrastructure_pair pair;
    struct infrastructure_input input;
};

/* One of resource_changes of a plan; `change` is what stands within its "change". */
#define RESOURCE(address, type, change)                                                            \
    "{\"address\":\"" address "\",\"mode\":\"managed\",\"type\":\"" type                           \
    "\",\"name\":\"x\",\"provider_name\":\"registry.terraform.io/hashicorp/"                       \
    "aws\",\"change\":{" change "}}"

/* Setup and teardown of cmocka: *state is the scene. */
int infrastructure_scene_start(void **state);
int infrastructure_scene_end(void **state);
/* Two files of one module, or a plan with `previous` NULL; the report is the scene's. */
const struct drift_report *infrastructure_scene_compare(struct infrastructure_scene *scene,
                                                        const char *name, const char *previous,
                                                        const char *current);
/* A plan with these resource_changes, as tfplan.json. */
const struct drift_report *infrastructure_scene_plan(struct infrastructure_scene *scene,
                                                     const char *resources);
/* The item of that path; the test fails without it. */
const struct drift_item *infrastructure_scene_item(const struct infrastructure_scene *scene,
                                                   const char *path);
/* It has that severity, and that rule is one of those that fired. */
void assert_judged(const struct drift_item *item, enum severity severity, const char *rule);

#endif
