#include <pilab/document/csv.h>

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/vector.h>

#include "encoding.h"

struct reader {
    const char *name;
    const char *cursor, *end;
    size_t line;
    char separator;
    struct arena *arena;
    struct strbuf field;
    struct vector fields; /* const char *, of the row that is being read */
    struct error *error;
};

static bool fail(struct reader *reader, size_t line, enum error_code code, const char *what)
{
    return error_set(reader->error, code, "%s:%zu: %s", reader->name, line, what);
}

static bool at_end(const struct reader *reader)
{
    return reader->cursor == reader->end;
}

static bool at_break(const struct reader *reader)
{
    return at_end(reader) || *reader->cursor == '\n' || *reader->cursor == '\r';
}

static bool is_blank(const struct reader *reader, char c)
{
    return (c == ' ' || c == '\t') && c != reader->separator;
}

/* CR LF is one line break; a CR alone is one as well. */
static void skip_break(struct reader *reader)
{
    if (at_end(reader))
        return;
    if (*reader->cursor == '\r' && reader->cursor + 1 < reader->end && reader->cursor[1] == '\n')
        reader->cursor++;
    reader->cursor++;
    reader->line++;
}

static void skip_blanks(struct reader *reader)
{
    while (!at_end(reader) && is_blank(reader, *reader->cursor))
        reader->cursor++;
}

/* --- Fields ----------------------------------------------------------------------------------- */

/* Whether a spreadsheet would see a formula behind the quotes: what escape_csv puts one before. */
static bool formula_behind_quotes(const char *text)
{
    static const char *const starts[] = { "=",
                                          "+",
                                          "-",
                                          "@",
                                          "\t",
                                          "\r",
                                          "\n",
                                          "^M", /* a CR that is shown */
                                          "\xef\xbc\x9d",
                                          "\xef\xbc\x8b",
                                          "\xef\xbc\x8d",
                                          "\xef\xbc\xa0" };

    text += strspn(text, "'");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

static void add_field(struct reader *reader)
{
    const char **field = vector_add(&reader->fields);
    const char *text = reader->field.data;

    if (text[0] == '\'' && formula_behind_quotes(text))
        text++;
    *field = arena_text(reader->arena, text);
    strbuf_clear(&reader->field);
}

/* From behind the opening quote. */
static bool read_quoted(struct reader *reader)
{
    size_t opened = reader->line;

    for (;;) {
        if (at_end(reader)) {
            fail(reader, opened, ERROR_INVALID, "the quote that opens here is never closed");
            return error_hint(reader->error, "A quote within a quoted field is written twice: "
                                             "\"\".");
        }
        if (*reader->cursor == '"') {
            reader->cursor++;
            if (at_end(reader) || *reader->cursor != '"')
                break;
            strbuf_add_char(&reader->field, '"');
            reader->cursor++;
        } else if (at_break(reader)) {
            skip_break(reader);
            strbuf_add_char(&reader->field, '\n');
        } else {
            strbuf_add_char(&reader->field, *reader->cursor++);
        }
    }
    skip_blanks(reader);
    if (at_break(reader) || *reader->cursor == reader->separator)
        return true;
    fail(reader, reader->line, ERROR_INVALID, "text stands behind a closing quote");
    return error_hint(reader->error, "A quote within a quoted field is written twice: \"\".");
}

static void read_plain(struct reader *reader)
{
    const char *start = reader->cursor, *end;

    while (!at_break(reader) && *reader->cursor != reader->separator)
        reader->cursor++;
    for (end = reader->cursor; end > start && is_blank(reader, end[-1]);)
        end--;
    strbuf_add_bytes(&reader->field, start, (size_t)(end - start));
}

static bool read_field(struct reader *reader)
{
    if (reader->fields.count == CSV_FIELDS_MAX)
        return fail(reader, reader->line, ERROR_LIMIT, "the line has more than 4096 fields");
    skip_blanks(reader);
    if (!at_end(reader) && *reader->cursor == '"') {
        reader->cursor++;
        if (!read_quoted(reader))
            return false;
    } else {
        read_plain(reader);
    }
    add_field(reader);
    return true;
}

/* --- Rows ------------------------------------------------------------------------------------- */

static bool read_row(struct reader *reader, struct vector *rows)
{
    size_t line = reader->line;
    struct csv_row *row;

    vector_clear(&reader->fields);
    for (;;) {
        if (!read_field(reader))
            return false;
        if (at_break(reader))
            break;
        reader->cursor++;
    }
    skip_break(reader);
    row = vector_add(rows);
    *row = (struct csv_row){ .line = line,
                             .fields = vector_to_arena(&reader->fields, reader->arena),
                             .count = reader->fields.count };
    return true;
}

/* Blank lines say nothing. */
static bool skip_empty_line(struct reader *reader)
{
    const char *start = reader->cursor;

    while (!at_break(reader) && (*reader->cursor == ' ' || *reader->cursor == '\t'))
        reader->cursor++;
    if (at_break(reader)) {
        skip_break(reader);
        return true;
    }
    reader->cursor = start;
    return false;
}

static bool read_rows(struct reader *reader, struct vector *rows)
{
    while (!at_end(reader)) {
        if (!skip_empty_line(reader) && !read_row(reader, rows))
            return false;
    }
    return true;
}

/* --- Separator -------------------------------------------------------------------------------- */

/* "sep=;" is how a spreadsheet is told, and it tells us as well. */
static bool named_separator(struct reader *reader)
{
    const char *line = reader->cursor;

    if (reader->end - line < 5 || memcmp(line, "sep=", 4) != 0 || !strchr(",;\t", line[4]))
        return false;
    reader->cursor += 5;
    if (!at_break(reader)) {
        reader->cursor = line;
        return false;
    }
    reader->separator = line[4];
    skip_break(reader);
    return true;
}

/* Of the first line that has something, quoted parts left out; a comma when there is none. */
static void find_separator(struct reader *reader)
{
    static const char separators[] = ",;\t";
    size_t counts[sizeof separators - 1] = { 0 }, best = 0;
    bool quoted = false;

    for (const char *at = reader->cursor; at < reader->end; at++) {
        const char *found = strchr(separators, *at);

        if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == '\n' || *at == '\r'))
            break;
        else if (!quoted && found != NULL)
            counts[found - separators]++;
    }
    for (size_t i = 1; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > counts[best])
            best = i;
    }
    reader->separator = separators[best];
}

/* Fields are texts that end at a NUL. */
static bool refuse_nul(struct reader *reader)
{
    const char *nul = memchr(reader->cursor, '\0', (size_t)(reader->end - reader->cursor));

    if (nul == NULL)
        return true;
    return fail(reader, text_position(reader->cursor, (size_t)(nul - reader->cursor)).line,
                ERROR_INVALID, "a NUL byte: this is not a text");
}

bool csv_read(const char *name, const char *text, size_t length, struct arena *arena,
              struct csv *csv, struct error *error)
{
    struct tree_builder decoder = { .arena = arena, .name = name, .error = error };
    struct reader reader = {
        .name = name, .line = 1, .arena = arena, .field = STRBUF_INIT, .error = error
    };
    struct vector rows;
    bool ok;

    *csv = (struct csv){ .separator = ',' };
    if (!encoding_decode(&decoder, &text, &length, FALLBACK_NONE))
        return false;
    reader.cursor = text;
    reader.end = text + length;
    vector_init(&rows, sizeof(struct csv_row));
    vector_init(&reader.fields, sizeof(const char *));
    ok = refuse_nul(&reader);
    while (ok && !at_end(&reader) && skip_empty_line(&reader))
        ;
    if (ok && !named_separator(&reader))
        find_separator(&reader);
    ok = ok && read_rows(&reader, &rows);
    if (ok)
        *csv = (struct csv){ .rows = vector_to_arena(&rows, arena),
                             .count = rows.count,
                             .separator = reader.separator };
    vector_release(&rows);
    vector_release(&reader.fields);
    strbuf_release(&reader.field);
    return ok;
}

const char *csv_field(const struct csv_row *row, size_t index)
{
    return index < row->count ? row->fields[index] : "";
}

/* --- Writing ---------------------------------------------------------------------------------- */

void csv_add_field(struct strbuf *out, const char *text)
{
    struct strbuf kept = STRBUF_INIT;

    /* A quote that is the text's own, before what looks like a formula, gets one of ours: reading
     * takes exactly one away. escape_csv does so for all that has none. */
    if (text != NULL && (text[0] == '\'' || text[0] == '^') && formula_behind_quotes(text))
        strbuf_add_char(&kept, '\'');
    strbuf_add(&kept, text != NULL ? text : "");
    escape_csv(out, kept.data, kept.length);
    strbuf_release(&kept);
}

void csv_add_row(struct strbuf *out, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        csv_add_field(out, fields[i]);
    }
    strbuf_add(out, "\r\n");
}
