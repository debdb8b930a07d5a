#include "version_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c);
}

static struct version_span without_zeros(const char *text, size_t length)
{
    while (length > 0 && *text == '0')
        text++, length--;
    return (struct version_span){ text, length };
}

/* Of any length: the longer number is the larger one. */
static int compare_numbers(struct version_span a, struct version_span b)
{
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return a.length == 0 ? 0 : memcmp(a.text, b.text, a.length);
}

static int compare_texts(struct version_span a, struct version_span b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter > 0 ? strncasecmp(a.text, b.text, shorter) : 0;

    if (order != 0 || a.length == b.length)
        return order;
    return a.length < b.length ? -1 : 1;
}

/* --- Reading --------------------------------------------------------------------------------- */

static enum version_scheme scheme_of(const char *ecosystem)
{
    if (strcmp(ecosystem, "pypi") == 0)
        return SCHEME_PEP440;
    if (strcmp(ecosystem, "maven") == 0 || strcmp(ecosystem, "gem") == 0 ||
        strcmp(ecosystem, "composer") == 0)
        return SCHEME_WORDS;
    return SCHEME_SEMVER;
}

/* The numbers at the beginning; returns what comes after them. */
static const char *read_numbers(const char *text, struct version_parts *parts)
{
    while (is_digit(*text)) {
        size_t length = 0;

        while (is_digit(text[length]))
            length++;
        if (parts->number_count < VERSION_NUMBER_MAX)
            parts->numbers[parts->number_count++] = without_zeros(text, length);
        text += length;
        if (*text != '.' || !is_digit(text[1]))
            break;
        text++;
    }
    while (parts->number_count > 0 && parts->numbers[parts->number_count - 1].length == 0)
        parts->number_count--;
    return text;
}

/* What may stand in a version after its numbers; an address or a sentence holds something else. */
static bool is_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!isalnum((unsigned char)*text) && strchr(".-+_~!", *text) == NULL)
            return false;
    }
    return true;
}

static const char *read_epoch(const char *text, struct version_parts *parts)
{
    size_t length = 0;

    while (is_digit(text[length]))
        length++;
    if (length == 0 || text[length] != '!')
        return text;
    parts->epoch = without_zeros(text, length);
    return text + length + 1;
}

bool version_parts_read(const char *ecosystem, const char *text, struct version_parts *parts)
{
    const char *plus;

    *parts = (struct version_parts){
        .scheme = scheme_of(ecosystem), .epoch = {"",  0},
             .build = { "", 0}
    };
    if ((*text == 'v' || *text == 'V') && is_digit(text[1]))
        text++;
    if (parts->scheme == SCHEME_PEP440)
        text = read_epoch(text, parts);
    if (!is_digit(*text) || !is_clean(text))
        return false;
    text = read_numbers(text, parts);
    plus = strchr(text, '+');
    if (plus != NULL)
        parts->build = (struct version_span){ plus + 1, strlen(plus + 1) };
    parts->rest.text = text;
    parts->rest.length = plus != NULL ? (size_t)(plus - text) : strlen(text);
    return true;
}

/* --- Numbers --------------------------------------------------------------------------------- */

int version_numbers_compare(const struct version_parts *a, const struct version_parts *b,
                            size_t *number)
{
    static const struct version_span zero = { "", 0 };
    int order = compare_numbers(a->epoch, b->epoch);

    if (order != 0) {
        if (number != NULL)
            *number = 0;
        return order;
    }
    for (size_t i = 0; i < a->number_count || i < b->number_count; i++) {
        order = compare_numbers(i < a->number_count ? a->numbers[i] : zero,
                                i < b->number_count ? b->numbers[i] : zero);
        if (order != 0) {
            if (number != NULL)
                *number = i;
            return order;
        }
    }
    return 0;
}

/* --- Semantic Versioning, section 11 ---------------------------------------------------------- */

static bool all_digits(struct version_span span)
{
    for (size_t i = 0; i < span.length; i++) {
        if (!is_digit(span.text[i]))
            return false;
    }
    return span.length > 0;
}

static struct version_span next_identifier(struct version_span *rest)
{
    struct version_span part = { rest->text, 0 };

    while (part.length < rest->length && rest->text[part.length] != '.')
        part.length++;
    rest->text += part.length;
    rest->length -= part.length;
    if (rest->length > 0)
        rest->text++, rest->length--;
    return part;
}

static int compare_identifiers(struct version_span a, struct version_span b)
{
    bool left = all_digits(a), right = all_digits(b);
    int order;

    if (left && right)
        return compare_numbers(without_zeros(a.text, a.length), without_zeros(b.text, b.length));
    if (left != right)
        return left ? -1 : 1;
    order = memcmp(a.text, b.text, a.length < b.length ? a.length : b.length);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static struct version_span without_lead(struct version_span rest)
{
    while (rest.length > 0 && strchr(".-_", *rest.text) != NULL)
        rest.text++, rest.length--;
    return rest;
}

static int compare_semver(struct version_span a, struct version_span b)
{
    a = without_lead(a);
    b = without_lead(b);
    if (a.length == 0 || b.length == 0) /* a release comes after what leads to it */
        return (a.length == 0) - (b.length == 0);
    while (a.length > 0 && b.length > 0) {
        int order = compare_identifiers(next_identifier(&a), next_identifier(&b));

        if (order != 0)
            return order;
    }
    return (a.length > 0) - (b.length > 0);
}

/* --- Words ----------------------------------------------------------------------------------- */

enum { RANK_NOTHING = 0, RANK_UNKNOWN = 40, RANK_NUMBER = 60 };

/* Around nothing, which is the release itself. */
static int rank_of(struct version_span word)
{
    static const struct {
        const char *word;
        int rank;
    } ranks[] = {
        {"dev",        -60},
        { "a",         -50},
        { "alpha",     -50},
        { "b",         -40},
        { "beta",      -40},
        { "m",         -30},
        { "milestone", -30},
        { "c",         -20},
        { "rc",        -20},
        { "cr",        -20},
        { "pre",       -20},
        { "preview",   -20},
        { "snapshot",  -10},
        { "final",     0  },
        { "ga",        0  },
        { "release",   0  },
        { "stable",    0  },
        { "sp",        20 },
        { "p",         20 },
        { "pl",        20 },
        { "patch",     20 },
        { "r",         20 },
        { "rev",       20 },
        { "post",      20 },
    };

    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        if (strlen(ranks[i].word) == word.length &&
            strncasecmp(ranks[i].word, word.text, word.length) == 0)
            return ranks[i].rank;
    }
    return RANK_UNKNOWN;
}

/* A run of letters or of digits; the rest is between them. */
static struct version_span next_word(struct version_span *rest)
{
    struct version_span word;

    while (rest->length > 0 && !isalnum((unsigned char)*rest->text))
        rest->text++, rest->length--;
    word = (struct version_span){ rest->text, 0 };
    while (word.length < rest->length && (is_digit(*word.text) ? is_digit(word.text[word.length])
                                                               : is_letter(word.text[word.length])))
        word.length++;
    rest->text += word.length;
    rest->length -= word.length;
    return word;
}

static int word_rank(struct version_span word)
{
    if (word.length == 0)
        return RANK_NOTHING;
    if (is_digit(*word.text))
        return without_zeros(word.text, word.length).length == 0 ? RANK_NOTHING : RANK_NUMBER;
    return rank_of(word);
}

static int compare_words(struct version_span a, struct version_span b)
{
    while (a.length > 0 || b.length > 0) {
        struct version_span left = next_word(&a), right = next_word(&b);
        int left_rank = word_rank(left), right_rank = word_rank(right), order = 0;

        if (left_rank != right_rank)
            return left_rank < right_rank ? -1 : 1;
        if (left_rank == RANK_NUMBER)
            order = compare_numbers(without_zeros(left.text, left.length),
                                    without_zeros(right.text, right.length));
        else if (left_rank == RANK_UNKNOWN)
            order = compare_texts(left, right);
        if (order != 0)
            return order;
    }
    return 0;
}

/* Flavours of one release ("-jre" and "-android", a platform) are none before or after each other:
 * only words with a rank, and numbers after them, tell. */
static bool is_flavour(struct version_span rest)
{
    struct version_span word = next_word(&rest);

    return word.length > 0 && word_rank(word) == RANK_UNKNOWN;
}

/* --- PEP 440 --------------------------------------------------------------------------------- */

/* Its order: dev releases of X, a, b and rc, X itself, post releases, each with dev releases of its
 * own before it. */
struct pep440_key {
    int phase; /* -4 dev, -3 a, -2 b, -1 rc, 0 final */
    struct version_span phase_number;
    bool post;
    struct version_span post_number;
    bool dev;
    struct version_span dev_number;
};

static struct version_span take_number(struct version_span *rest)
{
    struct version_span copy = *rest, word = next_word(&copy);

    if (word.length == 0 || !is_digit(*word.text))
        return (struct version_span){ "", 0 };
    *rest = copy;
    return without_zeros(word.text, word.length);
}

static struct pep440_key pep440_key_of(struct version_span rest)
{
    struct pep440_key key = { 0 };

    while (rest.length > 0) {
        bool dash = *rest.text == '-' && rest.length > 1 && is_digit(rest.text[1]);
        struct version_span word;
        int rank;

        if (dash) { /* 1.0-1 is 1.0.post1 */
            key.post = true;
            key.post_number = take_number(&rest);
            continue;
        }
        word = next_word(&rest);
        if (word.length == 0)
            break;
        rank = rank_of(word);
        if (rank == -60) {
            key.dev = true;
            key.dev_number = take_number(&rest);
        } else if (rank == 20) {
            key.post = true;
            key.post_number = take_number(&rest);
        } else if (rank < 0) {
            key.phase = rank == -50 ? -3 : rank == -40 ? -2 : -1;
            key.phase_number = take_number(&rest);
        }
    }
    if (key.dev && key.phase == 0 && !key.post)
        key.phase = -4;
    return key;
}

static int compare_pep440(struct version_span a, struct version_span b)
{
    struct pep440_key left = pep440_key_of(a), right = pep440_key_of(b);
    int order;

    if (left.phase != right.phase)
        return left.phase < right.phase ? -1 : 1;
    order = compare_numbers(left.phase_number, right.phase_number);
    if (order == 0 && left.post != right.post)
        order = left.post ? 1 : -1;
    if (order == 0)
        order = compare_numbers(left.post_number, right.post_number);
    if (order == 0 && left.dev != right.dev)
        order = left.dev ? -1 : 1;
    return order != 0 ? order : compare_numbers(left.dev_number, right.dev_number);
}

int version_rest_compare(const struct version_parts *a, const struct version_parts *b)
{
    switch (a->scheme) {
    case SCHEME_PEP440:
        return compare_pep440(a->rest, b->rest);
    case SCHEME_WORDS:
        if (is_flavour(a->rest) || is_flavour(b->rest))
            return 0;
        return compare_words(a->rest, b->rest);
    case SCHEME_SEMVER:
    default:
        return compare_semver(a->rest, b->rest);
    }
}

int version_rest_order(const struct version_parts *a, const struct version_parts *b)
{
    return a->scheme == SCHEME_WORDS ? compare_words(a->rest, b->rest) : version_rest_compare(a, b);
}

int version_build_compare(const struct version_parts *a, const struct version_parts *b)
{
    int order = compare_words(a->build, b->build);

    if (order == 0 && a->scheme == SCHEME_WORDS)
        order = compare_words(a->rest, b->rest);
    return order;
}
