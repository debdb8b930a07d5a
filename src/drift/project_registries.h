/*
 * Image registries in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_REGISTRIES_H
#define PILAB_DRIFT_PROJECT_REGISTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <pilab/drift/registry_settings.h>

#include "project_map.h"

/* The part `registries:`, a list of maps; each name once. */
bool project_registries_read(struct project_reader *reader, const struct node *list,
                             struct registry_settings **registries, size_t *count);

/* One entry of that list. New reference. */
json_t *project_registry_json(const struct registry_settings *registry);

#endif
