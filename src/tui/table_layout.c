#include <string.h>

#include <pilab/base/utf8.h>

#include "table_internal.h"

#define MARKER        1 /* the column of the cursor's sign */
#define GAP_LEAST     2
#define GAP_MOST      5
#define TEXT_MOST     24 /* a longer version is cut, and whole in the detail */
#define NAME_MOST     40
#define ROWS_FOR_LINE 6 /* with less, the line below the headings gives way */

static int width_of(const char *text)
{
    return text != NULL ? (int)text_width(text, strlen(text)) : 0;
}

static void widen(struct table_width *width, const struct table_cell *cell)
{
    int text = width_of(cell->text), mark = width_of(cell->mark);

    if (text > width->text)
        width->text = text;
    if (mark > width->mark)
        width->mark = mark;
}

/* Room that is left is given to the gaps, so that a few columns do not cling together. */
static void spread(struct table *table)
{
    size_t columns = table->widths.count;
    int used = MARKER + table_first_width(table);

    table->gap = GAP_LEAST;
    for (size_t i = 1; i < columns; i++)
        used += table_column_width(table, i);
    if (columns > 1 && used < table->width)
        table->gap = (table->width - used) / (int)columns;
    if (table->gap < GAP_LEAST)
        table->gap = GAP_LEAST;
    if (table->gap > GAP_MOST)
        table->gap = GAP_MOST;
}

void table_measure(struct table *table)
{
    size_t rows = table_rows(table), columns = table_columns(table);

    vector_clear(&table->widths);
    for (size_t column = 0; column < columns; column++) {
        struct table_width *width = vector_add(&table->widths);
        struct table_cell heading = table_cell_of(table, TABLE_HEADING, column);

        for (size_t row = 0; row < rows; row++) {
            struct table_cell cell = table_cell_of(table, row, column);

            widen(width, &cell);
        }
        if (width->mark > 0 && width->mark < table->source.ops->mark_width)
            width->mark = table->source.ops->mark_width;
        if (width->text > (column == 0 ? NAME_MOST : TEXT_MOST))
            width->text = column == 0 ? NAME_MOST : TEXT_MOST;
        if (width->text + (width->mark > 0 ? 1 + width->mark : 0) < width_of(heading.text))
            width->text = width_of(heading.text) - (width->mark > 0 ? 1 + width->mark : 0);
    }
    spread(table);
}

int table_head_rows(const struct table *table)
{
    return table->height >= ROWS_FOR_LINE ? 2 : table->height >= 2 ? 1 : 0;
}

size_t table_body_rows(const struct table *table)
{
    int rows = table->height - table_head_rows(table);

    return rows > 0 ? (size_t)rows : 1;
}

/* At least half of the screen stays for the cells. */
int table_first_width(const struct table *table)
{
    const struct table_width *first = table->widths.count > 0 ? vector_at(&table->widths, 0) : NULL;
    int most = table->width / 2 - MARKER;
    int width = first != NULL ? first->text : 0;

    return width > most ? (most > 1 ? most : 1) : width;
}

int table_column_width(const struct table *table, size_t column)
{
    const struct table_width *width = vector_at(&table->widths, column);

    return width->text + (width->mark > 0 ? 1 + width->mark : 0);
}

size_t table_seen_end(const struct table *table, size_t left)
{
    int at = MARKER + table_first_width(table);
    size_t column = left;

    for (; column < table->widths.count; column++) {
        at += table->gap + table_column_width(table, column);
        if (at > table->width)
            break;
    }
    return column > left ? column : left + 1;
}
