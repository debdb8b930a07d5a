/*
 * Two sets of migrations of one module, compared and told.
 */
#ifndef TESTS_DATABASE_WORLD_H
#define TESTS_DATABASE_WORLD_H

#include <pilab/drift/database.h>

#include "../../support/drift_fixture.h"
#include "../../support/migrations.h"

struct database_world {
    struct drift_fixture fixture;
    struct migration_scene *previous, *current;
    struct database_input input;
};

/* The report is the world's, and the scenes become it. */
const struct drift_report *world_compare(struct database_world *world,
                                         struct migration_scene *previous,
                                         struct migration_scene *current);
void world_end(struct database_world *world);
/* "SEVERITY attention category path: value [rules]", one item a line. */
char *world_told(const struct drift_report *report);

#endif
