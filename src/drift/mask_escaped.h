/*
 * Texts between double quotes whose own quotes are escaped. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_MASK_ESCAPED_H
#define PILAB_DRIFT_MASK_ESCAPED_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/mask.h>

/* Appends a line with each such text masked as a whole that holds a secret. False, with nothing
 * appended: there is none. */
bool mask_escaped(const struct mask *mask, struct strbuf *out, const char *text, size_t length);

#endif
