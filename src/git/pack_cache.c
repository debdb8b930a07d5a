#include "pack_cache.h"

#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

/* A power of two. Far more objects than fit in the bytes that a cache is given, as a rule; of very
 * small ones it may hold fewer than would fit. */
#define SLOT_BITS 16
#define SLOTS     ((size_t)1 << SLOT_BITS)
#define MOST_KEPT (SLOTS / 4 * 3)
/* What takes more than such a part would drive out too much for one object. */
#define LARGEST_PART 8

/* The key stands beside the block: most that are asked for are not here, and to look into blocks
 * for that would cost more than the rest. */
struct slot {
    uint64_t key;
    struct pack_block *block; /* NULL: free */
};

struct pack_cache {
    struct slot slots[SLOTS];
    struct pack_block *newest, *oldest;
    size_t count, bytes, limit;
};

struct pack_cache *pack_cache_new(size_t byte_limit)
{
    struct pack_cache *cache = memory_new(sizeof(*cache));
    cache->limit = byte_limit;
    return cache;
}

struct pack_block *pack_block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct pack_block))
        memory_exhausted();
    struct pack_block *block = memory_resize(NULL, 1, sizeof(*block) + size);
    *block = (struct pack_block){ .size = size, .holders = 1 };
    return block;
}

void pack_block_release(struct pack_block *block)
{
    if (block && --block->holders == 0)
        free(block);
}

/* --- The table: open addressing, the next free slot from where the key belongs ---------------- */

static uint64_t key_of(const struct pack_file *pack, size_t offset)
{
    return ((uint64_t)offset ^ (uint64_t)(uintptr_t)pack) * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t home_of(uint64_t key)
{
    return (size_t)(key >> (64 - SLOT_BITS));
}

static size_t next_of(size_t place)
{
    return (place + 1) & (SLOTS - 1);
}

static void put(struct pack_cache *cache, struct pack_block *block)
{
    uint64_t key = key_of(block->pack, block->offset);
    size_t place = home_of(key);
    while (cache->slots[place].block)
        place = next_of(place);
    cache->slots[place] = (struct slot){ key, block };
}

/* Moves up those behind that would not be found any more over the hole. */
static void take_out(struct pack_cache *cache, const struct pack_block *block)
{
    size_t hole = home_of(key_of(block->pack, block->offset));
    while (cache->slots[hole].block != block)
        hole = next_of(hole);
    for (size_t at = next_of(hole); cache->slots[at].block; at = next_of(at)) {
        size_t home = home_of(cache->slots[at].key);
        if (((at - home) & (SLOTS - 1)) >= ((at - hole) & (SLOTS - 1))) {
            cache->slots[hole] = cache->slots[at];
            hole = at;
        }
    }
    cache->slots[hole].block = NULL;
}

/* --- Who goes first: the oldest, but for those that were asked for since they came or were spared
 */

static size_t weight(const struct pack_block *block)
{
    return sizeof(*block) + block->size;
}

static void unlink_age(struct pack_cache *cache, struct pack_block *block)
{
    *(block->newer ? &block->newer->older : &cache->newest) = block->older;
    *(block->older ? &block->older->newer : &cache->oldest) = block->newer;
}

static void link_newest(struct pack_cache *cache, struct pack_block *block)
{
    block->newer = NULL;
    block->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = block;
    cache->newest = block;
}

static void drop(struct pack_cache *cache, struct pack_block *block)
{
    take_out(cache, block);
    unlink_age(cache, block);
    cache->count--;
    cache->bytes -= weight(block);
    pack_block_release(block);
}

static void make_room(struct pack_cache *cache)
{
    while (cache->bytes > cache->limit || cache->count > MOST_KEPT) {
        struct pack_block *oldest = cache->oldest;
        if (!oldest->used) {
            drop(cache, oldest);
            continue;
        }
        oldest->used = false;
        unlink_age(cache, oldest);
        link_newest(cache, oldest);
    }
}

void pack_cache_free(struct pack_cache **cache)
{
    struct pack_cache *c = *cache;
    *cache = NULL;
    if (!c)
        return;
    for (struct pack_block *block = c->newest, *older; block; block = older) {
        older = block->older;
        pack_block_release(block);
    }
    free(c);
}

struct pack_block *pack_cache_find(struct pack_cache *cache, const struct pack_file *pack,
                                   size_t offset)
{
    uint64_t key = key_of(pack, offset);
    for (size_t place = home_of(key); cache->slots[place].block; place = next_of(place)) {
        struct pack_block *block = cache->slots[place].block;
        if (cache->slots[place].key == key && block->offset == offset && block->pack == pack) {
            block->used = true;
            block->holders++;
            return block;
        }
    }
    return NULL;
}

void pack_cache_add(struct pack_cache *cache, struct pack_block *block)
{
    if (weight(block) > cache->limit / LARGEST_PART)
        return;
    put(cache, block);
    link_newest(cache, block);
    block->used = false;
    block->holders++;
    cache->count++;
    cache->bytes += weight(block);
    make_room(cache);
}
