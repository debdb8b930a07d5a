/* The lines of the plan of a project. For init_view.c. */
#ifndef PILAB_TUI_INIT_ROWS_H
#define PILAB_TUI_INIT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/release/init_plan.h>
#include <pilab/tui/list.h>
#include <pilab/tui/rows.h>

#define INIT_CELLS 3
extern const struct list_column init_columns[INIT_CELLS];

/* What was not found first, then what would be written. */
void init_rows_add(struct memory_rows *rows, const struct init_plan *plan);
/* The ticket that a line is about. */
bool init_rows_ticket(const char *identity, size_t *index);

#endif
