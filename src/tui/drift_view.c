#include <pilab/tui/drift_rows.h>
#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/text.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/tab_strip.h>

#define HEAD_ROWS      4 /* direction and verdict, attention, tabs, a line */
#define FOOT_ROWS      6 /* a line, three of detail, balance, sources */
#define ROWS_FOR_FOOT  16
#define ROWS_FOR_HEAD  9 /* with less, the tabs alone are shown */
#define DETAIL_ROWS    3

struct drift_screen {
    struct studio *studio;
    struct drift_report *report;
    struct tab tabs[DRIFT_TAB_COUNT];
    struct tab_strip strip;
    struct memory_rows *rows;
    struct list *list;
    int head; /* rows */
    struct rectangle foot;
};

enum drift_action { DRIFT_OPEN, DRIFT_PATCH, DRIFT_BALANCE, DRIFT_NOTES, DRIFT_SAVE, DRIFT_OTHER };

static const struct key_row drift_key_rows[] = {
    { "Enter l Right", DRIFT_OPEN, "open", "Show everything about the line", KEYS_HINT },
    { "p", DRIFT_PATCH, "patch", "Show the patch of the file", KEYS_HINT },
    { "b", DRIFT_BALANCE, "balance", "Show where every commit went, and why", KEYS_HINT },
    { "c", DRIFT_OTHER, "compare", "Compare two other states", 0 },
    { "!n", DRIFT_NOTES, "notes", "Make release notes of this report", KEYS_HINT | KEYS_LASTING },
    { "!s", DRIFT_SAVE, "save", "Keep the report in the project", KEYS_LASTING },
};

static const struct key_table drift_keys = { "Drift", drift_key_rows,
                                             sizeof drift_key_rows / sizeof *drift_key_rows };

/* --- Tabs ------------------------------------------------------------------------------------ */

static const char *tab_label(enum drift_tab tab)
{
    static const char *const type_labels[DRIFT_TYPE_COUNT] = {
        [DRIFT_CODE] = "Code",
        [DRIFT_CONFIG] = "Config",
        [DRIFT_DATABASE] = "Database",
        [DRIFT_INFRASTRUCTURE] = "Infra",
        [DRIFT_IMAGE] = "Images",
        [DRIFT_DEPENDENCY] = "Deps",
    };

    switch (tab) {
    case DRIFT_TAB_VERDICT:
        return "Verdict";
    case DRIFT_TAB_CHANGES:
        return "Changes";
    case DRIFT_TAB_ALL:
        return "All";
    case DRIFT_TAB_PROBLEMS:
        return "Problems";
    default:
        return type_labels[tab - DRIFT_TAB_TYPE];
    }
}

static void make_tabs(struct drift_screen *screen)
{
    for (int i = 0; i < DRIFT_TAB_COUNT; i++) {
        enum drift_tab tab = (enum drift_tab)i;
        size_t count = drift_rows_count(screen->report, tab);

        screen->tabs[i] = (struct tab){ .label = tab_label(tab),
                                        .count = tab == DRIFT_TAB_VERDICT ? TAB_COUNT_NONE : count,
                                        .hidden = tab != DRIFT_TAB_VERDICT &&
                                                  tab != DRIFT_TAB_ALL && count == 0 };
    }
    screen->strip = (struct tab_strip){ screen->tabs, DRIFT_TAB_COUNT, DRIFT_TAB_VERDICT };
}

static void show_tab(struct drift_screen *screen)
{
    enum drift_tab tab = (enum drift_tab)screen->strip.current;
    struct list_column columns[DRIFT_ROW_CELLS];

    drift_rows_fill(screen->rows, screen->report, tab, screen->studio->utf8);
    drift_rows_columns(screen->report, tab, screen->rows, columns);
    list_set_columns(screen->list, columns, DRIFT_ROW_CELLS);
    list_set_source(screen->list, memory_rows_source(screen->rows));
}

static unsigned tab_act(void *context, int action)
{
    struct drift_screen *screen = context;

    if (!tab_strip_act(&screen->strip, action))
        return REFRESH_NONE;
    show_tab(screen);
    return REFRESH_DRAW;
}

/* --- Drawing --------------------------------------------------------------------------------- */

static void drift_title(const struct view *view, struct strbuf *out)
{
    const struct drift_screen *screen = view_state(view);

    if (screen->report->number > 0)
        strbuf_printf(out, "%lld", (long long)screen->report->number);
    else
        strbuf_printf(out, "%s..%s", screen->report->previous.label, screen->report->current.label);
}

static void drift_layout(struct view *view, struct rectangle area)
{
    struct drift_screen *screen = view_state(view);
    bool foot = area.rows >= ROWS_FOR_FOOT;

    screen->head = area.rows >= ROWS_FOR_HEAD ? HEAD_ROWS : 1;
    rectangle_cut_top(&area, screen->head);
    screen->foot = rectangle_cut_bottom(&area, foot ? FOOT_ROWS : 0);
    pane_place(list_pane(screen->list), area);
}

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

static void draw_head(struct drift_screen *screen, const struct surface *surface)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    int width = surface_columns(surface), used;

    if (screen->head < HEAD_ROWS) {
        tab_strip_draw(&screen->strip, surface, 0);
        return;
    }
    drift_text_direction(&left, screen->report, screen->studio->utf8);
    drift_text_verdict(&right, screen->report, screen->studio->utf8);
    used = surface_rich(surface, 0, 1, left.data);
    fit_parts(&right, width - used - 4);
    if (used + 4 + (int)rich_width(right.data, right.length) <= width)
        surface_rich(surface, 0, width - 1 - (int)rich_width(right.data, right.length),
                     right.data);
    strbuf_clear(&left);
    drift_text_attention(&left, screen->report, screen->studio->utf8);
    surface_rich(surface, 1, 1, left.data);
    tab_strip_draw(&screen->strip, surface, 2);
    surface_horizontal_line(surface, 3, ROLE_LINE);
    strbuf_release(&left);
    strbuf_release(&right);
}

static bool selected(const struct drift_screen *screen, enum drift_row_kind *kind, size_t *index)
{
    struct row row;

    return list_selected(screen->list, &row) && drift_row_parse(row.identity, kind, index);
}

static void item_lines(struct drift_screen *screen, const struct drift_item *item,
                       struct strbuf lines[DETAIL_ROWS])
{
    bool utf8 = screen->studio->utf8;
    const struct drift_commit *commit =
        item->commit != NULL ? drift_report_commit(screen->report, item->commit) : NULL;

    rich_text(&lines[0], RICH_TITLE, item->path, utf8);
    strbuf_add(&lines[0], "  ");
    if (item->type != DRIFT_CODE)
        drift_text_values(&lines[0], item, utf8);
    rich_word(&lines[1], severity_role(item->severity), severity_name(item->severity));
    if (item->attention_reason != NULL) {
        strbuf_add(&lines[1], ": ");
        rich_text(&lines[1], RICH_PLAIN, item->attention_reason, utf8);
    } else if (item->rule_count > 0) {
        strbuf_add(&lines[1], " because: ");
        rich_text(&lines[1], RICH_PLAIN, item->rules[0].sentence, utf8);
    }
    if (commit != NULL) {
        strbuf_printf(&lines[2], "from commit %.8s ", commit->id);
        rich_text(&lines[2], RICH_PLAIN, commit->subject, utf8);
        strbuf_add(&lines[2], "  ");
        rich_text(&lines[2], RICH_DIM, commit->author_name, utf8);
    } else if (item->current_at.file != NULL) {
        rich_text(&lines[2], RICH_DIM, item->current_at.file, utf8);
        if (item->current_at.line > 0)
            strbuf_printf(&lines[2], ":%u", item->current_at.line);
    }
}

/* What breaks, else what was said about it, else who made it. */
static void change_third_line(struct drift_screen *screen, const struct drift_change *change,
                              struct strbuf *line)
{
    bool utf8 = screen->studio->utf8;

    if (change->breaking_note != NULL) {
        rich_word(line, RICH_CRITICAL, "breaking: ");
        rich_text(line, RICH_PLAIN, change->breaking_note, utf8);
    } else if (change->description != NULL && change->description[0] != '\0') {
        rich_text(line, RICH_DIM, change->description, utf8);
    } else if (change->commit_count > 0) {
        strbuf_printf(line, "%s %.8s", change->commit_count == 1 ? "commit" : "commits from",
                      change->commits[0]);
        if (change->author_count > 0) {
            strbuf_add(line, "  ");
            rich_text(line, RICH_DIM, change->authors[0], utf8);
        }
    }
}

static void change_lines(struct drift_screen *screen, const struct drift_change *change,
                         struct strbuf lines[DETAIL_ROWS])
{
    bool utf8 = screen->studio->utf8;

    if (change->ticket != NULL) {
        rich_text(&lines[0], RICH_NAME, change->ticket, utf8);
        strbuf_add_char(&lines[0], ' ');
    }
    rich_text(&lines[0], RICH_TITLE, change->title, utf8);
    strbuf_add(&lines[1], change_category_title(change->category));
    if (change->evidence != NULL) {
        strbuf_add(&lines[1], " because: ");
        rich_text(&lines[1], RICH_PLAIN, change->evidence, utf8);
    }
    for (size_t i = 0; screen->report->code_count > 1 && i < change->service_count; i++) {
        strbuf_add(&lines[1], i == 0 ? "   in " : ", ");
        rich_text(&lines[1], RICH_DIM, change->services[i], utf8);
    }
    change_third_line(screen, change, &lines[2]);
}

static void problem_lines(struct drift_screen *screen, const struct drift_problem *problem,
                          struct strbuf lines[DETAIL_ROWS])
{
    bool utf8 = screen->studio->utf8;

    rich_text(&lines[0], RICH_TITLE, problem->what, utf8);
    rich_text(&lines[1], RICH_WARNING, problem->why, utf8);
    if (problem->hint != NULL)
        rich_text(&lines[2], RICH_PLAIN, problem->hint, utf8);
}

static void draw_foot(struct drift_screen *screen, const struct surface *surface)
{
    struct strbuf lines[DETAIL_ROWS] = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };
    struct strbuf balance = STRBUF_INIT;
    enum drift_row_kind kind;
    size_t index;

    if (selected(screen, &kind, &index)) {
        if (kind == DRIFT_ROW_ITEM)
            item_lines(screen, &screen->report->items[index], lines);
        else if (kind == DRIFT_ROW_CHANGE)
            change_lines(screen, &screen->report->changes[index], lines);
        else
            problem_lines(screen, &screen->report->problems[index], lines);
    }
    surface_horizontal_line(surface, 0, ROLE_LINE);
    for (int i = 0; i < DETAIL_ROWS; i++) {
        surface_rich(surface, 1 + i, 1, lines[i].data);
        strbuf_release(&lines[i]);
    }
    drift_text_balance(&balance, screen->report, (size_t)surface_columns(surface) - 1,
                       screen->studio->utf8);
    surface_rich(surface, 1 + DETAIL_ROWS, 1, balance.data);
    strbuf_clear(&balance);
    drift_text_sources(&balance, screen->report, screen->studio->utf8);
    surface_rich(surface, 2 + DETAIL_ROWS, 1, balance.data);
    strbuf_release(&balance);
}

static void drift_draw(struct view *view, const struct surface *surface)
{
    struct drift_screen *screen = view_state(view);
    struct surface foot;

    draw_head(screen, surface);
    if (screen->foot.rows == 0)
        return;
    foot = surface_part(surface, screen->foot);
    draw_foot(screen, &foot);
}

static enum role drift_status(const struct view *view, struct strbuf *out)
{
    const struct drift_screen *screen = view_state(view);

    if (screen->report->summary.total_changes == 0)
        return ROLE_NORMAL;
    strbuf_add(out, severity_name(screen->report->summary.severity));
    return drift_severity_role(screen->report->summary.severity);
}

/* --- Acting ---------------------------------------------------------------------------------- */

static void open_page(struct drift_screen *screen, const char *title, const struct strbuf *text)
{
    workspace_open(screen->studio->workspace, page_view_new(screen->studio, title, text));
}

static void open_problem(struct drift_screen *screen, const struct drift_problem *problem)
{
    struct strbuf lines[DETAIL_ROWS] = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT };
    struct strbuf text = STRBUF_INIT;

    problem_lines(screen, problem, lines);
    for (int i = 0; i < DETAIL_ROWS; i++) {
        strbuf_printf(&text, "%s\n\n", lines[i].data);
        strbuf_release(&lines[i]);
    }
    open_page(screen, "Problem", &text);
    strbuf_release(&text);
}

static unsigned open_row(struct drift_screen *screen)
{
    struct strbuf text = STRBUF_INIT;
    enum drift_row_kind kind;
    size_t index;

    if (!selected(screen, &kind, &index))
        return REFRESH_NONE;
    if (kind == DRIFT_ROW_ITEM) {
        drift_detail_item(&text, screen->report, &screen->report->items[index],
                          studio_page_width(screen->studio), screen->studio->utf8);
        open_page(screen, "Difference", &text);
    } else if (kind == DRIFT_ROW_CHANGE) {
        drift_detail_change(&text, screen->report, &screen->report->changes[index],
                            studio_page_width(screen->studio), screen->studio->utf8);
        open_page(screen, "Change", &text);
    } else {
        open_problem(screen, &screen->report->problems[index]);
    }
    strbuf_release(&text);
    return REFRESH_DRAW;
}

/* The changed file behind the selected line: the line itself, or where its value is written. */
static const struct drift_item *patched_item(const struct drift_screen *screen)
{
    const struct drift_report *report = screen->report;
    const struct drift_item *item;
    enum drift_row_kind kind;
    size_t index;

    if (!selected(screen, &kind, &index) || kind != DRIFT_ROW_ITEM)
        return NULL;
    item = &report->items[index];
    if (item->type == DRIFT_CODE)
        return item;
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *file = &report->items[i];

        if (file->type == DRIFT_CODE && item->current_at.file != NULL &&
            strcmp(file->module, item->module) == 0 &&
            strcmp(file->path, item->current_at.file) == 0)
            return file;
    }
    return NULL;
}

static unsigned open_patch(struct drift_screen *screen)
{
    const struct drift_item *item = patched_item(screen);

    if (item == NULL)
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "A patch belongs to a file: choose one in the tab Code.");
    else
        studio_open_patch(screen->studio, item);
    return REFRESH_DRAW;
}

static unsigned show_balance(struct drift_screen *screen)
{
    struct strbuf text = STRBUF_INIT;

    drift_detail_balance(&text, screen->report, studio_page_width(screen->studio),
                         screen->studio->utf8);
    open_page(screen, "Balance", &text);
    strbuf_release(&text);
    return REFRESH_DRAW;
}

static unsigned save_report(struct drift_screen *screen)
{
    struct error error = { 0 };

    if (screen->report->number > 0)
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "It is kept already, as report %lld.",
                      (long long)screen->report->number);
    else if (screen->studio->call.project == NULL)
        workspace_say(screen->studio->workspace, MESSAGE_WARNING,
                      "There is no project to keep it in: `pilab project import` makes one.");
    else if (!compare_save(&screen->studio->call, screen->report, &error))
        workspace_say_error(screen->studio->workspace, &error);
    else {
        workspace_say(screen->studio->workspace, MESSAGE_SUCCESS, "Kept as report %lld.",
                      (long long)screen->report->number);
        studio_look_around(screen->studio);
    }
    return REFRESH_DRAW;
}

static unsigned drift_act(struct view *view, int action)
{
    struct drift_screen *screen = view_state(view);

    switch (action) {
    case DRIFT_OPEN:
        return open_row(screen);
    case DRIFT_PATCH:
        return open_patch(screen);
    case DRIFT_BALANCE:
        return show_balance(screen);
    case DRIFT_NOTES:
        studio_make_notes(screen->studio, screen->report);
        return REFRESH_DRAW;
    case DRIFT_SAVE:
        return save_report(screen);
    case DRIFT_OTHER:
        studio_pick_states(screen->studio);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

static void drift_copy(const struct view *view, struct copy_menu *menu)
{
    const struct drift_screen *screen = view_state(view);
    struct strbuf command = STRBUF_INIT;
    enum drift_row_kind kind;
    size_t index;

    if (!selected(screen, &kind, &index))
        return;
    if (kind == DRIFT_ROW_ITEM) {
        const struct drift_item *item = &screen->report->items[index];

        copy_menu_add(menu, 't', "text", item->path);
        copy_menu_add(menu, 'i', "id", item->id);
        if (drift_detail_command(&command, screen->report, item))
            copy_menu_add(menu, 'c', "command", command.data);
    } else if (kind == DRIFT_ROW_CHANGE) {
        const struct drift_change *change = &screen->report->changes[index];

        copy_menu_add(menu, 't', "text", change->title);
        if (change->ticket != NULL)
            copy_menu_add(menu, 'i', "ticket", change->ticket);
        strbuf_printf(&command, "git show %s", change->commits[0]);
        copy_menu_add(menu, 'c', "command", command.data);
    } else {
        copy_menu_add(menu, 't', "text", screen->report->problems[index].why);
    }
    strbuf_release(&command);
}

static unsigned drift_event(struct view *view, const struct event *event)
{
    struct drift_screen *screen = view_state(view);

    (void)event;
    studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void drift_close(struct view *view)
{
    struct drift_screen *screen = view_state(view);

    if (screen->studio->latest == screen->report)
        screen->studio->latest = NULL;
    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    drift_report_free(&screen->report);
    free(screen);
}

static const struct view_ops drift_ops = {
    .name = "Drift",
    .keys = &drift_keys,
    .title = drift_title,
    .layout = drift_layout,
    .draw = drift_draw,
    .act = drift_act,
    .event = drift_event,
    .status = drift_status,
    .copy = drift_copy,
    .close = drift_close,
};

/* Whether what would change is an environment that people rely on. */
static bool changes_production(const struct studio *studio, const struct drift_report *report)
{
    const struct surroundings *around = studio->around;

    for (size_t i = 0; around != NULL && i < around->promotion_count; i++) {
        if (around->promotions[i].production && report->previous.environment != NULL &&
            strcmp(around->promotions[i].to, report->previous.environment) == 0)
            return true;
    }
    return false;
}

struct view *drift_view_new(struct studio *studio, struct drift_report *report)
{
    struct drift_screen *screen = memory_new(sizeof *screen);
    struct list_column columns[DRIFT_ROW_CELLS];
    struct view *view;

    screen->studio = studio;
    screen->report = report;
    studio->latest = report;
    make_tabs(screen);
    screen->rows = memory_rows_new(DRIFT_ROW_CELLS);
    drift_rows_columns(report, DRIFT_TAB_VERDICT, screen->rows, columns);
    screen->list = list_new(columns, DRIFT_ROW_CELLS, memory_rows_source(screen->rows));
    list_set_empty(screen->list, "Nothing differs here.\ngt shows the other tabs, c compares two "
                                 "other states.");
    show_tab(screen);
    view = view_new(studio->workspace, &drift_ops, screen);
    view_set_production(view, changes_production(studio, report));
    view_add_pane(view, list_pane(screen->list));
    view_add_keys(view, &tab_strip_keys, tab_act, screen);
    return view;
}
