/*
 * How a repository is doing, as seen from this machine: when it was reached last, how long that
 * took, what went wrong. It is kept beside the mirror, in <mirror>.json, and goes with the cache.
 */
#ifndef PILAB_SOURCE_REPOSITORY_HEALTH_H
#define PILAB_SOURCE_REPOSITORY_HEALTH_H

#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

/* Times are UTC milliseconds; 0: never. */
struct repository_health {
    int64_t tried_at, synced_at;
    int64_t milliseconds;   /* that the last good fetch took */
    int64_t bytes;          /* of the mirror on disk, after that */
    const char *code;       /* of the last try, when it failed (error_code_name); else NULL */
    const char *why, *hint; /* the same; text from outside */
};

/* What is known; nothing when nothing is, or it cannot be read. Texts live in the arena. */
struct repository_health repository_health_read(const char *cache_directory, const char *address,
                                                struct arena *arena);
/* Puts down a try that began at `tried_at` and took so long; `refused` NULL: it went well. What was
 * cancelled says nothing. A cache that cannot be written loses it. */
void repository_health_note(const char *cache_directory, const char *address, int64_t tried_at,
                            int64_t milliseconds, const struct error *refused);

#endif
