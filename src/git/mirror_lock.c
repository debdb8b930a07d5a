#include "mirror_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* How often the lock is tried, and how often what its holder writes is looked at. */
#define TRY_MS  100
#define LOOK_MS 1000

/* The file of the lock stays: who waits for it would else hold a lock on what is not there, beside
 * the next one who makes it anew. */
static int open_lock(const char *path, struct error *error)
{
    char *file = memory_printf("%s.lock", path);
    int descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        error_errno(error, errno, "lock %s cannot be made", file);
    free(file);
    return descriptor;
}

/* False also when somebody has it; `*busy` says so. */
static bool take(int descriptor, const char *path, bool *busy, struct error *error)
{
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return true;
    *busy = errno == EWOULDBLOCK || errno == EINTR;
    return *busy ? false : error_errno(error, errno, "lock %s.lock cannot be taken", path);
}

static void drop(int *descriptor)
{
    close(*descriptor);
    *descriptor = -1;
}

bool mirror_try_lock(const char *path, int *descriptor, struct error *error)
{
    bool busy = false;
    *descriptor = open_lock(path, error);
    if (*descriptor < 0)
        return false;
    if (take(*descriptor, path, &busy, error))
        return true;
    drop(descriptor);
    return busy ? error_set(error, ERROR_BUSY, "mirror %s is being updated", path) : false;
}

/* --- Whether its holder does anything -------------------------------------------------------- */

/* Bytes of the packs in a mirror, and how many there are. */
static uint64_t packed(const char *mirror)
{
    char *packs = path_join(mirror, "objects/pack");
    DIR *directory = opendir(packs);
    struct dirent *entry;
    struct stat status;
    uint64_t sum = 0;
    while (directory && (entry = readdir(directory)))
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode))
            sum += (uint64_t)status.st_size + 1;
    if (directory)
        closedir(directory);
    free(packs);
    return sum;
}

/* Of the mirror, and of those that are made to take its place ("name.git.new-123"). */
static uint64_t all_packed(const char *path)
{
    const char *name = path_base_name(path);
    char *parent = memory_copy_bytes(path, (size_t)(name - path));
    DIR *directory = opendir(parent);
    struct dirent *entry;
    uint64_t sum = 0;
    while (directory && (entry = readdir(directory))) {
        char *mirror = path_join(parent, entry->d_name);
        if (strncmp(entry->d_name, name, strlen(name)) == 0)
            sum += packed(mirror) + 1;
        free(mirror);
    }
    if (directory)
        closedir(directory);
    free(parent);
    return sum;
}

/* --- Waiting -------------------------------------------------------------------------------- */

struct waiting {
    uint64_t packed; /* when it was looked at last */
    int64_t looked_at, moved_at;
};

static bool still_moves(struct waiting *waiting, const char *path, int limit)
{
    int64_t now = clock_monotonic();
    if (now - waiting->looked_at < LOOK_MS && now - waiting->moved_at < limit)
        return true;
    uint64_t sum = all_packed(path);
    if (sum != waiting->packed)
        waiting->moved_at = now;
    waiting->packed = sum;
    waiting->looked_at = now;
    return now - waiting->moved_at < limit;
}

static bool gave_up(const char *path, int limit, struct error *error)
{
    error_set(error, ERROR_BUSY,
              "mirror %s is locked by another program, which has fetched nothing for %d s", path,
              (limit + 999) / 1000);
    return error_hint(error,
                      "`lslocks` shows which: it may be stopped; end it, or try again later");
}

static bool wait_for(int descriptor, const char *path, int limit, const struct progress *progress,
                     struct error *error)
{
    struct waiting waiting = { .packed = all_packed(path) };
    bool busy = true;
    waiting.looked_at = waiting.moved_at = clock_monotonic();
    while (!take(descriptor, path, &busy, error)) {
        if (!busy)
            return false;
        progress_report(progress, "waiting for another update of this mirror", 0, 0);
        if (!progress_wait(progress, error))
            return false;
        if (!still_moves(&waiting, path, limit))
            return gave_up(path, limit, error);
        poll(NULL, 0, TRY_MS);
    }
    return true;
}

bool mirror_lock(const char *path, int *descriptor, int limit, const struct progress *progress,
                 struct error *error)
{
    *descriptor = open_lock(path, error);
    if (*descriptor < 0)
        return false;
    if (wait_for(*descriptor, path, limit > 0 ? limit : MIRROR_LOCK_LIMIT, progress, error))
        return true;
    drop(descriptor);
    return false;
}
