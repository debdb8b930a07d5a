/*
 * What goes with a change of a name, and what goes with an object that is dropped.
 */
#ifndef PILAB_SRC_SCHEMA_PG_RENAME_H
#define PILAB_SRC_SCHEMA_PG_RENAME_H

#include "pg_apply.h"

/* Gives the object another name or namespace (NULL keeps) and says so in every text that names it.
 */
void pg_rename_object(struct pg_state *state, struct schema_object *object, const char *namespace,
                      const char *name);
void pg_rename_column(struct pg_state *state, struct schema_object *column, const char *name);
/* In every default, check, index, view … that has it: the server keeps the label's number. */
void pg_rename_label(struct pg_state *state, const struct schema_object *type, const char *old,
                     const char *new);
/* Whether the text names a column of its own table. */
bool pg_mentions(const char *text, const char *column);
/* Whether it has the name with what stands before its dot: "orders.total". */
bool pg_mentions_whole(const char *text, const char *name);

/* With what cannot be without it: sequences that a column owns, keys and indexes over it, foreign
 * keys that rest on a key, and whatever uses those. Without `cascade` users are problems. */
void pg_drop_column(struct pg_state *state, struct schema_object *column, bool cascade);
/* A constraint, an index, … of a table: no column. */
void pg_drop_part(struct pg_state *state, struct schema_object *part, bool cascade);

void pg_apply_rename(struct pg_state *state, const struct pg_node *node);
void pg_apply_set_schema(struct pg_state *state, const struct pg_node *node);
void pg_apply_drop(struct pg_state *state, const struct pg_node *node);

/* A function by name and types; without types the only one of that name. NULL: none. */
struct schema_object *pg_routine_of(struct pg_state *state, const struct pg_node *with_arguments);
/* "integer, text" of the types that identify it. */
const char *pg_identity(struct pg_state *state, const struct pg_node *parameters);

/* The object that a COMMENT, a RENAME or a DROP of `type` ("OBJECT_TABLE") names. NULL: none. */
struct schema_object *pg_named_object(struct pg_state *state, const char *type,
                                      const struct pg_node *object);

#endif
