/* Types, extensions, schemas, views, comments: what CREATE and ALTER say of them. */
#ifndef PILAB_SRC_SCHEMA_PG_OBJECT_H
#define PILAB_SRC_SCHEMA_PG_OBJECT_H

#include "pg_apply.h"

void pg_create_schema(struct pg_state *state, const struct pg_node *node);
void pg_create_extension(struct pg_state *state, const struct pg_node *node);
void pg_alter_extension(struct pg_state *state, const struct pg_node *node);
void pg_create_enum(struct pg_state *state, const struct pg_node *node);
void pg_alter_enum(struct pg_state *state, const struct pg_node *node);
void pg_create_domain(struct pg_state *state, const struct pg_node *node);
void pg_create_composite(struct pg_state *state, const struct pg_node *node);
/* The type and collation that a ColumnDef gives to a field of a composite type. */
void pg_set_field(struct pg_state *state, struct schema_object *field,
                  const struct pg_node *definition);
void pg_create_range(struct pg_state *state, const struct pg_node *node);
void pg_create_view(struct pg_state *state, const struct pg_node *node);
/* CREATE TABLE AS and CREATE MATERIALIZED VIEW. */
void pg_create_as(struct pg_state *state, const struct pg_node *node);
void pg_comment(struct pg_state *state, const struct pg_node *node);
/* SET search_path and the like. */
void pg_set_variable(struct pg_state *state, const struct pg_node *node);
/* SELECT pg_catalog.set_config('search_path', …); other queries say nothing of a schema. */
void pg_select(struct pg_state *state, const struct pg_node *node);

#endif
