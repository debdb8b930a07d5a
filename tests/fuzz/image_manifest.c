/*
 * Any bytes as a manifest and as an image's configuration: what is read can be compared with
 * itself, and nothing differs.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/images/comparison.h>
#include <pilab/images/manifest.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = (const char *)data;
    struct image image = {
        .reference = {"docker.io", "library/a", "1", NULL},
        .digest = "sha256:0",
        .manifest_digest = "sha256:0"
    };
    struct image_comparison *comparison;

    image.manifest = image_manifest_read(arena, "fuzz", NULL, text, size, NULL);
    image.config = image_config_read(arena, "fuzz", text, size, NULL);
    if (image.manifest != NULL && !image.manifest->index) {
        comparison = image_compare(arena, &image, &image, NULL);
        must(comparison->shared == image.manifest->layer_count);
        must(comparison->setting_count == 0 && comparison->added + comparison->removed == 0);
    }
    if (image.manifest != NULL && image.manifest->index)
        image_index_choose(image.manifest, &image_platform_usual, NULL);
    arena_free(&arena);
    return 0;
}
