/* What the files of the list share; nobody else includes this. */
#ifndef PILAB_TUI_LIST_INTERNAL_H
#define PILAB_TUI_LIST_INTERNAL_H

#include <pilab/base/map.h>
#include <pilab/tui/list.h>

#define NO_ROW UINT64_MAX

/* Where a column stands on the screen; width 0: it is left out. */
struct list_slot {
    int column;
    int width;
};

struct list_order {
    bool sorted; /* else as the rows come */
    size_t column;
    bool descending;
};

struct list {
    struct pane pane;
    struct list_column columns[ROW_CELLS];
    struct list_slot slots[ROW_CELLS];
    size_t column_count;
    int bar; /* columns of the screen that show by their ground which row is selected */
    bool titles;
    struct row_source source;
    char *empty;

    int rows; /* of the pane */
    uint64_t cursor;
    uint64_t top;
    struct strbuf pinned; /* the identity under the cursor; empty: none */
    struct strbuf wanted; /* the identity that was there before rows were filtered away; empty:
                             what is under the cursor is wanted */
    struct strbuf filter; /* what rows must hold; empty: nothing */

    struct map *marks; /* identity to itself; NULL: not marked any more */
    size_t marked;
    uint64_t range_from; /* the fixed end of a range; NO_ROW: none */

    char *pattern; /* what was looked for last; NULL: nothing */
    struct {
        bool running;
        bool backwards;
        uint64_t next; /* the row to look at */
        uint64_t left; /* how many there are to look at */
    } find;

    struct list_order order;
};

/* list_cursor.c */
uint64_t list_count(const struct list *list, bool *exact);
/* Zeroes the row, then fills it. */
bool list_row(const struct list *list, uint64_t index, struct row *row);
int list_height(const struct list *list);           /* rows for rows, without the headings' line */
uint64_t list_page_height(const struct list *list); /* the same, at least 1 */
/* Moves to the first item at or after `index`, or else before it; scrolls so that it is seen. */
void list_set_cursor(struct list *list, uint64_t index, bool downwards);
void list_move(struct list *list, uint64_t by, bool downwards);
/* Pages move what is seen, and the cursor with it. */
void list_page(struct list *list, bool downwards);
/* Where the row is now that the cursor holds on to; false when it is gone. */
bool list_locate(const struct list *list, uint64_t *index);
/* list_select without making it what the person wants. */
bool list_return_to(struct list *list, const char *identity);

/* list_marks.c */
bool list_is_marked(const struct list *list, uint64_t index, const struct row *row);
/* Marks the row under the cursor, or takes its mark away; ends a range. */
void list_mark(struct list *list);
/* Takes all marks away, which can be undone. */
void list_unmark_all(struct list *list);
/* Starts a range at the cursor, or marks the one that was started. */
void list_mark_range(struct list *list);

/* list_undo.c: marks that change together and are undone together. */
struct mark_change;
struct mark_change *list_marks_begin(struct list *list, bool marked);
void list_marks_change(struct mark_change *change, const char *identity);
void list_marks_end(struct mark_change *change);

/* list_columns.c */
void list_layout_columns(struct list *list, int columns);

/* list_draw.c */
void list_draw(struct pane *pane, const struct surface *surface, bool focused);

/* list_find.c */
enum find_result list_find(struct pane *pane, const char *pattern, bool backwards);
bool list_find_busy(const struct pane *pane);
unsigned list_find_work(struct pane *pane, enum find_result *found);
void list_find_stop(struct pane *pane);

#endif
