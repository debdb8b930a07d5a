#include "image_rest.h"

#include <string.h>
#include <strings.h>

/* Where a line begins with ARG and one of the variables that images are named by: all of its value
 * belongs to them. */
static bool is_argument(const char *line, size_t length, const struct vector *uses)
{
    size_t from = 3 + strspn(line + (length > 3 ? 3 : length), " \t");

    if (length < 5 || strncasecmp(line, "ARG", 3) != 0 || from == 3)
        return false;
    for (size_t i = 0; i < uses->count; i++) {
        const struct image_use *use = vector_at(uses, i);
        size_t name = use->variable != NULL ? strlen(use->variable) : 0;

        if (name > 0 && from + name < length && strncmp(line + from, use->variable, name) == 0 &&
            line[from + name] == '=')
            return true;
    }
    return false;
}

/* A line without the images that it names. */
static void add_line(struct strbuf *out, const char *line, size_t length, unsigned number,
                     const struct vector *uses)
{
    size_t start = out->length;

    strbuf_add_bytes(out, line, length);
    for (size_t i = 0; i < uses->count; i++) {
        const struct image_use *use = vector_at(uses, i);
        size_t image = strlen(use->text);
        char *at = use->line == number ? strstr(out->data + start, use->text) : NULL;

        if (at == NULL)
            continue;
        memmove(at, at + image, strlen(at + image) + 1);
        strbuf_truncate(out, out->length - image);
    }
    strbuf_add_char(out, '\n');
}

static void strip(struct strbuf *out, const struct strbuf *text, const struct vector *uses)
{
    const char *line = text->data, *end = text->data + text->length;

    for (unsigned number = 1; line < end; number++) {
        size_t length = strcspn(line, "\n"), kept = length;

        while (kept > 0 && strchr(" \t\r", line[kept - 1]) != NULL)
            kept--;
        if (kept > 0 && !is_argument(line, kept, uses))
            add_line(out, line, kept, number, uses);
        line += length + (line + length < end);
    }
}

bool image_rest_differs(const struct strbuf *before, const struct vector *were,
                        const struct strbuf *after, const struct vector *are)
{
    struct strbuf previous = STRBUF_INIT, current = STRBUF_INIT;
    bool differs;

    strip(&previous, before, were);
    strip(&current, after, are);
    differs = previous.length != current.length ||
              memcmp(previous.data, current.data, current.length) != 0;
    strbuf_release(&previous);
    strbuf_release(&current);
    return differs;
}
