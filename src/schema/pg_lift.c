#include <config.h> /* memmem is a system extension */

#include "pg_lift.h"

#include <string.h>
#include <strings.h>

#define PLACEHOLDER_MAX 200 /* bytes */

/* What is known of the statement that is being read. */
struct progress_of {
    size_t parens, brackets;
    size_t atomic; /* BEGIN ATOMIC and CASE that have not ended */
    size_t chain;
    bool began;
    bool copies;      /* its first word is COPY */
    bool from_stdin;  /* … and it said FROM stdin */
    bool after_from;  /* the last word was FROM */
    bool after_begin; /* the last word was BEGIN */
    bool creates;     /* its first word is CREATE */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '$';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static char at(const struct pg_lift *lift, size_t position)
{
    return position < lift->length ? lift->text[position] : '\0';
}

static bool has(const struct pg_lift *lift, size_t position, const char *what)
{
    size_t length = strlen(what);
    return position + length <= lift->length && memcmp(lift->text + position, what, length) == 0;
}

static void blank(struct pg_lift *lift, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < lift->length; i++)
        if (lift->text[i] != '\n' && lift->text[i] != '\r')
            lift->text[i] = ' ';
}

static size_t line_end(const struct pg_lift *lift, size_t from)
{
    const char *end = memchr(lift->text + from, '\n', lift->length - from);
    return end ? (size_t)(end - lift->text) : lift->length;
}

/* Behind a text in quotes that begins at `from`; a quote within it is doubled, or behind a
 * backslash where those escape. */
static size_t behind_quote(const struct pg_lift *lift, size_t from, bool backslashes)
{
    char quote = lift->text[from];
    for (size_t i = from + 1; i < lift->length; i++) {
        if (backslashes && lift->text[i] == '\\')
            i++;
        else if (lift->text[i] == quote && at(lift, i + 1) == quote)
            i++;
        else if (lift->text[i] == quote)
            return i + 1;
    }
    return lift->length;
}

static size_t behind_comment(const struct pg_lift *lift, size_t from)
{
    size_t depth = 1, i = from + 2;
    while (i < lift->length && depth) {
        if (has(lift, i, "/*")) {
            depth++;
            i += 2;
        } else if (has(lift, i, "*/")) {
            depth--;
            i += 2;
        } else {
            i++;
        }
    }
    return i;
}

/* Behind $tag$ … $tag$; `from` itself when none begins there. */
static size_t behind_dollars(const struct pg_lift *lift, size_t from)
{
    size_t end = from + 1;
    if (at(lift, end) >= '0' && at(lift, end) <= '9')
        return from;
    while (end < lift->length && is_word(lift->text[end]) && lift->text[end] != '$')
        end++;
    if (at(lift, end) != '$')
        return from;
    size_t length = end + 1 - from;
    const char *close =
        memmem(lift->text + end + 1, lift->length - end - 1, lift->text + from, length);
    return close ? (size_t)(close - lift->text) + length : lift->length;
}

/* ${name} and {{name}} become names of the same length, behind which it goes on; `from` itself when
 * none begins there. */
static size_t lift_placeholder(struct pg_lift *lift, size_t from)
{
    bool braces = has(lift, from, "{{");
    if (!braces && !has(lift, from, "${"))
        return from;
    size_t end = from + 2;
    while (end < lift->length && end - from < PLACEHOLDER_MAX && !strchr("\r\n}", lift->text[end]))
        end++;
    end += braces ? 2 : 1;
    if (end > lift->length || lift->text[end - 1] != '}' || (braces && lift->text[end - 2] != '}'))
        return from;
    for (size_t i = from; i < end; i++)
        if (!is_word(lift->text[i]) || lift->text[i] == '$')
            lift->text[i] = '_';
    return end;
}

/* :name, :'name' and :"name" of psql, without the colon. */
static bool lift_variable(struct pg_lift *lift, size_t from, const struct progress_of *now)
{
    char before = from ? lift->text[from - 1] : ' ', next = at(lift, from + 1);
    if (now->brackets || before == ':' || is_word(before) || before == ']')
        return false;
    if (!is_letter(next) && next != '\'' && next != '"')
        return false;
    lift->text[from] = ' ';
    return true;
}

static bool same_word(const struct pg_lift *lift, size_t from, size_t to, const char *word)
{
    return strlen(word) == to - from && strncasecmp(lift->text + from, word, to - from) == 0;
}

static void take_word(const struct pg_lift *lift, struct progress_of *now, size_t from, size_t to)
{
    if (!now->began) {
        now->copies = same_word(lift, from, to, "copy");
        now->creates = same_word(lift, from, to, "create");
    }
    if (now->copies && now->after_from && same_word(lift, from, to, "stdin"))
        now->from_stdin = true;
    bool opens = now->atomic ? same_word(lift, from, to, "case")
                             : now->after_begin && same_word(lift, from, to, "atomic");
    if (now->creates && opens)
        now->atomic++;
    else if (now->atomic && same_word(lift, from, to, "end"))
        now->atomic--;
    now->after_from = same_word(lift, from, to, "from");
    now->after_begin = same_word(lift, from, to, "begin");
}

/* Behind the lines of data, up to "\.". */
static size_t data_end(const struct pg_lift *lift, size_t from)
{
    size_t line = line_end(lift, from);
    while (line < lift->length) {
        size_t start = line + 1, end = line_end(lift, start);
        if (has(lift, start, "\\.") && (start + 2 == end || lift->text[start + 2] == '\r'))
            return end;
        line = end;
    }
    return lift->length;
}

/* Behind what is no token: blanks, comments, commands of psql. */
static size_t skip(struct pg_lift *lift, size_t from)
{
    if (is_blank(lift->text[from]))
        return from + 1;
    if (has(lift, from, "--"))
        return line_end(lift, from);
    if (has(lift, from, "/*"))
        return behind_comment(lift, from);
    return from;
}

static size_t word_end(const struct pg_lift *lift, size_t from)
{
    while (from < lift->length && is_word(lift->text[from]))
        from++;
    return from;
}

/* Behind the token at `from`. */
static size_t take_token(struct pg_lift *lift, size_t from, struct progress_of *now,
                         struct pg_piece *piece)
{
    char c = lift->text[from];
    size_t to = from;
    if (c == '$' || c == '{')
        to = lift_placeholder(lift, from);
    if (to > from) {
        piece->placeholders = true;
        return word_end(lift, to);
    }
    if (c == '$' && (to = behind_dollars(lift, from)) > from)
        return to;
    if (c == '\'' || c == '"')
        return behind_quote(lift, from, false);
    if ((c == 'e' || c == 'E') && at(lift, from + 1) == '\'')
        return behind_quote(lift, from + 1, true);
    if (c == ':' && lift_variable(lift, from, now)) {
        piece->placeholders = true;
        return from + 1;
    }
    if (is_word(c)) {
        for (to = from; to < lift->length && is_word(lift->text[to]); to++) {
            if (!has(lift, to, "${"))
                continue;
            size_t behind = lift_placeholder(lift, to);
            piece->placeholders |= behind > to;
        }
        take_word(lift, now, from, to);
        return to;
    }
    now->parens += c == '(';
    now->parens -= c == ')' && now->parens;
    now->brackets += c == '[';
    now->brackets -= c == ']' && now->brackets;
    return from + 1;
}

/* Behind the piece, of which the end is known. */
static size_t finish(struct pg_lift *lift, size_t from, const struct progress_of *now)
{
    if (!now->copies || !now->from_stdin)
        return from;
    size_t end = data_end(lift, from);
    blank(lift, line_end(lift, from), end);
    return end;
}

bool pg_lift_next(struct pg_lift *lift, struct pg_piece *piece)
{
    struct progress_of now = { 0 };
    *piece = (struct pg_piece){ 0 };
    size_t i = lift->at;
    while (i < lift->length) {
        size_t behind = skip(lift, i);
        if (behind > i) {
            i = behind;
            continue;
        }
        if (lift->text[i] == '\\') { /* of psql; no SQL has one outside of quotes */
            size_t end = line_end(lift, i);
            bool sends = now.began && at(lift, i + 1) == 'g';
            blank(lift, i, end);
            i = end;
            if (sends)
                break;
            continue;
        }
        if (lift->text[i] == ';' && !now.parens && !now.atomic) {
            i++;
            if (now.began)
                break;
            continue;
        }
        if (!now.began)
            piece->start = i;
        behind = take_token(lift, i, &now, piece);
        now.began = true;
        now.chain = lift->text[i] == ',' ? 0 : now.chain + 1;
        if (now.chain > piece->chain)
            piece->chain = now.chain;
        i = behind;
        piece->end = i;
    }
    lift->at = now.began ? finish(lift, i, &now) : i;
    return now.began;
}
