/* ALTER TABLE, ALTER INDEX, ALTER VIEW …: commands on relations; ALTER DOMAIN. */
#ifndef PILAB_SRC_SCHEMA_PG_ALTER_H
#define PILAB_SRC_SCHEMA_PG_ALTER_H

#include "pg_apply.h"

void pg_alter_table(struct pg_state *state, const struct pg_node *node);
void pg_alter_domain(struct pg_state *state, const struct pg_node *node);

#endif
