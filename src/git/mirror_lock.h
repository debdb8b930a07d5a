/* Who may write to a mirror: one at a time, of this process and all others. */
#ifndef PILAB_GIT_MIRROR_LOCK_INTERNAL_H
#define PILAB_GIT_MIRROR_LOCK_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>

/* How long one who holds it may do nothing that can be seen, in milliseconds: the deltas of a large
 * repository are resolved without a trace on the disk. */
#define MIRROR_LOCK_LIMIT (15 * 60 * 1000)

/* Waits for whoever else updates the mirror at this path, as long as what it writes grows: `limit`
 * milliseconds without that (0: as usual) are ERROR_BUSY. The descriptor holds the lock until it is
 * closed, or its process ends; -1 after a failure. */
bool mirror_lock(const char *path, int *descriptor, int limit, const struct progress *progress,
                 struct error *error);
/* Does not wait: ERROR_BUSY when somebody has it. */
bool mirror_try_lock(const char *path, int *descriptor, struct error *error);

#endif
