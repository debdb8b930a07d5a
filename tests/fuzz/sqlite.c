/*
 * Any bytes as DDL of SQLite, run in memory: it ends within its time, and what it made can be read.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pilab/schema/sqlite.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    schema_free(&schema);
    return 0;
}
