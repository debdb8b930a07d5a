/*
 * The order of versions: https://semver.org/spec/v2.0.0.html section 11 where a name has that form,
 * and what people mean where it has not: other numbers of parts, "rc10" after "rc2", "2.0rc1"
 * before "2.0", dates, names around the number.
 */
#include "version.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/git/repository.h>

/* Words that, without a dash, still stand before the release: "2.0rc1", "1.0.0.M3". */
static const char *const before_release[] = {
    "alpha", "a", "beta",      "b",       "canary", "candidate", "cr", "c",
    "dev",   "m", "milestone", "nightly", "pre",    "preview",   "rc", "snapshot",
};

/* Words that say nothing: "5.3.1.Final", "4.2.RELEASE". */
static const char *const at_release[] = { "final", "ga", "release" };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A version starts at a digit that begins a word, or follows a "v" that does: the 2 of "log4j-2.17"
 * and of "app-v2". Where no word begins so, at the first digit ("release2"). */
static const char *find_core(const char *name)
{
    const char *first = NULL;
    for (const char *p = name; *p; p++) {
        if (!is_digit(*p))
            continue;
        const char *before = p;
        if (before > name && (before[-1] == 'v' || before[-1] == 'V'))
            before--;
        if (before == name || !isalnum((unsigned char)before[-1]))
            return p;
        first = first ? first : p;
        while (is_digit(p[1]))
            p++;
    }
    return first;
}

struct version_parts version_split(const char *name)
{
    const char *core = find_core(name);
    const char *end = strchr(name, '+');
    end = end && end > (core ? core : name) ? end : name + strlen(name);
    struct version_parts parts = { .prefix = name, .core = core ? core : end };
    parts.prefix_length = (size_t)(parts.core - name);
    if (core && parts.prefix_length > 0 && (core[-1] == 'v' || core[-1] == 'V') &&
        (parts.prefix_length == 1 || !isalnum((unsigned char)core[-2])))
        parts.prefix_length--;
    const char *p = parts.core;
    while (p < end && (is_digit(*p) || (*p == '.' && is_digit(p[1]))))
        p++;
    parts.core_length = (size_t)(p - parts.core);
    parts.suffix = p;
    parts.suffix_length = (size_t)(end - p);
    return parts;
}

/* Two runs of digits by value, however long. Moves both cursors behind them. */
static int compare_numbers(const char **a, const char *a_end, const char **b, const char *b_end)
{
    while (*a < a_end && **a == '0')
        (*a)++;
    while (*b < b_end && **b == '0')
        (*b)++;
    const char *x = *a, *y = *b;
    while (*a < a_end && is_digit(**a))
        (*a)++;
    while (*b < b_end && is_digit(**b))
        (*b)++;
    size_t x_length = (size_t)(*a - x), y_length = (size_t)(*b - y);
    if (x_length != y_length)
        return x_length < y_length ? -1 : 1;
    return memcmp(x, y, x_length);
}

/* Runs of digits by value, all else by byte without regard to case. */
static int compare_natural(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const char *a_end = a + a_length, *b_end = b + b_length;
    while (a < a_end && b < b_end) {
        if (is_digit(*a) && is_digit(*b)) {
            int order = compare_numbers(&a, a_end, &b, b_end);
            if (order)
                return order;
            continue;
        }
        int x = tolower((unsigned char)*a), y = tolower((unsigned char)*b);
        if (x != y)
            return x - y;
        a++;
        b++;
    }
    return (a < a_end) - (b < b_end);
}

/* Part by part; a missing part is 0, so 1.2 and 1.2.0 are one version. */
static int compare_cores(const struct version_parts *x, const struct version_parts *y)
{
    const char *a = x->core, *a_end = a + x->core_length;
    const char *b = y->core, *b_end = b + y->core_length;
    while (a < a_end || b < b_end) {
        int order = compare_numbers(&a, a_end, &b, b_end);
        if (order)
            return order;
        a += a < a_end;
        b += b < b_end;
    }
    return 0;
}

static bool is_word(const char *text, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && strncasecmp(text, words[i], length) == 0)
            return true;
    return false;
}

/* -1 before the release, 0 the release itself, 1 after it ("1.0.2k", "1.0.post1", "1.0.0_2"). */
static int suffix_rank(const struct version_parts *parts)
{
    const char *word = parts->suffix;
    size_t left = parts->suffix_length;
    if (left == 0)
        return 0;
    bool dash = *word == '-';
    if (!isalnum((unsigned char)*word)) {
        word++;
        left--;
    }
    size_t length = 0;
    while (length < left && isalpha((unsigned char)word[length]))
        length++;
    if (length == left &&
        is_word(word, length, at_release, sizeof(at_release) / sizeof(*at_release)))
        return 0;
    if (dash)
        return -1;
    /* "1.1.1b" is a fix after 1.1.1, "1.1b1" a beta before 1.1. */
    bool lone_letter = length == 1 && left == 1;
    bool before =
        is_word(word, length, before_release, sizeof(before_release) / sizeof(*before_release));
    return before && !lone_letter ? -1 : 1;
}

/* Dot-separated identifiers: numbers below words, fewer below more (semver 11.4). */
static int compare_suffixes(const struct version_parts *x, const struct version_parts *y)
{
    const char *a = x->suffix, *a_end = a + x->suffix_length;
    const char *b = y->suffix, *b_end = b + y->suffix_length;
    a += a < a_end && !isalnum((unsigned char)*a);
    b += b < b_end && !isalnum((unsigned char)*b);
    while (a < a_end && b < b_end) {
        const char *a_dot = memchr(a, '.', (size_t)(a_end - a));
        const char *b_dot = memchr(b, '.', (size_t)(b_end - b));
        size_t a_length = (size_t)((a_dot ? a_dot : a_end) - a);
        size_t b_length = (size_t)((b_dot ? b_dot : b_end) - b);
        bool a_number = a_length > 0 && strspn(a, "0123456789") >= a_length;
        bool b_number = b_length > 0 && strspn(b, "0123456789") >= b_length;
        if (a_number != b_number)
            return a_number ? -1 : 1;
        int order = compare_natural(a, a_length, b, b_length);
        if (order)
            return order;
        a += a_length + (a_dot != NULL);
        b += b_length + (b_dot != NULL);
    }
    return (a < a_end) - (b < b_end);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

int version_compare(const char *a, const char *b)
{
    struct version_parts x = version_split(a), y = version_split(b);
    int order = compare_natural(x.prefix, x.prefix_length, y.prefix, y.prefix_length);
    if (order == 0)
        order = (x.core_length > 0) - (y.core_length > 0);
    if (order == 0)
        order = compare_cores(&x, &y);
    if (order == 0)
        order = suffix_rank(&x) - suffix_rank(&y);
    if (order == 0 && suffix_rank(&x) != 0)
        order = compare_suffixes(&x, &y);
    return sign(order ? order : strcmp(a, b));
}

bool version_is_prerelease(const char *name)
{
    struct version_parts parts = version_split(name);
    return parts.core_length > 0 && suffix_rank(&parts) < 0;
}

int version_rank(const char *name)
{
    struct version_parts parts = version_split(name);
    return parts.core_length == 0 ? 2 : parts.prefix_length > 0;
}

bool version_is_of(const char *version, const char *name)
{
    struct version_parts parts = version_split(version);
    size_t length = parts.prefix_length, start = 0;
    while (length > 0 && !isalnum((unsigned char)parts.prefix[length - 1]))
        length--;
    for (size_t i = 0; i < length; i++)
        if (parts.prefix[i] == '/')
            start = i + 1;
    return parts.core_length > 0 && length - start == strlen(name) &&
           memcmp(parts.prefix + start, name, length - start) == 0;
}

/* Where the number with this index begins in a core of numbers and dots; its end when it has fewer,
 * which is a 0. */
static struct span_of_number {
    const char *at, *end;
} number_at(const struct version_parts *parts, size_t index)
{
    const char *at = parts->core, *end = parts->core + parts->core_length;
    for (; index > 0 && at < end; index--) {
        const char *dot = memchr(at, '.', (size_t)(end - at));
        at = dot ? dot + 1 : end;
    }
    const char *dot = memchr(at, '.', (size_t)(end - at));
    return (struct span_of_number){ at, dot ? dot : end };
}

static size_t count_numbers(const struct version_parts *parts)
{
    size_t count = parts->core_length > 0;
    for (size_t i = 0; i < parts->core_length; i++)
        count += parts->core[i] == '.';
    return count;
}

bool version_is_patch_of(const char *name, const char *base)
{
    struct version_parts x = version_split(name), y = version_split(base);
    size_t x_count = count_numbers(&x), y_count = count_numbers(&y);
    size_t count = x_count > y_count ? x_count : y_count;
    for (size_t i = 0; count > 2 && i < count - 1; i++) {
        struct span_of_number a = number_at(&x, i), b = number_at(&y, i);
        if (compare_numbers(&a.at, a.end, &b.at, b.end) != 0)
            return false;
    }
    return count > 2 && version_same_series(name, base) && version_compare(name, base) > 0;
}

bool version_same_series(const char *a, const char *b)
{
    struct version_parts x = version_split(a), y = version_split(b);
    return x.prefix_length == y.prefix_length &&
           strncasecmp(x.prefix, y.prefix, x.prefix_length) == 0 &&
           (x.core_length > 0) == (y.core_length > 0);
}
