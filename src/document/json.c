/*
 * JSON (RFC 8259) with lines and columns, and numbers as they were written. What many programs take
 * beyond the RFC (comments, a comma after the last entry: .NET's settings, editors' files) is read
 * too, with a warning.
 */
#include <config.h> /* memmem is a system extension */

#include "readers.h"

#include <string.h>

#include <pilab/base/strbuf.h>

#include "number.h"

struct json_reader {
    struct tree_builder *builder;
    const char *cursor, *end;
    /* The last position asked for: the next is counted from there. */
    const char *seen;
    struct position at;
    bool warned_comment, warned_comma;
    struct strbuf scratch; /* a string while it is decoded */
};

static bool read_value(struct json_reader *reader);

/* Asked for in rising order, so that all of them together take one walk over the text. */
static struct position here(struct json_reader *reader)
{
    for (; reader->seen < reader->cursor; reader->seen++) {
        if (*reader->seen == '\n') {
            reader->at.line++;
            reader->at.column = 1;
        } else if (((unsigned char)*reader->seen & 0xC0) != 0x80) {
            reader->at.column++;
        }
    }
    return reader->at;
}

static bool at_end(const struct json_reader *reader)
{
    return reader->cursor == reader->end;
}

static bool fail_here(struct json_reader *reader, const char *what)
{
    struct position at = here(reader);

    if (at_end(reader))
        return tree_builder_fail(reader->builder, ERROR_INVALID, at, "%s, but the text ends", what);
    unsigned char c = (unsigned char)*reader->cursor;
    if (c < 0x20 || c >= 0x7F)
        return tree_builder_fail(reader->builder, ERROR_INVALID, at, "%s, found the byte 0x%02X",
                                 what, c);
    return tree_builder_fail(reader->builder, ERROR_INVALID, at, "%s, found '%c'", what, c);
}

static bool accept(struct json_reader *reader, char c)
{
    if (at_end(reader) || *reader->cursor != c)
        return false;
    reader->cursor++;
    return true;
}

/* ---- blanks and comments ---- */

static bool skip_comment(struct json_reader *reader)
{
    const char *rest = reader->cursor + 2;
    size_t length = (size_t)(reader->end - rest);
    const char *close;

    if (!reader->warned_comment)
        tree_builder_warn(reader->builder, here(reader).line, "JSON has no comments: skipped all");
    reader->warned_comment = true;
    if (reader->cursor[1] == '/') {
        close = memchr(rest, '\n', length);
        reader->cursor = close ? close : reader->end;
        return true;
    }
    close = memmem(rest, length, "*/", 2);
    if (!close)
        return tree_builder_fail(reader->builder, ERROR_INVALID, here(reader),
                                 "the comment has no end");
    reader->cursor = close + 2;
    return true;
}

static bool skip_blanks(struct json_reader *reader)
{
    while (!at_end(reader)) {
        char c = *reader->cursor;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            reader->cursor++;
        } else if (c == '/' && reader->end - reader->cursor > 1 &&
                   (reader->cursor[1] == '/' || reader->cursor[1] == '*')) {
            if (!skip_comment(reader))
                return false;
        } else {
            break;
        }
    }
    return true;
}

/* ---- strings ---- */

/* Four hexadecimal digits; -1: not so. */
static long read_unit(struct json_reader *reader)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    long unit = 0;

    if (reader->end - reader->cursor < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char *digit = memchr(digits, *reader->cursor, sizeof digits - 1);
        if (!digit)
            return -1;
        long value = digit - digits;
        unit = unit * 16 + (value > 15 ? value - 6 : value);
        reader->cursor++;
    }
    return unit;
}

/* After "\u". A character beyond U+FFFF is written as two surrogates. */
static bool read_unicode_escape(struct json_reader *reader)
{
    long unit = read_unit(reader);

    if (unit < 0)
        return fail_here(reader, "expected four hexadecimal digits after \\u");
    if (unit >= 0xD800 && unit <= 0xDFFF) {
        long low = -1;
        if (unit <= 0xDBFF && accept(reader, '\\') && accept(reader, 'u'))
            low = read_unit(reader);
        if (low < 0xDC00 || low > 0xDFFF)
            return tree_builder_fail(reader->builder, ERROR_INVALID, here(reader),
                                     "the escape is half of a surrogate pair");
        unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
    }
    strbuf_add_codepoint(&reader->scratch, (unsigned)unit);
    return true;
}

static bool read_escape(struct json_reader *reader)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";

    if (at_end(reader))
        return fail_here(reader, "expected an escape");
    if (accept(reader, 'u'))
        return read_unicode_escape(reader);
    const char *letter = memchr(letters, *reader->cursor, sizeof letters - 1);
    if (!letter)
        return fail_here(reader, "expected an escape that JSON knows");
    strbuf_add_char(&reader->scratch, meanings[letter - letters]);
    reader->cursor++;
    return true;
}

/* After the opening quote, into scratch. */
static bool read_string(struct json_reader *reader)
{
    strbuf_clear(&reader->scratch);
    for (;;) {
        const char *run = reader->cursor;
        while (!at_end(reader) && *reader->cursor != '"' && *reader->cursor != '\\' &&
               (unsigned char)*reader->cursor >= 0x20)
            reader->cursor++;
        strbuf_add_bytes(&reader->scratch, run, (size_t)(reader->cursor - run));
        if (accept(reader, '"'))
            return true;
        if (!accept(reader, '\\'))
            return fail_here(reader, "expected the closing quote");
        if (!read_escape(reader))
            return false;
    }
}

static bool read_string_value(struct json_reader *reader)
{
    struct position at = here(reader);

    reader->cursor++;
    return read_string(reader) &&
           tree_builder_add_scalar(reader->builder, NODE_STRING, reader->scratch.data,
                                   reader->scratch.length, NULL, at);
}

/* ---- lists and maps ---- */

/* After an entry: true in *more when another one must follow. */
static bool read_separator(struct json_reader *reader, char close, bool *more)
{
    char expected[] = "expected ',' or '?'";

    if (!skip_blanks(reader))
        return false;
    *more = accept(reader, ',');
    if (!*more) {
        expected[sizeof expected - 3] = close;
        return accept(reader, close) || fail_here(reader, expected);
    }
    struct position comma = here(reader);
    if (!skip_blanks(reader))
        return false;
    if (accept(reader, close)) {
        *more = false;
        if (!reader->warned_comma)
            tree_builder_warn(reader->builder, comma.line,
                              "JSON has no comma after the last entry: read all the same");
        reader->warned_comma = true;
    }
    return true;
}

static bool read_key(struct json_reader *reader)
{
    struct position at = here(reader);

    if (!accept(reader, '"'))
        return fail_here(reader, "expected a key in double quotes");
    if (!read_string(reader) ||
        !tree_builder_key(reader->builder, reader->scratch.data, reader->scratch.length, at))
        return false;
    if (!skip_blanks(reader))
        return false;
    if (!accept(reader, ':'))
        return fail_here(reader, "expected ':' after the key");
    return skip_blanks(reader);
}

static bool read_collection(struct json_reader *reader, enum node_kind kind, char close)
{
    bool more = true;

    if (!tree_builder_open(reader->builder, kind, here(reader)))
        return false;
    reader->cursor++;
    if (!skip_blanks(reader))
        return false;
    if (accept(reader, close))
        more = false;
    while (more) {
        if (kind == NODE_MAP && !read_key(reader))
            return false;
        if (!read_value(reader) || !read_separator(reader, close, &more))
            return false;
    }
    tree_builder_add(reader->builder, tree_builder_close(reader->builder));
    return true;
}

/* ---- the other scalars ---- */

static bool valid_number(const struct decimal *decimal)
{
    return decimal->sign != '+' && decimal->whole_length > 0 &&
           (decimal->whole_length == 1 || decimal->whole[0] != '0') &&
           (!decimal->has_point || decimal->fraction_length > 0);
}

static bool read_word(struct json_reader *reader)
{
    static const struct {
        const char *text;
        enum node_kind kind;
    } words[] = {
        {"null",   NODE_NULL},
        { "true",  NODE_BOOL},
        { "false", NODE_BOOL}
    };
    struct tree_builder *builder = reader->builder;
    struct position at = here(reader);
    const char *start = reader->cursor;
    struct decimal decimal;
    size_t length = 0;

    while (start + length < reader->end && !memchr(" \t\r\n,:]}[{\"/", start[length], 12))
        length++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].text) == length && memcmp(words[i].text, start, length) == 0) {
            reader->cursor += length;
            return tree_builder_add_scalar(builder, words[i].kind, start, length, words[i].text,
                                           at);
        }
    }
    if (!decimal_scan(start, length, &decimal) || !valid_number(&decimal))
        return fail_here(reader, "expected a value");

    reader->cursor += length;
    bool integer = decimal_is_integer(&decimal);
    const char *value = integer ? decimal_integer(builder->arena, &decimal)
                                : decimal_float(builder->arena, &decimal);
    return tree_builder_add_scalar(builder, integer ? NODE_INTEGER : NODE_FLOAT, start, length,
                                   value, at);
}

/* Recursion ends at builder_open, which refuses more than DOCUMENT_DEPTH_MAX levels. */
static bool read_value(struct json_reader *reader)
{
    if (at_end(reader))
        return fail_here(reader, "expected a value");
    switch (*reader->cursor) {
    case '{':
        return read_collection(reader, NODE_MAP, '}');
    case '[':
        return read_collection(reader, NODE_LIST, ']');
    case '"':
        return read_string_value(reader);
    default:
        return read_word(reader);
    }
}

bool json_document_read(struct tree_builder *builder, const char *text, size_t length)
{
    struct json_reader reader = {
        .builder = builder,
        .cursor = text,
        .end = text + length,
        .seen = text,
        .at = {1, 1},
        .scratch = STRBUF_INIT
    };
    bool read = skip_blanks(&reader) && read_value(&reader) && skip_blanks(&reader);

    if (read && !at_end(&reader))
        read = fail_here(&reader, "expected the end of the text");
    strbuf_release(&reader.scratch);
    return read;
}
