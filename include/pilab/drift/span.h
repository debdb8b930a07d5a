/*
 * A piece of text somewhere else, for readers that take lines apart without copying. Letters are
 * ASCII's whatever the locale; a span never holds more than its length says and need not end in
 * NUL.
 */
#ifndef PILAB_DRIFT_SPAN_H
#define PILAB_DRIFT_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>

struct span {
    const char *at;
    size_t length;
};

#define SPAN_NONE ((size_t)-1)

struct span span_of(const char *text); /* NULL is an empty span */
struct span span_from(struct span span, size_t start);
struct span span_slice(struct span span, size_t start, size_t end);
struct span span_trim(struct span span);
bool span_equal(struct span span, const char *text);
bool span_equal_fold(struct span span, const char *text);
bool span_same_fold(struct span a, struct span b);
bool span_starts(struct span span, const char *prefix);
bool span_starts_fold(struct span span, const char *prefix);
bool span_ends(struct span span, const char *suffix);
/* Where `needle` first stands, or SPAN_NONE. */
size_t span_find(struct span span, const char *needle);
size_t span_find_char(struct span span, char c);
/* How many digits stand at the beginning. */
size_t span_digits(struct span span);
/* Takes the next line off `rest` (without its end) or returns false when nothing is left. */
bool span_next_line(struct span *rest, struct span *line);
/* Cuts to at most `limit` bytes without breaking a UTF-8 character. */
struct span span_cut(struct span span, size_t limit);
char *span_to_arena(struct span span, struct arena *arena);
char *span_to_arena_lower(struct span span, struct arena *arena);

#endif
