#include <pilab/tui/pane.h>

void pane_place(struct pane *pane, struct rectangle area)
{
    pane->area = area;
    pane->shown = area.rows > 0 && area.columns > 0;
    if (pane->shown && pane->ops->resize != NULL)
        pane->ops->resize(pane, area.rows, area.columns);
}

void pane_hide(struct pane *pane)
{
    pane->shown = false;
}

bool pane_can_filter(const struct pane *pane)
{
    return pane != NULL && pane->ops->can_filter != NULL && pane->ops->can_filter(pane);
}

bool pane_can_sort(const struct pane *pane)
{
    return pane != NULL && pane->ops->sort_name != NULL && pane->ops->sort_name(pane, 0) != NULL;
}
