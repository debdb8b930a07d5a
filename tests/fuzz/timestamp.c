/* A time that is read is written so that it reads back as the same moment. */
#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy_bytes(data, size);
    char out[TIMESTAMP_SIZE];
    int64_t at, again;

    if (timestamp_parse(text, &at, NULL)) {
        /* An offset may lead out of the four-digit years. */
        bool writable = at >= INT64_C(-62167219200000) && at <= INT64_C(253402300799999);
        timestamp_format(at, out);
        if (writable && (!timestamp_parse(out, &again, NULL) || again != at))
            abort();
        timestamp_date(at, out);
        timestamp_relative(at, 0, out);
    }
    free(text);
    return 0;
}
