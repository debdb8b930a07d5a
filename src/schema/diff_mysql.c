/*
 * Two texts of MySQL, one as a server writes it and one as we do: names are quoted and qualified
 * there, and parentheses are where the server likes them. Both are written once more in one form,
 * with every operator around what it takes, and that is compared.
 */
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sql_scan.h>

#include "diff_parts.h"

#define DEPTH_MAX  400
#define TOKENS_MAX 2000 /* the form of a chain is written once for each link */

/* https://dev.mysql.com/doc/refman/8.4/en/operator-precedence.html, from the loosest on. */
enum level {
    ANY = 1,
    OR = 1,
    XOR,
    AND,
    NOT,
    COMPARISON,
    BITS_OR,
    BITS_AND,
    SHIFT,
    SUM,
    PRODUCT,
    POWER,
    SIGN,
    TIGHT
};

static const struct binary {
    const char *word; /* longer signs before what they begin with */
    enum level level;
} binaries[] = {
    {"<=>",      COMPARISON},
    { "->>",     TIGHT     },
    { "||",      OR        },
    { "&&",      AND       },
    { "<=",      COMPARISON},
    { ">=",      COMPARISON},
    { "<>",      COMPARISON},
    { "!=",      COMPARISON},
    { "<<",      SHIFT     },
    { ">>",      SHIFT     },
    { "->",      TIGHT     },
    { "=",       COMPARISON},
    { "<",       COMPARISON},
    { ">",       COMPARISON},
    { "|",       BITS_OR   },
    { "&",       BITS_AND  },
    { "+",       SUM       },
    { "-",       SUM       },
    { "*",       PRODUCT   },
    { "/",       PRODUCT   },
    { "%",       PRODUCT   },
    { "^",       POWER     },
    { "or",      OR        },
    { "xor",     XOR       },
    { "and",     AND       },
    { "is",      COMPARISON},
    { "like",    COMPARISON},
    { "regexp",  COMPARISON},
    { "rlike",   COMPARISON},
    { "in",      COMPARISON},
    { "between", COMPARISON},
    { "div",     PRODUCT   },
    { "mod",     PRODUCT   },
    { "collate", TIGHT     },
};

/* What was read of a text: ANDs of ANDs are one. */
struct piece {
    const char *text;
    const char *chain; /* "and", "or": what stands between its parts; NULL: one part */
};

struct reading {
    struct arena *arena;
    struct vector tokens; /* struct sql_token */
    size_t at;
    int depth;
    bool failed; /* deeper than is looked at */
};

static bool is_name(const struct sql_token *token)
{
    return token->kind == SQL_WORD || token->kind == SQL_QUOTED;
}

static bool next_token(struct sql_scan *scan, struct sql_token *token)
{
    while (sql_scan_next(scan, token))
        if (token->kind != SQL_BLANK && token->kind != SQL_COMMENT)
            return true;
    return false;
}

/* Without qualifiers ("shop." of "shop.orders") and without what says in which character set a text
 * is written (_utf8mb4'x'). */
static void read_tokens(struct reading *reading, const char *text)
{
    struct sql_scan scan;
    struct sql_token token, behind;
    vector_init(&reading->tokens, sizeof(struct sql_token));
    sql_scan_start(&scan, DIALECT_MYSQL, text, strlen(text));
    while (next_token(&scan, &token)) {
        struct sql_scan ahead = scan;
        bool more = is_name(&token) && next_token(&ahead, &behind);
        if (more && sql_token_is_sign(&behind, "."))
            scan = ahead;
        else if (!more || *token.start != '_' || behind.kind != SQL_STRING)
            vector_push(&reading->tokens, &token);
    }
}

static const struct sql_token *peek(const struct reading *reading, size_t ahead)
{
    return reading->at + ahead < reading->tokens.count
               ? vector_at(&reading->tokens, reading->at + ahead)
               : NULL;
}

static bool is_at(const struct reading *reading, size_t ahead, const char *word)
{
    const struct sql_token *token = peek(reading, ahead);
    return token && (sql_token_is(token, word) || sql_token_is_sign(token, word));
}

/* A sign of several characters is several tokens, one right behind another. */
static const struct binary *binary_at(const struct reading *reading, size_t *tokens)
{
    const struct sql_token *first = peek(reading, 0);
    for (size_t i = 0; first && i < sizeof(binaries) / sizeof(binaries[0]); i++) {
        const struct binary *one = &binaries[i];
        size_t length = strlen(one->word), n = 0;
        *tokens = 1;
        if (first->kind == SQL_WORD && sql_token_is(first, one->word))
            return one;
        for (; first->kind == SQL_SIGN && n < length; n++) {
            const struct sql_token *token = peek(reading, n);
            if (!token || token->kind != SQL_SIGN || token->start != first->start + n ||
                *token->start != one->word[n])
                break;
        }
        *tokens = length;
        if (first->kind == SQL_SIGN && n == length)
            return one;
    }
    return NULL;
}

static struct piece whole(const char *text)
{
    return (struct piece){ text, NULL };
}

static const char *shown(struct reading *reading, struct piece piece)
{
    return piece.chain ? arena_printf(reading->arena, "[%s%s]", piece.chain, piece.text)
                       : piece.text;
}

/* Names in small letters and without quotes, all else as it is. */
static struct piece read_atom(struct reading *reading)
{
    const struct sql_token *token = peek(reading, 0);
    bool quoted = token->kind == SQL_QUOTED && token->length > 1;
    char *text = arena_bytes(reading->arena, token->start + quoted, token->length - 2 * quoted);
    for (char *c = text; is_name(token) && *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    reading->at++;
    return whole(text);
}

static struct piece read_level(struct reading *reading, enum level level);

/* Expressions one behind another, up to the word or the end. `count`: how many. */
static struct piece read_row(struct reading *reading, const char *end, size_t *count)
{
    struct strbuf out = STRBUF_INIT;
    struct piece piece = { "", NULL };
    for (*count = 0; peek(reading, 0) && !(end && is_at(reading, 0, end)); ++*count) {
        piece = read_level(reading, ANY);
        strbuf_printf(&out, " %s", shown(reading, piece));
    }
    if (*count != 1)
        piece = whole(strbuf_to_arena(&out, reading->arena));
    strbuf_release(&out);
    return piece;
}

/* Behind its opening word, with its end. */
static struct piece read_group(struct reading *reading, const char *before, const char *end)
{
    size_t count;
    struct piece piece = read_row(reading, end, &count);
    reading->at += peek(reading, 0) != NULL;
    if (!*before && count == 1)
        return piece;
    return whole(arena_printf(reading->arena, "%s(%s)", before, shown(reading, piece)));
}

/* What neither takes what is beside it nor is called: before THEN -1 there is no sum. */
static bool is_lone(const struct reading *reading)
{
    static const char *const words[] = { ",",       "when",   "then",   "else",  "interval",
                                         "default", "return", "select", "where", "on",
                                         "set",     "having", "by",     "values" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (is_at(reading, 0, words[i]))
            return true;
    return false;
}

static struct piece read_operand(struct reading *reading)
{
    static const struct {
        const char *word;
        enum level level;
    } before[] = {
        {"not", NOT  },
        { "-",  SIGN },
        { "+",  SIGN },
        { "~",  SIGN },
        { "!",  TIGHT},
    };
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
        if (is_at(reading, 0, before[i].word) && peek(reading, 1)) {
            reading->at++;
            struct piece piece = read_level(reading, before[i].level);
            return whole(
                arena_printf(reading->arena, "[%s %s]", before[i].word, shown(reading, piece)));
        }
    bool name = is_name(peek(reading, 0)), unfolds = is_at(reading, 0, "case");
    if (is_at(reading, 0, "(")) {
        reading->at++;
        return read_group(reading, "", ")");
    }
    struct piece atom = read_atom(reading);
    if (unfolds)
        return read_group(reading, "case", "end");
    if (!name || !is_at(reading, 0, "("))
        return atom;
    reading->at++;
    return read_group(reading, atom.text, ")");
}

/* x BETWEEN a AND b: the AND is its own. */
static const char *read_right(struct reading *reading, const struct binary *one)
{
    const char *right = shown(reading, read_level(reading, (enum level)(one->level + 1)));
    if (strcmp(one->word, "between") != 0 || !is_at(reading, 0, "and") || !peek(reading, 1))
        return right;
    reading->at++;
    return arena_printf(reading->arena, "%s %s", right,
                        shown(reading, read_level(reading, (enum level)(one->level + 1))));
}

/* One operand of AND or OR; a chain of the same is taken in. */
static const char *linked(struct reading *reading, struct piece piece, const char *word)
{
    bool same = piece.chain && strcmp(piece.chain, word) == 0;
    return same ? piece.text : arena_printf(reading->arena, " %s", shown(reading, piece));
}

static struct piece read_operation(struct reading *reading, struct piece left,
                                   const struct binary *one, bool negated)
{
    if (one->level == AND || one->level == OR) {
        const char *word = one->level == AND ? "and" : "or";
        struct piece right = read_level(reading, (enum level)(one->level + 1));
        return (struct piece){ arena_printf(reading->arena, "%s%s", linked(reading, left, word),
                                            linked(reading, right, word)),
                               word };
    }
    bool is_not = strcmp(one->word, "is") == 0 && is_at(reading, 0, "not") && peek(reading, 1);
    reading->at += is_not;
    const char *right = read_right(reading, one);
    return whole(arena_printf(reading->arena, "[%s%s %s %s]", negated || is_not ? "not " : "",
                              one->word, shown(reading, left), right));
}

static struct piece read_level(struct reading *reading, enum level level)
{
    struct piece left = { "", NULL };
    if (++reading->depth > DEPTH_MAX) {
        reading->failed = true;
        reading->at = reading->tokens.count;
    }
    bool lone = is_lone(reading);
    if (peek(reading, 0))
        left = lone ? read_atom(reading) : read_operand(reading);
    while (!lone && peek(reading, 0)) {
        size_t tokens;
        /* NOT LIKE, NOT IN, NOT BETWEEN */
        bool negated = is_at(reading, 0, "not");
        reading->at += negated;
        const struct binary *one = binary_at(reading, &tokens);
        if (!one || one->level < level || !peek(reading, tokens) ||
            (negated && one->level != COMPARISON)) {
            reading->at -= negated;
            break;
        }
        reading->at += tokens;
        left = read_operation(reading, left, one, negated);
    }
    reading->depth--;
    return left;
}

/* NULL: longer or deeper than is looked at. */
static const char *normal_form(struct reading *reading)
{
    size_t count;
    if (reading->tokens.count > TOKENS_MAX)
        return NULL;
    const char *form = shown(reading, read_row(reading, NULL, &count));
    return reading->failed ? NULL : form;
}

static bool same_tokens(struct reading *a, struct reading *b)
{
    a->at = b->at = 0;
    while (peek(a, 0) && peek(b, 0))
        if (strcmp(read_atom(a).text, read_atom(b).text) != 0)
            return false;
    return !peek(a, 0) && !peek(b, 0);
}

bool diff_same_mysql(const char *a, const char *b)
{
    struct arena *arena = arena_new();
    struct reading left = { .arena = arena }, right = { .arena = arena };
    read_tokens(&left, a);
    read_tokens(&right, b);
    const char *form = normal_form(&left), *other = normal_form(&right);
    bool same = form && other ? strcmp(form, other) == 0 : same_tokens(&left, &right);
    vector_release(&left.tokens);
    vector_release(&right.tokens);
    arena_free(&arena);
    return same;
}
