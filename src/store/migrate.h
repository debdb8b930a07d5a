/*
 * Bringing a store to the schema of this program. Private to this room.
 */
#ifndef PILAB_SRC_STORE_MIGRATE_H
#define PILAB_SRC_STORE_MIGRATE_H

#include <pilab/store/connection.h>

#include "embedded.h"

struct migration_list {
    const struct migration *items;
    size_t count;
};

/* Applies what is missing, in order, each migration in a transaction of its own. Before each, a
 * store that holds something already is copied to "<path>.before-NNN". Processes that migrate at
 * once take turns. *applied gets the number of migrations that this call applied. On failure the
 * store is at the last migration that worked. */
bool migrate(struct connection *connection, const struct migration_list *list, size_t *applied,
             struct error *error);

#endif
