/* A file that is compared with nothing. Inside of the source room. */
#ifndef PILAB_SOURCE_ONE_SIDE_H
#define PILAB_SOURCE_ONE_SIDE_H

#include <stdbool.h>

#include <pilab/base/error.h>

/* False, and why, for one file that is no plan: only a plan holds both sides. */
bool one_side_refuse(const char *path, struct error *error);

#endif
