/* What people decided, and how long differences are there, in the text report and in detail. */
#include "text_page.h"

#include <inttypes.h>

#include <pilab/base/clock.h>
#include <pilab/drift/history.h>
#include <pilab/drift/text.h>

#include "detail_parts.h"

/* --- Words ------------------------------------------------------------------------------------ */

static void add_count(struct strbuf *out, size_t count, const char *words, size_t *parts)
{
    if (count > 0)
        strbuf_printf(out, "%s%zu %s", (*parts)++ > 0 ? ", " : ": ", count, words);
}

void drift_text_since(struct strbuf *out, const struct drift_report *report, bool brief)
{
    const struct drift_since *since = &report->since;
    char at[TIMESTAMP_SIZE];
    size_t parts = 0;

    if (since->number == 0)
        return;
    strbuf_printf(out, "%s report %" PRId64,
                  since->appeared + since->changed + since->gone > 0 ? "since" : "as in",
                  since->number);
    if (!brief)
        strbuf_printf(out, " of %.10s", timestamp_format(since->at, at));
    add_count(out, since->appeared, "new", &parts);
    add_count(out, since->gone, "gone", &parts);
    add_count(out, since->changed, "changed", &parts);
    add_count(out, since->unknown, "not known", &parts);
}

/* --- The report ------------------------------------------------------------------------------- */

static void add_decision(struct text_page *page, const struct drift_item *item)
{
    struct strbuf line = STRBUF_INIT;

    if (item->decision == NULL)
        return;
    decision_words(&line, item->decision, page->utf8);
    drift_page_remark(page, &line);
    strbuf_release(&line);
}

static bool has_lapsed(const struct drift_item *item)
{
    return !item->expected && !item->suppressed && item->decision != NULL &&
           item->decision->state != DECISION_HOLDS;
}

void drift_page_lapsed(struct text_page *page)
{
    const struct drift_report *report = page->report;

    if (report->summary.lapsed == 0)
        return;
    drift_page_heading(page, "Decisions that lapsed", report->summary.lapsed);
    for (size_t i = 0; i < report->item_count; i++) {
        if (!has_lapsed(&report->items[i]))
            continue;
        drift_page_item(page, &report->items[i], true, false);
        add_decision(page, &report->items[i]);
    }
}

static void add_offered(struct text_page *page)
{
    const struct drift_report *report = page->report;

    if (report->summary.offered == 0)
        return;
    drift_page_heading(page, "Unchanged for long: meant to differ?", report->summary.offered);
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].offered)
            drift_page_item(page, &report->items[i], true, false);
    }
}

static void add_expected_reason(struct text_page *page, const struct drift_item *item)
{
    struct strbuf reason = STRBUF_INIT;

    if (item->decision != NULL && item->decision->state == DECISION_HOLDS) {
        add_decision(page, item);
        return;
    }
    if (item->expected_reason != NULL && *item->expected_reason != '\0') {
        rich_text(&reason, RICH_PLAIN, item->expected_reason, page->utf8);
    } else if (item->expected_by != NULL) {
        strbuf_add(&reason, "by the pattern ");
        rich_text(&reason, RICH_PLAIN, item->expected_by, page->utf8);
    }
    if (reason.length > 0)
        drift_page_remark(page, &reason);
    strbuf_release(&reason);
}

static void add_expected(struct text_page *page)
{
    const struct drift_report *report = page->report;

    if (report->summary.expected == 0)
        return;
    drift_page_heading(page, "Meant to differ", report->summary.expected);
    for (size_t i = 0; i < report->item_count; i++) {
        if (!report->items[i].expected)
            continue;
        drift_page_item(page, &report->items[i], true, false);
        add_expected_reason(page, &report->items[i]);
    }
}

static void add_ignored(struct text_page *page)
{
    const struct drift_report *report = page->report;

    if (report->summary.suppressed == 0)
        return;
    drift_page_heading(page, "Ignored", report->summary.suppressed);
    for (size_t i = 0; i < report->item_count; i++) {
        if (!report->items[i].suppressed || report->items[i].expected)
            continue;
        drift_page_item(page, &report->items[i], true, false);
        add_decision(page, &report->items[i]);
    }
}

void drift_page_set_aside(struct text_page *page)
{
    if (!page->wide)
        return;
    add_offered(page);
    add_expected(page);
    add_ignored(page);
}

/* --- Detail ----------------------------------------------------------------------------------- */

void drift_detail_history(struct strbuf *out, const struct drift_report *report,
                          const struct drift_item *item, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    if (item->decision != NULL) {
        decision_words(&text, item->decision, utf8);
        detail_beside(out, RICH_DIM, "decided", text.data, width, utf8);
        strbuf_clear(&text);
        strbuf_printf(&text, "%" PRId64, item->decision->number);
        detail_fact(out, "decision", RICH_PLAIN, text.data, width, utf8);
        strbuf_clear(&text);
    }
    drift_text_age(&text, report, item);
    if (text.length > 0)
        detail_fact(out, "history", RICH_PLAIN, text.data, width, utf8);
    if (item->offered)
        detail_fact(out, "accept?", RICH_WARNING,
                    "unchanged for so long that it may well be meant to differ", width, utf8);
    strbuf_release(&text);
}
