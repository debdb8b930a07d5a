#include <config.h> /* nftw is a system extension */

#include <pilab/git/mirror.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

/* Out of sight at once, under a name that the next update sweeps away should this be interrupted
 * (git/mirror.c). */
static bool remove_whole(const char *path, struct error *error)
{
    char *aside = memory_printf("%s.new-gone-%d", path, (int)getpid());
    bool ok = rename(path, aside) == 0 ||
              error_errno(error, errno, "the mirror %s cannot be removed", path);

    if (ok && nftw(aside, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        ok = error_errno(error, errno, "the mirror %s cannot be removed", aside);
    free(aside);
    return ok;
}

/* The file of the lock stays: who waits for it would else hold a lock on what is not there, beside
 * the next one who makes it anew. */
bool mirror_remove(const char *url, const struct mirror_options *options, bool *removed,
                   struct error *error)
{
    char *path = mirror_path(url, options), *lock_path = memory_printf("%s.lock", path);
    int lock = -1;
    bool ok = true;

    *removed = false;
    if (!file_is_directory(path))
        goto out;
    lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        ok = error_errno(error, errno, "lock %s cannot be made", lock_path);
    } else if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ok = error_set(error, ERROR_BUSY, "the mirror of %s is being fetched right now, and stays",
                       url);
        error_hint(error, "try again when that is done");
    } else {
        ok = remove_whole(path, error);
        *removed = ok;
    }
out:
    if (lock >= 0)
        close(lock);
    free(lock_path);
    free(path);
    return ok;
}
