#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

/* The terms that stand before the mistake still hold. What held one key ago would not do: "env" on
 * its way to "env:UAT" is a word that stands nowhere, and would leave no row. */
static void apply_what_is_right(struct workspace *workspace, const char *text)
{
    char *right = memory_copy_text(text);
    struct error error = { 0 };
    bool applied = false;

    for (size_t length = strlen(right); !applied; length = strlen(right)) {
        while (length > 0 && right[length - 1] != ' ')
            length--;
        while (length > 0 && right[length - 1] == ' ')
            length--;
        right[length] = '\0';
        error_clear(&error);
        applied = apply_filter(workspace, right, &error) || length == 0;
    }
    free(right);
}

/* What the last term of a text may still become. */
struct growth {
    const char *term;
    bool grows;
};

static void see_growth(void *to, const char *offered)
{
    struct growth *growth = to;
    size_t length = strlen(growth->term);

    growth->grows |= strlen(offered) > length && strncasecmp(offered, growth->term, length) == 0;
}

/* Nothing passes, and the last term is the beginning of a field or of a value that there is: it is
 * not what is asked for yet, and rows that went and came again with the next key would only flash.
 */
static bool is_half_typed(const struct pane *pane, const char *text)
{
    const char *blank = strrchr(text, ' ');
    struct growth growth = { .term = blank == NULL ? text : blank + 1 };

    if (!pane_can_filter(pane) || pane->ops->filter_complete == NULL || growth.term[0] == '\0' ||
        !pane->ops->filter_passes_none(pane))
        return false;
    pane->ops->filter_complete(pane, text, see_growth, &growth);
    return growth.grows;
}

static bool filter_changed(void *context, const char *text, struct error *error)
{
    if (!apply_filter(context, text, error)) {
        apply_what_is_right(context, text);
        return false;
    }
    if (is_half_typed(workspace_pane(context), text))
        apply_what_is_right(context, text);
    return true;
}

static void filter_done(void *context, const char *text)
{
    struct workspace *workspace = context;
    struct pane *pane = workspace_pane(workspace);
    struct error error = { 0 };

    if (!apply_filter(workspace, text == NULL ? "" : text, &error))
        workspace_say_error(workspace, &error);
    if (!pane_can_filter(pane))
        return;
    if (pane->ops->filter_settled != NULL)
        pane->ops->filter_settled(pane);
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
