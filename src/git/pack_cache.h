/*
 * Unpacked objects by where they stand: those used lately, up to a limit in bytes. A block that
 * somebody holds lives on when the cache lets it go. For one thread.
 */
#ifndef PILAB_GIT_PACK_CACHE_INTERNAL_H
#define PILAB_GIT_PACK_CACHE_INTERNAL_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

struct pack_file;

struct pack_block {
    const struct pack_file *pack;
    size_t offset; /* where the object begins in it */
    git_object_t type;
    size_t size;
    unsigned holders;
    bool used;                        /* asked for since it came or was spared */
    struct pack_block *newer, *older; /* by when they came */
    unsigned char bytes[];
};

struct pack_cache;

struct pack_cache *pack_cache_new(size_t byte_limit);
void pack_cache_free(struct pack_cache **cache);

/* A block of this size, held once, not in the cache, its bytes not set. */
struct pack_block *pack_block_new(size_t size);
void pack_block_release(struct pack_block *block);

/* The block of the object that begins there, held once more; or NULL. */
struct pack_block *pack_cache_find(struct pack_cache *cache, const struct pack_file *pack,
                                   size_t offset);
/* Keeps a block that is not in the cache, unless it is too large a part of it. */
void pack_cache_add(struct pack_cache *cache, struct pack_block *block);

#endif
