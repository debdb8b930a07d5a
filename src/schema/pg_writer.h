/*
 * What writes an expression: where its names are looked up, how far it is indented, and the way
 * from a part of an expression to the parts within it.
 */
#ifndef PILAB_SRC_SCHEMA_PG_WRITER_H
#define PILAB_SRC_SCHEMA_PG_WRITER_H

#include <stdbool.h>

#include "pg_coerce.h"

struct pg_column {
    const char *name;
    struct pg_type type;
};

/* What columns can be named from: a table, a subquery, OLD and NEW. */
struct pg_source {
    const char *name;  /* alias, or the relation's own */
    const char *shown; /* what the server calls it where the name is taken; NULL: the name */
    const struct pg_column *columns;
    size_t count;
    bool known; /* else it may have any column */
};

struct pg_scope {
    const struct pg_source *sources;
    size_t count;
    bool prefix;                  /* columns are written with their source's name */
    const struct pg_scope *outer; /* of a subquery */
    struct pg_type value;         /* of VALUE, in the check of a domain */
};

struct pg_writer;

/* A query, written, and what it selects. */
struct pg_selected {
    const char *text;
    struct pg_column *columns;
    size_t count;
};

typedef struct pg_written pg_write_one(struct pg_writer *writer, const struct pg_node *node);
typedef struct pg_selected pg_write_select(struct pg_writer *writer, const struct pg_node *select);

struct pg_writer {
    struct pg_world *world;
    const struct pg_scope *scope;
    pg_write_one *write;
    pg_write_select *select; /* for subqueries */
    int indent;
    int depth;
    const struct pg_column *names; /* of a branch of UNION: what its columns are called */
    size_t name_count;
    const char *unsure; /* a node that is not known here: the text is not the server's */
};

static inline struct pg_written pg_write(struct pg_writer *writer, const struct pg_node *node)
{
    return writer->write(writer, node);
}

/* What is shown of it within other expressions, or `absent`. */
static inline const char *pg_write_or(struct pg_writer *writer, const struct pg_node *node,
                                      const char *absent)
{
    return node ? pg_write(writer, node).text : absent;
}

/* With the type that it must have, as a default or a generated column. */
static inline const char *pg_write_as(struct pg_writer *writer, const struct pg_node *node,
                                      struct pg_type type)
{
    struct pg_written written = pg_write(writer, node);
    if (written.literal || written.null)
        written = pg_coerce(writer->world, written, pg_type_base(writer->world, type));
    return written.bare;
}

/* As a condition. */
static inline const char *pg_write_condition(struct pg_writer *writer, const struct pg_node *node)
{
    return pg_coerce(writer->world, pg_write(writer, node), pg_type_plain("boolean")).bare;
}

/* Breaks the line as ruleutils.c does (appendContextKeyword). */
void pg_break(struct pg_writer *writer, struct strbuf *out, const char *word, int before, int after,
              int plus);
/* What a column is called that has no name: FigureColname of the server. */
const char *pg_figure_name(const struct pg_node *node);
/* ORDER BY and friends: " DESC NULLS LAST", from the names of the tree. */
const char *pg_order_words(const char *direction, const char *nulls);

#endif
