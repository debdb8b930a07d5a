#include <string.h>

#include <pilab/base/utf8.h>

#include "list_internal.h"

static void draw_titles(const struct list *list, const struct surface *surface)
{
    surface_clear_row(surface, 0, ROLE_COLUMN);
    for (size_t i = 0; i < list->column_count; i++) {
        const struct list_column *column = &list->columns[i];
        const struct list_slot *slot = &list->slots[i];
        size_t length = column->title == NULL ? 0 : strlen(column->title);

        if (slot->width == 0)
            continue;
        if (column->fit == FIT_RIGHT)
            surface_text_right(surface, 0, slot->column, slot->width, style_of(ROLE_COLUMN),
                               column->title, length);
        else
            surface_text(surface, 0, slot->column, slot->width, style_of(ROLE_COLUMN),
                         column->title, length);
    }
}

/* "auth ──────────── 12": seen as a heading without colour too. */
static void draw_group(const struct surface *surface, int y, const struct row *row)
{
    const struct row_cell *title = &row->cells[0];
    const struct row_cell *right = &row->cells[1];
    int columns = surface_columns(surface) - 1;
    int column = 1 + surface_text(surface, y, 1, columns - 1, style_of(ROLE_GROUP), title->text,
                                  title->length);
    int before = columns;

    for (int i = column + 1; i < columns; i++)
        surface_glyph(surface, y, i, ROLE_LINE, GLYPH_HORIZONTAL);
    if (right->length == 0)
        return;
    before -= (int)text_width(right->text, right->length);
    if (before > column + 2) {
        surface_print(surface, y, before - 1, ROLE_DIM, " ");
        surface_text(surface, y, before, columns - before, style_of(ROLE_DIM), right->text,
                     right->length);
    }
}

/* How wide a cell may be: a long name beside an empty value is not cut for nothing. */
static int cell_width(const struct list *list, const struct row *row, size_t column)
{
    const struct list_slot *slots = list->slots;
    size_t next = column + 1;

    while (next < list->column_count && slots[next].width == 0)
        next++;
    if (list->columns[column].fit != FIT_SPILL || next >= list->column_count ||
        row->cells[next].length > 0)
        return slots[column].width;
    return slots[next].column + slots[next].width - slots[column].column;
}

/* The bar goes as far as the text that it covers. */
static int bar_of(const struct list *list, const struct row *row)
{
    for (size_t i = 0; i < list->column_count; i++) {
        const struct list_slot *slot = &list->slots[i];

        if (slot->width > 0 && slot->column + slot->width == list->bar)
            return slot->column + cell_width(list, row, i);
    }
    return list->bar;
}

static void draw_cells(const struct list *list, const struct surface *surface, int y,
                       const struct row *row)
{
    for (size_t i = 0; i < list->column_count; i++) {
        const struct row_cell *cell = &row->cells[i];
        const struct list_slot *slot = &list->slots[i];
        struct style style = style_of(cell->role != ROLE_NORMAL ? cell->role : row->role);
        int width = cell_width(list, row, i);

        if (slot->width == 0)
            continue;
        if (list->columns[i].fit == FIT_RIGHT)
            surface_text_right(surface, y, slot->column, width, style, cell->text, cell->length);
        else if (list->columns[i].fit == FIT_MIDDLE || list->columns[i].fit == FIT_SPILL)
            surface_text_middle(surface, y, slot->column, width, style, cell->text, cell->length);
        else
            surface_text(surface, y, slot->column, width, style, cell->text, cell->length);
    }
}

static void draw_row(const struct list *list, const struct surface *surface, int y, uint64_t index,
                     bool focused)
{
    bool selected = index == list->cursor;
    enum glyph cursor = focused ? GLYPH_CURSOR : GLYPH_CURSOR_IDLE;
    struct row row;
    bool marked;

    if (!list_row(list, index, &row)) {
        surface_glyph(surface, y, 1, ROLE_DIM, GLYPH_ELLIPSIS);
        return;
    }
    if (row.kind == ROW_GROUP) {
        draw_group(surface, y, &row);
        return;
    }
    draw_cells(list, surface, y, &row);
    marked = list_is_marked(list, index, &row);
    if (marked)
        surface_overlay(surface, y, 0, surface_columns(surface), ROLE_MARKED);
    if (selected)
        surface_overlay(surface, y, 0, bar_of(list, &row),
                        focused ? ROLE_SELECTED : ROLE_SELECTED_IDLE);
    if (list->pattern != NULL)
        surface_mark_matches(surface, y, list->pattern);
    if (selected || marked) {
        surface_glyph(surface, y, 0, ROLE_ACCENT,
                      !selected ? GLYPH_MARK
                      : marked  ? GLYPH_CURSOR_MARK
                                : cursor);
        surface_overlay(surface, y, 0, 1, selected && focused ? ROLE_SELECTED : ROLE_NORMAL);
    }
}

/* How much of a line fits: whole words, as far as there are any. */
static size_t fitting(const char *line, size_t length, int columns)
{
    size_t fits = 0, end = 0;

    while (end < length) {
        end += strspn(line + end, " ");
        end += strcspn(line + end, " \n");
        if (fits > 0 && (int)text_width(line, end) > columns)
            break;
        fits = end;
    }
    return fits;
}

/* A third from the top, one line below the other, each in the middle. */
static void draw_instead(const struct surface *surface, const char *text)
{
    const char *line = text;
    int y = surface_rows(surface) / 3;

    while (*line != '\0') {
        size_t length = fitting(line, strcspn(line, "\n"), surface_columns(surface) - 2);
        int room = surface_columns(surface) - (int)text_width(line, length);

        surface_text(surface, y++, room > 0 ? room / 2 : 0, surface_columns(surface),
                     style_of(ROLE_DIM), line, length);
        line += length;
        line += *line == '\n' ? 1 : strspn(line, " ");
    }
}

/* A list that only its filter empties is not what the view takes it for. */
static void draw_empty(const struct list *list, const struct surface *surface)
{
    struct strbuf text = STRBUF_INIT;

    if (list->filter.length > 0) {
        strbuf_printf(&text, "Nothing matches %s\n\nEsc shows all rows, f filters anew",
                      list->filter.data);
        draw_instead(surface, text.data);
    } else if (list->empty != NULL) {
        draw_instead(surface, list->empty);
    }
    strbuf_release(&text);
}

void list_draw(struct pane *pane, const struct surface *surface, bool focused)
{
    const struct list *list = (const struct list *)pane;
    int height = list_height(list);
    struct rectangle area = { surface_rows(surface) - height, 0, height, surface_columns(surface) };
    struct surface body = surface_part(surface, area);
    bool exact;
    uint64_t count = list_count(list, &exact);

    if (area.row > 0)
        draw_titles(list, surface);
    if (count == 0) {
        draw_empty(list, &body);
        return;
    }
    if (list->source.ops->look != NULL)
        list->source.ops->look(list->source.context, list->top, (uint64_t)height);
    for (int y = 0; y < height && list->top + (uint64_t)y < count; y++)
        draw_row(list, &body, y, list->top + (uint64_t)y, focused);
    if (focused)
        surface_cursor(&body, (int)(list->cursor - list->top), 0, false);
}
