/*
 * The state of a reader of DDL, and what the rooms that apply statements share.
 */
#ifndef PILAB_SRC_SCHEMA_PG_APPLY_H
#define PILAB_SRC_SCHEMA_PG_APPLY_H

#include <pilab/base/map.h>
#include <pilab/schema/pg_statements.h>

#include "pg_query.h"
#include "pg_tree.h"
#include "pg_world.h"

#define PG_PARTITION_DEPTH 32 /* tables that are partitions of partitions */

struct pg_state {
    struct pg_world world;
    struct schema *schema;
    const struct pg_statement *statement;
    bool only;               /* ALTER TABLE ONLY: partitions are told themselves */
    bool inherits;           /* some table inherits from another, and is no partition */
    unsigned nesting;        /* of partitions that are gone through */
    struct map *constraints; /* by namespace and name: struct schema_object *, may be removed */
};

typedef void pg_apply(struct pg_state *state, const struct pg_node *node);

/* Of the statement; `location` as in its tree, -1 for the whole. */
struct schema_place pg_place(const struct pg_state *state, long location);
/* A problem at the statement. */
void pg_complain(struct pg_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A writer in the scope; after writing, pg_wrote complains when the text is not the server's. */
struct pg_writer pg_writer_in(struct pg_state *state, const struct pg_scope *scope);
void pg_wrote(struct pg_state *state, const struct pg_writer *writer, const char *what);

/* The table of a RangeVar; NULL, with a complaint, when there is none and `optional` is not set. */
struct schema_object *pg_need_relation(struct pg_state *state, const struct pg_node *range,
                                       bool optional);
struct schema_object *pg_need_column(struct pg_state *state, struct schema_object *table,
                                     const char *name, bool optional);
/* Where a new object of that name goes: its namespace is made known when nothing else did. */
const char *pg_target(struct pg_state *state, struct pg_name name);
/* Whether tables, indexes, sequences or views have that name. */
bool pg_relation_taken(const struct pg_state *state, const char *namespace, const char *name);
/* "a_b_suffix", as makeObjectName and ChooseRelationName make it; `taken` says which are. */
typedef bool pg_taken(const struct pg_state *state, const char *namespace, const char *name);
const char *pg_choose(struct pg_state *state, const char *namespace, const char *first,
                      const char *second, const char *suffix, pg_taken *taken);
bool pg_constraint_taken(const struct pg_state *state, const char *namespace, const char *name);

/* Names of String nodes as a list: `count` of them. */
const char **pg_names(struct pg_state *state, const struct pg_node *list, size_t *count);
/* "a, b" in quotes where needed. */
const char *pg_joined(struct arena *arena, const char *const *names, size_t count);
/* DefElem's: the last of that name; NULL: none. */
const struct pg_node *pg_option(const struct pg_node *options, const char *name);
/* The argument of a DefElem as text. */
const char *pg_option_text(const struct pg_world *world, const struct pg_node *element);
/* WITH (…) as a sorted list "fillfactor=70". */
void pg_set_options(struct pg_state *state, struct schema_object *object,
                    const struct pg_node *options);

#endif
