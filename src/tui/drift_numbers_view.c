#include "drift_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/text.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/tab_strip.h>

#define MOST_NUMBERS  20
#define HEAD_ROWS     3 /* the sum, tabs, a line */
#define FOOT_ROWS     (1 + DRIFT_ROW_LINES)
#define ROWS_FOR_FOOT 16
#define ROWS_FOR_HEAD 9 /* with less, the tabs alone are shown */

/* The numbers of the verdict, or of the balance: a tab each, and below it what it counts. */
struct numbers_screen {
    struct studio *studio;
    const struct drift_report *report; /* of the drift view below */
    struct drift_live live;
    struct drift_filtering filtering;
    const struct drift_deciding *below;
    struct drift_deciding deciding;
    enum drift_number_page page;
    struct tab tabs[MOST_NUMBERS];
    struct tab_strip strip;
    struct memory_rows *rows;
    struct list *list;
    size_t counted; /* what was set aside when the tabs were made */
    int head;       /* rows */
    struct rectangle foot;
};

enum numbers_action {
    NUMBERS_OPEN,
    NUMBERS_PATCH,
    NUMBERS_TOGETHER,
    NUMBERS_WHERE,
    NUMBERS_HISTORY,
    NUMBERS_IGNORE,
    NUMBERS_ACCEPT,
    NUMBERS_WITHDRAW
};

/* clang-format off */
static const struct key_row numbers_rows[] = {
    { "Enter l Right", NUMBERS_OPEN, "open", "Show everything about the line", KEYS_HINT },
    { "p", NUMBERS_PATCH, "patch", "Show the patch of the file", 0 },
    { "gc", NUMBERS_TOGETHER, "together", "Go to what was changed together with the line", 0 },
    { "gw", NUMBERS_WHERE, "where is it", "Show in which environments the ticket of the line is", 0 },
    { "gh", NUMBERS_HISTORY, "history", "Show what the reports have had of the line", 0 },
    { "!i", NUMBERS_IGNORE, "ignore", "Ignore the marked lines as long as they are the same",
      KEYS_LASTING },
    { "!m", NUMBERS_ACCEPT, "meant to differ", "Accept the marked lines as meant to differ",
      KEYS_LASTING },
    { "!w", NUMBERS_WITHDRAW, "withdraw", "Take back what was decided about the marked lines",
      KEYS_LASTING },
};
/* clang-format on */

static const struct key_table numbers_keys = { "Numbers", numbers_rows,
                                               sizeof numbers_rows / sizeof *numbers_rows };

static size_t set_aside(const struct drift_report *report)
{
    return report->summary.suppressed + report->summary.expected + report->summary.lapsed;
}

static void make_tabs(struct numbers_screen *screen, size_t current)
{
    const struct drift_number *number;
    size_t count = 0;

    screen->counted = set_aside(screen->report);

    for (; count < MOST_NUMBERS && (number = drift_number_at(screen->page, count)) != NULL;
         count++) {
        size_t things = drift_number_count(screen->report, number);

        screen->tabs[count] = (struct tab){ .label = drift_number_label(screen->report, number),
                                            .count = things,
                                            .hidden = things == 0 && count != current };
    }
    screen->strip = (struct tab_strip){ screen->tabs, count, current };
}

static void show_tab(struct numbers_screen *screen)
{
    const struct drift_number *number = drift_number_at(screen->page, screen->strip.current);
    struct list_column columns[DRIFT_ROW_CELLS];

    drift_number_fill(screen->rows, screen->report, number, screen->studio->utf8);
    drift_number_columns(screen->report, number, screen->rows, columns);
    list_set_columns(screen->list, columns, drift_columns_used(columns));
    list_set_source(screen->list, memory_rows_source(screen->rows));
}

static unsigned tab_act(void *context, int action)
{
    struct numbers_screen *screen = context;

    if (!tab_strip_act(&screen->strip, action))
        return REFRESH_NONE;
    show_tab(screen);
    return REFRESH_DRAW;
}

static void numbers_title(const struct view *view, struct strbuf *out)
{
    const struct numbers_screen *screen = view_state(view);

    strbuf_add(out, screen->page == NUMBERS_BALANCE ? "Balance" : "Numbers");
}

static void numbers_layout(struct view *view, struct rectangle area)
{
    struct numbers_screen *screen = view_state(view);

    screen->head = area.rows >= ROWS_FOR_HEAD ? HEAD_ROWS : 1;
    screen->foot = (struct rectangle){ 0 };
    rectangle_cut_top(&area, screen->head);
    if (area.rows + screen->head >= ROWS_FOR_FOOT)
        screen->foot = rectangle_cut_bottom(&area, FOOT_ROWS);
    pane_place(list_pane(screen->list), area);
}

static void draw_sum(const struct numbers_screen *screen, const struct surface *surface)
{
    struct strbuf line = STRBUF_INIT;
    bool utf8 = screen->studio->utf8;

    if (screen->page == NUMBERS_BALANCE)
        drift_text_balance(&line, screen->report, (size_t)surface_columns(surface) - 1, utf8);
    else
        drift_text_verdict(&line, screen->report, utf8);
    surface_rich(surface, 0, 1, line.data);
    strbuf_release(&line);
}

static void numbers_draw(struct view *view, const struct surface *surface)
{
    struct numbers_screen *screen = view_state(view);
    struct surface foot = surface_part(surface, screen->foot);
    bool whole = screen->head == HEAD_ROWS;
    int used;

    if (whole)
        draw_sum(screen, surface);
    used = tab_strip_draw(&screen->strip, surface, whole ? 1 : 0);
    if (whole)
        drift_draw_counted(screen->report, surface, 1, used, screen->studio->utf8);
    if (whole && !list_shows_heading_first(screen->list))
        surface_horizontal_line(surface, 2, ROLE_LINE);
    drift_row_draw_lines(&screen->live, screen->list, &foot);
}

static unsigned numbers_act(struct view *view, int action)
{
    struct numbers_screen *screen = view_state(view);
    struct row row;

    if (action == NUMBERS_PATCH)
        drift_open_patch(screen->studio, screen->report, screen->list);
    else if (action == NUMBERS_TOGETHER)
        drift_go_together(screen->studio, screen->report, screen->list);
    else if (action == NUMBERS_WHERE)
        drift_where(screen->studio, screen->report, screen->list);
    else if (action == NUMBERS_HISTORY)
        drift_show_history(&screen->deciding);
    else if (action == NUMBERS_IGNORE || action == NUMBERS_ACCEPT)
        drift_decide(&screen->deciding,
                     action == NUMBERS_IGNORE ? DECISION_IGNORE : DECISION_ACCEPT);
    else if (action == NUMBERS_WITHDRAW)
        drift_withdraw(&screen->deciding);
    else if (list_selected(screen->list, &row))
        drift_row_open(screen->studio, screen->report, row.identity, &screen->deciding);
    return REFRESH_DRAW;
}

static bool numbers_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct numbers_screen *screen = view_state(view);

    if (action >= NUMBERS_IGNORE && screen->report->project == NULL)
        strbuf_add(why, "decisions are a project's: this comparison is of none");
    else if (action >= NUMBERS_IGNORE && screen->report->lines.state == LINES_COMING)
        strbuf_add(why, "its lines are being counted: wait for them, or stop that with ^C");
    else
        return true;
    return false;
}

static void show_decided(struct numbers_screen *screen)
{
    make_tabs(screen, screen->strip.current);
    list_clear_marks(screen->list);
    show_tab(screen);
}

/* Here, and on the screen below, whose report it is. */
static void decided(void *context)
{
    struct numbers_screen *screen = context;

    screen->below->decided(screen->below->context);
    show_decided(screen);
}

/* What was decided elsewhere; the screen below may have taken it over already. */
static unsigned take_decided(struct numbers_screen *screen)
{
    size_t counted = screen->counted;

    if (drift_decide_anew(&screen->deciding))
        return REFRESH_DRAW;
    if (counted == set_aside(screen->report))
        return REFRESH_NONE;
    show_decided(screen);
    return REFRESH_DRAW;
}

static void numbers_copy(const struct view *view, struct copy_menu *menu)
{
    const struct numbers_screen *screen = view_state(view);

    drift_copy_rows(screen->studio, screen->report, screen->list, menu);
}

static unsigned numbers_event(struct view *view, const struct event *event)
{
    struct numbers_screen *screen = view_state(view);

    studio_take_events(screen->studio);
    drift_counting_look(screen->studio);
    return event->kind == STUDIO_STORE_CHANGED ? take_decided(screen) : REFRESH_NONE;
}

static unsigned numbers_shown(struct view *view)
{
    return take_decided(view_state(view));
}

static void numbers_close(struct view *view)
{
    struct numbers_screen *screen = view_state(view);

    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    drift_live_end(&screen->live);
    free(screen);
}

static const struct view_ops numbers_ops = {
    .name = "Numbers",
    .keys = &numbers_keys,
    .title = numbers_title,
    .layout = numbers_layout,
    .draw = numbers_draw,
    .act = numbers_act,
    .allows = numbers_allows,
    .event = numbers_event,
    .shown = numbers_shown,
    .copy = numbers_copy,
    .close = numbers_close,
};

struct view *drift_numbers_view_new(const struct drift_deciding *below, enum drift_number_page page,
                                    size_t current)
{
    struct numbers_screen *screen = memory_new(sizeof *screen);
    struct studio *studio = below->studio;
    const struct drift_report *report = below->report;
    struct list_column columns[DRIFT_ROW_CELLS];
    struct row_fields fields;
    struct view *view;

    screen->studio = studio;
    screen->report = report;
    screen->below = below;
    screen->page = page;
    make_tabs(screen, current);
    screen->filtering = (struct drift_filtering){ report, NULL };
    screen->rows = memory_rows_new(DRIFT_ROW_CELLS);
    fields = drift_row_fields(&screen->filtering, studio->call.clock);
    memory_rows_set_fields(screen->rows, &fields);
    drift_live_start(&screen->live, studio, report, screen->rows);
    drift_number_columns(report, drift_number_at(page, current), screen->rows, columns);
    screen->list = list_new(columns, drift_columns_used(columns), memory_rows_source(screen->rows));
    screen->deciding = (struct drift_deciding){ .studio = studio,
                                                .report = below->report,
                                                .list = screen->list,
                                                .decided = decided,
                                                .context = screen };
    list_set_empty(screen->list, "There is none.");
    show_tab(screen);
    view = view_new(studio->workspace, &numbers_ops, screen);
    view_add_pane(view, list_pane(screen->list));
    view_add_keys(view, &tab_strip_keys, tab_act, screen);
    return view;
}

/* --- The menu of numbers --------------------------------------------------------------------- */

/* How wide the largest count is: they stand one below the other. */
static int width_of_counts(const struct drift_report *report)
{
    const struct drift_number *number;
    int width = 1;

    for (int page = 0; page < NUMBER_PAGES; page++) {
        for (size_t i = 0; (number = drift_number_at((enum drift_number_page)page, i)) != NULL;
             i++) {
            int wide = snprintf(NULL, 0, "%zu", drift_number_count(report, number));

            width = wide > width ? wide : width;
        }
    }
    return width;
}

struct menu *drift_numbers_menu(const struct drift_report *report)
{
    struct menu *menu = menu_new("Open a number");
    const struct drift_number *number;
    int width = width_of_counts(report);

    for (int page = 0; page < NUMBER_PAGES; page++) {
        for (size_t i = 0; (number = drift_number_at((enum drift_number_page)page, i)) != NULL;
             i++) {
            size_t count = drift_number_count(report, number);
            char words[24];

            snprintf(words, sizeof words, "%*zu", width, count);
            if (count > 0)
                menu_add(menu, &(struct menu_item){ .key = drift_number_key(number),
                                                    .label = drift_number_label(report, number),
                                                    .detail = words,
                                                    .value = (uint64_t)page * MOST_NUMBERS + i });
        }
    }
    return menu;
}

struct view *drift_number_view_new(const struct drift_deciding *below, uint64_t value)
{
    return drift_numbers_view_new(below, (enum drift_number_page)(value / MOST_NUMBERS),
                                  (size_t)(value % MOST_NUMBERS));
}
