/*
 * dotenv files: KEY=VALUE lines as Docker Compose, python-dotenv and their kin take them. Nothing
 * is executed and nothing expanded: $(command) and ${NAME} stay as they are written.
 *
 * A line that cannot be read becomes a warning and is left out. Warnings quote nothing of it: even
 * what stands before a '=' may be part of a secret that went over several lines. A quote that is
 * never closed is an error: nobody can tell what of the rest belongs to its value.
 */
#include "readers.h"

#include <string.h>

#include <pilab/base/strbuf.h>

#include "encoding.h"

struct dotenv_reader {
    struct tree_builder *builder;
    const char *cursor, *end;
    unsigned line;
    struct strbuf value;
    bool failed; /* the builder has the error */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static const char *skip_blanks(const char *cursor, const char *end)
{
    while (cursor < end && is_blank(*cursor))
        cursor++;
    return cursor;
}

static const char *line_end(const char *cursor, const char *end)
{
    const char *found = memchr(cursor, '\n', (size_t)(end - cursor));
    return found ? found : end;
}

static const char *skip_export(const char *cursor, const char *end)
{
    static const char word[] = "export";
    size_t length = sizeof word - 1;

    if ((size_t)(end - cursor) > length && memcmp(cursor, word, length) == 0 &&
        is_blank(cursor[length]))
        return skip_blanks(cursor + length, end);
    return cursor;
}

/* Dots and dashes are no part of a shell's names, but containers and dotenv libraries take them. */
static bool valid_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool first = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        if (!first && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-')))
            return false;
    }
    return length > 0;
}

static void leave_out(struct dotenv_reader *reader, const char *why)
{
    tree_builder_warn(reader->builder, reader->line, "%s: the line is left out", why);
}

/* Up to a blank and a '#', or the end of the line; blanks at the end do not count. */
static void read_plain(struct dotenv_reader *reader, const char *start, const char *end)
{
    const char *cursor = start;

    while (cursor < end && !(*cursor == '#' && is_blank(cursor[-1])))
        cursor++;
    while (cursor > start && is_blank(cursor[-1]))
        cursor--;
    strbuf_add_bytes(&reader->value, start, (size_t)(cursor - start));
}

/* What a backslash and this character stand for between double quotes; 0: for themselves. */
static char escaped(char c)
{
    static const char letters[] = "nrt\"'\\$`";
    static const char meanings[] = "\n\r\t\"'\\$`";
    const char *letter = memchr(letters, c, sizeof letters - 1);

    return letter ? meanings[letter - letters] : 0;
}

/* From after the opening quote; the value may go over several lines. Returns the place after the
 * closing quote, or NULL when there is none. */
static const char *read_quoted(struct dotenv_reader *reader, const char *cursor, char quote)
{
    for (; cursor < reader->end; cursor++) {
        if (*cursor == quote)
            return cursor + 1;
        if (quote == '"' && *cursor == '\\' && cursor + 1 < reader->end) {
            char meaning = escaped(*++cursor);
            if (!meaning)
                strbuf_add_char(&reader->value, '\\');
            strbuf_add_char(&reader->value, meaning ? meaning : *cursor);
        } else {
            strbuf_add_char(&reader->value, *cursor);
        }
    }
    return NULL;
}

static bool fail_unclosed(struct dotenv_reader *reader, const char *quote)
{
    const struct position at = { reader->line, (unsigned)(quote - reader->cursor) + 1 };

    reader->failed = true;
    return tree_builder_fail(reader->builder, ERROR_INVALID, at,
                             "the quote that opens here is never closed");
}

/* The value that starts at `start`, into reader->value; *after gets the end of its last line. */
static bool read_value(struct dotenv_reader *reader, const char *start, const char *end,
                       const char **after)
{
    strbuf_clear(&reader->value);
    *after = end;
    if (start == end || (*start != '"' && *start != '\'')) {
        read_plain(reader, start, end);
        return true;
    }
    const char *closed = read_quoted(reader, start + 1, *start);
    if (!closed)
        return fail_unclosed(reader, start);
    const char *last = line_end(closed, reader->end);
    const char *behind = skip_blanks(closed, last);
    if (behind < last && *behind != '#') {
        /* On another line it is the one that opens the next value. */
        if (memchr(start, '\n', (size_t)(closed - start)))
            return fail_unclosed(reader, start);
        leave_out(reader, "text follows the closing quote");
        return false;
    }
    *after = last;
    return true;
}

/* Reads the entry whose line ends at `end`; *after gets the end of the last line it took. */
static bool read_entry(struct dotenv_reader *reader, const char *name, const char *end,
                       const char **after)
{
    const char *equals = memchr(name, '=', (size_t)(end - name));
    const char *name_end = equals;
    unsigned column = (unsigned)(name - reader->cursor) + 1;

    if (!equals) {
        leave_out(reader, "there is no '='");
        return true;
    }
    while (name_end > name && is_blank(name_end[-1]))
        name_end--;
    if (!valid_name(name, (size_t)(name_end - name))) {
        leave_out(reader, "what stands before '=' is not a variable's name");
        return true;
    }
    if (!read_value(reader, skip_blanks(equals + 1, end), end, after))
        return !reader->failed;
    if (memchr(reader->value.data, '\0', reader->value.length)) {
        leave_out(reader, "the value holds a NUL character");
        return true;
    }
    struct position at = { reader->line, column };
    return tree_builder_key(reader->builder, name, (size_t)(name_end - name), at) &&
           tree_builder_add_scalar(reader->builder, NODE_STRING, reader->value.data,
                                   reader->value.length, NULL, at);
}

static bool read_line(struct dotenv_reader *reader)
{
    const char *end = line_end(reader->cursor, reader->end);
    const char *start = skip_blanks(reader->cursor, end);
    const char *after = end;

    if (start < end && *start != '#' && !read_entry(reader, skip_export(start, end), end, &after))
        return false;
    for (; reader->cursor < after; reader->cursor++)
        reader->line += *reader->cursor == '\n';
    if (reader->cursor < reader->end) {
        reader->cursor++;
        reader->line++;
    }
    return true;
}

bool dotenv_read(struct tree_builder *builder, const char *text, size_t length)
{
    encoding_unify_lines(builder, &text, &length);

    struct dotenv_reader reader = {
        .builder = builder, .cursor = text, .end = text + length, .line = 1, .value = STRBUF_INIT
    };
    bool read = tree_builder_open(builder, NODE_MAP, (struct position){ 1, 1 });

    while (read && reader.cursor < reader.end)
        read = read_line(&reader);
    if (read)
        tree_builder_add(builder, tree_builder_close(builder));
    strbuf_release(&reader.value);
    return read;
}
