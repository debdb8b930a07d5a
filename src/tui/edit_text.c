#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/edit_text.h>

#include "edit_history.h"

struct edit_text {
    char *bytes;
    size_t capacity;
    size_t gap;  /* bytes before the gap, which begins there */
    size_t tail; /* bytes behind it, at the end of the memory */

    /* Where lines begin: the first `low` as offsets, the last `high`, at the end of the memory, as
     * distances from the end of the text, so that neither knows of a change between them. */
    size_t *starts;
    size_t line_capacity;
    size_t low;
    size_t high;

    struct edit_history history;
    uint64_t revision;
};

struct edit_text *edit_text_new(void)
{
    struct edit_text *text = memory_new(sizeof *text);

    edit_history_init(&text->history);
    text->line_capacity = 64;
    text->starts = memory_array(text->line_capacity, sizeof *text->starts);
    text->low = 1;
    return text;
}

void edit_text_free(struct edit_text **text)
{
    if (*text == NULL)
        return;
    edit_history_release(&(*text)->history);
    free((*text)->bytes);
    free((*text)->starts);
    free(*text);
    *text = NULL;
}

size_t edit_text_length(const struct edit_text *text)
{
    return text->gap + text->tail;
}

/* ---- bytes ---- */

static void move_gap(struct edit_text *text, size_t to)
{
    char *behind = text->bytes + text->capacity - text->tail;

    if (to < text->gap) {
        size_t moved = text->gap - to;

        memmove(behind - moved, text->bytes + to, moved);
        text->tail += moved;
    } else if (to > text->gap) {
        size_t moved = to - text->gap;

        memmove(text->bytes + text->gap, behind, moved);
        text->tail -= moved;
    }
    text->gap = to;
}

static void reserve_gap(struct edit_text *text, size_t wanted)
{
    size_t length = edit_text_length(text);
    size_t capacity;

    if (text->capacity - length >= wanted)
        return;
    capacity = length + wanted + length / 8 + 4096;
    text->bytes = memory_resize(text->bytes, capacity, 1);
    memmove(text->bytes + capacity - text->tail, text->bytes + text->capacity - text->tail,
            text->tail);
    text->capacity = capacity;
}

char edit_text_byte(const struct edit_text *text, size_t offset)
{
    if (offset < text->gap)
        return text->bytes[offset];
    return text->bytes[text->capacity - text->tail + (offset - text->gap)];
}

const char *edit_text_bytes(struct edit_text *text, size_t offset, size_t length)
{
    size_t end = offset + length;

    if (length == 0)
        return "";
    if (offset < text->gap && end > text->gap)
        move_gap(text, text->gap - offset < end - text->gap ? offset : end);
    if (offset < text->gap)
        return text->bytes + offset;
    return text->bytes + text->capacity - text->tail + (offset - text->gap);
}

void edit_text_copy(const struct edit_text *text, size_t from, size_t to, struct strbuf *out)
{
    if (from < text->gap) {
        size_t end = to < text->gap ? to : text->gap;

        strbuf_add_bytes(out, text->bytes + from, end - from);
        from = end;
    }
    if (from < to)
        strbuf_add_bytes(out, text->bytes + text->capacity - text->tail + (from - text->gap),
                         to - from);
}

/* ---- lines ---- */

size_t edit_text_lines(const struct edit_text *text)
{
    return text->low + text->high;
}

size_t edit_text_line_start(const struct edit_text *text, size_t line)
{
    size_t index;

    if (line < text->low)
        return text->starts[line];
    index = text->line_capacity - text->high + (line - text->low);
    return edit_text_length(text) - text->starts[index];
}

size_t edit_text_line_next(const struct edit_text *text, size_t line)
{
    return line + 1 < edit_text_lines(text) ? edit_text_line_start(text, line + 1)
                                            : edit_text_length(text);
}

size_t edit_text_line_end(const struct edit_text *text, size_t line)
{
    size_t start = edit_text_line_start(text, line);
    size_t end = edit_text_line_next(text, line);

    if (line + 1 == edit_text_lines(text))
        return end;
    end--;
    return end > start && edit_text_byte(text, end - 1) == '\r' ? end - 1 : end;
}

size_t edit_text_line_of(const struct edit_text *text, size_t offset)
{
    size_t low = 0;
    size_t high = edit_text_lines(text);

    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;

        if (edit_text_line_start(text, middle) <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Makes the lines that begin at or before an offset the low ones. */
static void move_line_gap(struct edit_text *text, size_t offset)
{
    size_t wanted = edit_text_line_of(text, offset) + 1;
    size_t length = edit_text_length(text);

    while (text->low > wanted) {
        text->high++;
        text->starts[text->line_capacity - text->high] = length - text->starts[--text->low];
    }
    while (text->low < wanted) {
        text->starts[text->low++] = length - text->starts[text->line_capacity - text->high];
        text->high--;
    }
}

static void add_line(struct edit_text *text, size_t start)
{
    if (text->low + text->high == text->line_capacity) {
        size_t capacity = text->line_capacity * 2;

        text->starts = memory_resize(text->starts, capacity, sizeof *text->starts);
        memmove(text->starts + capacity - text->high,
                text->starts + text->line_capacity - text->high, text->high * sizeof *text->starts);
        text->line_capacity = capacity;
    }
    text->starts[text->low++] = start;
}

/* ---- changes ---- */

static void remove_bytes(struct edit_text *text, size_t from, size_t to)
{
    move_line_gap(text, from);
    while (text->high > 0 && edit_text_line_start(text, text->low) <= to)
        text->high--;
    move_gap(text, from);
    text->tail -= to - from;
}

static void insert_bytes(struct edit_text *text, size_t at, const char *bytes, size_t length)
{
    const char *end = bytes + length;

    move_line_gap(text, at);
    reserve_gap(text, length);
    move_gap(text, at);
    if (length > 0)
        memcpy(text->bytes + at, bytes, length);
    text->gap += length;
    for (const char *next = bytes;
         next < end && (next = memchr(next, '\n', (size_t)(end - next))) != NULL; next++)
        add_line(text, at + (size_t)(next - bytes) + 1);
}

static void change(struct edit_text *text, size_t from, size_t to, const char *bytes, size_t length)
{
    if (to > from)
        remove_bytes(text, from, to);
    if (length > 0)
        insert_bytes(text, from, bytes, length);
    text->revision++;
}

void edit_text_set(struct edit_text *text, const char *bytes, size_t length)
{
    change(text, 0, edit_text_length(text), bytes, length);
    edit_history_release(&text->history);
    edit_history_init(&text->history);
}

void edit_text_replace(struct edit_text *text, size_t from, size_t to, const char *bytes,
                       size_t length)
{
    if (from == to && length == 0)
        return;
    edit_history_record(&text->history, from, edit_text_bytes(text, from, to - from), to - from,
                        bytes, length);
    change(text, from, to, bytes, length);
}

/* ---- steps ---- */

void edit_text_begin(struct edit_text *text, size_t cursor)
{
    edit_history_begin(&text->history, cursor);
}

void edit_text_end(struct edit_text *text, size_t cursor)
{
    edit_history_end(&text->history, cursor);
}

bool edit_text_undo(struct edit_text *text, size_t *cursor)
{
    const struct edit_step *step;

    edit_history_end(&text->history, *cursor);
    step = edit_history_back(&text->history);
    if (step == NULL)
        return false;
    for (size_t i = step->changes.count; i-- > 0;) {
        const struct edit_change *done = vector_at(&step->changes, i);

        change(text, done->at, done->at + done->inserted, done->bytes, done->removed);
    }
    *cursor = step->before;
    return true;
}

bool edit_text_redo(struct edit_text *text, size_t *cursor)
{
    const struct edit_step *step;

    edit_history_end(&text->history, *cursor);
    step = edit_history_forth(&text->history);
    if (step == NULL)
        return false;
    for (size_t i = 0; i < step->changes.count; i++) {
        const struct edit_change *undone = vector_at(&step->changes, i);

        change(text, undone->at, undone->at + undone->removed, undone->bytes + undone->removed,
               undone->inserted);
    }
    *cursor = step->after;
    return true;
}

void edit_text_mark_saved(struct edit_text *text)
{
    /* What is typed next is not of the step that was saved. */
    text->history.open = false;
    text->history.begun = false;
    text->history.saved = text->history.done;
}

bool edit_text_is_modified(const struct edit_text *text)
{
    return text->history.saved != text->history.done;
}

uint64_t edit_text_revision(const struct edit_text *text)
{
    return text->revision;
}
