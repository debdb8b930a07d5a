/* A connection string; and what is shown of one is one again, without anything secret. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/schema/dsn.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy_bytes(data, size);
    struct arena *arena = arena_new();
    struct error error;
    struct dsn dsn;

    if (dsn_recognise(text) && dsn_read(text, arena, &dsn, &error) &&
        (dsn.shown == NULL || (dsn.engine == DSN_SQLITE) != (dsn.path != NULL)))
        abort();
    arena_free(&arena);
    free(text);
    return 0;
}
