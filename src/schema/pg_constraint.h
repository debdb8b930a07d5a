/*
 * Constraints and indexes of PostgreSQL: what they are called when nobody says, and what they are
 * made of.
 */
#ifndef PILAB_SRC_SCHEMA_PG_CONSTRAINT_H
#define PILAB_SRC_SCHEMA_PG_CONSTRAINT_H

#include "pg_apply.h"

/* A Constraint's members. `column`: the column that it is written at, NULL for the table's. What is
 * no constraint of its own (NOT NULL, DEFAULT) is the caller's. */
void pg_add_constraint(struct pg_state *state, struct schema_object *owner,
                       const struct pg_node *node, const char *column);
/* Under that name, or one that the server would choose. */
struct schema_object *pg_new_constraint(struct pg_state *state, struct schema_object *owner,
                                        const char *name, const char *sort, long location);
/* Makes it known by its name. */
void pg_know_constraint(struct pg_state *state, struct schema_object *constraint);
/* Primary key, unique constraint: its columns are not null, its partitions have it, too. */
void pg_constraint_added(struct pg_state *state, struct schema_object *constraint);

void pg_create_index(struct pg_state *state, const struct pg_node *node);
/* The part of a partitioned table that this one is made from, for its partition. */
void pg_clone_index(struct pg_state *state, struct schema_object *partition,
                    const struct schema_object *index);
void pg_clone_constraint(struct pg_state *state, struct schema_object *partition,
                         const struct schema_object *constraint);
/* All that a partition has from its table: constraints and indexes. */
void pg_clone_parts(struct pg_state *state, const struct schema_object *table,
                    struct schema_object *partition);
void pg_copy_values(struct schema *schema, const struct schema_object *from,
                    struct schema_object *to);
/* Calls for each partition of the table. */
typedef void pg_of_partition(struct pg_state *state, struct schema_object *partition,
                             const struct schema_object *part);
void pg_each_partition(struct pg_state *state, const struct schema_object *part,
                       pg_of_partition *call);

#endif
