/*
 * How repositories are reached: a folder is read where it is, everything else through a mirror in
 * the cache (git/mirror.h).
 */
#ifndef PILAB_SOURCE_REPOSITORY_ACCESS_H
#define PILAB_SOURCE_REPOSITORY_ACCESS_H

#include <stdbool.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/mirror.h>
#include <pilab/git/repository.h>
#include <pilab/git/transport.h>

/* May be used by several threads at once. */
struct repository_access {
    const char *cache_directory;
    bool offline;                                 /* mirrors as they are; nothing is fetched */
    const struct remote_transport *ssh;           /* NULL: ssh is ERROR_UNSUPPORTED */
    const struct remote_credentials *credentials; /* for https; NULL: nobody knows who we are */
    /* Makes the host of an address known that nobody has vouched for yet; false, and why, when it
     * stays unknown. May be called from several threads at once. NULL: unknown hosts are refused.
     */
    bool (*meet)(void *context, const char *address, const struct progress *progress,
                 struct error *error);
    void *context;
    struct clock clock; /* for what is put down of how they do (repository_health.h) */
};

enum repository_freshness {
    REPOSITORY_FRESH, /* a mirror is brought up to date */
    REPOSITORY_ANY    /* a mirror that is there will do */
};

/* The folder to be read; the caller frees it. Errors as remote_check and mirror_update. */
bool repository_access_path(const struct repository_access *access, const char *address,
                            enum repository_freshness freshness, char **path,
                            const struct progress *progress, struct error *error);
/* The same, opened (repository_open). */
bool repository_access_open(const struct repository_access *access, const char *address,
                            enum repository_freshness freshness, struct repository **repository,
                            const struct progress *progress, struct error *error);

/* What a remote shows without being fetched; of a folder, what is in it. */
bool repository_access_summarize(const struct repository_access *access, const char *address,
                                 struct arena *arena, struct remote_summary *summary,
                                 const struct progress *progress, struct error *error);

/* Brings the mirrors of addresses up to date, a few at once; a network that fails is tried again
 * after a while. `refused[i].code` is ERROR_NONE where it went well. Progress tells how many are
 * done. False with ERROR_CANCELLED. */
bool repository_access_fetch(const struct repository_access *access, const char *const *addresses,
                             size_t count, struct error *refused, const struct progress *progress,
                             struct error *error);

#endif
