/*
 * Credentials that are known by their shape wherever they stand.
 */
#include <config.h> /* memmem is a system extension */

#include "secrets.h"

#include <string.h>

#include <pilab/base/array.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/rules.h>

#include "ascii.h"

/* How far before a protocol the user of a database is looked for. */
#define DRIVER_DISTANCE 256

/* Digits of the key in "https://KEY@host/1". */
#define TRACKER_KEY 32

struct span {
    size_t start, size;
};

enum alphabet {
    UPPER_DIGITS, /* A-Z 0-9 */
    ALNUM,        /* A-Z a-z 0-9 */
    URL_SAFE,     /* ALNUM - _ */
    URL_SAFE_DOTS /* URL_SAFE . */
};

/* Tokens that providers mark with a prefix; `least` characters of the alphabet must follow. */
static const struct token_form {
    const char *prefix;
    size_t least;
    enum alphabet alphabet;
} token_forms[] = {
    {"AKIA",                        16, UPPER_DIGITS },
    { "ASIA",                       16, UPPER_DIGITS },
    { "ABIA",                       16, UPPER_DIGITS },
    { "ACCA",                       16, UPPER_DIGITS },
    { "ghp_",                       36, ALNUM        },
    { "gho_",                       36, ALNUM        },
    { "ghu_",                       36, ALNUM        },
    { "ghs_",                       36, ALNUM        },
    { "ghr_",                       36, ALNUM        },
    { "github_pat_",                22, URL_SAFE     },
    { "glpat-",                     20, URL_SAFE     },
    { "AIza",                       35, URL_SAFE     },
    { "xoxa-",                      10, URL_SAFE     },
    { "xoxb-",                      10, URL_SAFE     },
    { "xoxp-",                      10, URL_SAFE     },
    { "xoxr-",                      10, URL_SAFE     },
    { "xoxs-",                      10, URL_SAFE     },
    { "sk_live_",                   16, ALNUM        },
    { "rk_live_",                   16, ALNUM        },
    { "npm_",                       36, ALNUM        },
    { "SG.",                        40, URL_SAFE_DOTS},
    { "hvs.",                       24, URL_SAFE     },
    { "dop_v1_",                    64, ALNUM        },
    { "AGE-SECRET-KEY-1",           50, UPPER_DIGITS },
    { "hooks.slack.com/services/",  10, URL_SAFE     },
    { "hooks.slack.com/workflows/", 10, URL_SAFE     },
    { "hooks.slack.com/triggers/",  10, URL_SAFE     },
};

static bool in_alphabet(char c, enum alphabet alphabet)
{
    switch (alphabet) {
    case UPPER_DIGITS:
        return ascii_is_upper(c) || ascii_is_digit(c);
    case ALNUM:
        return ascii_is_alnum(c);
    case URL_SAFE:
        return ascii_is_alnum(c) || c == '-' || c == '_';
    case URL_SAFE_DOTS:
        return ascii_is_alnum(c) || c == '-' || c == '_' || c == '.';
    }
    return false;
}

static size_t run_length(const char *text, size_t length, enum alphabet alphabet)
{
    size_t run = 0;

    while (run < length && in_alphabet(text[run], alphabet))
        run++;
    return run;
}

static bool starts_with(const char *text, size_t length, const char *prefix)
{
    size_t prefix_length = strlen(prefix);

    return length >= prefix_length && memcmp(text, prefix, prefix_length) == 0;
}

static bool token_at(const char *text, size_t length, struct span *span)
{
    for (size_t i = 0; i < COUNT(token_forms); i++) {
        const struct token_form *form = &token_forms[i];
        size_t prefix = strlen(form->prefix), run;

        if (!starts_with(text, length, form->prefix))
            continue;
        run = run_length(text + prefix, length - prefix, form->alphabet);
        while (strchr(form->prefix, '/') && prefix + run < length &&
               !strchr(" \t\r\n\"'<>", text[prefix + run]))
            run++; /* the prefix of a path: all of it is the secret */
        if (run >= form->least) {
            *span = (struct span){ 0, prefix + run };
            return true;
        }
    }
    return false;
}

/* A JSON Web Token (RFC 7519): three parts in base64url, of which two are JSON objects. */
static bool web_token_at(const char *text, size_t length, struct span *span)
{
    size_t at = 0;

    for (int part = 0; part < 3; part++) {
        size_t run = run_length(text + at, length - at, URL_SAFE);

        if (run < 10 || (part < 2 && !starts_with(text + at, length - at, "ey")))
            return false;
        at += run;
        if (part < 2 && (at >= length || text[at++] != '.'))
            return false;
    }
    *span = (struct span){ 0, at };
    return true;
}

static bool private_key_at(const char *text, size_t length, struct span *span)
{
    static const char begin[] = "-----BEGIN ", end[] = "-----END ";
    size_t label = sizeof begin - 1;
    const char *stop;

    if (!starts_with(text, length, begin))
        return false;
    while (label < length && (text[label] == ' ' || ascii_is_alnum(text[label])))
        label++; /* "EC PRIVATE KEY" */
    if (!starts_with(text + label - 11, length - label + 11, "PRIVATE KEY-----"))
        return false;
    stop = memmem(text, length, end, sizeof end - 1);
    if (!stop) {
        *span = (struct span){ 0, length };
        return true;
    }
    stop += sizeof end - 1;
    stop += run_length(stop, (size_t)(text + length - stop), ALNUM);
    while (stop < text + length && (*stop == ' ' || *stop == '-' || ascii_is_alnum(*stop)))
        stop++;
    *span = (struct span){ 0, (size_t)(stop - text) };
    return true;
}

static bool is_hexadecimal(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && (ascii_is_digit(text[at]) ||
                           (ascii_lower(text[at]) >= 'a' && ascii_lower(text[at]) <= 'f')))
        at++;
    return at == length;
}

/* The password in "://user:password@" (RFC 3986, section 3.2.1), and the key that stands alone
 * there in the address of an error tracker. */
static bool url_password_at(const char *text, size_t length, struct span *span)
{
    size_t at = 3, password = 0;

    if (!starts_with(text, length, "://"))
        return false;
    for (; at < length && text[at] != '@'; at++) {
        if (strchr("/?# \t\r\n\"'<>\\,", text[at]))
            return false;
        if (text[at] == ':' && password == 0)
            password = at + 1;
    }
    if (password == 0 && at < length && at == 3 + TRACKER_KEY && is_hexadecimal(text + 3, at - 3)) {
        *span = (struct span){ 3, TRACKER_KEY };
        return true;
    }
    if (at >= length || password == 0 || password == at ||
        secret_reference(text + password, at - password) ||
        (text[password] != ':' &&
         secret_placeholder(text + password, at - password, true) == at - password))
        return false;
    *span = (struct span){ password, at - password };
    return true;
}

/* Where the word that ends at `at` begins, which has none of these signs in it. */
static size_t word_start(const char *text, size_t from, size_t at, const char *signs)
{
    size_t first = at;

    while (first > from && at - first < DRIVER_DISTANCE && !strchr(signs, text[first - 1]))
        first--;
    return first;
}

/* The password in "user:password@tcp(host:3306)/x", as drivers of MySQL for Go and others have it:
 * `at` is that of the sign before the protocol. What is before `from` was looked at. */
static bool driver_password_at(const char *text, size_t length, size_t from, size_t at,
                               size_t *start, size_t *size)
{
    static const char *const protocols[] = { "@tcp(",      "@tcp6(", "@unix(",
                                             "@cloudsql(", "@udp(",  "@/" };
    size_t first = at;
    const char *colon;
    bool known = false;

    for (size_t i = 0; i < COUNT(protocols) && !known; i++)
        known = starts_with(text + at, length - at, protocols[i]);
    if (known)
        first = word_start(text, from, at, " \t\r\n\"'`<>\\,;|");
    /* of a list of words it is the last, unless its password has such signs in it */
    if (known && !memchr(text + first, ':', at - first))
        first = word_start(text, from, at, " \t\r\n'`<>\\");
    colon = known ? memchr(text + first, ':', at - first) : NULL;
    if (!colon || colon == text + first || !ascii_is_alnum(colon[-1]) ||
        starts_with(colon, (size_t)(text + length - colon), "://")) /* a URL says so itself */
        return false;
    *start = (size_t)(colon + 1 - text);
    *size = at - *start;
    return *size > 0 && !secret_reference(text + *start, *size) &&
           secret_placeholder(text + *start, *size, true) != *size;
}

/* What follows the scheme of an Authorization header (RFC 7235). */
static size_t header_run(const char *text, size_t length)
{
    size_t run = run_length(text, length, URL_SAFE_DOTS);

    while (run < length && strchr("+/=~", text[run]))
        run += 1 + run_length(text + run + 1, length - run - 1, URL_SAFE_DOTS);
    return run;
}

static bool is_word_of_prose(const char *text, size_t length)
{
    static const char *const words[] = { "auth",   "authentication", "authorization", "challenge",
                                         "header", "realm",          "scheme",        "token",
                                         "tokens", "plan",           "auth." };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (strlen(words[i]) == length && ascii_alike(text, words[i], length))
            return true;
    }
    return false;
}

/* Letters alone are a word, unless nothing else is in the quotes or the text. */
static bool is_credential_word(const char *text, size_t run, size_t length, char before)
{
    bool alone = (before == '\0' || strchr("\"'`", before)) &&
                 (run == length || strchr("\"'`\r\n", text[run]));
    bool digits = false;

    for (size_t i = 0; i < run; i++)
        digits = digits || ascii_is_digit(text[i]);
    return run >= 16 || (run >= 4 && (digits || alone) && !is_word_of_prose(text, run));
}

/* "Bearer …" and "Basic …". Of what is named so, any: of what is not, what looks like one. */
static bool scheme_at(const char *text, size_t length, char before, struct span *span)
{
    static const char *const schemes[] = { "Bearer ", "Basic " };

    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t prefix = strlen(schemes[i]), run;
        bool bearer = i == 0;

        if (length < prefix || !ascii_alike(text, schemes[i], prefix))
            continue;
        while (prefix < length && text[prefix] == ' ')
            prefix++;
        run = header_run(text + prefix, length - prefix);
        if (bearer ? is_credential_word(text + prefix, run, length - prefix, before) : run >= 16) {
            *span = (struct span){ prefix, run };
            return true;
        }
    }
    return false;
}

static size_t skip(const char *text, size_t length, size_t at, const char *what)
{
    while (at < length && text[at] != '\0' && strchr(what, text[at]))
        at++;
    return at;
}

/* "Authorization: Bearer X", also as a map's entry and as an argument. */
static bool authorization_at(const char *text, size_t length, struct span *span)
{
    static const char name[] = "authorization";
    static const char *const schemes[] = { "bearer", "basic", "token", "apikey", "digest", "key" };
    size_t at = sizeof name - 1, word, separator;

    if (length < at || !ascii_alike(text, name, at))
        return false;
    at = skip(text, length, at, "\\\"' \t");
    separator = at;
    at = skip(text, length, at, ":=,");
    if (at == separator)
        return false;
    at = skip(text, length, at, "\\\"' \t");
    word = run_length(text + at, length - at, URL_SAFE);
    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t value = at + word, run = 0;

        if (strlen(schemes[i]) != word || !ascii_alike(text + at, schemes[i], word))
            continue;
        value = skip(text, length, value, " \t");
        while (value + run < length && !strchr(" \t\r\n\"'\\`", text[value + run]))
            run++;
        if (value == at + word || run == 0 || secret_reference(text + value, run))
            return false;
        *span = (struct span){ value, run };
        return true;
    }
    return false;
}

/* The forms that start with a given character, so that most of a text is passed over quickly. */
static bool credential_at(const char *text, size_t length, char before, struct span *span)
{
    bool after_dash = before == '-';
    bool word_start = !ascii_is_alnum(before) && before != '_';

    switch (*text) {
    case ':':
        return url_password_at(text, length, span);
    case '-':
        return private_key_at(text, length, span);
    case '?':
    case '&':
    case '\\':
        return secret_query_at(text, length, &span->start, &span->size);
    case 'e':
        return word_start && !after_dash && web_token_at(text, length, span);
    case 'A':
    case 'a':
        return word_start && (authorization_at(text, length, span) || token_at(text, length, span));
    case 'B':
    case 'b':
        return word_start && scheme_at(text, length, before, span);
    default:
        return word_start && token_at(text, length, span);
    }
}

bool secret_find(const char *text, size_t length, size_t from, size_t *start, size_t *size)
{
    for (size_t at = from; at < length; at++) {
        struct span span;

        if ((*(text + at) | 0x20) == 'p' || (*(text + at) | 0x20) == 'i') {
            if (secret_statement_at(text, length, at, start, size))
                return true;
        }
        if (text[at] == '@' && driver_password_at(text, length, from, at, start, size))
            return true;
        if (credential_at(text + at, length - at, at > 0 ? text[at - 1] : '\0', &span)) {
            *start = at + span.start;
            *size = span.size;
            return true;
        }
    }
    return false;
}

bool secret_mask_shapes(struct strbuf *out, const char *text, size_t length)
{
    size_t from = 0, start, size;
    bool found = false;

    while (secret_find(text, length, from, &start, &size)) {
        strbuf_add_bytes(out, text + from, start - from);
        strbuf_add(out, MASK_TEXT);
        from = start + size;
        found = true;
    }
    strbuf_add_bytes(out, text + from, length - from);
    return found;
}

bool secret_value(const char *value, size_t length)
{
    size_t start, size;

    return secret_find(value, length, 0, &start, &size);
}
