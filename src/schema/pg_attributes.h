/*
 * What a function is beside its arguments and its body: IMMUTABLE, STRICT, SECURITY DEFINER, COST,
 * SET … Made of the options of CREATE, changed by the actions of ALTER, and written in the order of
 * pg_get_functiondef. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_PG_ATTRIBUTES_H
#define PILAB_SRC_SCHEMA_PG_ATTRIBUTES_H

#include <pilab/base/vector.h>

#include "pg_apply.h"

struct pg_attributes {
    bool window, strict, definer, leakproof;
    const char *volatility, *parallel; /* as they are written: "immutable", "safe" */
    const char *cost, *rows;           /* NULL: the ordinary ones */
    struct vector settings;            /* struct pg_setting, in order */
};

struct pg_setting {
    const char *name; /* quoted where needed */
    const char *text; /* " SET search_path TO 'public', 'x'" */
};

void pg_attributes_init(struct pg_attributes *attributes);
void pg_attributes_release(struct pg_attributes *attributes);
/* Applies a list of DefElem; texts live in the statement's arena. */
void pg_attributes_apply(struct pg_state *state, struct pg_attributes *attributes,
                         const struct pg_node *options);
/* The lines of a definition that pg_attributes_write wrote; returns what follows them. */
const char *pg_attributes_read(struct pg_state *state, struct pg_attributes *attributes,
                               const char *lines);
void pg_attributes_write(struct strbuf *out, const struct pg_attributes *attributes);

#endif
