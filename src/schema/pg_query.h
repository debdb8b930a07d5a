/*
 * Queries as pg_get_viewdef writes them, and the columns that they have.
 */
#ifndef PILAB_SRC_SCHEMA_PG_QUERY_H
#define PILAB_SRC_SCHEMA_PG_QUERY_H

#include "pg_write.h"

/* A SelectStmt's members. `writer->unsure` is set when the text is not the server's. */
struct pg_selected pg_write_query(struct pg_writer *writer, const struct pg_node *select);

/* A writer that can write subqueries. */
struct pg_writer pg_writer_of(struct pg_world *world, const struct pg_scope *scope);

#endif
