/* A small program that uses every part of the workspace, for the tests to drive. */
#ifndef PILAB_TESTS_TERMINAL_FIXTURE_H
#define PILAB_TESTS_TERMINAL_FIXTURE_H

#include <stdint.h>

#include <pilab/tui/workspace.h>

/* A list of many rows, and what the selected one says in a pane of its own. */
struct view *rows_view_open(void *context, struct workspace *workspace, struct error *error);
/* Tabs: running text, a patch, one very long line. */
struct view *texts_view_open(void *context, struct workspace *workspace, struct error *error);
/* Rows and a text that try to take the terminal over. */
struct view *hostile_view_open(void *context, struct workspace *workspace, struct error *error);

/* How many rows the first list has. */
struct fixture_options {
    uint64_t rows;
};

#endif
