/*
 * Text as UTF-8, whatever an editor or a shell saved it as.
 */
#ifndef PILAB_BASE_DECODE_H
#define PILAB_BASE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* Steps over the byte order mark of UTF-8 (U+FEFF), where a text begins with one. */
void text_skip_mark(const char **text, size_t *length);

/* The same, and decodes UTF-16 that has its mark into `out` (RFC 2781), which the caller releases;
 * *text then points into it. Other text stays as it is, valid or not. False with ERROR_INVALID: the
 * UTF-16 is damaged (a lone surrogate, half a unit), and `out` holds what stands before that. */
bool text_decode(const char **text, size_t *length, struct strbuf *out, struct error *error);

#endif
