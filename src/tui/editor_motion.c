#include "editor_internal.h"

#define MATCH_REACH ((size_t)1 << 20) /* bytes that a bracket is looked for in */

static bool is_blank_line(struct editor *editor, size_t line)
{
    return edit_text_line_start(editor->text, line) == edit_text_line_end(editor->text, line);
}

static size_t cursor_line(const struct editor *editor)
{
    return edit_text_line_of(editor->text, editor->cursor);
}

/* ---- words ---- */

/* An empty line is a word: w, b and e stop there. */
static bool is_empty_line_at(struct editor *editor, size_t at)
{
    size_t line = edit_text_line_of(editor->text, at);

    return edit_text_line_start(editor->text, line) == at && is_blank_line(editor, line);
}

static bool is_space(struct editor *editor, size_t at)
{
    return character_class_at(editor->text, at) <= CHARACTER_LINE_END;
}

static size_t word_forward(struct editor *editor, size_t at)
{
    size_t length = edit_text_length(editor->text);
    enum character_class class;

    if (at >= length)
        return length;
    class = character_class_at(editor->text, at);
    if (class == CHARACTER_LINE_END)
        at = character_next(editor->text, at);
    else if (class != CHARACTER_BLANK)
        at = character_skip(editor->text, at, class, length);
    while (at < length && is_space(editor, at) && !is_empty_line_at(editor, at))
        at = character_next(editor->text, at);
    return at;
}

static size_t word_back(struct editor *editor, size_t at)
{
    enum character_class class;

    do {
        at = character_previous(editor->text, at);
    } while (at > 0 && is_space(editor, at) && !is_empty_line_at(editor, at));
    class = character_class_at(editor->text, at);
    return class > CHARACTER_LINE_END ? character_skip_back(editor->text, at, class, 0) : at;
}

static size_t word_end(struct editor *editor, size_t at)
{
    size_t length = edit_text_length(editor->text);

    at = character_next(editor->text, at);
    while (at < length && is_space(editor, at))
        at = character_next(editor->text, at);
    if (at < length)
        at = character_skip(editor->text, at, character_class_at(editor->text, at), length);
    return character_previous(editor->text, at);
}

/* ---- paragraphs ---- */

static size_t paragraph_forward(struct editor *editor)
{
    size_t line = cursor_line(editor);
    size_t lines = edit_text_lines(editor->text);

    while (line < lines && is_blank_line(editor, line))
        line++;
    while (line < lines && !is_blank_line(editor, line))
        line++;
    return line < lines ? edit_text_line_start(editor->text, line) : edit_text_length(editor->text);
}

static size_t paragraph_back(struct editor *editor)
{
    size_t line = cursor_line(editor);

    while (line > 0 && is_blank_line(editor, line))
        line--;
    while (line > 0 && !is_blank_line(editor, line))
        line--;
    return edit_text_line_start(editor->text, line);
}

/* ---- a character of the line, and brackets ---- */

static bool to_character(struct editor *editor, int action, int32_t character, size_t *target,
                         bool again)
{
    size_t line = cursor_line(editor);
    size_t start = edit_text_line_start(editor->text, line);
    size_t end = edit_text_line_end(editor->text, line);
    size_t reach = CHARACTER_REACH;
    bool forwards = action == EDITOR_TO || action == EDITOR_TILL;
    bool till = action == EDITOR_TILL || action == EDITOR_TILL_BACK;
    size_t before = editor->cursor;

    for (size_t at = before;; before = at) {
        if ((forwards ? at >= end : at <= start) || reach-- == 0)
            return false;
        at = forwards ? character_next(editor->text, at) : character_previous(editor->text, at);
        if (at >= end || character_at(editor->text, at) != character)
            continue;
        /* Again, `t` goes past the one it stands before. */
        if (till && again && before == editor->cursor)
            continue;
        *target = till ? before : at;
        return true;
    }
}

static int reversed(int action)
{
    switch (action) {
    case EDITOR_TO:
        return EDITOR_TO_BACK;
    case EDITOR_TO_BACK:
        return EDITOR_TO;
    case EDITOR_TILL:
        return EDITOR_TILL_BACK;
    default:
        return EDITOR_TILL;
    }
}

static bool to_bracket(struct editor *editor, size_t *target)
{
    static const char brackets[] = "()[]{}";
    size_t end = edit_text_line_end(editor->text, cursor_line(editor));
    size_t length = edit_text_length(editor->text);
    size_t at = editor->cursor;
    char own, other;
    int depth = 0;
    size_t which;

    for (; at < end; at++)
        for (which = 0; brackets[which] != '\0'; which++)
            if (edit_text_byte(editor->text, at) == brackets[which])
                goto found;
    return false;
found:
    own = brackets[which];
    other = brackets[which ^ 1];
    for (size_t steps = 0; steps < MATCH_REACH && at < length; steps++) {
        char c = edit_text_byte(editor->text, at);

        depth += c == own ? 1 : c == other ? -1 : 0;
        if (depth == 0) {
            *target = at;
            return true;
        }
        /* Past the beginning this wraps round, and ends the loop. */
        at = which % 2 == 0 ? at + 1 : at - 1;
    }
    return false;
}

/* ---- motions ---- */

static bool line_motion(struct editor *editor, int action, size_t *target)
{
    size_t line = cursor_line(editor);
    size_t last = edit_text_lines(editor->text) - 1;

    /* What follows the last line's end is a line of no text, not one to go to. */
    if (last > 0 && is_blank_line(editor, last) && line < last)
        last--;
    switch (action) {
    case EDITOR_UP:
        *target = edit_text_line_start(editor->text, line - (line > 0));
        return line > 0;
    case EDITOR_DOWN:
    case EDITOR_NEXT_LINE:
        *target = editor_line_text(editor, line < last ? line + 1 : line);
        return line < last;
    case EDITOR_FIRST:
        *target = editor_line_text(editor, 0);
        return true;
    default:
        *target = editor_line_text(editor, last);
        return true;
    }
}

static bool sideways(struct editor *editor, int action, size_t *target)
{
    size_t line = cursor_line(editor);
    bool left = action == EDITOR_LEFT;

    *target = left ? character_previous(editor->text, editor->cursor)
                   : character_next(editor->text, editor->cursor);
    if (left)
        return editor->cursor > edit_text_line_start(editor->text, line);
    return editor->cursor < edit_text_line_end(editor->text, line);
}

static bool find_motion(struct editor *editor, int action, int32_t character, size_t *target,
                        enum motion_kind *kind)
{
    bool again = action == EDITOR_TO_AGAIN || action == EDITOR_TO_REVERSE;

    if (again) {
        if (editor->to_action == EDITOR_NOTHING)
            return false;
        character = editor->to_character;
        action = action == EDITOR_TO_AGAIN ? editor->to_action : reversed(editor->to_action);
    } else {
        editor->to_action = action;
        editor->to_character = character;
    }
    *kind = action == EDITOR_TO || action == EDITOR_TILL ? MOTION_INCLUSIVE : MOTION_EXCLUSIVE;
    return to_character(editor, action, character, target, again);
}

bool editor_motion(struct editor *editor, int action, int32_t character, size_t *target,
                   enum motion_kind *kind)
{
    size_t line = cursor_line(editor);

    *kind = MOTION_EXCLUSIVE;
    *target = editor->cursor;
    switch (action) {
    case EDITOR_LEFT:
    case EDITOR_RIGHT:
        return sideways(editor, action, target);
    case EDITOR_UP:
    case EDITOR_DOWN:
    case EDITOR_NEXT_LINE:
    case EDITOR_FIRST:
    case EDITOR_LAST:
        *kind = MOTION_LINES;
        return line_motion(editor, action, target);
    case EDITOR_WORD:
        *target = word_forward(editor, editor->cursor);
        break;
    case EDITOR_WORD_BACK:
        *target = word_back(editor, editor->cursor);
        break;
    case EDITOR_WORD_END:
        *kind = MOTION_INCLUSIVE;
        *target = word_end(editor, editor->cursor);
        break;
    case EDITOR_LINE_START:
        *target = edit_text_line_start(editor->text, line);
        break;
    case EDITOR_LINE_TEXT:
        *target = editor_line_text(editor, line);
        break;
    case EDITOR_LINE_END:
        *target = edit_text_line_end(editor->text, line);
        break;
    case EDITOR_PARAGRAPH:
        *target = paragraph_forward(editor);
        break;
    case EDITOR_PARAGRAPH_BACK:
        *target = paragraph_back(editor);
        break;
    case EDITOR_MATCH:
        *kind = MOTION_INCLUSIVE;
        return to_bracket(editor, target);
    case EDITOR_HALF_DOWN:
    case EDITOR_HALF_UP:
    case EDITOR_PAGE_DOWN:
    case EDITOR_PAGE_UP:
        return false;
    default:
        return find_motion(editor, action, character, target, kind);
    }
    return true;
}

/* Without an operator, left and right go on over the end of a line. */
static void move_sideways(struct editor *editor, bool left)
{
    size_t length = edit_text_length(editor->text);
    size_t at = editor->cursor;

    if (left) {
        editor->cursor = character_previous(editor->text, at);
        return;
    }
    at = character_next(editor->text, at);
    if (editor->mode != MODE_INSERT && character_is_line_end(editor->text, at) &&
        !character_is_line_end(editor->text, editor->cursor))
        at = character_next(editor->text, at);
    if (at < length || editor->mode == MODE_INSERT)
        editor->cursor = at;
}

void editor_move(struct editor *editor, int action, int32_t character)
{
    int page = editor->rows > 2 ? editor->rows - 2 : 1;
    enum motion_kind kind;
    size_t target;

    /* The arrows end a step: what is typed elsewhere is taken back by itself. */
    edit_text_end(editor->text, editor->cursor);
    switch (action) {
    case EDITOR_UP:
    case EDITOR_DOWN:
        editor_move_rows(editor, action == EDITOR_DOWN ? 1 : -1);
        break;
    case EDITOR_HALF_DOWN:
    case EDITOR_HALF_UP:
        editor_move_rows(editor, (editor->rows / 2 + 1) * (action == EDITOR_HALF_DOWN ? 1 : -1));
        break;
    case EDITOR_PAGE_DOWN:
    case EDITOR_PAGE_UP:
        editor_move_rows(editor, page * (action == EDITOR_PAGE_DOWN ? 1 : -1));
        break;
    case EDITOR_LEFT:
    case EDITOR_RIGHT:
        editor->goal = -1;
        move_sideways(editor, action == EDITOR_LEFT);
        break;
    default:
        editor->goal = -1;
        if (editor_motion(editor, action, character, &target, &kind))
            editor->cursor = target;
    }
    editor->typed_from = editor->cursor;
    editor->doing = (struct editor_repeat){ .action = EDITOR_INSERT };
}
