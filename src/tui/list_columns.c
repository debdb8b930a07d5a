#include "list_internal.h"

#include <string.h>

#define MARKER 1 /* the column of the cursor's sign */
#define GAP    2 /* between columns */
#define MARGIN 1 /* after the last one */

#define DROPPED_FIRST 99 /* the priority of a column with nothing in it */

static int needed(const struct list *list, const bool *dropped)
{
    int sum = 0;

    for (size_t i = 0; i < list->column_count; i++)
        if (!dropped[i])
            sum += list->columns[i].minimum + (sum > 0 ? GAP : 0);
    return sum;
}

/* The column to do without first: the highest priority number, the rightmost of equals. */
static bool drop_one(const struct list *list, bool *dropped)
{
    size_t victim = list->column_count;

    for (size_t i = 0; i < list->column_count; i++) {
        const struct list_column *column = &list->columns[i];

        if (dropped[i] || column->priority == 0)
            continue;
        if (victim == list->column_count || column->priority >= list->columns[victim].priority)
            victim = i;
    }
    if (victim == list->column_count)
        return false;
    dropped[victim] = true;
    return true;
}

/* Gives what is left to the columns that want more, from the left, and the rest to those without a
 * preference. */
static void grow(struct list *list, int spare)
{
    size_t greedy = 0;

    for (size_t i = 0; i < list->column_count; i++) {
        int wish = list->columns[i].preferred - list->slots[i].width;

        if (list->slots[i].width == 0)
            continue;
        greedy += list->columns[i].preferred == 0;
        if (wish <= 0)
            continue;
        wish = wish < spare ? wish : spare;
        list->slots[i].width += wish;
        spare -= wish;
    }
    for (size_t i = 0; i < list->column_count && greedy > 0; i++) {
        int share = spare / (int)greedy;

        if (list->slots[i].width == 0 || list->columns[i].preferred != 0)
            continue;
        list->slots[i].width += share;
        spare -= share;
        greedy--;
    }
}

/* Takes what is missing from the columns, from the right; none becomes narrower than a character.
 */
static void shrink(struct list *list, int missing)
{
    for (size_t i = list->column_count; i-- > 0 && missing > 0;) {
        int give = list->slots[i].width - 1;

        if (give <= 0)
            continue;
        give = give < missing ? give : missing;
        list->slots[i].width -= give;
        missing -= give;
    }
}

/* The bar of the selected row covers the leading columns that are never dropped: what a row is
 * about. Over a slow line a move costs the text under two bars, whatever the width of the screen.
 */
static int bar_end(const struct list *list)
{
    size_t last = 0;

    while (last + 1 < list->column_count &&
           (list->columns[last + 1].priority == 0 || list->slots[last + 1].width == 0))
        last++;
    return list->column_count == 0 ? MARKER : list->slots[last].column + list->slots[last].width;
}

void list_column_fit(struct list_column *column, int widest)
{
    int title = column->title != NULL ? (int)strlen(column->title) : 0;

    if (widest < title)
        widest = title;
    if (column->minimum > widest)
        column->minimum = widest;
    if (column->preferred > widest || widest == 0)
        column->preferred = widest;
    if (widest == 0)
        *column = (struct list_column){ .priority = DROPPED_FIRST };
}

void list_columns_fit(struct list_column *columns, size_t count, const struct memory_rows *rows)
{
    for (size_t i = 0; i < count; i++)
        list_column_fit(&columns[i], memory_rows_width(rows, i));
}

void list_layout_columns(struct list *list, int columns)
{
    bool dropped[ROW_CELLS] = { false };
    int available = columns - MARKER - MARGIN;
    int at = MARKER;

    while (needed(list, dropped) > available && drop_one(list, dropped))
        continue;
    for (size_t i = 0; i < list->column_count; i++)
        list->slots[i].width = dropped[i] ? 0 : list->columns[i].minimum;
    if (needed(list, dropped) <= available)
        grow(list, available - needed(list, dropped));
    else
        shrink(list, needed(list, dropped) - available);
    for (size_t i = 0; i < list->column_count; i++) {
        list->slots[i].column = at;
        if (list->slots[i].width > 0)
            at += list->slots[i].width + GAP;
    }
    list->bar = bar_end(list);
}
