/* What came and went between two reports, as text. */
#include <pilab/drift/history.h>

#include <inttypes.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

#define REMARK 14 /* columns before what stands below an item */

static const char *const titles[REPORT_CHANGES] = {
    [REPORT_NEW] = "New",
    [REPORT_AGAIN] = "Counted again",
    [REPORT_CHANGED] = "Changed",
    [REPORT_GONE] = "Gone",
    [REPORT_SET_ASIDE] = "Set aside",
    [REPORT_UNKNOWN] = "Not known: their sources could not be read",
};

static const char *arrow(bool utf8)
{
    return utf8 ? " → " : " -> ";
}

static void add_item(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add(&left, "   ");
    rich_cell(&left, severity_role(item->severity), severity_name(item->severity), 8, RICH_LEFT,
              utf8);
    strbuf_add_char(&left, ' ');
    rich_word(&left, drift_item_role(item), drift_item_sign(item, utf8));
    strbuf_add_char(&left, ' ');
    rich_text(&left, RICH_DIM, item->module, utf8);
    strbuf_add_char(&left, ' ');
    rich_text(&left, RICH_PLAIN, item->path, utf8);
    if (item->type != DRIFT_CODE)
        drift_text_values(&right, item, utf8);
    rich_line(out, left.data, right.data, width, utf8);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* What it was, below what it is. */
static void add_earlier(struct strbuf *out, const struct drift_item *before, size_t width,
                        bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    if (before->type == DRIFT_CODE)
        return;
    strbuf_printf(&line, "%*swas ", REMARK, "");
    drift_text_values(&line, before, utf8);
    rich_line(out, line.data, "", width, utf8);
    strbuf_release(&line);
}

/* Why it does not count any more, or counts again. */
static void add_reason(struct strbuf *out, const struct drift_item *after, size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%*s", REMARK, "");
    if (after->decision != NULL)
        decision_words(&line, after->decision, utf8);
    else
        strbuf_add(&line, after->expected ? "meant to differ now" : "counts again");
    rich_wrap(out, line.data, REMARK, width);
    strbuf_release(&line);
}

static void add_list(struct strbuf *out, const struct report_difference *difference,
                     enum report_change change, size_t width, bool utf8)
{
    if (difference->counts[change] == 0)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, titles[change]);
    strbuf_printf(out, "  %zu\n", difference->counts[change]);
    for (size_t i = 0; i < difference->counts[change]; i++) {
        const struct report_pair *pair = &difference->pairs[change][i];

        add_item(out, pair->after != NULL ? pair->after : pair->before, width, utf8);
        if (change == REPORT_CHANGED)
            add_earlier(out, pair->before, width, utf8);
        else if (change == REPORT_AGAIN || change == REPORT_SET_ASIDE)
            add_reason(out, pair->after, width, utf8);
    }
}

static void add_side(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    char at[TIMESTAMP_SIZE];

    if (report->number > 0)
        strbuf_printf(out, "report %" PRId64 " of ", report->number);
    else
        strbuf_add(out, "now, ");
    strbuf_printf(out, "%.16sZ, ", timestamp_format(report->created_at, at));
    drift_text_direction(out, report, utf8);
}

/* "3 new, 2 gone, 60 as before": what there is none of is said of the first three alone. */
static void add_counts(struct strbuf *out, const struct report_difference *difference)
{
    const size_t *counts = difference->counts;

    strbuf_printf(out, "%zu new, %zu gone, %zu changed", counts[REPORT_NEW], counts[REPORT_GONE],
                  counts[REPORT_CHANGED]);
    if (counts[REPORT_AGAIN] > 0)
        strbuf_printf(out, ", %zu counted again", counts[REPORT_AGAIN]);
    if (counts[REPORT_SET_ASIDE] > 0)
        strbuf_printf(out, ", %zu set aside", counts[REPORT_SET_ASIDE]);
    if (counts[REPORT_UNKNOWN] > 0)
        strbuf_printf(out, ", %zu not known", counts[REPORT_UNKNOWN]);
    strbuf_printf(out, ", %zu as before", difference->same);
}

void report_difference_text(struct strbuf *out, const struct report_difference *difference,
                            size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    add_side(&line, difference->before, utf8);
    rich_wrap(out, line.data, 0, width);
    strbuf_clear(&line);
    strbuf_add(&line, arrow(utf8) + 1);
    add_side(&line, difference->after, utf8);
    rich_wrap(out, line.data, 2, width);
    strbuf_clear(&line);
    add_counts(&line, difference);
    rich_wrap(out, line.data, 0, width);
    for (int i = 0; i < REPORT_CHANGES; i++)
        add_list(out, difference, (enum report_change)i, width, utf8);
    strbuf_release(&line);
}
