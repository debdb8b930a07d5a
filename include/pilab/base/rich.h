/*
 * Text with roles, for the terminal and the command line alike.
 *
 * A rich text is UTF-8 made of whole lines in which "\x01" and a letter open a role and "\x02"
 * closes it. Escaped text (escape_terminal) can hold neither byte, so nothing from outside can open
 * or close one. Roles do not nest. Who shows the text turns roles into colours, attributes or
 * nothing: meaning is never in the role alone.
 */
#ifndef PILAB_BASE_RICH_H
#define PILAB_BASE_RICH_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>

enum rich_role {
    RICH_PLAIN,
    RICH_TITLE,   /* what this is about */
    RICH_HEADING, /* a section */
    RICH_DIM,     /* less important */
    RICH_NAME,    /* a ticket, a key, a file */
    RICH_ADDED,
    RICH_DELETED,
    RICH_MODIFIED,
    RICH_CRITICAL,
    RICH_HIGH,
    RICH_MEDIUM,
    RICH_LOW,
    RICH_INFO,
    RICH_WARNING, /* look here: a problem, something unread */
    RICH_GOOD,    /* nothing to do */
    RICH_ROLE_COUNT
};

#define RICH_OPEN  '\x01' /* followed by 'A' + role */
#define RICH_CLOSE '\x02'

void rich_open(struct strbuf *out, enum rich_role role);
void rich_close(struct strbuf *out);
/* Text from outside in a role: escaped (one line; ASCII only unless `utf8`). */
void rich_text(struct strbuf *out, enum rich_role role, const char *text, bool utf8);
/* Our own words in a role; `text` must be free of control characters. */
void rich_word(struct strbuf *out, enum rich_role role, const char *text);

/* Columns of a line, roles left out. */
size_t rich_width(const char *text, size_t length);

enum rich_align {
    RICH_LEFT,
    RICH_RIGHT,
    RICH_ENDS /* left; what is too wide loses its middle */
};
/* Text from outside in exactly `columns` columns: cut with an ellipsis or padded. */
void rich_cell(struct strbuf *out, enum rich_role role, const char *text, size_t columns,
               enum rich_align align, bool utf8);
/* Text from outside in at most `columns` columns: a wider one loses its middle. */
void rich_middle(struct strbuf *out, enum rich_role role, const char *text, size_t columns,
                 bool utf8);
/* A line of a left part (rich) that gives way, and a right part (rich) that stays, `columns` wide
 * in all; ends with a newline. The right part is dropped where there is no room for both. */
void rich_line(struct strbuf *out, const char *left, const char *right, size_t columns, bool utf8);
/* Rich or plain words broken at blanks into lines of at most `columns`, each after `indent` blanks
 * and, however narrow that is, with room for 8. A word that is longer than a line is broken, blanks
 * between words stay as many as they are, and a role that reaches over the end of a line ends there
 * and goes on in the next. */
void rich_wrap(struct strbuf *out, const char *text, size_t indent, size_t columns);

/* Without roles. */
void rich_to_plain(struct strbuf *out, const char *text, size_t length);
/* With SGR sequences (ECMA-48) in the 16 colours that every colour terminal has. */
void rich_to_ansi(struct strbuf *out, const char *text, size_t length);

#endif
