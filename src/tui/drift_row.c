#include "drift_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>
#include <pilab/tui/rich_view.h>

#define SHORT_ID    8
#define DATE_LENGTH 10 /* of a timestamp */

enum role drift_severity_role(enum severity severity)
{
    return rich_theme_role(severity_role(severity));
}

bool drift_item_counted(const struct drift_item *item)
{
    return !item->expected && !item->suppressed;
}

void drift_path_text(struct strbuf *out, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == '\n' || *path == '\t' || *path == '\r')
            strbuf_printf(out, "^%c", *path ^ 0x40);
        else
            strbuf_add_char(out, *path);
    }
}

static const char *change_mark(const struct drift_change *change)
{
    if (change->breaking)
        return "BREAKING";
    if (change->security)
        return "SECURITY";
    return change->maybe_shipped != NULL ? "CHECK" : "";
}

static void add_old_path(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    strbuf_add(out, utf8 ? "← " : "<- ");
    drift_path_text(out, item->old_path);
    if (item->likeness > 0 && item->likeness < 100)
        strbuf_printf(out, " (%u%%)", item->likeness);
}

/* The values as plain text: the list escapes and cuts them. */
static void values_text(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    struct strbuf rich = STRBUF_INIT;

    if (item->type == DRIFT_CODE && !drift_item_is_version(item)) {
        if (item->submodule != NULL)
            submodule_words(item->submodule, out);
        if (item->old_path != NULL)
            add_old_path(out, item, utf8);
        return;
    }
    drift_text_values(&rich, item, utf8);
    rich_to_plain(out, rich.data, rich.length);
    strbuf_release(&rich);
}

/* What people decided about it. */
static const char *decision_mark(const struct drift_item *item)
{
    if (item->decision != NULL && item->decision->state != DECISION_HOLDS)
        return "lapsed";
    if (item->decision != NULL && drift_item_counted(item))
        return decision_kind_name(item->decision->kind);
    return NULL;
}

/* In front of what it is, which no width takes away. A mark on every row would say nothing. */
static bool is_news(const struct drift_report *report, const struct drift_item *item)
{
    return item->novelty == NOVELTY_NEW && report->since.appeared < report->summary.total_changes;
}

void drift_item_right_text(struct strbuf *out, const struct drift_report *report,
                           const struct drift_item *item, bool utf8)
{
    const char *mark = decision_mark(item);

    if (mark != NULL && item->type != DRIFT_CODE) {
        strbuf_add(out, mark);
        return;
    }
    drift_text_item_lines(out, item, utf8);
    if (out->length > 0 || item->ticket_count == 0)
        return;
    /* The place is kept for what is on its way. */
    if (!drift_item_has_lines(item) || item->counted || report->lines.state != LINES_COMING)
        strbuf_add(out, item->tickets[0]);
}

/* Where the value is: "deploy/values.yaml:41". */
static void place_text(struct strbuf *out, const struct drift_item *item)
{
    const struct drift_provenance *at =
        item->current_at.file != NULL ? &item->current_at : &item->previous_at;

    if (item->type == DRIFT_CODE || at->file == NULL)
        return;
    drift_path_text(out, at->file);
    if (at->line > 0)
        strbuf_printf(out, ":%u", at->line);
}

static void add_item(struct drift_rows *rows, size_t index, bool below)
{
    const struct drift_item *item = &rows->report->items[index];
    struct strbuf path = STRBUF_INIT, values = STRBUF_INIT, right = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity };
    bool blocker = item->attention == ATTENTION_BLOCKER;

    snprintf(identity, sizeof identity, "i%zu", index);
    /* Below what it repeats: the values are said there. */
    strbuf_add(&path, below ? "  " : "");
    strbuf_add(&path, is_news(rows->report, item) ? "(new) " : "");
    drift_path_text(&path, item->path);
    if (below)
        place_text(&values, item);
    else
        values_text(&values, item, rows->utf8);
    drift_item_right_text(&right, rows->report, item, rows->utf8);
    row_set(&row, CELL_GRAVE, blocker ? ROLE_BLOCKER : drift_severity_role(item->severity),
            blocker ? "BLOCKER" : severity_name(item->severity));
    row_set(&row, CELL_SIGN, rich_theme_role(drift_item_role(item)),
            drift_item_sign(item, rows->utf8));
    row_set(&row, CELL_MODULE, ROLE_DIM, rows->modules ? item->module : "");
    row_set(&row, CELL_WHAT, drift_item_counted(item) ? ROLE_NORMAL : ROLE_DIM, path.data);
    row_set(&row, CELL_VALUES, ROLE_NORMAL, values.data);
    row_set(&row, CELL_RIGHT, item->type == DRIFT_CODE ? ROLE_DIM : ROLE_TICKET, right.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&path);
    strbuf_release(&values);
    strbuf_release(&right);
}

void drift_row_add_item(struct drift_rows *rows, size_t index)
{
    add_item(rows, index, false);
}

void drift_row_add_repeated(struct drift_rows *rows, size_t index)
{
    add_item(rows, index, true);
}

static const char *fold_sign(bool open, bool utf8)
{
    if (utf8)
        return open ? "▾ " : "▸ ";
    return open ? "- " : "+ ";
}

void drift_row_add_repeat(struct drift_rows *rows, const struct drift_repeat *repeat, bool open)
{
    const struct drift_item *item = &rows->report->items[repeat->first];
    struct strbuf what = STRBUF_INIT, values = STRBUF_INIT, right = STRBUF_INIT;
    char identity[32];
    struct row row = { .identity = identity };
    bool blocker = item->attention == ATTENTION_BLOCKER;

    snprintf(identity, sizeof identity, "r%zu", repeat->first);
    strbuf_add(&what, fold_sign(open, rows->utf8));
    if (item->type == DRIFT_CODE) {
        drift_path_text(&what, item->path);
        strbuf_printf(&what, " and %zu more", repeat->places - 1);
    } else {
        strbuf_printf(&what, "%s in %zu places", item->key, repeat->places);
        values_text(&values, item, rows->utf8);
        if (decision_mark(item) != NULL)
            strbuf_add(&right, decision_mark(item));
        else if (repeat->files > 1)
            strbuf_printf(&right, "%zu files", repeat->files);
    }
    row_set(&row, CELL_GRAVE, blocker ? ROLE_BLOCKER : drift_severity_role(item->severity),
            blocker ? "BLOCKER" : severity_name(item->severity));
    row_set(&row, CELL_SIGN, rich_theme_role(drift_item_role(item)),
            drift_item_sign(item, rows->utf8));
    row_set(&row, CELL_MODULE, ROLE_DIM, rows->modules ? item->module : "");
    row_set(&row, CELL_WHAT, ROLE_NORMAL, what.data);
    row_set(&row, CELL_VALUES, ROLE_NORMAL, values.data);
    row_set(&row, CELL_RIGHT, ROLE_DIM, right.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&what);
    strbuf_release(&values);
    strbuf_release(&right);
}

void drift_row_add_problem(struct drift_rows *rows, size_t index)
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

void drift_row_add_change(struct drift_rows *rows, size_t index)
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
            change->breaking   ? ROLE_SEVERITY_CRITICAL
            : change->security ? ROLE_SEVERITY_HIGH
                               : ROLE_WARNING,
            change_mark(change));
    row_set(&row, CELL_MODULE, ROLE_TICKET, change->ticket != NULL ? change->ticket : "");
    row_set(&row, CELL_WHAT, ROLE_NORMAL, change->title);
    row_set(&row, CELL_VALUES, ROLE_DIM,
            rows->modules && change->service_count > 0 ? change->services[0] : "");
    row_set(&row, CELL_RIGHT, ROLE_DIM, commits.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&commits);
}

void drift_row_add_group(struct drift_rows *rows, const char *title, size_t count)
{
    char number[32];

    snprintf(number, sizeof number, "%zu", count);
    memory_rows_add_group(rows->rows, title, number);
}

struct drift_place drift_commit_at(const struct drift_report *report, size_t index)
{
    const struct drift_code *codes = report->codes;

    for (size_t i = 0; i < report->code_count; i++) {
        if (index < codes[i].commit_count)
            return (struct drift_place){ &codes[i].commits[index], &codes[i], false };
        index -= codes[i].commit_count;
    }
    for (size_t i = 0; i < report->code_count; i++) {
        if (index < codes[i].behind_count)
            return (struct drift_place){ &codes[i].behind[index], &codes[i], true };
        index -= codes[i].behind_count;
    }
    return (struct drift_place){ 0 };
}

/* Beside the subject stands whose it is: the module, or where there is only one, the author. */
void drift_row_add_commit(struct drift_rows *rows, const struct drift_place *place, size_t index)
{
    const struct drift_commit *commit = place->commit;
    char identity[32], id[SHORT_ID + 1], date[TIMESTAMP_SIZE];
    struct strbuf lines = STRBUF_INIT;
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "k%zu", index);
    snprintf(id, sizeof id, "%.*s", SHORT_ID, commit->id);
    timestamp_format(commit->author_time, date);
    date[DATE_LENGTH] = '\0';
    row_set(&row, CELL_GRAVE, ROLE_DIM, id);
    row_set(&row, CELL_MODULE, ROLE_DIM, rows->modules ? place->code->module : commit->author_name);
    row_set(&row, CELL_WHAT, ROLE_NORMAL, commit->subject);
    row_set(&row, CELL_VALUES, ROLE_DIM, commit->basis != NULL ? commit->basis : "");
    row_set(&row, CELL_RIGHT, ROLE_DIM, date);
    if (!place->behind) /* nobody counts those */
        drift_text_commit_lines(&lines, commit, rows->utf8);
    row_set(&row, CELL_LINES, ROLE_DIM, lines.data);
    memory_rows_add(rows->rows, &row);
    strbuf_release(&lines);
}

void drift_row_add_source(struct drift_rows *rows, size_t index)
{
    static const struct {
        const char *words;
        enum role role;
    } states[SOURCE_STATE_COUNT] = {
        [SOURCE_READ] = {"read",        ROLE_NORMAL },
        [SOURCE_FAILED] = { "NOT READ",   ROLE_UNKNOWN},
        [SOURCE_NOT_CONFIGURED] = { "not set up", ROLE_DIM    },
        [SOURCE_NOT_EXAMINED] = { "left out",   ROLE_DIM    },
    };
    const struct drift_source *source = &rows->report->sources[index];
    char identity[32];
    struct row row = { .identity = identity };

    snprintf(identity, sizeof identity, "s%zu", index);
    row_set(&row, CELL_GRAVE, states[source->state].role,
            drift_source_partly(source) ? "PARTLY" : states[source->state].words);
    row_set(&row, CELL_MODULE, ROLE_DIM, source->service != NULL ? source->service : "");
    row_set(&row, CELL_WHAT, ROLE_NORMAL, drift_type_title(source->type));
    row_set(&row, CELL_VALUES, ROLE_DIM, source->detail != NULL ? source->detail : "");
    memory_rows_add(rows->rows, &row);
}

bool drift_row_parse(const char *identity, enum drift_row_kind *kind, size_t *index)
{
    static const struct {
        char letter;
        enum drift_row_kind kind;
    } kinds[] = {
        {'i',  DRIFT_ROW_ITEM   },
        { 'r', DRIFT_ROW_REPEAT },
        { 'c', DRIFT_ROW_CHANGE },
        { 'p', DRIFT_ROW_PROBLEM},
        { 'k', DRIFT_ROW_COMMIT },
        { 's', DRIFT_ROW_SOURCE }
    };

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
