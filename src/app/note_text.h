/*
 * How a note stands, as rich text for the command line. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_NOTE_TEXT_H
#define PILAB_SRC_APP_NOTE_TEXT_H

#include <pilab/app/note_flow.h>
#include <pilab/base/strbuf.h>

/* "note 3  v2.0.7  APPROVED  rev 4": one line. */
void note_text_head(struct strbuf *out, const struct note_flow *flow);
/* State, rules and who is waited for, decisions, receipts. */
void note_text_standing(struct strbuf *out, const struct note_flow *flow);
void note_text_receipts(struct strbuf *out, const struct store_receipts *receipts);

#endif
