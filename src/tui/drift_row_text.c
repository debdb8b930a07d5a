#include "drift_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare.h>
#include <pilab/app/show.h>
#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/text.h>
#include <pilab/tui/rich_view.h>

#define LINE_BYTES 4096 /* of a text that goes into one line */
#define DAY        INT64_C(86400000)

struct row_text {
    const struct drift_report *report;
    const struct map *commits; /* of it, by their ids; NULL: it is asked */
    bool utf8;
};

/* As much of a text as one line has room for, and more: one of megabytes is not escaped as a whole
 * each time that it is drawn. */
static void begin_text(struct strbuf *out, enum rich_role role, const char *text, bool utf8)
{
    char *beginning = memory_copy_bytes(text, strnlen(text, LINE_BYTES));

    rich_text(out, role, beginning, utf8);
    free(beginning);
}

/* What was there today already is no news. */
static bool has_age(const struct drift_report *report, const struct drift_item *item)
{
    return report->since.number > 0 &&
           (item->novelty != NOVELTY_SAME || report->created_at - item->drifting_since >= DAY);
}

static void add_age(const struct row_text *of, const struct drift_item *item, struct strbuf *line)
{
    struct strbuf age = STRBUF_INIT;

    if (!has_age(of->report, item))
        return;
    drift_text_age(&age, of->report, item);
    rich_text(line, RICH_DIM, age.data, of->utf8);
    strbuf_release(&age);
}

static void item_lines(const struct row_text *of, const struct drift_item *item,
                       struct strbuf lines[DRIFT_ROW_LINES])
{
    bool utf8 = of->utf8;
    const struct drift_commit *commit = NULL;
    struct strbuf path = STRBUF_INIT;

    if (item->commit != NULL)
        commit = of->commits != NULL ? map_get(of->commits, item->commit)
                                     : drift_report_commit(of->report, item->commit);
    drift_path_text(&path, item->path);
    rich_text(&lines[0], RICH_TITLE, path.data, utf8);
    strbuf_add(&lines[0], "  ");
    if (item->type != DRIFT_CODE)
        drift_text_values(&lines[0], item, utf8);
    rich_word(&lines[1], severity_role(item->severity), severity_name(item->severity));
    if (item->decision != NULL) {
        strbuf_add(&lines[1], ": ");
        decision_words(&lines[1], item->decision, utf8);
    } else if (item->attention_reason != NULL) {
        strbuf_add(&lines[1], ": ");
        rich_text(&lines[1], RICH_PLAIN, item->attention_reason, utf8);
    } else if (item->rule_count > 0) {
        strbuf_add(&lines[1], " because: ");
        rich_text(&lines[1], RICH_PLAIN, item->rules[0].sentence, utf8);
    }
    /* First: what follows may be longer than the line. */
    add_age(of, item, &lines[2]);
    /* Of code the path stands above. */
    if (item->current_at.file != NULL && (item->type != DRIFT_CODE || commit == NULL)) {
        strbuf_add(&lines[2], lines[2].length > 0 ? "  " : "");
        rich_text(&lines[2], RICH_DIM, item->current_at.file, utf8);
        if (item->current_at.line > 0)
            strbuf_printf(&lines[2], ":%u", item->current_at.line);
    }
    if (commit != NULL) {
        strbuf_printf(&lines[2], "%sfrom commit %.8s ", lines[2].length > 0 ? "  " : "",
                      commit->id);
        begin_text(&lines[2], RICH_PLAIN, commit->subject, utf8);
        strbuf_add(&lines[2], "  ");
        rich_text(&lines[2], RICH_DIM, commit->author_name, utf8);
    }
    strbuf_release(&path);
}

/* What breaks, else what was said about it, else who made it. */
static void change_third_line(const struct row_text *of, const struct drift_change *change,
                              struct strbuf *line)
{
    bool utf8 = of->utf8;

    if (change->breaking_note != NULL) {
        rich_word(line, RICH_CRITICAL, "breaking: ");
        begin_text(line, RICH_PLAIN, change->breaking_note, utf8);
    } else if (change->description != NULL && change->description[0] != '\0') {
        begin_text(line, RICH_DIM, change->description, utf8);
    } else if (change->commit_count > 0) {
        strbuf_printf(line, "%s %.8s", change->commit_count == 1 ? "commit" : "commits from",
                      change->commits[0]);
        if (change->author_count > 0) {
            strbuf_add(line, "  ");
            rich_text(line, RICH_DIM, change->authors[0], utf8);
        }
    }
}

static void change_lines(const struct row_text *of, const struct drift_change *change,
                         struct strbuf lines[DRIFT_ROW_LINES])
{
    bool utf8 = of->utf8;

    if (change->ticket != NULL) {
        rich_text(&lines[0], RICH_NAME, change->ticket, utf8);
        strbuf_add_char(&lines[0], ' ');
    }
    begin_text(&lines[0], RICH_TITLE, change->title, utf8);
    strbuf_add(&lines[1], change_category_title(change->category));
    if (change->evidence != NULL) {
        strbuf_add(&lines[1], " because: ");
        rich_text(&lines[1], RICH_PLAIN, change->evidence, utf8);
    }
    for (size_t i = 0; drift_report_of_several(of->report) && i < change->service_count; i++) {
        strbuf_add(&lines[1], i == 0 ? "   in " : ", ");
        rich_text(&lines[1], RICH_DIM, change->services[i], utf8);
    }
    change_third_line(of, change, &lines[2]);
}

static void problem_lines(const struct row_text *of, const struct drift_problem *problem,
                          struct strbuf lines[DRIFT_ROW_LINES])
{
    bool utf8 = of->utf8;

    rich_text(&lines[0], RICH_TITLE, problem->what, utf8);
    rich_text(&lines[1], RICH_WARNING, problem->why, utf8);
    if (problem->hint != NULL)
        rich_text(&lines[2], RICH_PLAIN, problem->hint, utf8);
}

/* Why it went where it went, else what else is to be known. */
static void commit_lines(const struct row_text *of, size_t index,
                         struct strbuf lines[DRIFT_ROW_LINES])
{
    struct drift_place place = drift_commit_at(of->report, index);
    const struct drift_commit *commit = place.commit;

    begin_text(&lines[0], RICH_TITLE, commit->subject, of->utf8);
    if (place.behind) {
        rich_text(&lines[1], RICH_WARNING, of->report->current.label, of->utf8);
        strbuf_add(&lines[1], " does not have it");
    } else {
        strbuf_add(&lines[1], drift_disposition_words(commit->disposition));
        if (commit->basis != NULL) {
            strbuf_add(&lines[1], " because: ");
            rich_text(&lines[1], RICH_PLAIN, commit->basis, of->utf8);
        }
    }
    strbuf_printf(&lines[2], "commit %.12s  ", commit->id);
    if (drift_report_of_several(of->report)) {
        rich_text(&lines[2], RICH_PLAIN, place.code->module, of->utf8);
        strbuf_add(&lines[2], "  ");
    }
    rich_text(&lines[2], RICH_DIM, commit->author_name, of->utf8);
    for (size_t i = 0; i < commit->ticket_count; i++) {
        strbuf_add(&lines[2], "  ");
        rich_text(&lines[2], RICH_NAME, commit->tickets[i].id, of->utf8);
    }
}

static void add_partly(struct strbuf *line, const struct drift_source *source)
{
    rich_open(line, RICH_WARNING);
    strbuf_printf(line, "Read in part: %zu could not be read, and the report lacks %s.",
                  source->unread, source->unread == 1 ? "it" : "them");
    rich_close(line);
}

static void source_lines(const struct row_text *of, const struct drift_source *source,
                         struct strbuf lines[DRIFT_ROW_LINES])
{
    rich_word(&lines[0], RICH_TITLE, drift_type_title(source->type));
    strbuf_add(&lines[0], "  ");
    if (source->service != NULL)
        rich_text(&lines[0], RICH_PLAIN, source->service, of->utf8);
    if (source->state == SOURCE_READ)
        strbuf_add(&lines[1], "Both sides were read.");
    else if (drift_source_partly(source))
        add_partly(&lines[1], source);
    else if (source->state == SOURCE_FAILED)
        rich_word(&lines[1], RICH_WARNING, "It could not be read: the report lacks it.");
    else
        strbuf_add(&lines[1], "It was not looked at.");
    if (source->detail != NULL)
        rich_text(&lines[2], RICH_PLAIN, source->detail, of->utf8);
}

static void row_lines(const struct row_text *of, const char *identity,
                      struct strbuf lines[DRIFT_ROW_LINES])
{
    const struct drift_report *report = of->report;
    enum drift_row_kind kind;
    size_t index;

    if (!drift_row_parse(identity, &kind, &index))
        return;
    switch (kind) {
    case DRIFT_ROW_ITEM:
    case DRIFT_ROW_REPEAT:
        item_lines(of, &report->items[index], lines);
        break;
    case DRIFT_ROW_CHANGE:
        change_lines(of, &report->changes[index], lines);
        break;
    case DRIFT_ROW_PROBLEM:
        problem_lines(of, &report->problems[index], lines);
        break;
    case DRIFT_ROW_COMMIT:
        commit_lines(of, index, lines);
        break;
    case DRIFT_ROW_SOURCE:
        source_lines(of, &report->sources[index], lines);
        break;
    }
}

void drift_row_draw_lines(const struct drift_live *live, const struct list *list,
                          const struct surface *foot)
{
    struct row_text of = { live->report, live->commits, live->utf8 };
    struct strbuf lines[DRIFT_ROW_LINES] = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };
    struct row row;

    if (surface_rows(foot) == 0)
        return;
    if (list_selected(list, &row))
        row_lines(&of, row.identity, lines);
    surface_horizontal_line(foot, 0, ROLE_LINE);
    for (int i = 0; i < DRIFT_ROW_LINES; i++) {
        surface_rich(foot, 1 + i, 1, lines[i].data);
        strbuf_release(&lines[i]);
    }
}

void drift_draw_counted(const struct drift_report *report, const struct surface *surface, int y,
                        int used, bool utf8)
{
    for (int brief = 0; brief < 2; brief++) {
        struct strbuf text = STRBUF_INIT, rich = STRBUF_INIT;
        int width;

        drift_text_lines(&text, report, brief == 1, utf8);
        rich_text(&rich, RICH_DIM, text.data, utf8);
        width = (int)rich_width(rich.data, rich.length);
        if (used + 3 + width <= surface_columns(surface)) {
            surface_rich(surface, y, surface_columns(surface) - 1 - width, rich.data);
            brief = 2;
        }
        strbuf_release(&rich);
        strbuf_release(&text);
    }
}

/* A page of what the foot says, where there is no more to tell. */
static void lines_page(struct strbuf *out, const struct drift_report *report, const char *identity,
                       size_t width, bool utf8)
{
    struct strbuf lines[DRIFT_ROW_LINES] = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };

    row_lines(&(struct row_text){ report, NULL, utf8 }, identity, lines);
    for (int i = 0; i < DRIFT_ROW_LINES; i++) {
        if (lines[i].length > 0) {
            rich_wrap(out, lines[i].data, 0, width);
            strbuf_add_char(out, '\n');
        }
        strbuf_release(&lines[i]);
    }
}

static const char *page_title(enum drift_row_kind kind)
{
    switch (kind) {
    case DRIFT_ROW_ITEM:
    case DRIFT_ROW_REPEAT:
        return "Difference";
    case DRIFT_ROW_CHANGE:
        return "Change";
    case DRIFT_ROW_COMMIT:
        return "Commit";
    case DRIFT_ROW_PROBLEM:
        return "Problem";
    default:
        return "Source";
    }
}

/* The page of a row knows which it is. */
struct row_page {
    struct studio *studio;
    const struct drift_report *report; /* of the screen below, which outlives it */
    enum drift_row_kind kind;
    size_t index;
    bool elsewhere; /* its commits are not in the folder that we are in */
    /* About the page's own row; without a report, it decides nothing. */
    struct drift_deciding deciding;
    const struct drift_deciding *below; /* the screen's */
    struct view *view;
    char identity[32], repository[4096];
};

static void row_page_text(void *context, struct strbuf *out, size_t width)
{
    const struct row_page *page = context;
    const struct drift_report *report = page->report;
    const char *repository = page->elsewhere ? page->repository : NULL;
    bool utf8 = page->studio->utf8;
    struct drift_place place;

    switch (page->kind) {
    case DRIFT_ROW_ITEM:
    case DRIFT_ROW_REPEAT:
        drift_detail_item(out, report, &report->items[page->index], repository, width, utf8);
        break;
    case DRIFT_ROW_CHANGE:
        drift_detail_change(out, report, &report->changes[page->index], width, utf8);
        break;
    case DRIFT_ROW_COMMIT:
        place = drift_commit_at(report, page->index);
        drift_detail_commit(out, &place, repository, width, utf8);
        break;
    default:
        lines_page(out, report, page->identity, width, utf8);
        break;
    }
}

static const char *module_of(const struct row_page *page)
{
    if (page->kind == DRIFT_ROW_ITEM || page->kind == DRIFT_ROW_REPEAT)
        return page->report->items[page->index].module;
    if (page->kind == DRIFT_ROW_COMMIT)
        return drift_commit_at(page->report, page->index).code->module;
    return NULL;
}

/* Where git is to look, for who copies what the page says. */
static void find_repository(struct row_page *page)
{
    const struct call *call = &page->studio->call;
    const char *module = module_of(page), *found;
    struct arena *arena;

    if (module == NULL)
        return;
    arena = arena_new();
    found = show_other_repository(call, compare_is_of_project(call, page->report), module, arena);
    page->elsewhere = found != NULL && strlen(found) < sizeof page->repository;
    if (page->elsewhere)
        snprintf(page->repository, sizeof page->repository, "%s", found);
    arena_free(&arena);
}

enum item_action { ITEM_PATCH, ITEM_HISTORY, ITEM_IGNORE, ITEM_ACCEPT, ITEM_WITHDRAW };

/* clang-format off */
static const struct key_row patch_rows[] = {
    { "p", ITEM_PATCH, "patch", "Show the patch of the file", KEYS_HINT },
};

/* Where there is no patch, the key says why. */
static const struct key_row no_patch_rows[] = {
    { "p", ITEM_PATCH, "patch", "Show the patch of the file", 0 },
};

static const struct key_row deciding_rows[] = {
    { "gh", ITEM_HISTORY, "history", "Show what the reports have had of it", 0 },
    { "!i", ITEM_IGNORE, "ignore", "Ignore it as long as it is the same", KEYS_LASTING },
    { "!m", ITEM_ACCEPT, "meant to differ", "Accept it as meant to differ", KEYS_LASTING },
    { "!w", ITEM_WITHDRAW, "withdraw", "Take back what was decided about it", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table patch_keys[] = {
    {"Difference",  no_patch_rows, 1},
    { "Difference", patch_rows,    1}
};
static const struct key_table deciding_keys = { "Deciding", deciding_rows,
                                                sizeof deciding_rows / sizeof *deciding_rows };

static void page_decided(void *context)
{
    struct row_page *page = context;

    page->below->decided(page->below->context);
    page_view_anew(page->view);
}

static unsigned page_decide(struct row_page *page, enum item_action action)
{
    if (page->report->lines.state == LINES_COMING)
        workspace_say(page->studio->workspace, MESSAGE_INFO,
                      "Its lines are being counted: wait for them, or stop that with ^C.");
    else if (action == ITEM_WITHDRAW)
        drift_withdraw(&page->deciding);
    else
        drift_decide(&page->deciding, action == ITEM_IGNORE ? DECISION_IGNORE : DECISION_ACCEPT);
    return REFRESH_DRAW;
}

static unsigned item_act(void *context, int action)
{
    struct row_page *page = context;

    if (action == ITEM_PATCH)
        drift_open_patch_of(page->studio, page->report, page->identity);
    else if (action == ITEM_HISTORY)
        drift_show_history(&page->deciding);
    else
        return page_decide(page, (enum item_action)action);
    return REFRESH_DRAW;
}

static void add_keys(struct row_page *page, const struct drift_deciding *deciding)
{
    if (page->kind != DRIFT_ROW_ITEM && page->kind != DRIFT_ROW_REPEAT)
        return;
    view_add_keys(page->view, &patch_keys[drift_has_patch(page->report, page->identity)], item_act,
                  page);
    if (deciding == NULL || page->report->project == NULL)
        return;
    page->below = deciding;
    page->deciding = *deciding;
    page->deciding.one = page->identity;
    page->deciding.decided = page_decided;
    page->deciding.context = page;
    view_add_keys(page->view, &deciding_keys, item_act, page);
}

void drift_row_open(struct studio *studio, const struct drift_report *report, const char *identity,
                    const struct drift_deciding *deciding)
{
    struct row_page *page = memory_new(sizeof *page);

    page->studio = studio;
    page->report = report;
    if (!drift_row_parse(identity, &page->kind, &page->index)) {
        free(page);
        return;
    }
    snprintf(page->identity, sizeof page->identity, "%s", identity);
    find_repository(page);
    page->view = page_view_laid_out(studio, page_title(page->kind), row_page_text, page);
    add_keys(page, deciding);
    workspace_open(studio->workspace, page->view);
}
