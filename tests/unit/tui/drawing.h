/* Drawing in memory, and what it should look like, for the tests of what draws. */
#ifndef PILAB_TESTS_UNIT_TUI_DRAWING_H
#define PILAB_TESTS_UNIT_TUI_DRAWING_H

#include <pilab/tui/pane.h>

/* Fails the test unless the canvas reads so: rows with a newline each, without blanks at their
 * ends; rows that are left out at the end are empty. */
void assert_canvas(const struct canvas *canvas, const char *wanted);

/* Places a pane on a canvas of its own size and draws it; the caller frees the canvas. */
struct canvas *draw_pane(struct pane *pane, int rows, int columns);
/* Draws a pane and compares, as assert_canvas does. */
void assert_pane(struct pane *pane, int rows, int columns, const char *wanted);

/* Does what a key does, as the pane's own tables say ("gg", "Down"); fails the test when they do
 * not know it. */
void press_key(struct pane *pane, const char *key);

#endif
