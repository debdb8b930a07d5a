/*
 * Any bytes as two states, separated by a form feed (or one, compared with itself): a state does
 * not differ from itself, and what differs between two is told with its address.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/terraform/file.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static struct terraform_file *read_state(const char *text, size_t length)
{
    struct error error = { 0 };
    struct terraform_file *file = terraform_file_read("fuzz", text, length, &error);

    must(file || error.message[0] != '\0');
    if (file && file->kind != TERRAFORM_STATE && file->kind != TERRAFORM_RAW_STATE)
        terraform_file_free(&file);
    return file;
}

static void compare(const struct terraform_file *previous, const struct terraform_file *current)
{
    struct terraform_changes *changes = terraform_state_changes(previous, current);

    for (size_t i = 0; i < changes->resource_count; i++) {
        const struct terraform_change *change = &changes->resources[i];

        must(change->address && change->actions);
        must(change->action != TERRAFORM_OTHER);
        if (previous == current) /* two of one address and another id are no state of Terraform's */
            must(change->inferred || change->attribute_count > 0 ||
                 change->action == TERRAFORM_CREATE || change->action == TERRAFORM_DELETE);
    }
    terraform_changes_free(&changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *cut = size > 0 ? memchr(text, '\f', size) : NULL;
    struct terraform_file *previous = read_state(text, cut ? (size_t)(cut - text) : size);
    struct terraform_file *current =
        cut ? read_state(cut + 1, size - (size_t)(cut + 1 - text)) : NULL;

    if (previous)
        compare(previous, current ? current : previous);
    if (current)
        terraform_file_free(&current);
    if (previous)
        terraform_file_free(&previous);
    return 0;
}
