/*
 * Any bytes as a page of workloads, as a refusal, and as a kubeconfig; what was read of a workload
 * is taken for the name of an image.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/images/reference.h>
#include <pilab/source/kubeconfig.h>
#include <pilab/source/kubernetes_list.h>
#include <pilab/source/observed_version.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void look_at(const struct kubernetes_page *page, struct arena *arena)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct kubernetes_workload *workload = &page->items[i];

        must(workload->name != NULL);
        for (size_t k = 0; k < workload->container_count; k++) {
            struct image_reference image;

            if (!image_reference_parse(arena, workload->containers[k].image, &image, NULL))
                continue;
            if (image.tag != NULL)
                must(observed_tag_version(NULL, image.tag, arena) != NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct kubernetes_page page;
    struct kubeconfig config;
    struct error error = { 0 };

    for (int kind = 0; kind < KUBERNETES_KIND_COUNT; kind++) {
        if (kubernetes_list_read("fuzz", (const char *)data, size, (enum kubernetes_kind)kind,
                                 arena, &page, &error))
            look_at(&page, arena);
        else
            must(error.code != ERROR_NONE);
    }
    kubernetes_status_message((const char *)data, size, arena);
    if (kubeconfig_read("fuzz", (const char *)data, size, NULL, arena, &config, &error))
        must(config.server != NULL);
    arena_free(&arena);
    return 0;
}
