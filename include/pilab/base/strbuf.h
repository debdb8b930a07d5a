/*
 * A growing byte string.
 *
 * Invariants: `data` is never NULL and data[length] is always NUL; `length` does not count it. The
 * content may hold NUL bytes. Start with STRBUF_INIT, end with strbuf_release (a released buffer
 * can be used again). What is added must not point into the buffer itself: growing moves it.
 */
#ifndef PILAB_BASE_STRBUF_H
#define PILAB_BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct strbuf {
    char *data;
    size_t length;
    size_t capacity; /* 0 while data points at the shared empty string */
};

extern char strbuf_empty[]; /* one NUL byte, never written to */
#define STRBUF_INIT                                                                                \
    {                                                                                              \
        strbuf_empty, 0, 0                                                                         \
    }

void strbuf_release(struct strbuf *buffer);
void strbuf_clear(struct strbuf *buffer); /* keeps the memory */
/* Makes room for `extra` more bytes and the NUL; the content stays as it is. */
void strbuf_reserve(struct strbuf *buffer, size_t extra);
void strbuf_add(struct strbuf *buffer, const char *text);
void strbuf_add_bytes(struct strbuf *buffer, const void *bytes, size_t length);
static inline void strbuf_add_char(struct strbuf *buffer, char c)
{
    if (buffer->length + 1 >= buffer->capacity)
        strbuf_reserve(buffer, 1);
    buffer->data[buffer->length++] = c;
    buffer->data[buffer->length] = '\0';
}
void strbuf_add_repeat(struct strbuf *buffer, const char *text, size_t times);
/* As UTF-8; U+FFFD for what is no code point. */
void strbuf_add_codepoint(struct strbuf *buffer, unsigned codepoint);
void strbuf_printf(struct strbuf *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
/* Shortens to `length` bytes; a shorter buffer stays as it is. */
void strbuf_truncate(struct strbuf *buffer, size_t length);
/* A text as it is kept here, whatever editor wrote it: \n for each \r\n, and no byte order mark. A
 * \r that stands alone stays. */
void strbuf_unix_text(struct strbuf *buffer);
/* Hands the memory over; the caller frees it. The buffer is empty afterwards. */
char *strbuf_steal(struct strbuf *buffer);
/* Copies the content into an arena. */
char *strbuf_to_arena(const struct strbuf *buffer, struct arena *arena);

/* Appends the text in at most `columns`: one that is wider loses its middle, of which an ellipsis
 * ("…" or "~", one column) is left. Paths and keys are told apart by their ends. */
void strbuf_add_cut_middle(struct strbuf *out, const char *text, size_t length, size_t columns,
                           const char *ellipsis);

#endif
