#include <pilab/base/clock.h>

#include "workspace_internal.h"

#define PROGRESS_PAUSE 250   /* ms between two drawings of progress */
#define MINUTE         60000 /* ms */
#define TO_WORKSPACE   UINT64_MAX

static void on_key(void *context, int32_t key)
{
    workspace_key(context, key);
    workspace_lay_out(context);
}

static void on_paste(void *context, const char *text, size_t length)
{
    struct workspace *workspace = context;
    struct pane *pane = workspace_pane(workspace);
    struct overlay *overlay;

    if (workspace->overlays.count > 0) {
        overlay =
            *(struct overlay **)vector_at(&workspace->overlays, workspace->overlays.count - 1);
        if (overlay->ops->paste != NULL) {
            overlay->ops->paste(overlay, text, length);
            workspace_refresh(workspace, REFRESH_DRAW);
            return;
        }
    } else if (pane != NULL && pane->ops->paste != NULL) {
        workspace->typed.count = 0;
        workspace->menu_at = -1;
        workspace_refresh(workspace, pane->ops->paste(pane, text, length));
        workspace_lay_out(workspace);
        if (length >= TERMINAL_PASTE_MAXIMUM)
            workspace_say(workspace, MESSAGE_WARNING,
                          "only the first %d MiB of what was pasted were taken",
                          TERMINAL_PASTE_MAXIMUM >> 20);
        return;
    }
    workspace_say(workspace, MESSAGE_INFO, "pasted text was ignored: nothing takes text here");
}

static void hand_over(struct workspace *workspace, struct view *view, const struct event *event)
{
    unsigned refresh;

    if (event->generation != 0 && event->generation != view->generation)
        return;
    if (view->ops->event == NULL)
        return;
    refresh = view->ops->event(view, event);
    if (workspace_view(workspace) == view)
        workspace_refresh(workspace, refresh);
}

static void on_progress(struct workspace *workspace)
{
    int64_t now = workspace_now(workspace);

    atomic_store(&workspace->progressed, false);
    if (workspace->progress_at >= 0)
        return;
    workspace->progress_at = workspace->progress_drawn + PROGRESS_PAUSE;
    if (workspace->progress_at < now)
        workspace->progress_at = now;
}

static void on_event(void *context, struct event *event)
{
    struct workspace *workspace = context;

    if (event->view == TO_WORKSPACE) {
        on_progress(workspace);
        return;
    }
    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);

        for (size_t j = 0; j < place->views.count; j++) {
            struct view *view = *(struct view **)vector_at(&place->views, j);

            if (event->view == 0 || event->view == view->id)
                hand_over(workspace, view, event);
            place = vector_at(&workspace->places, i);
        }
    }
}

void workspace_post_progress(struct workspace *workspace)
{
    struct event event = { .view = TO_WORKSPACE };

    if (!atomic_exchange(&workspace->progressed, true))
        event_queue_post(workspace->queue, &event);
}

static void on_resize(void *context)
{
    workspace_take_size(context);
}

static void on_interrupt(void *context)
{
    struct workspace *workspace = context;

    /* In a dialog ^C is a way out, as Esc is. */
    if (workspace->overlays.count > 0)
        workspace_key(workspace, KEYCODE_ESCAPE);
    else
        workspace_cancel_job(workspace);
}

static void on_suspend(void *context)
{
    workspace_suspend(context);
}

static void on_resume(void *context)
{
    struct workspace *workspace = context;

    terminal_pause(workspace->options.terminal);
    terminal_resume(workspace->options.terminal);
    workspace_take_size(workspace);
}

static void on_draw(void *context)
{
    struct workspace *workspace = context;

    workspace_bury(workspace);
    workspace_draw(workspace);
}

static bool on_work(void *context)
{
    struct workspace *workspace = context;
    struct pane *pane = workspace_pane(workspace);
    enum find_result found = FIND_LATER;
    unsigned refresh;

    if (pane == NULL || pane->ops->busy == NULL || !pane->ops->busy(pane))
        return false;
    refresh = pane->ops->work(pane, &found);
    workspace_refresh(workspace, refresh);
    if (found != FIND_LATER)
        workspace_found(workspace, found);
    return pane->ops->busy(pane);
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

/* The first of the times that views want to be woken at; -1: there is none. */
static int64_t next_waking(const struct workspace *workspace)
{
    int64_t next = -1;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);

        for (size_t j = 0; j < place->views.count; j++) {
            const struct view *view = *(struct view **)vector_at(&place->views, j);

            if (view->wake_at != 0)
                next = earlier(next, view->wake_at);
        }
    }
    return next;
}

static void wake_views(struct workspace *workspace, int64_t now)
{
    struct event event = { .kind = VIEW_WOKEN };

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);

        for (size_t j = 0; j < place->views.count; j++) {
            struct view *view = *(struct view **)vector_at(&place->views, j);

            if (view->wake_at == 0 || view->wake_at > now)
                continue;
            view->wake_at = 0;
            hand_over(workspace, view, &event);
            place = vector_at(&workspace->places, i);
        }
    }
}

static int64_t on_deadline(void *context)
{
    struct workspace *workspace = context;
    int64_t now = workspace_now(workspace);
    int64_t deadline = workspace->messages_at;

    if (workspace->minute_at < 0 && !clock_is_frozen(&workspace->options.clock))
        workspace->minute_at = now + MINUTE - clock_now(&workspace->options.clock) % MINUTE;
    deadline = earlier(deadline, workspace->menu_at);
    deadline = earlier(deadline, workspace->progress_at);
    deadline = earlier(deadline, workspace->job_at);
    deadline = earlier(deadline, next_waking(workspace));
    return earlier(deadline, workspace->minute_at);
}

static bool due(int64_t *deadline, int64_t now)
{
    if (*deadline < 0 || *deadline > now)
        return false;
    *deadline = -1;
    return true;
}

static void on_tick(void *context)
{
    struct workspace *workspace = context;
    int64_t now = workspace_now(workspace);

    if (due(&workspace->menu_at, now))
        workspace_open_prefix_menu(workspace);
    if (due(&workspace->progress_at, now))
        workspace->progress_drawn = now;
    (void)due(&workspace->job_at, now);
    (void)due(&workspace->minute_at, now);
    (void)due(&workspace->messages_at, now);
    wake_views(workspace, now);
    workspace_refresh(workspace, REFRESH_DRAW);
}

static bool on_done(void *context)
{
    return ((struct workspace *)context)->quitting;
}

enum loop_end workspace_run(struct workspace *workspace)
{
    const struct loop_handler handler = {
        .context = workspace,
        .key = on_key,
        .paste = on_paste,
        .event = on_event,
        .resize = on_resize,
        .interrupt = on_interrupt,
        .suspend = on_suspend,
        .resume = on_resume,
        .draw = on_draw,
        .work = on_work,
        .deadline = on_deadline,
        .tick = on_tick,
        .done = on_done,
    };

    return loop_run(workspace->options.terminal, workspace->queue, &handler);
}
