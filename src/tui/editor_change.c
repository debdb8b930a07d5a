#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "editor_internal.h"

static size_t line_at(const struct editor *editor, size_t offset)
{
    return edit_text_line_of(editor->text, offset);
}

/* ---- operators ---- */

/* A range of bytes that an operator is about. */
struct span {
    size_t from;
    size_t to;
    bool lines;
};

static void yank(struct editor *editor, const struct span *span)
{
    editor_take(editor, span->from, span->to, span->lines);
    if (!span->lines || line_at(editor, editor->cursor) != line_at(editor, span->from))
        editor->cursor = span->from;
    editor->goal = -1;
    if (editor->events.taken != NULL)
        editor->events.taken(editor->events.context, editor->taken.data, editor->taken.length);
}

static bool delete_lines(struct editor *editor, struct span span)
{
    size_t length = edit_text_length(editor->text);
    size_t line;

    if (span.from == span.to) {
        editor_say(editor, "there is no line to delete");
        return false;
    }
    /* The last line has no end of its own: the one before it goes. */
    if (span.to == length && span.from > 0 && edit_text_byte(editor->text, length - 1) != '\n')
        span.from = character_previous(editor->text, span.from);
    if (!editor_put(editor, span.from, span.to, "", 0))
        return false;
    line = line_at(editor, span.from);
    if (span.from == edit_text_length(editor->text) && line > 0 &&
        edit_text_line_start(editor->text, line) == span.from)
        line--;
    editor->cursor = editor_line_text(editor, line);
    return true;
}

/* Lines that are typed anew keep their place and their indentation. */
static bool clear_lines(struct editor *editor, const struct span *span)
{
    size_t first = line_at(editor, span->from);
    size_t last = span->to > span->from ? line_at(editor, span->to - 1) : first;

    return editor_put(editor, editor_line_text(editor, first),
                      edit_text_line_end(editor->text, last), "", 0);
}

static bool apply(struct editor *editor, int operation, const struct span *span)
{
    if (operation == EDITOR_YANK) {
        yank(editor, span);
        return true;
    }
    if (editor->read_only)
        return editor_put(editor, 0, 0, "", 0);
    editor_take(editor, span->from, span->to, span->lines);
    if (operation == EDITOR_CHANGE)
        return span->lines ? clear_lines(editor, span)
                           : editor_put(editor, span->from, span->to, "", 0);
    return span->lines ? delete_lines(editor, *span)
                       : editor_put(editor, span->from, span->to, "", 0);
}

/* vi's three rules of thumb: `cw` leaves the blanks behind the word, `dw` on the last word of a
 * line leaves the line's end, and `d}` from the beginning of a line takes whole lines. */
static void adjust(struct editor *editor, int operation, int motion, struct span *span)
{
    size_t end = edit_text_line_end(editor->text, line_at(editor, span->from));

    if (motion == EDITOR_WORD && span->from < end) {
        enum character_class class = character_class_at(editor->text, span->from);

        if (span->to > end)
            span->to = end;
        while (operation == EDITOR_CHANGE && class != CHARACTER_BLANK && span->to > span->from &&
               character_class_at(editor->text, character_previous(editor->text, span->to)) ==
                   CHARACTER_BLANK)
            span->to = character_previous(editor->text, span->to);
    }
    if (motion == EDITOR_PARAGRAPH && span->to > end &&
        span->to == edit_text_line_start(editor->text, line_at(editor, span->to))) {
        if (span->from <= editor_line_text(editor, line_at(editor, span->from))) {
            span->from = edit_text_line_start(editor->text, line_at(editor, span->from));
            span->lines = true;
        } else {
            span->to = character_previous(editor->text, span->to);
        }
    }
}

static bool span_of_motion(struct editor *editor, int operation, int motion, int32_t character,
                           struct span *span)
{
    enum motion_kind kind;
    size_t target;

    if (!editor_motion(editor, motion, character, &target, &kind))
        return false;
    span->from = target < editor->cursor ? target : editor->cursor;
    span->to = target < editor->cursor ? editor->cursor : target;
    span->lines = kind == MOTION_LINES;
    if (span->lines) {
        span->from = edit_text_line_start(editor->text, line_at(editor, span->from));
        span->to = edit_text_line_next(editor->text, line_at(editor, span->to));
    } else if (kind == MOTION_INCLUSIVE) {
        span->to = character_next(editor->text, span->to);
    }
    adjust(editor, operation, motion, span);
    return true;
}

void editor_operate(struct editor *editor, int operation, int motion, int32_t character)
{
    struct span span = { 0 };
    bool found;

    if (motion > EDITOR_LAST_MOTION)
        found = editor_object(editor, motion, &span.from, &span.to, &span.lines);
    else
        found = span_of_motion(editor, operation, motion, character, &span);
    if (!found || !apply(editor, operation, &span))
        return;
    if (operation == EDITOR_CHANGE)
        editor_begin_typing(editor, operation, motion, character);
    else if (operation == EDITOR_DELETE)
        editor_remember(editor, operation, motion, character);
}

/* ---- changes by one key ---- */

static bool delete_taken(struct editor *editor, size_t from, size_t to)
{
    if (from >= to)
        return false;
    if (!editor->read_only)
        editor_take(editor, from, to, false);
    return editor_put(editor, from, to, "", 0);
}

static bool put_lines(struct editor *editor, bool before)
{
    const struct strbuf *taken = &editor->taken;
    size_t line = line_at(editor, editor->cursor);
    size_t at =
        before ? edit_text_line_start(editor->text, line) : edit_text_line_next(editor->text, line);
    const char *ending = editor_line_ending(editor);
    struct strbuf text = STRBUF_INIT;
    bool unended = !before && line + 1 == edit_text_lines(editor->text) &&
                   edit_text_line_start(editor->text, line) < at;
    bool done;

    /* Behind a last line without an end, the end goes before the lines. */
    if (unended)
        strbuf_add(&text, ending);
    strbuf_add_bytes(&text, taken->data, taken->length);
    if (unended) {
        strbuf_truncate(&text, text.length - 1);
        if (text.length > 0 && text.data[text.length - 1] == '\r')
            strbuf_truncate(&text, text.length - 1);
    }
    done = editor_put(editor, at, at, text.data, text.length);
    if (done)
        editor->cursor = editor_line_text(editor, line + (before ? 0 : 1));
    strbuf_release(&text);
    return done;
}

static bool put_taken(struct editor *editor, bool before)
{
    size_t at = editor->cursor;

    if (editor->taken.length == 0) {
        editor_say(editor, "nothing was deleted or copied yet");
        return false;
    }
    if (editor->taken_lines)
        return put_lines(editor, before);
    if (!before && at < edit_text_line_end(editor->text, line_at(editor, at)))
        at = character_next(editor->text, at);
    if (!editor_put(editor, at, at, editor->taken.data, editor->taken.length))
        return false;
    editor->cursor = character_previous(editor->text, editor->cursor);
    return true;
}

/* Joins the lines that begin in (from, to) to the first, with a blank between. */
static bool join(struct editor *editor, size_t from, size_t to)
{
    size_t line = line_at(editor, from);
    size_t joins = line_at(editor, to > from ? to - 1 : to) - line;
    bool done = false;

    for (joins = joins == 0 ? 1 : joins; joins > 0; joins--) {
        size_t end = edit_text_line_end(editor->text, line);
        size_t next;
        bool blank;

        if (line + 1 >= edit_text_lines(editor->text))
            break;
        next = editor_line_text(editor, line + 1);
        blank = end > edit_text_line_start(editor->text, line) &&
                character_class_at(editor->text, end - 1) != CHARACTER_BLANK &&
                next < edit_text_line_end(editor->text, line + 1) &&
                edit_text_byte(editor->text, next) != ')';
        if (!editor_put(editor, end, next, " ", blank ? 1 : 0))
            return false;
        editor->cursor = end;
        done = true;
    }
    return done;
}

static void add_other_case(struct strbuf *out, int32_t letter)
{
    wint_t upper = towupper((wint_t)letter);

    strbuf_add_codepoint(out, upper != (wint_t)letter ? upper : towlower((wint_t)letter));
}

/* Turns the case of every letter, or puts a character in place of each that ends no line. */
static bool rewrite(struct editor *editor, size_t from, size_t to, int32_t character)
{
    struct strbuf text = STRBUF_INIT;
    bool done;

    for (size_t at = from; at < to;) {
        size_t next = character_next(editor->text, at);
        int32_t letter = character_at(editor->text, at);

        if (character != 0 && !character_is_line_end(editor->text, at)) {
            strbuf_add_codepoint(&text, (unsigned)character);
        } else if (character == 0 && letter >= 0) {
            char encoded[4];
            size_t size = utf8_encode((uint32_t)letter, encoded);

            add_other_case(&text, letter);
            edit_text_copy(editor->text, at + size, next, &text);
        } else {
            edit_text_copy(editor->text, at, next, &text);
        }
        at = next;
    }
    done = from < to && editor_put(editor, from, to, text.data, text.length);
    strbuf_release(&text);
    return done;
}

static bool replace_character(struct editor *editor, size_t at, size_t end, int32_t character)
{
    const char *ending = editor_line_ending(editor);
    bool done;

    if (at >= end)
        return false;
    if (character == KEYCODE_ENTER)
        return editor_put(editor, at, character_next(editor->text, at), ending, strlen(ending));
    done = rewrite(editor, at, character_next(editor->text, at), character);
    if (done)
        editor->cursor = at;
    return done;
}

static bool change_here(struct editor *editor, int action, int32_t character)
{
    size_t at = editor->cursor;
    size_t line = line_at(editor, at);
    size_t start = edit_text_line_start(editor->text, line);
    size_t end = edit_text_line_end(editor->text, line);
    size_t next = character_next(editor->text, at);

    switch (action) {
    case EDITOR_DELETE_END:
        return delete_taken(editor, at, end);
    case EDITOR_DELETE_CHARACTER:
        return at < end && delete_taken(editor, at, next);
    case EDITOR_DELETE_BEFORE:
        return at > start && delete_taken(editor, character_previous(editor->text, at), at);
    case EDITOR_KEY_DELETE:
        return next > at && editor_put(editor, at, next, "", 0);
    case EDITOR_KEY_BACKSPACE:
        return at > 0 && editor_put(editor, character_previous(editor->text, at), at, "", 0);
    case EDITOR_PUT:
    case EDITOR_PUT_BEFORE:
        return put_taken(editor, action == EDITOR_PUT_BEFORE);
    case EDITOR_JOIN:
        return join(editor, at, at);
    case EDITOR_CASE:
        return at < end && rewrite(editor, at, next, 0);
    default:
        return replace_character(editor, at, end, character);
    }
}

void editor_change(struct editor *editor, int action, int32_t character)
{
    if (action <= EDITOR_LAST_TYPING)
        editor_begin_typing(editor, action, EDITOR_NOTHING, 0);
    else if (change_here(editor, action, character))
        editor_remember(editor, action, EDITOR_NOTHING, character);
}

/* ---- changes of a selection ---- */

static void put_over(struct editor *editor, const struct span *span)
{
    struct strbuf text = STRBUF_INIT;

    if (editor->taken.length == 0) {
        editor_say(editor, "nothing was deleted or copied yet");
        return;
    }
    /* Lines among characters begin and end lines. */
    if (editor->taken_lines && !span->lines)
        strbuf_add(&text, editor_line_ending(editor));
    strbuf_add_bytes(&text, editor->taken.data, editor->taken.length);
    if (!editor->taken_lines && span->lines)
        strbuf_add(&text, editor_line_ending(editor));
    if (editor_put(editor, span->from, span->to, text.data, text.length))
        editor->cursor = span->from;
    strbuf_release(&text);
}

void editor_change_selection(struct editor *editor, int action, int32_t character)
{
    struct span span = { 0, 0, editor->mode == MODE_VISUAL_LINES };
    bool done = false;

    editor_selection(editor, &span.from, &span.to);
    editor_enter_mode(editor, MODE_NORMAL);
    if (action == EDITOR_KEY_DELETE || action == EDITOR_KEY_BACKSPACE)
        action = EDITOR_DELETE;
    switch (action) {
    case EDITOR_DELETE:
    case EDITOR_YANK:
        apply(editor, action, &span);
        break;
    case EDITOR_CHANGE:
        if (apply(editor, action, &span))
            editor_begin_typing(editor, EDITOR_CHANGE, EDITOR_NOTHING, 0);
        break;
    case EDITOR_PUT:
        put_over(editor, &span);
        break;
    case EDITOR_JOIN:
        join(editor, span.from, span.to);
        break;
    case EDITOR_CASE:
        done = rewrite(editor, span.from, span.to, 0);
        break;
    default:
        done = rewrite(editor, span.from, span.to, character);
        break;
    }
    if (done)
        editor->cursor = span.from;
}

/* ---- `.` ---- */

void editor_repeat(struct editor *editor)
{
    struct editor_repeat again = editor->last;
    char *typed = again.typed == NULL ? NULL : memory_copy_bytes(again.typed, again.typed_length);

    if (again.action == EDITOR_NOTHING)
        editor_say(editor, "nothing was changed yet");
    else if (again.motion != EDITOR_NOTHING)
        editor_operate(editor, again.action, again.motion, again.character);
    else
        editor_change(editor, again.action, again.character);
    if (editor->mode == MODE_INSERT) {
        if (typed != NULL)
            editor_put(editor, editor->cursor, editor->cursor, typed, again.typed_length);
        editor_end_typing(editor);
    }
    free(typed);
}
