#include <stdlib.h>

#include <pilab/base/memory.h>

#include "workspace_internal.h"

/* The filter of the pane with the focus, applied while it is typed. */

static bool apply_filter(struct workspace *workspace, const char *text, struct error *error)
{
    struct pane *pane = workspace_pane(workspace);
    bool applied = !pane_can_filter(pane) || pane->ops->filter(pane, text, error);

    workspace_refresh(workspace, REFRESH_DRAW);
    return applied;
}

/* What is no filter yet leaves the rows as they were with what was typed before. */
static bool filter_changed(void *context, const char *text, struct error *error)
{
    return apply_filter(context, text, error);
}

static void filter_done(void *context, const char *text)
{
    struct workspace *workspace = context;
    struct pane *pane = workspace_pane(workspace);
    struct error error = { 0 };

    if (!apply_filter(workspace, text == NULL ? "" : text, &error))
        workspace_say_error(workspace, &error);
    if (pane_can_filter(pane))
        pane_filter_changed(pane, workspace->filter_before);
}

static void offer(void *to, const char *term)
{
    completions_add(to, term);
}

static void complete(void *context, const char *text, struct completions *completions)
{
    const struct pane *pane = workspace_pane(context);

    if (pane_can_filter(pane) && pane->ops->filter_complete != NULL)
        pane->ops->filter_complete(pane, text, offer, completions);
}

void workspace_filter(struct workspace *workspace)
{
    struct prompt_handler handler = {
        .changed = filter_changed, .complete = complete, .done = filter_done, .context = workspace
    };
    struct error error = { 0 };

    if (!pane_can_filter(workspace_pane(workspace))) {
        workspace_say(workspace, MESSAGE_INFO, "nothing to filter here");
        return;
    }
    free(workspace->filter_before);
    workspace->filter_before = memory_copy_text(pane_filter_text(workspace_pane(workspace)));
    /* A new filter starts from all rows, as the empty line says; the old one is one Up away. */
    if (!apply_filter(workspace, "", &error))
        workspace_say_error(workspace, &error);
    prompt_open(workspace, "filter: ", "", workspace->filter_history, &handler);
}
