/* Lock files, manifests and bills of materials that are JSON. */
#include <stddef.h>
#include <stdint.h>

#include "../support/package_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "package-lock.json", "package.json",       "composer.lock",
                                         "composer.json",     "packages.lock.json", "Pipfile.lock",
                                         "bom.json" };

    package_fuzz(names, sizeof names / sizeof *names, data, size);
    return 0;
}
