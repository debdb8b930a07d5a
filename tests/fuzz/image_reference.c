/*
 * Any text as the name of an image: what is taken can be written and read again, and is the same.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/images/reference.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_bytes(arena, data, size), *again;
    struct image_reference reference, other;

    if (image_reference_parse(arena, text, &reference, NULL)) {
        again = image_reference_text(arena, &reference);
        must(image_reference_parse(arena, again, &other, NULL));
        must(image_reference_same_name(&reference, &other));
        must(strcmp(again, image_reference_text(arena, &other)) == 0);
    }
    arena_free(&arena);
    return 0;
}
