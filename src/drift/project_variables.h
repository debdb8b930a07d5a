/*
 * The configuration variables in a project file. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_PROJECT_VARIABLES_H
#define PILAB_DRIFT_PROJECT_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/variable_settings.h>

#include "project_map.h"

/* The part `variables:`, a list in the file's order. Each place once; what environments and modules
 * they name is not looked at. */
bool project_variables_read(struct project_reader *reader, const struct node *list,
                            struct variable_settings **variables, size_t *count);

#endif
