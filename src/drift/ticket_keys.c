#include <pilab/drift/ticket_keys.h>

#include <string.h>

#include "ascii.h"

enum { KEY_LETTERS_MAX = 15, KEY_DIGITS_MAX = 6, BRANCH_KEY_MAX = 10 };

/* What looks like a ticket and is none. Measured: without such a list the bare pattern is
 * right in 80 % of the hits in a large project's messages. */
static const char *const look_alikes[] = {
    "AES",   "ALPHA",  "ANSI",  "ARM",  "ARMV",   "BASE",    "BETA",    "BF",    "BIG",   "BIP",
    "CAPEC", "COVID",  "CP",    "CRC",  "CVE",    "CWE",     "DAY",     "DES",   "ECMA",  "EIP",
    "ES",    "EUC",    "FIPS",  "FLIP", "FLOAT",  "FP",      "GB",      "GCC",   "GH",    "GHSA",
    "GMT",   "GPT",    "HMAC",  "HTTP", "IEC",    "IEEE",    "INT",     "IP",    "IPV",   "ISO",
    "JAVA",  "JDK",    "JEP",   "JRE",  "JSR",    "JUNIT",   "KIP",     "KOI",   "LATIN", "LOG4J",
    "LTS",   "MD",     "MPEG",  "MR",   "NIST",   "NODE",    "OAUTH",   "OWASP", "PART",  "PBKDF",
    "PCI",   "PEP",    "PHASE", "PHP",  "PKCS",   "POSIX",   "PR",      "PRS",   "PSR",   "PY",
    "PYSEC", "PYTHON", "RC",    "RFC",  "RIPEMD", "RSA",     "RUSTSEC", "SHA",   "SLF4J", "SOC",
    "SP",    "SSE",    "SSH",   "SSL",  "STEP",   "TCP",     "TLS",     "TODO",  "TOP",   "UCS",
    "UDP",   "UINT",   "UTC",   "UTF",  "WIN",    "WINDOWS",
};

/* What branch names begin with besides, in capitals. */
static const char *const branch_words[] = {
    "BACKPORT", "BUG",     "BUGFIX", "BUMP",   "FEATURE", "FIX",     "HOTFIX",  "ISSUE",
    "PATCH",    "RELEASE", "STAGE",  "SPRINT", "UPDATE",  "UPGRADE", "VERSION",
};

/* The words are in capitals. */
static bool in_words(struct span word, const char *const *words, size_t count)
{
    char first = word.length > 0 ? ascii_upper(word.at[0]) : '\0';
    size_t i;

    for (i = 0; i < count; i++) {
        if (words[i][0] == first && span_equal_fold(word, words[i]))
            return true;
    }
    return false;
}

static size_t known_key_length(struct span text, const struct ticket_options *options, bool fold)
{
    size_t i;

    for (i = 0; i < options->key_count; i++) {
        const char *key = options->keys[i];
        bool starts = fold ? span_starts_fold(text, key) : span_starts(text, key);

        if (starts && text.length > strlen(key) && text.at[strlen(key)] == '-')
            return strlen(key);
    }
    return 0;
}

static size_t unknown_key_length(struct span text, bool fold)
{
    size_t length = 0;
    struct span key;

    while (length < text.length &&
           (ascii_is_upper(text.at[length]) || (fold && ascii_is_lower(text.at[length])) ||
            (length > 0 && ascii_is_digit(text.at[length]))))
        length++;
    key = span_slice(text, 0, length);
    if (length < 2 || length > KEY_LETTERS_MAX || length >= text.length || text.at[length] != '-')
        return 0;
    if (in_words(key, look_alikes, sizeof look_alikes / sizeof look_alikes[0]))
        return 0;
    if (fold && (length > BRANCH_KEY_MAX ||
                 in_words(key, branch_words, sizeof branch_words / sizeof branch_words[0])))
        return 0;
    return length;
}

size_t ticket_key_length(struct span text, const struct ticket_options *options, bool fold)
{
    bool known = options != NULL && options->key_count > 0;
    size_t key = known ? known_key_length(text, options, fold) : unknown_key_length(text, fold);
    size_t digits, end;

    if (key == 0)
        return 0;
    digits = span_digits(span_from(text, key + 1));
    end = key + 1 + digits;
    if (digits == 0 || text.at[key + 1] == '0')
        return 0;
    if (end < text.length && ascii_is_alnum(text.at[end]))
        return 0;
    /* ISO-8859-1, FOO-1.2 */
    if (!known && (digits > KEY_DIGITS_MAX ||
                   (end + 1 < text.length && (text.at[end] == '-' || text.at[end] == '.') &&
                    ascii_is_digit(text.at[end + 1]))))
        return 0;
    return end;
}

/* CVE-2024-3094: prefix, a year, a number. */
static size_t dated_advisory_length(struct span text, const char *prefix, size_t digits_min)
{
    size_t at = strlen(prefix);
    size_t digits;

    if (!span_starts_fold(text, prefix) || span_digits(span_from(text, at)) != 4)
        return 0;
    at += 4;
    if (at >= text.length || text.at[at] != '-')
        return 0;
    digits = span_digits(span_from(text, ++at));
    return digits >= digits_min ? at + digits : 0;
}

/* GHSA-xxxx-xxxx-xxxx. */
static size_t github_advisory_length(struct span text)
{
    size_t i;

    if (!span_starts_fold(text, "GHSA-") || text.length < 19)
        return 0;
    for (i = 5; i < 19; i++) {
        bool dash = i == 9 || i == 14;

        if (dash ? text.at[i] != '-' : !ascii_is_alnum(text.at[i]))
            return 0;
    }
    return 19;
}

size_t advisory_length(struct span text)
{
    static const struct {
        const char *prefix;
        size_t digits;
    } dated[] = {
        {"CVE-",      4},
        { "RUSTSEC-", 4},
        { "PYSEC-",   1},
        { "GO-",      4}
    };
    size_t length = github_advisory_length(text);
    size_t i;

    for (i = 0; length == 0 && i < sizeof dated / sizeof dated[0]; i++)
        length = dated_advisory_length(text, dated[i].prefix, dated[i].digits);
    if (length > 0 && length < text.length && ascii_is_alnum(text.at[length]))
        return 0;
    return length;
}

/* 0 for a key, 1 for a number, 2 for none. */
static int ticket_rank(const char *id)
{
    if (!id)
        return 2;
    return ascii_is_letter(id[0]) ? 0 : 1;
}

static size_t digits_at(const char *text)
{
    size_t count = 0;

    while (ascii_is_digit(text[count]))
        count++;
    return count;
}

int ticket_compare(const char *a, const char *b)
{
    int rank = ticket_rank(a) - ticket_rank(b);

    if (rank != 0 || !a)
        return rank;
    while (*a != '\0' && *b != '\0') {
        size_t digits_a = digits_at(a);
        size_t digits_b = digits_at(b);
        int order;

        if (digits_a > 0 && digits_b > 0) {
            /* no leading zeros: the longer number is the larger */
            order = digits_a != digits_b ? (digits_a < digits_b ? -1 : 1) : memcmp(a, b, digits_a);
            a += digits_a;
            b += digits_b;
        } else {
            order = (unsigned char)*a++ - (unsigned char)*b++;
        }
        if (order != 0)
            return order;
    }
    return (unsigned char)*a - (unsigned char)*b;
}
