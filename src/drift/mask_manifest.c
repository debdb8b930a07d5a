#include <config.h> /* memmem is a system extension */

#include "mask_manifest.h"

#include <string.h>

#include <pilab/drift/mask.h>

/* Behind the quote that closes a name, whether it stands in quotes itself or not; NULL: none does.
 */
static const char *behind_quote(const char *at, const char *end)
{
    at += at < end && *at == '\\';
    return at < end && *at == '"' ? at + 1 : NULL;
}

/* Whether a name with quotes ends with `tail` there, and begins so: "data", but not "metadata". */
static bool is_data(const char *text, const char *tail)
{
    static const char string[] = "\"stringD";
    const size_t size = sizeof string - 1;
    size_t before = (size_t)(tail - text);

    return (before >= 2 && memcmp(tail - 2, "\"d", 2) == 0) ||
           (before >= size && memcmp(tail - size, string, size) == 0);
}

/* Where the entries of a map called "data" or "stringData" start in a line of JSON, which may stand
 * in quotes itself; NULL: there is none. */
static const char *json_data(const char *text, const char *end)
{
    static const char tail[] = "ata";
    const size_t size = sizeof tail - 1;
    const char *at = text;

    while ((at = memmem(at, (size_t)(end - at), tail, size)) != NULL) {
        const char *behind = is_data(text, at) ? behind_quote(at + size, end) : NULL;

        while (behind != NULL && behind < end && strchr(": \t", *behind) != NULL)
            behind++;
        if (behind != NULL && behind < end && *behind == '{')
            return behind + 1;
        at += size;
    }
    return NULL;
}

static bool is_masked(const char *at, const char *end)
{
    const size_t size = sizeof MASK_TEXT - 1;

    return (size_t)(end - at) >= size && memcmp(at, MASK_TEXT, size) == 0;
}

bool manifest_mask_json(struct strbuf *out, const char *text, size_t length)
{
    static const char *const kinds[] = { "\"kind\":\"Secret\"", "\"kind\": \"Secret\"",
                                         "\\\"kind\\\":\\\"Secret\\\"" };
    const char *end = text + length, *data;
    bool secret = false, masked = false;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !secret; i++)
        secret = memmem(text, length, kinds[i], strlen(kinds[i])) != NULL;
    while (secret && (data = json_data(text, end))) {
        const char *close;

        strbuf_add_bytes(out, text, (size_t)(data - text));
        if (is_masked(data, end)) {
            text = data;
            continue;
        }
        close = memmem(data, (size_t)(end - data), "\"}", 2);
        text = close ? close + 1 : memchr(data, '}', (size_t)(end - data));
        text = text ? text : end;
        if (text > data)
            strbuf_add(out, MASK_TEXT);
        masked = true;
    }
    if (masked)
        strbuf_add_bytes(out, text, (size_t)(end - text));
    else
        strbuf_clear(out);
    return masked;
}

bool manifest_is_secret(const char *text, size_t length, bool patch)
{
    static const char kind[] = "kind: Secret";
    const size_t size = sizeof kind - 1;
    const char *end = text + length, *at = text;

    while ((at = memmem(at, (size_t)(end - at), kind, size))) {
        const char *line = patch && at > text ? at - 1 : at;

        if ((line == text || line[-1] == '\n') && (at + size == end || strchr("\r\n \t", at[size])))
            return true;
        at += size;
    }
    return false;
}

size_t manifest_size(const char *text, size_t length)
{
    const char *end = length > 3 ? memmem(text + 3, length - 3, "\n---", 4) : NULL;

    return end ? (size_t)(end - text) + 1 : length;
}
