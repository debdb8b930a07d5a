#include "workspace_internal.h"

#include <pilab/tui/text_view.h>

/* `u`, `^R` and `:undo`. */

void workspace_add_undo(struct workspace *workspace, const struct undo_entry *entry)
{
    undo_list_add(workspace->undo, entry);
}

/* What belongs to a pane can be undone where one sees it happen. */
static bool in_sight(const void *context, const void *owner)
{
    const struct view *view = workspace_view(context);

    for (size_t i = 0; view != NULL && i < view->panes.count; i++)
        if (*(const void **)vector_at(&view->panes, i) == owner)
            return true;
    return owner == NULL;
}

void workspace_step(struct workspace *workspace, bool again)
{
    struct strbuf title = STRBUF_INIT;
    struct error error = { 0 };

    switch (undo_list_step(workspace->undo, again, in_sight, workspace, &title, &error)) {
    case UNDO_DONE:
        workspace_say(workspace, MESSAGE_INFO, again ? "done again: %s" : "undone: %s", title.data);
        break;
    case UNDO_NOTHING:
        workspace_say(workspace, MESSAGE_INFO,
                      again ? "nothing was undone here" : "nothing to undo here");
        break;
    case UNDO_FAILED:
        error_prefix(&error, again ? "cannot do again: %s" : "cannot undo: %s", title.data);
        workspace_say_error(workspace, &error);
        break;
    }
    strbuf_release(&title);
}

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Undo");
}

static void layout(struct view *view, struct rectangle area)
{
    struct text_view *text = view_state(view);

    rectangle_cut_left(&area, 1);
    pane_place(text_view_pane(text), area);
}

static void close_undo(struct view *view)
{
    struct text_view *text = view_state(view);

    text_view_free(&text);
}

static const struct view_ops undo_ops = {
    .name = "undo",
    .title = title,
    .layout = layout,
    .close = close_undo,
};

struct view *undo_view_new(struct workspace *workspace)
{
    const struct undo_list *list = workspace->undo;
    struct text_view *text = text_view_new();
    struct view *view = view_new(workspace, &undo_ops, text);
    struct strbuf all = STRBUF_INIT;

    for (size_t i = 0; i < undo_list_count(list); i++)
        strbuf_printf(&all, "%-8s%s\n", undo_list_is_undone(list, i) ? "undone" : "",
                      undo_list_title(list, i));
    text_view_set_spans(text, all.data, all.length, NULL, 0);
    text_view_set_empty(text, "Nothing was done yet that can be undone.\n"
                              "Marks, filters and the order of lists can be.");
    text_view_go_to(text, text_view_lines(text));
    view_add_pane(view, text_view_pane(text));
    strbuf_release(&all);
    return view;
}
