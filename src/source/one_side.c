#include "one_side.h"

bool one_side_refuse(const char *path, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "%s alone is one side only", path);
    return error_hint(error, "name the file to compare it with; only a plan, as \"terraform show "
                             "-json\" writes it, holds both sides");
}
