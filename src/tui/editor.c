#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "editor_internal.h"

#define LIMIT ((size_t)64 << 20)

void editor_say(const struct editor *editor, const char *text)
{
    if (editor->events.say != NULL)
        editor->events.say(editor->events.context, text);
}

bool editor_is_visual(const struct editor *editor)
{
    return editor->mode == MODE_VISUAL || editor->mode == MODE_VISUAL_LINES;
}

/* ---- changes ---- */

bool editor_put(struct editor *editor, size_t from, size_t to, const char *bytes, size_t length)
{
    if (editor->read_only) {
        editor_say(editor, "this text is read only");
        return false;
    }
    if (edit_text_length(editor->text) - (to - from) + length > editor->limit) {
        editor_say(editor, "the text would become too long: nothing was changed");
        return false;
    }
    edit_text_begin(editor->text, editor->cursor);
    edit_text_replace(editor->text, from, to, bytes, length);
    editor->cursor = from + length;
    editor->goal = -1;
    return true;
}

const char *editor_line_ending(struct editor *editor)
{
    size_t next = edit_text_line_next(editor->text, 0);

    if (edit_text_lines(editor->text) > 1 && next > 1 &&
        edit_text_byte(editor->text, next - 2) == '\r')
        return "\r\n";
    return "\n";
}

void editor_selection(struct editor *editor, size_t *from, size_t *to)
{
    bool forwards = editor->anchor <= editor->cursor;

    *from = forwards ? editor->anchor : editor->cursor;
    *to = forwards ? editor->cursor : editor->anchor;
    if (editor->mode == MODE_VISUAL_LINES) {
        *from = edit_text_line_start(editor->text, edit_text_line_of(editor->text, *from));
        *to = edit_text_line_next(editor->text, edit_text_line_of(editor->text, *to));
    } else {
        *to = character_next(editor->text, *to);
    }
}

/* ---- what keys do ---- */

void editor_enter_mode(struct editor *editor, enum editor_mode mode)
{
    if (mode != MODE_INSERT)
        edit_text_end(editor->text, editor->cursor);
    if ((mode == MODE_VISUAL || mode == MODE_VISUAL_LINES) && !editor_is_visual(editor))
        editor->anchor = editor->cursor;
    editor->mode = mode;
}

static void give_up(struct editor *editor)
{
    editor->operation = EDITOR_NOTHING;
    editor->awaiting = EDITOR_NOTHING;
    editor->typed.count = 0;
}

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

    give_up(editor);
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

static unsigned act(struct pane *pane, int action)
{
    struct editor *editor = (struct editor *)pane;
    uint64_t revision = edit_text_revision(editor->text);

    start(editor, action);
    return finish(editor, revision);
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
        give_up(editor);
        editor_say(editor, "that is no motion: nothing was done");
    } else if (match.row->action == EDITOR_LINES &&
               key != (editor->operation == EDITOR_DELETE   ? 'd'
                       : editor->operation == EDITOR_CHANGE ? 'c'
                                                            : 'y')) {
        give_up(editor);
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
        give_up(editor);
    else if (editor->awaiting != EDITOR_NOTHING)
        if (key_is_text(key) || key == KEYCODE_ENTER || key == KEYCODE_TAB)
            perform(editor, editor->awaiting, key);
        else
            give_up(editor);
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

    give_up(editor);
    editor_paste(editor, text, length);
    return finish(editor, revision);
}

static unsigned back(struct pane *pane)
{
    struct editor *editor = (struct editor *)pane;

    if (editor->mode == MODE_NORMAL)
        return REFRESH_IGNORED;
    return act(pane, EDITOR_ESCAPE);
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

/* ---- the owner's ---- */

struct editor *editor_new(const struct editor_events *events)
{
    struct editor *editor = memory_new(sizeof *editor);

    editor->text = edit_text_new();
    edit_layout_init(&editor->layout);
    editor->events = *events;
    editor->limit = LIMIT;
    editor->goal = -1;
    editor->taken = (struct strbuf)STRBUF_INIT;
    editor_take_ops(editor);
    return editor;
}

void editor_free(struct editor **out)
{
    struct editor *editor = *out;

    if (editor == NULL)
        return;
    edit_text_free(&editor->text);
    edit_layout_release(&editor->layout);
    strbuf_release(&editor->taken);
    free(editor->last.typed);
    free(editor->pattern);
    free(editor);
    *out = NULL;
}

struct pane *editor_pane(struct editor *editor)
{
    return &editor->pane;
}

void editor_set_text(struct editor *editor, const char *bytes, size_t length)
{
    give_up(editor);
    editor->mode = MODE_NORMAL;
    edit_text_set(editor->text, bytes, length);
    editor->cursor = 0;
    editor->goal = -1;
    editor->top = (struct editor_place){ 0, 0, 0 };
    editor_take_ops(editor);
}

/* The bytes that two texts have in common at the beginning, or at the end beside `same`. */
static size_t common_start(struct editor *editor, const char *bytes, size_t most)
{
    size_t same = 0;

    while (same < most && edit_text_byte(editor->text, same) == bytes[same])
        same++;
    return character_align(editor->text, same) < same ? character_align(editor->text, same) : same;
}

static size_t common_end(struct editor *editor, const char *bytes, size_t length, size_t most)
{
    size_t size = edit_text_length(editor->text);
    size_t same = 0;

    while (same < most && edit_text_byte(editor->text, size - 1 - same) == bytes[length - 1 - same])
        same++;
    return same;
}

bool editor_take_over(struct editor *editor, const char *bytes, size_t length)
{
    size_t size = edit_text_length(editor->text);
    size_t least = size < length ? size : length;
    size_t start = common_start(editor, bytes, least);
    size_t end = common_end(editor, bytes, length, least - start);
    size_t cursor = editor->cursor;

    if (size == length && start == length)
        return false;
    give_up(editor);
    editor_enter_mode(editor, MODE_NORMAL);
    if (!editor_put(editor, start, size - end, bytes + start, length - end - start))
        return false;
    if (cursor >= size - end)
        cursor = cursor - size + length;
    else if (cursor > start)
        cursor = start;
    editor_set_cursor(editor, cursor);
    return true;
}

void editor_get_text(const struct editor *editor, struct strbuf *out)
{
    edit_text_copy(editor->text, 0, edit_text_length(editor->text), out);
}

size_t editor_length(const struct editor *editor)
{
    return edit_text_length(editor->text);
}

size_t editor_cursor(const struct editor *editor)
{
    return editor->cursor;
}

void editor_set_cursor(struct editor *editor, size_t offset)
{
    edit_text_end(editor->text, editor->cursor);
    editor->cursor = character_align(editor->text, offset);
    editor->goal = -1;
    editor_clamp(editor);
    editor->typed_from = editor->cursor;
    editor_reveal(editor);
    editor_take_ops(editor);
}

void editor_go_to(struct editor *editor, size_t line, size_t character)
{
    size_t lines = edit_text_lines(editor->text);
    size_t at = edit_text_line_start(editor->text, line < lines ? line : lines - 1);
    size_t end = edit_text_line_end(editor->text, line < lines ? line : lines - 1);

    for (; character > 0 && at < end; character--)
        at = character_next(editor->text, at);
    editor_set_cursor(editor, at);
}

bool editor_is_modified(const struct editor *editor)
{
    return edit_text_is_modified(editor->text);
}

void editor_mark_saved(struct editor *editor)
{
    edit_text_mark_saved(editor->text);
}

uint64_t editor_revision(const struct editor *editor)
{
    return edit_text_revision(editor->text);
}

void editor_set_read_only(struct editor *editor, bool read_only)
{
    if (read_only)
        editor_stop_typing(editor);
    editor->read_only = read_only;
}

bool editor_is_read_only(const struct editor *editor)
{
    return editor->read_only;
}

void editor_set_limit(struct editor *editor, size_t bytes)
{
    editor->limit = bytes;
}

void editor_set_line_roles(struct editor *editor,
                           enum role (*role_of)(void *context, const char *line, size_t length),
                           void *context)
{
    editor->role_of = role_of;
    editor->role_context = context;
}

void editor_start_typing(struct editor *editor)
{
    if (editor->mode != MODE_INSERT)
        act(&editor->pane, EDITOR_INSERT);
}

void editor_stop_typing(struct editor *editor)
{
    if (editor->mode == MODE_INSERT)
        act(&editor->pane, EDITOR_ESCAPE);
}

bool editor_is_typing(const struct editor *editor)
{
    return editor->mode == MODE_INSERT;
}

enum role editor_status(const struct editor *editor, struct strbuf *out)
{
    static const char *const names[] = { "NORMAL", "INSERT", "SELECT", "SELECT LINES" };

    if (editor->read_only) {
        strbuf_add(out, "READ ONLY");
        return ROLE_WARNING;
    }
    strbuf_add(out, names[editor->mode]);
    return editor->mode == MODE_NORMAL ? ROLE_DIM : ROLE_ACCENT;
}
