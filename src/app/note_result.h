/*
 * How a note stands after an act, as a result: pilab.note/1, and its text. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_NOTE_RESULT_H
#define PILAB_SRC_APP_NOTE_RESULT_H

#include <pilab/app/note_flow.h>
#include <pilab/app/result.h>

/* State, rules, decisions and receipts of a note. */
bool note_show_standing(struct call *call, const char *name, struct result *result,
                        struct error *error);
/* The row, and what is said about the act below its head: a line of plain text, or NULL. */
bool note_show_act(struct call *call, const char *name, const char *said, struct result *result,
                   struct error *error);
/* Adds what its report says would break and could not be read, where there is any. */
bool note_show_concerns(struct call *call, const char *name, struct result *result,
                        struct error *error);

#endif
