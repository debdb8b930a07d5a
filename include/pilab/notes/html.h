/*
 * Release notes as one web page that needs nothing else: XHTML in UTF-8 (so that any XML parser
 * reads it, too) with its own style sheet, fit for printing. No script, no frame, no picture and
 * nothing from elsewhere: HTML in the Markdown is shown as text, pictures become links, and a link
 * that would run something loses its target.
 */
#ifndef PILAB_NOTES_HTML_H
#define PILAB_NOTES_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct note_page {
    const char *title;    /* "v2.0.7" */
    const char *markdown; /* CommonMark with GFM tables, UTF-8 */
    size_t length;
    const char *origin;          /* "note 3, revision 4" */
    const char *digest;          /* of the content */
    const char *markdown_digest; /* of the Markdown */
};

/* Appends the page. The same page always gives the same bytes. Bytes that are no UTF-8 become
 * U+FFFD, characters that XML cannot have are left out, deceptive ones are named: "[U+202E]". */
bool note_render_html(struct strbuf *out, const struct note_page *page, struct error *error);

#endif
