/*
 * Text as UTF-8, whatever an editor or shell wrote it as.
 */
#ifndef PILAB_DOCUMENT_ENCODING_H
#define PILAB_DOCUMENT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "builder.h"

enum encoding_fallback {
    FALLBACK_NONE,   /* what is not UTF-8 is an error */
    FALLBACK_LATIN1, /* is ISO-8859-1 */
    FALLBACK_WARN    /* is ISO-8859-1, and the document gets a warning */
};

/* Skips a UTF-8 byte order mark, decodes UTF-16 that has one, and checks the rest. *text then
 * points into itself or into the arena. False with the error filled. */
bool encoding_decode(struct tree_builder *builder, const char **text, size_t *length,
                     enum encoding_fallback fallback);

/* Turns \r\n and \r into \n, in a copy when there are any. */
void encoding_unify_lines(struct tree_builder *builder, const char **text, size_t *length);

/* The line and column of a byte. */
struct position text_position(const char *text, size_t offset);

#endif
