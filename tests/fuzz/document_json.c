/*
 * Any bytes as JSON: reading ends with a tree or an error, and what is written from the tree reads
 * back as the same tree.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/document/document.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

/* Numbers that no double holds are written as strings: then the kind is another. */
static bool holds_strange_number(const struct node *node)
{
    if (node->kind == NODE_FLOAT) {
        struct strbuf json = STRBUF_INIT;
        node_write_json(&json, node);
        bool strange = json.data[0] == '"';
        strbuf_release(&json);
        return strange;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (holds_strange_number(node->children[i]))
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct document *document =
        document_read("fuzz.json", (const char *)data, size, DOCUMENT_JSON, NULL, &error);

    if (!document) {
        must(error.code != ERROR_NONE && error.message[0] != '\0');
        return 0;
    }
    must(document->count == 1);
    if (!holds_strange_number(document->roots[0])) {
        struct strbuf json = STRBUF_INIT;
        node_write_json(&json, document->roots[0]);
        struct document *again =
            document_read("again.json", json.data, json.length, DOCUMENT_JSON, NULL, &error);
        must(again && node_equal(document->roots[0], again->roots[0]));
        document_free(&again);
        strbuf_release(&json);
    }
    document_free(&document);
    return 0;
}
