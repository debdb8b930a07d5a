/*
 * Any bytes as dotenv and as properties: both always end with a map of strings.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/utf8.h>
#include <pilab/document/document.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void read_as(enum document_format format, const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct document *document =
        document_read("fuzz", (const char *)data, size, format, NULL, &error);

    if (!document) {
        must(error.code != ERROR_NONE); /* damaged UTF-16 only */
        return;
    }
    must(document->count == 1 && document->roots[0]->kind == NODE_MAP);
    for (size_t i = 0; i < document->roots[0]->count; i++) {
        const struct node *entry = document->roots[0]->children[i];
        must(entry->kind == NODE_STRING && entry->line > 0);
        must(utf8_valid(entry->text, entry->length));
    }
    document_free(&document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(DOCUMENT_DOTENV, data, size);
    read_as(DOCUMENT_PROPERTIES, data, size);
    return 0;
}
