/*
 * Opening the store as another version of the program would. Private to this room and its tests.
 */
#ifndef PILAB_SRC_STORE_OPENING_H
#define PILAB_SRC_STORE_OPENING_H

#include <pilab/store/store.h>

#include "migrate.h"

/* store_open with another list of migrations than the program's own. */
bool store_open_with(const struct store_options *options, const struct clock *clock,
                     const struct migration_list *migrations, struct store **store,
                     struct error *error);

#endif
