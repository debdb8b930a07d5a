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
