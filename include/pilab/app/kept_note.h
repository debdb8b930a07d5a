/*
 * Notes that are kept: as a new note of the project, with the report they were made of.
 */
#ifndef PILAB_APP_KEPT_NOTE_H
#define PILAB_APP_KEPT_NOTE_H

#include <pilab/app/call.h>
#include <pilab/drift/report.h>
#include <pilab/notes/note.h>
#include <pilab/store/note.h>

/* Keeps generated notes as a new note of the call's project, with an audit entry. `template` as in
 * note_render_markdown. */
bool note_save(struct call *call, const struct drift_report *report, const struct note *note,
               const char *template, struct store_note *row, struct error *error);

/* The same for a person: needs PERMISSION_DRAFT_NOTE, and keeps the report first unless it is kept
 * already (compare_save). */
bool note_keep(struct call *call, struct drift_report *report, const struct note *note,
               const char *template, struct store_note *row, struct error *error);

#endif
