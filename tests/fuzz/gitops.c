/*
 * Any bytes as a file of a GitOps repository, under each of the names that tell what it is: a
 * version that is found is no empty text, and a list names each of its modules. The first byte
 * chooses.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/source/gitops_document.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void find_version(const char *name, const char *text, size_t length, const char *key,
                         struct arena *arena)
{
    struct error error = { 0 };
    const char *version = gitops_version(name, text, length, key, "auth", arena, &error);

    must(version == NULL || error.code == ERROR_NONE);
    must(version == NULL || (*version != '\0' && strlen(version) <= 2 * length)); /* of Latin-1 */
}

static void list_modules(const char *name, const char *text, size_t length, const char *key,
                         struct arena *arena)
{
    struct gitops_entry *entries;
    struct error error = { 0 };
    size_t count;

    if (!gitops_document_modules(name, text, length, key, arena, &entries, &count, &error)) {
        must(error.code != ERROR_NONE);
        return;
    }
    for (size_t i = 0; i < count; i++)
        must(entries[i].module != NULL && entries[i].version != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "values.yaml", "kustomization.yaml", "app.json",
                                         "versions.env", "app.properties" };
    const size_t count = sizeof names / sizeof *names;
    struct arena *arena;
    const char *text, *name;

    if (size < 1)
        return 0;
    arena = arena_new();
    name = names[data[0] % count];
    text = arena_bytes(arena, (const char *)data + 1, size - 1);
    find_version(name, text, size - 1, NULL, arena);
    find_version(name, text, size - 1, "image.tag", arena);
    list_modules(name, text, size - 1, "services.{module}.tag", arena);
    list_modules(name, text, size - 1, "{module}", arena);
    arena_free(&arena);
    return 0;
}
