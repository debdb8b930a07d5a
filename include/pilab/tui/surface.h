/*
 * Drawing: a rectangle of a canvas, with functions that clip to it.
 *
 * A surface is a value and owns nothing. Rows and columns count from its own corner; whatever lies
 * outside is not drawn. Text from outside may be handed over as it came: every function escapes it
 * for the terminal (base/escape.h) and cuts it by columns, never inside a character.
 */
#ifndef PILAB_TUI_SURFACE_H
#define PILAB_TUI_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/tui/canvas.h>

struct rectangle {
    int row;
    int column;
    int rows;
    int columns;
};

/* Cut a strip off a rectangle and return it; the rectangle keeps the rest. A strip is never larger
 * than what is there: layouts are written as a sequence of cuts and need no arithmetic. */
struct rectangle rectangle_cut_top(struct rectangle *area, int rows);
struct rectangle rectangle_cut_bottom(struct rectangle *area, int rows);
struct rectangle rectangle_cut_left(struct rectangle *area, int columns);
struct rectangle rectangle_cut_right(struct rectangle *area, int columns);

struct surface {
    struct canvas *canvas;
    struct rectangle area; /* on the canvas */
};

struct surface surface_whole(struct canvas *canvas);
/* A part of a surface; `part` counts from the surface's corner and is clipped to it. */
struct surface surface_part(const struct surface *surface, struct rectangle part);

int surface_rows(const struct surface *surface);
int surface_columns(const struct surface *surface);

/* Blanks in one role, everywhere or in a row. */
void surface_clear(const struct surface *surface, enum role role);
void surface_clear_row(const struct surface *surface, int row, enum role role);

/* One line of text from `column` on, at most `columns` wide; newlines and runs of blanks are one
 * blank. Text that is cut ends in an ellipsis. Returns the columns used. */
int surface_text(const struct surface *surface, int row, int column, int columns,
                 struct style style, const char *text, size_t length);
/* The same for a NUL-terminated text in one role, as wide as there is room. */
int surface_print(const struct surface *surface, int row, int column, enum role role,
                  const char *text);
int surface_printf(const struct surface *surface, int row, int column, enum role role,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Ends at `column + columns`; numbers are drawn so. */
void surface_text_right(const struct surface *surface, int row, int column, int columns,
                        struct style style, const char *text, size_t length);
/* Like surface_text; text that is cut loses its middle. */
int surface_text_middle(const struct surface *surface, int row, int column, int columns,
                        struct style style, const char *text, size_t length);
/* Text that went through escape_terminal already, cut without an ellipsis, `skip` columns of it
 * left out. Returns the columns used. */
int surface_escaped(const struct surface *surface, int row, int column, size_t skip,
                    struct style style, const char *text, size_t length);

int surface_glyph(const struct surface *surface, int row, int column, enum role role,
                  enum glyph glyph);
void surface_horizontal_line(const struct surface *surface, int row, enum role role);
void surface_vertical_line(const struct surface *surface, int column, enum role role);
void surface_box(const struct surface *surface, enum role role);

/* Lays an overlay on what is drawn already. */
void surface_overlay(const struct surface *surface, int row, int column, int columns,
                     enum role overlay);
/* Lays ROLE_MATCH on every occurrence of `pattern`, letters alike in either case unless the pattern
 * has a capital. Returns how many there are. */
size_t surface_mark_matches(const struct surface *surface, int row, const char *pattern);

/* Where the cursor rests (canvas.h). */
void surface_cursor(const struct surface *surface, int row, int column, bool visible);

#endif
