/*
 * Environments as fields of a filter. Private to this folder.
 */
#ifndef PILAB_SRC_RELEASE_ENVIRONMENT_FIELD_H
#define PILAB_SRC_RELEASE_ENVIRONMENT_FIELD_H

#include <pilab/base/arena.h>
#include <pilab/base/filter.h>

/* The name of an environment in small letters with '_' for all that is no letter and no digit;
 * "env_" goes before one that would be one of the `count` fields, or begins with no letter. */
const char *environment_field(const char *environment, const struct filter_field *fields,
                              size_t count, struct arena *arena);

#endif
