#include <string.h>

#include "list_internal.h"

/* The rows of a list as everything in it sees them, and the cursor on them. */

uint64_t list_count(const struct list *list, bool *exact)
{
    *exact = true;
    return list->source.ops->count(list->source.context, exact);
}

bool list_row(const struct list *list, uint64_t index, struct row *row)
{
    memset(row, 0, sizeof *row);
    return list->source.ops->row(list->source.context, index, row);
}

int list_height(const struct list *list)
{
    return list->titles && list->rows >= 4 ? list->rows - 1 : list->rows;
}

uint64_t list_page_height(const struct list *list)
{
    int height = list_height(list);

    return height < 1 ? 1 : (uint64_t)height;
}

static bool is_group(const struct list *list, uint64_t index)
{
    struct row row;

    return list_row(list, index, &row) && row.kind == ROW_GROUP;
}

/* Scrolls as little as is needed, no further than the last page, and shows the heading above an
 * item that stands at the top. */
static void keep_visible(struct list *list)
{
    bool exact;
    uint64_t count = list_count(list, &exact);
    uint64_t height = list_page_height(list);

    if (list->cursor < list->top)
        list->top = list->cursor;
    if (list->cursor >= list->top + height)
        list->top = list->cursor - height + 1;
    if (list->top + height > count)
        list->top = count > height ? count - height : 0;
    if (list->top > 0 && list->top == list->cursor && height > 1 && is_group(list, list->top - 1))
        list->top--;
}

static void pin(struct list *list)
{
    struct row row;

    strbuf_clear(&list->pinned);
    if (list_row(list, list->cursor, &row) && row.identity != NULL)
        strbuf_add(&list->pinned, row.identity);
}

/* The nearest item in a direction, headings passed over; NO_ROW when there is none. */
static uint64_t item_from(const struct list *list, uint64_t index, bool downwards)
{
    bool exact;
    uint64_t count = list_count(list, &exact);

    while (index < count) {
        if (!is_group(list, index))
            return index;
        index = downwards ? index + 1 : index - 1; /* below 0 is past the end */
    }
    return NO_ROW;
}

void list_set_cursor(struct list *list, uint64_t index, bool downwards)
{
    bool exact;
    uint64_t count = list_count(list, &exact);
    uint64_t item;

    if (count == 0) {
        list->cursor = list->top = 0;
        strbuf_clear(&list->pinned);
        return;
    }
    if (index >= count)
        index = count - 1;
    item = item_from(list, index, downwards);
    if (item == NO_ROW)
        item = item_from(list, index, !downwards);
    list->cursor = item == NO_ROW ? index : item;
    keep_visible(list);
    pin(list);
}

void list_move(struct list *list, uint64_t by, bool downwards)
{
    uint64_t to = downwards ? list->cursor + by : list->cursor > by ? list->cursor - by : 0;
    uint64_t before = list->cursor;

    list_set_cursor(list, to, downwards);
    /* Past the last item there may be only a heading: then stay. */
    if (downwards && list->cursor < before)
        list_set_cursor(list, before, true);
    /* Above the first item there may be a heading: show it. */
    if (!downwards && list->cursor == before)
        list->top = list->cursor < list_page_height(list) ? 0 : list->top;
}

/* Pages move what is seen, and the cursor with it. */
void list_page(struct list *list, bool downwards)
{
    uint64_t step = list_page_height(list) > 1 ? list_page_height(list) - 1 : 1;

    if (downwards)
        list->top += step;
    else
        list->top = list->top > step ? list->top - step : 0;
    list_move(list, step, downwards);
}

/* How far to look for a row when the source cannot say where it is. */
#define NEIGHBOURHOOD 1000

bool list_locate(const struct list *list, uint64_t *index)
{
    const struct row_source_ops *ops = list->source.ops;
    bool exact;
    uint64_t count = list_count(list, &exact);
    uint64_t first = list->cursor > NEIGHBOURHOOD ? list->cursor - NEIGHBOURHOOD : 0;
    struct row row;

    if (list->pinned.length == 0)
        return false;
    if (ops->locate != NULL)
        return ops->locate(list->source.context, list->pinned.data, list->cursor, index);
    for (uint64_t i = first; i < count && i <= list->cursor + NEIGHBOURHOOD; i++) {
        if (list_row(list, i, &row) && row.identity != NULL &&
            strcmp(row.identity, list->pinned.data) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool list_selected(const struct list *list, struct row *row)
{
    return list_row(list, list->cursor, row) && row->kind == ROW_ITEM;
}

uint64_t list_cursor(const struct list *list)
{
    return list->cursor;
}

bool list_shows_heading_first(const struct list *list)
{
    return list_height(list) == list->rows && is_group(list, list->top);
}

void list_move_to(struct list *list, uint64_t index)
{
    strbuf_clear(&list->wanted);
    list_set_cursor(list, index, true);
}

bool list_return_to(struct list *list, const char *identity)
{
    uint64_t index;

    strbuf_clear(&list->pinned);
    strbuf_add(&list->pinned, identity);
    if (!list_locate(list, &index)) {
        pin(list);
        return false;
    }
    list_set_cursor(list, index, true);
    return true;
}

bool list_select(struct list *list, const char *identity)
{
    strbuf_clear(&list->wanted);
    return list_return_to(list, identity);
}
