#include <string.h>

#include <pilab/base/utf8.h>

#include "table_internal.h"

#define MARKER 1

/* The text at the left end of a cell, its mark at the right one. */
static void draw_cell(const struct surface *surface, int y, int x, int width,
                      const struct table_cell *cell)
{
    int mark = cell->mark != NULL ? (int)text_width(cell->mark, strlen(cell->mark)) : 0;
    int room = mark > 0 && width > mark ? width - mark - 1 : width;

    if (cell->text != NULL)
        surface_text(surface, y, x, room, style_of(cell->role), cell->text, strlen(cell->text));
    if (mark > 0 && width > mark)
        surface_text_right(surface, y, x, width, style_of(cell->mark_role), cell->mark,
                           strlen(cell->mark));
}

static void draw_overlays(const struct table *table, const struct surface *surface, int y, int x,
                          int width, size_t row, size_t column, bool focused)
{
    bool here = row == table->row && column == table->column;

    if (table_is_marked(table, row, column))
        surface_overlay(surface, y, x, width, ROLE_MARKED);
    if (here)
        surface_overlay(surface, y, x, width, focused ? ROLE_SELECTED : ROLE_SELECTED_IDLE);
}

/* A mark is seen without colour, too: its sign stands in the gap before the cell. */
static void draw_sign(const struct table *table, const struct surface *surface, int y, int x,
                      size_t row, size_t column)
{
    if (table_is_marked(table, row, column))
        surface_glyph(surface, y, x - 1, ROLE_ACCENT, GLYPH_MARK);
}

static void draw_cells(const struct table *table, const struct surface *surface, int y, size_t row,
                       bool focused)
{
    size_t end = table_seen_end(table, table->left);
    int x = MARKER + table_first_width(table) + table->gap;

    for (size_t column = table->left; column < end && column < table->widths.count; column++) {
        struct table_cell cell = table_cell_of(table, row, column);
        int width = table_column_width(table, column);

        if (x + width > table->width)
            width = table->width - x;
        if (width <= 0)
            break;
        draw_cell(surface, y, x, width, &cell);
        draw_sign(table, surface, y, x, row, column);
        draw_overlays(table, surface, y, x, width, row, column, focused);
        x += width + table->gap;
    }
}

static void draw_line(const struct table *table, const struct surface *surface, int y, size_t row,
                      bool focused)
{
    struct table_cell name = table_cell_of(table, row, 0);

    draw_cell(surface, y, MARKER, table_first_width(table), &name);
    draw_cells(table, surface, y, row, focused);
    if (table->pattern != NULL && row != TABLE_HEADING)
        surface_mark_matches(surface, y, table->pattern);
    if (row == table->row)
        surface_glyph(surface, y, 0, ROLE_ACCENT, focused ? GLYPH_CURSOR : GLYPH_CURSOR_IDLE);
}

/* That there is more to either side. */
static void draw_more(const struct table *table, const struct surface *surface)
{
    if (table->left > 1)
        surface_print(surface, 0, MARKER + table_first_width(table), ROLE_ACCENT, "<");
    if (table_seen_end(table, table->left) < table->widths.count)
        surface_print(surface, 0, table->width - 1, ROLE_ACCENT, ">");
}

static void draw_empty(const struct table *table, const struct surface *surface)
{
    const char *line = table->empty != NULL ? table->empty : "";
    int y = surface_rows(surface) / 3;

    if (table->filter.length > 0)
        line = "Nothing matches.\n\nEsc shows all rows, f filters anew";
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        int room = surface_columns(surface) - (int)text_width(line, length);

        surface_text(surface, y++, room > 0 ? room / 2 : 0, surface_columns(surface),
                     style_of(ROLE_DIM), line, length);
        line += length + (line[length] == '\n');
    }
}

void table_draw(struct pane *pane, const struct surface *surface, bool focused)
{
    const struct table *table = (const struct table *)pane;
    int head = table_head_rows(table);
    size_t rows = table_rows(table);

    if (table->widths.count < 2) {
        draw_empty(table, surface);
        return;
    }
    if (head > 0) {
        surface_clear_row(surface, 0, ROLE_COLUMN);
        draw_line(table, surface, 0, TABLE_HEADING, focused);
        draw_more(table, surface);
    }
    if (head > 1)
        surface_horizontal_line(surface, 1, ROLE_LINE);
    if (rows == 0)
        draw_empty(table, surface);
    for (size_t i = 0; i < table_body_rows(table) && table->top + i < rows; i++)
        draw_line(table, surface, head + (int)i, table->top + i, focused);
    if (focused)
        surface_cursor(surface,
                       table->row == TABLE_HEADING ? 0 : head + (int)(table->row - table->top), 0,
                       false);
}
