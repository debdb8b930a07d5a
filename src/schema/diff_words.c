/* What a hazard means where it is not PostgreSQL's: other locks, other words. */
#include <string.h>

#include "diff_parts.h"

#define BREAKING SCHEMA_RISK_BREAKING
#define DATA     SCHEMA_RISK_DATA
#define LOCK     SCHEMA_RISK_LOCK
#define FAILS    SCHEMA_RISK_FAILS

/* clang-format off */
static const struct schema_hazard mysql[] = {
    { "drop-unique", BREAKING, "values that had to differ may repeat from now on; ON DUPLICATE KEY UPDATE and REPLACE that rely on it add rows instead" },
    { "drop-index", 0, "queries that rely on it become slow" },
    { "cut-type", BREAKING | DATA | LOCK | FAILS, "digits or a time of day that the new type does not have are cut without an error, and what it cannot hold at all makes it fail, or is cut where the session is not strict; nobody can write to the table while it is written again" },
    { "narrow-type", BREAKING | LOCK | FAILS, "values that the new type cannot hold make it fail, or are cut where the session is not strict (that of the script of schema sync is); nobody can write to the table while it is written again" },
    { "rewrite-type", LOCK, "the whole table is written again, and nobody can write to it meanwhile" },
    { "time-zone", BREAKING | LOCK, "values are converted with the time zone of the session that does it; nobody can write to the table while it is written again" },
    { "set-not-null", BREAKING | LOCK | FAILS, "it fails if a row has no value, or makes it 0 or '' where the session is not strict; the table is written again, and writers that leave the column out fail" },
    { "required-column", BREAKING, "the rows that are there get the type's own value (0, '', 0000-00-00), and writers that do not know the column fail where the session is strict" },
    { "filled-column", LOCK, "the column gets a value of its own in every row: the table is written again, and nobody can write to it meanwhile" },
    { "build-key", LOCK | FAILS, "values that repeat make it fail; every row is read" },
    { "foreign-key", LOCK | FAILS, "rows that refer to nothing make it fail; nobody can write to the table while every row is looked at" },
    { "check-scan", LOCK | FAILS, "rows that do not satisfy it make it fail; nobody can write to the table while every row is looked at" },
    { "build-index", LOCK, "every row is read; others read and write meanwhile, but not where it is of FULLTEXT or SPATIAL" },
    { "generated-column", LOCK, "its values are computed again; where they are stored, the table is written again, and nobody can write to it meanwhile" },
    { "becomes-generated", BREAKING | DATA | LOCK, "what was written to it is computed over, and an INSERT that brings a value of its own is refused" },
    { "enum-labels", BREAKING | DATA | LOCK | FAILS, "rows with a value that goes make it fail, or get '' (of a SET: lose it) where the session is not strict (that of the script of schema sync is); writers of such a value fail; nobody can write to the table while it is written again" },
    { "collation", LOCK, "values sort and compare in another order: the table and its indexes are written again, and what is the same in the new order makes a unique key fail" },
}, sqlite[] = {
    { "drop-index", 0, "queries that rely on it become slow" },
    { "cut-type", BREAKING | DATA | LOCK, "values become others, and cannot be brought back: '007' is 7 as a number, a large integer or a long fraction is rounded; the table is made anew, and nobody can write to the file meanwhile" },
    { "rewrite-type", LOCK, "the table is made anew, and nobody can write to the file meanwhile" },
    { "set-not-null", BREAKING | LOCK | FAILS, "it fails if a row has no value; the table is made anew, nobody can write to the file meanwhile, and writers that leave the column out fail" },
    { "filled-column", LOCK, "the table may have to be made anew, and nobody can write to the file meanwhile" },
    { "build-key", LOCK | FAILS, "values that repeat make it fail; nobody can write to the file while the table is made anew or the index is built" },
    { "foreign-key", LOCK | FAILS, "rows that refer to nothing make it fail; the table is made anew, and nobody can write to the file meanwhile" },
    { "check-scan", LOCK | FAILS, "rows that do not satisfy it make it fail; the table is made anew, and nobody can write to the file meanwhile" },
    { "build-index", LOCK, "nobody can write to the file while the index is built" },
    { "collation", LOCK, "values sort and compare in another order: the table is made anew, and what is the same in the new order makes a unique key fail" },
    { "generated-column", LOCK, "its values are computed again: the table is made anew, and nobody can write to the file meanwhile" },
};
/* clang-format on */

void diff_hazard_in(enum schema_dialect dialect, struct schema_hazard *hazard)
{
    const struct schema_hazard *rows = dialect == SCHEMA_MYSQL ? mysql : sqlite;
    size_t count = dialect == SCHEMA_MYSQL    ? sizeof mysql / sizeof *mysql
                   : dialect == SCHEMA_SQLITE ? sizeof sqlite / sizeof *sqlite
                                              : 0;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].id, hazard->id) == 0) {
            *hazard = rows[i];
            return;
        }
    }
}
