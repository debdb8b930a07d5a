/*
 * What a statement itself says, for what is not written anew from its tree: the words of the text
 * as they stand, with one blank where there were blanks, line ends or comments, and with the schema
 * before names of objects that the schema has.
 */
#ifndef PILAB_SRC_SCHEMA_PG_OWN_H
#define PILAB_SRC_SCHEMA_PG_OWN_H

#include "pg_world.h"

/* The expression, which stands somewhere in the statement. NULL: its words could not be told from
 * those around it. */
const char *pg_own_expression(const struct pg_world *world, const struct pg_node *expression);
/* What stands behind the AS of CREATE VIEW or CREATE TABLE … AS, without its CHECK OPTION or DATA,
 * under the names that the list gives its columns. NULL: there is no such AS. */
const char *pg_own_query(const struct pg_world *world, const char *view,
                         const struct pg_node *query, const struct pg_node *aliases);
/* The text from an offset of the statement on. */
const char *pg_own_body(const struct pg_world *world, const struct pg_node *body, size_t from,
                        size_t length);
/* Whether a definition of a view is such a text: what a server and our writers write of one begins
 * with a blank. */
bool pg_is_own(const char *definition);

#endif
