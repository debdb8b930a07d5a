/*
 * Release notes as JSON: pilab.notes/1, which has every field of the form that the product was
 * asked for and more. Sections whose state is not "changed" are empty arrays; `sections` says why.
 */
#ifndef PILAB_NOTES_JSON_H
#define PILAB_NOTES_JSON_H

#include <jansson.h>

#include <pilab/base/digest.h>
#include <pilab/base/error.h>
#include <pilab/notes/note.h>

/* New reference. */
json_t *note_to_json(const struct note *note);

/* The note that note_to_json wrote; the caller frees it. Members that are not known are ignored,
 * missing ones are empty. NULL with ERROR_INVALID naming the member that is not what it should be,
 * or ERROR_UNSUPPORTED for another schema. */
struct note *note_from_json(const json_t *value, struct error *error);

/* SHA-256 of the canonical JSON with no approvals in it: what an approval stands for. */
const char *note_digest(const struct note *note, char out[SHA256_HEX_SIZE]);

#endif
