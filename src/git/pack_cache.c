#include "pack_cache.h"

#include <stdint.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

#define SLOTS ((size_t)1 << 15)
/* What takes more than such a part would drive out too much for one object. */
#define LARGEST_PART 8

struct pack_cache {
    struct pack_block *slots[SLOTS];
    struct pack_block *newest, *oldest;
    size_t bytes, limit;
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

static struct pack_block **slot_of(struct pack_cache *cache, const struct pack_file *pack,
                                   size_t offset)
{
    uint64_t mixed = ((uint64_t)offset ^ (uint64_t)(uintptr_t)pack) * UINT64_C(0x9e3779b97f4a7c15);
    return &cache->slots[(size_t)(mixed >> 40) % SLOTS];
}

static size_t weight(const struct pack_block *block)
{
    return sizeof(*block) + block->size;
}

static void unlink_use(struct pack_cache *cache, struct pack_block *block)
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
    struct pack_block **link = slot_of(cache, block->pack, block->offset);
    while (*link != block)
        link = &(*link)->next;
    *link = block->next;
    unlink_use(cache, block);
    cache->bytes -= weight(block);
    block->kept = false;
    pack_block_release(block);
}

void pack_cache_free(struct pack_cache **cache)
{
    struct pack_cache *c = *cache;
    *cache = NULL;
    if (!c)
        return;
    while (c->newest)
        drop(c, c->newest);
    free(c);
}

struct pack_block *pack_cache_find(struct pack_cache *cache, const struct pack_file *pack,
                                   size_t offset)
{
    struct pack_block *block = *slot_of(cache, pack, offset);
    while (block && (block->offset != offset || block->pack != pack))
        block = block->next;
    if (!block)
        return NULL;
    if (block != cache->newest) {
        unlink_use(cache, block);
        link_newest(cache, block);
    }
    block->holders++;
    return block;
}

void pack_cache_add(struct pack_cache *cache, struct pack_block *block)
{
    if (weight(block) > cache->limit / LARGEST_PART)
        return;
    struct pack_block **slot = slot_of(cache, block->pack, block->offset);
    block->next = *slot;
    *slot = block;
    block->kept = true;
    block->holders++;
    link_newest(cache, block);
    cache->bytes += weight(block);
    while (cache->bytes > cache->limit)
        drop(cache, cache->oldest);
}
