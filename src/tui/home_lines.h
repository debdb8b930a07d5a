/* What Home tells of a project, as rows. Inside of the tui room. */
#ifndef PILAB_TUI_HOME_LINES_H
#define PILAB_TUI_HOME_LINES_H

#include <pilab/app/home.h>
#include <pilab/tui/rows.h>

/* The cells of a row of Home. */
#define HOME_CELLS 3

/* The line that leads to the decisions about differences. */
#define HOME_DECIDED "decisions"

/* What must be done: releases with their next steps, notes that wait. */
void home_lines_add_duties(struct memory_rows *rows, const struct home *home, int64_t now);
/* What is to be known: changes, what could not be read, open drift. */
void home_lines_add_news(struct memory_rows *rows, const struct home *home, int64_t now, bool utf8);

#endif
