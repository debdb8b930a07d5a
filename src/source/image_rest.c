#include "image_rest.h"

#include <string.h>
#include <strings.h>

#include <pilab/images/dockerfile.h>

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
    struct strbuf instruction = STRBUF_INIT;
    struct dockerfile_scan scan;
    unsigned number = 0;

    dockerfile_scan_start(&scan, text->data, text->length);
    while (dockerfile_scan_next(&scan, &instruction, &number)) {
        size_t start = out->length;

        if (!is_argument(instruction.data, instruction.length, uses)) {
            strbuf_add_bytes(out, instruction.data, instruction.length);
            take_images_out(out, start, number, uses);
            strbuf_add_char(out, '\n');
        }
        dockerfile_scan_here(&scan, instruction.data, out);
    }
    strbuf_release(&instruction);
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
