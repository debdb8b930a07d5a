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

/* What ends a line that the next belongs to: "# escape=`" says so, before anything else. */
static char escape_of(const char *text)
{
    while (*text == '#') {
        const char *c = text + 1 + strspn(text + 1, " \t");

        if (strncasecmp(c, "escape", 6) == 0) {
            c += 6 + strspn(c + 6, " \t");
            c += *c == '=';
            return c[strspn(c, " \t")] == '`' ? '`' : '\\';
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return '\\';
}

/* The images that the instruction of line `number`, which begins at `start`, names. */
static void take_images_out(struct strbuf *out, size_t start, unsigned number,
                            const struct vector *uses)
{
    for (size_t i = 0; i < uses->count; i++) {
        const struct image_use *use = vector_at(uses, i);
        size_t image = strlen(use->text);
        char *at = use->line == number ? strstr(out->data + start, use->text) : NULL;

        if (at == NULL)
            continue;
        memmove(at, at + image, strlen(at + image) + 1);
        strbuf_truncate(out, out->length - image);
    }
}

static void strip(struct strbuf *out, const struct strbuf *text, const struct vector *uses)
{
    const char *line = text->data, *end = text->data + text->length;
    char escape = escape_of(line);
    unsigned first = 0; /* line of the instruction that goes on; 0: none does */
    size_t start = 0;

    for (unsigned number = 1; line < end; number++) {
        size_t length = strcspn(line, "\n"), kept = length;
        bool comment = line[strspn(line, " \t")] == '#';

        while (kept > 0 && strchr(" \t\r", line[kept - 1]) != NULL)
            kept--;
        if (kept > 0 && (comment || first > 0 || !is_argument(line, kept, uses))) {
            if (first == 0 && !comment) {
                first = number;
                start = out->length;
            }
            strbuf_add_bytes(out, line, kept);
            strbuf_add_char(out, '\n');
            if (first > 0 && !comment && line[kept - 1] != escape) {
                take_images_out(out, start, first, uses);
                first = 0;
            }
        }
        line += length + (line + length < end);
    }
    if (first > 0)
        take_images_out(out, start, first, uses);
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
