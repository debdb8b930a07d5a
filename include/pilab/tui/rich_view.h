/*
 * Rich text (base/rich.h) on the screen: its roles become roles of the theme.
 */
#ifndef PILAB_TUI_RICH_VIEW_H
#define PILAB_TUI_RICH_VIEW_H

#include <pilab/base/rich.h>
#include <pilab/tui/surface.h>
#include <pilab/tui/text_view.h>

enum role rich_theme_role(enum rich_role role);

/* Draws one line of rich text; what does not fit is cut, and a mark says so. Returns the columns
 * used. */
int surface_rich(const struct surface *surface, int row, int column, const char *rich);

/* Shows a rich text; goes to its top. */
void text_view_set_rich(struct text_view *view, const char *rich, size_t length);

#endif
