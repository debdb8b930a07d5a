/*
 * Credentials in the query of an address: signatures that let whoever has the address in (Azure's
 * sig, AWS's X-Amz-Signature, Google's X-Goog-Signature), and parameters whose name tells a secret.
 */
#include "secrets.h"

#include <string.h>

#include <pilab/drift/rules.h>

#include "ascii.h"

#define NAME_MAX_LENGTH 64
/* A shorter one signs nothing. */
#define SIGNATURE_MIN 16

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

static size_t value_length(const char *text, size_t length)
{
    size_t size = 0, open = 0;

    while (size < length && text[size] != '\0' && !strchr(" \t\r\n\"'`<>\\#&|;,)]", text[size])) {
        open += text[size] == '{';
        if (text[size] == '}' && open-- == 0)
            break;
        size++;
    }
    return size;
}

/* What a program puts a value in place of: "{token}", "$token", "%s", ":token". */
static bool is_placeholder(const char *text, size_t length)
{
    size_t from = text[0] == '$' || text[0] == ':' || text[0] == '%';

    if (text[0] == '{' || starts_with(text, length, "${"))
        return text[length - 1] == '}' && secret_reference(text, length) == (text[0] == '$');
    if (text[0] == '%')
        return length == 2;
    for (size_t i = from; i < length; i++) {
        if (!ascii_is_alnum(text[i]) && text[i] != '_')
            return false;
    }
    return from > 0;
}

static bool is_signature(const char *name)
{
    size_t length = strlen(name);

    return (length == 3 && ascii_alike(name, "sig", 3)) ||
           (length >= 9 && ascii_alike(name + length - 9, "signature", 9));
}

bool secret_query_at(const char *text, size_t length, size_t *start, size_t *size)
{
    size_t at = sign_length(text, length);
    char name[NAME_MAX_LENGTH];

    if (at == 0 || !read_name(text + at, length - at, name))
        return false;
    at += strlen(name) + 1;
    *start = at;
    *size = value_length(text + at, length - at);
    if (*size == 0 || is_placeholder(text + at, *size))
        return false;
    if (is_signature(name))
        return *size >= SIGNATURE_MIN && !secret_reference(text + at, *size);
    return secret_key(name) && secret_worthy(name, text + at, *size);
}
