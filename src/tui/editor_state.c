#include <stdlib.h>

#include <pilab/base/memory.h>

#include "editor_internal.h"

/* What the state of an editor is changed and asked by: everything above it moves and changes with
 * these. */

void editor_say(const struct editor *editor, const char *text)
{
    if (editor->events.say != NULL)
        editor->events.say(editor->events.context, text);
}

bool editor_is_visual(const struct editor *editor)
{
    return editor->mode == MODE_VISUAL || editor->mode == MODE_VISUAL_LINES;
}

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

void editor_enter_mode(struct editor *editor, enum editor_mode mode)
{
    if (mode != MODE_INSERT)
        edit_text_end(editor->text, editor->cursor);
    if ((mode == MODE_VISUAL || mode == MODE_VISUAL_LINES) && !editor_is_visual(editor))
        editor->anchor = editor->cursor;
    editor->mode = mode;
}

size_t editor_line_text(struct editor *editor, size_t line)
{
    return character_skip(editor->text, edit_text_line_start(editor->text, line), CHARACTER_BLANK,
                          edit_text_line_end(editor->text, line));
}

void editor_clamp(struct editor *editor)
{
    size_t line = edit_text_line_of(editor->text, editor->cursor);
    size_t end = edit_text_line_end(editor->text, line);

    if (editor->mode != MODE_INSERT && editor->cursor >= end &&
        end > edit_text_line_start(editor->text, line))
        editor->cursor = character_previous(editor->text, end);
}

void editor_take(struct editor *editor, size_t from, size_t to, bool lines)
{
    strbuf_clear(&editor->taken);
    edit_text_copy(editor->text, from, to, &editor->taken);
    if (lines &&
        (editor->taken.length == 0 || editor->taken.data[editor->taken.length - 1] != '\n'))
        strbuf_add(&editor->taken, editor_line_ending(editor));
    editor->taken_lines = lines;
}

void editor_remember(struct editor *editor, int action, int motion, int32_t character)
{
    free(editor->last.typed);
    editor->last = (struct editor_repeat){ action, motion, character, NULL, 0 };
}

void editor_give_up(struct editor *editor)
{
    editor->operation = EDITOR_NOTHING;
    editor->awaiting = EDITOR_NOTHING;
    editor->typed.count = 0;
}
