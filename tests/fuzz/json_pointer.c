/*
 * Any pointer into any document: it leads to a part of it, or says why not. The first line is the
 * pointer, the rest the document.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/json_pointer.h>
#include <pilab/base/memory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    struct error error = { 0 };
    json_t *root;
    char *pointer;

    if (end == NULL)
        return 0;
    root = json_read("fuzz", (const char *)end + 1, size - (size_t)(end - data) - 1, NULL);
    pointer = memory_copy_bytes((const char *)data, (size_t)(end - data));
    if (root != NULL && json_pointer_find(root, pointer, &error) == NULL &&
        error.code != ERROR_INVALID && error.code != ERROR_NOT_FOUND)
        abort();
    free(pointer);
    json_decref(root);
    return 0;
}
