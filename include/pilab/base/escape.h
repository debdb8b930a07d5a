/*
 * Text from outside, made safe for the place where it is shown. One function a sink; each appends
 * to `out` and never fails. Stored data stays as it came: escaping happens on the way out.
 *
 * Invalid UTF-8 becomes U+FFFD everywhere (terminal: "\xHH", so that a person can tell the byte).
 */
#ifndef PILAB_BASE_ESCAPE_H
#define PILAB_BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

enum escape_flags {
    /* Keep \n, and expand \t to a tab stop of 8; otherwise they are shown as ^J ^I. */
    ESCAPE_LINES = 1,
    /* The terminal shows only ASCII: the rest becomes <U+00E9>. */
    ESCAPE_ASCII = 2,
    /* For one-line fields: \n, \r\n, \t and runs of blanks become one blank. */
    ESCAPE_BLANKS = 4
};

/* For a terminal or a plain-text stream: C0, C1 and DEL in caret notation (^[, ^?, U+009B as
 * <U+009B>), deceptive characters (base/utf8.h) and those that the locale cannot print as <U+202E>,
 * at most 4 combining marks on a base, the rest shown as <U+0301>, and so is a mark without a base,
 * which would stand on whatever was printed before. The result holds no byte that a terminal would
 * act on except, with ESCAPE_LINES, \n. Returns how many deceptive characters were shown. */
size_t escape_terminal(struct strbuf *out, const char *text, size_t length, unsigned flags);

/*
 * Documents. In all of them controls are shown (^[), a CR before LF is dropped, deceptive
 * characters are shown as <U+202E>; the two joiners U+200C and U+200D are kept where they do not
 * follow ASCII, since emoji and many scripts need them.
 */

/* For running text in CommonMark/GFM: what would start markup is backslash-escaped, < > & become
 * entities, newlines and runs of blanks become one blank. Bare URLs are left to be links. */
void escape_markdown(struct strbuf *out, const char *text, size_t length);
/* For a cell of a GFM table: as above, and | is escaped. */
void escape_markdown_cell(struct strbuf *out, const char *text, size_t length);
/* A code span: fenced by as many backticks as the text needs, fence included. Nothing for an empty
 * text, for which there is no code span. */
void escape_markdown_code(struct strbuf *out, const char *text, size_t length);
/* A code span in a cell of a GFM table, where | needs a backslash even in code. */
void escape_markdown_cell_code(struct strbuf *out, const char *text, size_t length);
/* For HTML and XML text and quoted attributes; what XML 1.0 forbids or discourages is shown. */
void escape_html(struct strbuf *out, const char *text, size_t length);
/* One CSV field (RFC 4180), always quoted; a leading = + - @ TAB CR LF or full-width = + - @ gets a
 * ' before it, so that no spreadsheet takes it for a formula (CWE-1236). */
void escape_csv(struct strbuf *out, const char *text, size_t length);

/* A JSON string literal (RFC 8259) with its quotes. Controls and deceptive characters are \u
 * escapes, so that nothing is lost and nothing acts on a terminal. */
void escape_json(struct strbuf *out, const char *text, size_t length);
/* One word for a POSIX shell, quoted when it needs it: for commands that we show to be copied. What
 * a terminal would act on, and bytes that are no UTF-8, are spelt by printf(1), so that the word
 * keeps its value; NUL, which no word can hold, is left out. */
void escape_shell(struct strbuf *out, const char *text, size_t length);

/* A file name made of text from outside: [A-Za-z0-9._-], no leading dot or dash, at most 100 bytes,
 * never empty. */
void slug_file_name(struct strbuf *out, const char *text, size_t length);

#endif
