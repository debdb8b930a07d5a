/* What a database server says first; more bytes never change what was told from fewer. */
#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

#include "../../src/schema/live_mariadb_greeting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum mariadb_greeting whole = mariadb_greeting_read(data, size);
    char *part = memory_copy_bytes((const char *)data, size / 2); /* ends where it ends */
    enum mariadb_greeting half = mariadb_greeting_read((const unsigned char *)part, size / 2);

    if (half != MARIADB_GREETING_CUT && half != whole)
        abort();
    free(part);
    return 0;
}
