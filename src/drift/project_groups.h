/*
 * The groups of people in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_GROUPS_H
#define PILAB_DRIFT_PROJECT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/group_settings.h>

#include "project_map.h"

/* The part `groups:`, a map from names to lists of logins, sorted by name. */
bool project_groups_read(struct project_reader *reader, const struct node *map,
                         struct group_settings **groups, size_t *count);

#endif
