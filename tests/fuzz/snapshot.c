/* A snapshot of a schema: whatever is read can be written again, and is the same then. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/snapshot.h>
#include <pilab/schema/sync.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    struct schema *schema, *again;
    struct strbuf text = STRBUF_INIT;
    struct error error;
    json_t *document;
    int64_t at;

    snapshot_recognise((const char *)data, size);
    schema = snapshot_read("fuzz", (const char *)data, size, &at, &error);
    if (schema == NULL)
        return 0;
    document = snapshot_json(schema, at);
    json_write_canonical(&text, document);
    again = snapshot_read("again", text.data, text.length, NULL, &error);
    if (again == NULL || strcmp(schema_digest(schema, before), schema_digest(again, after)) != 0)
        abort();
    json_decref(document);
    strbuf_release(&text);
    schema_free(&schema);
    schema_free(&again);
    return 0;
}
