/*
 * Two texts of the same expression, one as a server writes it and one as we do, word by word:
 * casts, parentheses and qualifiers are what a server adds and what differs between its versions.
 */
#include <string.h>
#include <strings.h>

#include <pilab/schema/diff.h>

struct words {
    const char *at;
    const char *word; /* the last one */
    size_t length;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '$';
}

static const char *behind_quote(const char *at)
{
    char quote = *at++;
    while (*at && (*at != quote || at[1] == quote))
        at += *at == quote ? 2 : 1;
    return *at ? at + 1 : at;
}

static const char *behind_name(const char *at)
{
    if (*at == '"')
        return behind_quote(at);
    while (is_word(*at))
        at++;
    return at;
}

/* Words that types are made of, behind the first. */
static const char *behind_more(const char *at)
{
    static const char *const more[] = { " varying", " precision", " without time zone",
                                        " with time zone" };
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
        if (strncmp(at, more[i], strlen(more[i])) == 0)
            return at + strlen(more[i]);
    return at;
}

static const char *behind_modifier(const char *at)
{
    if (*at == '(' && at[1] >= '0' && at[1] <= '9') {
        const char *end = strchr(at, ')');
        return end ? end + 1 : at;
    }
    return at;
}

/* Behind ::name.name(n)[] */
static const char *behind_cast(const char *at)
{
    at = behind_name(at + 2);
    while (*at == '.')
        at = behind_name(at + 1);
    at = behind_modifier(behind_more(behind_modifier(at)));
    at = behind_modifier(behind_more(at));
    while (at[0] == '[' && at[1] == ']')
        at += 2;
    return at;
}

/* The next word; false at the end. */
static bool next(struct words *words)
{
    for (;;) {
        const char *at = words->at;
        if (!*at)
            return false;
        if (strchr(" \t\r\n();", *at)) {
            words->at++;
        } else if (at[0] == ':' && at[1] == ':') {
            words->at = behind_cast(at);
        } else if (is_word(*at) || *at == '"') {
            const char *end = behind_name(at);
            words->at = end;
            if (*end == '.' && (is_letter(end[1]) || end[1] == '"')) {
                words->at++; /* a qualifier */
                continue;
            }
            bool quoted = *at == '"' && end - at > 1;
            words->word = at + quoted;
            words->length = (size_t)(end - at) - (quoted ? 2 : 0);
            return true;
        } else {
            const char *end = *at == '\'' ? behind_quote(at) : at + 1;
            words->word = at;
            words->length = (size_t)(end - at);
            words->at = end;
            return true;
        }
    }
}

bool schema_loosely_equal(const char *a, const char *b)
{
    struct words left = { .at = a }, right = { .at = b };
    for (;;) {
        bool more = next(&left);
        if (more != next(&right))
            return false;
        if (!more)
            return true;
        if (left.length != right.length)
            return false;
        bool text = *left.word == '\'';
        if (text ? memcmp(left.word, right.word, left.length) != 0
                 : strncasecmp(left.word, right.word, left.length) != 0)
            return false;
    }
}
