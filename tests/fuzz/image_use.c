/*
 * Any bytes as a document that names images, under each of the names that tell what it is: every
 * use has its place and line, and is either known or says why not. The first byte chooses.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/images/use.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check(const struct image_use *use)
{
    must(use->kind < IMAGE_USE_KIND_COUNT && image_use_kind_name(use->kind)[0] != '\0');
    must(use->place != NULL && use->text != NULL && use->line > 0);
    must(use->known == (use->why == NULL));
    must(!use->known || use->reference.repository != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "values.yaml", "docker-compose.yml", "deploy.yaml",
                                         "kustomization.yaml" };
    const char *name = names[size > 0 ? data[0] % 4 : 0];
    const char *text = (const char *)data + 1;
    struct document *document =
        size > 0 ? document_read(name, text, size - 1, DOCUMENT_YAML, NULL, NULL) : NULL;
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct vector uses;

    vector_init(&uses, sizeof(struct image_use));
    if (document != NULL && !image_uses_in_document(arena, document, &uses, &error))
        must(error.code != ERROR_NONE);
    for (size_t i = 0; i < uses.count; i++)
        check(vector_at(&uses, i));
    vector_release(&uses);
    document_free(&document);
    arena_free(&arena);
    return 0;
}
