/*
 * Reports and notes that the store keeps, found by what a person types: a number or an id.
 */
#ifndef PILAB_APP_STORED_H
#define PILAB_APP_STORED_H

#include <pilab/app/call.h>
#include <pilab/drift/report.h>
#include <pilab/notes/note.h>
#include <pilab/store/note.h>
#include <pilab/store/report.h>

/* "42" or "#42"; `what` names the kind for the message. */
bool stored_number(const char *text, const char *what, int64_t *number, struct error *error);

/* An id says nothing about whose it is: what belongs to another project than the call's, in which
 * nobody has checked any right, is ERROR_NOT_FOUND. */
bool stored_here(const struct call *call, const char *project_id, const char *what,
                 const char *name, struct error *error);

bool stored_report_find(struct call *call, const char *name, struct store_report *report,
                        struct error *error);
/* How people call it: "UAT would get, from SIT", or its title where it is about other states. Lives
 * in `arena` or in the report. */
const char *stored_report_words(const struct store_report *report, struct arena *arena);
/* The whole report; the caller frees it. */
bool stored_report_read(struct call *call, const struct store_report *report,
                        struct drift_report **out, struct error *error);

bool stored_note_find(struct call *call, const char *name, struct store_note *note,
                      struct error *error);
/* One revision of it (0: the newest) as a value; the caller frees it. */
bool stored_note_read(struct call *call, const struct store_note *note, int64_t rev,
                      struct note **out, struct store_revision *revision, struct error *error);

/* The same without making a value of it: its texts live in the call's arena. */
bool stored_note_text(struct call *call, const struct store_note *note, int64_t rev,
                      struct store_revision *revision, struct error *error);

/* Opens the store and chooses the project, for what is to be kept. */
bool app_open_for_saving(struct call *call, struct error *error);

#endif
