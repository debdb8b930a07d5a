/*
 * Any bytes as a .gitmodules: every submodule has a name of its own, and none is found that would
 * lead out of the folder it is looked for in.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/git/submodules.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct submodule_list list = submodules_parse((const char *)data, size, arena);
    must(list.count <= size);
    for (size_t i = 0; i < list.count; i++) {
        const struct submodule *submodule = &list.items[i];
        must(submodule->name != NULL && strlen(submodule->name) <= size);
        must(submodule->path == NULL || strlen(submodule->path) <= size);
        must(submodule->url == NULL || submodule_same_url(submodule->url, submodule->url));
        for (size_t k = 0; k < i && i < 64; k++)
            must(strcmp(list.items[k].name, submodule->name) != 0);
        if (submodule->path)
            must(submodules_at(&list, submodule->path) != NULL);
    }
    arena_free(&arena);
    return 0;
}
