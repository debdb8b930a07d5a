/*
 * What lies over the frame and has the keys while it is there: dialogs, menus, the line being
 * typed.
 *
 * An overlay embeds `struct overlay` first. When `key` says it is done, the workspace takes it off,
 * lets it answer (`finish`), which may open the next one, and frees it.
 */
#ifndef PILAB_TUI_OVERLAY_H
#define PILAB_TUI_OVERLAY_H

#include <stdint.h>

#include <pilab/tui/surface.h>

struct workspace;

enum overlay_state { OVERLAY_STAYS, OVERLAY_DONE };

struct overlay;

/* A key it hears, for the hint line. */
struct overlay_hint {
    const char *key;
    const char *label;
};

struct overlay_ops {
    /* The way out last, a NULL key after it; NULL: it shows its keys itself. */
    const struct overlay_hint *hints;
    void (*draw)(struct overlay *overlay, const struct surface *screen);
    enum overlay_state (*key)(struct overlay *overlay, int32_t key);
    void (*paste)(struct overlay *overlay, const char *text, size_t length); /* may be NULL */
    void (*finish)(struct overlay *overlay);
    void (*free)(struct overlay *overlay);
};

struct overlay {
    const struct overlay_ops *ops;
};

/* Takes it over and gives it the keys. */
void workspace_lay_over(struct workspace *workspace, struct overlay *overlay);

/* An empty box in the middle, its title in the frame, and the room inside of it. `rows` and
 * `columns` are what is wanted inside; a small screen gives less. */
struct surface overlay_box(const struct surface *screen, int rows, int columns, const char *title);

/* Text in lines of at most `columns`: how many rows it takes, and drawing it from `row` on, which
 * returns them too. */
int paragraph_rows(const char *text, int columns, bool ascii);
int paragraph_draw(const struct surface *surface, int row, int column, int columns, enum role role,
                   const char *text);

#endif
