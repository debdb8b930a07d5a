/* What the screens of a drift report share; nobody else includes this. */
#ifndef PILAB_TUI_DRIFT_PARTS_H
#define PILAB_TUI_DRIFT_PARTS_H

#include <pilab/app/compare_lines.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/fields.h>
#include <pilab/drift/lines.h>
#include <pilab/drift/repeats.h>
#include <pilab/drift/text.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/drift_rows.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/surface.h>

/* The cells of every row; lists differ in how much room each gets. */
enum {
    CELL_GRAVE,
    CELL_SIGN,
    CELL_MODULE,
    CELL_WHAT,
    CELL_VALUES,
    CELL_RIGHT,
    CELL_LINES /* of commits */
};

/* drift_row.c: the row of one thing. Indices are those of the report's arrays, except for commits:
 * see drift_commit_at. */
struct drift_rows {
    struct memory_rows *rows;
    const struct drift_report *report;
    bool utf8;
    bool modules;                    /* there is more than one, and no heading names it */
    const struct drift_folds *folds; /* NULL: every item has a row of its own */
};

void drift_row_add_group(struct drift_rows *rows, const char *title, size_t count);
void drift_row_add_item(struct drift_rows *rows, size_t index);
/* The same below the row that stands for it, with where it is in place of the values. */
void drift_row_add_repeated(struct drift_rows *rows, size_t index);
/* "image in 79 places", "src/a.c and 12 more files". */
void drift_row_add_repeat(struct drift_rows *rows, const struct drift_repeat *repeat, bool open);
void drift_row_add_change(struct drift_rows *rows, size_t index);
void drift_row_add_problem(struct drift_rows *rows, size_t index);
void drift_row_add_source(struct drift_rows *rows, size_t index);

/* `place` is that of the index. */
void drift_row_add_commit(struct drift_rows *rows, const struct drift_place *place, size_t index);

/* All commits of a report, through all modules: first what current has more, then what it lacks. */
struct drift_place drift_commit_at(const struct drift_report *report, size_t index);
/* What stands at the right of an item's row: its lines, or else its first ticket. */
void drift_item_right_text(struct strbuf *out, const struct drift_report *report,
                           const struct drift_item *item, bool utf8);
/* Neither meant to differ nor ignored. */
bool drift_item_counted(const struct drift_item *item);
/* A path as one line: ends of lines and tabs in it are shown, not taken for blanks. */
void drift_path_text(struct strbuf *out, const char *path);

/* What of the rows follows the report: they are never filled anew because of it, and so nothing
 * moves. */
struct drift_live {
    const struct drift_report *report;
    struct line_wishes *wishes; /* held: rows that are shown are to be counted first; or NULL */
    bool utf8;
    struct map *commits; /* of the report, by their ids */
    struct strbuf text;  /* of the cell that was asked for last */
};
/* The rows borrow it until they are freed. */
void drift_live_start(struct drift_live *live, const struct studio *studio,
                      const struct drift_report *report, struct memory_rows *rows);
void drift_live_end(struct drift_live *live);

/* drift_row_text.c: what a row stands for, in three rich lines, and on a page of its own. */
#define DRIFT_ROW_LINES 3
struct drift_deciding;
/* `deciding` is the screen's below, which the page decides like, about its own row; NULL: it does
 * not. */
void drift_row_open(struct studio *studio, const struct drift_report *report, const char *identity,
                    const struct drift_deciding *deciding);
/* The lines of the selected row, below a line; draws nothing into no rows. */
void drift_row_draw_lines(const struct drift_live *live, const struct list *list,
                          const struct surface *foot);
/* How far lines are counted, at the right end of a row of which `used` columns are taken: in few
 * words, or not at all, where there is no room. */
void drift_draw_counted(const struct drift_report *report, const struct surface *surface, int y,
                        int used, bool utf8);

/* drift_head.c: the rows above the list, or (not `whole`) the tabs alone. */
struct tab_strip;
void drift_head_draw(const struct drift_report *report, const struct tab_strip *strip,
                     const struct list *list, const struct surface *surface, bool whole, bool utf8);

/* drift_copy.c: fills the menu of `y` for the marked rows, or the selected one. */
void drift_copy_rows(const struct studio *studio, const struct drift_report *report,
                     const struct list *list, struct copy_menu *menu);

/* drift_patch.c: opens the patch of the file that the selected row is about, at the line that its
 * value is on, or says why there is none. */
void drift_open_patch(struct studio *studio, const struct drift_report *report,
                      const struct list *list);
/* The same of a row by its identity; NULL: of none. */
void drift_open_patch_of(struct studio *studio, const struct drift_report *report,
                         const char *identity);
/* Whether there is one: the row is an item in a file that has changed. */
bool drift_has_patch(const struct drift_report *report, const char *identity);

/* drift_counting.c: a report whose lines are counted while it is shown; the screen's own. */
struct drift_counting {
    uint64_t job; /* 0: none counts them */
    struct drift_report *report;
    struct line_wishes *wishes;     /* the job's; held; NULL: it takes none */
    void (*settled)(void *context); /* they are all there, and some items are judged anew */
    void *context;
};
/* It is the one from now on: another one ends. */
void drift_counting_begin(struct studio *studio, struct drift_counting *counting);
/* Its screen closes, with whatever lies over it: nothing is drawn any more. */
void drift_counting_leave(struct studio *studio, const struct drift_counting *counting);
/* Notices that the job ended without all of them. */
void drift_counting_look(struct studio *studio);

/* drift_where.c: asks where the tickets of the selected row are, or its commits. */
void drift_where(struct studio *studio, const struct drift_report *report, const struct list *list);

/* drift_together.c: lists what was changed together with the selected row, to go to one of it. */
void drift_go_together(struct studio *studio, const struct drift_report *report,
                       const struct list *list);

/* drift_decide.c: what a screen of a report is asked to decide about: its marked rows, or the
 * selected one. */
struct drift_deciding {
    struct studio *studio;
    struct drift_report *report;
    const struct list *list;
    const char *one;                 /* the identity of a row that it is about; NULL: the list's */
    const struct drift_folds *folds; /* NULL: every item has a row of its own */
    void (*decided)(void *context);  /* items have other marks now, and may not count any more */
    void *context;
};
/* Asks why, and until when, and writes it. */
void drift_decide(struct drift_deciding *deciding, enum decision_kind kind);
/* Takes back what was decided about them, after asking. */
void drift_withdraw(struct drift_deciding *deciding);
/* Takes over what was decided and taken back elsewhere meanwhile; false: nothing. */
bool drift_decide_anew(struct drift_deciding *deciding);
/* What the reports have had of the selected one. */
void drift_show_history(const struct drift_deciding *deciding);
/* What is new, gone and changed since the last report of the two states, which a job reads. */
void drift_show_since(struct studio *studio, struct shared_report *shared);

/* drift_number.c: the numbers that a report says, each with the things it counts. */
enum drift_number_page { NUMBERS_VERDICT, NUMBERS_BALANCE, NUMBER_PAGES };

struct drift_number;

/* The n-th number of a page; NULL past the last. */
const struct drift_number *drift_number_at(enum drift_number_page page, size_t index);
const char *drift_number_label(const struct drift_report *report,
                               const struct drift_number *number);
int32_t drift_number_key(const struct drift_number *number); /* in the menu of numbers */
size_t drift_number_count(const struct drift_report *report, const struct drift_number *number);
/* As many rows as the number says, and headings. */
void drift_number_fill(struct memory_rows *rows, const struct drift_report *report,
                       const struct drift_number *number, bool utf8);
/* The columns of these rows: DRIFT_ROW_CELLS of them. */
void drift_number_columns(const struct drift_report *report, const struct drift_number *number,
                          const struct memory_rows *rows,
                          struct list_column columns[DRIFT_ROW_CELLS]);

/* drift_rows.c: makes columns as narrow as their texts, but for the one at `lines` while lines are
 * still to come. */
void drift_columns_fit(const struct drift_report *report, size_t lines,
                       const struct memory_rows *rows, struct list_column columns[DRIFT_ROW_CELLS]);

/* How many of them a list needs: those of commits alone have lines in a column of their own, and an
 * empty one would take a gap. */
size_t drift_columns_used(const struct list_column columns[DRIFT_ROW_CELLS]);

/* drift_numbers_view.c: a tab for every number of a page. Borrows what the screen below it decides
 * about, which is told when something is decided here. */
struct view *drift_numbers_view_new(const struct drift_deciding *below, enum drift_number_page page,
                                    size_t current);
/* The menu of `#`: all numbers of both pages that count something; what the answer gets opens one.
 */
struct menu *drift_numbers_menu(const struct drift_report *report);
struct view *drift_number_view_new(const struct drift_deciding *below, uint64_t value);

#endif
