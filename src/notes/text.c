#include <pilab/notes/text.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/drift/text.h>

#include "text_page.h"
#include "words.h"

enum { SHORT_ID = 8, TICKET_COLUMNS_MAX = 14, DESCRIPTION_LINES = 2, SHOWN_TAKEN = 10 };

/* --- head ---------------------------------------------------------------------------------- */

/* "UAT would get, from SIT", "v2.0.6 → v2.0.7". */
static void add_direction(struct strbuf *out, const struct page *page)
{
    const struct note_release *release = &page->note->release;

    if (release->to_env) {
        rich_text(out, RICH_NAME, release->to_env, page->utf8);
        strbuf_add(out, " would get, from ");
        rich_text(out, RICH_NAME, release->from_env ? release->from_env : "", page->utf8);
    } else {
        rich_text(out, RICH_NAME, release->previous_version, page->utf8);
        strbuf_printf(out, " %s ", page_arrow(page));
        rich_text(out, RICH_NAME, release->version, page->utf8);
    }
}

static void add_title(struct page *page)
{
    const struct note_release *release = &page->note->release;
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    char date[TIMESTAMP_SIZE];

    rich_word(&left, RICH_TITLE, "Release Notes - ");
    rich_text(&left, RICH_TITLE, release->version, page->utf8);
    add_direction(&right, page);
    page_line(page, &left, &right);
    if (release->project)
        page_escaped(&left, page, release->project);
    if (release->project && release->project_code) {
        strbuf_add(&left, " (");
        page_escaped(&left, page, release->project_code);
        strbuf_add_char(&left, ')');
    }
    rich_word(&right, RICH_DIM, timestamp_date(release->generated_at, date));
    page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* `before` is what it begins with: "Goes back: ". */
static void add_taken_count(struct strbuf *out, const struct note *note, const char *before)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%stakes away %zu commit%s", before, note->taken_count,
                  note->taken_count == 1 ? "" : "s");
    rich_word(out, RICH_WARNING, text.data);
    strbuf_release(&text);
}

/* "30 changes: 23 in code, 7 in configuration   3 services   breaking   security". */
static void add_summary(struct page *page)
{
    const struct note_summary *summary = &page->note->summary;
    struct strbuf line = STRBUF_INIT;

    if (note_goes_back(page->note))
        add_taken_count(&line, page->note, "Goes back: ");
    if (summary->total_changes == 0) {
        strbuf_add(&line, line.length > 0 ? "" : "Nothing to announce");
    } else {
        strbuf_printf(&line, "%s%zu change%s", line.length > 0 ? "   " : "", summary->total_changes,
                      summary->total_changes == 1 ? "" : "s");
        note_words_counts(&line, page->note);
    }
    if (page->note->taken_count > 0 && !note_goes_back(page->note)) {
        strbuf_add(&line, "   ");
        add_taken_count(&line, page->note, "");
    }
    if (summary->service_count > 1)
        strbuf_printf(&line, "   %zu services", summary->service_count);
    if (summary->breaking) {
        strbuf_add(&line, "   ");
        rich_word(&line, RICH_CRITICAL, "breaking");
    }
    if (summary->security) {
        strbuf_add(&line, "   ");
        rich_word(&line, RICH_HIGH, "security");
    }
    if (summary->expected > 0)
        strbuf_printf(&line, "   %zu meant to differ", summary->expected);
    if (summary->suppressed > 0)
        strbuf_printf(&line, "   %zu ignored", summary->suppressed);
    rich_wrap(page->out, line.data, 0, page->width);
    strbuf_release(&line);
}

/* "412 commits = 287 in notes + 64 already in UAT + 38 internal · 0 unexplained", or, to save room,
 * "412 commits = 287 in notes + 64 shipped + 38 internal + 23 other · 0 unexplained". */
static void add_balance_words(struct strbuf *line, const struct page *page, bool brief)
{
    static const struct {
        enum disposition disposition;
        const char *words;
        const char *brief; /* NULL: counted among the others */
        const char *one;   /* where it is said differently of one */
    } parts[] = {
        {DISPOSITION_IN_NOTES,         "in notes",    "in notes", NULL   },
        { DISPOSITION_ALREADY_SHIPPED, "already in ", "shipped",  NULL   },
        { DISPOSITION_INTERNAL,        "internal",    "internal", NULL   },
        { DISPOSITION_MERGE,           "merges",      NULL,       "merge"},
        { DISPOSITION_REVERTED,        "reverted",    NULL,       NULL   },
    };
    const struct drift_balance *balance = &page->note->balance;
    const struct note_release *release = &page->note->release;
    size_t unexplained = balance->by_disposition[DISPOSITION_UNEXPLAINED];
    struct strbuf count = STRBUF_INIT;
    size_t i, shown = 0, others = 0;

    strbuf_printf(line, "%zu commit%s", balance->commits, balance->commits == 1 ? "" : "s");
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t commits = balance->by_disposition[parts[i].disposition];

        if (commits == 0)
            continue;
        if (brief && parts[i].brief == NULL) {
            others += commits;
            continue;
        }
        strbuf_printf(line, " %s %zu %s", shown++ == 0 ? "=" : "+", commits,
                      brief                                  ? parts[i].brief
                      : commits == 1 && parts[i].one != NULL ? parts[i].one
                                                             : parts[i].words);
        if (parts[i].disposition == DISPOSITION_ALREADY_SHIPPED && !brief)
            page_escaped(line, page, release->to_env ? release->to_env : release->previous_version);
    }
    if (others > 0)
        strbuf_printf(line, " %s %zu other", shown > 0 ? "+" : "=", others);
    strbuf_printf(&count, "%zu unexplained", unexplained);
    strbuf_add(line, page->utf8 ? " · " : ", ");
    rich_word(line, unexplained == 0 ? RICH_DIM : RICH_CRITICAL, count.data);
    strbuf_release(&count);
}

static void add_balance(struct page *page)
{
    struct strbuf line = STRBUF_INIT;

    if (page->note->balance.commits == 0)
        return;
    add_balance_words(&line, page, false);
    if (rich_width(line.data, line.length) > page->width) {
        strbuf_clear(&line);
        add_balance_words(&line, page, true);
    }
    if (rich_width(line.data, line.length) > page->width)
        rich_wrap(page->out, line.data, 0, page->width);
    else
        page_line(page, &line, NULL);
    strbuf_release(&line);
}

static void add_problems(struct page *page)
{
    const struct note *note = page->note;
    struct strbuf line = STRBUF_INIT, what = STRBUF_INIT;
    size_t i;

    for (i = 0; i < note->problem_count; i++) {
        const struct drift_problem *problem = &note->problems[i];

        rich_word(&line, problem->warning ? RICH_MEDIUM : RICH_WARNING,
                  problem->warning ? "note: " : "not read: ");
        strbuf_clear(&what);
        if (problem->service && problem->service[0] != '\0')
            strbuf_printf(&what, "%s: ", problem->service);
        strbuf_printf(&what, "%s: %s", problem->what, problem->why);
        page_wrapped(page, RICH_PLAIN, what.data, rich_width(line.data, line.length), &line, NULL);
        strbuf_clear(&line);
    }
    strbuf_release(&line);
    strbuf_release(&what);
}

/* --- changes ------------------------------------------------------------------------------- */

/* How wide the column of tickets must be, within reason; 0: there are none. */
static size_t ticket_columns(const struct note *note)
{
    size_t widest = 0;
    size_t i;

    for (i = 0; i < note->change_count; i++) {
        const char *ticket = note->changes[i].ticket;
        size_t width = ticket ? strlen(ticket) : 0;

        widest = width > widest ? width : widest;
    }
    return widest > TICKET_COLUMNS_MAX ? TICKET_COLUMNS_MAX : widest;
}

/* Where it is, at the right: the services when there are several, else the commits. */
static void add_where(struct strbuf *out, const struct page *page,
                      const struct drift_change *change)
{
    rich_open(out, RICH_DIM);
    if (page->note->summary.service_count > 1 && change->service_count > 0) {
        page_escaped(out, page, change->services[0]);
        if (change->service_count > 1)
            strbuf_printf(out, " +%zu", change->service_count - 1);
    } else if (change->commit_count == 1) {
        strbuf_printf(out, "%.*s", SHORT_ID, change->commits[0]);
    } else {
        strbuf_printf(out, "%zu commits", change->commit_count);
    }
    rich_close(out);
}

static void add_commits(struct page *page, const struct drift_change *change, size_t indent)
{
    struct strbuf text = STRBUF_INIT;
    size_t i, named = 0;

    for (i = 0; i < change->commit_count; i++)
        strbuf_printf(&text, "%s%.*s", i > 0 ? " " : "", SHORT_ID, change->commits[i]);
    for (i = 0; i < change->author_count; i++) {
        const char *name = note_author(page->note, change->authors[i]);

        if (name)
            strbuf_printf(&text, "%s%s", named++ > 0 ? ", " : "  ", name);
    }
    page_wrapped(page, RICH_DIM, text.data, indent, NULL, NULL);
    strbuf_release(&text);
}

static void add_remarks(struct page *page, const struct drift_change *change, size_t indent)
{
    if (change->description[0] != '\0')
        page_lines(page, RICH_DIM, change->description, indent, NULL, NULL,
                   page->wide ? SIZE_MAX : DESCRIPTION_LINES);
    if (change->breaking)
        page_remark(page, RICH_CRITICAL, change->breaking_note ? "breaking: " : "breaking",
                    change->breaking_note, indent);
    if (change->security && change->category != CATEGORY_SECURITY)
        page_remark(page, RICH_HIGH, "security", NULL, indent);
    if (change->migration_guide)
        page_remark(page, RICH_MEDIUM, "instead: ", change->migration_guide, indent);
    if (change->maybe_shipped) {
        char id[SHORT_ID + 1] = { 0 };

        memcpy(id, change->maybe_shipped, strnlen(change->maybe_shipped, SHORT_ID));
        page_remark(page, RICH_WARNING, "probably there already: check ", id, indent);
    }
    if (change->reverts_released)
        page_remark(page, RICH_WARNING, "takes back what was released", NULL, indent);
    if (page->wide)
        add_commits(page, change, indent);
}

static void add_change(struct page *page, const struct drift_change *change, size_t tickets)
{
    size_t indent = PAGE_INDENT + (tickets > 0 ? tickets + 2 : 0);
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add_repeat(&left, " ", PAGE_INDENT);
    if (tickets > 0) {
        rich_cell(&left, RICH_NAME, change->ticket ? change->ticket : "", tickets, RICH_LEFT,
                  page->utf8);
        strbuf_add(&left, "  ");
    }
    add_where(&right, page, change);
    page_wrapped(page, RICH_PLAIN, change->title, indent, &left, &right);
    add_remarks(page, change, indent);
    strbuf_release(&left);
    strbuf_release(&right);
}

static void add_changes(struct page *page)
{
    static const enum change_category order[] = {
        CATEGORY_FEATURES,    CATEGORY_IMPROVEMENTS, CATEGORY_BUG_FIXES,  CATEGORY_SECURITY,
        CATEGORY_PERFORMANCE, CATEGORY_CHANGED,      CATEGORY_DEPRECATED, CATEGORY_DOCUMENTATION,
    };
    size_t tickets = ticket_columns(page->note);
    size_t i, k;

    for (i = 0; i < sizeof order / sizeof order[0]; i++) {
        size_t first;
        size_t count = note_category_changes(page->note, order[i], &first);

        if (count == 0)
            continue;
        page_heading(page, change_category_title(order[i]), count);
        for (k = first; k < first + count; k++)
            add_change(page, &page->note->changes[k], tickets);
    }
}

static void add_taken_line(struct page *page, const struct note_taken *taken)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    char id[SHORT_ID + 1] = { 0 };

    memcpy(id, taken->id, strnlen(taken->id, SHORT_ID));
    strbuf_add_repeat(&left, " ", PAGE_INDENT);
    rich_text(&left, RICH_DIM, id, page->utf8);
    strbuf_add(&left, "  ");
    if (taken->security)
        rich_word(&left, RICH_HIGH, "security ");
    rich_text(&left, RICH_PLAIN, taken->subject, page->utf8);
    if (page->note->summary.service_count > 1)
        rich_text(&right, RICH_DIM, taken->module, page->utf8);
    page_line(page, &left, &right);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* What only the previous side has. */
static void add_taken(struct page *page)
{
    const struct note *note = page->note;
    size_t count = note->taken_count;
    size_t shown = page->wide || count <= SHOWN_TAKEN + 1 ? count : SHOWN_TAKEN;
    struct strbuf sentence = STRBUF_INIT;

    if (count == 0)
        return;
    page_heading(page, "Taken away", count);
    note_words_taken(&sentence, note);
    page_wrapped(page, RICH_WARNING, sentence.data, PAGE_INDENT, NULL, NULL);
    for (size_t i = 0; i < shown; i++)
        add_taken_line(page, &note->taken[i]);
    page_more(page, count - shown, "commits");
    strbuf_release(&sentence);
}

static void add_breaking_items(struct page *page, size_t count)
{
    const struct note *note = page->note;

    for (size_t i = 0; i < note->item_count; i++) {
        const struct note_item *item = &note->items[i];
        struct strbuf text = STRBUF_INIT;

        if (!item->breaking)
            continue;
        if (count++ == 0)
            page_heading(page, "Breaking changes", 0);
        strbuf_printf(&text, "%s: %s", item->path, item->reason ? item->reason : "breaking");
        page_wrapped(page, RICH_CRITICAL, text.data, PAGE_INDENT, NULL, NULL);
        strbuf_release(&text);
    }
}

/* Those of which the reader must know before anything else; they stand in their category too. */
static void add_breaking(struct page *page)
{
    const struct note *note = page->note;
    size_t tickets = ticket_columns(note);
    size_t count = 0, i;

    for (i = 0; i < note->change_count; i++) {
        const struct drift_change *change = &note->changes[i];
        struct strbuf left = STRBUF_INIT;

        if (!change->breaking)
            continue;
        if (count++ == 0)
            page_heading(page, "Breaking changes", 0);
        strbuf_add_repeat(&left, " ", PAGE_INDENT);
        if (tickets > 0) {
            rich_cell(&left, RICH_NAME, change->ticket ? change->ticket : "", tickets, RICH_LEFT,
                      page->utf8);
            strbuf_add(&left, "  ");
        }
        page_wrapped(page, RICH_CRITICAL,
                     change->breaking_note ? change->breaking_note : change->title,
                     rich_width(left.data, left.length), &left, NULL);
        strbuf_release(&left);
    }
    add_breaking_items(page, count);
}

static void add_internal(struct page *page)
{
    size_t first, i;
    size_t count = note_category_changes(page->note, CATEGORY_INTERNAL, &first);

    if (count == 0)
        return;
    page_heading(page, change_category_title(CATEGORY_INTERNAL), count);
    for (i = first; page->wide && i < first + count; i++)
        add_change(page, &page->note->changes[i], ticket_columns(page->note));
    if (!page->wide)
        page_more(page, count, count == 1 ? "change" : "changes");
}

void note_render_text(struct strbuf *out, const struct note *note,
                      const struct note_text_options *options)
{
    struct page page = { .out = out,
                         .note = note,
                         .width = options->width < PAGE_NARROWEST ? PAGE_NARROWEST : options->width,
                         .utf8 = options->utf8,
                         .wide = options->wide };
    int section;

    add_title(&page);
    add_summary(&page);
    add_balance(&page);
    add_problems(&page);
    add_taken(&page);
    add_breaking(&page);
    add_changes(&page);
    for (section = NOTE_CONFIGURATION; section < NOTE_SECTION_COUNT; section++)
        page_section(&page, (enum note_section)section);
    add_internal(&page);
    page_silent_sections(&page);
}
