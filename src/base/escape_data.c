#include <pilab/base/escape.h>

#include <string.h>

#include <pilab/base/utf8.h>

#include "escape_parts.h"

/* CSV and JSON. */

/* What a spreadsheet takes for the start of a formula; full-width forms count as well. */
static bool starts_formula(const char *text, size_t length)
{
    static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0" };

    if (length == 0)
        return false;
    if (memchr("=+-@\t\r\n", *text, 7))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (length >= 3 && memcmp(text, wide[i], 3) == 0)
            return true;
    }
    return false;
}

void escape_csv(struct strbuf *out, const char *text, size_t length)
{
    struct escape_reader reader = escape_reader_of(text, length);

    strbuf_reserve(out, length + 2);
    strbuf_add_char(out, '"');
    if (starts_formula(text, length))
        strbuf_add_char(out, '\'');
    while (escape_read_next(&reader)) {
        if (reader.form[0] == '"')
            strbuf_add_char(out, '"');
        strbuf_add_bytes(out, reader.form, reader.length);
    }
    strbuf_add_char(out, '"');
}

static void put_json_unit(struct strbuf *out, uint32_t unit)
{
    char escaped[6] = { '\\', 'u' };

    for (int i = 0; i < 4; i++)
        escaped[2 + i] = "0123456789abcdef"[unit >> (12 - 4 * i) & 15];
    strbuf_add_bytes(out, escaped, sizeof escaped);
}

static void put_json_escaped(struct strbuf *out, uint32_t codepoint)
{
    static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";
    const char *found = codepoint && codepoint < 0x80 ? strchr(short_from, (int)codepoint) : NULL;

    if (found) {
        strbuf_add_char(out, '\\');
        strbuf_add_char(out, short_to[found - short_from]);
    } else if (codepoint > 0xffff) {
        put_json_unit(out, 0xd800 + ((codepoint - 0x10000) >> 10));
        put_json_unit(out, 0xdc00 + ((codepoint - 0x10000) & 0x3ff));
    } else {
        put_json_unit(out, codepoint);
    }
}

void escape_json(struct strbuf *out, const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    strbuf_reserve(out, length + 2);
    strbuf_add_char(out, '"');
    while (at < end) {
        const char *from = at;
        int32_t c = utf8_decode(&at, end);
        if (c == INVALID)
            strbuf_add_bytes(out, REPLACEMENT, sizeof REPLACEMENT - 1);
        else if (c == '"' || c == '\\' || is_control(c) || (c >= 0x80 && c < 0xa0) ||
                 codepoint_deceptive((uint32_t)c))
            put_json_escaped(out, (uint32_t)c);
        else
            strbuf_add_bytes(out, from, (size_t)(at - from));
    }
    strbuf_add_char(out, '"');
}
