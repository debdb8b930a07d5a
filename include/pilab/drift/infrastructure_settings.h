/*
 * Which files of Terraform or OpenTofu belong to a module, as a project says it: `infrastructure`
 * of a module in pilab.yaml. Paths are those of the module, from its home on; "{env}" stands for
 * the environment, as in `config`; wildcards name several files.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_SETTINGS_H
#define PILAB_DRIFT_INFRASTRUCTURE_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

struct infrastructure_settings {
    const char *plan; /* a plan as JSON; NULL: none */
    const char **state;
    size_t state_count;
    const char **tfvars;
    size_t tfvars_count;
};

/* Whether nothing is said, so that well-known names decide. */
bool infrastructure_settings_empty(const struct infrastructure_settings *settings);
/* {"plan", "state", "tfvars"}, what is not said left out; a new reference. */
json_t *infrastructure_settings_to_json(const struct infrastructure_settings *settings);
/* What was written; NULL reads as nothing said. Texts are copied. ERROR_CORRUPT. */
bool infrastructure_settings_from_json(const json_t *json, struct arena *arena,
                                       struct infrastructure_settings *settings,
                                       struct error *error);

#endif
