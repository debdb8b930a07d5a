#include <string.h>

#include "table_internal.h"

/* The source of a table as everything in it sees it. */

size_t table_rows(const struct table *table)
{
    return table->source.ops->rows(table->source.context);
}

size_t table_columns(const struct table *table)
{
    return table->source.ops->columns(table->source.context);
}

struct table_cell table_cell_of(const struct table *table, size_t row, size_t column)
{
    struct table_cell cell = { 0 };

    if (row == TABLE_HEADING)
        cell.role = ROLE_COLUMN;
    table->source.ops->cell(table->source.context, row, column, &cell);
    return cell;
}

const char *table_row_identity(const struct table *table, size_t row)
{
    return row == TABLE_HEADING ? "" : table->source.ops->row_identity(table->source.context, row);
}

const char *table_column_identity(const struct table *table, size_t column)
{
    return table->source.ops->column_identity(table->source.context, column);
}

bool table_find_row(const struct table *table, const char *identity, size_t *row)
{
    size_t rows = table_rows(table);

    if (*identity == '\0') {
        *row = TABLE_HEADING;
        return true;
    }
    for (size_t i = 0; i < rows; i++) {
        if (strcmp(table_row_identity(table, i), identity) == 0) {
            *row = i;
            return true;
        }
    }
    return false;
}

bool table_find_column(const struct table *table, const char *identity, size_t *column)
{
    for (size_t i = 1; i < table->widths.count; i++) {
        if (strcmp(table_column_identity(table, i), identity) == 0) {
            *column = i;
            return true;
        }
    }
    return false;
}
