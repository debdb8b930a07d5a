/*
 * A drift report as rows of a list: one set of rows for each tab. Inside of the tui room.
 */
#ifndef PILAB_TUI_DRIFT_ROWS_H
#define PILAB_TUI_DRIFT_ROWS_H

#include <pilab/drift/report.h>
#include <pilab/tui/list.h>

enum drift_tab {
    DRIFT_TAB_VERDICT, /* what needs a person first */
    DRIFT_TAB_CHANGES, /* by category, as in the notes */
    DRIFT_TAB_ALL,
    DRIFT_TAB_TYPE, /* + enum drift_type */
    DRIFT_TAB_PROBLEMS = DRIFT_TAB_TYPE + DRIFT_TYPE_COUNT,
    DRIFT_TAB_COUNT
};

/* What a row stands for. */
enum drift_row_kind {
    DRIFT_ROW_ITEM,
    DRIFT_ROW_REPEAT, /* items that say the same; the index is that of the first */
    DRIFT_ROW_CHANGE,
    DRIFT_ROW_PROBLEM,
    DRIFT_ROW_COMMIT,
    DRIFT_ROW_SOURCE
};

#define DRIFT_ROW_CELLS 7

/* Which of what repeats (drift/repeats.h) is one row, and which is unfolded below it. */
struct drift_folds;

struct drift_folds *drift_folds_new(const struct drift_report *report);
void drift_folds_free(struct drift_folds **folds);
/* Folds or unfolds what the item at `first` stands for. */
void drift_folds_turn(struct drift_folds *folds, size_t first);
/* The next item after `index` that the same row stands for; SIZE_MAX: there is none. */
size_t drift_folds_next(const struct drift_folds *folds, size_t index);

/* What the rows of a report can be filtered by; both are borrowed, `folds` may be NULL. */
struct drift_filtering {
    const struct drift_report *report;
    const struct drift_folds *folds;
};
/* Borrows `filtering`. */
struct row_fields drift_row_fields(const struct drift_filtering *filtering, struct clock clock);

void drift_rows_fill(struct memory_rows *rows, const struct drift_report *report,
                     enum drift_tab tab, const struct drift_folds *folds, bool utf8);
/* The columns that fit a tab's rows: DRIFT_ROW_CELLS of them. */
void drift_rows_columns(const struct drift_report *report, enum drift_tab tab,
                        const struct memory_rows *rows,
                        struct list_column columns[DRIFT_ROW_CELLS]);
/* What a row's identity stands for; false for none. */
bool drift_row_parse(const char *identity, enum drift_row_kind *kind, size_t *index);
/* How many rows a tab has. */
size_t drift_rows_count(const struct drift_report *report, enum drift_tab tab);

enum role drift_severity_role(enum severity severity);

#endif
