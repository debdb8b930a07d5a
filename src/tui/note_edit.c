#include "note_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/external_editor.h>

#include "note_studio.h"

#define HEAD_ROWS     2
#define ROWS_FOR_LINE 6

enum edit_action { EDIT_KEEP, EDIT_ELSEWHERE, EDIT_DROP };

/* clang-format off */
static const struct key_row edit_key_rows[] = {
    { "!w", EDIT_KEEP, "keep", "Keep the text as a new revision", KEYS_LASTING | KEYS_HINT },
    { "!d", EDIT_DROP, "throw away", "Throw away what you typed", KEYS_LASTING | KEYS_DANGEROUS },
    { "E", EDIT_ELSEWHERE, "$EDITOR", "Edit the text in $EDITOR", KEYS_HINT },
};
/* clang-format on */

static const struct key_table edit_keys = { "Editing notes", edit_key_rows,
                                            sizeof edit_key_rows / sizeof *edit_key_rows };

static struct note_typing *typing_in(const struct view *view)
{
    return view_state(view);
}

static void edit_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "edit");
}

static void edit_layout(struct view *view, struct rectangle area)
{
    struct note_typing *typing = typing_in(view);

    rectangle_cut_top(&area, area.rows >= ROWS_FOR_LINE ? HEAD_ROWS : 1);
    rectangle_cut_left(&area, text_margin(area.columns));
    pane_place(editor_pane(typing->desk.editor), area);
}

static void say_saved(const struct note_typing *typing, struct strbuf *out)
{
    char at[TIMESTAMP_SIZE];

    if (!note_typing_is_changed(typing))
        strbuf_add(out, "nothing changed");
    else if (typing->failing)
        strbuf_add(out, "NOT SAFE: cannot be saved");
    else if (typing->saved_at != 0)
        strbuf_printf(out, "draft %s", note_time(typing->studio, typing->saved_at, at));
    else
        strbuf_add(out, "draft");
}

static void edit_draw(struct view *view, const struct surface *surface)
{
    const struct note_typing *typing = typing_in(view);
    struct strbuf right = STRBUF_INIT;
    enum role role = typing->failing ? ROLE_ERROR : ROLE_DIM;

    say_saved(typing, &right);
    surface_printf(surface, 0, 1, ROLE_TAB_CURRENT, "[Edit]");
    if (typing->newest > typing->base_rev)
        surface_printf(surface, 0, 9, ROLE_WARNING,
                       "from rev %" PRId64 ", rev %" PRId64 " is there: !w shows it",
                       typing->base_rev, typing->newest);
    else
        surface_printf(surface, 0, 9, ROLE_NORMAL, "from rev %" PRId64 ", !w keeps it, Esc reads",
                       typing->base_rev);
    surface_text_right(surface, 0, 48, surface_columns(surface) - 49, style_of(role), right.data,
                       right.length);
    if (surface_rows(surface) >= ROWS_FOR_LINE)
        surface_horizontal_line(surface, 1, ROLE_LINE);
    strbuf_release(&right);
}

static enum role edit_status(const struct view *view, struct strbuf *out)
{
    return editor_status(typing_in(view)->desk.editor, out);
}

static bool edit_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct note_typing *typing = typing_in(view);
    struct error error = { 0 };

    if (action == EDIT_ELSEWHERE && !external_editor_allowed(&error))
        strbuf_add(why, error.message);
    else if (action != EDIT_ELSEWHERE && !note_typing_is_changed(typing))
        strbuf_add(why, "nothing was changed");
    else if (action != EDIT_ELSEWHERE && typing->keeping)
        strbuf_add(why, "it is being kept");
    else
        return true;
    return false;
}

static unsigned edit_act(struct view *view, int action)
{
    struct note_typing *typing = typing_in(view);

    switch ((enum edit_action)action) {
    case EDIT_KEEP:
        note_typing_keep(typing, true);
        break;
    case EDIT_ELSEWHERE:
        note_edit_elsewhere(typing);
        break;
    case EDIT_DROP:
        note_typing_ask_drop(typing);
        break;
    }
    return REFRESH_DRAW;
}

/* Whether somebody else was first: better known now than when it is kept. */
static void look_for_others(struct note_typing *typing)
{
    struct arena *arena = arena_new();
    struct call call = note_call(typing->studio, arena);
    struct store_note note;

    if (stored_note_find(&call, typing->note, &note, NULL))
        typing->newest = note.rev;
    arena_free(&arena);
}

static unsigned edit_event(struct view *view, const struct event *event)
{
    struct note_typing *typing = typing_in(view);

    /* Also of what is due to be saved. */
    studio_take_events(typing->studio);
    if (event->kind == STUDIO_STORE_CHANGED)
        look_for_others(typing);
    return REFRESH_DRAW;
}

/* What the text says, in the form it is in. */
static void edit_copy(const struct view *view, struct copy_menu *menu)
{
    struct strbuf text = STRBUF_INIT;

    editor_get_text(typing_in(view)->desk.editor, &text);
    copy_menu_add(menu, 'm', "Markdown", text.data);
    strbuf_release(&text);
}

/* The text stays; one that nobody changed is not worth to be held. */
static void edit_close(struct view *view)
{
    struct note_typing *typing = typing_in(view);

    typing->view = NULL;
    /* At the end of it all, what there was to do is done. */
    if (typing->studio->jobs == NULL)
        return;
    editor_stop_typing(typing->desk.editor);
    if (typing->thrown || (!note_typing_is_changed(typing) && !typing->keeping))
        note_typing_drop(&typing);
    else
        note_autosave_now(typing);
}

static const struct view_ops edit_ops = {
    .name = "Editing notes",
    .keys = &edit_keys,
    .uncovered = true,
    .title = edit_title,
    .layout = edit_layout,
    .draw = edit_draw,
    .act = edit_act,
    .allows = edit_allows,
    .event = edit_event,
    .status = edit_status,
    .copy = edit_copy,
    .close = edit_close,
};

void note_edit_open(struct note_typing *typing)
{
    struct studio *studio = typing->studio;

    if (typing->view != NULL)
        return;
    typing->view = view_new(studio->workspace, &edit_ops, typing);
    view_add_pane(typing->view, editor_pane(typing->desk.editor));
    workspace_open(studio->workspace, typing->view);
}

/* --- In $EDITOR ------------------------------------------------------------------------------- */

void note_edit_elsewhere(struct note_typing *typing)
{
    struct studio *studio = typing->studio;
    struct strbuf text = STRBUF_INIT, taken = STRBUF_INIT;
    struct error error = { 0 };
    enum external_result result;

    /* The person may be away for an hour: the worker goes on meanwhile. */
    note_autosave_now(typing);
    editor_get_text(typing->desk.editor, &text);
    result = external_edit_in(studio->workspace, typing->version, text.data, text.length,
                              NOTE_TEXT_MAX, &taken, &error);
    if (result == EXTERNAL_FAILED) {
        workspace_say_error(studio->workspace, &error);
    } else if (result == EXTERNAL_UNCHANGED) {
        workspace_say(studio->workspace, MESSAGE_INFO, "Nothing was changed.");
    } else {
        editor_take_over(typing->desk.editor, taken.data, taken.length);
        note_autosave_now(typing);
        workspace_say(studio->workspace, MESSAGE_SUCCESS,
                      "The text is here, and not kept yet: !w keeps it, u takes it back.");
    }
    strbuf_release(&text);
    strbuf_release(&taken);
}

/* --- The : line ------------------------------------------------------------------------------- */

/* Fingers that know vi mean the text by ":q", and not all of the program. */
static void leave(struct note_typing *typing)
{
    workspace_back(typing->studio->workspace);
}

static void leave_without(struct note_typing *typing)
{
    if (note_typing_is_changed(typing))
        note_typing_ask_drop(typing);
    else
        leave(typing);
}

bool note_edit_line(struct studio *studio, const char *line)
{
    struct note_typing *typing = note_typing_in(studio, workspace_view(studio->workspace));

    if (typing == NULL)
        return false;
    if (strcmp(line, "w") == 0 || strcmp(line, "wq") == 0 || strcmp(line, "x") == 0)
        note_typing_keep(typing, line[1] != '\0' || line[0] == 'x');
    else if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
        leave(typing);
    else if (strcmp(line, "q!") == 0 || strcmp(line, "quit!") == 0)
        leave_without(typing);
    else if (strcmp(line, "edit") == 0 || strcmp(line, "e") == 0)
        note_edit_elsewhere(typing);
    else
        return false;
    return true;
}
