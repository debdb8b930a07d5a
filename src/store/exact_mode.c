#include <config.h> /* O_TMPFILE is a system extension */

#include "exact_mode.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_TRIES 100

/* Makes the file without a name, and names it when it is as it must be. The descriptor is the one
 * that is used: closing another one of the same file would drop locks that a thread of this process
 * may have taken on it by then. */
static int make_whole(const char *path, mode_t mode)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX], self[64];
    int file, number;

    if (slash == NULL || (size_t)(slash - path) + 1 >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, path, (size_t)(slash - path) + 1);
    folder[slash - path + 1] = '\0';
    file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return -1;
    snprintf(self, sizeof self, "/proc/self/fd/%d", file);
    if (fchmod(file, mode) == 0 && linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
        return file;
    number = errno;
    close(file);
    errno = number;
    return -1;
}

/* open(2) as SQLite calls it. Where files without a name cannot be had, it is as it was. */
static int open_exactly(const char *path, int flags, int mode)
{
    if ((flags & (O_CREAT | O_EXCL)) != O_CREAT || (mode & S_IWGRP) == 0)
        return open(path, flags, mode);
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        int file = open(path, flags & ~O_CREAT);

        if (file >= 0 || errno != ENOENT)
            return file;
        file = make_whole(path, (mode_t)mode);
        if (file >= 0)
            return file;
        if (errno != EEXIST)
            break;
    }
    return open(path, flags, mode);
}

static void install(void)
{
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);

    if (system != NULL && system->iVersion >= 3 && system->xSetSystemCall != NULL)
        system->xSetSystemCall(system, "open", (sqlite3_syscall_ptr)open_exactly);
}

void exact_mode_install(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, install);
}
