/*
 * A piece of an editor's line (at most TEXT_PIECE bytes and a character) as rows of the screen.
 *
 * A line that is longer is laid out piece by piece, each from a row of its own on: what a key costs
 * never depends on the length of a line. Words stay whole where a row holds them; rows after the
 * first stand under the text of a list item or quotation. The last column is left free, so that the
 * cursor and the blanks behind a full row have a place.
 */
#ifndef PILAB_TUI_EDIT_LAYOUT_H
#define PILAB_TUI_EDIT_LAYOUT_H

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/tui/edit_text.h>
#include <pilab/tui/glyphs.h>

/* A character: its first byte, counted from the start of the piece, and how it is shown. */
struct edit_cell {
    size_t offset;
    size_t shown; /* where its escaped form begins */
    int column;   /* of the row, the indentation included */
    int width;
};

struct edit_row {
    size_t first; /* cells */
    size_t end;
    int indent;
};

struct edit_layout {
    struct strbuf shown;
    struct vector cells; /* of struct edit_cell, and one behind the last, of no width */
    struct vector rows;  /* of struct edit_row, at least one */
    size_t deceptive;
    size_t start; /* of the piece */
    size_t length;

    /* What it was made of. */
    uint64_t revision;
    int columns;
    enum glyph_set glyphs;
    bool valid;
};

void edit_layout_init(struct edit_layout *layout);
void edit_layout_release(struct edit_layout *layout);

/* Pieces of a line count from 0; the first may be empty. */
size_t edit_piece_start(struct edit_text *text, size_t line, size_t piece);
size_t edit_piece_count(struct edit_text *text, size_t line);
/* The piece that shows an offset of the line. */
size_t edit_piece_of(struct edit_text *text, size_t line, size_t offset);

/* Lays out a piece, unless it is the one that was laid out last. */
void edit_layout_make(struct edit_layout *layout, struct edit_text *text, size_t line, size_t piece,
                      int columns, enum glyph_set glyphs);
/* The row and the column of an offset. */
size_t edit_layout_find(const struct edit_layout *layout, size_t offset, int *column);
/* The offset of the character at a column of a row, or the last one of the row. */
size_t edit_layout_offset(const struct edit_layout *layout, size_t row, int column);

#endif
