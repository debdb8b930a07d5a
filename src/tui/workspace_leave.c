#include "workspace_internal.h"

/* Closing a view and leaving, neither of which loses anything unasked. */

static void close_answer(void *context, bool yes)
{
    if (yes)
        workspace_back(context);
}

void workspace_close_view(struct workspace *workspace)
{
    struct view *view = workspace_view(workspace);
    struct strbuf what = STRBUF_INIT;

    if (view != NULL && view->ops->unsaved != NULL && view->ops->unsaved(view, &what)) {
        struct confirmation question = {
            .title = "Close without saving",
            .text = what.data,
            .action = "close, and lose",
            .name = "what is not saved",
            .dangerous = true,
        };

        dialog_confirm(workspace, &question, close_answer, workspace);
    } else if (!workspace_back(workspace)) {
        workspace_ask_quit(workspace);
    }
    strbuf_release(&what);
}

static void quit_answer(void *context, bool yes)
{
    if (yes)
        workspace_quit(context);
}

/* Everything that leaving would lose, a line each. */
static void collect_losses(const struct workspace *workspace, struct strbuf *out)
{
    const struct job_host *jobs = &workspace->options.jobs;
    size_t running = 0;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);

        for (size_t j = 0; j < place->views.count; j++) {
            const struct view *view = *(struct view **)vector_at(&place->views, j);
            struct strbuf what = STRBUF_INIT;

            if (view->ops->unsaved != NULL && view->ops->unsaved(view, &what))
                strbuf_printf(out, "%s\n", what.data);
            strbuf_release(&what);
        }
    }
    for (size_t i = jobs->count == NULL ? 0 : jobs->count(jobs->context); i-- > 0;) {
        struct job_status job;

        running += jobs->get(jobs->context, i, &job) && !job.reading;
    }
    if (running > 0)
        strbuf_printf(out, "running jobs: %zu\n", running);
}

void workspace_ask_quit(struct workspace *workspace)
{
    struct strbuf losses = STRBUF_INIT;

    collect_losses(workspace, &losses);
    if (losses.length == 0) {
        workspace_quit(workspace);
    } else {
        struct confirmation question = {
            .title = "Quit",
            .text = losses.data,
            .action = "quit, and lose",
            .name = "this",
            .dangerous = true,
        };

        dialog_confirm(workspace, &question, quit_answer, workspace);
    }
    strbuf_release(&losses);
}
