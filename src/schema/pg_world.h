/*
 * Names as a server resolves and writes them: the search path, quotes, what a name stands for in
 * the schema that is being built.
 */
#ifndef PILAB_SRC_SCHEMA_PG_WORLD_H
#define PILAB_SRC_SCHEMA_PG_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/model.h>

struct pg_node;
struct pg_parser;

#define PG_SEARCH_MAX 16
#define PG_WORK_MAX   400000 /* nodes that are written for one statement */
#define PG_NAME_MAX   63     /* bytes of a name; NAMEDATALEN - 1 */

struct pg_world {
    struct schema *schema;
    struct arena *arena; /* of what is written */
    const char *search[PG_SEARCH_MAX];
    size_t search_count;
    const char *text; /* of the statement */
    size_t length;
    struct pg_parser *parser; /* for texts that are read once more; NULL: none */
    size_t work; /* nodes of the statement that were written; what is sorted by is written twice */
};

struct pg_name {
    const char *namespace; /* NULL: not given */
    const char *name;
};

/* The namespace that new objects go to. */
const char *pg_home(const struct pg_world *world);

/* Of a RangeVar's members; of a list of String nodes. */
struct pg_name pg_range_name(const struct pg_node *range);
struct pg_name pg_list_name(const struct pg_node *list);

/* The object of that kind, along the search path; NULL: none. */
struct schema_object *pg_lookup(const struct pg_world *world, enum schema_kind kind,
                                struct pg_name name, const char *arguments);
/* A table, view, materialized view or sequence. */
struct schema_object *pg_lookup_relation(const struct pg_world *world, struct pg_name name);
struct schema_object *pg_lookup_index(const struct pg_world *world, struct pg_name name);
/* Any function of that name; NULL: none. */
struct schema_object *pg_lookup_function(const struct pg_world *world, struct pg_name name);

/* The integer that stands at, or behind, a location of the statement. The library leaves negative
 * ones out of its trees (its Integer is written when it is above 0). */
long pg_integer_at(const struct pg_world *world, long location);

/* In double quotes where the server does so. */
void pg_add_name(struct strbuf *out, const char *name);
const char *pg_quoted(struct arena *arena, const char *name);
/* "public.orders"; no namespace: the name alone. */
/* Of a COLLATE: with its schema where that is said and not the server's own. */
const char *pg_collation_name(struct arena *arena, const struct pg_node *list);
const char *pg_qualified(struct arena *arena, const char *namespace, const char *name);
const char *pg_object_name(struct arena *arena, const struct schema_object *object);
/* 'it''s', E'a\\b' */
void pg_add_literal(struct strbuf *out, const char *text);
const char *pg_literal(struct arena *arena, const char *text);

#endif
