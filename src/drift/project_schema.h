/* `schema` of a module in a project file. Inside of the drift room. */
#ifndef PILAB_DRIFT_PROJECT_SCHEMA_H
#define PILAB_DRIFT_PROJECT_SCHEMA_H

#include <pilab/drift/project_file.h>

#include "project_map.h"

/* A path, or a map of path, dialect and live. */
bool project_schema_read(struct project_reader *reader, const struct node *node,
                         const char *dialects, struct schema_settings *schema);

#endif
