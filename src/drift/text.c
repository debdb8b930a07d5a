#include <pilab/drift/text.h>

#include <stdint.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/drift/lost.h>

#include "kinds.h"
#include "text_page.h"

#define NARROWEST 40

/* Columns that a file's line leaves to its sign and its counts of changed lines. */
#define ROOM_OF_COUNTS 20

/* How many rows of a kind are shown before "… 214 more". */
enum { SHOWN_FILES = 20, SHOWN_ASIDE = 5 };

/* Nobody named the states: which were taken, and why just these. */
static void add_choice(struct text_page *page)
{
    const struct drift_side *sides[] = { &page->report->current, &page->report->previous };
    struct strbuf line = STRBUF_INIT;

    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        if (sides[i]->chosen == NULL)
            continue;
        strbuf_add(&line, line.length > 0 ? ", and " : "chosen: ");
        rich_text(&line, RICH_DIM, sides[i]->label, page->utf8);
        strbuf_add(&line, ", ");
        rich_text(&line, RICH_DIM, sides[i]->chosen, page->utf8);
    }
    if (line.length > 0)
        drift_page_wrap(page, &line, 0);
    strbuf_release(&line);
}

static bool has_read_config(const struct drift_report *report)
{
    for (size_t i = 0; i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];

        if (source->type == DRIFT_CONFIG &&
            (source->state == SOURCE_READ || drift_source_partly(source)))
            return true;
    }
    return false;
}

/* Whose configuration was read, where the title alone could be read either way. */
static void add_layers(struct text_page *page)
{
    const struct drift_side *previous = &page->report->previous, *current = &page->report->current;
    struct strbuf words = STRBUF_INIT, line = STRBUF_INIT;

    if (previous->environment == NULL || current->environment == NULL || previous->layers == NULL ||
        current->layers == NULL || !has_read_config(page->report))
        return;
    if (drift_sides_as_is(previous, current))
        strbuf_printf(&words, "configuration: %s with its own files, %s with its own",
                      previous->label, current->label);
    else if (strcmp(previous->environment, current->environment) != 0)
        strbuf_printf(&words, "configuration: the files of %s on both sides", previous->layers);
    rich_text(&line, RICH_DIM, words.data, page->utf8);
    if (words.length > 0)
        drift_page_wrap(page, &line, 0);
    strbuf_release(&words);
    strbuf_release(&line);
}

/* Whether it is about one module alone: others may be in it, and could not be read. */
static bool is_of_one(const struct drift_report *report)
{
    const char *module = report->code_count == 1 ? report->codes[0].module : NULL;

    for (size_t i = 0; module != NULL && i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];

        if (source->type == DRIFT_CODE && source->service != NULL &&
            strcmp(source->service, module) != 0)
            return false;
    }
    return module != NULL;
}

static void add_head(struct text_page *page)
{
    const struct drift_report *report = page->report;
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    bool one = is_of_one(report);

    if (report->project != NULL) {
        rich_text(&left, RICH_TITLE, report->project, page->utf8);
        strbuf_add(&left, "  ");
        /* What was left out must be seen. */
        if (one) {
            rich_text(&left, RICH_TITLE, report->codes[0].module, page->utf8);
            strbuf_add(&left, "  ");
        }
    } else if (one) {
        rich_text(&left, RICH_TITLE, report->codes[0].module, page->utf8);
        strbuf_add(&left, "  ");
    }
    drift_text_direction(&left, report, page->utf8);
    if (one && report->codes[0].previous_commit != NULL &&
        report->codes[0].current_commit != NULL) {
        rich_open(&right, RICH_DIM);
        strbuf_printf(&right, "%.*s..%.*s", SHORT_ID, report->codes[0].previous_commit, SHORT_ID,
                      report->codes[0].current_commit);
        rich_close(&right);
    }
    /* Which versions are meant is said whole, whatever their commits are. */
    if (rich_width(left.data, left.length) + 2 + rich_width(right.data, right.length) > page->width)
        drift_page_wrap(page, &left, 0);
    else
        drift_page_line(page, &left, &right);
    strbuf_clear(&right);
    add_choice(page);
    add_layers(page);
    drift_page_goes_back(page);
    drift_text_verdict(&left, report, page->utf8);
    drift_page_wrap(page, &left, 0);
    drift_text_attention(&left, report, page->utf8);
    drift_page_wrap(page, &left, 0);
    drift_text_since(&left, report, false);
    if (left.length > 0)
        drift_page_wrap(page, &left, 0);
    if (report->code_count > 0) {
        drift_text_balance(&left, report, page->width, page->utf8);
        drift_page_wrap(page, &left, 0);
    }
    drift_text_sources(&left, report, page->utf8);
    drift_page_wrap(page, &left, 0);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* How wide the ticket column must be, within reason. */
static size_t ticket_column(const struct drift_report *report)
{
    size_t widest = 0;

    for (size_t i = 0; i < report->change_count; i++) {
        size_t width = report->changes[i].ticket != NULL ? strlen(report->changes[i].ticket) : 0;

        if (width > widest)
            widest = width;
    }
    return widest > 16 ? 16 : widest;
}

static void add_change_line(struct text_page *page, const struct drift_change *change,
                            size_t ticket_width)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add(&left, "   ");
    if (ticket_width > 0) {
        rich_cell(&left, RICH_NAME, change->ticket != NULL ? change->ticket : "", ticket_width,
                  RICH_LEFT, page->utf8);
        strbuf_add(&left, "  ");
    }
    if (change->breaking)
        rich_word(&left, RICH_CRITICAL, "BREAKING ");
    if (change->security && change->category != CATEGORY_SECURITY)
        rich_word(&left, RICH_HIGH, "SECURITY ");
    if (change->maybe_shipped != NULL)
        rich_word(&left, RICH_WARNING, "probably there already: ");
    if (change->reverts_released)
        rich_word(&left, RICH_WARNING, "takes back what is out: ");
    rich_text(&left, RICH_PLAIN, change->title, page->utf8);
    rich_open(&right, RICH_DIM);
    if (drift_report_of_several(page->report) && change->service_count > 0) {
        escape_terminal(&right, change->services[0], strlen(change->services[0]),
                        ESCAPE_BLANKS | (page->utf8 ? 0 : ESCAPE_ASCII));
        if (change->service_count > 1)
            strbuf_printf(&right, " +%zu", change->service_count - 1);
    } else if (change->commit_count > 1) {
        strbuf_printf(&right, "%zu commits", change->commit_count);
    } else if (change->commit_count == 1) {
        strbuf_printf(&right, "%.*s", SHORT_ID, change->commits[0]);
    }
    rich_close(&right);
    drift_page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

static void add_changes(struct text_page *page)
{
    const struct drift_report *report = page->report;
    size_t ticket_width = ticket_column(report);

    for (int category = 0; category < CATEGORY_COUNT; category++) {
        size_t count = 0, shown = 0, most;

        for (size_t i = 0; i < report->change_count; i++)
            count += report->changes[i].category == (enum change_category)category;
        if (count == 0)
            continue;
        most = category == CATEGORY_INTERNAL ? drift_page_shown(page, count, SHOWN_ASIDE) : count;
        drift_page_heading(page, change_category_title((enum change_category)category), count);
        for (size_t i = 0; i < report->change_count && shown < most; i++) {
            if (report->changes[i].category != (enum change_category)category)
                continue;
            add_change_line(page, &report->changes[i], ticket_width);
            shown++;
        }
        drift_page_more(page, count - shown, "changes");
    }
}

static void add_file_line(struct text_page *page, const struct drift_item *item)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add(&left, "   ");
    rich_word(&left, drift_item_role(item), drift_item_sign(item, page->utf8));
    strbuf_add_char(&left, ' ');
    if (page->whole)
        rich_text(&left, RICH_PLAIN, item->path, page->utf8);
    else
        rich_middle(&left, RICH_PLAIN, item->path, page->width - ROOM_OF_COUNTS, page->utf8);
    drift_page_file_words(page, &left, item);
    if (item->binary) {
        rich_word(&right, RICH_DIM, "binary");
    } else if (item->insertions + item->deletions > 0) {
        struct strbuf count = STRBUF_INIT;

        strbuf_printf(&count, "+%llu", (unsigned long long)item->insertions);
        rich_word(&right, RICH_ADDED, count.data);
        strbuf_clear(&count);
        strbuf_printf(&count, " %s%llu", page->utf8 ? "−" : "-",
                      (unsigned long long)item->deletions);
        rich_word(&right, RICH_DELETED, count.data);
        strbuf_release(&count);
    }
    drift_page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

static void add_files(struct text_page *page)
{
    const struct drift_report *report = page->report;
    size_t total = report->summary.by_drift_type[DRIFT_CODE], shown = 0;
    size_t most = drift_page_shown(page, total, SHOWN_FILES);
    const char *module = NULL;

    if (total == 0)
        return;
    drift_page_heading(page, "Files", total);
    for (size_t i = 0; i < report->item_count && shown < most; i++) {
        if (!drift_page_counts(&report->items[i], DRIFT_CODE))
            continue;
        drift_page_module(page, &report->items[i], &module);
        add_file_line(page, &report->items[i]);
        shown++;
    }
    drift_page_more(page, total - shown, "files");
}

/* Commits that left the notes, each with why. */
static void add_aside(struct text_page *page, enum disposition disposition, const char *title)
{
    const struct drift_report *report = page->report;
    size_t total = report->balance.by_disposition[disposition], shown = 0;
    size_t most = drift_page_shown(page, total, SHOWN_ASIDE);
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    if (total == 0)
        return;
    drift_page_heading(page, title, total);
    for (size_t i = 0; i < report->code_count; i++) {
        for (size_t j = 0; j < report->codes[i].commit_count && shown < most; j++) {
            const struct drift_commit *commit = &report->codes[i].commits[j];

            if (commit->disposition != disposition)
                continue;
            strbuf_add(&left, "   ");
            rich_open(&left, RICH_DIM);
            strbuf_printf(&left, "%.*s ", SHORT_ID, commit->id);
            rich_close(&left);
            rich_text(&left, RICH_PLAIN, commit->subject, page->utf8);
            if (commit->basis != NULL)
                rich_text(&right, RICH_DIM, commit->basis, page->utf8);
            drift_page_line(page, &left, &right);
            shown++;
        }
    }
    drift_page_more(page, total - shown, "commits");
    strbuf_release(&left);
    strbuf_release(&right);
}

static void add_problems(struct text_page *page)
{
    const struct drift_report *report = page->report;
    struct strbuf line = STRBUF_INIT;

    if (report->problem_count == 0)
        return;
    drift_page_heading(page, "Problems", report->problem_count);
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct drift_problem *problem = &report->problems[i];

        rich_word(&line, problem->warning ? RICH_MEDIUM : RICH_WARNING,
                  problem->warning ? "warning" : "not read");
        strbuf_add_char(&line, ' ');
        if (problem->service != NULL) {
            rich_text(&line, RICH_PLAIN, problem->service, page->utf8);
            strbuf_add(&line, ": ");
        }
        rich_text(&line, RICH_PLAIN, problem->what, page->utf8);
        strbuf_add(&line, ": ");
        rich_text(&line, RICH_PLAIN, problem->why, page->utf8);
        drift_page_wrap(page, &line, 3);
        if (problem->hint != NULL) {
            rich_text(&line, RICH_PLAIN, problem->hint, page->utf8);
            drift_page_wrap(page, &line, 6);
        }
    }
    strbuf_release(&line);
}

void drift_report_render_text(struct strbuf *out, const struct drift_report *report,
                              const struct drift_text_options *options)
{
    struct text_page page = { .out = out,
                              .report = report,
                              .width = options->width < NARROWEST ? NARROWEST : options->width,
                              .utf8 = options->utf8,
                              .wide = options->wide,
                              .whole = options->whole,
                              .commits = drift_report_commits(report) };
    struct arena *arena = arena_new();

    if (!page.wide)
        page.repeats = drift_repeats(report, arena);
    add_head(&page);
    drift_page_losses(&page);
    drift_page_attention(&page, ATTENTION_BLOCKER, "Blockers");
    /* where all that differs is taken away, the commits say it in fewer lines than the files */
    if (drift_report_goes_back(report) && !drift_sides_as_is(&report->previous, &report->current)) {
        drift_page_lost(&page);
        drift_page_attention(&page, ATTENTION_REVIEW, "Needs a person");
    } else {
        drift_page_attention(&page, ATTENTION_REVIEW, "Needs a person");
        drift_page_lost(&page);
    }
    drift_page_lapsed(&page);
    add_changes(&page);
    drift_page_config(&page);
    drift_page_kinds(&page);
    add_files(&page);
    drift_page_set_aside(&page);
    add_aside(&page, DISPOSITION_ALREADY_SHIPPED, "Already there");
    add_aside(&page, DISPOSITION_REVERTED, "Taken back within the range");
    add_aside(&page, DISPOSITION_UNEXPLAINED, "Unexplained");
    add_problems(&page);
    map_free(&page.commits);
    arena_free(&arena);
}
