#include <pilab/base/escape.h>

#include <string.h>

#include <pilab/base/utf8.h>

#include "escape_parts.h"

/* HTML and Markdown. */

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_html(struct strbuf *out, const char *text, size_t length)
{
    struct escape_reader reader = escape_reader_of(text, length);

    strbuf_reserve(out, length);
    while (escape_read_next(&reader)) {
        for (size_t i = 0; i < reader.length; i++) {
            const char *entity = entity_of(reader.form[i]);
            if (entity)
                strbuf_add(out, entity);
            else
                strbuf_add_char(out, reader.form[i]);
        }
    }
}

/* --- Markdown --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool word_ends(const char *at, const char *end)
{
    return at == end || is_blank(*at) || is_line_end(at, end);
}

/* Where a backslash must stand so that the text does not become a heading, a list item or an
 * underline (CommonMark 4.1-4.3, 5.2): NULL for nowhere. */
static const char *block_marker(const char *text, const char *end)
{
    const char *at;

    while (text < end && (is_blank(*text) || is_line_end(text, end)))
        text++;
    at = text;
    while (at < end && is_digit(*at))
        at++;
    if (at > text) {
        bool delimiter = at < end && (*at == '.' || *at == ')');
        return delimiter && word_ends(at + 1, end) ? at : NULL;
    }
    if (at == end || !memchr("#+-=", *at, 4))
        return NULL;
    while (at < end && *at == *text)
        at++;
    return word_ends(at, end) ? text : NULL;
}

/* Underscores between letters are no emphasis (CommonMark 6.2), and names_like_this are frequent.
 * `at` is the first of a run. */
static bool underscores_mark(const char *text, const char *at, const char *end)
{
    const char *after = at;

    while (after < end && *after == '_')
        after++;
    return at == text || after == end || !is_word(at[-1]) || !is_word(*after);
}

static void put_markdown(struct strbuf *out, const char *form, size_t length, const char *marks)
{
    for (size_t i = 0; i < length; i++) {
        char c = form[i];
        if (c == '&' || c == '<' || c == '>') {
            strbuf_add(out, entity_of(c));
            continue;
        }
        if (strchr(marks, c))
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, c);
    }
}

/* `marks` are the characters that are escaped wherever they stand. */
static void escape_inline(struct strbuf *out, const char *text, size_t length, const char *marks)
{
    struct escape_reader reader = escape_reader_of(text, length);
    const char *marker = block_marker(text, reader.end);
    bool underscores = false, blank = false;
    char before = '\0';

    strbuf_reserve(out, length);
    while (escape_read_next(&reader)) {
        char c = reader.character == INVALID ? '\0' : reader.form[0];
        bool again = blank;
        blank = c && is_blank(c);
        if (blank && !again)
            strbuf_add_char(out, ' ');
        if (c == '_' && before != '_')
            underscores = underscores_mark(text, reader.form, reader.end);
        before = c;
        if (blank)
            continue;
        /* A link may follow the text: it must not become an image. */
        if (reader.form == marker || (c == '_' && underscores) ||
            (c == '!' && reader.at == reader.end))
            strbuf_add_char(out, '\\');
        put_markdown(out, reader.form, reader.length, marks);
    }
}

void escape_markdown(struct strbuf *out, const char *text, size_t length)
{
    escape_inline(out, text, length, "\\`*[]~");
}

void escape_markdown_cell(struct strbuf *out, const char *text, size_t length)
{
    escape_inline(out, text, length, "\\`*[]~|");
}

/* The length of the longest run of backticks. */
static size_t longest_fence(const char *text, size_t length)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < length; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

/* CommonMark 6.1: a blank inside of each fence is taken off again when both are there. */
static void escape_code(struct strbuf *out, const char *text, size_t length, bool cell)
{
    struct escape_reader reader = escape_reader_of(text, length);
    size_t fence = longest_fence(text, length) + 1;
    bool pad = length && (text[0] == '`' || text[length - 1] == '`' || is_blank(text[0]) ||
                          is_blank(text[length - 1]));

    if (length == 0)
        return;
    strbuf_add_repeat(out, "`", fence);
    strbuf_add(out, pad ? " " : "");
    while (escape_read_next(&reader)) {
        if (reader.character != INVALID && is_blank(reader.form[0])) {
            strbuf_add_char(out, ' ');
            continue;
        }
        if (cell && reader.form[0] == '|')
            strbuf_add_char(out, '\\');
        strbuf_add_bytes(out, reader.form, reader.length);
    }
    strbuf_add(out, pad ? " " : "");
    strbuf_add_repeat(out, "`", fence);
}

void escape_markdown_code(struct strbuf *out, const char *text, size_t length)
{
    escape_code(out, text, length, false);
}

void escape_markdown_cell_code(struct strbuf *out, const char *text, size_t length)
{
    escape_code(out, text, length, true);
}
