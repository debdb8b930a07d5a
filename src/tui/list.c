#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/tui/undo.h>

#include "list_internal.h"

enum list_action {
    LIST_DOWN,
    LIST_UP,
    LIST_HALF_DOWN,
    LIST_HALF_UP,
    LIST_PAGE_DOWN,
    LIST_PAGE_UP,
    LIST_FIRST,
    LIST_LAST,
    LIST_MARK,
    LIST_RANGE,
    LIST_CLEAR_MARKS,
    LIST_ADMIT
};

static const struct key_row list_rows[] = {
    {"j Down",   LIST_DOWN,        "down",      "Move one row down",                             0},
    { "k Up",    LIST_UP,          "up",        "Move one row up",                               0},
    { "^D",      LIST_HALF_DOWN,   "half down", "Move half a page down",                         0},
    { "^U",      LIST_HALF_UP,     "half up",   "Move half a page up",                           0},
    { "PgDn ^F", LIST_PAGE_DOWN,   "page down", "Move a page down",                              0},
    { "PgUp ^B", LIST_PAGE_UP,     "page up",   "Move a page up",                                0},
    { "gg Home", LIST_FIRST,       "first",     "Go to the first row",                           0},
    { "G End",   LIST_LAST,        "last",      "Go to the last row",                            0},
    { "Space",   LIST_MARK,        "mark",      "Mark or unmark this row; ends a range",         0},
    { "v",       LIST_RANGE,       "range",     "Start a range of marks here; again to mark it", 0},
    { "U",       LIST_CLEAR_MARKS, "unmark",    "Take all marks away",                           0},
    { "R",       LIST_ADMIT,       "new rows",  "Let the new rows in that wait",                 0},
};

static const struct key_table list_keys = { "list", list_rows,
                                            sizeof list_rows / sizeof list_rows[0] };

static void let_in(struct list *list)
{
    if (list->source.ops->admit == NULL)
        return;
    list->source.ops->admit(list->source.context);
    list_reload(list);
}

static unsigned act(struct pane *pane, int action)
{
    struct list *list = (struct list *)pane;
    uint64_t half = list_page_height(list) / 2 + 1;

    list_find_stop(pane);
    strbuf_clear(&list->wanted);
    switch ((enum list_action)action) {
    case LIST_DOWN:
    case LIST_UP:
        list_move(list, 1, action == LIST_DOWN);
        break;
    case LIST_HALF_DOWN:
    case LIST_HALF_UP:
        list_move(list, half, action == LIST_HALF_DOWN);
        break;
    case LIST_PAGE_DOWN:
    case LIST_PAGE_UP:
        list_page(list, action == LIST_PAGE_DOWN);
        break;
    case LIST_FIRST:
        list->top = 0;
        list_set_cursor(list, 0, true);
        break;
    case LIST_LAST:
        list_set_cursor(list, UINT64_MAX - 1, false);
        break;
    case LIST_MARK:
        list_mark(list);
        break;
    case LIST_RANGE:
        list_mark_range(list);
        break;
    case LIST_CLEAR_MARKS:
        list_unmark_all(list);
        break;
    case LIST_ADMIT:
        let_in(list);
        break;
    }
    return REFRESH_DRAW;
}

static void resize(struct pane *pane, int rows, int columns)
{
    struct list *list = (struct list *)pane;

    list->rows = rows;
    list_layout_columns(list, columns);
    list_set_cursor(list, list->cursor, true);
}

static bool can_filter(const struct pane *pane)
{
    return ((const struct list *)pane)->source.ops->filter != NULL;
}

static bool filter(struct pane *pane, const char *text, struct error *error)
{
    struct list *list = (struct list *)pane;

    if (list->wanted.length == 0)
        strbuf_add(&list->wanted, list->pinned.data);
    if (!list->source.ops->filter(list->source.context, text, error))
        return false;
    strbuf_clear(&list->filter);
    strbuf_add(&list->filter, text);
    list_reload(list);
    /* It returns to where it was before as soon as that row is shown again. */
    if (list->wanted.length > 0)
        list_return_to(list, list->wanted.data);
    return true;
}

static bool filter_passes_none(const struct pane *pane)
{
    const struct list *list = (const struct list *)pane;
    bool exact;

    return list->filter.length > 0 && list_count(list, &exact) == 0 && exact;
}

static void filter_settled(struct pane *pane)
{
    strbuf_clear(&((struct list *)pane)->wanted);
}

static const char *filter_text(const struct pane *pane)
{
    return ((const struct list *)pane)->filter.data;
}

static void complete_filter(const struct pane *pane, const char *text,
                            void (*offer)(void *to, const char *term), void *to)
{
    const struct row_source *source = &((const struct list *)pane)->source;

    if (source->ops->filter_complete != NULL)
        source->ops->filter_complete(source->context, text, offer, to);
}

static unsigned back(struct pane *pane)
{
    struct list *list = (struct list *)pane;

    list_find_stop(pane);
    if (list->range_from != NO_ROW) {
        list->range_from = NO_ROW;
        return REFRESH_DRAW;
    }
    return list->filter.length > 0 ? pane_filter_clear(pane) : REFRESH_IGNORED;
}

static const char *sort_name(const struct pane *pane, size_t index)
{
    const struct list *list = (const struct list *)pane;

    if (list->source.ops->sort == NULL || !list->titles)
        return NULL;
    for (size_t i = 0; i < list->column_count; i++)
        if (list->columns[i].title != NULL && list->columns[i].title[0] != '\0' && index-- == 0)
            return list->columns[i].title;
    return NULL;
}

static size_t sort_column(const struct list *list, size_t index)
{
    size_t column = 0;

    for (; column < list->column_count; column++)
        if (list->columns[column].title != NULL && list->columns[column].title[0] != '\0' &&
            index-- == 0)
            break;
    return column;
}

static bool set_order(struct list *list, struct list_order order, struct error *error)
{
    size_t column = order.sorted ? order.column : ROWS_AS_THEY_COME;

    if (!list->source.ops->sort(list->source.context, column, order.descending, error))
        return false;
    list->order = order;
    list_reload(list);
    return true;
}

struct order_change {
    struct list *list;
    struct list_order before, after;
};

static bool undo_order(void *context, struct error *error)
{
    const struct order_change *change = context;

    return set_order(change->list, change->before, error);
}

static bool redo_order(void *context, struct error *error)
{
    const struct order_change *change = context;

    return set_order(change->list, change->after, error);
}

static void order_changed(struct list *list, struct list_order before)
{
    struct undo_entry entry = {
        .owner = list, .undo = undo_order, .redo = redo_order, .release = free
    };
    struct order_change *change = memory_new(sizeof *change);
    char *title;

    *change = (struct order_change){ list, before, list->order };
    title = memory_printf("sorted by %s%s", list->columns[list->order.column].title,
                          list->order.descending ? ", turned round" : "");
    entry.title = title;
    entry.context = change;
    undo_list_add(list->pane.undo, &entry);
    free(title);
}

static bool sort(struct pane *pane, size_t index, struct error *error)
{
    struct list *list = (struct list *)pane;
    struct list_order before = list->order;
    size_t column = sort_column(list, index);
    bool descending = before.sorted && before.column == column && !before.descending;

    if (!set_order(list, (struct list_order){ true, column, descending }, error))
        return false;
    order_changed(list, before);
    return true;
}

static void position(const struct pane *pane, struct strbuf *out)
{
    const struct list *list = (const struct list *)pane;
    const struct row_source_ops *ops = list->source.ops;
    void *context = list->source.context;
    bool exact;
    uint64_t count = list_count(list, &exact);
    uint64_t items = ops->items == NULL ? count : ops->items(context);
    uint64_t here = ops->ordinal == NULL ? list->cursor + 1 : ops->ordinal(context, list->cursor);
    uint64_t waiting = ops->waiting == NULL ? 0 : ops->waiting(context);

    if (waiting > 0)
        strbuf_printf(out, "%llu new, ", (unsigned long long)waiting);
    if (list->filter.length > 0)
        strbuf_printf(out, "only %s, ", list->filter.data);
    if (list->marked > 0)
        strbuf_printf(out, "%zu marked, ", list->marked);
    if (count > 0)
        strbuf_printf(out, "%llu/%llu%s", (unsigned long long)here, (unsigned long long)items,
                      exact ? "" : "+");
    else if (out->length > 0)
        strbuf_truncate(out, out->length - 2);
}

static void add_line(void *context, const struct row *row)
{
    struct strbuf *out = context;
    bool any = false;

    /* Line ends and tabs in a cell would be taken for those between rows and cells. */
    strbuf_add(out, out->length > 0 ? "\n" : "");
    for (size_t i = 0; i < ROW_CELLS; i++) {
        if (row->cells[i].length == 0)
            continue;
        strbuf_add(out, any ? "  " : "");
        escape_terminal(out, row->cells[i].text, row->cells[i].length, 0);
        any = true;
    }
}

static bool text(const struct pane *pane, struct strbuf *out)
{
    list_visit_chosen((const struct list *)pane, add_line, out);
    return out->length > 0;
}

static void count_row(void *context, const struct row *row)
{
    (void)context;
    (void)row;
}

static size_t marked(const struct pane *pane)
{
    return list_visit_chosen((const struct list *)pane, count_row, NULL);
}

static const struct pane_ops list_ops = {
    .keys = &list_keys,
    .resize = resize,
    .draw = list_draw,
    .act = act,
    .back = back,
    .find = list_find,
    .busy = list_find_busy,
    .work = list_find_work,
    .stop = list_find_stop,
    .can_filter = can_filter,
    .filter = filter,
    .filter_passes_none = filter_passes_none,
    .filter_settled = filter_settled,
    .filter_text = filter_text,
    .filter_complete = complete_filter,
    .sort_name = sort_name,
    .sort = sort,
    .position = position,
    .text = text,
    .marked = marked,
};

void list_set_columns(struct list *list, const struct list_column *columns, size_t count)
{
    list->column_count = count < ROW_CELLS ? count : ROW_CELLS;
    memcpy(list->columns, columns, list->column_count * sizeof *columns);
    list->titles = false;
    for (size_t i = 0; i < list->column_count; i++)
        list->titles |= columns[i].title != NULL;
    list_layout_columns(list, list->pane.area.columns);
}

struct list *list_new(const struct list_column *columns, size_t count, struct row_source source)
{
    struct list *list = memory_new(sizeof *list);

    list->pane.ops = &list_ops;
    list_set_columns(list, columns, count);
    list->source = source;
    list->pinned = list->wanted = list->filter = (struct strbuf)STRBUF_INIT;
    list->marks = map_new();
    list->range_from = NO_ROW;
    list_set_cursor(list, 0, true);
    return list;
}

void list_free(struct list **out)
{
    struct list *list = *out;

    if (list == NULL)
        return;
    map_free(&list->marks);
    strbuf_release(&list->pinned);
    strbuf_release(&list->wanted);
    strbuf_release(&list->filter);
    free(list->pattern);
    free(list->empty);
    free(list);
    *out = NULL;
}

struct pane *list_pane(struct list *list)
{
    return &list->pane;
}

void list_set_empty(struct list *list, const char *text)
{
    free(list->empty);
    list->empty = memory_copy_text(text);
}

void list_set_source(struct list *list, struct row_source source)
{
    list->source = source;
    list->order.sorted = false;
    undo_list_forget(list->pane.undo, list);
    list->top = 0;
    list_clear_marks(list);
    list_set_cursor(list, 0, true);
}

void list_reload(struct list *list)
{
    uint64_t above = list->cursor - list->top;
    uint64_t index;

    list_find_stop(&list->pane);
    list->range_from = NO_ROW;
    if (list_locate(list, &index)) {
        list->top = index > above ? index - above : 0;
        list_set_cursor(list, index, true);
    } else {
        list_set_cursor(list, list->cursor, true);
    }
}
