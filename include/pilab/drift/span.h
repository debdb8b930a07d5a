/*
 * A piece of text somewhere else, for readers that take lines apart without copying. Letters are
 * ASCII's whatever the locale; a span never holds more than its length says and need not end in
 * NUL.
 */
#ifndef PILAB_DRIFT_SPAN_H
#define PILAB_DRIFT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <pilab/base/arena.h>

struct span {
    const char *at;
    size_t length;
};

#define SPAN_NONE ((size_t)-1)

/* NULL is an empty span. */
static inline struct span span_of(const char *text)
{
    return (struct span){ text ? text : "", text ? strlen(text) : 0 };
}

/* What goes beyond the end ends there. */
static inline struct span span_from(struct span span, size_t start)
{
    if (start > span.length)
        start = span.length;
    return (struct span){ span.at + start, span.length - start };
}

static inline struct span span_slice(struct span span, size_t start, size_t end)
{
    if (end > span.length)
        end = span.length;
    if (start > end)
        start = end;
    return (struct span){ span.at + start, end - start };
}

struct span span_trim(struct span span);

static inline bool span_starts(struct span span, const char *prefix)
{
    size_t length = strlen(prefix);

    return span.length >= length && memcmp(span.at, prefix, length) == 0;
}

static inline bool span_equal(struct span span, const char *text)
{
    return strlen(text) == span.length && memcmp(span.at, text, span.length) == 0;
}

static inline bool span_ends(struct span span, const char *suffix)
{
    size_t length = strlen(suffix);

    return span.length >= length && memcmp(span.at + span.length - length, suffix, length) == 0;
}

bool span_equal_fold(struct span span, const char *text);
bool span_same_fold(struct span a, struct span b);
bool span_starts_fold(struct span span, const char *prefix);
/* Where `needle` first stands, or SPAN_NONE. */
size_t span_find(struct span span, const char *needle);

static inline size_t span_find_char(struct span span, char c)
{
    const char *found = span.length > 0 ? memchr(span.at, c, span.length) : NULL;

    return found ? (size_t)(found - span.at) : SPAN_NONE;
}

/* How many digits stand at the beginning. */
static inline size_t span_digits(struct span span)
{
    size_t count = 0;

    while (count < span.length && span.at[count] >= '0' && span.at[count] <= '9')
        count++;
    return count;
}

/* Takes the next line off `rest` (without its end) or returns false when nothing is left. */
bool span_next_line(struct span *rest, struct span *line);
/* Cuts to at most `limit` bytes without breaking a UTF-8 character. */
struct span span_cut(struct span span, size_t limit);
/* The parts one behind the other. */
char *span_join(struct arena *arena, const struct span *parts, size_t count);
char *span_to_arena(struct span span, struct arena *arena);
char *span_to_arena_lower(struct span span, struct arena *arena);

#endif
