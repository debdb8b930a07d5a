/*
 * What a project file calls by its name: environments and modules that stand elsewhere in it.
 * Inside of the drift room.
 *
 * A name that is not there would never be met, and what hangs on it would be left out in silence:
 * the database that is not read, the rule that never fires. It is ERROR_INVALID with "file:line: ",
 * and the hint says which there are. A file without environments, or without modules, is completed
 * by what a store keeps, and names them freely until then.
 */
#ifndef PILAB_DRIFT_PROJECT_NAMES_H
#define PILAB_DRIFT_PROJECT_NAMES_H

#include <pilab/drift/project_file.h>

#include "project_map.h"

/* After all of the file has been read. */
bool project_names_check(struct project_reader *reader, const struct node *root);

#endif
