/*
 * Any bytes as a .mailmap: whoever it maps gets texts that end, and mapping is over after one step.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/git/mailmap.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mailmap *mailmap = mailmap_parse((const char *)data, size);
    /* A person of the file itself, if the bytes hold one: what stands between the first < and >. */
    const uint8_t *open = size > 0 ? memchr(data, '<', size) : NULL;
    size_t left = open ? size - (size_t)(open + 1 - data) : 0;
    const uint8_t *close = left > 0 ? memchr(open + 1, '>', left) : NULL;
    char *address = calloc(1, size + 1);
    must(address != NULL);
    if (close)
        memcpy(address, open + 1, (size_t)(close - open - 1));
    const char *name = "ada", *email = address;
    bool mapped = mailmap_apply(mailmap, &name, &email);
    must(name != NULL && email != NULL);
    must(strlen(name) <= size + 3 && strlen(email) <= size);
    must(mapped || (strcmp(name, "ada") == 0 && email == address));
    must(strchr(name, '\n') == NULL && strchr(email, '>') == NULL);
    mailmap_free(&mailmap);
    free(address);
    return 0;
}
