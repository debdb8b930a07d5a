/* The head of a report's screen: the direction, the verdict, what needs a person, the tabs. */
#include "drift_parts.h"

#include <string.h>

#include <pilab/drift/text.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/tab_strip.h>

#define PARTIAL   "PARTIAL"
#define WORD_ROOM ((int)sizeof PARTIAL + 2) /* columns of it, with an ellipsis and blanks */
#define GAP       4 /* columns at least between the direction and the verdict */

/* Leaves parts out at the end, those behind three blanks, until the rest fits. */
static void fit_parts(struct strbuf *line, int columns)
{
    static const char between[] = "   ";

    while ((int)rich_width(line->data, line->length) > columns) {
        size_t at = line->length;

        while (at > 0 && strncmp(line->data + at - 1, between, sizeof between - 1) != 0)
            at--;
        if (at == 0)
            return;
        strbuf_truncate(line, at - 1);
    }
}

/* At the right end of the tabs where there is room, else of the row below them. */
static void draw_since(const struct drift_report *report, const struct surface *surface, int used,
                       bool utf8)
{
    struct strbuf text = STRBUF_INIT, rich = STRBUF_INIT;
    int width;

    drift_text_since(&text, report, true);
    if (text.length == 0)
        return;
    strbuf_add(&rich, " ");
    rich_text(&rich, RICH_DIM, text.data, utf8);
    strbuf_add(&rich, " ");
    width = (int)rich_width(rich.data, rich.length);
    if (used + 1 + width <= surface_columns(surface))
        surface_rich(surface, 2, surface_columns(surface) - width, rich.data);
    else if (width <= surface_columns(surface))
        surface_rich(surface, 3, surface_columns(surface) - width, rich.data);
    strbuf_release(&rich);
    strbuf_release(&text);
}

/* What did not fit behind the verdict: what is set aside is never silently gone. */
static void add_set_aside(struct strbuf *line, const struct drift_report *report, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    drift_text_set_aside(&text, report, utf8);
    if (text.length > 0)
        strbuf_printf(line, "%s%s", utf8 ? " · " : ", ", text.data);
    strbuf_release(&text);
}

static int width_of(const struct strbuf *line)
{
    return (int)rich_width(line->data, line->length);
}

/* A verdict on a part says so, whatever else has no room. */
static void fit_verdict(struct strbuf *line, const struct drift_report *report, int columns,
                        bool utf8)
{
    drift_text_verdict(line, report, utf8);
    fit_parts(line, columns);
    if (report->run != RUN_PARTIAL || strstr(line->data, PARTIAL) != NULL)
        return;
    strbuf_clear(line);
    rich_word(line, RICH_WARNING, PARTIAL);
    strbuf_add(line, "   ");
    drift_text_verdict(line, report, utf8);
    fit_parts(line, columns);
}

/* At the right end; where even the word has no room, over the end of the direction. */
static void draw_verdict(const struct drift_report *report, const struct strbuf *line,
                         const struct surface *surface, int used)
{
    int width = surface_columns(surface), room = width - used - GAP;

    if (width_of(line) <= room) {
        surface_rich(surface, 0, width - 1 - width_of(line), line->data);
    } else if (report->run == RUN_PARTIAL && width > WORD_ROOM) {
        surface_glyph(surface, 0, width - WORD_ROOM, ROLE_NORMAL, GLYPH_ELLIPSIS);
        surface_printf(surface, 0, width - WORD_ROOM + 1, ROLE_WARNING, " %s ", PARTIAL);
    }
}

void drift_head_draw(const struct drift_report *report, const struct tab_strip *strip,
                     const struct list *list, const struct surface *surface, bool whole, bool utf8)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT, verdict = STRBUF_INIT;
    int used;

    if (!whole) {
        tab_strip_draw(strip, surface, 0);
        return;
    }
    drift_text_direction(&left, report, utf8);
    used = surface_rich(surface, 0, 1, left.data);
    drift_text_verdict(&verdict, report, utf8);
    fit_verdict(&right, report, surface_columns(surface) - used - GAP, utf8);
    draw_verdict(report, &right, surface, used);
    strbuf_clear(&left);
    drift_text_attention(&left, report, utf8);
    if (right.length < verdict.length)
        add_set_aside(&left, report, utf8);
    used = 1 + surface_rich(surface, 1, 1, left.data);
    drift_draw_counted(report, surface, 1, used, utf8);
    used = tab_strip_draw(strip, surface, 2);
    if (!list_shows_heading_first(list))
        surface_horizontal_line(surface, 3, ROLE_LINE);
    draw_since(report, surface, used, utf8);
    strbuf_release(&left);
    strbuf_release(&right);
    strbuf_release(&verdict);
}
