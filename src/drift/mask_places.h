/*
 * The secrets that only a document's tree knows, masked in its text: the data of a Kubernetes
 * Secret however it is written, what stands in a map called "secrets". Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_MASK_PLACES_H
#define PILAB_SRC_DRIFT_MASK_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/document/document.h>

/* Appends the text, as many lines as it has. `sealed`: a file for secrets, whose every value is
 * one. False, with nothing appended: it cannot be read, or where its values stand is not sure. */
bool mask_places(struct strbuf *out, enum document_format format, bool sealed, const char *text,
                 size_t length);

/* Whether a text may hold a Kubernetes Secret or a generator of some in a form that line by line is
 * not recognised: not as a line "kind: Secret" of its own. */
bool mask_places_unsure(const char *text, size_t length);

#endif
