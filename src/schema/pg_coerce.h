/*
 * What the server adds to an expression when it stores it: casts to the types of columns, operators
 * and functions (PostgreSQL 15, chapter 10, type conversion), as far as it shows in pg_get_expr.
 */
#ifndef PILAB_SRC_SCHEMA_PG_COERCE_H
#define PILAB_SRC_SCHEMA_PG_COERCE_H

#include <stdbool.h>
#include <stddef.h>

#include "pg_type.h"

/* An expression, written. */
struct pg_written {
    const char *text; /* casts that the server added are shown, as within operators */
    const char *bare; /* those on top are not shown, as on top of a default */
    struct pg_type type;
    const char *literal; /* the content of a literal that has no type yet, else NULL */
    const char *column;  /* the name of a plain column, else NULL */
    bool null;           /* NULL without a type */
    bool constant;       /* nothing but literals */
};

struct pg_written pg_written_text(const char *text, struct pg_type type);

/* The name of the type in a cast: bpchar for character. */
const char *pg_cast_name(struct pg_type type, bool full);
/* A constant of that type: 5, true, '{}'::jsonb, 'public.a'::regclass. */
const char *pg_constant(const struct pg_world *world, struct pg_type type, const char *value);

/* As the server does it by itself. */
struct pg_written pg_coerce(const struct pg_world *world, struct pg_written written,
                            struct pg_type target);
/* As an explicit cast asks. */
struct pg_written pg_cast(const struct pg_world *world, struct pg_written written,
                          struct pg_type target);
/* The type that all can have (chapter 10.5); text when none has one. */
struct pg_type pg_common_type(const struct pg_world *world, const struct pg_written *written,
                              size_t count);

/* Gives both operands the types that the operator takes; returns its result's. `left` is NULL of a
 * prefix operator. */
struct pg_type pg_operator(const struct pg_world *world, const char *name, struct pg_written *left,
                           struct pg_written *right);

/* Gives the arguments of a function of the server the types that it takes; returns its result's,
 * not known for those that we do not know. */
struct pg_type pg_function(const struct pg_world *world, const char *name,
                           struct pg_written *arguments, size_t count);

#endif
