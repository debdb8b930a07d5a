/*
 * Finding text in text, the one way `/`, `f` and the highlighting agree on: letters are alike in
 * either case unless the pattern holds a capital. Both may be any bytes; what is not UTF-8 only
 * matches itself.
 */
#ifndef PILAB_BASE_SEARCH_H
#define PILAB_BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* A value; the pattern is borrowed. */
struct search {
    const char *pattern;
    size_t length;
    bool exact;
};

struct search search_for(const char *pattern);

/* The bytes of `text` that the pattern matches at its very beginning; 0: it does not. */
size_t search_match(const struct search *search, const char *text, size_t length);
/* The first occurrence at or after `from`, or the last one that begins before `before`. An empty
 * pattern occurs nowhere. */
bool search_next(const struct search *search, const char *text, size_t length, size_t from,
                 size_t *offset);
bool search_previous(const struct search *search, const char *text, size_t length, size_t before,
                     size_t *offset);

#endif
