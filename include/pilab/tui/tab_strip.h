/*
 * Tabs: one line that says which of several contents a pane shows. The current one stands in
 * brackets, so that it is seen without colour.
 */
#ifndef PILAB_TUI_TAB_STRIP_H
#define PILAB_TUI_TAB_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/tui/keymap.h>
#include <pilab/tui/surface.h>

#define TAB_COUNT_NONE UINT64_MAX

struct tab {
    const char *label;
    uint64_t count; /* shown after the label; TAB_COUNT_NONE: not */
    bool hidden;
    bool stays; /* the last one: shown behind the ellipsis where it has no room */
};

/* A value; `tabs` is borrowed. */
struct tab_strip {
    const struct tab *tabs;
    size_t count;
    size_t current;
};

/* Tabs that have no room are left out around the current one, with an ellipsis for each side.
 * Returns the columns used. */
int tab_strip_draw(const struct tab_strip *strip, const struct surface *surface, int row);

enum tab_action { TAB_NEXT, TAB_PREVIOUS };
/* gt gT, for view_add_keys; arrows move inside of what a tab shows. */
extern const struct key_table tab_strip_keys;
/* Moves to the next shown tab, round the end; true when it is another one. */
bool tab_strip_act(struct tab_strip *strip, int action);

#endif
