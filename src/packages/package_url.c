#include "reader.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

static const char *decode(struct arena *arena, const char *text, size_t length)
{
    char *out = arena_room(arena, length);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            int byte = hex(text[i + 1]) * 16 + hex(text[i + 2]);

            if (byte != 0) /* a text ends there */
                out[used++] = (char)byte;
            i += 2;
        } else {
            out[used++] = text[i];
        }
    }
    out[used] = '\0';
    return out;
}

/* What stands between a namespace and a name in the ecosystem's own spelling. */
static const char *separator_of(const char *type)
{
    return strcmp(type, "maven") == 0 ? ":" : "/";
}

bool package_url_read(struct arena *arena, const char *text, struct package_url *url)
{
    size_t length = strcspn(text, "?#"), type_length, at;
    const char *start, *slash = NULL;
    char *type;

    if (strncasecmp(text, "pkg:", 4) != 0)
        return false;
    start = text + 4;
    length -= 4;
    while (length > 0 && *start == '/')
        start++, length--;
    type_length = strcspn(start, "/");
    if (type_length == 0 || type_length + 1 >= length)
        return false;
    type = arena_bytes(arena, start, type_length);
    for (char *c = type; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    start += type_length + 1;
    length -= type_length + 1;
    while (length > 0 && start[length - 1] == '/')
        length--;
    /* The last @ begins the version, unless it begins the name: "pkg:npm/@a/b" is seen, too. */
    for (at = length; at > 0 && start[at - 1] != '@' && start[at - 1] != '/'; at--)
        ;
    at = at > 1 && start[at - 1] == '@' && start[at - 2] != '/' ? at - 1 : length;
    for (size_t i = at; i > 0 && slash == NULL; i--) {
        if (start[i - 1] == '/')
            slash = start + i - 1;
    }
    url->type = type;
    url->name = slash == NULL
                    ? decode(arena, start, at)
                    : arena_printf(arena, "%s%s%s", decode(arena, start, (size_t)(slash - start)),
                                   separator_of(type),
                                   decode(arena, slash + 1, (size_t)(start + at - slash - 1)));
    url->version = at < length ? decode(arena, start + at + 1, length - at - 1) : NULL;
    if (strcmp(type, "pypi") == 0)
        url->name = python_name(arena, url->name, strlen(url->name));
    return *url->name != '\0';
}
