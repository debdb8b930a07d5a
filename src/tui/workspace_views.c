#include <stdlib.h>

#include <pilab/base/memory.h>

#include "workspace_internal.h"

struct view *view_new(struct workspace *workspace, const struct view_ops *ops, void *state)
{
    struct view *view = memory_new(sizeof *view);

    view->ops = ops;
    view->state = state;
    view->workspace = workspace;
    view->id = ++workspace->view_count;
    view->generation = 1;
    view->from = NO_PLACE;
    vector_init(&view->panes, sizeof(struct pane *));
    return view;
}

void view_free(struct view **view)
{
    if (*view == NULL)
        return;
    for (size_t i = 0; i < (*view)->panes.count; i++)
        undo_list_forget((*view)->workspace->undo, *(struct pane **)vector_at(&(*view)->panes, i));
    if ((*view)->ops->close != NULL)
        (*view)->ops->close(*view);
    vector_release(&(*view)->panes);
    free((*view)->project);
    free(*view);
    *view = NULL;
}

void *view_state(const struct view *view)
{
    return view->state;
}

struct workspace *view_workspace(const struct view *view)
{
    return view->workspace;
}

uint64_t view_id(const struct view *view)
{
    return view->id;
}

void view_add_pane(struct view *view, struct pane *pane)
{
    pane->undo = view->workspace->undo;
    vector_push(&view->panes, &pane);
}

static struct pane *pane_at(const struct view *view, size_t index)
{
    return *(struct pane **)vector_at(&view->panes, index);
}

/* The focus never rests on a pane that is not shown, as long as another one is. */
struct pane *view_focus(const struct view *view)
{
    for (size_t i = 0; i < view->panes.count; i++) {
        struct pane *pane = pane_at(view, (view->focus + i) % view->panes.count);

        if (pane->shown)
            return pane;
    }
    return view->panes.count == 0 ? NULL : pane_at(view, view->focus);
}

void view_set_focus(struct view *view, struct pane *pane)
{
    for (size_t i = 0; i < view->panes.count; i++)
        if (pane_at(view, i) == pane)
            view->focus = i;
    view_refresh(view, REFRESH_DRAW);
}

void view_add_keys(struct view *view, const struct key_table *table,
                   unsigned (*act)(void *context, int action), void *context)
{
    if (view->extra_count == VIEW_EXTRA_KEYS)
        return;
    view->extra[view->extra_count].keys = table;
    view->extra[view->extra_count].act = act;
    view->extra[view->extra_count++].context = context;
}

uint64_t view_ask(struct view *view)
{
    return ++view->generation;
}

uint64_t view_generation(const struct view *view)
{
    return view->generation;
}

void view_wake(struct view *view, int64_t at)
{
    view->wake_at = at;
}

void view_wake_by(struct view *view, int64_t at)
{
    if (view->wake_at == 0 || at < view->wake_at)
        view->wake_at = at;
}

void view_set_production(struct view *view, bool production)
{
    view->production = production;
    view_refresh(view, REFRESH_DRAW);
}

bool view_is_production(const struct view *view)
{
    return view->production;
}

void view_set_project(struct view *view, const char *project)
{
    free(view->project);
    view->project = project == NULL ? NULL : memory_copy_text(project);
    view_refresh(view, REFRESH_DRAW);
}

const char *workspace_shown_project(const struct workspace *workspace)
{
    const struct place *place = workspace_current_place(workspace);

    for (size_t i = place == NULL ? 0 : place->views.count; i-- > 0;) {
        const struct view *view = *(struct view **)vector_at(&place->views, i);

        if (view->project != NULL)
            return view->project;
    }
    return workspace->project;
}

void view_refresh(struct view *view, unsigned refresh)
{
    if (workspace_view(view->workspace) == view)
        workspace_refresh(view->workspace, refresh);
}
