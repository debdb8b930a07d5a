/*
 * Letters as keys, patterns and words have them: ASCII, whatever the locale says (in Turkish,
 * strcasecmp(3) does not find that "INFO" is "info").
 */
#ifndef PILAB_DRIFT_ASCII_H
#define PILAB_DRIFT_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline bool ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
    return ascii_is_upper(c) || ascii_is_lower(c);
}

static inline bool ascii_is_alnum(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

static inline bool ascii_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A blank or the end of a line. */
static inline bool ascii_is_space(char c)
{
    return ascii_is_blank(c) || c == '\n' || c == '\r';
}

static inline char ascii_lower(char c)
{
    return ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static inline char ascii_upper(char c)
{
    return ascii_is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

/* Whether the first `length` characters are alike in either case; neither ends before. */
static inline bool ascii_alike(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!a[i] || ascii_lower(a[i]) != ascii_lower(b[i]))
            return false;
    }
    return true;
}

static inline bool ascii_equal(const char *a, const char *b)
{
    while (*a && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

#endif
