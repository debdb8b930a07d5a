/* Images: OCI layouts of two versions and of an index for two platforms, read as a registry that is
 * a folder, against what their maker put into them and what another program computed (README.md and
 * imgdiff.py beside the layouts). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/connect/registry.h>

#include "accuracy.h"

#define OLDER "sha256:fd7f47b99c2b26daaad5a07dc5f27611228a13306760c842bd6fd1d37bc6f593"
#define NEWER "sha256:dfd628a681390754d900ada7a8db4fc9a5d1dddf04cea9f928f2718ea6cc1e7d"
#define INDEX "sha256:1d364d9471a37defcff3b656088320f9ce3bc559c78756eb59a144cfcbd93fbb"
#define ARM   "sha256:3270cba332ed1b646e3b40eb20d3c5c21eb9bb5089545c72d9949ab11eda6707"

#define BASE_LAYER  "sha256:27c9eb1a068d7d9e9b10132f79e2bded310358ff920c00f9520b0a9f5b98b7b2"
#define OLDER_LAYER "sha256:cd57909d4cada9f86a79a8567bbb6081c3ae0f4e88a6d1d0f1a7120cac35f060"
#define NEWER_LAYER "sha256:6a4f065480bc236856ee5df65cc5f1223f3a5937e50bb7333a0b2b6fd2d6bfaa"
#define NEW_LAYER   "sha256:747eac4a41f0fab9398539d5dddee1a19fc087d61ed471ed6fd7e94255ba038c"

#define LABEL_CHANGED "label org.opencontainers.image.version: v2.0.6 > v2.0.7"

struct answers {
    const char *name, *previous, *current; /* "repository:tag" */
    const char *previous_platform, *current_platform;
    const char *lines[12]; /* NULL ends them */
};

/* clang-format off */
static const struct answers pairs[] = {
    { "v2.0.6 to v2.0.7", "oci-auth-service:v2.0.6", "oci-auth-service:v2.0.7", NULL, NULL,
      { "digest " OLDER " > " NEWER,
        "manifest " OLDER " > " NEWER,
        "size 1023 > 1298: +275 B",
        "layer shared " BASE_LAYER " 909",
        "layer removed " OLDER_LAYER " 114",
        "layer added " NEWER_LAYER " 240",
        "layer added " NEW_LAYER " 149",
        "environment APP_VERSION: v2.0.6 > v2.0.7",
        NULL } },
    /* The same platform under another name, and another platform of the same contents. */
    { "v2.0.7 to its index", "oci-auth-service:v2.0.7", "oci-multiarch:multi", NULL, NULL,
      { "digest " NEWER " > " INDEX,
        "size 1298 > 1298: 0 B",
        "layer shared " BASE_LAYER " 909",
        "layer shared " NEWER_LAYER " 240",
        "layer shared " NEW_LAYER " 149",
        NULL } },
    { "amd64 to arm64", "oci-multiarch:multi", "oci-multiarch:multi", "linux/amd64", "linux/arm64",
      { "manifest " NEWER " > " ARM,
        "platform linux/amd64 > linux/arm64",
        "size 1298 > 1298: 0 B",
        "layer shared " BASE_LAYER " 909",
        "layer shared " NEWER_LAYER " 240",
        "layer shared " NEW_LAYER " 149",
        NULL } },
};
/* clang-format on */

static struct image get_image(struct registry *registry, struct arena *arena, const char *name,
                              const char *platform_name)
{
    char *text = memory_printf("layouts.example/%s", name);
    struct image_reference reference;
    struct image_platform platform;
    struct error error = { 0 };
    struct image image = { 0 };

    if (!image_reference_parse(arena, text, &reference, &error) ||
        (platform_name != NULL && !image_platform_parse(arena, platform_name, &platform, &error)) ||
        !registry_image(registry, &reference, platform_name != NULL ? &platform : NULL, arena,
                        &image, NULL, &error))
        fail_msg("%s: %s", name, error.message);
    free(text);
    return image;
}

static void tell_layer(struct accuracy *accuracy, const struct image_layer *layer)
{
    bool gone = layer->current_digest == NULL;

    accuracy_tell(accuracy, "layer %s %s %lld", image_layer_state_name(layer->state),
                  gone ? layer->previous_digest : layer->current_digest,
                  (long long)(gone ? layer->previous_size : layer->current_size));
}

static void tell_setting(struct accuracy *accuracy, const struct image_setting_change *setting)
{
    accuracy_tell(accuracy, "%s %s: %s > %s", image_setting_name(setting->kind), setting->name,
                  setting->was ? setting->previous : "none",
                  setting->is ? setting->current : "none");
}

static void tell(struct accuracy *accuracy, struct arena *arena, const struct image *previous,
                 const struct image *current)
{
    const struct image_comparison *it = image_compare(arena, previous, current, NULL);

    if (!it->same_digest)
        accuracy_tell(accuracy, "digest %s > %s", previous->digest, current->digest);
    if (!it->same_manifest)
        accuracy_tell(accuracy, "manifest %s > %s", previous->manifest_digest,
                      current->manifest_digest);
    if (it->tag_moved)
        accuracy_tell(accuracy, "the tag moved");
    if (it->platform_differs)
        accuracy_tell(accuracy, "platform %s > %s", image_platform_text(arena, &previous->platform),
                      image_platform_text(arena, &current->platform));
    accuracy_tell(accuracy, "size %lld > %lld: %s", (long long)it->previous_size,
                  (long long)it->current_size,
                  image_size_difference(arena, it->current_size - it->previous_size));
    for (size_t i = 0; i < it->layer_count; i++)
        tell_layer(accuracy, &it->layers[i]);
    for (size_t i = 0; i < it->setting_count; i++)
        tell_setting(accuracy, &it->settings[i]);
}

/* Manifests as a registry served them, kept beside the layouts: their bytes have the digests. */
static void check_served(struct accuracy *accuracy, const char *data, const char *name,
                         const char *digest, const char *tag)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;

    accuracy_read(data, name, &text);
    accuracy_expect(accuracy, "%s is %s", tag, digest);
    accuracy_tell(accuracy, "%s is %s", tag, image_digest_of(arena, text.data, text.length));
    accuracy_settle(accuracy, name);
    strbuf_release(&text);
    arena_free(&arena);
}

static void compare_pair(struct accuracy *accuracy, struct registry *registry,
                         const struct answers *pair)
{
    struct arena *arena = arena_new();
    struct image previous = get_image(registry, arena, pair->previous, pair->previous_platform);
    struct image current = get_image(registry, arena, pair->current, pair->current_platform);

    for (size_t i = 0; pair->lines[i] != NULL; i++)
        accuracy_expect(accuracy, "%s", pair->lines[i]);
    accuracy_explain(accuracy, LABEL_CHANGED,
                     "the maker wrote the version into a label, too; the other program compares "
                     "variables only");
    tell(accuracy, arena, &previous, &current);
    accuracy_settle(accuracy, pair->name);
    arena_free(&arena);
}

void accuracy_of_image(struct accuracy *accuracy, const char *data)
{
    char *folder = memory_printf("%s/images", data);
    struct registry_place place = { .name = "layouts.example", .folder = folder };
    struct registry_options options = { .places = &place, .place_count = 1 };
    struct error error = { 0 };
    struct registry *registry = registry_new(&options, &error);

    if (registry == NULL)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        compare_pair(accuracy, registry, &pairs[i]);
    check_served(accuracy, data, "images/man-v2.0.6.json", OLDER, "v2.0.6");
    check_served(accuracy, data, "images/man-v2.0.7.json", NEWER, "v2.0.7");
    registry_free(&registry);
    free(folder);
}
