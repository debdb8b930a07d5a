#include "home_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#define BAR 20 /* columns of the longest bar */

static enum role severity_role(size_t severity)
{
    static const enum role roles[STORE_SEVERITY_COUNT] = {
        ROLE_SEVERITY_INFO, ROLE_SEVERITY_LOW,      ROLE_SEVERITY_MEDIUM,
        ROLE_SEVERITY_HIGH, ROLE_SEVERITY_CRITICAL,
    };

    return roles[severity];
}

static void set_identity(struct strbuf *out, const struct home_line *line)
{
    switch (line->target) {
    case HOME_TO_REPORT:
        strbuf_printf(out, "report:%" PRId64, line->number);
        break;
    case HOME_TO_NOTE:
        strbuf_printf(out, "note:%" PRId64, line->number);
        break;
    case HOME_TO_RELEASE:
        strbuf_printf(out, "release:%s", line->name);
        break;
    case HOME_TO_AUDIT:
        strbuf_printf(out, "audit");
        break;
    case HOME_TO_NOTHING:
        break;
    }
}

static void add_line(struct memory_rows *rows, const struct home_line *line, int64_t now)
{
    struct strbuf identity = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];
    struct row row = { 0 };

    set_identity(&identity, line);
    row.identity = identity.data;
    row_set(&row, 0, ROLE_NORMAL, line->text);
    row_set(&row, 1, ROLE_DIM, line->detail != NULL ? line->detail : "");
    row_set(&row, 2, ROLE_DIM, line->at != 0 ? timestamp_relative(line->at, now, when) : "");
    memory_rows_add(rows, &row);
    strbuf_release(&identity);
}

static void add_lines(struct memory_rows *rows, const char *title, const char *right,
                      const struct home_lines *lines, int64_t now)
{
    if (lines->count == 0)
        return;
    memory_rows_add_group(rows, title, right);
    for (size_t i = 0; i < lines->count; i++)
        add_line(rows, &lines->items[i], now);
}

void home_lines_add_duties(struct memory_rows *rows, const struct home *home, int64_t now)
{
    char more[32] = "";

    add_lines(rows, "Releases", "what comes next", &home->releases, now);
    add_lines(rows, "Waits for you", "", &home->mine, now);
    if (home->others_more > 0)
        snprintf(more, sizeof more, "and %zu more", home->others_more);
    add_lines(rows, "Waits for others", more, &home->others, now);
}

static void add_changed(struct memory_rows *rows, const struct home *home, int64_t now)
{
    struct strbuf title = STRBUF_INIT, more = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];

    if (home->since.at == 0)
        strbuf_add(&title, "What others did last");
    else
        strbuf_printf(&title, "Since you last looked, %s",
                      timestamp_relative(home->since.at, now, when));
    if (home->changed_more > 0)
        strbuf_printf(&more, "and %zu more in the audit", home->changed_more);
    add_lines(rows, title.data, more.data, &home->changed, now);
    strbuf_release(&title);
    strbuf_release(&more);
}

/* "██████ 14": the number is the meaning, the bar only shows it. */
static void add_bar(struct strbuf *out, int64_t count, int64_t most, bool utf8)
{
    int64_t length = most > 0 ? (count * BAR + most - 1) / most : 0;

    for (int64_t i = 0; i < length; i++)
        strbuf_add(out, utf8 ? "█" : "#");
    strbuf_printf(out, " %" PRId64, count);
}

static void add_severity(struct memory_rows *rows, const struct home_severity *severity,
                         size_t index, int64_t most, bool utf8)
{
    struct strbuf identity = STRBUF_INIT, text = STRBUF_INIT, bar = STRBUF_INIT;
    struct row row = { 0 };

    strbuf_printf(&identity, "report:%" PRId64, severity->worst);
    strbuf_printf(&text, "%s %s%s", store_severities[index],
                  severity->reports > 1 ? "most in " : "in ", severity->worst_of);
    add_bar(&bar, severity->differences, most, utf8);
    row.identity = identity.data;
    row_set(&row, 0, ROLE_NORMAL, text.data);
    row_set(&row, 1, severity_role(index), bar.data);
    memory_rows_add(rows, &row);
    strbuf_release(&identity);
    strbuf_release(&text);
    strbuf_release(&bar);
}

static void add_count(struct strbuf *out, size_t count, const char *what)
{
    if (count > 0)
        strbuf_printf(out, "%s%zu %s", out->length > 0 ? ", " : "", count, what);
}

/* Below the drift that is open, or alone. */
static void add_decisions(struct memory_rows *rows, const struct home *home)
{
    const struct home_decisions *decisions = &home->decisions;
    struct row row = { .identity = HOME_DECIDED };
    struct strbuf counts = STRBUF_INIT;

    add_count(&counts, decisions->accepted, "meant");
    add_count(&counts, decisions->ignored, "ignored");
    add_count(&counts, decisions->ended, "ended");
    if (counts.length > 0) {
        if (home->drift_reports == 0)
            memory_rows_add_group(rows, "Decisions", "about differences");
        row_set(&row, 0, ROLE_NORMAL, "Decided about differences");
        row_set(&row, 1, ROLE_DIM, counts.data);
        memory_rows_add(rows, &row);
    }
    strbuf_release(&counts);
}

static void add_drift(struct memory_rows *rows, const struct home *home, bool utf8)
{
    struct strbuf right = STRBUF_INIT;
    int64_t most = 0;

    if (home->drift_reports == 0)
        return;
    strbuf_printf(&right, "in %zu report%s", home->drift_reports,
                  home->drift_reports == 1 ? "" : "s");
    memory_rows_add_group(rows, "Open drift", right.data);
    for (size_t i = 0; i < STORE_SEVERITY_COUNT; i++)
        most = home->drift[i].differences > most ? home->drift[i].differences : most;
    for (size_t i = STORE_SEVERITY_COUNT; i-- > 0;)
        if (home->drift[i].differences > 0)
            add_severity(rows, &home->drift[i], i, most, utf8);
    strbuf_release(&right);
}

void home_lines_add_news(struct memory_rows *rows, const struct home *home, int64_t now, bool utf8)
{
    add_changed(rows, home, now);
    add_lines(rows, "Not read", "what they would have told is not known", &home->unread, now);
    add_drift(rows, home, utf8);
    add_decisions(rows, home);
}
