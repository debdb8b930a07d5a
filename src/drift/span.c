#include <pilab/drift/span.h>

#include <string.h>

#include "ascii.h"

struct span span_trim(struct span span)
{
    while (span.length > 0 && ascii_is_space(span.at[0])) {
        span.at++;
        span.length--;
    }
    while (span.length > 0 && ascii_is_space(span.at[span.length - 1]))
        span.length--;
    return span;
}

bool span_starts_fold(struct span span, const char *prefix)
{
    size_t i = 0;

    for (; prefix[i] != '\0'; i++) {
        if (i >= span.length || ascii_lower(span.at[i]) != ascii_lower(prefix[i]))
            return false;
    }
    return true;
}

bool span_equal_fold(struct span span, const char *text)
{
    return strlen(text) == span.length && span_starts_fold(span, text);
}

bool span_same_fold(struct span a, struct span b)
{
    size_t i;

    if (a.length != b.length)
        return false;
    for (i = 0; i < a.length; i++) {
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    }
    return true;
}

size_t span_find(struct span span, const char *needle)
{
    size_t length = strlen(needle);
    size_t at = 0;

    while (at + length <= span.length) {
        size_t first = length > 0 ? span_find_char(span_from(span, at), needle[0]) : 0;

        if (first == SPAN_NONE || at + first + length > span.length)
            return SPAN_NONE;
        at += first;
        if (memcmp(span.at + at, needle, length) == 0)
            return at;
        at++;
    }
    return SPAN_NONE;
}

bool span_next_line(struct span *rest, struct span *line)
{
    size_t end;

    if (rest->length == 0)
        return false;
    end = span_find_char(*rest, '\n');
    *line = span_slice(*rest, 0, end);
    *rest = end == SPAN_NONE ? span_from(*rest, rest->length) : span_from(*rest, end + 1);
    if (line->length > 0 && line->at[line->length - 1] == '\r')
        line->length--;
    return true;
}

struct span span_cut(struct span span, size_t limit)
{
    if (span.length <= limit)
        return span;
    while (limit > 0 && ((unsigned char)span.at[limit] & 0xc0) == 0x80)
        limit--;
    return span_slice(span, 0, limit);
}

char *span_join(struct arena *arena, const struct span *parts, size_t count)
{
    size_t length = 0, i;
    char *joined, *at;

    for (i = 0; i < count; i++)
        length += parts[i].length;
    joined = at = arena_room(arena, length);
    for (i = 0; i < count; i++) {
        if (parts[i].length > 0)
            memcpy(at, parts[i].at, parts[i].length);
        at += parts[i].length;
    }
    return joined;
}

char *span_to_arena(struct span span, struct arena *arena)
{
    return arena_bytes(arena, span.at, span.length);
}

char *span_to_arena_lower(struct span span, struct arena *arena)
{
    char *copy = arena_bytes(arena, span.at, span.length);
    size_t i;

    for (i = 0; i < span.length; i++)
        copy[i] = ascii_lower(copy[i]);
    return copy;
}
