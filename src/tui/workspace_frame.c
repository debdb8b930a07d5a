#include <string.h>

#include <pilab/base/utf8.h>

#include "workspace_internal.h"

/* The frame: which part of the screen is whose, and drawing all of it. */

#define TAB_LINE_ROWS 10 /* from so many rows on, the places have a line */

static int places_width(const struct workspace *workspace, bool labels)
{
    int width = 0;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);
        bool named = labels || i == workspace->place;

        width += 3 + (named ? (int)text_width(place->label, strlen(place->label)) + 1 : 0);
    }
    return width;
}

static void draw_places(const struct workspace *workspace, const struct surface *surface)
{
    bool labels = places_width(workspace, true) <= surface_columns(surface);
    int column = 1;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);
        bool current = i == workspace->place;
        enum role role = current ? ROLE_TAB_CURRENT : ROLE_TAB;

        if (labels || current)
            column += surface_printf(surface, 0, column, role, "%d %s", place->digit, place->label);
        else
            column += surface_printf(surface, 0, column, role, "%d", place->digit);
        column += 2;
    }
}

struct frame {
    struct surface title;
    struct surface places; /* no rows where there is no room */
    struct surface body;   /* messages lie over it, unless the view yields rows to them */
    struct surface view;
    struct surface hints;
};

/* Messages cover nothing that is being typed. */
static int yielded_rows(const struct workspace *workspace, const struct surface *body)
{
    const struct view *view = workspace_view(workspace);

    return view != NULL && view->ops->uncovered ? workspace_toast_rows(workspace, body) : 0;
}

static void make_frame(const struct workspace *workspace, struct frame *frame)
{
    struct surface screen = surface_whole(workspace->canvas);
    struct rectangle area = { 0, 0, surface_rows(&screen), surface_columns(&screen) };
    int places = area.rows >= TAB_LINE_ROWS && workspace->places.count > 1 ? 1 : 0;
    int lines = workspace->zoomed ? 0 : 1;

    frame->title = surface_part(&screen, rectangle_cut_top(&area, lines));
    frame->places = surface_part(&screen, rectangle_cut_top(&area, lines * places));
    frame->hints = surface_part(&screen, rectangle_cut_bottom(&area, lines));
    frame->body = surface_part(&screen, area);
    rectangle_cut_bottom(&area, yielded_rows(workspace, &frame->body));
    frame->view = surface_part(&screen, area);
}

static bool is_too_small(const struct workspace *workspace)
{
    return canvas_rows(workspace->canvas) < FRAME_ROWS ||
           canvas_columns(workspace->canvas) < FRAME_COLUMNS;
}

void workspace_lay_out(struct workspace *workspace)
{
    struct view *view = workspace_view(workspace);
    struct pane *pane = workspace_pane(workspace);
    struct rectangle area = { 0 };
    struct frame frame;
    int yielded;

    if (view == NULL || is_too_small(workspace))
        return;
    make_frame(workspace, &frame);
    yielded = surface_rows(&frame.body) - surface_rows(&frame.view);
    if ((workspace->refresh & REFRESH_LAYOUT) == 0 && workspace->yielded == yielded)
        return;
    workspace->refresh = REFRESH_DRAW;
    workspace->yielded = yielded;
    area.rows = surface_rows(&frame.view);
    area.columns = surface_columns(&frame.view);
    if (workspace->zoomed && pane != NULL) {
        for (size_t i = 0; i < view->panes.count; i++)
            pane_hide(*(struct pane **)vector_at(&view->panes, i));
        pane_place(pane, area);
    } else if (view->ops->layout != NULL) {
        view->ops->layout(view, area);
    }
}

static void draw_body(const struct workspace *workspace, const struct surface *body)
{
    struct view *view = workspace_view(workspace);
    const struct pane *focus = workspace_pane(workspace);

    if (view == NULL)
        return;
    if (view->ops->draw != NULL && !workspace->zoomed)
        view->ops->draw(view, body);
    for (size_t i = 0; i < view->panes.count; i++) {
        struct pane *pane = *(struct pane **)vector_at(&view->panes, i);
        struct surface part = surface_part(body, pane->area);

        if (pane->shown)
            pane->ops->draw(pane, &part, pane == focus);
    }
}

static void draw_too_small(const struct workspace *workspace)
{
    struct surface screen = surface_whole(workspace->canvas);
    int middle = (surface_rows(&screen) - 1) / 2;

    surface_print(&screen, middle, 0, ROLE_STRONG, "Too small");
    surface_printf(&screen, middle + 1, 0, ROLE_DIM, "needs %dx%d", FRAME_COLUMNS, FRAME_ROWS);
}

void workspace_draw_without_overlays(struct workspace *workspace)
{
    struct frame frame;
    bool dismissal;

    canvas_clear(workspace->canvas);
    if (is_too_small(workspace)) {
        draw_too_small(workspace);
        return;
    }
    workspace_lay_out(workspace);
    make_frame(workspace, &frame);
    canvas_set_plain(workspace->canvas, workspace->zoomed);
    draw_body(workspace, &frame.view);
    canvas_set_plain(workspace->canvas, false);
    workspace->deceptive = canvas_deceptive(workspace->canvas);
    dismissal = !workspace_draw_toasts(workspace, &frame.body);
    if (workspace->zoomed)
        return;
    workspace_draw_title(workspace, &frame.title);
    if (surface_rows(&frame.places) > 0)
        draw_places(workspace, &frame.places);
    workspace_draw_hints(workspace, &frame.hints, dismissal);
}

/* Those whose keys stand in the hint line leave it free. */
static void draw_overlays(const struct workspace *workspace)
{
    struct surface screen = surface_whole(workspace->canvas);
    struct rectangle area = { 0, 0, surface_rows(&screen), surface_columns(&screen) };
    struct surface above;

    rectangle_cut_bottom(&area, 1);
    above = surface_part(&screen, area);
    for (size_t i = 0; i < workspace->overlays.count; i++) {
        struct overlay *overlay = *(struct overlay **)vector_at(&workspace->overlays, i);
        bool hinted = overlay->ops->hints != NULL && !workspace->zoomed;

        overlay->ops->draw(overlay, hinted ? &above : &screen);
    }
}

void workspace_draw(struct workspace *workspace)
{
    /* Taken before drawing: what leaves while it is drawn is due at once, not never. */
    int64_t now = workspace_now(workspace);

    if (workspace->refresh == REFRESH_NONE)
        return;
    workspace_draw_without_overlays(workspace);
    if (!is_too_small(workspace))
        draw_overlays(workspace);
    workspace->refresh = REFRESH_NONE;
    workspace->messages_at = message_log_deadline(workspace->messages, now);
    workspace->job_at = workspace_job_deadline(workspace, now);
    terminal_show(workspace->options.terminal, workspace->canvas);
    workspace_set_window_title(workspace);
}
