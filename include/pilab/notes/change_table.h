/*
 * The changes of release notes as a table in CSV (document/csv.h): a row for each change that is
 * announced and for each difference that is not code, with a row of titles first. For spreadsheets:
 * every field is quoted, and none is a formula.
 */
#ifndef PILAB_NOTES_CHANGE_TABLE_H
#define PILAB_NOTES_CHANGE_TABLE_H

#include <pilab/base/strbuf.h>
#include <pilab/notes/note.h>

/* Appends the table. The same note always gives the same bytes. */
void note_render_csv(struct strbuf *out, const struct note *note);

#endif
