/* Names (PEP 503) and requirements (PEP 508) of Python. */
#include "reader.h"

#include <ctype.h>
#include <string.h>

const char *python_name(struct arena *arena, const char *name, size_t length)
{
    char *out = arena_room(arena, length);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        if (strchr("-_.", name[i]) != NULL && name[i] != '\0') {
            if (used > 0 && out[used - 1] == '-')
                continue;
            out[used++] = '-';
        } else {
            out[used++] = (char)tolower((unsigned char)name[i]);
        }
    }
    out[used] = '\0';
    return out;
}

static size_t name_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) ||
           (length > 0 && text[length] != '\0' && strchr("-_.", text[length]) != NULL))
        length++;
    return length;
}

static const char *skip_extras(const char *text)
{
    text += strspn(text, " \t");
    if (*text == '[') {
        const char *end = strchr(text, ']');
        text = end != NULL ? end + 1 : text + strlen(text);
    }
    return text + strspn(text, " \t");
}

static const char *trimmed(struct arena *arena, const char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r,", text[length - 1]) != NULL)
        length--;
    return arena_bytes(arena, text, length);
}

/* "==1.2" is a version; "==1.*", ">=1,<2" and "~=1.4" are ranges. */
static void set_version(struct arena *arena, struct package *package, const char *text)
{
    size_t equals = strncmp(text, "===", 3) == 0 ? 3 : strncmp(text, "==", 2) == 0 ? 2 : 0;

    package->range = true;
    if (*text == '\0') {
        package->version = NULL;
        package->range = false;
        return;
    }
    if (equals > 0 && strpbrk(text, ",*") == NULL) {
        package->range = false;
        text += equals;
        text += strspn(text, " \t");
    }
    package->version = arena_text(arena, text);
}

bool python_requirement(struct arena *arena, const char *text, struct package *package)
{
    size_t length, version_length;
    const char *rest;

    text += strspn(text, " \t");
    length = name_length(text);
    if (length == 0)
        return false;
    rest = skip_extras(text + length);
    if (*rest == '@') { /* name @ https://… ; marker */
        rest += 1 + strspn(rest + 1, " \t");
        package->name = python_name(arena, text, length);
        package->version = trimmed(arena, rest, strcspn(rest, " ;"));
        package->range = false;
        return true;
    }
    if (*rest == '(')
        rest++;
    version_length = strcspn(rest, ";#)");
    if (*rest != '\0' && strchr("=<>!~;#)", *rest) == NULL)
        return false;
    package->name = python_name(arena, text, length);
    set_version(arena, package, trimmed(arena, rest, version_length));
    return true;
}
