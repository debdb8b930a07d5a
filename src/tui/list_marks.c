#include "list_internal.h"

/* Marks, the range that may become some, and what an action is about. */

bool list_is_marked(const struct list *list, uint64_t index, const struct row *row)
{
    if (list->range_from != NO_ROW) {
        uint64_t first = list->range_from < list->cursor ? list->range_from : list->cursor;
        uint64_t last = list->range_from < list->cursor ? list->cursor : list->range_from;

        if (index >= first && index <= last)
            return true;
    }
    return row->identity != NULL && map_get(list->marks, row->identity) != NULL;
}

static void mark_range(struct list *list)
{
    uint64_t first = list->range_from < list->cursor ? list->range_from : list->cursor;
    uint64_t last = list->range_from < list->cursor ? list->cursor : list->range_from;
    struct mark_change *change = list_marks_begin(list, true);
    struct row row;

    for (uint64_t i = first; i <= last; i++)
        if (list_row(list, i, &row) && row.kind == ROW_ITEM && row.identity != NULL)
            list_marks_change(change, row.identity);
    list->range_from = NO_ROW;
    list_marks_end(change);
}

static void mark_one(struct list *list, const char *identity)
{
    struct mark_change *change = list_marks_begin(list, map_get(list->marks, identity) == NULL);

    list_marks_change(change, identity);
    list_marks_end(change);
}

void list_mark(struct list *list)
{
    struct row row;

    if (list->range_from != NO_ROW) {
        mark_range(list);
    } else if (list_row(list, list->cursor, &row) && row.identity != NULL &&
               row.identity[0] != '\0') {
        mark_one(list, row.identity);
        list_move(list, 1, true);
    }
}

void list_unmark_all(struct list *list)
{
    struct mark_change *change = list_marks_begin(list, false);

    for (size_t i = 0; i < map_count(list->marks); i++)
        if (map_value_at(list->marks, i) != NULL)
            list_marks_change(change, map_key_at(list->marks, i));
    list_marks_end(change);
    list_clear_marks(list);
}

void list_mark_range(struct list *list)
{
    if (list->range_from != NO_ROW)
        mark_range(list);
    else
        list->range_from = list->cursor;
}

size_t list_visit_chosen(const struct list *list,
                         void (*visit)(void *context, const struct row *row), void *context)
{
    bool exact;
    bool ranged = list->range_from != NO_ROW;
    uint64_t count = list_count(list, &exact);
    uint64_t range_end = list->range_from > list->cursor ? list->range_from : list->cursor;
    size_t left = list->marked;
    size_t visited = 0;
    struct row row;

    for (uint64_t i = 0; i < count && (left > 0 || (ranged && i <= range_end)); i++) {
        if (!list_row(list, i, &row) || row.kind != ROW_ITEM || !list_is_marked(list, i, &row))
            continue;
        if (row.identity != NULL && map_get(list->marks, row.identity) != NULL)
            left--;
        visit(context, &row);
        visited++;
    }
    if (visited == 0 && list_selected(list, &row))
        visit(context, &row);
    return visited;
}

size_t list_marked_count(const struct list *list)
{
    return list->marked;
}

void list_marked(const struct list *list, struct vector *identities)
{
    for (size_t i = 0; i < map_count(list->marks); i++) {
        const char *identity = map_key_at(list->marks, i);

        if (map_value_at(list->marks, i) != NULL)
            vector_push(identities, &identity);
    }
}

void list_clear_marks(struct list *list)
{
    map_free(&list->marks);
    list->marks = map_new();
    list->marked = 0;
    list->range_from = NO_ROW;
}
