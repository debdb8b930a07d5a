/* What the files of the table share; nobody else includes this. */
#ifndef PILAB_TUI_TABLE_INTERNAL_H
#define PILAB_TUI_TABLE_INTERNAL_H

#include <pilab/base/vector.h>
#include <pilab/tui/table.h>

struct owned_mark {
    char *row, *column;
};

/* What a column needs: columns of the screen. */
struct table_width {
    int text, mark;
};

struct table {
    struct pane pane;
    struct table_source source;
    char *empty;
    void (*moved)(void *context);
    void *moved_context;

    int height, width;    /* of the pane */
    struct vector widths; /* struct table_width, a column each */
    int gap;              /* between columns */

    size_t row, column; /* the cursor */
    size_t top, left; /* the first row and the first column that are seen beside the sticky ones */
    struct strbuf row_pin, column_pin; /* identities under the cursor; an empty row: the heading */
    struct vector marks;               /* struct owned_mark */

    struct strbuf filter;
    char *wanted; /* the row that the cursor had before it was filtered; NULL: where it is */
    struct vector remembered; /* char *: the identities of the rows around that one */
    char *pattern;            /* what was looked for last; NULL: nothing */
    size_t sorted;            /* column + 1; 0: as the source gave it */
    bool descending;
};

/* The files stand on each other in this order; none calls one below it in this list. */

/* table_source.c */
size_t table_rows(const struct table *table);
size_t table_columns(const struct table *table);
struct table_cell table_cell_of(const struct table *table, size_t row, size_t column);
const char *table_row_identity(const struct table *table, size_t row); /* "": a heading */
const char *table_column_identity(const struct table *table, size_t column);
bool table_find_row(const struct table *table, const char *identity, size_t *row);
bool table_find_column(const struct table *table, const char *identity, size_t *column);

/* table_layout.c */
void table_measure(struct table *table);
int table_head_rows(const struct table *table); /* headings and their line */
size_t table_body_rows(const struct table *table);
int table_first_width(const struct table *table);
int table_column_width(const struct table *table, size_t column);
/* The columns that are seen from `left` on: one past the last that fits whole, at least left + 1.
 */
size_t table_seen_end(const struct table *table, size_t left);

/* table_cursor.c */
/* Moves and scrolls as little as is needed. */
void table_set_cursor(struct table *table, size_t row, size_t column);
void table_move_rows(struct table *table, size_t by, bool down);

/* table_filter.c */
bool table_filter(struct table *table, const char *text, struct error *error);
/* The cursor is where a person wants it: it does not return to where it was before. */
void table_stay(struct table *table);

/* table_marks.c */
bool table_is_marked(const struct table *table, size_t row, size_t column);
/* Marks what the cursor is on, or takes its mark away. */
void table_turn_mark(struct table *table);

/* table_draw.c */
void table_draw(struct pane *pane, const struct surface *surface, bool focused);

#endif
