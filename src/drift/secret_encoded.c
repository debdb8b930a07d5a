/*
 * Base64 (RFC 4648) that holds a secret: the start of a machine (user_data, cloud-init), a file
 * within a value. It hides nothing from whoever reads it, so what it holds is judged as text.
 */
#include "secrets.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "ascii.h"

/* Fewer characters hold no name with a secret. */
#define LEAST 20
/* Where lines are broken, they are long: 64 (PEM), 76 (MIME). */
#define LINE_LEAST 60
#define SAMPLE     32 /* characters; whole groups of four */

static bool is_letter(char c)
{
    return ascii_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

/* How long the run is, without the signs that fill it up. */
static size_t run_length(const char *text, size_t length)
{
    size_t at = 0, line = 0;

    while (at < length) {
        size_t next = at;

        while (next < length && is_letter(text[next]))
            next++;
        line = next - at;
        at = next;
        while (line >= LINE_LEAST && next < length && is_line_end(text[next]))
            next++;
        if (next == at || next >= length || !is_letter(text[next]))
            break;
        at = next;
    }
    return at;
}

/* What a run says, NUL-terminated; NULL: it is no base64. The caller frees it. */
static char *decode(const char *text, size_t length, size_t *size)
{
    bool url_safe = memchr(text, '-', length) != NULL || memchr(text, '_', length) != NULL;
    int variant = url_safe ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                           : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    char *bytes = memory_new(length + 1);
    const char *end = NULL;

    if (sodium_base642bin((unsigned char *)bytes, length, text, length, "\r\n", size, &end,
                          variant) != 0 ||
        end != text + length) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

static bool is_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < 0x20 && !memchr("\t\r\n", c, 3)) || c == 0x7f)
            return false;
    }
    return true;
}

/* Most runs are names and numbers: their beginning tells that they are no text. */
static bool begins_as_text(const char *text, size_t length)
{
    size_t size, sample = length < SAMPLE ? length : SAMPLE;
    char *bytes = decode(text, sample, &size);
    bool is = bytes != NULL && is_text(bytes, size);

    free(bytes);
    return is;
}

static bool is_judged(const char *text, size_t length, bool (*holds_secret)(const char *, size_t))
{
    size_t size;
    char *bytes;
    bool secret;

    if (length < LEAST || !begins_as_text(text, length))
        return false;
    bytes = decode(text, length, &size);
    secret = bytes != NULL && is_text(bytes, size) && utf8_valid(bytes, size) &&
             holds_secret(bytes, size);
    free(bytes);
    return secret;
}

bool secret_encoded(const char *text, size_t length, size_t from,
                    bool (*holds_secret)(const char *text, size_t length), size_t *start,
                    size_t *size)
{
    for (size_t at = from; at < length; at++) {
        size_t end = at;

        if (is_letter(text[at]))
            end = at + run_length(text + at, length - at);
        if (is_judged(text + at, end - at, holds_secret)) {
            while (end < length && text[end] == '=')
                end++; /* what fills it up */
            *start = at;
            *size = end - at;
            return true;
        }
        if (end > at)
            at = end - 1;
    }
    return false;
}
