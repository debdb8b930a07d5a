#include "hcl_text.h"

#include <string.h>

static const char interpolation[] =
    "an expression stands in the text, where only its value may stand; write $${ or %%{ for the "
    "signs themselves";

static const char *fail(struct hcl_fault *fault, const char *why, const char *at)
{
    *fault = (struct hcl_fault){ .why = why, .at = at };
    return NULL;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t hcl_identifier(const char *cursor, const char *end)
{
    const char *at = cursor;

    while (at < end && (is_letter(*at) || (at > cursor && (is_digit(*at) || *at == '-'))))
        at++;
    return (size_t)(at - cursor);
}

/* At '$' or '%': "${" begins an expression, "$${" stands for the sign itself. */
static const char *read_sign(const char *cursor, const char *end, struct strbuf *out,
                             struct hcl_fault *fault)
{
    if (end - cursor > 2 && cursor[1] == *cursor && cursor[2] == '{') {
        strbuf_add_bytes(out, cursor + 1, 2);
        return cursor + 3;
    }
    if (end - cursor > 1 && cursor[1] == '{')
        return fail(fault, interpolation, cursor);
    strbuf_add_char(out, *cursor);
    return cursor + 1;
}

static const char *read_codepoint(const char *cursor, const char *end, size_t digits,
                                  struct strbuf *out, struct hcl_fault *fault)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    unsigned codepoint = 0;

    if ((size_t)(end - cursor) < digits)
        return fail(fault, "the text has no closing quote", end);
    for (size_t i = 0; i < digits; i++) {
        const char *digit = memchr(hex, cursor[i], sizeof hex - 1);

        if (!digit)
            return fail(fault, "expected hexadecimal digits: four after \\u, eight after \\U",
                        cursor + i);
        unsigned value = (unsigned)(digit - hex);
        codepoint = codepoint * 16 + (value > 15 ? value - 6 : value);
    }
    strbuf_add_codepoint(out, codepoint);
    return cursor + digits;
}

static const char *read_escape(const char *cursor, const char *end, struct strbuf *out,
                               struct hcl_fault *fault)
{
    static const char letters[] = "nrt\"\\";
    static const char meanings[] = "\n\r\t\"\\";
    const char *letter;

    if (cursor == end)
        return fail(fault, "the text has no closing quote", end);
    if (*cursor == 'u' || *cursor == 'U')
        return read_codepoint(cursor + 1, end, *cursor == 'u' ? 4 : 8, out, fault);
    letter = memchr(letters, *cursor, sizeof letters - 1);
    if (!letter)
        return fail(fault, "expected an escape that HCL knows: \\n \\r \\t \\\" \\\\ \\u \\U",
                    cursor);
    strbuf_add_char(out, meanings[letter - letters]);
    return cursor + 1;
}

const char *hcl_quoted_read(const char *cursor, const char *end, struct strbuf *out,
                            struct hcl_fault *fault)
{
    while (cursor && cursor < end && *cursor != '"') {
        if (*cursor == '\n')
            return fail(fault, "the text has no closing quote on its line", cursor);
        if (*cursor == '\\') {
            cursor = read_escape(cursor + 1, end, out, fault);
        } else if (*cursor == '$' || *cursor == '%') {
            cursor = read_sign(cursor, end, out, fault);
        } else {
            strbuf_add_char(out, *cursor++);
        }
    }
    if (cursor == end)
        return fail(fault, "the text has no closing quote", end);
    return cursor ? cursor + 1 : NULL;
}

/* ---- heredocs ---- */

struct heredoc {
    const char *marker;
    size_t marker_length;
    bool flush;             /* <<-: the indent that all lines share is left out */
    const char *body, *end; /* its lines, each with its newline */
    const char *after;      /* behind the closing marker */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static const char *line_end(const char *cursor, const char *end)
{
    const char *newline = memchr(cursor, '\n', (size_t)(end - cursor));

    return newline ? newline : end;
}

static bool is_marker(const struct heredoc *heredoc, const char *line, const char *end)
{
    while (line < end && is_blank(*line))
        line++;
    while (end > line && is_blank(end[-1]))
        end--;
    return (size_t)(end - line) == heredoc->marker_length &&
           memcmp(line, heredoc->marker, heredoc->marker_length) == 0;
}

static bool find_heredoc(struct heredoc *heredoc, const char *cursor, const char *end,
                         struct hcl_fault *fault)
{
    const char *line;

    heredoc->flush = cursor < end && *cursor == '-';
    cursor += heredoc->flush;
    heredoc->marker = cursor;
    heredoc->marker_length = hcl_identifier(cursor, end);
    line = line_end(cursor, end);
    if (heredoc->marker_length == 0 || !is_marker(heredoc, cursor, line) || line == end)
        return fail(fault, "expected a marker and the end of the line after <<", cursor);
    heredoc->body = line + 1;
    for (line = heredoc->body; line < end; line = line_end(line, end) + 1) {
        const char *stop = line_end(line, end);

        if (is_marker(heredoc, line, stop)) {
            heredoc->end = line;
            heredoc->after = stop;
            return true;
        }
        if (stop == end)
            break;
    }
    return fail(fault, "the text that starts with << has no closing marker", cursor);
}

static size_t indent_of(const char *line, const char *stop)
{
    const char *cursor = line;

    while (cursor < stop && is_blank(*cursor))
        cursor++;
    return (size_t)(cursor - line);
}

/* What all lines that are not blank share. */
static size_t common_indent(const struct heredoc *heredoc)
{
    size_t common = (size_t)-1;

    for (const char *line = heredoc->body; line < heredoc->end;) {
        const char *stop = line_end(line, heredoc->end);
        size_t indent = indent_of(line, stop);

        if (line + indent < stop && indent < common)
            common = indent;
        line = stop + 1;
    }
    return common;
}

const char *hcl_heredoc_read(const char *cursor, const char *end, struct strbuf *out,
                             struct hcl_fault *fault)
{
    struct heredoc heredoc = { 0 };
    size_t common;

    if (!find_heredoc(&heredoc, cursor, end, fault))
        return NULL;
    common = heredoc.flush ? common_indent(&heredoc) : 0;
    for (cursor = heredoc.body; cursor && cursor < heredoc.end;) {
        const char *stop = line_end(cursor, heredoc.end);
        size_t indent = indent_of(cursor, stop);

        if (cursor + indent < stop) /* a blank line stays as it is */
            cursor += common;
        while (cursor && cursor <= stop) {
            if (*cursor == '$' || *cursor == '%')
                cursor = read_sign(cursor, heredoc.end, out, fault);
            else
                strbuf_add_char(out, *cursor++);
        }
    }
    return cursor ? heredoc.after : NULL;
}
