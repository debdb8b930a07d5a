/*
 * Expressions as pg_get_expr writes them: names resolved, every operator in parentheses, the casts
 * that the server adds.
 */
#ifndef PILAB_SRC_SCHEMA_PG_WRITE_H
#define PILAB_SRC_SCHEMA_PG_WRITE_H

#include "pg_writer.h"

/* Any expression: the `write` of a writer. */
struct pg_written pg_write_node(struct pg_writer *writer, const struct pg_node *node);

/* The columns of a relation of the schema. */
struct pg_source pg_source_of(const struct pg_world *world, const struct schema_object *relation,
                              const char *alias);

#endif
