/*
 * Files that are named after an environment, where two environments are compared as they are: each
 * is that of its environment alone. Inside of the source room.
 */
#ifndef PILAB_SRC_SOURCE_INFRASTRUCTURE_OWN_H
#define PILAB_SRC_SOURCE_INFRASTRUCTURE_OWN_H

#include <pilab/base/arena.h>
#include <pilab/source/place.h>

/* The file of each side; NULL: it has none. */
struct own_files {
    const char *previous, *current;
};

/* Takes what is named after either environment ("environments/uat.tfvars", "uat/terraform.tfvars")
 * out of both lists, and gives what stands for each other; in `arena`. Nothing where both sides are
 * read for the same environment, or for none. */
struct own_files *infrastructure_own_files(const struct place *const places[2],
                                           struct place_list lists[2], struct arena *arena,
                                           size_t *count);

#endif
