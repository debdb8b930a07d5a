#include <pilab/drift/text.h>

#include <string.h>

#include <pilab/drift/deciding.h>
#include <pilab/drift/lost.h>

static const char *const category_titles[CATEGORY_COUNT] = {
    [CATEGORY_SECURITY] = "Security",         [CATEGORY_FEATURES] = "New features",
    [CATEGORY_IMPROVEMENTS] = "Improvements", [CATEGORY_BUG_FIXES] = "Bug fixes",
    [CATEGORY_PERFORMANCE] = "Performance",   [CATEGORY_CHANGED] = "Changed behaviour",
    [CATEGORY_DEPRECATED] = "Deprecated",     [CATEGORY_DOCUMENTATION] = "Documentation",
    [CATEGORY_INTERNAL] = "Internal",
};

static const char *const type_titles[DRIFT_TYPE_COUNT] = {
    [DRIFT_CODE] = "Code",         [DRIFT_CONFIG] = "Configuration",
    [DRIFT_DATABASE] = "Database", [DRIFT_INFRASTRUCTURE] = "Infrastructure",
    [DRIFT_IMAGE] = "Images",      [DRIFT_DEPENDENCY] = "Dependencies",
};

const char *change_category_title(enum change_category category)
{
    return category_titles[category];
}

const char *drift_type_title(enum drift_type type)
{
    return type_titles[type];
}

const char *change_type_sign(enum change_type type, bool utf8)
{
    switch (type) {
    case CHANGE_TYPE_ADDED:
        return "+";
    case CHANGE_TYPE_DELETED:
        return utf8 ? "−" : "-";
    default:
        return "~";
    }
}

enum rich_role change_type_role(enum change_type type)
{
    static const enum rich_role roles[CHANGE_TYPE_COUNT] = {
        [CHANGE_TYPE_ADDED] = RICH_ADDED,
        [CHANGE_TYPE_MODIFIED] = RICH_MODIFIED,
        [CHANGE_TYPE_DELETED] = RICH_DELETED,
    };

    return roles[type];
}

/* What was changed outside of a release, and what each environment keeps. */
static bool stays(const struct drift_item *item)
{
    return drift_item_is_outside(item) || drift_item_is_kept(item);
}

const char *drift_item_sign(const struct drift_item *item, bool utf8)
{
    if (stays(item))
        return utf8 ? "≠" : "#";
    return change_type_sign(item->change_type, utf8);
}

enum rich_role drift_item_role(const struct drift_item *item)
{
    return change_type_role(stays(item) ? CHANGE_TYPE_MODIFIED : item->change_type);
}

enum rich_role severity_role(enum severity severity)
{
    static const enum rich_role roles[SEVERITY_COUNT] = {
        [SEVERITY_INFO] = RICH_INFO,         [SEVERITY_LOW] = RICH_LOW,
        [SEVERITY_MEDIUM] = RICH_MEDIUM,     [SEVERITY_HIGH] = RICH_HIGH,
        [SEVERITY_CRITICAL] = RICH_CRITICAL,
    };

    return roles[severity];
}

static const char *arrow(bool utf8)
{
    return utf8 ? "→" : "->";
}

static const char *dot(bool utf8)
{
    return utf8 ? " · " : ", ";
}

/* Two environments as they are now: then one would get what the other has. */
static bool is_promotion(const struct drift_side *previous, const struct drift_side *current)
{
    return previous->environment != NULL && current->environment != NULL &&
           strcmp(previous->environment, current->environment) != 0 &&
           strcmp(previous->environment, previous->label) == 0 &&
           strcmp(current->environment, current->label) == 0;
}

/* A release that would go to an environment. */
static bool is_release(const struct drift_side *previous, const struct drift_side *current)
{
    static const char prefix[] = "release:";

    return previous->environment != NULL && current->spec != NULL &&
           strncmp(current->spec, prefix, sizeof prefix - 1) == 0;
}

void drift_text_direction(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    const struct drift_side *previous = &report->previous, *current = &report->current;

    if (report->module != NULL) {
        rich_text(out, RICH_NAME, report->module, utf8);
        strbuf_add(out, ": ");
    }
    if (drift_sides_as_is(previous, current)) {
        rich_text(out, RICH_TITLE, previous->label, utf8);
        strbuf_printf(out, " %s ", arrow(utf8));
        rich_text(out, RICH_TITLE, current->label, utf8);
        strbuf_add(out, ", each as it is configured");
        return;
    }
    if (is_promotion(previous, current)) {
        rich_text(out, RICH_TITLE, previous->label, utf8);
        strbuf_printf(out, " has now %s ", arrow(utf8));
        rich_text(out, RICH_TITLE, previous->label, utf8);
        strbuf_add(out, " would get, from ");
        rich_text(out, RICH_TITLE, current->label, utf8);
        return;
    }
    if (is_release(previous, current)) {
        rich_text(out, RICH_TITLE, previous->label, utf8);
        strbuf_add(out, " would get ");
        rich_text(out, RICH_TITLE, current->label, utf8);
        return;
    }
    rich_text(out, RICH_TITLE, previous->label, utf8);
    strbuf_printf(out, " %s ", arrow(utf8));
    rich_text(out, RICH_TITLE, current->label, utf8);
}

const char *drift_text_before(const struct drift_report *report)
{
    if (drift_sides_as_is(&report->previous, &report->current))
        return report->previous.label;
    return report->previous.environment != NULL ? "has now" : "before";
}

const char *drift_text_after(const struct drift_report *report)
{
    if (drift_sides_as_is(&report->previous, &report->current))
        return report->current.label;
    return report->previous.environment != NULL ? "would get" : "after";
}

void drift_text_counts(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    const struct drift_summary *summary = &report->summary;

    if (summary->total_changes == 0) {
        rich_word(out, report->run == RUN_PARTIAL ? RICH_WARNING : RICH_GOOD,
                  report->run == RUN_PARTIAL ? "No difference in what could be read"
                                             : "No difference");
        return;
    }
    strbuf_printf(out, "%zu difference%s  ", summary->total_changes,
                  summary->total_changes == 1 ? "" : "s");
    for (int type = 0; type < CHANGE_TYPE_COUNT; type++) {
        struct strbuf count = STRBUF_INIT;

        strbuf_printf(&count, "%s%zu", change_type_sign((enum change_type)type, utf8),
                      summary->by_change_type[type]);
        rich_word(out, change_type_role((enum change_type)type), count.data);
        strbuf_add_char(out, ' ');
        strbuf_release(&count);
    }
    strbuf_add(out, "  ");
    rich_word(out, severity_role(summary->severity), severity_name(summary->severity));
    if (report->run == RUN_PARTIAL) {
        strbuf_add(out, "   ");
        rich_word(out, RICH_WARNING, "PARTIAL");
    }
}

/* "2 blockers" after a dot, when there are any. */
static void add_part(struct strbuf *out, size_t count, enum rich_role role, const char *one,
                     const char *many, bool utf8, size_t *parts)
{
    struct strbuf text = STRBUF_INIT;

    if (count == 0)
        return;
    if ((*parts)++ > 0)
        strbuf_add(out, dot(utf8));
    strbuf_printf(&text, "%zu %s", count, count == 1 ? one : many);
    rich_word(out, role, text.data);
    strbuf_release(&text);
}

/* "3 breaking", between separators. */
static void add_mark(struct strbuf *out, size_t count, const char *words, const char *separator)
{
    if (count > 0)
        strbuf_printf(out, "%s%zu %s", out->length > 0 ? separator : "", count, words);
}

/* " (a blocker)", " (3 blockers)": what was set aside among them. */
static void add_blockers(struct strbuf *out, size_t count)
{
    struct strbuf text = STRBUF_INIT;

    if (count == 0)
        return;
    if (count == 1)
        strbuf_add(&text, "a blocker");
    else
        strbuf_printf(&text, "%zu blockers", count);
    strbuf_add(out, " (");
    rich_word(out, RICH_CRITICAL, text.data);
    strbuf_add_char(out, ')');
    strbuf_release(&text);
}

static void add_marks(struct strbuf *out, const struct drift_summary *summary,
                      const char *separator)
{
    add_mark(out, summary->breaking_changes, "breaking", separator);
    add_mark(out, summary->security_changes, "security", separator);
    add_mark(out, summary->expected, "expected", separator);
    add_blockers(out, summary->expected_blockers);
    add_mark(out, summary->suppressed, "ignored", separator);
    add_blockers(out, summary->suppressed_blockers);
    add_mark(out, summary->offered, "unchanged for long", separator);
}

void drift_text_marks(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    struct strbuf marks = STRBUF_INIT;

    add_marks(&marks, &report->summary, dot(utf8));
    strbuf_add_bytes(out, marks.data, marks.length);
    strbuf_release(&marks);
}

void drift_text_set_aside(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    size_t parts = 0;

    add_part(out, report->summary.expected, RICH_DIM, "meant to differ", "meant to differ", utf8,
             &parts);
    add_blockers(out, report->summary.expected_blockers);
    add_part(out, report->summary.suppressed, RICH_DIM, "ignored", "ignored", utf8, &parts);
    add_blockers(out, report->summary.suppressed_blockers);
}

void drift_text_verdict(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    struct strbuf verdict = STRBUF_INIT;

    drift_text_counts(&verdict, report, utf8);
    add_marks(&verdict, &report->summary, "   ");
    strbuf_add_bytes(out, verdict.data, verdict.length);
    strbuf_release(&verdict);
}

/* " (1 decided since)": a kept report counts as it did, and says what it did not know. */
static void add_decided_since(struct strbuf *out, const struct drift_report *report,
                              enum attention attention)
{
    struct strbuf text = STRBUF_INIT;
    size_t count = report->marked[attention];

    if (count == 0)
        return;
    strbuf_printf(&text, "(%zu decided since)", count);
    strbuf_add_char(out, ' ');
    rich_word(out, RICH_GOOD, text.data);
    strbuf_release(&text);
}

/* Those that failed, as a whole or in part. */
static size_t count_failed(const struct drift_report *report, bool partly)
{
    size_t count = 0;

    for (size_t i = 0; i < report->source_count; i++)
        count += report->sources[i].state == SOURCE_FAILED &&
                 drift_source_partly(&report->sources[i]) == partly;
    return count;
}

void drift_text_attention(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    const size_t *counts = report->summary.by_attention;
    size_t parts = 0;

    add_part(out, counts[ATTENTION_BLOCKER], RICH_CRITICAL, "blocker", "blockers", utf8, &parts);
    add_decided_since(out, report, ATTENTION_BLOCKER);
    add_part(out, counts[ATTENTION_REVIEW], RICH_HIGH, "needs a person", "need a person", utf8,
             &parts);
    add_decided_since(out, report, ATTENTION_REVIEW);
    if (!drift_sides_as_is(&report->previous, &report->current))
        add_part(out, drift_lost_count(report), RICH_WARNING, "commit would be lost",
                 "commits would be lost", utf8, &parts);
    add_part(out, count_failed(report, false), RICH_WARNING, "source could not be read",
             "sources could not be read", utf8, &parts);
    add_part(out, count_failed(report, true), RICH_WARNING, "source read only in part",
             "sources read only in part", utf8, &parts);
    add_part(out, report->summary.lapsed, RICH_WARNING, "decision lapsed", "decisions lapsed", utf8,
             &parts);
    add_part(out, counts[ATTENTION_NONE], RICH_PLAIN,
             parts > 0 ? "rest" : "difference, none needs a person",
             parts > 0 ? "rest" : "differences, none needs a person", utf8, &parts);
    add_decided_since(out, report, ATTENTION_NONE);
    if (parts == 0)
        rich_word(out, RICH_GOOD, "nothing needs a person");
}

static void add_unexplained(struct strbuf *out, const struct drift_balance *balance, bool utf8)
{
    size_t unexplained = balance->by_disposition[DISPOSITION_UNEXPLAINED];
    struct strbuf text = STRBUF_INIT;

    if (balance->commits == 0)
        return;
    strbuf_printf(&text, "%zu unexplained", unexplained);
    strbuf_add(out, dot(utf8));
    rich_word(out, unexplained == 0 ? RICH_DIM : RICH_CRITICAL, text.data);
    strbuf_release(&text);
}

/* `bare`: without saying what is counted, where every column counts. */
static void balance_in_brief(struct strbuf *out, const struct drift_report *report, bool bare,
                             bool utf8)
{
    const struct drift_balance *balance = &report->balance;
    const size_t *by = balance->by_disposition;
    const struct {
        size_t count;
        const char *words;
    } parts[] = {
        {by[DISPOSITION_IN_NOTES],                          "in notes"},
        { by[DISPOSITION_ALREADY_SHIPPED],                  "shipped" },
        { by[DISPOSITION_INTERNAL],                         "internal"},
        { by[DISPOSITION_MERGE] + by[DISPOSITION_REVERTED], "other"   },
    };
    size_t shown = 0;

    strbuf_printf(out, "%zu%s", balance->commits,
                  bare                    ? ""
                  : balance->commits == 1 ? " commit"
                                          : " commits");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count > 0)
            strbuf_printf(out, " %s %zu %s", shown++ == 0 ? "=" : "+", parts[i].count,
                          parts[i].words);
    }
    add_unexplained(out, balance, utf8);
}

static void balance_in_full(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    static const struct {
        enum disposition disposition;
        const char *one, *several;
    } parts[] = {
        {DISPOSITION_IN_NOTES,         "in notes",    "in notes"   },
        { DISPOSITION_ALREADY_SHIPPED, "already in ", "already in "},
        { DISPOSITION_INTERNAL,        "internal",    "internal"   },
        { DISPOSITION_MERGE,           "merge",       "merges"     },
        { DISPOSITION_REVERTED,        "reverted",    "reverted"   },
    };
    const struct drift_balance *balance = &report->balance;
    size_t shown = 0;

    strbuf_printf(out, "%zu commit%s", balance->commits, balance->commits == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t count = balance->by_disposition[parts[i].disposition];

        if (count == 0)
            continue;
        strbuf_printf(out, " %s %zu %s", shown++ == 0 ? "=" : "+", count,
                      count == 1 ? parts[i].one : parts[i].several);
        if (parts[i].disposition == DISPOSITION_ALREADY_SHIPPED)
            rich_text(out, RICH_PLAIN, report->previous.label, utf8);
    }
    add_unexplained(out, balance, utf8);
}

void drift_text_balance(struct strbuf *out, const struct drift_report *report, size_t width,
                        bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    balance_in_full(&line, report, utf8);
    for (int bare = 0; bare < 2 && rich_width(line.data, line.length) > width; bare++) {
        strbuf_clear(&line);
        balance_in_brief(&line, report, bare, utf8);
    }
    /* Where it does not fit either way it goes over lines, which have room for a word. */
    if (rich_width(line.data, line.length) > width) {
        strbuf_clear(&line);
        balance_in_brief(&line, report, false, utf8);
    }
    strbuf_add_bytes(out, line.data, line.length);
    strbuf_release(&line);
}
