/*
 * Any bytes as YAML: reading ends with a tree or an error, and a tree can be walked, compared with
 * itself and layered over itself.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/document/diff.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

/* The first byte chooses how the rest is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;

    const struct document_options options = { .schema = data[0] % 3,
                                              .allow_duplicate_keys = data[0] & 4 };
    struct error error = { 0 };
    struct document *document = document_read("fuzz.yaml", (const char *)data + 1, size - 1,
                                              DOCUMENT_YAML, &options, &error);
    if (!document) {
        must(error.code != ERROR_NONE && error.message[0] != '\0');
        return 0;
    }

    struct strbuf json = STRBUF_INIT;
    for (size_t i = 0; i < document->count; i++)
        node_write_json(&json, document->roots[i]);
    strbuf_release(&json);

    struct tree_diff *diff = tree_diff_documents(document, document, NULL);
    must(diff->count == 0);
    tree_diff_free(&diff);

    struct document *layers[] = { document, document };
    struct document *layered = document_layer(layers, 2, &error);
    if (layered && document->count == 1 && document->roots[0]->kind == NODE_MAP) {
        diff = tree_diff_documents(document, layered, NULL);
        tree_diff_free(&diff);
    }
    document_free(&layered);
    document_free(&document);
    return 0;
}
