/*
 * What a project asks for before something goes to an environment: how many people of which group
 * or role have to approve (pilab.yaml: `approvals` of an environment). What follows from it is the
 * release room's (release/approval.h).
 */
#ifndef PILAB_DRIFT_APPROVAL_SETTINGS_H
#define PILAB_DRIFT_APPROVAL_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

#define APPROVAL_COUNT_MAX 20 /* people that one rule can ask for */

struct approval_settings {
    const char *group; /* of the project's groups, or NULL */
    const char *role;  /* "OWNER", "ADMIN", "CONTRIBUTOR": that one or a higher; or NULL */
    size_t count;      /* at least 1; with neither group nor role: of whoever may approve */
};

/* New reference: [{"group": …, "count": …}, …]. */
json_t *approval_settings_to_json(const struct approval_settings *rules, size_t count);
/* What the above wrote. ERROR_INVALID for anything else. */
bool approval_settings_from_json(const json_t *array, struct arena *arena,
                                 struct approval_settings **rules, size_t *count,
                                 struct error *error);

#endif
