/*
 * Secrets in rows of names and values: a table of settings has what a secret is called in one
 * column, and the secret in another. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_MASK_SQL_PAIRS_H
#define PILAB_DRIFT_MASK_SQL_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/schema/sql_scan.h>

/* What the columns of an INSERT and the row that is read say; zeroed at each INTO. */
struct sql_pairs {
    uint64_t names, values; /* columns */
    bool listed;            /* the columns are known */
    bool named;             /* a string of the row is the name of a secret */
    bool clear;             /* … of one that is not told from others by a look at it */
};

/* A column of the list. */
void sql_pairs_column(struct sql_pairs *pairs, size_t column, const char *name);
/* A string of a row, in this column. True: it is the secret that one before it names. */
bool sql_pairs_string(struct sql_pairs *pairs, size_t column, const char *text, size_t length);

/* Whether the column that UPDATE sets here holds the value of a setting whose name, as the rest of
 * the statement says it, tells a secret: SET value = 'X' WHERE key = 'smtp_password'. */
bool sql_pairs_updates(enum sql_dialect dialect, const struct sql_token *column,
                       const struct sql_scan *scan);

/* Whether a string under a name that tells a secret is one in the clear. `password`: it tells a
 * password; of what has other names only a value with digits and without blanks is. */
bool sql_pairs_clear(bool password, const char *text, size_t length);

#endif
