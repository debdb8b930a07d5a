/*
 * `observe` of an environment in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_OBSERVERS_H
#define PILAB_DRIFT_PROJECT_OBSERVERS_H

#include <pilab/drift/observer_settings.h>

#include "project_map.h"

/* Reads the list. Of the reader arena and error are looked at, nothing else. */
bool project_observers_read(struct project_reader *reader, const struct node *list,
                            struct observer_settings **observers, size_t *count);

#endif
