/*
 * A second file for what can be computed again: line counts of commits and patch ids. It is fast
 * instead of durable (synchronous=NORMAL), and when it is damaged, foreign or of another version it
 * is thrown away and begun anew.
 *
 * Nothing may depend on it: a caller goes on without it when it cannot be opened, and a value that
 * cannot be read is a value that is not there. What was put is written in batches; cache_flush or
 * cache_close writes the rest.
 *
 * A cache handle may be handed from thread to thread, but serves one at a time.
 */
#ifndef PILAB_STORE_CACHE_H
#define PILAB_STORE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>

struct cache;

struct cache_counts {
    uint64_t insertions, deletions, files;
};

/* Commit and patch ids are binary: 20 bytes (SHA-1) or 32 (SHA-256). */
#define CACHE_ID_LIMIT 32

/* "cache.db" in the XDG cache home. The caller frees. NULL with ERROR_IO when HOME is unset. */
char *cache_path_resolve(struct error *error);

/* The file is 0600 in a folder of 0700. Refused when it or its folder belong to somebody else
 * (ERROR_UNTRUSTED). *renewed, when not NULL, says that a damaged one was thrown away. */
bool cache_open(const char *path, struct cache **cache, bool *renewed, struct error *error);
void cache_close(struct cache **cache);

/* Line counts of a commit, as seen below `directory` ("" for all) of a repository (its URL or
 * path). Immutable: a commit's counts never change. False when they are not there. */
bool cache_get_counts(struct cache *cache, const char *repository, const char *directory,
                      const unsigned char *commit, size_t id_length, struct cache_counts *counts);
void cache_put_counts(struct cache *cache, const char *repository, const char *directory,
                      const unsigned char *commit, size_t id_length,
                      const struct cache_counts *counts);

/* The patch id of a commit below `directory` of a repository; *patch_length 0: it has none (an
 * empty change, a merge), which is worth knowing too. */
bool cache_get_patch_id(struct cache *cache, const char *repository, const char *directory,
                        const unsigned char *commit, size_t id_length,
                        unsigned char patch[CACHE_ID_LIMIT], size_t *patch_length);
void cache_put_patch_id(struct cache *cache, const char *repository, const char *directory,
                        const unsigned char *commit, size_t id_length, const unsigned char *patch,
                        size_t patch_length);

/* How far two commits are apart within a folder: commits that `to` has and `from` has not, and the
 * other way round; the same of migrations, which are files of another folder. `scope` names both
 * folders. Immutable. It is written at once. */
struct cache_distance {
    uint64_t behind, ahead;
    uint64_t migrations_behind, migrations_ahead;
};

bool cache_get_distance(struct cache *cache, const char *scope, const unsigned char *from,
                        const unsigned char *to, size_t id_length, struct cache_distance *distance);
void cache_put_distance(struct cache *cache, const char *scope, const unsigned char *from,
                        const unsigned char *to, size_t id_length,
                        const struct cache_distance *distance);

/* Writes what was put so far. */
void cache_flush(struct cache *cache);

#endif
