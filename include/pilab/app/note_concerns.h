/*
 * What whoever reviews, approves or publishes a note should know before: what its report says would
 * break, and what it could not read. Nothing is refused for it.
 */
#ifndef PILAB_APP_NOTE_CONCERNS_H
#define PILAB_APP_NOTE_CONCERNS_H

#include <pilab/app/note_flow.h>

/* "Its report has 3 blockers (a, b and 1 more) and 2 problems.", in the call's arena; NULL: it has
 * none. Reads the newest revision where `flow` came without its text. */
bool note_concerns(struct call *call, const struct note_flow *flow, const char **words,
                   struct error *error);

#endif
