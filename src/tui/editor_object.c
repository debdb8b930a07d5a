#include "editor_internal.h"

/* Text objects: the word and the paragraph that the cursor is in. */

static bool word_object(struct editor *editor, bool around, size_t *from, size_t *to)
{
    struct edit_text *text = editor->text;
    size_t line = edit_text_line_of(text, editor->cursor);
    size_t start = edit_text_line_start(text, line);
    size_t end = edit_text_line_end(text, line);
    enum character_class class;
    size_t behind;

    if (editor->cursor >= end)
        return false;
    class = character_class_at(text, editor->cursor);
    *from = character_skip_back(text, editor->cursor, class, start);
    *to = behind = character_skip(text, editor->cursor, class, end);
    if (!around)
        return true;
    *to = character_skip(text, behind, CHARACTER_BLANK, end);
    /* No blanks behind the last word of a line: those before it go with it. */
    if (*to == behind)
        *from = character_skip_back(text, *from, CHARACTER_BLANK, start);
    return true;
}

static bool is_empty(struct editor *editor, size_t line)
{
    return editor_line_text(editor, line) == edit_text_line_end(editor->text, line);
}

static void paragraph_object(struct editor *editor, bool around, size_t *from, size_t *to)
{
    size_t first = edit_text_line_of(editor->text, editor->cursor);
    size_t lines = edit_text_lines(editor->text);
    bool empty = is_empty(editor, first);
    size_t last = first;

    while (first > 0 && is_empty(editor, first - 1) == empty)
        first--;
    while (last + 1 < lines && is_empty(editor, last + 1) == empty)
        last++;
    while (around && last + 1 < lines && is_empty(editor, last + 1) != empty)
        last++;
    *from = edit_text_line_start(editor->text, first);
    *to = edit_text_line_next(editor->text, last);
}

bool editor_object(struct editor *editor, int action, size_t *from, size_t *to, bool *lines)
{
    size_t line = edit_text_line_of(editor->text, editor->cursor);

    *lines = action != EDITOR_INNER_WORD && action != EDITOR_A_WORD;
    if (!*lines)
        return word_object(editor, action == EDITOR_A_WORD, from, to);
    if (action == EDITOR_LINES) {
        *from = edit_text_line_start(editor->text, line);
        *to = edit_text_line_next(editor->text, line);
    } else {
        paragraph_object(editor, action == EDITOR_A_PARAGRAPH, from, to);
    }
    return true;
}
