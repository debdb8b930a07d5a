/*
 * Any bytes as a plan: reading ends with changes that say where they are and what differs, or with
 * an error.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/terraform/file.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_change(const struct terraform_change *change)
{
    must(change->address && change->type && change->name && change->provider && change->actions);
    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];

        must(attribute->pointer && attribute->path && attribute->key);
        must(attribute->before || attribute->after || attribute->unknown);
        must(!(attribute->unknown && attribute->after));
    }
}

static void check_plan(const struct terraform_file *plan)
{
    struct error error = { 0 };
    struct terraform_changes *changes = terraform_plan_changes(plan, &error);

    if (!changes) {
        must(error.code == ERROR_INVALID && error.message[0] != '\0');
        return;
    }
    for (size_t i = 0; i < changes->resource_count; i++)
        check_change(&changes->resources[i]);
    for (size_t i = 0; i < changes->drift_count; i++)
        check_change(&changes->drift[i]);
    for (size_t i = 0; i < changes->output_count; i++)
        must(changes->outputs[i].name && changes->outputs[i].actions);
    terraform_changes_free(&changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct terraform_file *file =
        terraform_file_read("fuzz.json", (const char *)data, size, &error);

    if (!file) {
        must(error.code != ERROR_NONE && error.message[0] != '\0');
        return 0;
    }
    if (file->kind == TERRAFORM_PLAN)
        check_plan(file);
    terraform_file_free(&file);
    return 0;
}
