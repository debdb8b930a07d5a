/*
 * Any bytes as a Dockerfile: each image has a place and a line, and is known or says why not; a
 * file does nothing new beside itself.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/images/recipe.h>
#include <pilab/images/use.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool is_secret(const char *name, const char *value, size_t length)
{
    must(strlen(name) > 0 && strlen(value) == length);
    return length > 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct vector uses;

    vector_init(&uses, sizeof(struct image_use));
    image_uses_in_dockerfile(arena, "Dockerfile", (const char *)data, size, &uses, NULL);
    for (size_t i = 0; i < uses.count; i++) {
        const struct image_use *use = vector_at(&uses, i);

        must(use->place != NULL && use->line > 0 && use->text != NULL);
        must(use->known == (use->why == NULL));
        must(!use->known || use->reference.repository != NULL);
    }
    must(image_recipe_risks((const char *)data, size, (const char *)data, size) == 0);
    image_recipe_risks(NULL, 0, (const char *)data, size);
    must(!image_recipe_bakes((const char *)data, size, (const char *)data, size, is_secret));
    image_recipe_bakes(NULL, 0, (const char *)data, size, is_secret);
    vector_release(&uses);
    arena_free(&arena);
    return 0;
}
