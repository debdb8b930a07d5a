/*
 * What a report holds of one type in one module besides its items: the seed-shaped object of that
 * type in `drifts`, for database, infrastructure, image and dependency.
 */
#ifndef PILAB_DRIFT_PART_H
#define PILAB_DRIFT_PART_H

#include <stddef.h>

#include <pilab/drift/types.h>

struct drift_part {
    enum drift_type type;
    const char *module;
    size_t first_item, item_count; /* its items within report->items */
    /* What the type's own header says: struct drift_database (drift/database.h), … In the report's
     * arena. */
    const void *content;
};

#endif
