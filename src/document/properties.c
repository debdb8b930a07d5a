/*
 * Java properties, as java.util.Properties.load defines them: logical lines over continuations, a
 * key up to an unescaped '=', ':' or blank, escapes with \uXXXX in UTF-16 units. What load refuses
 * (a bad \u) becomes a warning, and the entry is left out.
 */
#include "readers.h"

#include <string.h>

#include <pilab/base/strbuf.h>

#include "encoding.h"

struct properties_reader {
    struct tree_builder *builder;
    const char *cursor, *end;
    unsigned line;
    struct strbuf logical; /* the logical line, escapes not decoded yet */
    struct strbuf key, value;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static const char *skip_blanks(const char *cursor, const char *end)
{
    while (cursor < end && is_blank(*cursor))
        cursor++;
    return cursor;
}

/* One line of the text; the reader moves behind it. */
static const char *take_line(struct properties_reader *reader, size_t *length)
{
    const char *start = reader->cursor;
    const char *end = memchr(start, '\n', (size_t)(reader->end - start));

    reader->line++;
    reader->cursor = end ? end + 1 : reader->end;
    *length = (size_t)((end ? end : reader->end) - start);
    return start;
}

/* An odd number of backslashes at its end continues a line. */
static bool continues(const char *line, size_t length)
{
    size_t backslashes = 0;

    while (backslashes < length && line[length - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

/* Fills reader->logical from the next line that is neither blank nor a comment. *at is where it
 * starts. False at the end of the text. */
static bool take_logical_line(struct properties_reader *reader, struct position *at)
{
    bool more = false;

    strbuf_clear(&reader->logical);
    while (reader->cursor < reader->end) {
        size_t length;
        const char *line = take_line(reader, &length);
        const char *start = skip_blanks(line, line + length);

        if (!more) {
            if (start == line + length || *start == '#' || *start == '!')
                continue;
            *at = (struct position){ reader->line, (unsigned)(start - line) + 1 };
        }
        length -= (size_t)(start - line);
        more = continues(start, length);
        strbuf_add_bytes(&reader->logical, start, more ? length - 1 : length);
        if (!more)
            return true;
    }
    return more;
}

/* Four hexadecimal digits; -1: not so. */
static long read_unit(const char *cursor, const char *end)
{
    long unit = 0;

    if (end - cursor < 4)
        return -1;
    for (const char *last = cursor + 4; cursor < last; cursor++) {
        char c = *cursor;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* *cursor is behind "\u". */
static bool decode_unicode(struct strbuf *out, const char **cursor, const char *end)
{
    long unit = read_unit(*cursor, end);

    if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
        return false;
    *cursor += 4;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        long low = -1;
        if (end - *cursor >= 6 && (*cursor)[0] == '\\' && (*cursor)[1] == 'u')
            low = read_unit(*cursor + 2, end);
        if (low < 0xDC00 || low > 0xDFFF)
            return false;
        *cursor += 6;
        unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
    }
    strbuf_add_codepoint(out, (unsigned)unit);
    return true;
}

static bool decode(struct strbuf *out, const char *cursor, const char *end)
{
    static const char letters[] = "tnrf";
    static const char meanings[] = "\t\n\r\f";

    strbuf_clear(out);
    while (cursor < end) {
        char c = *cursor++;
        if (c != '\\' || cursor == end) {
            strbuf_add_char(out, c);
            continue;
        }
        c = *cursor++;
        if (c == 'u') {
            if (!decode_unicode(out, &cursor, end))
                return false;
            continue;
        }
        const char *letter = memchr(letters, c, sizeof letters - 1);
        strbuf_add_char(out, letter ? meanings[letter - letters] : c);
    }
    return true;
}

static const char *key_end(const char *cursor, const char *end)
{
    for (; cursor < end; cursor++) {
        if (*cursor == '=' || *cursor == ':' || is_blank(*cursor))
            return cursor;
        if (*cursor == '\\' && cursor + 1 < end)
            cursor++;
    }
    return end;
}

static bool read_entry(struct properties_reader *reader, struct position at)
{
    const char *start = reader->logical.data;
    const char *end = start + reader->logical.length;
    const char *separator = key_end(start, end);
    const char *value = skip_blanks(separator, end);

    if (value < end && (*value == '=' || *value == ':'))
        value = skip_blanks(value + 1, end);
    if (!decode(&reader->key, start, separator) || !decode(&reader->value, value, end)) {
        tree_builder_warn(reader->builder, at.line,
                          "\\u is not followed by a character's four digits: the entry is left "
                          "out");
        return true;
    }
    if (memchr(reader->key.data, '\0', reader->key.length)) {
        tree_builder_warn(reader->builder, at.line,
                          "the key holds a NUL character: the entry is left out");
        return true;
    }
    return tree_builder_key(reader->builder, reader->key.data, reader->key.length, at) &&
           tree_builder_add_scalar(reader->builder, NODE_STRING, reader->value.data,
                                   reader->value.length, NULL, at);
}

bool properties_read(struct tree_builder *builder, const char *text, size_t length)
{
    encoding_unify_lines(builder, &text, &length);

    struct properties_reader reader = { .builder = builder,
                                        .cursor = text,
                                        .end = text + length,
                                        .logical = STRBUF_INIT,
                                        .key = STRBUF_INIT,
                                        .value = STRBUF_INIT };
    struct position at = { 1, 1 };
    bool read = tree_builder_open(builder, NODE_MAP, at);

    while (read && take_logical_line(&reader, &at))
        read = read_entry(&reader, at);
    if (read)
        tree_builder_add(builder, tree_builder_close(builder));
    strbuf_release(&reader.logical);
    strbuf_release(&reader.key);
    strbuf_release(&reader.value);
    return read;
}
