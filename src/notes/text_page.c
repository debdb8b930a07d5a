#include "text_page.h"

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>

enum { NARROWEST_COLUMN = 8 };

const char *page_arrow(const struct page *page)
{
    return page->utf8 ? "→" : "->";
}

void page_line(struct page *page, struct strbuf *left, struct strbuf *right)
{
    rich_line(page->out, left->data, right && right->length > 0 ? right->data : NULL, page->width,
              page->utf8);
    strbuf_clear(left);
    if (right)
        strbuf_clear(right);
}

void page_escaped(struct strbuf *out, const struct page *page, const char *text)
{
    escape_terminal(out, text, strlen(text), ESCAPE_BLANKS | (page->utf8 ? 0 : ESCAPE_ASCII));
}

/* The bytes of `text` that make the next line of at most `columns`: up to a blank where there is
 * one, otherwise as many characters as fit. */
static size_t line_length(const char *text, size_t columns)
{
    size_t length = strlen(text);
    size_t fit = text_fit(text, length, columns, NULL);
    size_t blank = fit;

    if (fit == length || text[fit] == ' ')
        return fit;
    while (blank > 0 && text[blank - 1] != ' ')
        blank--;
    return blank > 1 ? blank - 1 : fit > 0 ? fit : length;
}

void page_lines(struct page *page, enum rich_role role, const char *text, size_t indent,
                struct strbuf *first, struct strbuf *right, size_t lines)
{
    size_t right_width = right ? rich_width(right->data, right->length) : 0;
    size_t room = page->width > indent + NARROWEST_COLUMN ? page->width - indent : NARROWEST_COLUMN;
    struct strbuf safe = STRBUF_INIT, line = STRBUF_INIT, part = STRBUF_INIT;
    const char *rest;

    if (right_width + indent + PAGE_NARROWEST / 2 > page->width)
        right = NULL;
    else if (right_width > 0)
        room -= right_width + 2;
    page_escaped(&safe, page, text);
    rest = safe.data;
    do {
        size_t length = lines-- > 1 ? line_length(rest, room) : strlen(rest); /* cut by rich_line */

        if (first)
            strbuf_add_bytes(&line, first->data, first->length);
        else
            strbuf_add_repeat(&line, " ", indent);
        strbuf_clear(&part);
        strbuf_add_bytes(&part, rest, length);
        rich_word(&line, role, part.data);
        page_line(page, &line, first ? right : NULL);
        first = NULL;
        rest += length;
        while (*rest == ' ')
            rest++;
    } while (*rest != '\0');
    strbuf_release(&safe);
    strbuf_release(&line);
    strbuf_release(&part);
}

void page_wrapped(struct page *page, enum rich_role role, const char *text, size_t indent,
                  struct strbuf *first, struct strbuf *right)
{
    page_lines(page, role, text, indent, first, right, SIZE_MAX);
}

void page_heading(struct page *page, const char *title, size_t count)
{
    strbuf_add_char(page->out, '\n');
    rich_word(page->out, RICH_HEADING, title);
    if (count > 0) {
        rich_open(page->out, RICH_DIM);
        strbuf_printf(page->out, "  %zu", count);
        rich_close(page->out);
    }
    strbuf_add_char(page->out, '\n');
}

void page_more(struct page *page, size_t hidden, const char *things)
{
    if (hidden == 0)
        return;
    strbuf_add_repeat(page->out, " ", PAGE_INDENT);
    rich_open(page->out, RICH_DIM);
    strbuf_printf(page->out, "%s %zu more %s: --wide shows all", page->utf8 ? "…" : "...", hidden,
                  things);
    rich_close(page->out);
    strbuf_add_char(page->out, '\n');
}

void page_remark(struct page *page, enum rich_role role, const char *word, const char *text,
                 size_t indent)
{
    struct strbuf first = STRBUF_INIT;

    strbuf_add_repeat(&first, " ", indent);
    rich_word(&first, role, word);
    if (text && text[0] != '\0')
        page_wrapped(page, RICH_PLAIN, text, indent + strlen(word), &first, NULL);
    else
        page_line(page, &first, NULL);
    strbuf_release(&first);
}
