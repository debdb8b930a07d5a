#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/search.h>

#include "text_view_internal.h"

/* Brings a place onto the screen, a third from the top when it was not on it. */
static void reveal(struct text_view *view, struct text_position at)
{
    if (text_is_visible(view, at))
        return;
    view->top = at;
    text_scroll(view, view->rows / 3, false);
    text_clamp_top(view);
}

static void set_pattern(struct text_view *view, const char *pattern)
{
    if (view->pattern != NULL && pattern != NULL && strcmp(view->pattern, pattern) == 0)
        return;
    free(view->pattern);
    view->pattern = pattern == NULL || pattern[0] == '\0' ? NULL : memory_copy_text(pattern);
    view->found = SIZE_MAX;
}

/* From the place found last as long as it is seen, else from the top of the screen. */
static size_t find_start(struct text_view *view, bool backwards)
{
    if (view->found != SIZE_MAX && text_is_visible(view, text_position_of(view, view->found)))
        return view->found + (backwards ? 0 : 1);
    return text_piece_start(view, view->top.piece);
}

static bool search_from(struct text_view *view, size_t start, bool backwards)
{
    struct search search = search_for(view->pattern);

    if (backwards)
        return search_previous(&search, view->text, view->length, start, &view->found);
    return search_next(&search, view->text, view->length, start, &view->found);
}

enum find_result text_pane_find(struct pane *pane, const char *pattern, bool backwards)
{
    struct text_view *view = (struct text_view *)pane;
    enum find_result result = FIND_HERE;

    set_pattern(view, pattern);
    if (view->pattern == NULL || view->length == 0)
        return FIND_NOTHING;
    if (!search_from(view, find_start(view, backwards), backwards)) {
        result = FIND_WRAPPED;
        if (!search_from(view, backwards ? view->length : 0, backwards))
            return FIND_NOTHING;
    }
    reveal(view, text_position_of(view, view->found));
    return result;
}
