#include <pilab/tui/drift_rows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/text.h>
#include <pilab/tui/rich_view.h>

/* The cells of every row; tabs differ in how much room each gets. */
enum { CELL_GRAVE, CELL_SIGN, CELL_MODULE, CELL_WHAT, CELL_VALUES, CELL_RIGHT };

/* At most: columns with less in them are narrower. The first ones, that never go, say what a row is
 * about. */
static const struct list_column item_columns[DRIFT_ROW_CELLS] = {
    { NULL, 8, 8, 0, false },   { NULL, 1, 1, 0, false },  { NULL, 12, 20, 3, false },
    { NULL, 30, 52, 0, false }, { NULL, 14, 0, 2, false }, { NULL, 6, 10, 4, true },
};
static const struct list_column file_columns[DRIFT_ROW_CELLS] = {
    { NULL, 8, 8, 0, false },  { NULL, 1, 1, 0, false }, { NULL, 12, 20, 3, false },
    { NULL, 20, 0, 0, false }, { NULL, 0, 0, 9, false }, { NULL, 8, 13, 2, true },
};
static const struct list_column change_columns[DRIFT_ROW_CELLS] = {
    { NULL, 8, 8, 0, false },  { NULL, 0, 0, 9, false },   { NULL, 8, 10, 1, false },
    { NULL, 36, 0, 0, false }, { NULL, 12, 20, 3, false }, { NULL, 10, 10, 2, true },
};
static const struct list_column problem_columns[DRIFT_ROW_CELLS] = {
    { NULL, 8, 8, 0, false },   { NULL, 0, 0, 9, false },  { NULL, 6, 16, 2, false },
    { NULL, 16, 40, 1, false }, { NULL, 20, 0, 0, false }, { NULL, 0, 0, 9, false },
};

static bool has_values(const struct drift_report *report, enum drift_tab tab)
{
    if (tab == DRIFT_TAB_TYPE + DRIFT_CODE)
        return false;
    return tab >= DRIFT_TAB_TYPE ||
           report->summary.total_changes + report->summary.expected + report->problem_count >
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

static const char *change_mark(const struct drift_change *change)
{
    if (change->breaking)
        return "BREAKING";
    if (change->security)
        return "SECURITY";
    return change->maybe_shipped != NULL ? "CHECK" : "";
}

void drift_rows_columns(const struct drift_report *report, enum drift_tab tab,
                        const struct memory_rows *rows, struct list_column columns[DRIFT_ROW_CELLS])
{
    memcpy(columns, columns_of(report, tab), DRIFT_ROW_CELLS * sizeof *columns);
    list_columns_fit(columns, DRIFT_ROW_CELLS, rows);
}

/* Rows while they are made: what they say is put together here. */
struct drift_rows {
    struct memory_rows *rows;
    const struct drift_report *report;
    bool utf8;
    bool modules; /* there is more than one, and no heading names it */
};

enum role drift_severity_role(enum severity severity)
{
    return rich_theme_role(severity_role(severity));
}

static bool counted(const struct drift_item *item)
{
    return !item->expected && !item->suppressed;
}

/* The values as plain text: the list escapes and cuts them. */
static void values_text(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    struct strbuf rich = STRBUF_INIT;

    if (item->type == DRIFT_CODE) {
        if (item->old_path != NULL)
            strbuf_printf(out, "%s %s", utf8 ? "←" : "<-", item->old_path);
        return;
    }
    drift_text_values(&rich, item, utf8);
    rich_to_plain(out, rich.data, rich.length);
    strbuf_release(&rich);
}

static void right_text(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    if (item->type == DRIFT_CODE && item->binary)
        strbuf_add(out, "binary");
    else if (item->type == DRIFT_CODE && item->insertions + item->deletions > 0)
        strbuf_printf(out, "+%llu %s%llu", (unsigned long long)item->insertions,
                      utf8 ? "−" : "-", (unsigned long long)item->deletions);
    else if (item->ticket_count > 0)
        strbuf_add(out, item->tickets[0]);
}

static void add_item(struct drift_rows *rows, size_t index)
{
    const struct drift_item *item = &rows->report->items[index];
    struct strbuf values = STRBUF_INIT, right = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity };
    bool blocker = item->attention == ATTENTION_BLOCKER;

    snprintf(identity, sizeof identity, "i%zu", index);
    values_text(&values, item, rows->utf8);
    right_text(&right, item, rows->utf8);
    row_set(&row, CELL_GRAVE, blocker ? ROLE_BLOCKER : drift_severity_role(item->severity),
            blocker ? "BLOCKER" : severity_name(item->severity));
    row_set(&row, CELL_SIGN, rich_theme_role(change_type_role(item->change_type)),
            change_type_sign(item->change_type, rows->utf8));
    row_set(&row, CELL_MODULE, ROLE_DIM, rows->modules ? item->module : "");
    row_set(&row, CELL_WHAT, item->expected ? ROLE_DIM : ROLE_NORMAL, item->path);
    row_set(&row, CELL_VALUES, ROLE_NORMAL, values.data);
    row_set(&row, CELL_RIGHT, item->type == DRIFT_CODE ? ROLE_DIM : ROLE_TICKET, right.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&values);
    strbuf_release(&right);
}

static void add_problem(struct drift_rows *rows, size_t index)
{
    const struct drift_problem *problem = &rows->report->problems[index];
    char identity[32];
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "p%zu", index);
    row_set(&row, CELL_GRAVE, problem->warning ? ROLE_WARNING : ROLE_UNKNOWN,
            problem->warning ? "warning" : "NOT READ");
    row_set(&row, CELL_MODULE, ROLE_DIM, problem->service != NULL ? problem->service : "");
    row_set(&row, CELL_WHAT, ROLE_NORMAL, problem->what);
    row_set(&row, CELL_VALUES, ROLE_DIM, problem->why);
    memory_rows_add(rows->rows, &row);
}

static void add_change(struct drift_rows *rows, size_t index)
{
    const struct drift_change *change = &rows->report->changes[index];
    struct strbuf commits = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "c%zu", index);
    if (change->commit_count == 1)
        strbuf_printf(&commits, "%.8s", change->commits[0]);
    else
        strbuf_printf(&commits, "%zu commits", change->commit_count);
    row_set(&row, CELL_GRAVE,
            change->breaking ? ROLE_SEVERITY_CRITICAL
                             : change->security ? ROLE_SEVERITY_HIGH : ROLE_WARNING,
            change_mark(change));
    row_set(&row, CELL_MODULE, ROLE_TICKET, change->ticket != NULL ? change->ticket : "");
    row_set(&row, CELL_WHAT, ROLE_NORMAL, change->title);
    row_set(&row, CELL_VALUES, ROLE_DIM,
            rows->modules && change->service_count > 0 ? change->services[0] : "");
    row_set(&row, CELL_RIGHT, ROLE_DIM, commits.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&commits);
}

static void add_group(struct drift_rows *rows, const char *title, size_t count)
{
    char number[32];

    snprintf(number, sizeof number, "%zu", count);
    memory_rows_add_group(rows->rows, title, number);
}

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
    add_group(rows, title, report->summary.by_attention[attention]);
    /* The gravest first; the order of the report among equals. */
    for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
        for (size_t i = 0; i < report->item_count; i++) {
            const struct drift_item *item = &report->items[i];

            if (counted(item) && item->attention == attention &&
                item->severity == (enum severity)severity)
                add_item(rows, i);
        }
    }
}

static void fill_unread(struct drift_rows *rows)
{
    size_t count = unread_problems(rows->report);

    if (count == 0)
        return;
    add_group(rows, "Not read", count);
    for (size_t i = 0; i < rows->report->problem_count; i++) {
        if (!rows->report->problems[i].warning)
            add_problem(rows, i);
    }
}

static void fill_expected(struct drift_rows *rows)
{
    const struct drift_report *report = rows->report;

    if (report->summary.expected == 0)
        return;
    add_group(rows, "Meant to differ", report->summary.expected);
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].expected)
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
        add_group(rows, change_category_title((enum change_category)category), count);
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

        if ((type != DRIFT_TYPE_COUNT && item->type != type) || !counted(item))
            continue;
        if (report->code_count > 1 &&
            (module == NULL || strcmp(module, item->module) != 0)) {
            memory_rows_add_group(rows->rows, item->module, "");
            module = item->module;
        }
        add_item(rows, i);
    }
}

void drift_rows_fill(struct memory_rows *out, const struct drift_report *report,
                     enum drift_tab tab, bool utf8)
{
    struct drift_rows rows = { out, report, utf8, report->code_count > 1 };

    memory_rows_clear(out);
    if (tab == DRIFT_TAB_VERDICT) {
        fill_verdict(&rows);
    } else if (tab == DRIFT_TAB_CHANGES) {
        fill_changes(&rows);
    } else if (tab == DRIFT_TAB_PROBLEMS) {
        for (size_t i = 0; i < report->problem_count; i++)
            add_problem(&rows, i);
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

bool drift_row_parse(const char *identity, enum drift_row_kind *kind, size_t *index)
{
    static const struct {
        char letter;
        enum drift_row_kind kind;
    } kinds[] = { { 'i', DRIFT_ROW_ITEM }, { 'c', DRIFT_ROW_CHANGE }, { 'p', DRIFT_ROW_PROBLEM } };

    if (identity == NULL)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (identity[0] != kinds[i].letter)
            continue;
        *kind = kinds[i].kind;
        *index = (size_t)strtoull(identity + 1, NULL, 10);
        return true;
    }
    return false;
}
