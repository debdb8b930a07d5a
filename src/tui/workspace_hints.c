#include <string.h>

#include <pilab/base/utf8.h>

#include "workspace_internal.h"

/* The hint line: the keys that are heard now, and where in the list or text one is. */

#define HELP_HINT 9 /* columns that "? help" takes at the left */

struct hint {
    const struct key_row *row;
    int width;
};

#define HINTS_MAXIMUM 24

/* Whether an earlier table has taken the key that a row is shown with. */
static bool is_taken(const struct key_chain *chain, size_t table, const struct key_row *row)
{
    struct keymap earlier = chain->keymap;
    const char *keys = row->keys;
    struct key_sequence shown;
    struct key_match match;

    earlier.count = table;
    return key_alternative(&keys, &shown) &&
           keymap_match(&earlier, &shown, &match) == KEY_RESULT_MATCH;
}

/* Whether the key that a row is shown with is text where the focus is. */
static bool is_text(const struct workspace *workspace, const struct key_chain *chain, size_t table,
                    const struct key_row *row)
{
    const struct pane *pane = workspace_pane(workspace);
    const char *keys = row->keys;
    struct key_sequence shown;

    return pane != NULL && pane->ops->takes_text && chain->owners[table] != OWNER_PANE &&
           key_alternative(&keys, &shown) && key_is_text(shown.keys[0]);
}

/* The rows for the hint line: each key once, as the first table says it. */
static size_t collect_hints(const struct workspace *workspace, struct hint hints[HINTS_MAXIMUM])
{
    struct key_chain chain;
    size_t count = 0;

    workspace_key_chain(workspace, &chain);
    for (size_t t = 0; t < chain.keymap.count; t++) {
        const struct key_table *table = chain.keymap.tables[t];

        for (size_t i = 0; i < table->count && count < HINTS_MAXIMUM; i++) {
            const struct key_row *row = &table->rows[i];
            size_t length = strcspn(row->keys, " ");

            if (!workspace_key_hinted(workspace, &chain, t, row) || is_taken(&chain, t, row) ||
                is_text(workspace, &chain, t, row))
                continue;
            hints[count].row = row;
            hints[count++].width = (int)(text_width(row->keys, length) + 1 +
                                         text_width(row->label, strlen(row->label)) + 2);
        }
    }
    return count;
}

/* From a column on, as many as fit; the last one (help) always. */
static void draw_hints(const struct workspace *workspace, const struct surface *surface, int column,
                       int columns)
{
    struct hint hints[HINTS_MAXIMUM];
    size_t count = collect_hints(workspace, hints);
    int last = count == 0 ? 0 : hints[count - 1].width;

    for (size_t i = 0; i < count; i++) {
        const struct key_row *row = hints[i].row;

        if (i + 1 < count && column + hints[i].width + last > columns)
            continue;
        if (column + hints[i].width - 2 > columns)
            return;
        column += surface_text(surface, 0, column, columns, style_of(ROLE_HINT_KEY), row->keys,
                               strcspn(row->keys, " ")) +
                  1;
        column += surface_print(surface, 0, column, ROLE_HINT, row->label) + 2;
    }
}

/* Draws a text so that it ends at `right`, unless that leaves too little for the help key, and
 * returns where it begins. */
static int draw_ending(const struct surface *surface, int right, enum role role,
                       const struct strbuf *text)
{
    int width = (int)text_width(text->data, text->length);

    if (text->length == 0 || right - width < HELP_HINT)
        return right;
    surface_print(surface, 0, right - width, role, text->data);
    return right - width - 2;
}

static int hint_width(const struct overlay_hint *hint)
{
    return (int)(strlen(hint->key) + 1 + strlen(hint->label));
}

/* The last of the hints. */
static const struct overlay_hint *overlay_way_out(const struct overlay_hint *hint)
{
    while (hint[1].key != NULL)
        hint++;
    return hint;
}

/* While something lies over the panes, their keys are not heard: the line shows those that are. As
 * many as fit; the last one (the way out) always. */
static void draw_overlay_hints(const struct workspace *workspace, const struct surface *surface)
{
    const struct overlay *overlay =
        *(struct overlay **)vector_at(&workspace->overlays, workspace->overlays.count - 1);
    const struct overlay_hint *hint = overlay->ops->hints;
    int column = 1;

    for (; hint != NULL && hint->key != NULL; hint++) {
        int last = hint[1].key == NULL ? 0 : hint_width(overlay_way_out(hint)) + 2;

        if (column + hint_width(hint) + last > surface_columns(surface))
            continue;
        column += surface_print(surface, 0, column, ROLE_HINT_KEY, hint->key) + 1;
        column += surface_print(surface, 0, column, ROLE_HINT, hint->label) + 2;
    }
}

static void draw_view_hints(const struct workspace *workspace, const struct surface *surface)
{
    const struct view *view = workspace_view(workspace);
    const struct pane *pane = workspace_pane(workspace);
    int right = surface_columns(surface) - 1;
    struct strbuf text = STRBUF_INIT;

    if (view != NULL && view->ops->status != NULL) {
        enum role role = view->ops->status(view, &text);

        right = draw_ending(surface, right, role, &text);
    }
    strbuf_clear(&text);
    if (pane != NULL && pane->ops->busy != NULL && pane->ops->busy(pane))
        strbuf_printf(&text, "finding %s", workspace->pattern);
    else if (pane != NULL && pane->ops->position != NULL)
        pane->ops->position(pane, &text);
    right = draw_ending(surface, right, ROLE_DIM, &text);
    strbuf_clear(&text);
    if (workspace->deceptive > 0)
        strbuf_printf(&text, "%zu hidden characters shown", workspace->deceptive);
    right = draw_ending(surface, right, ROLE_WARNING, &text);
    strbuf_release(&text);
    draw_hints(workspace, surface, 1, right);
}

/* An error that hides what the line is about says first how it goes. */
static void draw_dismissal(const struct workspace *workspace, const struct surface *surface)
{
    int column = 1 + surface_print(surface, 0, 1, ROLE_HINT_KEY, "Esc") + 1;

    column += surface_print(surface, 0, column, ROLE_HINT, "dismiss") + 2;
    draw_hints(workspace, surface, column, surface_columns(surface));
}

void workspace_draw_hints(const struct workspace *workspace, const struct surface *surface,
                          bool dismissal)
{
    if (workspace->overlays.count > 0)
        draw_overlay_hints(workspace, surface);
    else if (dismissal)
        draw_dismissal(workspace, surface);
    else
        draw_view_hints(workspace, surface);
}
