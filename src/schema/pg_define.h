/*
 * The server's text of a constraint, an index or a trigger (pg_get_constraintdef, pg_get_indexdef,
 * pg_get_triggerdef) from its properties, so that it can be made again when a name changes.
 */
#ifndef PILAB_SRC_SCHEMA_PG_DEFINE_H
#define PILAB_SRC_SCHEMA_PG_DEFINE_H

#include "pg_world.h"

/* Sets SCHEMA_DEFINITION; of other kinds nothing. */
void pg_define(struct schema *schema, struct arena *arena, struct schema_object *object);

#endif
