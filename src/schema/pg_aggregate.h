/* What CREATE AGGREGATE says; the other statements of its kind are not read. */
#ifndef PILAB_SRC_SCHEMA_PG_AGGREGATE_H
#define PILAB_SRC_SCHEMA_PG_AGGREGATE_H

#include "pg_apply.h"

/* DefineStmt: CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH … */
void pg_apply_define(struct pg_state *state, const struct pg_node *node);

#endif
