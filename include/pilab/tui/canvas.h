/*
 * What the screen shall show, as a grid of cells in memory.
 *
 * Screens draw here (surface.h); the terminal shows it (terminal.h) and sends only what changed.
 * So everything that draws is tested without a terminal, and what is seen can be written to a file.
 *
 * Invariants: no cell holds a byte that a terminal would act on. A wide character has width 2 and
 * the cell to its right has width 0 and no text; neither is ever there without the other. An empty
 * cell is a blank of width 1.
 */
#ifndef PILAB_TUI_CANVAS_H
#define PILAB_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/strbuf.h>
#include <pilab/tui/glyphs.h>
#include <pilab/tui/theme.h>

/* How a cell looks: its role, and what lies over it (selection, match), both `enum role`. */
struct style {
    uint8_t role;
    uint8_t overlay; /* ROLE_NORMAL: nothing */
};

struct style style_of(enum role role);

#define CANVAS_CELL_TEXT 21 /* a base and four combining marks of four bytes each, and a NUL */

struct canvas_cell {
    char text[CANVAS_CELL_TEXT];
    uint8_t width;
    struct style style;
};

struct canvas;

/* Rows and columns are at least 1. */
struct canvas *canvas_new(int rows, int columns, enum glyph_set glyphs);
void canvas_free(struct canvas **canvas);
/* Blanks everything. */
void canvas_resize(struct canvas *canvas, int rows, int columns);
void canvas_clear(struct canvas *canvas);

int canvas_rows(const struct canvas *canvas);
int canvas_columns(const struct canvas *canvas);
enum glyph_set canvas_glyphs(const struct canvas *canvas);

/* The cells of one row, canvas_columns() of them. */
const struct canvas_cell *canvas_row(const struct canvas *canvas, int row);
/* Appends a row's text without the blanks at its end. */
void canvas_row_text(const struct canvas *canvas, int row, struct strbuf *out);
/* Appends all rows, each with a newline: the form of the tests' expectations and of `:screen`. */
void canvas_text(const struct canvas *canvas, struct strbuf *out);

/* Puts one character (a base and its combining marks, already escaped) and repairs the halves of
 * wide characters it cuts. What does not lie on the canvas whole is not drawn. */
void canvas_put(struct canvas *canvas, int row, int column, const char *text, size_t length,
                int width, struct style style);
void canvas_set_overlay(struct canvas *canvas, int row, int column, enum role overlay);

/* While it is plain, lines are left out when they are drawn: what is selected with a mouse is text.
 */
void canvas_set_plain(struct canvas *canvas, bool plain);
bool canvas_is_plain(const struct canvas *canvas);

/* Where the terminal's cursor rests: on the selected row or in the line being typed, so that a
 * screen reader finds it. Visible only while something is typed. */
struct canvas_cursor {
    int row;
    int column;
    bool visible;
};
void canvas_set_cursor(struct canvas *canvas, int row, int column, bool visible);
struct canvas_cursor canvas_cursor(const struct canvas *canvas);

/* How many deceptive characters (base/utf8.h) have been drawn since canvas_clear. */
size_t canvas_deceptive(const struct canvas *canvas);
void canvas_add_deceptive(struct canvas *canvas, size_t count);

#endif
