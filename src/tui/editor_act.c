#include "editor_internal.h"

/* What keys do: the tables of editor_keys.c lead here. */

static void undo(struct editor *editor, bool back)
{
    bool done;

    editor_enter_mode(editor, MODE_NORMAL);
    if (editor->read_only) {
        editor_say(editor, "this text is read only");
        return;
    }
    done = back ? edit_text_undo(editor->text, &editor->cursor)
                : edit_text_redo(editor->text, &editor->cursor);
    if (!done)
        editor_say(editor, back ? "nothing to take back" : "nothing to do again");
    editor->goal = -1;
}

static void toggle_visual(struct editor *editor, enum editor_mode mode)
{
    editor_enter_mode(editor, editor->mode == mode ? MODE_NORMAL : mode);
}

static void select_object(struct editor *editor, int action)
{
    size_t from, to;
    bool lines;

    if (!editor_object(editor, action, &from, &to, &lines) || from == to)
        return;
    editor->anchor = from;
    editor->cursor = character_previous(editor->text, to);
    editor->mode = lines ? MODE_VISUAL_LINES : MODE_VISUAL;
}

static void other_end(struct editor *editor)
{
    size_t anchor = editor->anchor;

    editor->anchor = editor->cursor;
    editor->cursor = anchor;
    editor->goal = -1;
}

static void act_of_mode(struct editor *editor, int action)
{
    switch (action) {
    case EDITOR_UNDO:
    case EDITOR_REDO:
        undo(editor, action == EDITOR_UNDO);
        break;
    case EDITOR_REPEAT:
        editor_repeat(editor);
        break;
    case EDITOR_VISUAL_START:
        toggle_visual(editor, MODE_VISUAL);
        break;
    case EDITOR_VISUAL_LINES:
        toggle_visual(editor, MODE_VISUAL_LINES);
        break;
    case EDITOR_OTHER_END:
        other_end(editor);
        break;
    case EDITOR_FIND_REPLACE:
        if (editor->read_only)
            editor_say(editor, "this text is read only");
        else if (editor->events.replace != NULL)
            editor->events.replace(editor->events.context);
        break;
    case EDITOR_ESCAPE:
        if (editor->mode == MODE_INSERT)
            editor_end_typing(editor);
        else
            editor_enter_mode(editor, MODE_NORMAL);
        break;
    default:
        editor_type(editor, action, 0);
        break;
    }
}

/* Does an action, with the character it waited for. */
static void perform(struct editor *editor, int action, int32_t character)
{
    int operation = editor->operation;

    editor_give_up(editor);
    if (operation != EDITOR_NOTHING)
        editor_operate(editor, operation, action, character);
    else if (editor->mode == MODE_INSERT && action > EDITOR_LAST_MOTION)
        act_of_mode(editor, action);
    else if (action <= EDITOR_LAST_MOTION)
        editor_move(editor, action, character);
    else if (action <= EDITOR_LAST_OBJECT)
        select_object(editor, action);
    else if (editor_is_visual(editor) && action <= EDITOR_KEY_BACKSPACE)
        editor_change_selection(editor, action, character);
    else if (action <= EDITOR_KEY_BACKSPACE)
        editor_change(editor, action, character);
    else
        act_of_mode(editor, action);
}

static bool waits_for_character(int action)
{
    return action == EDITOR_REPLACE_CHARACTER || action == EDITOR_TO || action == EDITOR_TO_BACK ||
           action == EDITOR_TILL || action == EDITOR_TILL_BACK;
}

static void start(struct editor *editor, int action)
{
    bool visual = editor_is_visual(editor);

    if (waits_for_character(action))
        editor->awaiting = action;
    else if (editor->operation == EDITOR_NOTHING && !visual && action > EDITOR_LAST_OBJECT &&
             action <= EDITOR_LAST_OPERATOR)
        editor->operation = action;
    else
        perform(editor, action, 0);
}

/* A change may have made one character of what is on both sides of the cursor. */
static void keep_out_of_characters(struct editor *editor)
{
    size_t start = character_align(editor->text, editor->cursor);

    if (start < editor->cursor)
        editor->cursor = character_next(editor->text, start);
}

/* After every handler: the place of the cursor, the step, the keys, and the owner's ear. */
static unsigned finish(struct editor *editor, uint64_t revision)
{
    keep_out_of_characters(editor);
    editor->match_from = editor->match_to = 0;
    if (editor->mode != MODE_INSERT) {
        edit_text_end(editor->text, editor->cursor);
        editor_clamp(editor);
    }
    editor_reveal(editor);
    editor_take_ops(editor);
    if (editor->events.changed != NULL && edit_text_revision(editor->text) != revision)
        editor->events.changed(editor->events.context);
    return REFRESH_DRAW;
}

unsigned editor_act(struct editor *editor, int action)
{
    uint64_t revision = edit_text_revision(editor->text);

    start(editor, action);
    return finish(editor, revision);
}

static unsigned act(struct pane *pane, int action)
{
    return editor_act((struct editor *)pane, action);
}

/* A key that an operator waits for: its motion. */
static void hear_motion(struct editor *editor, int32_t key)
{
    struct keymap keymap = { 0 };
    struct key_match match;
    enum key_result result;

    keymap_add(&keymap, &editor_pending_keys);
    keymap_add(&keymap, &editor_motion_keys);
    if (editor->typed.count == KEY_SEQUENCE_MAXIMUM)
        editor->typed.count = 0;
    editor->typed.keys[editor->typed.count++] = key;
    result = keymap_match(&keymap, &editor->typed, &match);
    if (result == KEY_RESULT_MORE)
        return;
    editor->typed.count = 0;
    if (result == KEY_RESULT_NONE) {
        editor_give_up(editor);
        editor_say(editor, "that is no motion: nothing was done");
    } else if (match.row->action == EDITOR_LINES &&
               key != (editor->operation == EDITOR_DELETE   ? 'd'
                       : editor->operation == EDITOR_CHANGE ? 'c'
                                                            : 'y')) {
        editor_give_up(editor);
    } else {
        start(editor, match.row->action);
    }
}

/* Keys that no table has: the text that is typed, and what is waited for. */
static unsigned hear(struct pane *pane, int32_t key)
{
    struct editor *editor = (struct editor *)pane;
    uint64_t revision = edit_text_revision(editor->text);
    bool waits = editor->operation != EDITOR_NOTHING || editor->awaiting != EDITOR_NOTHING;

    if (waits && key == KEYCODE_ESCAPE)
        editor_give_up(editor);
    else if (editor->awaiting != EDITOR_NOTHING)
        if (key_is_text(key) || key == KEYCODE_ENTER || key == KEYCODE_TAB)
            perform(editor, editor->awaiting, key);
        else
            editor_give_up(editor);
    else if (waits)
        hear_motion(editor, key);
    else if (editor->mode == MODE_INSERT && key_is_text(key))
        editor_type(editor, EDITOR_NOTHING, key);
    else
        return REFRESH_IGNORED;
    return finish(editor, revision);
}

static unsigned paste(struct pane *pane, const char *text, size_t length)
{
    struct editor *editor = (struct editor *)pane;
    uint64_t revision = edit_text_revision(editor->text);

    editor_give_up(editor);
    editor_paste(editor, text, length);
    return finish(editor, revision);
}

static unsigned back(struct pane *pane)
{
    struct editor *editor = (struct editor *)pane;

    if (editor->mode == MODE_NORMAL)
        return REFRESH_IGNORED;
    return editor_act(editor, EDITOR_ESCAPE);
}

static void position(const struct pane *pane, struct strbuf *out)
{
    const struct editor *editor = (const struct editor *)pane;
    size_t line = edit_text_line_of(editor->text, editor->cursor);
    size_t lines = edit_text_lines(editor->text);

    strbuf_printf(out, "%zu/%zu", line + 1, lines);
}

static bool text(const struct pane *pane, struct strbuf *out)
{
    struct editor *editor = (struct editor *)pane;
    size_t from = 0, to = edit_text_length(editor->text);

    if (editor_is_visual(editor))
        editor_selection(editor, &from, &to);
    edit_text_copy(editor->text, from, to, out);
    return to > from;
}

#define OPERATIONS(table, base, text_only)                                                         \
    {                                                                                              \
        .keys = table, .base_keys = base, .keys_first = true, .takes_text = text_only,             \
        .resize = editor_resize, .draw = editor_draw, .act = act, .key = hear, .paste = paste,     \
        .back = back, .find = editor_find, .position = position, .text = text                      \
    }

static const struct pane_ops normal_ops =
    OPERATIONS(&editor_normal_keys, &editor_motion_keys, false);
static const struct pane_ops insert_ops = OPERATIONS(&editor_insert_keys, NULL, true);
static const struct pane_ops visual_ops =
    OPERATIONS(&editor_visual_keys, &editor_motion_keys, false);
static const struct pane_ops pending_ops =
    OPERATIONS(&editor_pending_keys, &editor_motion_keys, true);
static const struct pane_ops character_ops = OPERATIONS(&editor_character_keys, NULL, true);

void editor_take_ops(struct editor *editor)
{
    static const struct pane_ops *const ops[] = {
        [MODE_NORMAL] = &normal_ops,
        [MODE_INSERT] = &insert_ops,
        [MODE_VISUAL] = &visual_ops,
        [MODE_VISUAL_LINES] = &visual_ops,
    };

    if (editor->awaiting != EDITOR_NOTHING)
        editor->pane.ops = &character_ops;
    else if (editor->operation != EDITOR_NOTHING)
        editor->pane.ops = &pending_ops;
    else
        editor->pane.ops = ops[editor->mode];
}
