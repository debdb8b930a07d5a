#include <pilab/git/mirror.h>

#include "mirror_folder.h"
#include "mirror_lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* Out of sight at once, under a name that the next update sweeps away should this be interrupted
 * (git/mirror.c). */
static bool remove_whole(const char *path, struct error *error)
{
    char *aside = memory_printf("%s.new-gone-%d", path, (int)getpid());
    bool ok = rename(path, aside) == 0 ||
              error_errno(error, errno, "the mirror %s cannot be removed", path);

    if (ok && !mirror_remove_tree(aside))
        ok = error_errno(error, errno, "the mirror %s cannot be removed", aside);
    free(aside);
    return ok;
}

static bool is_busy(const char *url, struct error *error)
{
    error_set(error, ERROR_BUSY, "the mirror of %s is being fetched right now, and stays", url);
    return error_hint(error, "try again when that is done");
}

bool mirror_remove(const char *url, const struct mirror_options *options, bool *removed,
                   struct error *error)
{
    char *path = mirror_path(url, options);
    struct error refused = { 0 };
    int lock = -1;
    bool ok = true;

    *removed = false;
    if (!file_is_directory(path))
        goto out;
    ok = mirror_try_lock(path, &lock, &refused) && remove_whole(path, &refused);
    *removed = ok;
    if (!ok && refused.code == ERROR_BUSY)
        is_busy(url, error);
    else if (!ok && error)
        *error = refused;
out:
    if (lock >= 0)
        close(lock);
    free(path);
    return ok;
}
