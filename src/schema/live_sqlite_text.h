/*
 * What SQLite keeps of a table only as the text that made it: names of constraints, checks,
 * generated columns, collations, AUTOINCREMENT. Private to this folder.
 *
 * The text was accepted by SQLite, so that it is read for what is in it and not for what may be
 * wrong with it (https://www.sqlite.org/lang_createtable.html).
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_SQLITE_TEXT_H
#define PILAB_SRC_SCHEMA_LIVE_SQLITE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>

/* One clause of a column or a table. */
struct sqlite_clause {
    const char *column;     /* whose it is; NULL: the table's */
    const char *name;       /* behind CONSTRAINT, or NULL */
    const char *word;       /* "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "REFERENCES", "COLLATE",
                               "GENERATED", "AUTOINCREMENT" */
    const char *expression; /* in the parentheses of a check or generated column; the collation */
    const char *const *columns; /* of UNIQUE, PRIMARY KEY and FOREIGN KEY of a table */
    size_t column_count;
    bool virtual_column; /* generated and not stored */
};

/* In the arena; `*count` clauses in their order. None for what is no CREATE TABLE (… AS SELECT has
 * become a plain one). */
const struct sqlite_clause *sqlite_table_clauses(struct arena *arena, const char *sql,
                                                 size_t *count);

#endif
