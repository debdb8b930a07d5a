/*
 * Whether every part of a tree is one that pg_write.c and pg_query.c write: what is not listed is
 * refused, so that nothing of a text vanishes because nobody thought of it.
 */
#ifndef PILAB_SRC_SCHEMA_PG_KNOWN_H
#define PILAB_SRC_SCHEMA_PG_KNOWN_H

struct arena;
struct pg_node;

/* NULL: all of it is known; else what is not: "TABLESAMPLE" has no word in a tree, so it is
 * "RangeTableSample", "SelectStmt.valuesLists". `node` is {"Kind": {members}}, or NULL. */
const char *pg_unknown_in(struct arena *arena, const struct pg_node *node);
/* The same of what such a node holds. */
const char *pg_unknown_of(struct arena *arena, const char *kind, const struct pg_node *members);

#endif
