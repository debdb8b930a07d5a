#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/search.h>

#include "list_internal.h"

#define SLICE      5  /* ms of searching before the screen gets its turn */
#define CHECK_EACH 64 /* rows between two looks at the clock */

static bool row_matches(const struct list *list, uint64_t index, const struct search *search)
{
    struct row row;
    size_t offset;

    if (!list_row(list, index, &row) || row.kind == ROW_GROUP)
        return false;
    for (size_t i = 0; i < list->column_count; i++)
        if (row.cells[i].text != NULL &&
            search_next(search, row.cells[i].text, row.cells[i].length, 0, &offset))
            return true;
    return row.unseen != NULL && search_next(search, row.unseen, strlen(row.unseen), 0, &offset);
}

static uint64_t neighbour(uint64_t index, uint64_t count, bool backwards)
{
    if (backwards)
        return index == 0 ? count - 1 : index - 1;
    return index + 1 >= count ? 0 : index + 1;
}

/* Looks at rows until one matches, all have been seen, or the time is up. */
static enum find_result search_rows(struct list *list)
{
    struct search search = search_for(list->pattern);
    int64_t limit = clock_monotonic() + SLICE;
    bool exact;
    uint64_t count = list_count(list, &exact);

    for (uint64_t seen = 1; list->find.left > 0 && list->find.next < count; seen++) {
        uint64_t here = list->find.next;

        list->find.left--;
        list->find.next = neighbour(here, count, list->find.backwards);
        if (row_matches(list, here, &search)) {
            bool wrapped = list->find.backwards ? here >= list->cursor : here <= list->cursor;

            list_set_cursor(list, here, true);
            return wrapped ? FIND_WRAPPED : FIND_HERE;
        }
        if (seen % CHECK_EACH == 0 && clock_monotonic() >= limit)
            return FIND_LATER;
    }
    return FIND_NOTHING;
}

enum find_result list_find(struct pane *pane, const char *pattern, bool backwards)
{
    struct list *list = (struct list *)pane;
    enum find_result result;
    bool exact;
    uint64_t count = list_count(list, &exact);

    if (pattern != list->pattern) {
        free(list->pattern);
        list->pattern = pattern == NULL || pattern[0] == '\0' ? NULL : memory_copy_text(pattern);
    }
    if (list->pattern == NULL || count == 0)
        return FIND_NOTHING;
    strbuf_clear(&list->wanted);
    list->find.backwards = backwards;
    list->find.next = neighbour(list->cursor, count, backwards);
    list->find.left = count;
    result = search_rows(list);
    list->find.running = result == FIND_LATER;
    return result;
}

bool list_find_busy(const struct pane *pane)
{
    return ((const struct list *)pane)->find.running;
}

unsigned list_find_work(struct pane *pane, enum find_result *found)
{
    struct list *list = (struct list *)pane;

    *found = search_rows(list);
    list->find.running = *found == FIND_LATER;
    return list->find.running ? REFRESH_NONE : REFRESH_DRAW;
}

void list_find_stop(struct pane *pane)
{
    ((struct list *)pane)->find.running = false;
}
