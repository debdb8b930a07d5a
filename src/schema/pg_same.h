/*
 * Whether two texts of PostgreSQL mean the same, one as a server writes it and one as we do: their
 * trees are compared, without casts, and with qualifiers only where both have them.
 */
#ifndef PILAB_SRC_SCHEMA_PG_SAME_H
#define PILAB_SRC_SCHEMA_PG_SAME_H

#include <stdbool.h>

#include <pilab/schema/model.h>
#include <pilab/schema/pg_statements.h>

enum pg_sameness {
    PG_SAME,
    PG_DIFFERENT,
    PG_UNREADABLE /* the grammar does not read one of them */
};

/* Of a property of an object of that kind. */
enum pg_sameness pg_same(struct pg_parser *parser, enum schema_kind kind,
                         enum schema_property property, const char *a, const char *b);

#endif
