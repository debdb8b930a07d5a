/*
 * A table of what runs where, as people keep it: a row a module and a column an environment, or a
 * row a cell ("module, environment, version, date, by, commit"). Which it is, is told by the line
 * of headings.
 */
#ifndef PILAB_RELEASE_INIT_TABLE_H
#define PILAB_RELEASE_INIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/document/csv.h>
#include <pilab/release/init_findings.h>

struct init_sheet {
    const char *name; /* "versions.csv", for messages and the history */
    const struct csv_row *rows;
    size_t count;
};

/* Adds what the sheet says to the findings; a row that cannot be used is a remark with its line.
 * ERROR_INVALID when the headings name no module or no environment. The fields must live as long
 * as the findings' arena. */
bool init_table_read(const struct init_sheet *sheet, struct init_findings *findings,
                     struct error *error);

/* Whether a cell says that nobody knows, or that nothing is there: "", "?", "-", "n/a". */
bool init_table_is_unknown(const char *text);

/* When something happened, as tables write it: RFC 3339, a date, a date and a time of day (taken as
 * UTC), "22.01.2025". False for what can be read in two ways ("01/02/2025"). */
bool init_table_time(const char *text, int64_t *at);

#endif
