#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/pane.h>
#include <pilab/tui/undo.h>

/* A filter that was changed, as something to undo. */

struct filter_change {
    struct pane *pane; /* the owner: the entry goes with it */
    char *before, *after;
};

static bool undo(void *context, struct error *error)
{
    struct filter_change *change = context;

    return change->pane->ops->filter(change->pane, change->before, error);
}

static bool redo(void *context, struct error *error)
{
    struct filter_change *change = context;

    return change->pane->ops->filter(change->pane, change->after, error);
}

static void release(void *context)
{
    struct filter_change *change = context;

    free(change->before);
    free(change->after);
    free(change);
}

const char *pane_filter_text(const struct pane *pane)
{
    return pane->ops->filter_text == NULL ? "" : pane->ops->filter_text(pane);
}

void pane_filter_changed(struct pane *pane, const char *before)
{
    struct undo_entry entry = { .owner = pane, .undo = undo, .redo = redo, .release = release };
    const char *after = pane_filter_text(pane);
    struct filter_change *change;
    char *title;

    if (strcmp(before, after) == 0)
        return;
    change = memory_new(sizeof *change);
    *change = (struct filter_change){ pane, memory_copy_text(before), memory_copy_text(after) };
    title = after[0] == '\0' ? memory_printf("took the filter %s away", before)
                             : memory_printf("filtered by %s", after);
    entry.title = title;
    entry.context = change;
    undo_list_add(pane->undo, &entry);
    free(title);
}

unsigned pane_filter_clear(struct pane *pane)
{
    char *before = memory_copy_text(pane_filter_text(pane));

    /* Every source takes "". The cursor stays with what was filtered for. */
    if (pane->ops->filter_settled != NULL)
        pane->ops->filter_settled(pane);
    (void)pane->ops->filter(pane, "", NULL);
    if (pane->ops->filter_settled != NULL)
        pane->ops->filter_settled(pane);
    pane_filter_changed(pane, before);
    free(before);
    return REFRESH_DRAW;
}
