/*
 * The audit as rows of a list (rows.h), newest first: the numbers of all entries are held, an entry
 * is read when its row is looked at, on the thread of the screen. Reading the numbers, and looking
 * through everything for a filter, are jobs of the studio's.
 */
#ifndef PILAB_TUI_AUDIT_ROWS_H
#define PILAB_TUI_AUDIT_ROWS_H

#include <pilab/app/audit_log.h>
#include <pilab/tui/rows.h>
#include <pilab/tui/studio_parts.h>

struct audit_rows;

enum audit_cell {
    AUDIT_SEQ,
    AUDIT_AT,
    AUDIT_ACTOR,
    AUDIT_ACTION,
    AUDIT_OBJECT,
    AUDIT_WHAT,
    AUDIT_CELLS
};

struct audit_rows *audit_rows_new(struct studio *studio);
void audit_rows_free(struct audit_rows **rows);
struct row_source audit_rows_source(struct audit_rows *rows);

/* Whose events bring what was read and found; before anything is. */
void audit_rows_set_view(struct audit_rows *rows, struct view *view);
/* Takes such an event; false when it is another one. Then the rows are others: they are to be
 * measured and the list reloaded. */
bool audit_rows_take(struct audit_rows *rows, const struct event *event);

/* Reads the numbers the first time; then looks whether there are newer ones, which wait until they
 * are admitted. The view gets an event. */
void audit_rows_look(struct audit_rows *rows);
/* Whether the numbers are known; and whether reading them failed, which was said. */
bool audit_rows_known(const struct audit_rows *rows);
bool audit_rows_failed(const struct audit_rows *rows);
/* While entries are looked through for a filter. */
bool audit_rows_busy(const struct audit_rows *rows);
/* How many there are whatever the filter; and in the whole store, others' too. */
size_t audit_rows_total(const struct audit_rows *rows);
int64_t audit_rows_everywhere(const struct audit_rows *rows);
/* Raises the widths of cells to what the newest of the rows shown need, in columns of the screen.
 */
void audit_rows_measure(struct audit_rows *rows, int widths[AUDIT_CELLS]);

/* The entry behind a row's identity; it lives until another is read. NULL: there is none. */
const struct audit_log_entry *audit_rows_entry(struct audit_rows *rows, const char *identity);

#endif
