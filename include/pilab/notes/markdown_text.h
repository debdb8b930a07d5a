/*
 * The Markdown of notes as rich text (base/rich.h), for people on a terminal: what somebody wrote
 * by hand is read as it is meant, without the marks. What is no Markdown, or Markdown that is not
 * known here, stays as it was written: nothing is ever left out.
 *
 * Known are headings, lists, quotations, rules, fenced code, tables, and within a line code, strong
 * text, links, escaped characters and the entities that note_render_markdown writes. A line of the
 * text is a line (or more, wrapped) of the result.
 */
#ifndef PILAB_NOTES_MARKDOWN_TEXT_H
#define PILAB_NOTES_MARKDOWN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

/* `width` columns at most; `utf8` says whether the reader's terminal shows it. Everything is
 * escaped. */
void note_markdown_text(struct strbuf *out, const char *markdown, size_t width, bool utf8);

#endif
