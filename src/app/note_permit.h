/*
 * What may be done with a note as it stands, and what not and why. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_NOTE_PERMIT_H
#define PILAB_SRC_APP_NOTE_PERMIT_H

#include <pilab/app/note_flow.h>

/* Whether the call's actor may do this now. Otherwise ERROR_DENIED (a right is missing) or
 * ERROR_CONFLICT (the state is another), naming every condition that is not met. */
bool note_permit(const struct call *call, const struct note_flow *flow, enum note_act act,
                 struct error *error);
/* Fills flow->permits. */
void note_permits_settle(const struct call *call, struct note_flow *flow, struct arena *arena);
/* The right that it takes. */
enum permission_action note_act_permission(enum note_act act);

#endif
