/*
 * A list: rows of a source (rows.h) in columns, with a cursor, marks, find, filter and sort.
 *
 * Invariants: the cursor rests on an item, never on a heading, and holds on to the item's identity:
 * when the source changes, list_reload keeps it on the same thing, at the same height of the screen
 * where possible. Nothing in here is proportional to the number of rows.
 */
#ifndef PILAB_TUI_LIST_H
#define PILAB_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/vector.h>
#include <pilab/tui/pane.h>
#include <pilab/tui/rows.h>

/* What becomes of text that is longer than its column, and where it stands in one that is wider. */
enum list_fit {
    FIT_END,    /* loses its end; stands left */
    FIT_RIGHT,  /* the same, and stands right: numbers */
    FIT_MIDDLE, /* loses its middle: paths and keys, which their ends tell apart */
    FIT_SPILL   /* the same, and takes the room of the column behind it where that is empty */
};

struct list_column {
    const char *title; /* NULL in every column: no line of headings */
    int minimum;       /* columns of the screen it needs to make sense */
    int preferred;     /* columns it would like; 0: all that is left (one column takes it) */
    int priority;      /* 0: never dropped; the highest number is dropped first */
    enum list_fit fit;
};

struct list;

/* Copies the columns (at most ROW_CELLS); borrows the source's context. */
struct list *list_new(const struct list_column *columns, size_t count, struct row_source source);
void list_free(struct list **list);
struct pane *list_pane(struct list *list);

/* Other columns, for a source whose rows have other cells. */
void list_set_columns(struct list *list, const struct list_column *columns, size_t count);

/* Makes a column no wider than `widest`, or its title. With nothing in it, it takes no room. */
void list_column_fit(struct list_column *column, int widest);
/* Makes columns no wider than what stands in them: one without any text takes no room. Titles
 * count too. */
void list_columns_fit(struct list_column *columns, size_t count, const struct memory_rows *rows);

/* The source changed: keep cursor and marks on their identities. */
void list_reload(struct list *list);
/* Another source: cursor to the top, marks gone. */
void list_set_source(struct list *list, struct row_source source);
/* What an empty list says: one or more lines, what to press. Copied. */
void list_set_empty(struct list *list, const char *text);

/* The selected row; false when there is none, or it is not loaded. Borrowed as in rows.h. */
bool list_selected(const struct list *list, struct row *row);
uint64_t list_cursor(const struct list *list);
/* A heading is the first thing that is seen: it is a line of its own, and needs none above it. */
bool list_shows_heading_first(const struct list *list);
void list_move_to(struct list *list, uint64_t index);
/* Moves to the row of that identity; false when there is none. */
bool list_select(struct list *list, const char *identity);

/* What an action is about: calls `visit` for every marked row that is shown and those of a range
 * that is not ended yet, in the order of the list; for the selected row when there are none. The
 * row is borrowed as in rows.h. Returns how many are marked. */
size_t list_visit_chosen(const struct list *list,
                         void (*visit)(void *context, const struct row *row), void *context);

size_t list_marked_count(const struct list *list);
/* Adds the marked identities (const char *, borrowed until marks change) in the order they were
 * marked. */
void list_marked(const struct list *list, struct vector *identities);
void list_clear_marks(struct list *list);

#endif
