/*
 * Manifests of Kubernetes in texts that are read line by line. Inside of the drift room.
 */
#ifndef PILAB_SRC_DRIFT_MASK_MANIFEST_H
#define PILAB_SRC_DRIFT_MASK_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

/* Appends a line with the data of a Secret masked that is JSON on this line: the last applied
 * configuration. False, with nothing appended: there is none. */
bool manifest_mask_json(struct strbuf *out, const char *text, size_t length);

/* Whether a document, or the patch of one, is a Secret: its data may stand before its kind. */
bool manifest_is_secret(const char *text, size_t length, bool patch);

/* How much of a text is its first document. */
size_t manifest_size(const char *text, size_t length);

#endif
