/*
 * Texts between double quotes whose own quotes are escaped. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_MASK_ESCAPED_H
#define PILAB_DRIFT_MASK_ESCAPED_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

#include "secrets.h"

/* Appends a line with each such text masked as a whole that `judge` says holds a secret. `code`:
 * the line is of a program, which may put the value there later ("%s"). False, with nothing
 * appended: there is none. */
bool mask_escaped(struct strbuf *out, const char *text, size_t length, bool code,
                  secret_judge *judge, unsigned depth);

#endif
