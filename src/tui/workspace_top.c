#include "workspace_internal.h"

/* What is on top: the current place and its view, and that it must be drawn again. */

void workspace_refresh(struct workspace *workspace, unsigned refresh)
{
    workspace->refresh |= refresh & (REFRESH_DRAW | REFRESH_LAYOUT);
}

int64_t workspace_now(const struct workspace *workspace)
{
    (void)workspace;
    return clock_monotonic();
}

struct place *workspace_current_place(const struct workspace *workspace)
{
    return workspace->place == NO_PLACE ? NULL : vector_at(&workspace->places, workspace->place);
}

struct view *workspace_view(const struct workspace *workspace)
{
    const struct place *place = workspace_current_place(workspace);

    if (place == NULL || place->views.count == 0)
        return NULL;
    return *(struct view **)vector_at(&place->views, place->views.count - 1);
}

int workspace_place(const struct workspace *workspace)
{
    const struct place *place = workspace_current_place(workspace);

    return place == NULL ? 0 : place->digit;
}
