/*
 * What setting up knows of one module. Inside of the release room.
 */
#ifndef PILAB_SRC_RELEASE_INIT_MODULE_H
#define PILAB_SRC_RELEASE_INIT_MODULE_H

#include <pilab/drift/project_file.h>

/* What a person said of a module stands; only what was left open is filled. Says whether anything
 * was. */
bool init_module_fill(struct module_settings *module, const struct module_settings *found);

#endif
