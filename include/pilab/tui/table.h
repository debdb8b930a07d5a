/*
 * A table: rows and columns with a cursor on one cell. The headings and the first column stay where
 * they are while the rest is moved under them, whole columns at a time.
 *
 * Invariants: the cursor rests on a cell of a column other than the first, or on a heading (row
 * TABLE_HEADING), and holds on to the identities of its row and column: when the source changes,
 * table_reload keeps it there. Widths are measured in table_reload and when the pane changes its
 * size, never while a key is handled: a key costs what is seen, not what there is.
 */
#ifndef PILAB_TUI_TABLE_H
#define PILAB_TUI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/tui/pane.h>

/* Texts are borrowed until the next call on the source, as they came: drawing escapes them. */
struct table_cell {
    const char *text; /* NULL is empty */
    enum role role;
    const char *mark; /* a few characters at the right end of the cell; NULL: none */
    enum role mark_role;
};

#define TABLE_HEADING ((size_t)-1)

struct table_source_ops {
    size_t (*rows)(void *context);
    size_t (*columns)(void *context); /* the first one, which names the rows, included */
    /* Fills a zeroed cell; row TABLE_HEADING is the column's heading. */
    void (*cell)(void *context, size_t row, size_t column, struct table_cell *cell);
    /* The least room for marks in a column that has any, so that nothing moves when they change. */
    int mark_width;
    /* What the cursor and the marks hold on to. Never "". */
    const char *(*row_identity)(void *context, size_t row);
    const char *(*column_identity)(void *context, size_t column);
    /* Shows only rows that pass (base/filter.h), "" all; NULL: it cannot. A text that is no filter
     * leaves the rows as they are. */
    bool (*filter)(void *context, const char *text, struct error *error);
    /* Offers what may stand in place of the last term of a filter; may be NULL. */
    void (*filter_complete)(void *context, const char *text,
                            void (*offer)(void *to, const char *term), void *to);
    /* Sorts the rows by a column; NULL: it cannot. */
    bool (*sort)(void *context, size_t column, bool descending, struct error *error);
};

struct table_source {
    const struct table_source_ops *ops;
    void *context;
};

struct table;

/* Borrows the source's context. */
struct table *table_new(struct table_source source);
void table_free(struct table **table);
struct pane *table_pane(struct table *table);

/* The source changed: measures anew, keeps cursor and marks on their identities. */
void table_reload(struct table *table);
/* What an empty table says. Copied. */
void table_set_empty(struct table *table, const char *text);
/* Called after the cursor came to another cell. */
void table_on_move(struct table *table, void (*moved)(void *context), void *context);

/* Where the cursor is; false when there is no cell. `*row` may be TABLE_HEADING. */
bool table_cursor(const struct table *table, size_t *row, size_t *column);
/* Moves to the cell of these identities; a NULL row is the heading. False when there is none. */
bool table_select(struct table *table, const char *row, const char *column);

struct table_mark {
    const char *row; /* identities; "" is a heading */
    const char *column;
};

size_t table_mark_count(const struct table *table);
/* In the order they were set; borrowed until marks change. */
struct table_mark table_mark_at(const struct table *table, size_t index);
void table_clear_marks(struct table *table);

#endif
