#include "workspace_internal.h"

/* The filter of the pane with the focus, applied while it is typed. */

static void apply_filter(struct workspace *workspace, const char *text)
{
    struct pane *pane = workspace_pane(workspace);
    struct error error = { 0 };

    if (pane_can_filter(pane) && !pane->ops->filter(pane, text, &error))
        workspace_say_error(workspace, &error);
    workspace_refresh(workspace, REFRESH_DRAW);
}

static void filter_changed(void *context, const char *text)
{
    apply_filter(context, text);
}

static void filter_done(void *context, const char *text)
{
    if (text == NULL)
        apply_filter(context, "");
}

void workspace_filter(struct workspace *workspace)
{
    struct prompt_handler handler = { .changed = filter_changed,
                                      .done = filter_done,
                                      .context = workspace };
    struct pane *pane = workspace_pane(workspace);

    if (!pane_can_filter(pane)) {
        workspace_say(workspace, MESSAGE_INFO, "nothing to filter here");
        return;
    }
    /* A new filter starts from all rows, as the empty line says. */
    apply_filter(workspace, "");
    prompt_open(workspace, "filter: ", "", NULL, &handler);
}
