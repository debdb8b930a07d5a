#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "table_internal.h"

static size_t find_mark(const struct table *table, const char *row, const char *column)
{
    for (size_t i = 0; i < table->marks.count; i++) {
        const struct owned_mark *mark = vector_at(&table->marks, i);

        if (strcmp(mark->row, row) == 0 && strcmp(mark->column, column) == 0)
            return i;
    }
    return table->marks.count;
}

bool table_is_marked(const struct table *table, size_t row, size_t column)
{
    return table->marks.count > 0 &&
           find_mark(table, table_row_identity(table, row), table_column_identity(table, column)) <
               table->marks.count;
}

static void drop_mark(struct table *table, size_t index)
{
    struct owned_mark *mark = vector_at(&table->marks, index);

    free(mark->row);
    free(mark->column);
    vector_remove(&table->marks, index);
}

void table_turn_mark(struct table *table)
{
    struct owned_mark mark;
    size_t index;

    if (table->widths.count < 2)
        return;
    index = find_mark(table, table->row_pin.data, table->column_pin.data);
    if (index < table->marks.count) {
        drop_mark(table, index);
        return;
    }
    mark.row = memory_copy_text(table->row_pin.data);
    mark.column = memory_copy_text(table->column_pin.data);
    vector_push(&table->marks, &mark);
}

size_t table_mark_count(const struct table *table)
{
    return table->marks.count;
}

struct table_mark table_mark_at(const struct table *table, size_t index)
{
    const struct owned_mark *mark = vector_at(&table->marks, index);

    return (struct table_mark){ mark->row, mark->column };
}

void table_clear_marks(struct table *table)
{
    while (table->marks.count > 0)
        drop_mark(table, table->marks.count - 1);
}
