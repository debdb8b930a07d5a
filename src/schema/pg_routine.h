/* Functions, triggers and policies. */
#ifndef PILAB_SRC_SCHEMA_PG_ROUTINE_H
#define PILAB_SRC_SCHEMA_PG_ROUTINE_H

#include "pg_apply.h"

void pg_create_function(struct pg_state *state, const struct pg_node *node);
void pg_alter_function(struct pg_state *state, const struct pg_node *node);
void pg_create_trigger(struct pg_state *state, const struct pg_node *node);
void pg_create_policy(struct pg_state *state, const struct pg_node *node);
void pg_alter_policy(struct pg_state *state, const struct pg_node *node);

#endif
