/* Kinds of expressions that take more than a few lines; of pg_write.c. */
#ifndef PILAB_SRC_SCHEMA_PG_WRITE_PARTS_H
#define PILAB_SRC_SCHEMA_PG_WRITE_PARTS_H

#include "pg_writer.h"

struct pg_written pg_write_operation(struct pg_writer *writer, const struct pg_node *node);
struct pg_written pg_write_call(struct pg_writer *writer, const struct pg_node *node);
struct pg_written pg_write_case(struct pg_writer *writer, const struct pg_node *node);
struct pg_written pg_write_coalesce(struct pg_writer *writer, const struct pg_node *node);
struct pg_written pg_write_extreme(struct pg_writer *writer, const struct pg_node *node);
struct pg_written pg_write_row(struct pg_writer *writer, const struct pg_node *node);
/* Of this type; of what its elements have in common when it is not given. */
struct pg_written pg_write_array(struct pg_writer *writer, const struct pg_node *node,
                                 struct pg_type type);

#endif
