/*
 * A note as pilab.note/1: its row with everything about its way to being published. What it says
 * is pilab.notes/1 (notes/json.h).
 */
#ifndef PILAB_APP_NOTE_JSON_H
#define PILAB_APP_NOTE_JSON_H

#include <jansson.h>

#include <pilab/app/note_flow.h>

/* New reference. */
json_t *note_flow_to_json(const struct note_flow *flow);
/* The members that a list has, too. New reference. */
json_t *note_row_to_json(const struct store_note *note);
/* New reference: an array. */
json_t *note_receipts_to_json(const struct store_receipts *receipts);

#endif
