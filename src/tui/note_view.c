#include <pilab/tui/studio_parts.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/kept_note.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/app/show.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/text.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/tab_strip.h>

#include "note_where.h"

#define HEAD_ROWS     2
#define ROWS_FOR_LINE 6   /* with less there is no line below the tabs */
#define WIDEST        110 /* running text is not read well beyond */

enum note_tab { NOTE_TAB_READ, NOTE_TAB_MARKDOWN, NOTE_TAB_BALANCE, NOTE_TAB_JSON, NOTE_TAB_COUNT };

static const struct tab note_tabs[NOTE_TAB_COUNT] = {
    {"Read",      TAB_COUNT_NONE, false},
    { "Markdown", TAB_COUNT_NONE, false},
    { "Balance",  TAB_COUNT_NONE, false},
    { "JSON",     TAB_COUNT_NONE, false},
};

enum note_action { NOTE_SAVE, NOTE_WHERE };

/* clang-format off */
static const struct key_row note_key_rows[] = {
    { "gw", NOTE_WHERE, "where is it", "Show in which environments a ticket on the screen is", 0 },
    { "!s", NOTE_SAVE, "save", "Keep the notes in the project", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table note_keys = { "Notes", note_key_rows,
                                            sizeof note_key_rows / sizeof *note_key_rows };

/* Release notes to read, in every form they go out in. */
struct note_screen {
    struct studio *studio;
    struct note *note;
    int64_t number;               /* in the project; 0: not stored */
    struct shared_report *report; /* that it was made of; NULL: not known, it is stored */
    struct tab_strip strip;
    struct text_view *text;
    int width; /* the text was laid out for */
};

static void balance_line(struct strbuf *out, size_t count, const char *words)
{
    strbuf_printf(out, "  %6zu  %s\n", count, words);
}

/* As people read it; its name is for programs. */
static const char *const state_words[] = {
    [NOTE_CHANGED] = "changed",
    [NOTE_NONE] = "read: no change",
    [NOTE_NOT_EXAMINED] = "not examined",
    [NOTE_UNREAD] = "could not be read",
};

static void render_balance(struct strbuf *out, const struct note *note)
{
    const struct drift_balance *balance = &note->balance;

    rich_word(out, RICH_HEADING, "Where every commit went");
    strbuf_add(out, "\n\n");
    balance_line(out, balance->by_disposition[DISPOSITION_IN_NOTES], "in these notes");
    balance_line(out, balance->by_disposition[DISPOSITION_ALREADY_SHIPPED],
                 "there already, under another commit");
    balance_line(out, balance->by_disposition[DISPOSITION_INTERNAL], "internal");
    balance_line(out, balance->by_disposition[DISPOSITION_MERGE],
                 balance->by_disposition[DISPOSITION_MERGE] == 1 ? "merge" : "merges");
    balance_line(out, balance->by_disposition[DISPOSITION_REVERTED], "taken back within the range");
    balance_line(out, balance->by_disposition[DISPOSITION_UNEXPLAINED], "unexplained");
    strbuf_add(out, "  ------\n");
    balance_line(out, balance->commits, "commits");
    strbuf_add(out, "\n");
    rich_word(out, RICH_HEADING, "What was looked at");
    strbuf_add(out, "\n\n");
    for (int i = 0; i < NOTE_SECTION_COUNT; i++) {
        const struct note_section_status *status = &note->sections[i];

        strbuf_add(out, "  ");
        rich_cell(out, RICH_PLAIN, note_section_name((enum note_section)i), 16, RICH_LEFT, true);
        rich_cell(out, status->state == NOTE_UNREAD ? RICH_WARNING : RICH_PLAIN,
                  state_words[status->state], 18, RICH_LEFT, true);
        if (status->detail != NULL)
            rich_text(out, RICH_DIM, status->detail, true);
        strbuf_add_char(out, '\n');
    }
}

static void show_read(struct note_screen *screen)
{
    struct note_text_options options = { .width = screen->width > 1 ? (size_t)screen->width - 1 : 1,
                                         .utf8 = screen->studio->utf8,
                                         .wide = true };
    struct strbuf text = STRBUF_INIT;

    if (options.width > WIDEST)
        options.width = WIDEST;
    note_render_text(&text, screen->note, &options);
    text_view_set_rich(screen->text, text.data, text.length);
    strbuf_release(&text);
}

static void show_tab(struct note_screen *screen)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    json_t *json;

    text_view_set_wrap(screen->text, screen->strip.current == NOTE_TAB_MARKDOWN);
    switch ((enum note_tab)screen->strip.current) {
    case NOTE_TAB_READ:
        show_read(screen);
        break;
    case NOTE_TAB_MARKDOWN:
        if (!note_render_markdown(&text, screen->note, NULL, &error))
            workspace_say_error(screen->studio->workspace, &error);
        text_view_set_text(screen->text, text.data, text.length);
        break;
    case NOTE_TAB_BALANCE:
        render_balance(&text, screen->note);
        text_view_set_rich(screen->text, text.data, text.length);
        break;
    default:
        json = note_to_json(screen->note);
        json_write_pretty(&text, json);
        json_decref(json);
        text_view_set_text(screen->text, text.data, text.length);
        break;
    }
    strbuf_release(&text);
}

static unsigned tab_act(void *context, int action)
{
    struct note_screen *screen = context;

    if (!tab_strip_act(&screen->strip, action))
        return REFRESH_NONE;
    show_tab(screen);
    return REFRESH_DRAW;
}

static void note_title(const struct view *view, struct strbuf *out)
{
    const struct note_screen *screen = view_state(view);

    if (screen->number > 0)
        strbuf_printf(out, "%" PRId64 " ", screen->number);
    strbuf_add(out, screen->note->release.version);
}

static void note_layout(struct view *view, struct rectangle area)
{
    struct note_screen *screen = view_state(view);
    bool wider = area.columns != screen->width;

    rectangle_cut_top(&area, area.rows >= ROWS_FOR_LINE ? HEAD_ROWS : 1);
    rectangle_cut_left(&area, text_margin(area.columns));
    pane_place(text_view_pane(screen->text), area);
    screen->width = area.columns;
    if (wider && screen->strip.current == NOTE_TAB_READ) {
        size_t top = text_view_top(screen->text);

        show_tab(screen);
        text_view_go_to(screen->text, top);
    }
}

static void note_draw(struct view *view, const struct surface *surface)
{
    struct note_screen *screen = view_state(view);

    tab_strip_draw(&screen->strip, surface, 0);
    if (surface_rows(surface) >= ROWS_FOR_LINE)
        surface_horizontal_line(surface, 1, ROLE_LINE);
}

static void save_notes(struct note_screen *screen)
{
    struct studio *studio = screen->studio;
    struct drift_report *report = screen->report->report;
    bool report_too = report->number == 0;
    struct error error = { 0 };
    struct store_note row;

    if (!note_keep(&studio->call, report, screen->note, NULL, &row, &error)) {
        workspace_say_error(studio->workspace, &error);
        return;
    }
    screen->number = row.number;
    workspace_say(studio->workspace, MESSAGE_SUCCESS, "Kept as notes %" PRId64 "%s.", row.number,
                  report_too ? ", with their report" : "");
    studio->actions->look_around(studio);
}

static bool note_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct note_screen *screen = view_state(view);

    if (action == NOTE_SAVE && screen->number > 0)
        strbuf_printf(why, "they are kept already, as notes %" PRId64, screen->number);
    else if (action == NOTE_SAVE && screen->studio->call.project == NULL)
        strbuf_add(why, "there is no project: `pilab init` sets one up");
    else
        return true;
    return false;
}

static unsigned note_act(struct view *view, int action)
{
    struct note_screen *screen = view_state(view);

    if (action == NOTE_WHERE)
        note_where(screen->studio, screen->note, screen->text);
    else if (action == NOTE_SAVE)
        save_notes(screen);
    else
        return REFRESH_IGNORED;
    return REFRESH_DRAW;
}

/* What is kept can be read where it is kept. */
static void copy_sql(const struct note_screen *screen, struct copy_menu *menu)
{
    struct strbuf command = STRBUF_INIT;

    if (screen->number > 0 && show_note(&screen->studio->call, screen->number, &command))
        copy_menu_add(menu, 's', "sql", command.data);
    strbuf_release(&command);
}

static void note_copy(const struct view *view, struct copy_menu *menu)
{
    const struct note_screen *screen = view_state(view);
    struct strbuf markdown = STRBUF_INIT, text = STRBUF_INIT;
    json_t *json = note_to_json(screen->note);

    if (note_render_markdown(&markdown, screen->note, NULL, NULL))
        copy_menu_add(menu, 'm', "Markdown", markdown.data);
    json_write_pretty(&text, json);
    copy_menu_add(menu, 'j', "JSON", text.data);
    copy_sql(screen, menu);
    json_decref(json);
    strbuf_release(&text);
    strbuf_release(&markdown);
}

static unsigned note_event(struct view *view, const struct event *event)
{
    struct note_screen *screen = view_state(view);

    (void)event;
    studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void note_close(struct view *view)
{
    struct note_screen *screen = view_state(view);

    text_view_free(&screen->text);
    note_free(&screen->note);
    shared_report_drop(&screen->report);
    free(screen);
}

static const struct view_ops note_ops = {
    .name = "Notes",
    .keys = &note_keys,
    .title = note_title,
    .layout = note_layout,
    .draw = note_draw,
    .act = note_act,
    .allows = note_allows,
    .event = note_event,
    .copy = note_copy,
    .close = note_close,
};

struct view *note_view_new(struct studio *studio, struct note *note, int64_t number,
                           struct shared_report *report)
{
    struct note_screen *screen = memory_new(sizeof *screen);
    struct view *view;

    screen->studio = studio;
    screen->note = note;
    screen->number = number;
    screen->report = report != NULL ? shared_report_hold(report) : NULL;
    screen->strip = (struct tab_strip){ note_tabs, NOTE_TAB_COUNT, NOTE_TAB_READ };
    screen->text = text_view_new();
    view = view_new(studio->workspace, &note_ops, screen);
    /* As with the report that they are of: what no project was asked for belongs to none. */
    if (note->release.project_code == NULL)
        view_set_project(view, note->release.project != NULL ? note->release.project : "");
    view_add_pane(view, text_view_pane(screen->text));
    view_add_keys(view, &tab_strip_keys, tab_act, screen);
    return view;
}
