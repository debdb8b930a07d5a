#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/search.h>

#include "table_internal.h"

enum table_action {
    TABLE_DOWN,
    TABLE_UP,
    TABLE_LEFT,
    TABLE_RIGHT,
    TABLE_HALF_DOWN,
    TABLE_HALF_UP,
    TABLE_PAGE_DOWN,
    TABLE_PAGE_UP,
    TABLE_FIRST,
    TABLE_LAST,
    TABLE_FIRST_COLUMN,
    TABLE_LAST_COLUMN,
    TABLE_MARK,
    TABLE_CLEAR_MARKS
};

/* clang-format off */
static const struct key_row table_key_rows[] = {
    { "j Down", TABLE_DOWN, "down", "Move one row down", 0 },
    { "k Up", TABLE_UP, "up", "Move one row up; above the first one are the headings", 0 },
    { "h Left", TABLE_LEFT, "left", "Move one column to the left", 0 },
    { "l Right", TABLE_RIGHT, "right", "Move one column to the right", 0 },
    { "^D", TABLE_HALF_DOWN, "half down", "Move half a page down", 0 },
    { "^U", TABLE_HALF_UP, "half up", "Move half a page up", 0 },
    { "PgDn ^F", TABLE_PAGE_DOWN, "page down", "Move a page down", 0 },
    { "PgUp ^B", TABLE_PAGE_UP, "page up", "Move a page up", 0 },
    { "gg Home", TABLE_FIRST, "first", "Go to the first row", 0 },
    { "G End", TABLE_LAST, "last", "Go to the last row", 0 },
    { "0", TABLE_FIRST_COLUMN, "first column", "Go to the first column", 0 },
    { "$", TABLE_LAST_COLUMN, "last column", "Go to the last column", 0 },
    { "Space", TABLE_MARK, "mark", "Mark or unmark this cell or heading", KEYS_HINT },
    { "U", TABLE_CLEAR_MARKS, "unmark", "Take all marks away", 0 },
};
/* clang-format on */

static const struct key_table table_keys = { "table", table_key_rows,
                                             sizeof table_key_rows / sizeof *table_key_rows };

/* --- The pane --------------------------------------------------------------------------------- */

static unsigned act(struct pane *pane, int action)
{
    struct table *table = (struct table *)pane;
    size_t page = table_body_rows(table) > 1 ? table_body_rows(table) - 1 : 1;

    table_stay(table);
    switch ((enum table_action)action) {
    case TABLE_DOWN:
    case TABLE_UP:
        table_move_rows(table, 1, action == TABLE_DOWN);
        break;
    case TABLE_LEFT:
        table_set_cursor(table, table->row, table->column - 1);
        break;
    case TABLE_RIGHT:
        table_set_cursor(table, table->row, table->column + 1);
        break;
    case TABLE_HALF_DOWN:
    case TABLE_HALF_UP:
        table_move_rows(table, page / 2 + 1, action == TABLE_HALF_DOWN);
        break;
    case TABLE_PAGE_DOWN:
    case TABLE_PAGE_UP:
        table_move_rows(table, page, action == TABLE_PAGE_DOWN);
        break;
    case TABLE_FIRST:
        table_set_cursor(table, 0, table->column);
        break;
    case TABLE_LAST:
        table_set_cursor(table, TABLE_HEADING - 1, table->column);
        break;
    case TABLE_FIRST_COLUMN:
        table_set_cursor(table, table->row, 1);
        break;
    case TABLE_LAST_COLUMN:
        table_set_cursor(table, table->row, TABLE_HEADING);
        break;
    case TABLE_MARK:
        table_turn_mark(table);
        break;
    case TABLE_CLEAR_MARKS:
        table_clear_marks(table);
        break;
    }
    return REFRESH_DRAW;
}

static void resize(struct pane *pane, int rows, int columns)
{
    struct table *table = (struct table *)pane;

    table->height = rows;
    table->width = columns;
    table_measure(table);
    table_set_cursor(table, table->row, table->column);
}

static bool matches(const struct table *table, const struct search *search, size_t row,
                    size_t column)
{
    struct table_cell cell = table_cell_of(table, row, column);
    size_t offset;

    return (cell.text != NULL && search_next(search, cell.text, strlen(cell.text), 0, &offset)) ||
           (cell.mark != NULL && search_next(search, cell.mark, strlen(cell.mark), 0, &offset));
}

/* A row whose name matches keeps the cursor in its column; else it goes to the cell. */
static bool find_in_row(struct table *table, const struct search *search, size_t row)
{
    if (matches(table, search, row, 0)) {
        table_set_cursor(table, row, table->column);
        return true;
    }
    for (size_t column = 1; column < table->widths.count; column++) {
        if (matches(table, search, row, column)) {
            table_set_cursor(table, row, column);
            return true;
        }
    }
    return false;
}

static enum find_result find(struct pane *pane, const char *pattern, bool backwards)
{
    struct table *table = (struct table *)pane;
    size_t rows = table_rows(table);
    size_t start = table->row == TABLE_HEADING ? (backwards ? 0 : rows - 1) : table->row;
    struct search search;

    if (pattern != table->pattern) {
        free(table->pattern);
        table->pattern = pattern == NULL || *pattern == '\0' ? NULL : memory_copy_text(pattern);
    }
    if (table->pattern == NULL || rows == 0 || table->widths.count < 2)
        return FIND_NOTHING;
    table_stay(table);
    search = search_for(table->pattern);
    for (size_t i = 1; i <= rows; i++) {
        size_t row = (start + (backwards ? rows - i : i)) % rows;

        if (find_in_row(table, &search, row))
            return (backwards ? row >= start : row <= start) ? FIND_WRAPPED : FIND_HERE;
    }
    return FIND_NOTHING;
}

static bool can_filter(const struct pane *pane)
{
    return ((const struct table *)pane)->source.ops->filter != NULL;
}

static bool filter(struct pane *pane, const char *text, struct error *error)
{
    return table_filter((struct table *)pane, text, error);
}

static bool filter_passes_none(const struct pane *pane)
{
    const struct table *table = (const struct table *)pane;

    return table->filter.length > 0 && table_rows(table) == 0;
}

static void filter_settled(struct pane *pane)
{
    table_stay((struct table *)pane);
}

static const char *filter_text(const struct pane *pane)
{
    return ((const struct table *)pane)->filter.data;
}

static void complete_filter(const struct pane *pane, const char *text,
                            void (*offer)(void *to, const char *term), void *to)
{
    const struct table_source *source = &((const struct table *)pane)->source;

    if (source->ops->filter_complete != NULL)
        source->ops->filter_complete(source->context, text, offer, to);
}

static unsigned back(struct pane *pane)
{
    struct table *table = (struct table *)pane;

    if (table->marks.count > 0) {
        table_clear_marks(table);
        return REFRESH_DRAW;
    }
    return table->filter.length > 0 ? pane_filter_clear(pane) : REFRESH_IGNORED;
}

static const char *sort_name(const struct pane *pane, size_t index)
{
    const struct table *table = (const struct table *)pane;

    if (table->source.ops->sort == NULL || index >= table->widths.count)
        return NULL;
    return table_cell_of(table, TABLE_HEADING, index).text;
}

static bool sort(struct pane *pane, size_t index, struct error *error)
{
    struct table *table = (struct table *)pane;
    bool descending = table->sorted == index + 1 && !table->descending;

    if (!table->source.ops->sort(table->source.context, index, descending, error))
        return false;
    table->sorted = index + 1;
    table->descending = descending;
    table_reload(table);
    return true;
}

static void position(const struct pane *pane, struct strbuf *out)
{
    const struct table *table = (const struct table *)pane;
    size_t rows = table_rows(table);

    if (table->filter.length > 0)
        strbuf_printf(out, "only %s, ", table->filter.data);
    if (table->marks.count > 0)
        strbuf_printf(out, "%zu marked, ", table->marks.count);
    if (rows > 0)
        strbuf_printf(out, "%zu/%zu", table->row == TABLE_HEADING ? 0 : table->row + 1, rows);
    else if (out->length > 0)
        strbuf_truncate(out, out->length - 2);
}

static void add_text(const struct table *table, size_t row, size_t column, struct strbuf *out)
{
    struct table_cell cell = table_cell_of(table, row, column);

    if (cell.text != NULL)
        escape_terminal(out, cell.text, strlen(cell.text), 0);
}

static bool text(const struct pane *pane, struct strbuf *out)
{
    const struct table *table = (const struct table *)pane;

    if (table->widths.count < 2)
        return false;
    if (table->row != TABLE_HEADING) {
        add_text(table, table->row, 0, out);
        strbuf_add(out, "  ");
    }
    add_text(table, TABLE_HEADING, table->column, out);
    if (table->row != TABLE_HEADING) {
        strbuf_add(out, "  ");
        add_text(table, table->row, table->column, out);
    }
    return true;
}

static size_t marked(const struct pane *pane)
{
    return ((const struct table *)pane)->marks.count;
}

static const struct pane_ops table_ops = {
    .keys = &table_keys,
    .resize = resize,
    .draw = table_draw,
    .act = act,
    .back = back,
    .find = find,
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

struct table *table_new(struct table_source source)
{
    struct table *table = memory_new(sizeof *table);

    table->pane.ops = &table_ops;
    table->source = source;
    table->row_pin = table->column_pin = table->filter = (struct strbuf)STRBUF_INIT;
    table->column = table->left = 1;
    vector_init(&table->widths, sizeof(struct table_width));
    vector_init(&table->marks, sizeof(struct owned_mark));
    vector_init(&table->remembered, sizeof(char *));
    table_measure(table);
    table_set_cursor(table, 0, 1);
    return table;
}

void table_free(struct table **out)
{
    struct table *table = *out;

    if (table == NULL)
        return;
    table_clear_marks(table);
    vector_release(&table->marks);
    table_stay(table);
    vector_release(&table->remembered);
    vector_release(&table->widths);
    strbuf_release(&table->row_pin);
    strbuf_release(&table->column_pin);
    strbuf_release(&table->filter);
    free(table->pattern);
    free(table->empty);
    free(table);
    *out = NULL;
}

struct pane *table_pane(struct table *table)
{
    return &table->pane;
}

void table_set_empty(struct table *table, const char *text)
{
    free(table->empty);
    table->empty = memory_copy_text(text);
}

void table_on_move(struct table *table, void (*moved)(void *context), void *context)
{
    table->moved = moved;
    table->moved_context = context;
}

bool table_select(struct table *table, const char *row, const char *column)
{
    size_t to_row, to_column;

    if (!table_find_row(table, row != NULL ? row : "", &to_row) ||
        !table_find_column(table, column, &to_column))
        return false;
    table_stay(table);
    table_set_cursor(table, to_row, to_column);
    return true;
}
