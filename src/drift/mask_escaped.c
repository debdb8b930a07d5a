/*
 * Texts between double quotes whose own quotes are escaped: JSON in a value of YAML or JSON, in the
 * argument of a command, in a program. They are judged by what they say.
 */
#include <config.h> /* memmem is a system extension */

#include "mask_escaped.h"

#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/drift/mask.h>

#include "ascii.h"

/* Texts within texts. */
#define DEPTH_MAX 4

static bool has_quotes(const char *text, size_t length)
{
    return memmem(text, length, "\\\"", 2) != NULL || memmem(text, length, "\\u0022", 6) != NULL;
}

/* Where the text that starts behind a quote has its closing one; `length` when it has none. */
static size_t closing_quote(const char *text, size_t start, size_t length)
{
    size_t at = start;

    while (at < length && text[at] != '"')
        at += text[at] == '\\' ? 2 : 1;
    return at < length ? at : length;
}

/* The character of "uXXXX"; 0: it is none, or none of ASCII. */
static char unicode(const char *text, size_t length)
{
    unsigned value = 0;

    for (size_t i = 1; i < 5; i++) {
        int digit = i < length ? hex_value(text[i]) : -1;

        if (digit < 0)
            return '\0';
        value = value * 16 + (unsigned)digit;
    }
    return value < 0x80 ? (char)value : '\0';
}

/* As JSON has it (RFC 8259, section 7), which YAML and most languages have as well. */
static void add_decoded(struct strbuf *out, const char *text, size_t length)
{
    static const char from[] = "ntr", to[] = "\n\t\r";

    for (size_t at = 0; at < length; at++) {
        const char *known;
        char c = text[at];

        if (c == '\\' && at + 1 < length) {
            c = text[++at];
            known = memchr(from, c, sizeof from - 1);
            if (known != NULL) {
                c = to[known - from];
            } else if (c == 'u') {
                c = unicode(text + at, length - at);
                at += c != '\0' ? 4 : 0;
                c = c != '\0' ? c : 'u';
            }
        }
        strbuf_add_char(out, c);
    }
}

/* Takes "%s" and its like out of the quotes: what a program puts there later is no secret yet. */
static void empty_formats(struct strbuf *text)
{
    size_t kept = 0;

    for (size_t at = 0; at < text->length; at++) {
        char c = text->data[at];

        text->data[kept++] = c;
        if (c == '"' && at + 1 < text->length && text->data[at + 1] == '%') {
            size_t end = at + 2;

            while (end < text->length && end < at + 6 && ascii_is_alnum(text->data[end]))
                end++;
            at = end < text->length && text->data[end] == '"' ? end - 1 : at;
        }
    }
    strbuf_truncate(text, kept);
}

/* What judges a text, and at which depth of texts within texts. */
struct judgement {
    secret_judge *judge;
    unsigned depth;
    bool code;
};

static bool says_secret(const struct judgement *judgement, const char *text, size_t length)
{
    struct strbuf said = STRBUF_INIT;
    bool secret;

    add_decoded(&said, text, length);
    if (judgement->code)
        empty_formats(&said);
    secret = judgement->judge(said.data, said.length, judgement->depth + 1);
    strbuf_release(&said);
    return secret;
}

bool mask_escaped(struct strbuf *out, const char *text, size_t length, bool code,
                  secret_judge *judge, unsigned depth)
{
    const struct judgement judgement = { .judge = judge, .depth = depth, .code = code };
    size_t copied = 0, start, end;

    if (depth >= DEPTH_MAX || !has_quotes(text, length))
        return false;
    for (const char *quote = memchr(text, '"', length); quote != NULL;
         quote = end < length ? memchr(text + end + 1, '"', length - end - 1) : NULL) {
        start = (size_t)(quote + 1 - text);
        end = closing_quote(text, start, length);
        if (end == length || !has_quotes(text + start, end - start) ||
            !says_secret(&judgement, text + start, end - start))
            continue;
        strbuf_add_bytes(out, text + copied, start - copied);
        strbuf_add(out, MASK_TEXT);
        copied = end;
    }
    if (copied > 0)
        strbuf_add_bytes(out, text + copied, length - copied);
    return copied > 0;
}
