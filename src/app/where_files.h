/*
 * Which commits changed which configuration keys and migrations of a module: an index of its own,
 * beside that of the repository, made when somebody first asks and added to later.
 */
#ifndef PILAB_SRC_APP_WHERE_FILES_H
#define PILAB_SRC_APP_WHERE_FILES_H

#include <pilab/drift/project_file.h>
#include <pilab/source/well_known.h>

#include "where_index.h"

struct where_files {
    const struct module_settings *module;
    const struct environment_settings *environments; /* for "{env}" */
    size_t environment_count;
    const struct well_known *names; /* for a module that does not say what its configuration is */
};

/* Adds the commits (struct object_id) that changed the key, or a key below it, anywhere in the
 * layers of the module's configuration; or that touched the file of that path. A key is its whole
 * path ("env.SESSION_TIMEOUT") or one name of it. Values are not looked at. False when cancelled.
 */
bool where_files_find_key(struct call *call, struct where_index *index,
                          const struct where_files *files, const char *key, struct vector *commits,
                          struct error *error);

/* The same for the file of a migration, by its name or number. */
bool where_files_find_migration(struct call *call, struct where_index *index,
                                const struct where_files *files, const char *name,
                                struct vector *commits, struct error *error);

#endif
