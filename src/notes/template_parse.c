#include <config.h> /* memmem is a system extension */

#include "template_internal.h"

#include <string.h>

#include <pilab/base/vector.h>

struct parser {
    struct arena *arena;
    const char *name;
    const char *text;
    size_t length;
    size_t begin;         /* of the text that is not a part yet */
    size_t at;            /* the cursor */
    unsigned line;        /* of the cursor */
    struct vector parts;  /* struct part */
    struct vector opened; /* size_t: sections that are open */
    struct error *error;
};

static bool fail(struct parser *parser, const char *message, const char *hint)
{
    error_set(parser->error, ERROR_INVALID, "%s:%u: %s", parser->name, parser->line, message);
    return hint ? error_hint(parser->error, "%s", hint) : false;
}

static struct part *add_part(struct parser *parser, enum part_kind kind)
{
    struct part *part = vector_add(&parser->parts);

    part->kind = kind;
    part->line = parser->line;
    return part;
}

/* Everything from `begin` to `end` that is not a part yet is text. */
static void add_text(struct parser *parser, size_t end)
{
    struct part *part;

    if (end <= parser->begin)
        return;
    part = add_part(parser, PART_TEXT);
    part->text = parser->text + parser->begin;
    part->length = end - parser->begin;
    parser->begin = end;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "name", "a.b", ".". */
static bool is_name(const char *text, size_t length)
{
    size_t i;

    if (length == 1 && text[0] == '.')
        return true;
    for (i = 0; i < length; i++) {
        bool dot = text[i] == '.' && i > 0 && i + 1 < length && text[i - 1] != '.';

        if (!is_name_byte(text[i]) && !dot)
            return false;
    }
    return length > 0;
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && strchr(" \t\r\n", (*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && strchr(" \t\r\n", (*text)[*length - 1]))
        (*length)--;
}

static bool add_value(struct parser *parser, const char *text, size_t length)
{
    static const char *const filters[FILTER_COUNT] = {
        [FILTER_CELL] = "cell",
        [FILTER_CODE] = "code",
        [FILTER_CELL_CODE] = "cellcode",
    };
    const char *colon = memchr(text, ':', length);
    enum part_filter filter = FILTER_TEXT;
    struct part *part;

    if (colon) {
        size_t word = (size_t)(colon - text);
        int i = FILTER_CELL;

        while (i < FILTER_COUNT &&
               (strlen(filters[i]) != word || memcmp(filters[i], text, word) != 0))
            i++;
        if (i == FILTER_COUNT)
            return fail(parser, "there is no such way to write a value",
                        "{{name}} is for running text, {{cell:name}} for tables, {{code:name}} "
                        "for code, {{cellcode:name}} for code in tables");
        filter = (enum part_filter)i;
        text = colon + 1;
        length -= word + 1;
        trim(&text, &length);
    }
    if (!is_name(text, length))
        return fail(parser, "a tag holds something that is not a name", NULL);
    part = add_part(parser, PART_VALUE);
    part->filter = filter;
    part->text = arena_bytes(parser->arena, text, length);
    return true;
}

static bool open_section(struct parser *parser, enum part_kind kind, const char *text,
                         size_t length)
{
    size_t place = parser->parts.count;
    struct part *part;

    if (!is_name(text, length))
        return fail(parser, "a section has no name", NULL);
    if (parser->opened.count >= TEMPLATE_DEPTH_MAX)
        return fail(parser, "sections stand more than 32 deep within each other", NULL);
    part = add_part(parser, kind);
    part->text = arena_bytes(parser->arena, text, length);
    vector_push(&parser->opened, &place);
    return true;
}

static bool close_section(struct parser *parser, const char *text, size_t length)
{
    struct part *opened;
    size_t place;

    if (parser->opened.count == 0) {
        error_set(parser->error, ERROR_INVALID, "%s:%u: {{/%.*s}} closes nothing", parser->name,
                  parser->line, (int)length, text);
        return false;
    }
    place = *(size_t *)vector_at(&parser->opened, parser->opened.count - 1);
    opened = vector_at(&parser->parts, place);
    if (strlen(opened->text) != length || memcmp(opened->text, text, length) != 0) {
        error_set(parser->error, ERROR_INVALID,
                  "%s:%u: {{/%.*s}} stands where {{/%s}} is expected, which line %u opened",
                  parser->name, parser->line, (int)length, text, opened->text, opened->line);
        return false;
    }
    opened->end = parser->parts.count;
    add_part(parser, PART_END);
    vector_remove(&parser->opened, parser->opened.count - 1);
    return true;
}

/* What stands between the braces. */
static bool add_tag(struct parser *parser, const char *text, size_t length)
{
    char sigil;

    trim(&text, &length);
    sigil = length > 0 ? text[0] : '\0';
    if (sigil && strchr("#^/!", sigil)) {
        text++;
        length--;
        trim(&text, &length);
    }
    switch (sigil) {
    case '!':
        return true;
    case '#':
        return open_section(parser, PART_SECTION, text, length);
    case '^':
        return open_section(parser, PART_INVERTED, text, length);
    case '/':
        return close_section(parser, text, length);
    case '{':
    case '&':
        return fail(parser, "a value as it is ({{{name}}}, {{&name}}) is refused",
                    "text from outside could break the document: {{name}} escapes it");
    case '>':
        return fail(parser, "partials ({{>name}}) are refused", "put the text into this template");
    case '=':
        return fail(parser, "other delimiters ({{=…=}}) are refused", NULL);
    default:
        return add_value(parser, text, length);
    }
}

/* Whether the tag from `at` to `end` stands alone on its line; then *line_begin and *line_end get
 * where the line does. */
static bool stands_alone(const struct parser *parser, size_t at, size_t end, size_t *line_begin,
                         size_t *line_end)
{
    size_t begin = at;
    size_t after = end;

    while (begin > 0 && (parser->text[begin - 1] == ' ' || parser->text[begin - 1] == '\t'))
        begin--;
    if ((begin > 0 && parser->text[begin - 1] != '\n') || begin < parser->begin)
        return false;
    while (after < parser->length && strchr(" \t\r", parser->text[after]))
        after++;
    if (after < parser->length && parser->text[after] != '\n')
        return false;
    *line_begin = begin;
    *line_end = after < parser->length ? after + 1 : after;
    return true;
}

static void count_lines(struct parser *parser, size_t from, size_t to)
{
    for (; from < to; from++)
        parser->line += parser->text[from] == '\n';
}

static bool read_tag(struct parser *parser, size_t open)
{
    const char *inner = parser->text + open + 2;
    const char *close = memmem(inner, parser->length - open - 2, "}}", 2);
    size_t end, line_begin, line_end;
    bool alone;

    if (!close)
        return fail(parser, "a tag begins with {{ and never ends", NULL);
    end = (size_t)(close - parser->text) + 2;
    alone = strchr("#^/!", inner[strspn(inner, " \t")]) &&
            stands_alone(parser, open, end, &line_begin, &line_end);
    add_text(parser, alone ? line_begin : open);
    if (!add_tag(parser, inner, (size_t)(close - inner)))
        return false;
    parser->at = alone ? line_end : end;
    parser->begin = parser->at;
    count_lines(parser, open, parser->at);
    return true;
}

static bool read_all(struct parser *parser)
{
    while (parser->at < parser->length) {
        const char *from = parser->text + parser->at;
        const char *open = memmem(from, parser->length - parser->at, "{{", 2);

        if (!open)
            break;
        count_lines(parser, parser->at, (size_t)(open - parser->text));
        if (!read_tag(parser, (size_t)(open - parser->text)))
            return false;
    }
    add_text(parser, parser->length);
    if (parser->opened.count > 0) {
        size_t place = *(size_t *)vector_at(&parser->opened, parser->opened.count - 1);
        const struct part *opened = vector_at(&parser->parts, place);

        return error_set(parser->error, ERROR_INVALID, "%s:%u: the section {{#%s}} is never closed",
                         parser->name, opened->line, opened->text);
    }
    return true;
}

struct template *template_parse(const char *name, const char *text, size_t length,
                                struct error *error)
{
    struct arena *arena;
    struct template *template;
    struct parser parser;

    if (length > TEMPLATE_SIZE_MAX) {
        error_set(error, ERROR_LIMIT, "%s: a template has at most 1 MiB", name);
        return NULL;
    }
    arena = arena_new();
    template = arena_alloc(arena, sizeof *template);
    template->arena = arena;
    template->name = arena_text(arena, name);
    parser = (struct parser){ .arena = arena,
                              .name = template->name,
                              .text = arena_bytes(arena, text, length),
                              .length = length,
                              .line = 1,
                              .error = error };
    vector_init(&parser.parts, sizeof(struct part));
    vector_init(&parser.opened, sizeof(size_t));
    if (read_all(&parser)) {
        template->parts = vector_to_arena(&parser.parts, arena);
        template->count = parser.parts.count;
    } else {
        template_free(&template);
    }
    vector_release(&parser.parts);
    vector_release(&parser.opened);
    return template;
}

void template_free(struct template **template)
{
    struct arena *arena;

    if (!*template)
        return;
    arena = (*template)->arena;
    arena_free(&arena);
    *template = NULL;
}
