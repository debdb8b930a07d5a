#include "table_internal.h"

/* The cursor of a table, which holds on to identities, and what is seen round it. */

static void keep_row_visible(struct table *table)
{
    size_t rows = table_rows(table), body = table_body_rows(table);

    if (table->row == TABLE_HEADING) {
        table->top = 0;
        return;
    }
    if (table->row < table->top)
        table->top = table->row;
    if (table->row >= table->top + body)
        table->top = table->row - body + 1;
    if (table->top + body > rows)
        table->top = rows > body ? rows - body : 0;
}

static void keep_column_visible(struct table *table)
{
    size_t last = table->widths.count;

    if (table->left < 1 || table->left > table->column)
        table->left = table->column;
    while (table_seen_end(table, table->left) <= table->column)
        table->left++;
    /* No room stays empty while columns stand to the left. */
    while (table->left > 1 && table_seen_end(table, table->left) == last &&
           table_seen_end(table, table->left - 1) == last)
        table->left--;
}

static void pin(struct table *table)
{
    strbuf_clear(&table->row_pin);
    strbuf_clear(&table->column_pin);
    if (table->widths.count < 2)
        return;
    strbuf_add(&table->row_pin, table_row_identity(table, table->row));
    strbuf_add(&table->column_pin, table_column_identity(table, table->column));
}

void table_set_cursor(struct table *table, size_t row, size_t column)
{
    size_t rows = table_rows(table), columns = table->widths.count;

    if (columns < 2) {
        table->row = TABLE_HEADING;
        table->column = table->left = 1;
        table->top = 0;
    } else {
        table->row = rows == 0                             ? TABLE_HEADING
                     : row != TABLE_HEADING && row >= rows ? rows - 1
                                                           : row;
        table->column = column < 1 ? 1 : column >= columns ? columns - 1 : column;
        keep_row_visible(table);
        keep_column_visible(table);
    }
    pin(table);
    if (table->moved != NULL)
        table->moved(table->moved_context);
}

void table_move_rows(struct table *table, size_t by, bool down)
{
    size_t rows = table_rows(table), row = table->row;

    if (down)
        row = row == TABLE_HEADING ? by - 1 : row + by;
    else if (row == TABLE_HEADING)
        return;
    else
        row = row >= by ? row - by : by == 1 ? TABLE_HEADING : 0;
    if (down && row >= rows)
        row = rows > 0 ? rows - 1 : TABLE_HEADING;
    table_set_cursor(table, row, table->column);
}

bool table_cursor(const struct table *table, size_t *row, size_t *column)
{
    *row = table->row;
    *column = table->column;
    return table->widths.count > 1;
}

void table_reload(struct table *table)
{
    bool anywhere = table->column_pin.length > 0;
    size_t row, column;

    table_measure(table);
    if (!anywhere) {
        table_set_cursor(table, 0, 1);
        return;
    }
    if (!table_find_row(table, table->row_pin.data, &row))
        row = table->row;
    if (!table_find_column(table, table->column_pin.data, &column))
        column = table->column;
    table_set_cursor(table, row, column);
}
