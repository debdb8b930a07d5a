/* Lists that have a form of their own. */
#include <stddef.h>
#include <stdint.h>

#include "../support/package_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "go.mod", "Gemfile.lock", "requirements.txt",
                                         "gradle.lockfile", "yarn.lock" };

    package_fuzz(names, sizeof names / sizeof *names, data, size);
    return 0;
}
