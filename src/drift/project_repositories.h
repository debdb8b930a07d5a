/*
 * How repositories are reached, in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_REPOSITORIES_H
#define PILAB_DRIFT_PROJECT_REPOSITORIES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <pilab/drift/repository_settings.h>

#include "project_map.h"

/* The part `repositories:`, a list of maps; each address once. */
bool project_repositories_read(struct project_reader *reader, const struct node *list,
                               struct repository_settings **repositories, size_t *count);

/* One entry of that list. New reference. */
json_t *project_repository_json(const struct repository_settings *repository);

#endif
