/*
 * How a repository is doing, as seen from this machine: when it was reached last, how long that
 * took, what went wrong. It is kept beside the mirror, in <mirror>.json, and goes with the cache.
 */
#ifndef PILAB_SOURCE_REPOSITORY_HEALTH_H
#define PILAB_SOURCE_REPOSITORY_HEALTH_H

#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/git/mirror.h>

/* What a fetch found out that somebody may have built on; texts from outside. */
struct repository_novelty {
    enum mirror_event event;
    const char *name;           /* of a tag; of a damage, what it was */
    const char *before, *after; /* commits in hex; "" where there was or is none */
    int64_t at;
};
/* "tag v1.2.0 has moved: it was 1a2b3c4 and is 5d6e7f8" */
void repository_novelty_words(struct strbuf *out, const struct repository_novelty *novelty);
/* "tag_moved", "tag_gone", "replaced", "remade" */
const char *repository_novelty_name(enum mirror_event event);

/* Times are UTC milliseconds; 0: never. */
struct repository_health {
    int64_t tried_at, synced_at;
    int64_t milliseconds;   /* that the last good fetch took */
    int64_t bytes;          /* of the mirror on disk, after that */
    const char *code;       /* of the last try, when it failed (error_code_name); else NULL */
    const char *why, *hint; /* the same; text from outside */
    struct repository_novelty *news; /* the last of them, newest first */
    size_t news_count;
};

/* One try to fetch it. */
struct repository_attempt {
    int64_t tried_at, milliseconds; /* when it began, and how long it took */
    const struct error *refused;    /* NULL: it went well */
    const struct repository_novelty *news;
    size_t news_count;
};

/* What is known; nothing when nothing is, or it cannot be read. Texts live in the arena. */
struct repository_health repository_health_read(const char *cache_directory, const char *address,
                                                struct arena *arena);
/* Puts down a try. What was cancelled says nothing but its news. A cache that cannot be written
 * loses it. */
void repository_health_note(const char *cache_directory, const char *address,
                            const struct repository_attempt *attempt);
/* Takes away what was put down, with the mirror that it is about. */
void repository_health_forget(const char *cache_directory, const char *address);

#endif
