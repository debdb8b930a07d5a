/*
 * Types as the server writes them (format_type): "character varying(100)", "public.state[]".
 */
#ifndef PILAB_SRC_SCHEMA_PG_TYPE_H
#define PILAB_SRC_SCHEMA_PG_TYPE_H

#include <stdbool.h>

#include "pg_world.h"

/* A type is known by its name without modifiers; NULL: not known. The name of a literal that has no
 * type yet is pg_unknown. */
struct pg_type {
    const char *name; /* "numeric", "timestamp with time zone", "integer[]" */
    const char *full; /* "numeric(10,2)" */
};

extern const char pg_unknown[];

struct pg_type pg_type_plain(const char *name);
/* Of a TypeName's members. */
struct pg_type pg_type_of(const struct pg_world *world, const struct pg_node *type_name);
/* Of a text as the server writes it: what stands before its modifiers. */
struct pg_type pg_type_parse(struct arena *arena, const char *text);
/* Below domains. */
struct pg_type pg_type_base(const struct pg_world *world, struct pg_type type);
struct pg_type pg_type_element(struct arena *arena, struct pg_type type);
struct pg_type pg_type_array(struct arena *arena, struct pg_type type);

bool pg_type_same(struct pg_type a, struct pg_type b);
bool pg_type_is(struct pg_type type, const char *name);
bool pg_type_is_array(struct pg_type type);
/* 1 smallint … 6 double precision: later ones take earlier ones in; 0: no number. */
int pg_type_number(struct pg_type type);
/* text, character varying, character, name, and what is not typed yet. */
bool pg_type_is_text(struct pg_type type);

/* What a literal's text becomes in this type, as the server would write it back. */
const char *pg_type_value(struct arena *arena, struct pg_type type, const char *text);

#endif
