#include "drift_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/text.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/tab_strip.h>

#define HEAD_ROWS     4 /* direction and verdict, attention, tabs, a line */
#define FOOT_ROWS     6 /* a line, three of detail, balance, sources */
#define ROWS_FOR_FOOT 16
#define ROWS_FOR_HEAD 9 /* with less, the tabs alone are shown */

struct drift_screen {
    struct studio *studio;
    struct shared_report *shared;
    struct drift_report *report; /* the shared one */
    struct drift_counting counting;
    struct drift_live live;
    struct drift_folds *folds;
    size_t by_attention[ATTENTION_COUNT]; /* when the rows were filled */
    bool judged_anew;                     /* they stand as they were before that */
    struct drift_filtering filtering;
    struct drift_deciding deciding;
    struct tab tabs[DRIFT_TAB_COUNT];
    struct tab_strip strip;
    struct memory_rows *rows;
    struct list *list;
    int head; /* rows */
    struct rectangle foot;
};

enum drift_action {
    DRIFT_OPEN,
    DRIFT_PATCH,
    DRIFT_BALANCE,
    DRIFT_NUMBER,
    DRIFT_NOTES,
    DRIFT_SAVE,
    DRIFT_OTHER,
    DRIFT_WHERE,
    DRIFT_TOGETHER,
    DRIFT_HISTORY,
    DRIFT_SINCE,
    DRIFT_DECISIONS,
    DRIFT_IGNORE,
    DRIFT_ACCEPT,
    DRIFT_WITHDRAW
};

/* clang-format off */
static const struct key_row drift_key_rows[] = {
    { "Enter l Right", DRIFT_OPEN, "open", "Show everything about the line", KEYS_HINT },
    { "p", DRIFT_PATCH, "patch", "Show the patch of the file", KEYS_HINT },
    { "#", DRIFT_NUMBER, "numbers", "Open one of the numbers: what it counts", KEYS_HINT },
    { "b", DRIFT_BALANCE, "balance", "Show where every commit went, and why", 0 },
    { "c", DRIFT_OTHER, "compare", "Compare two other states", 0 },
    { "gw", DRIFT_WHERE, "where is it", "Show in which environments the ticket of the line is", 0 },
    { "gc", DRIFT_TOGETHER, "together", "Go to what was changed together with the line", 0 },
    { "gh", DRIFT_HISTORY, "history", "Show what the reports have had of the line", 0 },
    { "gs", DRIFT_SINCE, "since", "Show what is (new), gone and changed since the last report", 0 },
    { "gd", DRIFT_DECISIONS, "decisions", "List what was decided about differences", 0 },
    { "!i", DRIFT_IGNORE, "ignore", "Ignore the marked lines as long as they are the same",
      KEYS_LASTING },
    { "!m", DRIFT_ACCEPT, "meant to differ", "Accept the marked lines as meant to differ",
      KEYS_LASTING },
    { "!w", DRIFT_WITHDRAW, "withdraw", "Take back what was decided about the marked lines",
      KEYS_LASTING },
    { "!n", DRIFT_NOTES, "notes", "Make release notes of this report", KEYS_HINT | KEYS_LASTING },
    { "!s", DRIFT_SAVE, "save", "Keep the report in the project", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table drift_keys = { "Drift", drift_key_rows,
                                             sizeof drift_key_rows / sizeof *drift_key_rows };

/* --- Tabs ------------------------------------------------------------------------------------ */

static const char *tab_label(enum drift_tab tab)
{
    static const char *const type_labels[DRIFT_TYPE_COUNT] = {
        [DRIFT_CODE] = "Code",         [DRIFT_CONFIG] = "Config",
        [DRIFT_DATABASE] = "Database", [DRIFT_INFRASTRUCTURE] = "Infra",
        [DRIFT_IMAGE] = "Images",      [DRIFT_DEPENDENCY] = "Deps",
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

        screen->tabs[i] =
            (struct tab){ .label = tab_label(tab),
                          .count = tab == DRIFT_TAB_VERDICT ? TAB_COUNT_NONE : count,
                          .hidden = tab != DRIFT_TAB_VERDICT && tab != DRIFT_TAB_ALL && count == 0,
                          .stays = tab == DRIFT_TAB_PROBLEMS };
    }
    screen->strip = (struct tab_strip){ screen->tabs, DRIFT_TAB_COUNT, DRIFT_TAB_VERDICT };
}

/* What repeats is what is judged alike. */
static void fold_anew(struct drift_screen *screen)
{
    screen->judged_anew = false;
    drift_folds_free(&screen->folds);
    screen->folds = drift_folds_new(screen->report);
    screen->filtering.folds = screen->folds;
    screen->deciding.folds = screen->folds;
}

static void fill_tab(struct drift_screen *screen)
{
    if (screen->judged_anew)
        fold_anew(screen);
    memcpy(screen->by_attention, screen->report->summary.by_attention, sizeof screen->by_attention);
    drift_rows_fill(screen->rows, screen->report, (enum drift_tab)screen->strip.current,
                    screen->folds, screen->studio->utf8);
}

static void show_tab(struct drift_screen *screen)
{
    enum drift_tab tab = (enum drift_tab)screen->strip.current;
    struct list_column columns[DRIFT_ROW_CELLS];

    fill_tab(screen);
    drift_rows_columns(screen->report, tab, screen->rows, columns);
    list_set_columns(screen->list, columns, drift_columns_used(columns));
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
        strbuf_printf(out, "%s%s%s..%s",
                      screen->report->module != NULL ? screen->report->module : "",
                      screen->report->module != NULL ? " " : "", screen->report->previous.label,
                      screen->report->current.label);
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

static void draw_foot(struct drift_screen *screen, const struct surface *surface)
{
    struct strbuf line = STRBUF_INIT;

    drift_row_draw_lines(&screen->live, screen->list, surface);
    drift_text_balance(&line, screen->report, (size_t)surface_columns(surface) - 1,
                       screen->studio->utf8);
    surface_rich(surface, 1 + DRIFT_ROW_LINES, 1, line.data);
    strbuf_clear(&line);
    drift_text_sources(&line, screen->report, screen->studio->utf8);
    surface_rich(surface, 2 + DRIFT_ROW_LINES, 1, line.data);
    strbuf_release(&line);
}

static void drift_draw(struct view *view, const struct surface *surface)
{
    struct drift_screen *screen = view_state(view);
    struct surface foot;

    drift_head_draw(screen->report, &screen->strip, screen->list, surface,
                    screen->head == HEAD_ROWS, screen->studio->utf8);
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

/* Unfolds what the row stands for, or folds it again; the cursor stays on it. */
static void turn_fold(struct drift_screen *screen, size_t first)
{
    drift_folds_turn(screen->folds, first);
    drift_rows_fill(screen->rows, screen->report, (enum drift_tab)screen->strip.current,
                    screen->folds, screen->studio->utf8);
    list_reload(screen->list);
}

static unsigned open_row(struct drift_screen *screen)
{
    enum drift_row_kind kind;
    struct row row;
    size_t index;

    if (!list_selected(screen->list, &row))
        return REFRESH_DRAW;
    if (drift_row_parse(row.identity, &kind, &index) && kind == DRIFT_ROW_REPEAT)
        turn_fold(screen, index);
    else
        drift_row_open(screen->studio, screen->report, row.identity, &screen->deciding);
    return REFRESH_DRAW;
}

static unsigned show_balance(struct drift_screen *screen)
{
    workspace_open(screen->studio->workspace,
                   drift_numbers_view_new(&screen->deciding, NUMBERS_BALANCE, 0));
    return REFRESH_DRAW;
}

static void number_chosen(void *context, uint64_t value)
{
    struct drift_screen *screen = context;

    workspace_open(screen->studio->workspace, drift_number_view_new(&screen->deciding, value));
}

static unsigned choose_number(struct drift_screen *screen)
{
    struct menu *menu = drift_numbers_menu(screen->report);

    if (menu_count(menu) > 0) {
        dialog_menu(screen->studio->workspace, menu, number_chosen, screen);
    } else {
        menu_free(&menu);
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "There is nothing to count here");
    }
    return REFRESH_DRAW;
}

static unsigned save_report(struct drift_screen *screen)
{
    struct studio_patience patience;
    struct call call = studio_call_briefly(screen->studio, &patience);
    struct error error = { 0 };

    if (!compare_save(&call, screen->report, &error)) {
        studio_explain(&patience, &error);
        workspace_say_error(screen->studio->workspace, &error);
        return REFRESH_DRAW;
    }
    workspace_say(screen->studio->workspace, MESSAGE_SUCCESS, "Kept as report %lld.",
                  (long long)screen->report->number);
    screen->studio->actions->look_around(screen->studio);
    return REFRESH_DRAW;
}

static bool drift_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct drift_screen *screen = view_state(view);
    size_t tab = screen->strip.current;

    if (action == DRIFT_PATCH && (tab == DRIFT_TAB_CHANGES || tab == DRIFT_TAB_PROBLEMS))
        strbuf_add(why, "a patch belongs to a file: choose one in the tab Code");
    else if (action == DRIFT_NOTES &&
             drift_sides_as_is(&screen->report->previous, &screen->report->current))
        strbuf_add(why, "notes tell what a promotion brings, and this is none");
    else if (action == DRIFT_SAVE && screen->report->number > 0)
        strbuf_printf(why, "it is kept already, as report %lld", (long long)screen->report->number);
    else if (action == DRIFT_SAVE && screen->report->lines.state == LINES_COMING)
        strbuf_add(why, "its lines are being counted: wait for them, or stop that with ^C");
    else if (action >= DRIFT_IGNORE && screen->report->project == NULL)
        strbuf_add(why, "decisions are a project's: this comparison is of none");
    else if (action >= DRIFT_IGNORE && screen->report->lines.state == LINES_COMING)
        strbuf_add(why, "its lines are being counted: wait for them, or stop that with ^C");
    else if (action == DRIFT_SAVE && screen->studio->call.project == NULL)
        strbuf_add(why, "there is no project: `pilab init` sets one up");
    else
        return true;
    return false;
}

static unsigned drift_act(struct view *view, int action)
{
    struct drift_screen *screen = view_state(view);

    switch (action) {
    case DRIFT_OPEN:
        return open_row(screen);
    case DRIFT_PATCH:
        drift_open_patch(screen->studio, screen->report, screen->list);
        return REFRESH_DRAW;
    case DRIFT_WHERE:
        drift_where(screen->studio, screen->report, screen->list);
        return REFRESH_DRAW;
    case DRIFT_TOGETHER:
        drift_go_together(screen->studio, screen->report, screen->list);
        return REFRESH_DRAW;
    case DRIFT_HISTORY:
        drift_show_history(&screen->deciding);
        return REFRESH_DRAW;
    case DRIFT_DECISIONS:
        decisions_open(screen->studio);
        return REFRESH_DRAW;
    case DRIFT_SINCE:
        drift_show_since(screen->studio, screen->shared);
        return REFRESH_DRAW;
    case DRIFT_IGNORE:
    case DRIFT_ACCEPT:
        drift_decide(&screen->deciding, action == DRIFT_IGNORE ? DECISION_IGNORE : DECISION_ACCEPT);
        return REFRESH_DRAW;
    case DRIFT_WITHDRAW:
        drift_withdraw(&screen->deciding);
        return REFRESH_DRAW;
    case DRIFT_BALANCE:
        return show_balance(screen);
    case DRIFT_NUMBER:
        return choose_number(screen);
    case DRIFT_NOTES:
        screen->studio->actions->make_notes(screen->studio, screen->shared);
        return REFRESH_DRAW;
    case DRIFT_SAVE:
        return save_report(screen);
    case DRIFT_OTHER:
        screen->studio->actions->pick_states(screen->studio);
        return REFRESH_DRAW;
    default:
        return REFRESH_IGNORED;
    }
}

static void drift_copy(const struct view *view, struct copy_menu *menu)
{
    const struct drift_screen *screen = view_state(view);

    drift_copy_rows(screen->studio, screen->report, screen->list, menu);
}

static unsigned drift_event(struct view *view, const struct event *event)
{
    struct drift_screen *screen = view_state(view);

    studio_take_events(screen->studio);
    drift_counting_look(screen->studio);
    return event->kind == STUDIO_STORE_CHANGED && drift_decide_anew(&screen->deciding)
               ? REFRESH_DRAW
               : REFRESH_NONE;
}

/* The watch over the store may not have looked yet. */
static unsigned drift_shown(struct view *view)
{
    struct drift_screen *screen = view_state(view);

    return drift_decide_anew(&screen->deciding) ? REFRESH_DRAW : REFRESH_NONE;
}

static void drift_close(struct view *view)
{
    struct drift_screen *screen = view_state(view);

    drift_counting_leave(screen->studio, &screen->counting);
    line_wishes_drop(&screen->counting.wishes);
    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    drift_live_end(&screen->live);
    drift_folds_free(&screen->folds);
    shared_report_drop(&screen->shared);
    free(screen);
}

static const struct view_ops drift_ops = {
    .name = "Drift",
    .keys = &drift_keys,
    .title = drift_title,
    .layout = drift_layout,
    .draw = drift_draw,
    .act = drift_act,
    .allows = drift_allows,
    .event = drift_event,
    .shown = drift_shown,
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

/* A comparison that no project was asked for belongs to none, whichever the store has. */
static void set_project(struct view *view, const struct drift_report *report)
{
    if (report->project == NULL)
        view_set_project(view, report->code_count == 1 ? report->codes[0].module : "");
}

/* The rows stay where they are, whatever their severity is now, until the tab is shown anew; but
 * not below a heading that says what they are not. */
static void settled(void *context)
{
    struct drift_screen *screen = context;
    const size_t *now = screen->report->summary.by_attention;

    screen->judged_anew = true;
    if (drift_decide_anew(&screen->deciding))
        return;
    if (memcmp(now, screen->by_attention, sizeof screen->by_attention) == 0)
        return;
    fill_tab(screen);
    list_reload(screen->list);
}

/* What counts is another number now, on every tab. */
static void decided(void *context)
{
    struct drift_screen *screen = context;
    size_t current = screen->strip.current;

    fold_anew(screen);
    make_tabs(screen);
    screen->strip.current = screen->tabs[current].hidden ? DRIFT_TAB_VERDICT : current;
    list_clear_marks(screen->list);
    if (screen->strip.current == current) {
        fill_tab(screen);
        list_reload(screen->list);
    } else {
        show_tab(screen);
    }
}

struct view *drift_view_new(struct studio *studio, struct drift_report *report, uint64_t job,
                            struct line_wishes *wishes)
{
    struct drift_screen *screen = memory_new(sizeof *screen);
    struct list_column columns[DRIFT_ROW_CELLS];
    struct row_fields fields;
    struct view *view;

    screen->studio = studio;
    screen->shared = shared_report_new(report);
    screen->report = report;
    screen->counting = (struct drift_counting){
        .job = job,
        .report = report,
        .wishes = wishes != NULL ? line_wishes_hold(wishes) : NULL,
        .settled = settled,
        .context = screen,
    };
    if (job != 0)
        drift_counting_begin(studio, &screen->counting);
    screen->folds = drift_folds_new(report);
    make_tabs(screen);
    screen->filtering = (struct drift_filtering){ report, screen->folds };
    screen->rows = memory_rows_new(DRIFT_ROW_CELLS);
    fields = drift_row_fields(&screen->filtering, studio->call.clock);
    memory_rows_set_fields(screen->rows, &fields);
    drift_live_start(&screen->live, studio, report, screen->rows);
    drift_rows_columns(report, DRIFT_TAB_VERDICT, screen->rows, columns);
    screen->list = list_new(columns, drift_columns_used(columns), memory_rows_source(screen->rows));
    list_set_empty(screen->list, "Nothing differs here.\ngt shows the other tabs, c compares two "
                                 "other states.");
    screen->deciding = (struct drift_deciding){ .studio = studio,
                                                .report = report,
                                                .list = screen->list,
                                                .folds = screen->folds,
                                                .decided = decided,
                                                .context = screen };
    show_tab(screen);
    view = view_new(studio->workspace, &drift_ops, screen);
    set_project(view, report);
    view_set_production(view, changes_production(studio, report));
    view_add_pane(view, list_pane(screen->list));
    view_add_keys(view, &tab_strip_keys, tab_act, screen);
    return view;
}
