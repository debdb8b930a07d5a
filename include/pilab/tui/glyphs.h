/*
 * The few signs the screens are drawn with, in two sets that say the same: UTF-8, and ASCII for
 * terminals or locales that show nothing else (`--glyphs ascii`).
 *
 * Structural glyphs (up to GLYPH_LAST_STRUCTURAL) are one column wide in both sets, so that columns
 * stay where they are; the rest may be wider in ASCII, and whoever places them measures them.
 */
#ifndef PILAB_TUI_GLYPHS_H
#define PILAB_TUI_GLYPHS_H

#include <stddef.h>

#include <pilab/base/strbuf.h>

enum glyph_set { GLYPHS_UTF8, GLYPHS_ASCII, GLYPH_SET_COUNT };

enum glyph {
    GLYPH_CURSOR,      /* the selected row of the pane that has the keys */
    GLYPH_CURSOR_IDLE, /* the selected row of another pane */
    GLYPH_MARK,        /* a marked row */
    GLYPH_CURSOR_MARK, /* a marked row that is selected */
    GLYPH_CRUMB,       /* between the parts of a place */
    GLYPH_ELLIPSIS,    /* text goes on */
    GLYPH_HORIZONTAL,
    GLYPH_VERTICAL,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_BOTTOM_LEFT,
    GLYPH_BOTTOM_RIGHT,
    GLYPH_RUNNING, /* a job at work */
    GLYPH_BULLET,
    GLYPH_DOT,   /* between facts on one line */
    GLYPH_MINUS, /* before a count of what went */
    GLYPH_MASK,  /* stands for a character of a secret */
    GLYPH_LAST_STRUCTURAL = GLYPH_MASK,
    GLYPH_ARROW, /* previous to current */
    GLYPH_COUNT
};

/* The sign as UTF-8 text, never NULL. */
const char *glyph_text(enum glyph_set set, enum glyph glyph);

/* escape_terminal (base/escape.h) for what is drawn with a set. In ASCII the signs that our own
 * texts use (bullets, arrows, dots, ellipses, minus) become ASCII that says the same, of another
 * width maybe; every other character is shown as escape_terminal does. `flags` need no
 * ESCAPE_ASCII. Returns how many deceptive characters were shown. */
size_t glyphs_escape(enum glyph_set set, struct strbuf *out, const char *text, size_t length,
                     unsigned flags);

#endif
