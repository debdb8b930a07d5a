#include "text_page.h"

#include <pilab/drift/lost.h>

/* How many are listed before "… 214 more". */
enum { SHOWN_LOST = 10 };

/* Nothing goes anywhere: what one side has alone stays there. */
static bool is_as_is(const struct drift_report *report)
{
    return drift_sides_as_is(&report->previous, &report->current);
}

static void add_loss(struct text_page *page, const struct drift_code *code, size_t count)
{
    const struct drift_report *report = page->report;
    struct strbuf line = STRBUF_INIT;

    if (!is_as_is(report))
        rich_word(&line, RICH_WARNING, "would be lost: ");
    if (drift_report_of_several(report)) {
        rich_text(&line, RICH_PLAIN, code->module, page->utf8);
        strbuf_add(&line, ": ");
    }
    if (is_as_is(report)) {
        strbuf_add(&line, "only ");
        rich_text(&line, RICH_PLAIN, report->previous.label, page->utf8);
        strbuf_printf(&line, " has %zu commit%s", count, count == 1 ? "" : "s");
    } else {
        strbuf_printf(&line, "%zu commit%s of ", count, count == 1 ? "" : "s");
        rich_text(&line, RICH_PLAIN, report->previous.label, page->utf8);
        strbuf_printf(&line, " %s not in ", count == 1 ? "is" : "are");
        rich_text(&line, RICH_PLAIN, report->current.label, page->utf8);
    }
    drift_page_wrap(page, &line, 0);
    strbuf_release(&line);
}

/* "takes away 24 commits" says it all when there is one module. */
void drift_page_losses(struct text_page *page)
{
    const struct drift_report *report = page->report;

    if (report->code_count == 1 && drift_report_goes_back(report) && !is_as_is(report))
        return;
    for (size_t i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];
        size_t count = drift_code_lost_count(code);

        if (count > 0)
            add_loss(page, code, count);
    }
}

void drift_page_goes_back(struct text_page *page)
{
    size_t count = drift_lost_count(page->report);
    struct strbuf line = STRBUF_INIT;

    if (!drift_report_goes_back(page->report) || is_as_is(page->report))
        return;
    strbuf_printf(&line, "goes back: takes away %zu commit%s", count, count == 1 ? "" : "s");
    rich_word(page->out, RICH_WARNING, line.data);
    strbuf_add_char(page->out, '\n');
    strbuf_release(&line);
}

static void add_lost_line(struct text_page *page, const struct drift_lost *lost)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add(&left, "   ");
    rich_open(&left, RICH_DIM);
    strbuf_printf(&left, "%.*s ", SHORT_ID, lost->commit->id);
    rich_close(&left);
    if (drift_commit_secures(lost->commit))
        rich_word(&left, RICH_HIGH, "SECURITY ");
    if (drift_lost_maybe_kept(lost) != NULL)
        rich_word(&left, RICH_WARNING, "probably there already: ");
    rich_text(&left, RICH_PLAIN, lost->commit->subject, page->utf8);
    if (drift_report_of_several(page->report))
        rich_text(&right, RICH_DIM, lost->code->module, page->utf8);
    drift_page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

void drift_page_lost(struct text_page *page)
{
    struct arena *arena = arena_new();
    size_t count, most;
    const struct drift_lost *list = drift_lost_list(page->report, arena, &count);
    const char *heading = is_as_is(page->report)
                              ? arena_printf(arena, "Only in %s", page->report->previous.label)
                              : "Would be lost";

    if (count > 0)
        drift_page_heading(page, heading, count);
    most = drift_page_shown(page, count, SHOWN_LOST);
    for (size_t i = 0; i < most; i++)
        add_lost_line(page, &list[i]);
    drift_page_more(page, count - most, "commits");
    arena_free(&arena);
}
