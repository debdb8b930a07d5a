/*
 * Tables of PostgreSQL: CREATE TABLE, its columns and partitions, and sequences.
 */
#ifndef PILAB_SRC_SCHEMA_PG_TABLE_H
#define PILAB_SRC_SCHEMA_PG_TABLE_H

#include "pg_apply.h"

void pg_create_table(struct pg_state *state, const struct pg_node *node);
void pg_create_foreign_table(struct pg_state *state, const struct pg_node *node);
/* A ColumnDef's members; its constraints as well. */
void pg_add_column(struct pg_state *state, struct schema_object *table, const struct pg_node *node,
                   bool if_not_exists);
/* Sets the default, or removes it when `expression` is NULL. */
void pg_set_default(struct pg_state *state, struct schema_object *column,
                    const struct pg_node *expression);
void pg_set_identity(struct pg_state *state, struct schema_object *column, const char *when,
                     const struct pg_node *options);
void pg_attach_partition(struct pg_state *state, const struct schema_object *table,
                         struct schema_object *partition, const struct pg_node *bound);

void pg_create_sequence(struct pg_state *state, const struct pg_node *node);
void pg_alter_sequence(struct pg_state *state, const struct pg_node *node);

#endif
