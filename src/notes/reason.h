/*
 * Why a difference stands in notes, in one sentence. Inside of the notes room.
 */
#ifndef PILAB_NOTES_REASON_H
#define PILAB_NOTES_REASON_H

#include <pilab/drift/report.h>

/* Of a breaking difference what breaks; else why somebody should look, or the sentence of the
 * gravest rule, of equal ones the first. What a project wrote for its own people is left out. NULL:
 * nothing remains. The text is the item's. */
const char *note_item_reason(const struct drift_item *item);

#endif
