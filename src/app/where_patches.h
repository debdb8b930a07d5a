/*
 * The same change under another id, by its patch. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_WHERE_PATCHES_H
#define PILAB_SRC_APP_WHERE_PATCHES_H

#include "where_relatives.h"

/* Adds the commits that make the same change as one that is asked for, looked for in what versions
 * hold that lack it. `versions` are numbers in the graph, of what was ever deployed. What took long
 * to find is kept in the cache. False when cancelled, or when something could not be read. */
bool where_patches_find(struct relatives *relatives, const size_t *versions, size_t version_count,
                        struct error *error);

#endif
