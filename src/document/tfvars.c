/*
 * The values of Terraform's and OpenTofu's .tfvars files: `name = value` in HCL, whose values are
 * literals (https://developer.hashicorp.com/terraform/language/syntax/configuration). Nothing is
 * evaluated: what is no literal is an error that says so, as it is for Terraform.
 */
#include <config.h> /* memmem is a system extension */

#include "readers.h"

#include <string.h>

#include "encoding.h"
#include "hcl_text.h"
#include "number.h"

struct tfvars_reader {
    struct tree_builder *builder;
    const char *cursor, *end;
    const char *seen; /* positions are counted from the last one asked for */
    struct position at;
    struct strbuf scratch;
};

static bool read_value(struct tfvars_reader *reader);

/* Asked for in rising order, but for faults, which end the reading. */
static struct position position_of(struct tfvars_reader *reader, const char *place)
{
    for (; reader->seen < place; reader->seen++) {
        if (*reader->seen == '\n') {
            reader->at.line++;
            reader->at.column = 1;
        } else if (((unsigned char)*reader->seen & 0xC0) != 0x80) {
            reader->at.column++;
        }
    }
    return reader->at;
}

static bool fail_at(struct tfvars_reader *reader, const char *what, const char *place)
{
    return tree_builder_fail(reader->builder, ERROR_INVALID, position_of(reader, place), "%s",
                             what);
}

static bool fail_here(struct tfvars_reader *reader, const char *what)
{
    return fail_at(reader, what, reader->cursor);
}

static bool starts(const struct tfvars_reader *reader, const char *text)
{
    size_t length = strlen(text);

    return (size_t)(reader->end - reader->cursor) >= length &&
           memcmp(reader->cursor, text, length) == 0;
}

static bool accept(struct tfvars_reader *reader, char c)
{
    if (reader->cursor == reader->end || *reader->cursor != c)
        return false;
    reader->cursor++;
    return true;
}

/* ---- blanks and comments ---- */

static bool skip_block_comment(struct tfvars_reader *reader)
{
    const char *rest = reader->cursor + 2;
    const char *close = memmem(rest, (size_t)(reader->end - rest), "*/", 2);

    if (!close)
        return fail_here(reader, "the comment has no end");
    reader->cursor = close + 2;
    return true;
}

static void skip_line(struct tfvars_reader *reader)
{
    const char *newline = memchr(reader->cursor, '\n', (size_t)(reader->end - reader->cursor));

    reader->cursor = newline ? newline : reader->end;
}

/* Up to the end of the line, or over it. */
static bool skip_blanks(struct tfvars_reader *reader, bool lines)
{
    for (;;) {
        if (reader->cursor < reader->end &&
            (memchr(" \t\r", *reader->cursor, 3) || (lines && *reader->cursor == '\n'))) {
            reader->cursor++;
        } else if (starts(reader, "#") || starts(reader, "//")) {
            skip_line(reader);
        } else if (starts(reader, "/*")) {
            if (!skip_block_comment(reader))
                return false;
        } else {
            return true;
        }
    }
}

/* ---- scalars ---- */

static bool read_text(struct tfvars_reader *reader)
{
    struct hcl_fault fault;
    const char *after;

    strbuf_clear(&reader->scratch);
    if (accept(reader, '"')) {
        after = hcl_quoted_read(reader->cursor, reader->end, &reader->scratch, &fault);
    } else {
        reader->cursor += 2;
        after = hcl_heredoc_read(reader->cursor, reader->end, &reader->scratch, &fault);
    }
    if (!after)
        return fail_at(reader, fault.why, fault.at);
    reader->cursor = after;
    return true;
}

static bool add_text(struct tfvars_reader *reader)
{
    struct position at = position_of(reader, reader->cursor);

    return read_text(reader) &&
           tree_builder_add_scalar(reader->builder, NODE_STRING, reader->scratch.data,
                                   reader->scratch.length, NULL, at);
}

static size_t number_length(const struct tfvars_reader *reader)
{
    const char *at = reader->cursor;

    while (at < reader->end && ((*at >= '0' && *at <= '9') || *at == '.' ||
                                (at > reader->cursor && (*at == 'e' || *at == 'E')) ||
                                ((*at == '+' || *at == '-') &&
                                 (at == reader->cursor || at[-1] == 'e' || at[-1] == 'E'))))
        at++;
    return (size_t)(at - reader->cursor);
}

static bool add_number(struct tfvars_reader *reader)
{
    struct position at = position_of(reader, reader->cursor);
    const char *start = reader->cursor;
    size_t length = number_length(reader);
    struct decimal decimal;
    bool integer;

    if (!decimal_scan(start, length, &decimal) || decimal.sign == '+' ||
        decimal.whole_length == 0 || (decimal.has_point && decimal.fraction_length == 0))
        return fail_here(reader, "expected a value: a text in quotes, a number, true, false, null, "
                                 "[…] or {…}");
    reader->cursor += length;
    integer = decimal_is_integer(&decimal);
    return tree_builder_add_scalar(reader->builder, integer ? NODE_INTEGER : NODE_FLOAT, start,
                                   length,
                                   integer ? decimal_integer(reader->builder->arena, &decimal)
                                           : decimal_float(reader->builder->arena, &decimal),
                                   at);
}

static bool add_word(struct tfvars_reader *reader, size_t length)
{
    static const struct {
        const char *text;
        enum node_kind kind;
    } words[] = {
        {"null",   NODE_NULL},
        { "true",  NODE_BOOL},
        { "false", NODE_BOOL},
    };
    struct position at = position_of(reader, reader->cursor);
    const char *start = reader->cursor;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].text) == length && memcmp(words[i].text, start, length) == 0) {
            reader->cursor += length;
            return tree_builder_add_scalar(reader->builder, words[i].kind, start, length,
                                           words[i].text, at);
        }
    }
    return fail_here(reader, "expected a value; names, calls and other expressions may not stand "
                             "in a file of variables");
}

/* ---- lists and objects ---- */

static bool read_list(struct tfvars_reader *reader)
{
    if (!tree_builder_open(reader->builder, NODE_LIST, position_of(reader, reader->cursor)))
        return false;
    reader->cursor++;
    for (;;) {
        if (!skip_blanks(reader, true))
            return false;
        if (accept(reader, ']'))
            break;
        if (!read_value(reader) || !skip_blanks(reader, true))
            return false;
        if (!accept(reader, ',') && !starts(reader, "]"))
            return fail_here(reader, "expected ',' or ']' after an item of the list");
    }
    tree_builder_add(reader->builder, tree_builder_close(reader->builder));
    return true;
}

/* The key of an object's entry: a name, a quoted text, a number. */
static bool read_object_key(struct tfvars_reader *reader)
{
    struct position at = position_of(reader, reader->cursor);
    size_t length = hcl_identifier(reader->cursor, reader->end);

    if (starts(reader, "\"")) {
        return read_text(reader) &&
               tree_builder_key(reader->builder, reader->scratch.data, reader->scratch.length, at);
    }
    if (length == 0)
        length = number_length(reader);
    if (length == 0)
        return fail_here(reader, "expected a key, or '}'");
    reader->cursor += length;
    return tree_builder_key(reader->builder, reader->cursor - length, length, at);
}

static bool read_entry(struct tfvars_reader *reader)
{
    if (!read_object_key(reader) || !skip_blanks(reader, false))
        return false;
    if (!accept(reader, '=') && !accept(reader, ':'))
        return fail_here(reader, "expected '=' or ':' after the key");
    if (!skip_blanks(reader, true) || !read_value(reader) || !skip_blanks(reader, false))
        return false;
    if (accept(reader, ',') || starts(reader, "\n") || starts(reader, "}"))
        return true;
    return fail_here(reader, "expected ',', the end of the line or '}' after an entry");
}

static bool read_object(struct tfvars_reader *reader)
{
    if (!tree_builder_open(reader->builder, NODE_MAP, position_of(reader, reader->cursor)))
        return false;
    reader->cursor++;
    for (;;) {
        if (!skip_blanks(reader, true))
            return false;
        if (accept(reader, '}'))
            break;
        if (!read_entry(reader))
            return false;
    }
    tree_builder_add(reader->builder, tree_builder_close(reader->builder));
    return true;
}

/* Recursion ends at tree_builder_open, which refuses more than DOCUMENT_DEPTH_MAX levels. */
static bool read_value(struct tfvars_reader *reader)
{
    size_t word = hcl_identifier(reader->cursor, reader->end);

    if (reader->cursor == reader->end)
        return fail_here(reader, "expected a value, but the text ends");
    if (word > 0)
        return add_word(reader, word);
    if (starts(reader, "\"") || starts(reader, "<<"))
        return add_text(reader);
    if (starts(reader, "["))
        return read_list(reader);
    if (starts(reader, "{"))
        return read_object(reader);
    return add_number(reader);
}

/* ---- the file ---- */

static bool read_variable(struct tfvars_reader *reader)
{
    struct position at = position_of(reader, reader->cursor);
    const char *name = reader->cursor;
    size_t length = hcl_identifier(name, reader->end);

    if (length == 0)
        return fail_here(reader, "expected the name of a variable");
    reader->cursor += length;
    if (!skip_blanks(reader, false))
        return false;
    if (!accept(reader, '='))
        return fail_here(reader, "expected '=' after the name: a file of variables has no blocks");
    if (!tree_builder_key(reader->builder, name, length, at) || !skip_blanks(reader, false) ||
        !read_value(reader) || !skip_blanks(reader, false))
        return false;
    if (reader->cursor < reader->end && *reader->cursor != '\n')
        return fail_here(reader, "expected the end of the line after the value");
    return true;
}

bool tfvars_read(struct tree_builder *builder, const char *text, size_t length)
{
    struct tfvars_reader reader = {
        .builder = builder,
        .cursor = text,
        .end = text + length,
        .seen = text,
        .at = {1, 1},
        .scratch = STRBUF_INIT
    };
    bool read = tree_builder_open(builder, NODE_MAP, reader.at) && skip_blanks(&reader, true);

    while (read && reader.cursor < reader.end)
        read = read_variable(&reader) && skip_blanks(&reader, true);
    if (read)
        tree_builder_add(builder, tree_builder_close(builder));
    strbuf_release(&reader.scratch);
    return read;
}
