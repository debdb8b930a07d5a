#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "table_internal.h"

/* The cursor while rows come and go with a filter: it wants to be on the row where it was before,
 * rests on the nearest one that is shown as long as that row is not, and returns to it. */

static const char *remembered(const struct table *table, size_t index)
{
    return *(char **)vector_at(&table->remembered, index);
}

static void forget_rows(struct table *table)
{
    for (size_t i = 0; i < table->remembered.count; i++)
        free(*(char **)vector_at(&table->remembered, i));
    vector_clear(&table->remembered);
}

/* Which rows stand beside the one that is wanted, so that the nearest is known without it. */
static void remember_rows(struct table *table)
{
    size_t rows = table_rows(table);

    forget_rows(table);
    for (size_t i = 0; i < rows; i++) {
        char *identity = memory_copy_text(table_row_identity(table, i));

        vector_push(&table->remembered, &identity);
    }
}

void table_stay(struct table *table)
{
    forget_rows(table);
    free(table->wanted);
    table->wanted = NULL;
}

static bool nearest(const struct table *table, size_t *row)
{
    size_t count = table->remembered.count, at = 0;

    while (at < count && strcmp(remembered(table, at), table->wanted) != 0)
        at++;
    if (at == count)
        return false;
    for (size_t distance = 1; distance < count; distance++)
        if ((at + distance < count &&
             table_find_row(table, remembered(table, at + distance), row)) ||
            (distance <= at && table_find_row(table, remembered(table, at - distance), row)))
            return true;
    return false;
}

bool table_filter(struct table *table, const char *text, struct error *error)
{
    size_t row;

    if (table->wanted == NULL && table->row_pin.length > 0) {
        table->wanted = memory_copy_text(table->row_pin.data);
        remember_rows(table);
    }
    if (!table->source.ops->filter(table->source.context, text, error))
        return false;
    strbuf_clear(&table->filter);
    strbuf_add(&table->filter, text);
    table_reload(table);
    if (table->wanted == NULL)
        return true;
    if (*text == '\0')
        remember_rows(table);
    if (table_find_row(table, table->wanted, &row) || nearest(table, &row))
        table_set_cursor(table, row, table->column);
    return true;
}
