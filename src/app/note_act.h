/*
 * What the acts on a note share. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_NOTE_ACT_H
#define PILAB_SRC_APP_NOTE_ACT_H

#include <pilab/app/note_flow.h>

/* Finds the note, begins to write, reads how it stands, and refuses unless the act is allowed now
 * on this revision (0: any). False: nothing is open, and a refusal is in the audit. */
bool note_act_begin(struct call *call, const char *name, int64_t rev, enum note_act act,
                    struct note_flow *flow, struct error *error);
/* ERROR_CONFLICT and ERROR_DENIED are refusals: rolls back and puts them into the audit. Returns
 * false. */
bool note_act_refused(struct call *call, enum note_act act, const struct error *error);

/* "note:<id>" */
const char *note_object(struct call *call, const struct store_note *note);
/* number, version, rev and both digests: what every entry about a note says. New reference. */
json_t *note_audit_body(const struct note_flow *flow);

#endif
