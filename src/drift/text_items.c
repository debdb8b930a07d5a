#include "text_page.h"

#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/drift/text.h>

/* How many lines are shown before "… 214 more". */
enum { SHOWN_CONFIG = 40, SHOWN_OTHER = 40 };

/* "image in 79 places", "src/a.c and 12 more files": one line for all of them. */
static void add_repeated_line(struct text_page *page, const struct drift_item *item, bool named,
                              const struct drift_repeat *repeat)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    drift_page_begin_item(&left, page, item, named);
    if (item->type == DRIFT_CODE) {
        rich_text(&left, RICH_NAME, item->path, page->utf8);
        strbuf_printf(&left, " and %zu more files", repeat->places - 1);
    } else {
        rich_text(&left, RICH_NAME, item->key, page->utf8);
        strbuf_printf(&left, " in %zu places  ", repeat->places);
        drift_page_values(page, &left, item);
    }
    if (item->type == DRIFT_CONFIG && repeat->files > 1) {
        rich_open(&right, RICH_DIM);
        strbuf_printf(&right, "%zu files", repeat->files);
        rich_close(&right);
    }
    drift_page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

static size_t places(const struct text_page *page, size_t index)
{
    return page->repeats != NULL ? page->repeats[index].places : 1;
}

/* Whether another item's line stands for this one too. */
static bool folded(const struct text_page *page, size_t index)
{
    return page->repeats != NULL && page->repeats[index].first != index;
}

/* The commit that brought it, for who wants to check what is said. */
static void add_commit(struct text_page *page, const struct drift_item *item)
{
    const struct drift_commit *commit =
        item->commit != NULL ? map_get(page->commits, item->commit) : NULL;
    struct strbuf line = STRBUF_INIT;

    if (commit == NULL)
        return;
    strbuf_printf(&line, "%*s", REMARK_INDENT, "");
    rich_open(&line, RICH_DIM);
    strbuf_printf(&line, "%.*s ", SHORT_ID, commit->id);
    rich_close(&line);
    rich_text(&line, RICH_DIM, commit->subject, page->utf8);
    drift_page_line(page, &line, NULL);
    strbuf_release(&line);
}

static bool is_reason(const struct drift_item *item, const struct drift_rule_hit *hit)
{
    return item->attention_reason != NULL && strcmp(hit->sentence, item->attention_reason) == 0;
}

/* Where a rule says why, others that are as grave may say something else. */
static void add_other_reasons(struct text_page *page, const struct drift_item *item)
{
    struct strbuf line = STRBUF_INIT;
    bool ruled = false;

    for (size_t i = 0; i < item->rule_count; i++)
        ruled = ruled || is_reason(item, &item->rules[i]);
    for (size_t i = 0; ruled && i < item->rule_count; i++) {
        const struct drift_rule_hit *hit = &item->rules[i];

        if (hit->severity < SEVERITY_HIGH || hit->severity < item->severity || hit->routine ||
            is_reason(item, hit))
            continue;
        rich_word(&line, RICH_DIM, "also: ");
        rich_text(&line, RICH_PLAIN, hit->sentence, page->utf8);
        drift_page_remark(page, &line);
    }
    strbuf_release(&line);
}

static void add_attention_item(struct text_page *page, size_t index)
{
    const struct drift_item *item = &page->report->items[index];
    struct strbuf reason = STRBUF_INIT;

    if (places(page, index) > 1)
        add_repeated_line(page, item, true, &page->repeats[index]);
    else
        drift_page_item(page, item, true, false);
    if (item->attention_reason != NULL) {
        rich_text(&reason, RICH_PLAIN, item->attention_reason, page->utf8);
        drift_page_remark(page, &reason);
    }
    add_other_reasons(page, item);
    add_commit(page, item);
    strbuf_release(&reason);
}

void drift_page_attention(struct text_page *page, enum attention attention, const char *title)
{
    const struct drift_report *report = page->report;
    size_t count = report->summary.by_attention[attention];

    if (count == 0)
        return;
    drift_page_heading(page, title, count);
    for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
        for (size_t i = 0; i < report->item_count; i++) {
            const struct drift_item *item = &report->items[i];

            if (item->attention == attention && item->severity == (enum severity)severity &&
                !item->expected && !item->suppressed && !folded(page, i))
                add_attention_item(page, i);
        }
    }
}

bool drift_page_counts(const struct drift_item *item, enum drift_type type)
{
    return item->type == type && !item->expected && !item->suppressed;
}

/* --- Configuration ------------------------------------------------------------------------- */

struct config_part {
    struct text_page *page;
    bool by_file; /* the documents are the headings */
    const char *module, *file;
    size_t rows, most; /* lines written, and how many may be */
    size_t items;      /* differences that these lines stand for */
};

static void add_config_line(struct config_part *part, size_t index)
{
    struct text_page *page = part->page;
    const struct drift_item *item = &page->report->items[index];
    const char *file = drift_page_place(item)->file;
    struct strbuf title = STRBUF_INIT;

    if (part->by_file && file != NULL && (part->file == NULL || strcmp(part->file, file) != 0)) {
        if (page->wide || page->whole)
            rich_text(&title, RICH_TITLE, file, page->utf8);
        else
            rich_middle(&title, RICH_TITLE, file, page->width - 1, page->utf8);
        drift_page_wrap(page, &title, 1);
        part->file = file;
    }
    drift_page_item(page, item, false, part->by_file);
    strbuf_release(&title);
}

/* The items [from, to) of one module that are in many places, or those that are in one. */
static void add_config_of(struct config_part *part, size_t from, size_t to, bool repeated)
{
    struct text_page *page = part->page;

    for (size_t i = from; i < to && part->rows < part->most; i++) {
        const struct drift_item *item = &page->report->items[i];

        if (!drift_page_counts(item, DRIFT_CONFIG) || (places(page, i) > 1) != repeated ||
            folded(page, i))
            continue;
        drift_page_module(page, item, &part->module);
        if (repeated)
            add_repeated_line(page, item, false, &page->repeats[i]);
        else
            add_config_line(part, i);
        part->rows++;
        part->items += places(page, i);
    }
}

/* Whether one module's differences come from several documents, one after the other. Layers of one
 * document take turns: there each line says where it comes from. */
static bool several_files(const struct drift_report *report)
{
    struct map *files = map_new();
    const char *latest = NULL;
    bool turns = false;
    size_t count;

    for (size_t i = 0; i < report->item_count && !drift_report_of_several(report) && !turns; i++) {
        const char *file = drift_page_place(&report->items[i])->file;

        if (!drift_page_counts(&report->items[i], DRIFT_CONFIG) || file == NULL ||
            (latest != NULL && strcmp(latest, file) == 0))
            continue;
        turns = map_has(files, file);
        map_put(files, file, (void *)file);
        latest = file;
    }
    count = map_count(files);
    map_free(&files);
    return count > 1 && !turns;
}

static size_t count_rows(const struct text_page *page)
{
    size_t rows = 0;

    for (size_t i = 0; i < page->report->item_count; i++)
        rows += drift_page_counts(&page->report->items[i], DRIFT_CONFIG) && !folded(page, i);
    return rows;
}

void drift_page_config(struct text_page *page)
{
    const struct drift_report *report = page->report;
    size_t total = report->summary.by_drift_type[DRIFT_CONFIG], end;
    struct config_part part = { .page = page,
                                .by_file = several_files(report),
                                .most = drift_page_shown(page, count_rows(page), SHOWN_CONFIG) };

    if (total == 0)
        return;
    drift_page_heading(page, drift_type_title(DRIFT_CONFIG), total);
    for (size_t from = 0; from < report->item_count; from = end) {
        const char *module = report->items[from].module;

        for (end = from + 1; end < report->item_count; end++)
            if (strcmp(module, report->items[end].module) != 0)
                break;
        add_config_of(&part, from, end, true);
        add_config_of(&part, from, end, false);
    }
    drift_page_more(page, total - part.items, "configuration differences");
}

void drift_page_type(struct text_page *page, enum drift_type type, const char *things)
{
    const struct drift_report *report = page->report;
    size_t total = report->summary.by_drift_type[type], shown = 0;
    size_t most = drift_page_shown(page, total, SHOWN_OTHER);
    const char *module = NULL;

    if (total == 0)
        return;
    drift_page_heading(page, drift_type_title(type), total);
    for (size_t i = 0; i < report->item_count && shown < most; i++) {
        if (!drift_page_counts(&report->items[i], type))
            continue;
        drift_page_module(page, &report->items[i], &module);
        drift_page_item(page, &report->items[i], false, false);
        shown++;
    }
    drift_page_more(page, total - shown, things);
}
