/*
 * `approvals` of an environment in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_APPROVALS_H
#define PILAB_DRIFT_PROJECT_APPROVALS_H

#include <pilab/drift/approval_settings.h>

#include "project_map.h"

/* Reads the list. A group must be one of reader->settings->groups. */
bool project_approvals_read(struct project_reader *reader, const struct node *list,
                            struct approval_settings **rules, size_t *count);

#endif
