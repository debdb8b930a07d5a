#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <wctype.h>

#include <pilab/base/utf8.h>
#include <pilab/base/search.h>

/* One code point, lower case unless exact; an invalid byte stands for itself, below all others. */
static int32_t next_letter(const char **cursor, const char *end, bool exact)
{
    const char *start = *cursor;
    unsigned char byte = (unsigned char)*start;
    int32_t letter;

    if (byte < 0x80) {
        (*cursor)++;
        return exact || byte < 'A' || byte > 'Z' ? byte : byte + ('a' - 'A');
    }
    letter = utf8_decode(cursor, end);
    if (letter < 0)
        return -(int32_t)byte;
    return exact ? letter : (int32_t)towlower((wint_t)letter);
}

struct search search_for(const char *pattern)
{
    struct search search = { pattern, strlen(pattern), false };
    const char *end = pattern + search.length;

    while (pattern < end) {
        int32_t letter = next_letter(&pattern, end, true);

        search.exact |= letter > 0 && iswupper((wint_t)letter);
    }
    return search;
}

size_t search_match(const struct search *search, const char *text, size_t length)
{
    const char *cursor = text;
    const char *end = text + length;
    const char *wanted = search->pattern;
    const char *wanted_end = wanted + search->length;

    while (wanted < wanted_end)
        if (cursor >= end || next_letter(&cursor, end, search->exact) !=
                                 next_letter(&wanted, wanted_end, search->exact))
            return 0;
    return (size_t)(cursor - text);
}

/* Whether a match may begin with this byte: spares most of the work in long texts. */
static bool may_begin(const struct search *search, char byte)
{
    char first = search->pattern[0];

    if ((first & 0x80) != 0 || (byte & 0x80) != 0)
        return true;
    return first == byte || (!search->exact && tolower((unsigned char)byte) == first);
}

/* The first byte at or after `at` that a match may begin with: most of a long text is passed here.
 */
static size_t next_beginning(const struct search *search, const char *text, size_t length,
                             size_t at)
{
    char lower = search->pattern[0];
    char upper = search->exact ? lower : (char)toupper((unsigned char)lower);

    if ((lower & 0x80) != 0)
        return at;
    while (at < length && text[at] != lower && text[at] != upper && (text[at] & 0x80) == 0)
        at++;
    return at;
}

bool search_next(const struct search *search, const char *text, size_t length, size_t from,
                 size_t *offset)
{
    if (search->length == 0)
        return false;
    for (size_t at = from; (at = next_beginning(search, text, length, at)) < length; at++) {
        if (search_match(search, text + at, length - at) > 0) {
            *offset = at;
            return true;
        }
    }
    return false;
}

bool search_previous(const struct search *search, const char *text, size_t length, size_t before,
                     size_t *offset)
{
    if (search->length == 0)
        return false;
    for (size_t at = before < length ? before : length; at-- > 0;) {
        if (may_begin(search, text[at]) && search_match(search, text + at, length - at) > 0) {
            *offset = at;
            return true;
        }
    }
    return false;
}
