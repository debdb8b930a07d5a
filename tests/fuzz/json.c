/* What is read can be written, and reads back as the same value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const json_t *value, void (*write)(struct strbuf *, const json_t *),
                           const struct strbuf *canonical)
{
    struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
    json_t *copy;

    write(&text, value);
    copy = json_read("copy", text.data, text.length, NULL);
    if (!copy)
        abort();
    json_write_canonical(&again, copy);
    if (again.length != canonical->length || memcmp(again.data, canonical->data, again.length) != 0)
        abort();
    json_decref(copy);
    strbuf_release(&text);
    strbuf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strbuf canonical = STRBUF_INIT;
    struct error error = { 0 };
    json_t *value = json_read("input", (const char *)data, size, &error);

    if (!value) {
        if (error.code == ERROR_NONE || error.message[0] == '\0')
            abort();
        return 0;
    }
    json_write_canonical(&canonical, value);
    write_and_read(value, json_write_canonical, &canonical);
    write_and_read(value, json_write_pretty, &canonical);
    strbuf_release(&canonical);
    json_decref(value);
    return 0;
}
