#include <ctype.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/edit_character.h>
#include <pilab/tui/text_layout.h>

#include "edit_layout.h"

#define TAB_STOP      8
#define INDENT_REACH  200 /* bytes of a line that may be its indentation */
#define NARROW_ENOUGH 20  /* columns that are needed to indent at all */

void edit_layout_init(struct edit_layout *layout)
{
    memset(layout, 0, sizeof *layout);
    layout->shown = (struct strbuf)STRBUF_INIT;
    vector_init(&layout->cells, sizeof(struct edit_cell));
    vector_init(&layout->rows, sizeof(struct edit_row));
}

void edit_layout_release(struct edit_layout *layout)
{
    strbuf_release(&layout->shown);
    vector_release(&layout->cells);
    vector_release(&layout->rows);
}

/* ---- pieces ---- */

size_t edit_piece_start(struct edit_text *text, size_t line, size_t piece)
{
    size_t start = edit_text_line_start(text, line);
    size_t end = edit_text_line_end(text, line);
    size_t at = start + piece * TEXT_PIECE;

    if (piece == 0)
        return start;
    return at >= end ? end : character_align(text, at);
}

size_t edit_piece_count(struct edit_text *text, size_t line)
{
    size_t length = edit_text_line_end(text, line) - edit_text_line_start(text, line);

    return length == 0 ? 1 : (length + TEXT_PIECE - 1) / TEXT_PIECE;
}

size_t edit_piece_of(struct edit_text *text, size_t line, size_t offset)
{
    size_t count = edit_piece_count(text, line);
    size_t piece = (offset - edit_text_line_start(text, line)) / TEXT_PIECE;

    if (piece >= count)
        piece = count - 1;
    if (piece + 1 < count && edit_piece_start(text, line, piece + 1) <= offset)
        piece++;
    return piece;
}

/* ---- cells ---- */

static void add_cell(struct edit_layout *layout, size_t offset, size_t shown, int column, int width)
{
    struct edit_cell *cell = vector_add(&layout->cells);

    *cell = (struct edit_cell){ offset, shown, column, width };
}

static int show(struct edit_layout *layout, const char *bytes, size_t length, int column)
{
    size_t shown = layout->shown.length;
    unsigned char byte = (unsigned char)bytes[0];

    if (byte == '\t') {
        int blanks = TAB_STOP - column % TAB_STOP;

        strbuf_add_repeat(&layout->shown, " ", (size_t)blanks);
        return blanks;
    }
    if (length == 1 && byte >= 0x20 && byte < 0x7f) {
        strbuf_add_char(&layout->shown, bytes[0]);
        return 1;
    }
    layout->deceptive += glyphs_escape(layout->glyphs, &layout->shown, bytes, length, 0);
    return (int)text_width(layout->shown.data + shown, layout->shown.length - shown);
}

static void make_cells(struct edit_layout *layout, const char *bytes, size_t length)
{
    int column = 0;

    strbuf_clear(&layout->shown);
    vector_clear(&layout->cells);
    layout->deceptive = 0;
    for (size_t at = 0; at < length;) {
        size_t size = character_length(bytes + at, length - at);
        size_t shown = layout->shown.length;
        int width = show(layout, bytes + at, size, column);

        add_cell(layout, at, shown, column, width);
        column += width;
        at += size;
    }
    add_cell(layout, length, layout->shown.length, column, 0);
}

/* ---- rows ---- */

/* Columns before the text of a line: its blanks, and the sign of a list item or quotation. */
static int indentation(struct edit_text *text, size_t line, int columns)
{
    size_t start = edit_text_line_start(text, line);
    size_t length = edit_text_line_end(text, line) - start;
    const char *bytes;
    size_t at = 0, sign;
    int indent = 0;

    if (length > INDENT_REACH)
        length = INDENT_REACH;
    bytes = edit_text_bytes(text, start, length);
    for (; at < length && (bytes[at] == ' ' || bytes[at] == '\t'); at++)
        indent += bytes[at] == '\t' ? TAB_STOP - indent % TAB_STOP : 1;
    sign = at;
    if (at < length && strchr("-*+>", bytes[at]) != NULL && bytes[at] != '\0') {
        at++;
    } else {
        while (at < length && isdigit((unsigned char)bytes[at]))
            at++;
        if (at > sign && at < length && (bytes[at] == '.' || bytes[at] == ')'))
            at++;
        else
            at = sign;
    }
    if (at > sign && at < length && bytes[at] == ' ')
        indent += (int)(at - sign) + 1;
    return columns < NARROW_ENOUGH || indent > columns / 2 ? 0 : indent;
}

static bool is_blank(const struct edit_layout *layout, const struct edit_cell *cell)
{
    return cell->width > 0 && layout->shown.data[cell->shown] == ' ';
}

/* Where a row that is full at `full` ends: behind its last blank when the word after it has room on
 * a row of its own, behind a slash of a long path, else right there. */
static size_t break_before(const struct edit_layout *layout, size_t first, size_t full)
{
    const struct edit_cell *cells = layout->cells.items;
    size_t slash = full;

    for (size_t at = full; at > first; at--)
        if (is_blank(layout, &cells[at - 1]) && !is_blank(layout, &cells[at]))
            return at - first > (full - first) / 4 ? at : full;
    while (slash > first && layout->shown.data[cells[slash - 1].shown] != '/')
        slash--;
    return slash - first > (full - first) / 2 ? slash : full;
}

static void make_rows(struct edit_layout *layout, int columns, int indent)
{
    struct edit_cell *cells = layout->cells.items;
    size_t last = layout->cells.count - 1;
    size_t first = 0;
    int row_indent = 0;

    vector_clear(&layout->rows);
    do {
        int base = cells[first].column - row_indent;
        size_t end = first;
        struct edit_row *row;

        /* A character that is too wide for the screen still takes a row of its own. */
        while (end < last &&
               (cells[end].column + cells[end].width - base <= columns || end == first))
            end++;
        if (end < last && !is_blank(layout, &cells[end]))
            end = break_before(layout, first, end);
        /* Blanks hang over the edge: the next row begins with a word. */
        while (end < last && is_blank(layout, &cells[end]))
            end++;
        row = vector_add(&layout->rows);
        *row = (struct edit_row){ first, end, row_indent };
        for (size_t i = first; i < end; i++)
            cells[i].column -= base;
        if (end == last)
            cells[last].column -= base;
        first = end;
        row_indent = indent;
    } while (first < last);
}

void edit_layout_make(struct edit_layout *layout, struct edit_text *text, size_t line, size_t piece,
                      int columns, enum glyph_set glyphs)
{
    size_t start = edit_piece_start(text, line, piece);
    size_t end = edit_piece_start(text, line, piece + 1);
    int indent;

    if (layout->valid && layout->revision == edit_text_revision(text) && layout->start == start &&
        layout->length == end - start && layout->columns == columns && layout->glyphs == glyphs)
        return;
    layout->valid = true;
    layout->revision = edit_text_revision(text);
    layout->start = start;
    layout->length = end - start;
    layout->columns = columns;
    layout->glyphs = glyphs;
    indent = indentation(text, line, columns);
    make_cells(layout, edit_text_bytes(text, start, end - start), end - start);
    make_rows(layout, columns > 1 ? columns - 1 : 1, indent);
}

/* The last cell at or before an offset. */
static size_t cell_of(const struct edit_layout *layout, size_t offset)
{
    const struct edit_cell *cells = layout->cells.items;
    size_t low = 0, high = layout->cells.count;

    offset = offset < layout->start ? 0 : offset - layout->start;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;

        if (cells[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t edit_layout_find(const struct edit_layout *layout, size_t offset, int *column)
{
    size_t cell = cell_of(layout, offset);
    size_t row = layout->rows.count - 1;
    const struct edit_row *rows = layout->rows.items;

    while (row > 0 && rows[row].first > cell)
        row--;
    *column = ((const struct edit_cell *)vector_at(&layout->cells, cell))->column;
    return row;
}

size_t edit_layout_offset(const struct edit_layout *layout, size_t row, int column)
{
    const struct edit_row *shown = vector_at(&layout->rows, row);
    const struct edit_cell *cells = layout->cells.items;
    bool final = row + 1 == layout->rows.count;
    size_t last = final ? layout->cells.count - 1 : shown->end - (shown->end > shown->first);
    size_t cell = shown->first;

    while (cell < last && cells[cell].column + cells[cell].width <= column)
        cell++;
    return layout->start + cells[cell].offset;
}
