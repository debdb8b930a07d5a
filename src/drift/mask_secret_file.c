#include "mask_secret_file.h"

#include <string.h>

#include <pilab/drift/mask.h>

#include "ascii.h"
#include "secrets.h"

/* What has more lines than a password and its successor is a program or a list of names. */
#define MOST_LINES 3

/* The name without an ending that says nothing of it; empty: a file of another kind. */
static void add_stem(struct strbuf *out, const char *name)
{
    static const char *const telling[] = { ".secret", ".password", ".passwd", ".pass", ".token" };
    const char *dot = strrchr(name, '.');

    if (dot == NULL || dot == name)
        strbuf_add(out, name);
    else if (strcmp(dot, ".txt") == 0)
        strbuf_add_bytes(out, name, (size_t)(dot - name));
    for (size_t i = 0; dot != NULL && dot != name && i < sizeof telling / sizeof *telling; i++)
        if (strcmp(dot, telling[i]) == 0)
            strbuf_add(out, name);
}

/* Whether the folder that a file lies in is one for secrets. `end`: the slash behind its name. */
static bool is_in_container(const char *path, const char *end)
{
    struct strbuf folder = STRBUF_INIT;
    const char *start = end;
    bool container;

    while (start > path && start[-1] != '/')
        start--;
    strbuf_add_bytes(&folder, start, (size_t)(end - start));
    container = secret_container(folder.data);
    strbuf_release(&folder);
    return container;
}

/* The name that tells a secret: the file's own, or "secret" where the folder does. Empty: none. */
static void add_key(struct strbuf *out, const char *path)
{
    const char *slash = strrchr(path, '/');

    add_stem(out, slash != NULL ? slash + 1 : path);
    if (out->length == 0 || secret_name(out->data))
        return;
    strbuf_clear(out);
    if (slash != NULL && is_in_container(path, slash))
        strbuf_add(out, "secret");
}

static size_t line_length(const char *text, size_t length)
{
    const char *newline = memchr(text, '\n', length);

    return newline != NULL ? (size_t)(newline - text) : length;
}

/* Few lines of one word each, and no program. */
static bool is_words_alone(const char *text, size_t length)
{
    size_t lines = 0;

    if (length >= 2 && memcmp(text, "#!", 2) == 0)
        return false;
    for (size_t at = 0; at < length; at++)
        if (text[at] == '\n' || at + 1 == length)
            lines++;
        else if (ascii_is_space(text[at]) && text[at] != '\r')
            return false;
    return lines > 0 && lines <= MOST_LINES;
}

bool mask_secret_file(struct strbuf *out, const char *path, const char *text, size_t length)
{
    struct strbuf key = STRBUF_INIT;
    bool secret;

    add_key(&key, path);
    secret = key.length > 0 && is_words_alone(text, length);
    for (size_t at = 0; secret && at < length; at++) {
        size_t size = line_length(text + at, length - at);

        if (secret_worthy(key.data, text + at, size))
            strbuf_add(out, MASK_TEXT);
        else
            strbuf_add_bytes(out, text + at, size);
        at += size;
        if (at < length)
            strbuf_add_char(out, '\n');
    }
    strbuf_release(&key);
    return secret;
}
