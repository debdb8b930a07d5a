#include <string.h>

#include <pilab/base/search.h>

#include "editor_internal.h"

/* Find and replace (editor.h): what is found is changed here, above the keys. */

static void range(struct editor *editor, size_t *from, size_t *to)
{
    *from = 0;
    *to = edit_text_length(editor->text);
    if (editor_is_visual(editor))
        editor_selection(editor, from, to);
}

size_t editor_count(struct editor *editor, const char *pattern)
{
    struct search search = search_for(pattern);
    size_t from, to, count = 0;
    const char *bytes;

    range(editor, &from, &to);
    bytes = edit_text_bytes(editor->text, 0, to);
    while (search_next(&search, bytes, to, from, &from)) {
        from += search_match(&search, bytes + from, to - from);
        count++;
    }
    return count;
}

static void tell(struct editor *editor, uint64_t revision)
{
    editor->match_from = editor->match_to = 0;
    editor_clamp(editor);
    editor_reveal(editor);
    editor_take_ops(editor);
    if (editor->events.changed != NULL && edit_text_revision(editor->text) != revision)
        editor->events.changed(editor->events.context);
}

static size_t replace_range(struct editor *editor, const char *pattern, const char *with,
                            size_t from, size_t to)
{
    struct search search = search_for(pattern);
    uint64_t revision = edit_text_revision(editor->text);
    struct strbuf text = STRBUF_INIT;
    const char *bytes = edit_text_bytes(editor->text, 0, to);
    size_t at, first = 0, count = 0;

    /* One replacement from the first match to the last: one step, however many they are. */
    for (at = from; search_next(&search, bytes, to, at, &at); count++) {
        if (count == 0)
            first = from = at;
        strbuf_add_bytes(&text, bytes + from, at - from);
        strbuf_add(&text, with);
        at += search_match(&search, bytes + at, to - at);
        from = at;
    }
    editor_enter_mode(editor, MODE_NORMAL);
    if (count > 0 && !editor_put(editor, first, from, text.data, text.length))
        count = 0;
    edit_text_end(editor->text, editor->cursor);
    strbuf_release(&text);
    tell(editor, revision);
    return count;
}

size_t editor_replace_all(struct editor *editor, const char *pattern, const char *with)
{
    size_t from, to;

    range(editor, &from, &to);
    return replace_range(editor, pattern, with, from, to);
}

size_t editor_replace_rest(struct editor *editor, const char *pattern, const char *with,
                           size_t from)
{
    return replace_range(editor, pattern, with, from, edit_text_length(editor->text));
}

/* The bytes of the match that begins there. */
static size_t match_length(struct editor *editor, size_t at)
{
    struct search search = search_for(editor->pattern);
    size_t left = edit_text_length(editor->text) - at;

    return search_match(&search, edit_text_bytes(editor->text, at, left), left);
}

bool editor_next_match(struct editor *editor, const char *pattern, size_t from)
{
    size_t found;

    editor_set_pattern(editor, pattern);
    if (editor->pattern == NULL || !editor_find_from(editor, from, false, &found))
        return false;
    editor_enter_mode(editor, MODE_NORMAL);
    editor->cursor = character_align(editor->text, found);
    editor->goal = -1;
    tell(editor, edit_text_revision(editor->text));
    editor->match_from = found;
    editor->match_to = found + match_length(editor, found);
    editor_reveal_high(editor);
    return true;
}

size_t editor_replace_match(struct editor *editor, const char *pattern, const char *with)
{
    struct search search = search_for(pattern);
    uint64_t revision = edit_text_revision(editor->text);
    size_t length = edit_text_length(editor->text);
    size_t at = editor->cursor;
    const char *bytes = edit_text_bytes(editor->text, 0, length);
    size_t match = search_match(&search, bytes + at, length - at);

    if (match == 0 || !editor_put(editor, at, at + match, with, strlen(with)))
        return at;
    edit_text_end(editor->text, editor->cursor);
    at = editor->cursor;
    tell(editor, revision);
    return at;
}
