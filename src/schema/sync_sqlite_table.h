/*
 * Tables of SQLite that change: which of them ALTER TABLE can change, and the statements that make
 * them.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_SQLITE_TABLE_H
#define PILAB_SRC_SCHEMA_SYNC_SQLITE_TABLE_H

#include "sync_script.h"

struct sqlite_target {
    const struct schema_object *previous, *current; /* previous NULL: it is new */
    bool rebuild;                                   /* ALTER TABLE cannot do it */
};

/* Adds to a vector of struct sqlite_target all tables that are on both sides and are not changed by
 * indexes and triggers alone. */
void sync_sqlite_find_targets(const struct sync_script *script, struct vector *targets);

/* CREATE TABLE under that name. What the script does not drop stays in it. */
void sync_sqlite_create_table(struct sync_script *script, const struct sqlite_target *target,
                              const char *name);
/* ALTER TABLE … ADD COLUMN for each. */
void sync_sqlite_add_columns(struct sync_script *script, const struct sqlite_target *target);
/* The columns whose values go from the one to the other: "a", "b". "" when there are none. */
const char *sync_sqlite_copied_columns(const struct sync_script *script,
                                       const struct sqlite_target *target);
/* The names of all columns that the table has before the script, in order, with commas. */
const char *sync_sqlite_column_names(const struct sync_script *script,
                                     const struct sqlite_target *target);
/* Whether it numbers its rows with AUTOINCREMENT. */
bool sync_sqlite_counts(const struct schema_object *table);

#endif
