/*
 * Where a list's rows come from: a window on a sequence that may be long, still growing, or of
 * unknown length.
 *
 * A list asks only for the rows it shows, so that a source of a million rows costs nothing until
 * somebody looks. Texts in a row are borrowed until the next call on the source. A row's identity
 * is what the cursor and the marks hold on to when rows come, go or change their order.
 */
#ifndef PILAB_TUI_ROWS_H
#define PILAB_TUI_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/filter.h>
#include <pilab/tui/theme.h>

enum row_kind {
    ROW_ITEM,
    ROW_GROUP /* a heading between items: cells[0] is its text, cells[1] stands at the right end */
};

struct row_cell {
    const char *text; /* as it came, list_draw escapes it; NULL is empty */
    size_t length;
    enum role role; /* ROLE_NORMAL: the row's role */
};

#define ROW_CELLS         16
#define ROWS_AS_THEY_COME SIZE_MAX /* in place of a column to sort by */

struct row {
    enum row_kind kind;
    enum role role;
    const char *identity; /* NULL or "": none, the cursor stays at the index */
    const char *unseen;   /* found and filtered by though no cell shows it; NULL: nothing */
    struct row_cell cells[ROW_CELLS];
};

/* Sets a cell to a NUL-terminated text. */
void row_set(struct row *row, size_t column, enum role role, const char *text);

struct row_source_ops {
    /* How many rows there are now, always asked first; *exact is false while more may come. */
    uint64_t (*count)(void *context, bool *exact);
    /* For "12/345": how many of them are items, and which one a row is, from 1. NULL: all are. */
    uint64_t (*items)(void *context);
    uint64_t (*ordinal)(void *context, uint64_t index);
    /* Fills a zeroed row; false when it is not loaded yet. */
    bool (*row)(void *context, uint64_t index, struct row *row);
    /* Which rows are looked at, so that a paged source can fetch them; may be NULL. */
    void (*look)(void *context, uint64_t first, uint64_t count);
    /* Where a row is now, `near` where it was before; NULL: only `near` and around is searched. */
    bool (*locate)(void *context, const char *identity, uint64_t near, uint64_t *index);
    /* Shows only rows that pass (base/filter.h), "" all; NULL: it cannot. A text that is no filter
     * leaves the rows as they are. */
    bool (*filter)(void *context, const char *text, struct error *error);
    /* Offers what may stand in place of the last term of a filter; may be NULL. */
    void (*filter_complete)(void *context, const char *text,
                            void (*offer)(void *to, const char *term), void *to);
    /* Sorts by a column, or with ROWS_AS_THEY_COME no more; NULL: it cannot. */
    bool (*sort)(void *context, size_t column, bool descending, struct error *error);
    /* New rows that wait until the person lets them in, so that nothing moves by itself. */
    uint64_t (*waiting)(void *context);
    void (*admit)(void *context);
};

struct row_source {
    const struct row_source_ops *ops;
    void *context;
};

/* What rows can be filtered by besides their text. `context` is handed to the functions. */
struct row_fields {
    const struct filter_fields *fields;
    /* Whether the row passes; `words` is the text it is found by. */
    bool (*passes)(const void *context, const struct filter *filter, const char *identity,
                   const char *words, size_t length);
    /* As filter_complete wants it; may be NULL. */
    void (*values)(const void *context, size_t field, void (*offer)(void *to, const char *value),
                   void *to);
    const void *context;
    struct clock clock; /* of relative times */
};

/* A source in memory, for what fits there. */
struct memory_rows;

struct memory_rows *memory_rows_new(size_t columns);
void memory_rows_free(struct memory_rows **rows);
/* The source borrows the rows. */
struct row_source memory_rows_source(struct memory_rows *rows);

/* Both copy everything. A group heads the items added after it. */
void memory_rows_add(struct memory_rows *rows, const struct row *row);
void memory_rows_add_group(struct memory_rows *rows, const char *title, const char *right);
/* Sets, or takes away, what the row added last is also found by: struct row's `unseen`. Copied. */
void memory_rows_find_also(struct memory_rows *rows, const char *unseen);
/* From now on filters know these fields; copied. */
void memory_rows_set_fields(struct memory_rows *rows, const struct row_fields *fields);
/* What changes while it is shown: `fill` gets each row as it was added whenever it is looked at,
 * and may set cells anew; their texts are valid until it is called again. Filters go by what was
 * added. Borrows the context; NULL takes it away. */
void memory_rows_set_live(struct memory_rows *rows, void (*fill)(void *context, struct row *row),
                          void *context);
void memory_rows_clear(struct memory_rows *rows);
/* How many columns of the screen the widest text in this cell takes, headings aside. */
int memory_rows_width(const struct memory_rows *rows, size_t column);
/* From now on, added rows wait until the list lets them in. */
void memory_rows_hold(struct memory_rows *rows);

#endif
