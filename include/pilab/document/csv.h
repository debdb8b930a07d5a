/*
 * CSV (RFC 4180), as people and spreadsheets write it.
 *
 * Reading takes a byte order mark, UTF-16 that has one, any line ending, quoted fields with
 * separators, quotes ("") and line breaks in them, and `,`, `;` or tab between the fields: the one
 * that the first line has most of, or the one that a first line "sep=;" names. Blanks around a
 * field that is not quoted are not part of it, and lines without any field are left out. Rows may
 * differ in length.
 *
 * Writing quotes every field and puts a ' before what a spreadsheet would take for a formula
 * (escape_csv); reading takes that ' away again, so that what was written reads back as it was, but
 * for control and deceptive characters, which are shown ("^[").
 */
#ifndef PILAB_DOCUMENT_CSV_H
#define PILAB_DOCUMENT_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct csv_row {
    size_t line; /* that it begins on, from 1 */
    const char *const *fields;
    size_t count; /* at least 1 */
};

struct csv {
    const struct csv_row *rows;
    size_t count;
    char separator;
};

/* What one row can have; more is ERROR_LIMIT. */
#define CSV_FIELDS_MAX 4096

/* `name` is what the messages call the text (a file's path): "name:line: …". Everything lives in
 * `arena`. ERROR_INVALID for what is not UTF-8, a NUL byte, a quote that nothing closes (naming the
 * line that it opens on) and text behind a closing quote. */
bool csv_read(const char *name, const char *text, size_t length, struct arena *arena,
              struct csv *csv, struct error *error);

/* "" beyond the last field. */
const char *csv_field(const struct csv_row *row, size_t index);

/* Appends one row, separated by commas and ended by CR LF. A NULL field is empty. */
void csv_add_row(struct strbuf *out, const char *const *fields, size_t count);
/* Appends one field as csv_add_row writes it. */
void csv_add_field(struct strbuf *out, const char *text);

#endif
