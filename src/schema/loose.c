/*
 * Two texts of the same expression, one as a server writes it and one as we do: casts, qualifiers
 * and parentheses that change nothing are what a server adds and what differs between its versions.
 * Their trees are compared; word by word where the grammar does not read them, or is not there.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "diff_parts.h"
#include "pg_same.h"

struct word {
    const char *start;
    size_t length;
    size_t partner; /* of a parenthesis the other one; of others itself */
    bool quoted;    /* a name in quotes, without them */
    bool dropped;   /* a parenthesis that changes nothing */
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

/* The word at *at, and behind it; false: only blanks, a cast or a qualifier. */
static bool read_word(const char **at, struct word *word)
{
    const char *start = *at;
    if (strchr(" \t\r\n;", *start)) {
        ++*at;
        return false;
    }
    if (start[0] == ':' && start[1] == ':') {
        *at = behind_cast(start);
        return false;
    }
    bool name = is_word(*start) || *start == '"';
    const char *end = name ? behind_name(start) : *start == '\'' ? behind_quote(start) : start + 1;
    *at = end;
    if (name && *end == '.' && (is_letter(end[1]) || end[1] == '"')) {
        ++*at; /* a qualifier */
        return false;
    }
    *word = (struct word){ .start = start, .length = (size_t)(end - start) };
    word->quoted = *start == '"' && word->length > 1;
    if (word->quoted) {
        word->start++;
        word->length -= 2;
    }
    return true;
}

static bool is_sign(const struct word *word, char sign)
{
    return !word->quoted && word->length == 1 && *word->start == sign;
}

/* The nearest word that is not dropped, before (`step` -1) or behind; NULL: none. */
static struct word *nearest(const struct vector *words, size_t at, int step)
{
    for (at += (size_t)step; at < words->count; at += (size_t)step) {
        struct word *word = vector_at(words, at);
        if (!word->dropped)
            return word;
    }
    return NULL;
}

/* Around everything, one word or another pair: (a), ((a + b)). What follows a name are arguments,
 * and stays. */
static bool is_redundant(const struct vector *words, size_t open, size_t close)
{
    const struct word *before = nearest(words, open, -1), *behind = nearest(words, close, 1);
    struct word *first = nearest(words, open, 1), *last = nearest(words, close, -1);
    if (before && (before->quoted || is_word(*before->start)))
        return false;
    if (first == vector_at(words, close))
        return false;
    return (!before && !behind) || first == last || first == vector_at(words, last->partner);
}

/* From within outwards; those without a partner stay. */
static void drop_redundant(struct vector *words)
{
    struct vector open; /* size_t */
    vector_init(&open, sizeof(size_t));
    for (size_t i = 0; i < words->count; i++) {
        struct word *word = vector_at(words, i);
        word->partner = i;
        if (is_sign(word, '(')) {
            vector_push(&open, &i);
        } else if (is_sign(word, ')') && open.count) {
            size_t start = *(size_t *)vector_at(&open, --open.count);
            struct word *first = vector_at(words, start);
            first->partner = i;
            word->partner = start;
            first->dropped = word->dropped = is_redundant(words, start, i);
        }
    }
    vector_release(&open);
}

static void read_words(struct vector *words, const char *text)
{
    struct word word;
    vector_init(words, sizeof(struct word));
    while (*text)
        if (read_word(&text, &word))
            vector_push(words, &word);
    drop_redundant(words);
}

/* A name without quotes is one in small letters. */
static bool is_folded(const struct word *quoted, const struct word *plain)
{
    for (size_t i = 0; i < plain->length; i++) {
        char c = plain->start[i];
        if (quoted->start[i] != (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c))
            return false;
    }
    return true;
}

static bool same_word(const struct word *a, const struct word *b)
{
    if (a->length != b->length)
        return false;
    if (a->quoted != b->quoted)
        return a->quoted ? is_folded(a, b) : is_folded(b, a);
    return a->quoted || *a->start == '\'' ? memcmp(a->start, b->start, a->length) == 0
                                          : strncasecmp(a->start, b->start, a->length) == 0;
}

static bool same_words(const char *a, const char *b)
{
    struct vector left, right;
    bool same = true;
    read_words(&left, a);
    read_words(&right, b);
    struct word *one = nearest(&left, (size_t)-1, 1), *other = nearest(&right, (size_t)-1, 1);
    while (same && one && other) {
        same = same_word(one, other);
        one = nearest(&left, (size_t)(one - (struct word *)left.items), 1);
        other = nearest(&right, (size_t)(other - (struct word *)right.items), 1);
    }
    same = same && !one && !other;
    vector_release(&left);
    vector_release(&right);
    return same;
}

static bool same_text(struct pg_parser *parser, enum schema_kind kind,
                      enum schema_property property, const char *a, const char *b)
{
    enum pg_sameness sameness = parser ? pg_same(parser, kind, property, a, b) : PG_UNREADABLE;
    return sameness == PG_UNREADABLE ? same_words(a, b) : sameness == PG_SAME;
}

/* Of functions the head may differ; a body that is a text is taken as it is. */
static bool same_function(struct pg_parser *parser, const char *a, const char *b)
{
    const char *left = strstr(a, "\nAS "), *right = strstr(b, "\nAS ");
    if (!left && !right)
        return same_text(parser, SCHEMA_FUNCTION, SCHEMA_DEFINITION, a, b);
    if (!left || !right || strcmp(left, right) != 0)
        return false;
    char *head = memory_copy_bytes(a, (size_t)(left - a));
    char *other = memory_copy_bytes(b, (size_t)(right - b));
    bool same = same_text(parser, SCHEMA_FUNCTION, SCHEMA_DEFINITION, head, other);
    free(head);
    free(other);
    return same;
}

bool diff_same_postgresql(struct pg_parser *parser, enum schema_kind kind,
                          enum schema_property property, const char *a, const char *b)
{
    if (kind == SCHEMA_FUNCTION && property == SCHEMA_DEFINITION)
        return same_function(parser, a, b);
    return same_text(parser, kind, property, a, b);
}

bool schema_loosely_equal(enum schema_kind kind, enum schema_property property, const char *a,
                          const char *b)
{
    struct pg_parser *parser = pg_parser_open(NULL);
    bool same = diff_same_postgresql(parser, kind, property, a, b);
    pg_parser_close(&parser);
    return same;
}
