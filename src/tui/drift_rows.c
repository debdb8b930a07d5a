#include "drift_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/text.h>

/* At most: columns with less in them are narrower. The first ones, that never go, say what a row is
 * about. */
static const struct list_column item_columns[DRIFT_ROW_CELLS] = {
    {NULL,  8,  8,  0, FIT_END  },
    { NULL, 1,  1,  0, FIT_END  },
    { NULL, 12, 20, 3, FIT_END  },
    { NULL, 30, 52, 0, FIT_SPILL},
    { NULL, 14, 0,  2, FIT_END  },
    { NULL, 11, 13, 4, FIT_RIGHT},
    { NULL, 0,  0,  9, FIT_RIGHT},
};
/* Behind the name stands where it was, or how far a submodule moved. */
static const struct list_column file_columns[DRIFT_ROW_CELLS] = {
    {NULL,  8,  8,  0, FIT_END   },
    { NULL, 1,  1,  0, FIT_END   },
    { NULL, 12, 20, 3, FIT_END   },
    { NULL, 20, 0,  0, FIT_SPILL },
    { NULL, 12, 48, 4, FIT_MIDDLE},
    { NULL, 11, 13, 2, FIT_RIGHT },
    { NULL, 0,  0,  9, FIT_RIGHT },
};
static const struct list_column change_columns[DRIFT_ROW_CELLS] = {
    {NULL,  8,  8,  0, FIT_END  },
    { NULL, 0,  0,  9, FIT_END  },
    { NULL, 8,  14, 1, FIT_END  },
    { NULL, 36, 0,  0, FIT_END  },
    { NULL, 12, 20, 3, FIT_END  },
    { NULL, 10, 10, 2, FIT_RIGHT},
    { NULL, 0,  0,  9, FIT_RIGHT},
};
static const struct list_column problem_columns[DRIFT_ROW_CELLS] = {
    {NULL,  8,  8,  0, FIT_END  },
    { NULL, 0,  0,  9, FIT_END  },
    { NULL, 6,  16, 2, FIT_END  },
    { NULL, 16, 40, 1, FIT_END  },
    { NULL, 20, 0,  0, FIT_END  },
    { NULL, 0,  0,  9, FIT_END  },
    { NULL, 0,  0,  9, FIT_RIGHT},
};

static bool has_values(const struct drift_report *report, enum drift_tab tab)
{
    if (tab == DRIFT_TAB_TYPE + DRIFT_CODE)
        return false;
    return tab >= DRIFT_TAB_TYPE || report->summary.total_changes + report->summary.expected +
                                            report->summary.suppressed + report->problem_count >
                                        report->summary.by_drift_type[DRIFT_CODE];
}

static const struct list_column *columns_of(const struct drift_report *report, enum drift_tab tab)
{
    if (tab == DRIFT_TAB_CHANGES)
        return change_columns;
    if (tab == DRIFT_TAB_PROBLEMS)
        return problem_columns;
    return has_values(report, tab) ? item_columns : file_columns;
}

void drift_rows_columns(const struct drift_report *report, enum drift_tab tab,
                        const struct memory_rows *rows, struct list_column columns[DRIFT_ROW_CELLS])
{
    memcpy(columns, columns_of(report, tab), DRIFT_ROW_CELLS * sizeof *columns);
    if (tab == DRIFT_TAB_CHANGES || tab == DRIFT_TAB_PROBLEMS)
        list_columns_fit(columns, DRIFT_ROW_CELLS, rows);
    else
        drift_columns_fit(report, CELL_RIGHT, rows, columns);
}

/* A column that is still to be filled keeps its room, and that of a severity, which may rise. */
void drift_columns_fit(const struct drift_report *report, size_t lines,
                       const struct memory_rows *rows, struct list_column columns[DRIFT_ROW_CELLS])
{
    struct list_column kept = columns[lines], severity = columns[CELL_GRAVE];

    list_columns_fit(columns, DRIFT_ROW_CELLS, rows);
    if (report->lines.state != LINES_COMING)
        return;
    columns[lines] = kept;
    columns[CELL_GRAVE] = severity;
}

size_t drift_columns_used(const struct list_column columns[DRIFT_ROW_CELLS])
{
    return columns[CELL_LINES].minimum > 0 ? DRIFT_ROW_CELLS : CELL_LINES;
}

/* --- What a row is found by although no cell shows it -------------------------------------------
 */

static void add_word(struct strbuf *out, const char *word)
{
    if (word != NULL)
        strbuf_printf(out, "%s\n", word);
}

static void item_words(struct strbuf *out, const struct drift_report *report, size_t index)
{
    const struct drift_item *item = &report->items[index];

    for (size_t i = 0; i < item->ticket_count; i++)
        add_word(out, item->tickets[i]);
    add_word(out, item->commit);
    add_word(out, item->current_at.file);
    add_word(out, drift_report_of_several(report) ? item->module : NULL);
}

static void find_item_also(struct drift_rows *rows, size_t index)
{
    struct strbuf words = STRBUF_INIT;

    item_words(&words, rows->report, index);
    memory_rows_find_also(rows->rows, words.data);
    strbuf_release(&words);
}

static void add_item(struct drift_rows *rows, size_t index)
{
    drift_row_add_item(rows, index);
    find_item_also(rows, index);
}

static void add_change(struct drift_rows *rows, size_t index)
{
    const struct drift_change *change = &rows->report->changes[index];
    struct strbuf words = STRBUF_INIT;

    drift_row_add_change(rows, index);
    for (size_t i = 0; i < change->ticket_count; i++)
        add_word(&words, change->tickets[i].id);
    for (size_t i = 0; i < change->commit_count; i++)
        add_word(&words, change->commits[i]);
    for (size_t i = 0; drift_report_of_several(rows->report) && i < change->service_count; i++)
        add_word(&words, change->services[i]);
    memory_rows_find_also(rows->rows, words.data);
    strbuf_release(&words);
}

/* --- What repeats ---------------------------------------------------------------------------- */

struct drift_folds {
    struct arena *arena;
    const struct drift_repeat *repeats; /* one for each item */
    bool *open;                         /* by the first item */
    size_t *next;                       /* by item: the next of the same; SIZE_MAX: none */
    const char **words;                 /* by the first item: what all of them are found by */
};

/* One pass over the items: what repeats may do so in many places. */
static void gather_words(struct drift_folds *folds, const struct drift_report *report)
{
    struct strbuf *words = memory_array(report->item_count, sizeof *words);

    for (size_t i = 0; i < report->item_count; i++)
        words[i] = (struct strbuf)STRBUF_INIT;
    for (size_t i = 0; i < report->item_count; i++) {
        struct strbuf *of_first = &words[folds->repeats[i].first];

        if (folds->repeats[i].places == 1)
            continue;
        add_word(of_first, report->items[i].path);
        item_words(of_first, report, i);
    }
    for (size_t i = 0; i < report->item_count; i++) {
        if (words[i].length > 0)
            folds->words[i] = strbuf_to_arena(&words[i], folds->arena);
        strbuf_release(&words[i]);
    }
    free(words);
}

/* From behind, so that each finds the one after it. */
static void chain(struct drift_folds *folds, const struct drift_report *report)
{
    size_t *found = memory_array(report->item_count + 1, sizeof *found);

    for (size_t i = 0; i < report->item_count; i++)
        found[i] = SIZE_MAX;
    for (size_t i = report->item_count; i-- > 0;) {
        size_t first = folds->repeats[i].first;

        folds->next[i] = found[first];
        found[first] = i;
    }
    free(found);
}

struct drift_folds *drift_folds_new(const struct drift_report *report)
{
    struct arena *arena = arena_new();
    struct drift_folds *folds = arena_alloc(arena, sizeof *folds);

    folds->arena = arena;
    folds->repeats = drift_repeats(report, arena);
    folds->open = arena_array(arena, report->item_count + 1, sizeof *folds->open);
    folds->words = arena_array(arena, report->item_count + 1, sizeof *folds->words);
    folds->next = arena_array(arena, report->item_count + 1, sizeof *folds->next);
    chain(folds, report);
    gather_words(folds, report);
    return folds;
}

size_t drift_folds_next(const struct drift_folds *folds, size_t index)
{
    return folds->next[index];
}

void drift_folds_free(struct drift_folds **folds)
{
    struct arena *arena = *folds != NULL ? (*folds)->arena : NULL;

    *folds = NULL;
    if (arena != NULL)
        arena_free(&arena);
}

void drift_folds_turn(struct drift_folds *folds, size_t first)
{
    folds->open[first] = !folds->open[first];
}

/* The item, or the row that stands for it and its like; below that, when it is unfolded, all. */
static void add_or_fold(struct drift_rows *rows, size_t index)
{
    const struct drift_repeat *repeat = rows->folds != NULL ? &rows->folds->repeats[index] : NULL;

    if (repeat == NULL || repeat->places == 1) {
        add_item(rows, index);
        return;
    }
    if (repeat->first != index)
        return;
    drift_row_add_repeat(rows, repeat, rows->folds->open[index]);
    memory_rows_find_also(rows->rows, rows->folds->words[index]);
    for (size_t i = index; rows->folds->open[index] && i < rows->report->item_count; i++) {
        if (rows->folds->repeats[i].first != index)
            continue;
        drift_row_add_repeated(rows, i);
        find_item_also(rows, i);
    }
}

/* --- The rows of the tabs -------------------------------------------------------------------- */

static size_t unread_problems(const struct drift_report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < report->problem_count; i++)
        count += !report->problems[i].warning;
    return count;
}

static void fill_attention(struct drift_rows *rows, enum attention attention, const char *title)
{
    const struct drift_report *report = rows->report;

    if (report->summary.by_attention[attention] == 0)
        return;
    drift_row_add_group(rows, title, report->summary.by_attention[attention]);
    /* The gravest first; the order of the report among equals. */
    for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
        for (size_t i = 0; i < report->item_count; i++) {
            const struct drift_item *item = &report->items[i];

            if (drift_item_counted(item) && item->attention == attention &&
                item->severity == (enum severity)severity)
                add_or_fold(rows, i);
        }
    }
}

static void fill_unread(struct drift_rows *rows)
{
    size_t count = unread_problems(rows->report);

    if (count == 0)
        return;
    drift_row_add_group(rows, "Not read", count);
    for (size_t i = 0; i < rows->report->problem_count; i++) {
        if (!rows->report->problems[i].warning)
            drift_row_add_problem(rows, i);
    }
}

static void fill_expected(struct drift_rows *rows)
{
    const struct drift_report *report = rows->report;

    if (report->summary.expected == 0)
        return;
    drift_row_add_group(rows, "Meant to differ", report->summary.expected);
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].expected)
            add_item(rows, i);
    }
}

/* Never silently gone, but last. */
static void fill_ignored(struct drift_rows *rows)
{
    const struct drift_report *report = rows->report;

    if (report->summary.suppressed == 0)
        return;
    drift_row_add_group(rows, "Ignored", report->summary.suppressed);
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].suppressed && !report->items[i].expected)
            add_item(rows, i);
    }
}

static void fill_verdict(struct drift_rows *rows)
{
    fill_attention(rows, ATTENTION_BLOCKER, "Blockers");
    fill_attention(rows, ATTENTION_REVIEW, "Needs a person");
    fill_unread(rows);
    fill_attention(rows, ATTENTION_NONE, "Rest");
    fill_expected(rows);
    fill_ignored(rows);
}

static void fill_changes(struct drift_rows *rows)
{
    const struct drift_report *report = rows->report;

    for (int category = 0; category < CATEGORY_COUNT; category++) {
        size_t count = 0;

        for (size_t i = 0; i < report->change_count; i++)
            count += report->changes[i].category == (enum change_category)category;
        if (count == 0)
            continue;
        drift_row_add_group(rows, change_category_title((enum change_category)category), count);
        for (size_t i = 0; i < report->change_count; i++) {
            if (report->changes[i].category == (enum change_category)category)
                add_change(rows, i);
        }
    }
}

/* All items, or those of one type (`type` DRIFT_TYPE_COUNT: all), grouped by module. */
static void fill_items(struct drift_rows *rows, enum drift_type type)
{
    const struct drift_report *report = rows->report;
    const char *module = NULL;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if ((type != DRIFT_TYPE_COUNT && item->type != type) || !drift_item_counted(item))
            continue;
        if (drift_report_of_several(report) &&
            (module == NULL || strcmp(module, item->module) != 0)) {
            memory_rows_add_group(rows->rows, item->module, "");
            module = item->module;
        }
        /* Files are looked for by name: each keeps its row. */
        if (item->type == DRIFT_CODE)
            add_item(rows, i);
        else
            add_or_fold(rows, i);
    }
}

void drift_rows_fill(struct memory_rows *out, const struct drift_report *report, enum drift_tab tab,
                     const struct drift_folds *folds, bool utf8)
{
    struct drift_rows rows = { out, report, utf8, drift_report_of_several(report), folds };

    memory_rows_clear(out);
    if (tab == DRIFT_TAB_VERDICT) {
        fill_verdict(&rows);
    } else if (tab == DRIFT_TAB_CHANGES) {
        fill_changes(&rows);
    } else if (tab == DRIFT_TAB_PROBLEMS) {
        for (size_t i = 0; i < report->problem_count; i++)
            drift_row_add_problem(&rows, i);
    } else {
        rows.modules = false;
        fill_items(&rows, tab == DRIFT_TAB_ALL ? DRIFT_TYPE_COUNT
                                               : (enum drift_type)(tab - DRIFT_TAB_TYPE));
    }
}

size_t drift_rows_count(const struct drift_report *report, enum drift_tab tab)
{
    switch (tab) {
    case DRIFT_TAB_VERDICT:
    case DRIFT_TAB_ALL:
        return report->summary.total_changes;
    case DRIFT_TAB_CHANGES:
        return report->change_count;
    case DRIFT_TAB_PROBLEMS:
        return report->problem_count;
    default:
        return report->summary.by_drift_type[tab - DRIFT_TAB_TYPE];
    }
}
