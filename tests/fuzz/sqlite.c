/*
 * Any bytes as DDL of SQLite, run in memory: it ends within its time, what it made can be read, and
 * there is a script that makes it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/schema/sqlite.h>
#include <pilab/schema/sync.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_scripts(const struct schema *schema)
{
    struct schema *empty = schema_new(SCHEMA_SQLITE, "empty");
    struct schema_diff *diff = schema_compare(empty, schema, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);

    if (sync->script == NULL || sync->rollback == NULL)
        abort();
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&empty);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct sqlite_reader *reader = sqlite_reader_new("fuzz", 200, &error);
    struct schema *schema = NULL;

    if (reader == NULL)
        abort();
    if (!sqlite_reader_add(reader, "fuzz", 1, (const char *)data, size, &error)) {
        sqlite_reader_free(&reader);
        return 0;
    }
    schema = sqlite_reader_finish(&reader, &error);
    if (schema == NULL)
        abort();
    check_scripts(schema);
    schema_free(&schema);
    return 0;
}
