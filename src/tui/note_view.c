#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/kept_note.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/external_editor.h>
#include <pilab/tui/rich_view.h>

#include "note_where.h"

#define HEAD_ROWS     2
#define ROWS_FOR_LINE 6 /* with less there is no line below the tabs */
#define FOOT_ROWS     3
#define ROWS_FOR_FOOT 14

enum note_action {
    NOTE_EDIT,
    NOTE_EDIT_ELSEWHERE,
    NOTE_NEXT_REVISION,
    NOTE_PREVIOUS_REVISION,
    NOTE_ROW,
    NOTE_COMPARE,
    NOTE_WHERE,
    NOTE_SAVE,
    NOTE_KEEP_TYPED,
    NOTE_DROP_TYPED,
    NOTE_EXPORT,
    NOTE_DO /* and an enum note_act */
};

/* clang-format off */
static const struct key_row note_key_rows[] = {
    { "i", NOTE_EDIT, "edit here", "Edit the text here; Esc ends it, nothing is lost", KEYS_HINT },
    { "e", NOTE_EDIT_ELSEWHERE, "$EDITOR", "Edit the text in $EDITOR", KEYS_HINT },
    { "]r", NOTE_NEXT_REVISION, "next revision", "Read the revision after this one", KEYS_HINT },
    { "[r", NOTE_PREVIOUS_REVISION, "previous revision", "Read the revision before this one", 0 },
    { "Enter", NOTE_ROW, "difference", "Show what was changed in the revision", 0 },
    { "c", NOTE_COMPARE, "compare", "Compare two revisions that are marked", 0 },
    { "gw", NOTE_WHERE, "where is it", "Show in which environments a ticket on the screen is", 0 },
    { "!R", NOTE_DO + NOTE_ACT_REVIEW, "review", "Say that you have read them", KEYS_LASTING },
    { "!a", NOTE_DO + NOTE_ACT_APPROVE, "approve", "Approve this very text", KEYS_LASTING },
    { "!X", NOTE_DO + NOTE_ACT_REJECT, "reject", "Say that they cannot go out like this",
      KEYS_LASTING | KEYS_DANGEROUS },
    { "!P", NOTE_DO + NOTE_ACT_PUBLISH, "publish", "Write the approved files into a folder",
      KEYS_LASTING },
    { "!W", NOTE_DO + NOTE_ACT_WITHDRAW, "withdraw", "Say that what is published does not hold",
      KEYS_LASTING | KEYS_DANGEROUS },
    { "!C", NOTE_DO + NOTE_ACT_CORRECT, "correct", "Begin new notes that correct published ones",
      KEYS_LASTING },
    { "!x", NOTE_EXPORT, "export", "Write them to a file in one form", KEYS_LASTING },
    { "!s", NOTE_SAVE, "save", "Keep the notes in the project", KEYS_LASTING },
    { "!w", NOTE_KEEP_TYPED, "keep", "Keep what you typed as a new revision", KEYS_LASTING },
    { "!d", NOTE_DROP_TYPED, "throw away", "Throw away what you typed",
      KEYS_LASTING | KEYS_DANGEROUS },
};
/* clang-format on */

static const struct key_table note_keys = { "Notes", note_key_rows,
                                            sizeof note_key_rows / sizeof *note_key_rows };

static struct note_typing *typing_of(const struct note_screen *screen)
{
    return screen->number > 0 ? note_typing_of(screen->studio, screen->id) : NULL;
}

/* --- Reading ---------------------------------------------------------------------------------- */

struct reading {
    struct arena *arena;
    struct note_flow flow;
    struct store_revision shown;
    struct note *note;
    bool by_hand;
};

/* Quick: the store alone is read. */
static bool read_note(struct studio *studio, const char *name, int64_t rev, struct reading *reading,
                      struct error *error)
{
    struct call call;

    *reading = (struct reading){ .arena = arena_new() };
    call = note_call(studio, reading->arena);
    if (note_flow_read(&call, name, true, reading->arena, &reading->flow, error) &&
        stored_note_read(&call, &reading->flow.note, rev, &reading->note, &reading->shown, error) &&
        note_edited_by_hand(&call, &reading->flow.note, reading->shown.markdown_digest,
                            &reading->by_hand, error))
        return true;
    note_free(&reading->note);
    arena_free(&reading->arena);
    return false;
}

/* Where one is in a text stays where it is when the text is the same. */
static void take_reading(struct note_screen *screen, struct reading *reading)
{
    size_t top = text_view_top(screen->text);
    struct arena *before = screen->arena;

    note_free(&screen->note);
    screen->note = reading->note;
    screen->arena = reading->arena;
    screen->flow = reading->flow;
    screen->shown = reading->shown;
    screen->by_hand = reading->by_hand;
    screen->number = reading->flow.note.number;
    memcpy(screen->id, reading->flow.note.id, sizeof screen->id);
    screen->counted = false;
    arena_free(&before);
    note_tabs_name(screen);
    note_table_fill(screen);
    note_tabs_show(screen);
    text_view_go_to(screen->text, top);
    if (screen->view != NULL)
        view_set_production(screen->view, note_is_for_production(&screen->flow));
}

static void read_again(struct note_screen *screen, int64_t rev)
{
    struct error error = { 0 };
    struct reading reading;

    if (read_note(screen->studio, screen->id, rev, &reading, &error))
        take_reading(screen, &reading);
    else
        workspace_say_error(screen->studio->workspace, &error);
}

/* Whether something of it is another than what is shown. Its texts are not read for that: they may
 * be large, and each key that somebody types into any note comes by here half a second later. */
static bool has_moved(struct note_screen *screen, struct error *error)
{
    const struct note_flow *flow = &screen->flow;
    struct arena *arena = arena_new();
    struct call call = note_call(screen->studio, arena);
    struct note_flow now;
    bool moved = true;

    if (note_flow_read(&call, screen->id, false, arena, &now, error))
        moved = now.note.rev != flow->note.rev || now.note.status != flow->note.status ||
                now.note.updated_at != flow->note.updated_at ||
                now.decisions.count != flow->decisions.count ||
                now.receipts.count != flow->receipts.count ||
                (now.correction != NULL) != (flow->correction != NULL) ||
                strcmp(now.standing.sentence, flow->standing.sentence) != 0;
    arena_free(&arena);
    return moved;
}

/* The revision that is read stays, whatever others do. What nobody sees now is read when it is seen
 * again. */
static void follow_store(struct note_screen *screen)
{
    struct error error = { 0 };

    if (screen->number == 0)
        return;
    screen->stale = workspace_view(screen->studio->workspace) != screen->view;
    if (!screen->stale && has_moved(screen, &error))
        read_again(screen, screen->shown.rev);
}

static void turn_to(struct note_screen *screen, int64_t rev)
{
    if (rev < 1 || rev > screen->flow.note.rev) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO, "That is the %s revision.",
                      rev < 1 ? "first" : "newest");
        return;
    }
    read_again(screen, rev);
}

/* --- Drawing ---------------------------------------------------------------------------------- */

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
    int columns = area.columns - text_margin(area.columns);
    bool resized = columns != screen->width;
    bool text = note_tabs_pane(screen) == text_view_pane(screen->text);

    screen->width = columns;
    rectangle_cut_top(&area, area.rows >= ROWS_FOR_LINE ? HEAD_ROWS : 1);
    screen->foot =
        rectangle_cut_bottom(&area, area.rows >= ROWS_FOR_FOOT - HEAD_ROWS && screen->number > 0
                                        ? FOOT_ROWS
                                        : 0);
    pane_hide(text_view_pane(screen->text));
    pane_hide(list_pane(screen->table));
    pane_hide(list_pane(screen->revisions));
    if (text)
        rectangle_cut_left(&area, text_margin(area.columns));
    pane_place(note_tabs_pane(screen), area);
    if (resized && screen->strip.current == NOTE_TAB_READ) {
        size_t top = text_view_top(screen->text);

        note_tabs_show(screen);
        text_view_go_to(screen->text, top);
    }
}

static void note_draw(struct view *view, const struct surface *surface)
{
    struct note_screen *screen = view_state(view);
    struct rectangle tabs = { 0, 0, 1, surface_columns(surface) - note_state_width(screen) - 2 };
    struct surface part = surface_part(surface, tabs);

    tab_strip_draw(&screen->strip, &part, 0);
    if (screen->number > 0)
        note_draw_state(screen, surface);
    if (surface_rows(surface) >= ROWS_FOR_LINE)
        surface_horizontal_line(surface, 1, ROLE_LINE);
    if (screen->foot.rows > 0) {
        part = surface_part(surface, screen->foot);
        note_draw_foot(screen, &part);
    }
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void save_notes(struct note_screen *screen)
{
    struct studio *studio = screen->studio;
    struct drift_report *report = screen->report->report;
    bool report_too = report->number == 0;
    struct studio_patience patience;
    struct call call = studio_call_briefly(studio, &patience);
    struct error error = { 0 };
    struct reading reading;
    struct store_note row;

    if (!note_keep(&call, report, screen->note, NULL, &row, &error) ||
        !read_note(studio, row.id, 0, &reading, &error)) {
        studio_explain(&patience, &error);
        workspace_say_error(studio->workspace, &error);
        return;
    }
    take_reading(screen, &reading);
    workspace_say(studio->workspace, MESSAGE_SUCCESS, "Kept as note %" PRId64 "%s.", row.number,
                  report_too ? ", with their report" : "");
    studio->actions->look_around(studio);
}

static struct note_typing *begin_typing(struct note_screen *screen)
{
    struct note_typing *typing = typing_of(screen);

    if (typing != NULL)
        return typing;
    note_offers_warn(screen->studio, screen->id);
    return note_typing_new(screen->studio, &screen->flow.note, &screen->flow.text);
}

static void edit_here(struct note_screen *screen)
{
    note_edit_open(begin_typing(screen));
}

static void edit_elsewhere(struct note_screen *screen)
{
    struct note_typing *typing = begin_typing(screen);

    note_edit_elsewhere(typing);
    if (note_typing_is_changed(typing))
        note_edit_open(typing);
    else if (typing->view == NULL && !typing->keeping)
        note_typing_drop(&typing);
}

static void lapse_answered_here(void *context, bool yes)
{
    if (yes)
        edit_here(context);
}

static void lapse_answered_elsewhere(void *context, bool yes)
{
    if (yes)
        edit_elsewhere(context);
}

/* Before the first key that would make approvals lapse, it is said whose. */
static void ask_edit(struct note_screen *screen, bool elsewhere)
{
    char *text;

    if (screen->flow.edit_lapses == NULL || typing_of(screen) != NULL) {
        if (elsewhere)
            edit_elsewhere(screen);
        else
            edit_here(screen);
        return;
    }
    text = memory_printf("Keeping another text makes lapse: %s. Typing alone changes nothing.",
                         screen->flow.edit_lapses);
    dialog_confirm(screen->studio->workspace,
                   &(struct confirmation){ .title = "Edit what was decided upon",
                                           .text = text,
                                           .action = "edit",
                                           .name = screen->flow.note.version },
                   elsewhere ? lapse_answered_elsewhere : lapse_answered_here, screen);
    free(text);
}

static bool stored_allows(const struct note_screen *screen, int action, struct strbuf *why)
{
    const struct note_typing *typing = typing_of(screen);
    struct error error = { 0 };

    switch (action) {
    case NOTE_SAVE:
        strbuf_printf(why, "they are kept already, as note %" PRId64, screen->number);
        return false;
    case NOTE_EDIT_ELSEWHERE:
        if (!external_editor_allowed(&error)) {
            strbuf_add(why, error.message);
            return false;
        }
        return note_act_allows(&screen->flow, NOTE_ACT_EDIT, why);
    case NOTE_EDIT:
        /* Whoever may not any more can still read and copy what is not kept. */
        return (typing != NULL && note_typing_is_changed(typing)) ||
               note_act_allows(&screen->flow, NOTE_ACT_EDIT, why);
    case NOTE_KEEP_TYPED:
    case NOTE_DROP_TYPED:
        if (typing != NULL && note_typing_is_changed(typing))
            return true;
        strbuf_add(why, "there is nothing that you typed and did not keep");
        return false;
    default:
        return action < NOTE_DO ||
               note_act_allows(&screen->flow, (enum note_act)(action - NOTE_DO), why);
    }
}

static bool note_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct note_screen *screen = view_state(view);

    if (screen->number > 0)
        return stored_allows(screen, action, why);
    if (action == NOTE_SAVE && screen->studio->call.project == NULL)
        strbuf_add(why, "there is no project: `pilab init` sets one up");
    else if (action == NOTE_SAVE && screen->report == NULL)
        strbuf_add(why, "the report that they were made of is not known any more");
    else if (action == NOTE_SAVE || action == NOTE_WHERE || action == NOTE_ROW ||
             action == NOTE_COMPARE)
        return true;
    else
        strbuf_add(why, "they are not kept yet: !s keeps them");
    return false;
}

static unsigned look_at_revisions(struct note_screen *screen, int action)
{
    if (screen->strip.current != NOTE_TAB_REVISIONS)
        return REFRESH_IGNORED;
    if (action == NOTE_ROW)
        note_revisions_open(screen);
    else
        note_revisions_compare(screen);
    return REFRESH_DRAW;
}

static unsigned note_act(struct view *view, int action)
{
    struct note_screen *screen = view_state(view);

    switch (action) {
    case NOTE_EDIT:
    case NOTE_EDIT_ELSEWHERE:
        ask_edit(screen, action == NOTE_EDIT_ELSEWHERE);
        break;
    case NOTE_NEXT_REVISION:
        turn_to(screen, screen->shown.rev + 1);
        break;
    case NOTE_PREVIOUS_REVISION:
        turn_to(screen, screen->shown.rev - 1);
        break;
    case NOTE_ROW:
    case NOTE_COMPARE:
        return look_at_revisions(screen, action);
    case NOTE_WHERE:
        if (screen->strip.current == NOTE_TAB_TABLE)
            note_table_where(screen);
        else
            note_where(screen->studio, screen->note, screen->text);
        break;
    case NOTE_SAVE:
        save_notes(screen);
        return REFRESH_LAYOUT;
    case NOTE_KEEP_TYPED:
        note_typing_keep(typing_of(screen), true);
        break;
    case NOTE_DROP_TYPED:
        note_typing_ask_drop(typing_of(screen));
        break;
    case NOTE_EXPORT:
        note_export_ask(screen->studio, &screen->flow);
        break;
    case NOTE_DO + NOTE_ACT_PUBLISH:
        note_publish_ask(screen->studio, &screen->flow);
        break;
    default:
        note_act_ask(screen->studio, &screen->flow, (enum note_act)(action - NOTE_DO));
        break;
    }
    return REFRESH_DRAW;
}

static unsigned tab_act(void *context, int action)
{
    struct note_screen *screen = context;

    if (!tab_strip_act(&screen->strip, action))
        return REFRESH_NONE;
    note_tabs_show(screen);
    return REFRESH_LAYOUT;
}

/* --- Life ------------------------------------------------------------------------------------- */

static void note_copy(const struct view *view, struct copy_menu *menu)
{
    const struct note_screen *screen = view_state(view);
    struct strbuf markdown = STRBUF_INIT, text = STRBUF_INIT;
    json_t *json = note_to_json(screen->note);

    if (screen->number > 0)
        strbuf_add(&markdown, screen->shown.markdown);
    if (screen->number > 0 || note_render_markdown(&markdown, screen->note, NULL, NULL))
        copy_menu_add(menu, 'm', "Markdown", markdown.data);
    json_write_pretty(&text, json);
    copy_menu_add(menu, 'j', "JSON", text.data);
    if (screen->number > 0)
        note_copy_commands(screen->studio, &screen->flow, menu);
    json_decref(json);
    strbuf_release(&text);
    strbuf_release(&markdown);
}

static unsigned note_event(struct view *view, const struct event *event)
{
    struct note_screen *screen = view_state(view);

    studio_take_events(screen->studio);
    if (event->kind != NOTE_KEPT && event->kind != NOTE_ACTED &&
        event->kind != STUDIO_STORE_CHANGED)
        return REFRESH_DRAW;
    if (event->kind == NOTE_KEPT && strcmp(event->data, screen->id) == 0)
        read_again(screen, 0);
    else
        follow_store(screen);
    return REFRESH_LAYOUT;
}

static unsigned note_shown(struct view *view)
{
    struct note_screen *screen = view_state(view);

    if (screen->stale)
        follow_store(screen);
    return REFRESH_LAYOUT;
}

static void note_close(struct view *view)
{
    struct note_screen *screen = view_state(view);

    list_free(&screen->table);
    list_free(&screen->revisions);
    memory_rows_free(&screen->table_rows);
    memory_rows_free(&screen->revision_rows);
    text_view_free(&screen->text);
    note_free(&screen->note);
    shared_report_drop(&screen->report);
    arena_free(&screen->arena);
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
    .shown = note_shown,
    .copy = note_copy,
    .close = note_close,
};

static struct note_screen *screen_new(struct studio *studio)
{
    static const struct list_column none[1] = {
        {"", 1, 0, 0, FIT_END}
    };
    struct note_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    screen->strip = (struct tab_strip){ screen->tabs, NOTE_TAB_COUNT, NOTE_TAB_READ };
    screen->text = text_view_new();
    screen->table_rows = memory_rows_new(ROW_CELLS);
    screen->revision_rows = memory_rows_new(ROW_CELLS);
    screen->table = list_new(none, 1, memory_rows_source(screen->table_rows));
    screen->revisions = list_new(none, 1, memory_rows_source(screen->revision_rows));
    list_set_empty(screen->table, "Nothing is announced and nothing else differs.");
    return screen;
}

static struct view *view_of(struct note_screen *screen)
{
    struct view *view = view_new(screen->studio->workspace, &note_ops, screen);

    screen->view = view;
    view_add_pane(view, text_view_pane(screen->text));
    view_add_pane(view, list_pane(screen->table));
    view_add_pane(view, list_pane(screen->revisions));
    view_add_keys(view, &tab_strip_keys, tab_act, screen);
    return view;
}

struct view *note_view_new(struct studio *studio, struct note *note, struct shared_report *report)
{
    struct note_screen *screen = screen_new(studio);
    struct view *view;

    screen->note = note;
    screen->report = report != NULL ? shared_report_hold(report) : NULL;
    note_tabs_name(screen);
    note_table_fill(screen);
    view = view_of(screen);
    /* As with the report that they are of: what no project was asked for belongs to none. */
    if (note->release.project_code == NULL)
        view_set_project(view, note->release.project != NULL ? note->release.project : "");
    return view;
}

struct view *note_view_stored(struct studio *studio, const char *name, int64_t rev,
                              struct error *error)
{
    struct note_screen *screen;
    struct reading reading;
    struct view *view;

    if (!read_note(studio, name, rev, &reading, error))
        return NULL;
    screen = screen_new(studio);
    take_reading(screen, &reading);
    view = view_of(screen);
    view_set_production(view, note_is_for_production(&screen->flow));
    return view;
}
