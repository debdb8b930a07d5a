/*
 * Any bytes as a file of variables: reading ends with a map whose values know their lines, or with
 * an error that says where.
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

static void check_node(const struct node *node)
{
    must(node->line > 0 && node->column > 0);
    if (node->kind == NODE_LIST || node->kind == NODE_MAP) {
        must(!node->text && !node->value);
    } else {
        must(node->text && node->value);
        must(utf8_valid(node->text, node->length));
    }
    for (size_t i = 0; i < node->count; i++) {
        must((node->children[i]->key != NULL) == (node->kind == NODE_MAP));
        check_node(node->children[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct document *document =
        document_read("fuzz.tfvars", (const char *)data, size, DOCUMENT_TFVARS, NULL, &error);

    if (!document) {
        must(error.code != ERROR_NONE && error.message[0] != '\0');
        return 0;
    }
    must(document->count == 1 && document->roots[0]->kind == NODE_MAP);
    check_node(document->roots[0]);
    document_free(&document);
    return 0;
}
