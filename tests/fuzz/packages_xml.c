/* Project files that are XML. */
#include <stddef.h>
#include <stdint.h>

#include "../support/package_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "pom.xml", "App.csproj", "packages.config" };

    package_fuzz(names, sizeof names / sizeof *names, data, size);
    return 0;
}
