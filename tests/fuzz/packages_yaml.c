/* Lock files that are YAML. */
#include <stddef.h>
#include <stdint.h>

#include "../support/package_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "pnpm-lock.yaml", "yarn.lock" };

    package_fuzz(names, sizeof names / sizeof *names, data, size);
    return 0;
}
