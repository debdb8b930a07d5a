/*
 * The texts of HCL: quoted strings and heredocs, decoded. Inside of the document room.
 */
#ifndef PILAB_DOCUMENT_HCL_TEXT_H
#define PILAB_DOCUMENT_HCL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

/* What kept a text from being read, and where; `why` is a constant. */
struct hcl_fault {
    const char *why;
    const char *at;
};

/* Both append the decoded text and return where it ends, or NULL with the fault filled. */

/* `cursor` is behind the opening quote. */
const char *hcl_quoted_read(const char *cursor, const char *end, struct strbuf *out,
                            struct hcl_fault *fault);
/* `cursor` is behind "<<". The newline behind the closing marker is left. */
const char *hcl_heredoc_read(const char *cursor, const char *end, struct strbuf *out,
                             struct hcl_fault *fault);

/* The bytes of the identifier that starts here: letters, digits, _ and -; 0: none. */
size_t hcl_identifier(const char *cursor, const char *end);

#endif
