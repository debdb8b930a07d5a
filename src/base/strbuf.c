#include <pilab/base/strbuf.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

char strbuf_empty[1];

void strbuf_release(struct strbuf *buffer)
{
    if (buffer->capacity)
        free(buffer->data);
    buffer->data = strbuf_empty;
    buffer->length = 0;
    buffer->capacity = 0;
}

void strbuf_clear(struct strbuf *buffer)
{
    strbuf_truncate(buffer, 0);
}

void strbuf_reserve(struct strbuf *buffer, size_t extra)
{
    size_t needed, capacity;

    if (extra >= SIZE_MAX / 2 - buffer->length)
        memory_exhausted();
    needed = buffer->length + extra + 1;
    if (needed <= buffer->capacity)
        return;
    capacity = buffer->capacity + buffer->capacity / 2;
    if (capacity < 32)
        capacity = 32;
    if (capacity < needed)
        capacity = needed;
    if (buffer->capacity) {
        buffer->data = memory_resize(buffer->data, capacity, 1);
    } else {
        buffer->data = memory_resize(NULL, capacity, 1);
        buffer->data[0] = '\0';
    }
    buffer->capacity = capacity;
}

void strbuf_add(struct strbuf *buffer, const char *text)
{
    strbuf_add_bytes(buffer, text, strlen(text));
}

void strbuf_add_bytes(struct strbuf *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    strbuf_reserve(buffer, length);
    memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void strbuf_add_repeat(struct strbuf *buffer, const char *text, size_t times)
{
    size_t length = strlen(text);

    if (length && times > SIZE_MAX / length)
        memory_exhausted();
    strbuf_reserve(buffer, length * times);
    for (size_t i = 0; i < times; i++)
        strbuf_add_bytes(buffer, text, length);
}

void strbuf_add_codepoint(struct strbuf *buffer, unsigned codepoint)
{
    char bytes[4];
    size_t length = utf8_encode(codepoint, bytes);

    if (length == 0)
        length = utf8_encode(0xfffd, bytes);
    strbuf_add_bytes(buffer, bytes, length);
}

void strbuf_printf(struct strbuf *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(buffer, format, arguments);
    va_end(arguments);
}

void strbuf_vprintf(struct strbuf *buffer, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length <= 0)
        return;
    strbuf_reserve(buffer, (size_t)length);
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
    buffer->length += (size_t)length;
}

void strbuf_truncate(struct strbuf *buffer, size_t length)
{
    if (length >= buffer->length)
        return;
    buffer->length = length;
    buffer->data[length] = '\0';
}

void strbuf_unix_text(struct strbuf *buffer)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t from = 0, to = 0;

    if (buffer->length >= sizeof mark - 1 && memcmp(buffer->data, mark, sizeof mark - 1) == 0)
        from = sizeof mark - 1;
    if (from == 0 && (buffer->length == 0 || memchr(buffer->data, '\r', buffer->length) == NULL))
        return;
    for (; from < buffer->length; from++) {
        if (buffer->data[from] != '\r' || buffer->data[from + 1] != '\n')
            buffer->data[to++] = buffer->data[from];
    }
    strbuf_truncate(buffer, to);
}

char *strbuf_steal(struct strbuf *buffer)
{
    char *text = buffer->capacity ? buffer->data : memory_new(1);

    buffer->data = strbuf_empty;
    buffer->length = 0;
    buffer->capacity = 0;
    return text;
}

char *strbuf_to_arena(const struct strbuf *buffer, struct arena *arena)
{
    return arena_bytes(arena, buffer->data, buffer->length);
}

void strbuf_add_cut_middle(struct strbuf *out, const char *text, size_t length, size_t columns,
                           const char *ellipsis)
{
    size_t room = columns > 0 ? columns - 1 : 0, head, tail, used;

    if (text_width(text, length) <= columns) {
        strbuf_add_bytes(out, text, length);
        return;
    }
    head = text_fit(text, length, room / 3, &used);
    tail = text_fit_end(text + head, length - head, room - used, NULL);
    strbuf_add_bytes(out, text, head);
    if (columns > 0)
        strbuf_add(out, ellipsis);
    strbuf_add_bytes(out, text + length - tail, tail);
}
