#include <config.h> /* wcwidth is a system extension */

#include <pilab/base/utf8.h>

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

struct range {
    uint32_t first, last;
};

/* Unicode's bidirectional controls and the characters that are drawn as nothing at all
 * (Default_Ignorable_Code_Point), without the variation selectors, which stand behind a visible
 * character and only change its form. */
static const struct range deceptive[] = {
    {0x034f,   0x034f }, /* combining grapheme joiner */
    { 0x061c,  0x061c }, /* Arabic letter mark */
    { 0x115f,  0x1160 }, /* Hangul fillers */
    { 0x17b4,  0x17b5 }, /* Khmer inherent vowels */
    { 0x180e,  0x180e }, /* Mongolian vowel separator */
    { 0x200b,  0x200f }, /* zero width space and joiners, directional marks */
    { 0x2028,  0x202e }, /* line and paragraph separator, embeddings and overrides */
    { 0x2060,  0x206f }, /* word joiner, invisible operators, isolates, deprecated controls */
    { 0x3164,  0x3164 }, /* Hangul filler */
    { 0xfeff,  0xfeff }, /* byte order mark */
    { 0xffa0,  0xffa0 }, /* halfwidth Hangul filler */
    { 0xfff9,  0xfffb }, /* interlinear annotation */
    { 0x1bca0, 0x1bca3}, /* shorthand format controls */
    { 0x1d173, 0x1d17a}, /* musical format controls */
    { 0xe0000, 0xe00ff}, /* tags */
    { 0xe01f0, 0xe0fff}, /* reserved for the like */
};

int32_t utf8_decode(const char **cursor, const char *end)
{
    const unsigned char *at = (const unsigned char *)*cursor;
    size_t left = (size_t)(end - *cursor), length;
    int32_t codepoint;
    unsigned char low = 0x80, high = 0xbf; /* what the second byte may be */

    if (at[0] < 0x80) {
        *cursor += 1;
        return at[0];
    }
    if (at[0] >= 0xc2 && at[0] <= 0xdf) {
        length = 2;
        codepoint = at[0] & 0x1f;
    } else if ((at[0] & 0xf0) == 0xe0) {
        length = 3;
        codepoint = at[0] & 0x0f;
        if (at[0] == 0xe0)
            low = 0xa0; /* overlong */
        else if (at[0] == 0xed)
            high = 0x9f; /* surrogates */
    } else if (at[0] >= 0xf0 && at[0] <= 0xf4) {
        length = 4;
        codepoint = at[0] & 0x07;
        if (at[0] == 0xf0)
            low = 0x90; /* overlong */
        else if (at[0] == 0xf4)
            high = 0x8f; /* above U+10FFFF */
    } else {
        *cursor += 1;
        return -1;
    }
    for (size_t i = 1; i < length; i++) {
        if (i >= left || at[i] < low || at[i] > high) {
            *cursor += 1;
            return -1;
        }
        codepoint = codepoint << 6 | (at[i] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *cursor += length;
    return codepoint;
}

size_t utf8_encode(uint32_t codepoint, char out[4])
{
    if (codepoint < 0x80) {
        out[0] = (char)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        out[0] = (char)(0xc0 | codepoint >> 6);
        out[1] = (char)(0x80 | (codepoint & 0x3f));
        return 2;
    }
    if (codepoint >= 0xd800 && codepoint <= 0xdfff)
        return 0;
    if (codepoint < 0x10000) {
        out[0] = (char)(0xe0 | codepoint >> 12);
        out[1] = (char)(0x80 | (codepoint >> 6 & 0x3f));
        out[2] = (char)(0x80 | (codepoint & 0x3f));
        return 3;
    }
    if (codepoint > 0x10ffff)
        return 0;
    out[0] = (char)(0xf0 | codepoint >> 18);
    out[1] = (char)(0x80 | (codepoint >> 12 & 0x3f));
    out[2] = (char)(0x80 | (codepoint >> 6 & 0x3f));
    out[3] = (char)(0x80 | (codepoint & 0x3f));
    return 4;
}

/* How many bytes of ASCII, in eights: most text is nothing else. */
static size_t ascii_length(const char *text, const char *end)
{
    const char *at = text;
    uint64_t eight;

    for (; end - at >= (ptrdiff_t)sizeof eight; at += sizeof eight) {
        memcpy(&eight, at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return (size_t)(at - text);
}

bool utf8_valid(const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        text += ascii_length(text, end);
        if (text < end && utf8_decode(&text, end) < 0)
            return false;
    }
    return true;
}

/* Whole blocks of combining marks, for locales whose wcwidth knows none. */
static const struct range combining[] = {
    {0x0300,   0x036f },
    { 0x0483,  0x0489 },
    { 0x1ab0,  0x1aff },
    { 0x1dc0,  0x1dff },
    { 0x20d0,  0x20f0 },
    { 0xfe00,  0xfe0f },
    { 0xfe20,  0xfe2f },
    { 0xe0100, 0xe01ef},
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t codepoint)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (codepoint > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && codepoint >= ranges[low].first;
}

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool noncharacter(uint32_t codepoint)
{
    return (codepoint & 0xfffe) == 0xfffe || (codepoint >= 0xfdd0 && codepoint <= 0xfdef);
}

int codepoint_columns(uint32_t codepoint)
{
    int columns;

    if (codepoint < 0xa0)
        return codepoint >= 0x20 && codepoint < 0x7f ? 1 : -1;
    if (codepoint > 0x10ffff || (codepoint >= 0xd800 && codepoint <= 0xdfff) ||
        noncharacter(codepoint))
        return -1;
    columns = wcwidth((wchar_t)codepoint);
    if (columns >= 0 || locale_is_utf8())
        return columns;
    return in_ranges(combining, sizeof combining / sizeof combining[0], codepoint) ? 0 : 1;
}

int codepoint_width(uint32_t codepoint)
{
    int columns = codepoint_columns(codepoint);

    return columns > 0 ? columns : 0;
}

/* An invalid byte is drawn as U+FFFD. */
static int next_width(const char **cursor, const char *end)
{
    int32_t codepoint = utf8_decode(cursor, end);

    return codepoint < 0 ? 1 : codepoint_width((uint32_t)codepoint);
}

size_t text_width(const char *text, size_t length)
{
    const char *end = text + length;
    size_t width = 0;

    while (text < end)
        width += (size_t)next_width(&text, end);
    return width;
}

size_t text_fit(const char *text, size_t length, size_t columns, size_t *used)
{
    const char *cursor = text, *end = text + length, *fits = text;
    size_t width = 0;

    while (cursor < end) {
        size_t next = (size_t)next_width(&cursor, end);
        if (next > columns - width)
            break;
        width += next;
        fits = cursor;
    }
    if (used)
        *used = width;
    return (size_t)(fits - text);
}

size_t text_fit_end(const char *text, size_t length, size_t columns, size_t *used)
{
    const char *cursor = text, *end = text + length;
    size_t width = text_width(text, length);

    while (width > columns) {
        width -= (size_t)next_width(&cursor, end);
        /* The marks of a character go with it. */
        for (const char *next = cursor; next < end && next_width(&next, end) == 0;)
            cursor = next;
    }
    if (used)
        *used = width;
    return (size_t)(end - cursor);
}

bool codepoint_deceptive(uint32_t codepoint)
{
    if (codepoint < deceptive[0].first)
        return false;
    return in_ranges(deceptive, sizeof deceptive / sizeof deceptive[0], codepoint);
}
