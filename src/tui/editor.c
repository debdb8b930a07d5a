#include <stdlib.h>

#include <pilab/base/memory.h>

#include "editor_internal.h"

#define LIMIT ((size_t)64 << 20)

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
    editor_give_up(editor);
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
    editor_give_up(editor);
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
        editor_act(editor, EDITOR_INSERT);
}

void editor_stop_typing(struct editor *editor)
{
    if (editor->mode == MODE_INSERT)
        editor_act(editor, EDITOR_ESCAPE);
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
