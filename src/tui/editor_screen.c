#include <string.h>

#include <pilab/tui/text_layout.h>

#include "editor_internal.h"

/* What is seen of a text: only the pieces on the screen, and those one moves over, are laid out. */

#define MARGIN 3 /* rows that are kept above and below the cursor */

static void lay_out(struct editor *editor, size_t line, size_t piece)
{
    edit_layout_make(&editor->layout, editor->text, line, piece, editor->columns, editor->glyphs);
}

static struct editor_place place_of(struct editor *editor, size_t offset, int *column)
{
    struct editor_place place;

    place.line = edit_text_line_of(editor->text, offset);
    place.piece = edit_piece_of(editor->text, place.line, offset);
    lay_out(editor, place.line, place.piece);
    place.row = edit_layout_find(&editor->layout, offset, column);
    return place;
}

static bool step_down(struct editor *editor, struct editor_place *at)
{
    lay_out(editor, at->line, at->piece);
    if (at->row + 1 < editor->layout.rows.count) {
        at->row++;
        return true;
    }
    if (at->piece + 1 < edit_piece_count(editor->text, at->line))
        at->piece++;
    else if (at->line + 1 < edit_text_lines(editor->text))
        *at = (struct editor_place){ at->line + 1, 0, 0 };
    else
        return false;
    at->row = 0;
    return true;
}

static bool step_up(struct editor *editor, struct editor_place *at)
{
    if (at->row > 0) {
        at->row--;
        return true;
    }
    if (at->piece > 0) {
        at->piece--;
    } else if (at->line > 0) {
        at->line--;
        at->piece = edit_piece_count(editor->text, at->line) - 1;
    } else {
        return false;
    }
    lay_out(editor, at->line, at->piece);
    at->row = editor->layout.rows.count - 1;
    return true;
}

static bool is_before(struct editor_place a, struct editor_place b)
{
    if (a.line != b.line)
        return a.line < b.line;
    return a.piece != b.piece ? a.piece < b.piece : a.row < b.row;
}

/* A place that was taken before the text or the width changed may not be there any more. */
static void repair(struct editor *editor, struct editor_place *at)
{
    if (at->line >= edit_text_lines(editor->text))
        *at = (struct editor_place){ edit_text_lines(editor->text) - 1, 0, 0 };
    if (at->piece >= edit_piece_count(editor->text, at->line))
        at->piece = edit_piece_count(editor->text, at->line) - 1;
    lay_out(editor, at->line, at->piece);
    if (at->row >= editor->layout.rows.count)
        at->row = editor->layout.rows.count - 1;
}

static struct editor_place above(struct editor *editor, struct editor_place at, int rows)
{
    while (rows-- > 0 && step_up(editor, &at))
        continue;
    return at;
}

/* The rows from the top of the screen to a place; -1: it is above, `rows`: it is that far or more.
 */
static int rows_to(struct editor *editor, struct editor_place place, int rows)
{
    struct editor_place at = editor->top;
    int row = 0;

    if (is_before(place, at))
        return -1;
    while (row < rows && is_before(at, place) && step_down(editor, &at))
        row++;
    return row;
}

/* The text ends at the bottom of the screen, when it is longer than that. */
static void fill_screen(struct editor *editor)
{
    size_t line = edit_text_lines(editor->text) - 1;
    struct editor_place last = { line, edit_piece_count(editor->text, line) - 1, 0 };

    /* Every line and every piece takes a row at least. */
    if (editor->top.line + (size_t)editor->rows <= line ||
        (editor->top.line == line && editor->top.piece + (size_t)editor->rows <= last.piece))
        return;
    lay_out(editor, last.line, last.piece);
    last.row = editor->layout.rows.count - 1;
    last = above(editor, last, editor->rows - 1);
    if (is_before(last, editor->top))
        editor->top = last;
}

void editor_reveal(struct editor *editor)
{
    int margin = (editor->rows - 1) / 2 < MARGIN ? (editor->rows - 1) / 2 : MARGIN;
    struct editor_place place;
    int column, row;

    if (editor->rows <= 0 || editor->columns <= 0)
        return;
    repair(editor, &editor->top);
    place = place_of(editor, editor->cursor, &column);
    row = rows_to(editor, place, editor->rows * 2);
    if (row < 0 && place.line + (size_t)editor->rows < editor->top.line)
        editor->top = above(editor, place, editor->rows / 2);
    else if (row < margin)
        editor->top = above(editor, place, margin);
    else if (row >= editor->rows * 2)
        editor->top = above(editor, place, editor->rows / 2);
    else if (row >= editor->rows - margin)
        editor->top = above(editor, place, editor->rows - 1 - margin);
    fill_screen(editor);
}

void editor_reveal_high(struct editor *editor)
{
    int column;

    if (editor->rows <= 0 || editor->columns <= 0)
        return;
    editor->top = above(editor, place_of(editor, editor->cursor, &column), MARGIN);
    editor_reveal(editor);
}

void editor_resize(struct pane *pane, int rows, int columns)
{
    struct editor *editor = (struct editor *)pane;

    /* The row at the top begins elsewhere in its line now. */
    if (columns != editor->columns)
        editor->top.row = 0;
    editor->rows = rows;
    editor->columns = columns;
    editor_reveal(editor);
}

void editor_move_rows(struct editor *editor, int rows)
{
    struct editor_place place;
    int column;

    if (editor->columns <= 0)
        return;
    place = place_of(editor, editor->cursor, &column);
    if (editor->goal < 0)
        editor->goal = column;
    for (; rows > 0 && step_down(editor, &place); rows--)
        continue;
    for (; rows < 0 && step_up(editor, &place); rows++)
        continue;
    lay_out(editor, place.line, place.piece);
    editor->cursor = edit_layout_offset(&editor->layout, place.row, editor->goal);
}

/* ---- drawing ---- */

static enum role line_role(struct editor *editor, size_t line)
{
    size_t start = edit_text_line_start(editor->text, line);
    size_t length = edit_text_line_end(editor->text, line) - start;

    if (editor->role_of == NULL)
        return ROLE_NORMAL;
    length = length < TEXT_PIECE ? length : TEXT_PIECE;
    return editor->role_of(editor->role_context, edit_text_bytes(editor->text, start, length),
                           length);
}

/* Lays an overlay on the bytes [from, to) of a row; an empty line shows it on one column. */
static void mark(const struct editor *editor, const struct surface *surface, int y,
                 const struct edit_row *row, size_t from, size_t to, enum role overlay)
{
    const struct edit_cell *cells = editor->layout.cells.items;

    for (size_t i = row->first; i <= row->end && i < editor->layout.cells.count; i++) {
        size_t offset = editor->layout.start + cells[i].offset;
        bool behind = i == row->end;

        if (offset < from || offset >= to ||
            (behind && !character_is_line_end(editor->text, offset)))
            continue;
        surface_overlay(surface, y, cells[i].column, behind ? 1 : cells[i].width, overlay);
    }
}

static void mark_selection(struct editor *editor, const struct surface *surface, int y,
                           const struct edit_row *row)
{
    size_t from, to;

    if (editor->match_to > editor->match_from)
        mark(editor, surface, y, row, editor->match_from, editor->match_to, ROLE_SELECTED);
    if (!editor_is_visual(editor))
        return;
    editor_selection(editor, &from, &to);
    mark(editor, surface, y, row, from, to, ROLE_MARKED);
}

static void draw_row(struct editor *editor, const struct surface *surface, int y,
                     struct editor_place at)
{
    enum role role = line_role(editor, at.line);
    const struct edit_row *row;
    const struct edit_cell *cells;

    lay_out(editor, at.line, at.piece);
    row = vector_at(&editor->layout.rows, at.row);
    cells = editor->layout.cells.items;
    surface_escaped(surface, y, row->indent, 0, style_of(role),
                    editor->layout.shown.data + cells[row->first].shown,
                    cells[row->end].shown - cells[row->first].shown);
    if (at.row == 0)
        canvas_add_deceptive(surface->canvas, editor->layout.deceptive);
    if (editor->pattern != NULL)
        surface_mark_matches(surface, y, editor->pattern);
    mark_selection(editor, surface, y, row);
}

void editor_draw(struct pane *pane, const struct surface *surface, bool focused)
{
    struct editor *editor = (struct editor *)pane;
    struct editor_place at, cursor;
    int column, last = surface_columns(surface) - 1;

    if (editor->rows <= 0 || editor->columns <= 0)
        return;
    if (editor->glyphs != canvas_glyphs(surface->canvas)) {
        editor->glyphs = canvas_glyphs(surface->canvas);
        editor_reveal(editor);
    }
    repair(editor, &editor->top);
    cursor = place_of(editor, editor->cursor, &column);
    at = editor->top;
    for (int y = 0; y < surface_rows(surface); y++) {
        draw_row(editor, surface, y, at);
        if (focused && !is_before(at, cursor) && !is_before(cursor, at))
            surface_cursor(surface, y, column < last ? column : last, true);
        if (!step_down(editor, &at))
            break;
    }
}
