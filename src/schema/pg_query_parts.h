/* A query that is being written; of pg_query.c and pg_query_source.c. */
#ifndef PILAB_SRC_SCHEMA_PG_QUERY_PARTS_H
#define PILAB_SRC_SCHEMA_PG_QUERY_PARTS_H

#include <pilab/base/vector.h>

#include "pg_write.h"

#define PG_INDENT      8 /* PRETTYINDENT_STD of ruleutils.c */
#define PG_OF_VARIABLE 4

struct query {
    struct pg_writer *writer;
    struct strbuf out;
    struct vector sources; /* struct pg_source */
    struct vector columns; /* struct pg_column */
    struct vector targets; /* const struct pg_node *, beside columns; NULL for what a star gave */
    struct vector selects; /* struct pg_selected: the subqueries of FROM, in order */
    size_t select;         /* how many of them are written */
    size_t item;           /* which of the sources is written next */
    struct vector merged;  /* const char *: columns that joins make one of two */
    bool natural;          /* and those that have the same name */
    const struct pg_column *names; /* that its columns are given from outside */
    size_t name_count;
    struct pg_scope scope;
};

/* NULL: it has none. */
const char *query_alias(const struct pg_node *members);
/* What can be named, in order; written later, when all of it is known. */
void query_read_item(struct query *query, const struct pg_node *item);
/* Writes "*", or "o.*" of the source `only`. Of all sources what joins merge comes first, and
 * once. */
void query_add_columns(struct query *query, const char *only);

#endif
