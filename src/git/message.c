#include <config.h> /* memrchr and memmem are system extensions */

#include <pilab/git/message.h>

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

/* A line without its end (\n or \r\n) and trailing blanks. */
struct line {
    const char *text;
    size_t length;
    bool starts_paragraph; /* the first line, or a blank one stands before it */
    bool taken;            /* belongs to a trailer: not part of the body */
};

struct parser {
    struct arena *arena;
    struct vector lines;
    size_t body; /* index of the first line after the subject */
    struct vector trailers, picked, reverts;
};

static bool line_blank(const struct line *line)
{
    return line->length == 0;
}

static bool line_starts(const struct line *line, const char *prefix)
{
    size_t length = strlen(prefix);
    return line->length >= length && memcmp(line->text, prefix, length) == 0;
}

static void split_lines(struct parser *parser, const char *text, size_t length)
{
    const char *nul = memchr(text, '\0', length);
    const char *end = nul ? nul : text + length;
    bool after_blank = true;
    for (const char *p = text; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        const char *stop = newline ? newline : end;
        const char *next = newline ? newline + 1 : end;
        while (stop > p && isspace((unsigned char)stop[-1]))
            stop--;
        struct line *line = vector_add(&parser->lines);
        line->text = p;
        line->length = (size_t)(stop - p);
        line->starts_paragraph = after_blank && stop > p;
        after_blank = stop == p;
        p = next;
    }
}

static struct line *line_at(const struct parser *parser, size_t index)
{
    return vector_at(&parser->lines, index);
}

static void add_joined(struct strbuf *out, const struct line *line, char separator)
{
    const char *p = line->text;
    const char *end = p + line->length;
    if (separator == ' ')
        while (p < end && isspace((unsigned char)*p))
            p++;
    if (out->length)
        strbuf_add_char(out, separator);
    strbuf_add_bytes(out, p, (size_t)(end - p));
}

static const char *parse_subject(struct parser *parser)
{
    struct strbuf subject = STRBUF_INIT;
    size_t i = 0;
    while (i < parser->lines.count && line_blank(line_at(parser, i)))
        i++;
    for (; i < parser->lines.count && !line_blank(line_at(parser, i)); i++)
        add_joined(&subject, line_at(parser, i), ' ');
    parser->body = i;
    const char *result = strbuf_to_arena(&subject, parser->arena);
    strbuf_release(&subject);
    return result;
}

/* --- Trailers ------------------------------------------------------------------------------- */

static bool is_breaking(const struct line *line)
{
    return line_starts(line, "BREAKING CHANGE:") || line_starts(line, "BREAKING-CHANGE:") ||
           line_starts(line, "BREAKING CHANGE #") || line_starts(line, "BREAKING-CHANGE #");
}

/* The length of the key when the line is "Key: value", or "Key #value" as Conventional Commits
 * allow; 0 when it is not. A key is letters, digits and dashes; "https://…" is no trailer. */
static size_t trailer_key_length(const struct line *line)
{
    if (is_breaking(line))
        return strlen("BREAKING CHANGE");
    size_t i = 0;
    while (i < line->length && (isalnum((unsigned char)line->text[i]) || line->text[i] == '-'))
        i++;
    size_t key = i;
    while (i < line->length && (line->text[i] == ' ' || line->text[i] == '\t'))
        i++;
    if (key == 0 || i == line->length || line->text[0] == '-')
        return 0;
    if (line->text[i] == '#')
        return i == key + 1 && i + 1 < line->length && isdigit((unsigned char)line->text[i + 1])
                   ? key
                   : 0;
    bool is_address = i + 2 < line->length && memcmp(line->text + i, "://", 3) == 0;
    return line->text[i] == ':' && !is_address ? key : 0;
}

static bool is_git_generated(const struct line *line)
{
    return line_starts(line, "Signed-off-by: ") || line_starts(line, "(cherry picked from commit ");
}

static bool is_continuation(const struct line *line)
{
    return line->length && isspace((unsigned char)line->text[0]);
}

/* Whether lines [first, last) are a trailer block by the rule of git-interpret-trailers(1): all of
 * them trailers, or a quarter of them with one that git itself writes. */
static bool is_trailer_block(const struct parser *parser, size_t first, size_t last)
{
    size_t trailers = 0, others = 0;
    bool generated = false;
    bool in_trailer = false;
    for (size_t i = first; i < last; i++) {
        const struct line *line = line_at(parser, i);
        if (is_continuation(line)) {
            others += !in_trailer;
            continue;
        }
        generated |= is_git_generated(line);
        in_trailer = is_git_generated(line) || trailer_key_length(line) > 0;
        trailers += in_trailer;
        others += !in_trailer;
    }
    return trailers > 0 && (others == 0 || (generated && trailers * 3 >= others));
}

/* Takes the trailer at line `index` with its continuation lines; returns the line after it. A
 * breaking change is told in prose: its whole paragraph belongs to it. */
static size_t take_trailer(struct parser *parser, size_t index, size_t last)
{
    struct line *line = line_at(parser, index);
    size_t key = trailer_key_length(line);
    bool prose = is_breaking(line);
    struct strbuf value = STRBUF_INIT;
    struct line rest = *line;
    size_t skip = key;
    while (skip < line->length && (line->text[skip] == ' ' || line->text[skip] == '\t'))
        skip++;
    skip += line->text[skip] == ':';
    rest.text += skip;
    rest.length -= skip;
    add_joined(&value, &rest, ' ');
    line->taken = true;
    for (index++; index < last; index++) {
        line = line_at(parser, index);
        bool belongs = is_continuation(line) ||
                       (prose && !is_git_generated(line) && trailer_key_length(line) == 0);
        if (!belongs)
            break;
        add_joined(&value, line, ' ');
        line->taken = true;
    }
    struct trailer *trailer = vector_add(&parser->trailers);
    trailer->key = arena_bytes(parser->arena, rest.text - skip, key);
    trailer->value = strbuf_to_arena(&value, parser->arena);
    strbuf_release(&value);
    return index;
}

static void take_trailer_block(struct parser *parser, size_t first, size_t last)
{
    for (size_t i = first; i < last;) {
        struct line *line = line_at(parser, i);
        if (is_git_generated(line) && line->text[0] == '(') {
            line->taken = true;
            i++;
        } else if (trailer_key_length(line) > 0) {
            i = take_trailer(parser, i, last);
        } else {
            i++;
        }
    }
}

static void parse_trailers(struct parser *parser)
{
    size_t last = parser->lines.count;
    while (last > parser->body && line_blank(line_at(parser, last - 1)))
        last--;
    size_t first = last;
    while (first > parser->body && !line_blank(line_at(parser, first - 1)))
        first--;
    /* A breaking change may stand in a paragraph of its own before the block. */
    for (size_t i = parser->body; i < first;) {
        size_t end = i;
        while (end < first && !line_blank(line_at(parser, end)))
            end++;
        struct line *line = line_at(parser, i);
        i = line->starts_paragraph && is_breaking(line) ? take_trailer(parser, i, end) : end + 1;
    }
    if (first < last && is_trailer_block(parser, first, last))
        take_trailer_block(parser, first, last);
    else if (first < last && is_breaking(line_at(parser, first)))
        take_trailer(parser, first, last);
}

/* --- What it says about other commits ------------------------------------------------------- */

static size_t hex_length(const char *text, const char *end)
{
    size_t length = 0;
    while (text + length < end && isxdigit((unsigned char)text[length]))
        length++;
    return length;
}

/* Adds the object name after `phrase` where the line has it: 7 to 40 digits. */
static void parse_reference(struct parser *parser, const struct line *line, const char *phrase,
                            struct vector *out)
{
    const char *end = line->text + line->length;
    const char *found = memmem(line->text, line->length, phrase, strlen(phrase));
    while (found) {
        const char *id = found + strlen(phrase);
        size_t length = hex_length(id, end);
        if (length >= 7 && length <= 40) {
            const char *copy = arena_bytes(parser->arena, id, length);
            vector_push(out, &copy);
        }
        found = memmem(id, (size_t)(end - id), phrase, strlen(phrase));
    }
}

static void parse_references(struct parser *parser)
{
    for (size_t i = parser->lines.count; i > parser->body; i--) {
        const struct line *line = line_at(parser, i - 1);
        if (line_starts(line, "(cherry picked from commit "))
            parse_reference(parser, line, "(cherry picked from commit ", &parser->picked);
    }
    for (size_t i = parser->body; i < parser->lines.count; i++)
        parse_reference(parser, line_at(parser, i), "This reverts commit ", &parser->reverts);
}

struct quoting {
    const char *prefix;
    unsigned depth;
};

/* git-revert(1) writes the first; git 2.43 and later the second for a revert of a revert. */
static const struct quoting quotings[] = {
    {"Revert \"",   1},
    { "Reapply \"", 2},
};

/* The text between the quotes of 'Revert "…"', which may be followed by " (#12)" of the pull
 * request and loses its closing quote where a service cut the line. False when the text is no
 * revert. */
static bool unquote(const char **text, size_t *length, unsigned *depth)
{
    for (size_t i = 0; i < sizeof(quotings) / sizeof(*quotings); i++) {
        size_t prefix = strlen(quotings[i].prefix);
        if (*length <= prefix || memcmp(*text, quotings[i].prefix, prefix) != 0)
            continue;
        *text += prefix;
        *length -= prefix;
        const char *closing = memrchr(*text, '"', *length);
        if (closing)
            *length = (size_t)(closing - *text);
        *depth += quotings[i].depth;
        return true;
    }
    return false;
}

static void parse_revert(struct parser *parser, struct commit_message *message)
{
    const char *text = message->subject;
    size_t length = strlen(text);
    while (unquote(&text, &length, &message->revert_depth))
        ;
    if (message->revert_depth == 0 && strncmp(text, "revert: ", 8) == 0) {
        message->revert_depth = 1; /* as Conventional Commits write it */
        text += 8;
        length -= 8;
    }
    if (message->revert_depth)
        message->reverted_subject = arena_bytes(parser->arena, text, length);
}

static const char *collect_body(struct parser *parser)
{
    struct strbuf body = STRBUF_INIT;
    bool gap = false;
    for (size_t i = parser->body; i < parser->lines.count; i++) {
        const struct line *line = line_at(parser, i);
        if (line->taken || line_blank(line)) {
            gap = true;
            continue;
        }
        if (body.length)
            strbuf_add(&body, gap ? "\n\n" : "\n");
        strbuf_add_bytes(&body, line->text, line->length);
        gap = false;
    }
    const char *result = strbuf_to_arena(&body, parser->arena);
    strbuf_release(&body);
    return result;
}

struct commit_message *commit_message_parse(struct arena *arena, const char *text, size_t length)
{
    struct parser parser = { .arena = arena };
    vector_init(&parser.lines, sizeof(struct line));
    vector_init(&parser.trailers, sizeof(struct trailer));
    vector_init(&parser.picked, sizeof(const char *));
    vector_init(&parser.reverts, sizeof(const char *));

    struct commit_message *message = arena_alloc(arena, sizeof(*message));
    split_lines(&parser, text, length);
    message->subject = parse_subject(&parser);
    parse_references(&parser);
    parse_trailers(&parser);
    parse_revert(&parser, message);
    message->body = collect_body(&parser);
    message->trailers = vector_to_arena(&parser.trailers, arena);
    message->trailer_count = parser.trailers.count;
    message->picked_from = vector_to_arena(&parser.picked, arena);
    message->picked_count = parser.picked.count;
    message->reverts = vector_to_arena(&parser.reverts, arena);
    message->revert_count = parser.reverts.count;

    vector_release(&parser.lines);
    vector_release(&parser.trailers);
    vector_release(&parser.picked);
    vector_release(&parser.reverts);
    return message;
}
