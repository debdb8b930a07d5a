/*
 * Lines of rich text, as the parts of the notes need them. Inside of the notes room.
 */
#ifndef NOTES_TEXT_PAGE_H
#define NOTES_TEXT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/rich.h>
#include <pilab/base/strbuf.h>
#include <pilab/notes/note.h>

enum { PAGE_INDENT = 2, PAGE_NARROWEST = 40 };

struct page {
    struct strbuf *out;
    const struct note *note;
    size_t width;
    bool utf8, wide;
};

const char *page_arrow(const struct page *page);
/* Appends text from outside, escaped, on one line. */
void page_escaped(struct strbuf *out, const struct page *page, const char *text);
/* A line of two parts, which are empty afterwards; `right` may be NULL. */
void page_line(struct page *page, struct strbuf *left, struct strbuf *right);
/* Text from outside in at most `lines` lines of `role`, each behind `indent` blanks. `first`, when
 * not NULL, stands before the first line instead of the blanks, and `right` at its end. */
void page_lines(struct page *page, enum rich_role role, const char *text, size_t indent,
                struct strbuf *first, struct strbuf *right, size_t lines);
/* The same, all of it. */
void page_wrapped(struct page *page, enum rich_role role, const char *text, size_t indent,
                  struct strbuf *first, struct strbuf *right);
/* A word of ours in a role, and what there is to say behind it (NULL: nothing). */
void page_remark(struct page *page, enum rich_role role, const char *word, const char *text,
                 size_t indent);
void page_heading(struct page *page, const char *title, size_t count);
/* "… 12 more changes: --wide shows all"; nothing for 0. */
void page_more(struct page *page, size_t hidden, const char *things);

/* The differences that are not code, and what was not looked at. */
void page_section(struct page *page, enum note_section section);
void page_silent_sections(struct page *page);

#endif
