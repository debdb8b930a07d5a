#include "repository_address.h"

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/remote.h>

char *repository_address(const struct call *call, const char *address)
{
    enum remote_kind kind;
    struct error refused = { 0 };

    if (!remote_check(address, &kind, &refused) && refused.code != ERROR_NOT_FOUND)
        return memory_copy_text(address);
    return kind == REMOTE_PATH ? path_join(call->settings->working_directory, address)
                               : memory_copy_text(address);
}
