/* Lock files and manifests that are TOML. */
#include <stddef.h>
#include <stdint.h>

#include "../support/package_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "Cargo.lock",        "Cargo.toml",     "uv.lock",
                                         "poetry.lock",       "pyproject.toml", "Pipfile",
                                         "libs.versions.toml" };

    package_fuzz(names, sizeof names / sizeof *names, data, size);
    return 0;
}
