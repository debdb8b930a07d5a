#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/base/search.h>

#include "editor_internal.h"

void editor_set_pattern(struct editor *editor, const char *pattern)
{
    free(editor->pattern);
    editor->pattern = pattern[0] == '\0' ? NULL : memory_copy_text(pattern);
}

bool editor_find_from(struct editor *editor, size_t from, bool backwards, size_t *found)
{
    struct search search = search_for(editor->pattern);
    size_t length = edit_text_length(editor->text);
    const char *bytes = edit_text_bytes(editor->text, 0, length);

    if (backwards)
        return search_previous(&search, bytes, length, from, found);
    return search_next(&search, bytes, length, from, found);
}

enum find_result editor_find(struct pane *pane, const char *pattern, bool backwards)
{
    struct editor *editor = (struct editor *)pane;
    size_t length = edit_text_length(editor->text);
    size_t from = backwards ? editor->cursor : character_next(editor->text, editor->cursor);
    enum find_result result = FIND_HERE;
    size_t found;

    editor_set_pattern(editor, pattern);
    if (editor->pattern == NULL)
        return FIND_NOTHING;
    if (!editor_find_from(editor, from, backwards, &found)) {
        result = FIND_WRAPPED;
        if (!editor_find_from(editor, backwards ? length : 0, backwards, &found))
            return FIND_NOTHING;
    }
    edit_text_end(editor->text, editor->cursor);
    editor->cursor = character_align(editor->text, found);
    editor->goal = -1;
    editor_reveal(editor);
    return result;
}
