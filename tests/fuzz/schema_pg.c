/*
 * Any bytes as DDL of PostgreSQL: what is read does not differ from itself, and from nothing to it
 * and back there is a script.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_schema(const struct schema *schema, const struct schema *again)
{
    struct schema_diff *diff = schema_compare(schema, again, NULL);
    char first[SHA256_HEX_SIZE], second[SHA256_HEX_SIZE];

    must(diff->count == 0 && diff->rename_count == 0);
    must(strcmp(schema_digest(schema, first), schema_digest(again, second)) == 0);
    schema_diff_free(&diff);
    for (const struct schema_object *object = schema->first; object; object = object->next)
        for (unsigned i = 0; i < object->value_count; i++)
            must(schema_loosely_equal(object->kind, object->values[i].property,
                                      object->values[i].text, object->values[i].text));
}

static void check_scripts(const struct schema *schema)
{
    struct schema *empty = schema_new(SCHEMA_POSTGRESQL, "empty");
    struct schema_diff *diff = schema_compare(empty, schema, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);

    must(sync != NULL && sync->script != NULL && sync->rollback != NULL);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&empty);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct schema *schema = schema_read_postgresql("fuzz", (const char *)data, size, NULL);

    if (!schema)
        return 0;
    struct schema *again = schema_read_postgresql("fuzz", (const char *)data, size, NULL);
    must(again != NULL && again->problem_count == schema->problem_count);
    check_schema(schema, again);
    check_scripts(schema);
    schema_free(&again);
    schema_free(&schema);
    return 0;
}
