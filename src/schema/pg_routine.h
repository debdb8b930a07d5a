/* Functions, triggers and policies. */
#ifndef PILAB_SRC_SCHEMA_PG_ROUTINE_H
#define PILAB_SRC_SCHEMA_PG_ROUTINE_H

#include "pg_apply.h"

/* "a integer, OUT b text" of a list of FunctionParameter; of an aggregate those behind the first
 * `direct` are what it orders by, unless that is 0. */
const char *pg_parameters(struct pg_state *state, const struct pg_node *list, long direct);

void pg_create_function(struct pg_state *state, const struct pg_node *node);
void pg_alter_function(struct pg_state *state, const struct pg_node *node);
void pg_create_trigger(struct pg_state *state, const struct pg_node *node);
void pg_create_policy(struct pg_state *state, const struct pg_node *node);
void pg_alter_policy(struct pg_state *state, const struct pg_node *node);

#endif
