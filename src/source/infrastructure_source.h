/*
 * The row of infrastructure in the table of sources. Inside of the source room.
 */
#ifndef PILAB_SOURCE_INFRASTRUCTURE_SOURCE_H
#define PILAB_SOURCE_INFRASTRUCTURE_SOURCE_H

#include <pilab/source/type_source.h>

extern const struct type_source infrastructure_source;

/* A path with "{env}" as it is spelt in the place: the environment as it is written, in lower or in
 * upper case, whichever is there; else as it is written. A path without it is itself. In the
 * arena. */
const char *place_environment_path(const struct place *place, const char *path,
                                   struct arena *arena);

#endif
