/*
 * Telling statements of PostgreSQL apart in text that is not only SQL.
 *
 * The text is changed in place: what is lifted out becomes blanks, placeholders become names of the
 * same length. Line ends stay.
 */
#ifndef PILAB_SRC_SCHEMA_PG_LIFT_H
#define PILAB_SRC_SCHEMA_PG_LIFT_H

#include <stdbool.h>
#include <stddef.h>

struct pg_piece {
    size_t start, end; /* bytes; the ';' is not in it; start == end: none left */
    size_t chain;      /* the most words and signs without a comma between them */
    bool placeholders;
};

struct pg_lift {
    char *text; /* NUL-terminated */
    size_t length;
    size_t at; /* where the next statement is looked for */
};

/* The next statement: false at the end. */
bool pg_lift_next(struct pg_lift *lift, struct pg_piece *piece);

#endif
