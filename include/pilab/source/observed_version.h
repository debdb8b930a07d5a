/*
 * Versions as they stand in tags.
 */
#ifndef PILAB_SOURCE_OBSERVED_VERSION_H
#define PILAB_SOURCE_OBSERVED_VERSION_H

#include <pilab/base/arena.h>

/* A tag as a version: what "v{version}" has in the place of its mark, NULL when it is no tag of
 * that form. `pattern` NULL: the tag, without the "v" before a digit. Lives in `arena`. */
const char *observed_tag_version(const char *pattern, const char *tag, struct arena *arena);

#endif
