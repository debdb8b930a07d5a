/*
 * Which values the bounds of partitions take, as far as their texts tell it: PostgreSQL's
 * "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", "FOR VALUES IN ('a', NULL)",
 * "FOR VALUES WITH (modulus 4, remainder 0)" and "DEFAULT"
 * (https://www.postgresql.org/docs/15/sql-createtable.html). Private to this room.
 */
#ifndef PILAB_SRC_SCHEMA_PARTITION_BOUND_H
#define PILAB_SRC_SCHEMA_PARTITION_BOUND_H

#include <pilab/base/arena.h>
#include <pilab/schema/model.h>

/* Whether two partitions of the table cannot both be there: false is certain, true is also what is
 * not known, as the order of texts in a collation. `table` tells the types of the key; NULL: not
 * known. */
bool partition_bounds_overlap(struct arena *arena, const struct schema_object *table, const char *a,
                              const char *b);

/* Whether every row that is within `inner` is within `outer`: true is certain. */
bool partition_bound_holds(struct arena *arena, const struct schema_object *table,
                           const char *outer, const char *inner);

bool partition_is_default(const struct schema_object *partition);

#endif
