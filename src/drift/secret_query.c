/*
 * Credentials in the query of an address: signatures that let whoever has the address in (Azure's
 * sig, AWS's X-Amz-Signature, Google's X-Goog-Signature), and parameters whose name tells a secret.
 */
#include <config.h> /* memmem is a system extension */

#include "secrets.h"

#include <string.h>

#include <pilab/drift/rules.h>

#include "ascii.h"

#define NAME_MAX_LENGTH 64
/* A shorter one signs nothing, unless it is neither a word nor a number. */
#define SIGNATURE_MIN      16
#define SIGNATURE_MIN_SURE 8
/* A longer one is none. */
#define TEMPLATE_MAX 1024
/* A longer name may be a word that somebody chose. */
#define SHORT_NAME 4

static bool starts_with(const char *text, size_t length, const char *start)
{
    size_t size = strlen(start);

    return length >= size && memcmp(text, start, size) == 0;
}

/* How long the sign before a parameter is: "?", "&", as HTML writes it, and as Go's JSON does. */
static size_t sign_length(const char *text, size_t length)
{
    static const char *const signs[] = { "&amp;", "\\u0026", "?", "&" };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (starts_with(text, length, signs[i]))
            return strlen(signs[i]);
    }
    return 0;
}

static bool read_name(const char *text, size_t length, char name[NAME_MAX_LENGTH])
{
    size_t size = 0;

    while (size < length && size + 1 < NAME_MAX_LENGTH &&
           (ascii_is_alnum(text[size]) || memchr("-_.", text[size], 3)))
        size++;
    memcpy(name, text, size);
    name[size] = '\0';
    return size > 0 && size < length && text[size] == '=';
}

/* What ends a value. */
static bool is_stop(char c)
{
    return c == '\0' || strchr(" \t\r\n\"'`<>\\#&|;,)]", c);
}

/* How long a text between two signs is, both with it, which stands on one line; 0: there is none.
 */
static size_t enclosed_length(const char *text, size_t length, const char *start, const char *end)
{
    size_t least = length < TEMPLATE_MAX ? length : TEMPLATE_MAX;
    const char *found;

    if (!starts_with(text, least, start))
        return 0;
    found = memmem(text + strlen(start), least - strlen(start), end, strlen(end));
    if (!found || memchr(text, '\n', (size_t)(found - text)))
        return 0;
    return (size_t)(found - text) + strlen(end);
}

/* Templates that have blanks and quotes in them: Helm's, GitHub's and the shell's. */
static size_t template_length(const char *text, size_t length)
{
    size_t size = enclosed_length(text, length, "{{", "}}");

    if (size == 0)
        size = enclosed_length(text, length, "${{", "}}");
    return size > 0 ? size : enclosed_length(text, length, "$(", ")");
}

static size_t value_length(const char *text, size_t length)
{
    size_t size = 0, open = 0;

    while (size < length && !is_stop(text[size])) {
        size_t template =
            strchr("{$", text[size]) ? template_length(text + size, length - size) : 0;

        if (template > 0) {
            size += template;
            continue;
        }
        open += text[size] == '{';
        if (text[size] == '}' && open-- == 0)
            break;
        size++;
    }
    return size;
}

/* ---- placeholders ---- */

/* A name that no secret looks like: digits in it only beside capitals. 0: there is none. */
static size_t name_length(const char *text, size_t length)
{
    bool digits = false, small = false;
    size_t size = 0;

    for (; size < length && (ascii_is_alnum(text[size]) || text[size] == '_'); size++) {
        digits = digits || ascii_is_digit(text[size]);
        small = small || ascii_is_lower(text[size]);
    }
    return digits && small ? 0 : size;
}

/* Whether a name says what is put there: in capitals, short, or with such a word in it. Where a
 * password may stand as well ("$uperSecret"), one of its parts has to begin with the word. */
static bool is_telling(const char *name, size_t length, bool strict)
{
    static const char *const words[] = { "api", "app",   "auth", "code", "cred", "db", "env",
                                         "id",  "jwt",   "key",  "name", "pass", "pw", "secret",
                                         "sig", "token", "user", "val",  "var" };
    bool small = false;

    for (size_t i = 0; i < length; i++) {
        bool begins = !strict || i == 0 || !ascii_is_alnum(name[i - 1]);

        small = small || ascii_is_lower(name[i]);
        for (size_t k = 0; begins && k < sizeof words / sizeof *words; k++) {
            size_t size = strlen(words[k]);

            if (length - i >= size && ascii_alike(name + i, words[k], size))
                return true;
        }
    }
    return !small || (!strict && length <= SHORT_NAME);
}

/* "{token}", "{os.environ['TOKEN']}". */
static size_t braces_length(const char *text, size_t length, bool strict)
{
    size_t size = enclosed_length(text, length, "{", "}");

    if (size < 3 || !(ascii_is_alnum(text[1]) || text[1] == '_'))
        return 0;
    for (size_t i = 1; i < size; i++) {
        if (strchr(" \t\r\"\\&?#", text[i]))
            return 0;
    }
    return !strict || is_telling(text + 1, size - 2, true) ? size : 0;
}

/* "<token>", "<your token>". */
static size_t brackets_length(const char *text, size_t length)
{
    size_t size = enclosed_length(text, length, "<", ">");

    if (size < 3 || !(ascii_is_letter(text[1]) || text[1] == '_'))
        return 0;
    for (size_t i = 1; i + 1 < size; i++) {
        if (!ascii_is_alnum(text[i]) && !memchr(" -_.", text[i], 4))
            return 0;
    }
    return size;
}

/* "%TOKEN%" and "%s". */
static size_t percent_length(const char *text, size_t length)
{
    size_t name = name_length(text + 1, length - 1);

    if (name == 0 || ascii_is_digit(text[1]))
        return 0;
    if (name + 1 < length && text[name + 1] == '%')
        return name + 2;
    return name == 1 ? 2 : 0;
}

static size_t unit_length(const char *text, size_t length, bool strict)
{
    size_t size = template_length(text, length), name;

    if (size > 0)
        return size;
    switch (*text) {
    case '{':
        return braces_length(text, length, strict);
    case '<':
        return brackets_length(text, length);
    case '%':
        return percent_length(text, length);
    case '$':
        size = enclosed_length(text, length, "${", "}");
        if (size > 0)
            return secret_reference(text, size) ? size : 0;
        name = name_length(text + 1, length - 1);
        return name > 0 && is_telling(text + 1, name, strict) ? name + 1 : 0;
    case ':':
        name = name_length(text + 1, length - 1);
        return name > 0 && !ascii_is_digit(text[1]) && is_telling(text + 1, name, strict) ? name + 1
                                                                                          : 0;
    default:
        return 0;
    }
}

size_t secret_placeholder(const char *text, size_t length, bool strict)
{
    size_t at = 0;
    bool found = false;

    while (at < length && at < TEMPLATE_MAX) {
        size_t size = unit_length(text + at, length - at, strict);

        if (size == 0 && !memchr("-_.:/~", text[at], 6))
            break;
        found = found || size > 0;
        at += size > 0 ? size : 1;
    }
    return found && (at >= length || text[at] == '?' || is_stop(text[at])) ? at : 0;
}

static bool is_signature(const char *name)
{
    size_t length = strlen(name);

    return (length == 3 && ascii_alike(name, "sig", 3)) ||
           (length >= 9 && ascii_alike(name + length - 9, "signature", 9));
}

static bool is_signing(const char *value, size_t length)
{
    bool letters = false, digits = false;

    for (size_t i = 0; i < length; i++) {
        letters = letters || ascii_is_letter(value[i]);
        digits = digits || ascii_is_digit(value[i]);
    }
    return length >= (letters && digits ? SIGNATURE_MIN_SURE : SIGNATURE_MIN);
}

bool secret_query_at(const char *text, size_t length, size_t *start, size_t *size)
{
    size_t at = sign_length(text, length);
    char name[NAME_MAX_LENGTH];
    bool signature;

    if (at == 0 || !read_name(text + at, length - at, name))
        return false;
    signature = is_signature(name);
    if (!signature && !secret_key(name))
        return false; /* before its value is read: there may be many */
    at += strlen(name) + 1;
    if (secret_placeholder(text + at, length - at, false) > 0)
        return false;
    *start = at;
    *size = value_length(text + at, length - at);
    if (*size == 0)
        return false;
    if (signature)
        return is_signing(text + at, *size) && !secret_reference(text + at, *size);
    return secret_worthy(name, text + at, *size);
}

bool secret_query_sign(const char *text, size_t length)
{
    return length > 0 && (memchr("?&\\", text[length - 1], 3) ||
                          (length >= 5 && memcmp(text + length - 5, "&amp;", 5) == 0));
}
