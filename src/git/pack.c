#include "pack.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "delta.h"
#include "inflate.h"
#include "pack_cache.h"
#include "pack_file.h"

/* What is unpacked here stays so large: enough for the trees of neighbouring commits, and for the
 * versions of the files that they touch. */
#define CACHE_LIMIT ((size_t)24 << 20)
/* zlib packs no better than this. */
#define BEST_PACKING 1032
/* Git makes chains of 50, or of 4095 when told to. */
#define CHAIN_LIMIT 10000
/* Room for a delta that is kept for the next one. */
#define DELTA_ROOM ((size_t)1 << 20)
/* So many packs are looked through for each object, and no more; with more it is libgit2's index
 * over all of them that is faster. */
#define PACKS_LIMIT 256

/* Histories ask for most objects twice, as those of a commit and of the one after it. */
#define PLACES ((size_t)1 << 14)

enum { TYPE_OFFSET_DELTA = 6, TYPE_REFERENCE_DELTA = 7 };

/* A delta on the way from an object down to what it stands on. */
struct link {
    size_t offset; /* of the object */
    size_t at;     /* of its packed bytes */
    size_t size;   /* of these, unpacked */
};

/* Where an object was found. */
struct place {
    struct object_id id;
    const struct pack_file *pack; /* NULL: nothing is noted here */
    size_t offset;
};

struct pack_set {
    struct pack_file *packs;
    size_t count;
    size_t last; /* where the last object was: the next is mostly there too */
    struct place places[PLACES];
    struct pack_cache *cache;
    struct inflater *inflater;
    struct vector chain; /* struct link */
    unsigned char *delta;
    size_t delta_room;
};

static bool is_index(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".idx") == 0;
}

static int by_size(const void *a, const void *b)
{
    const struct pack_file *left = a, *right = b;
    return left->count < right->count ? 1 : left->count > right->count ? -1 : 0;
}

/* The fullest first. */
static void read_packs(struct pack_set *set, const char *directory)
{
    struct vector packs;
    DIR *listing = opendir(directory);
    if (!listing)
        return;
    vector_init(&packs, sizeof(struct pack_file));
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        struct pack_file pack;
        if (!is_index(entry->d_name) || packs.count == PACKS_LIMIT)
            continue;
        char *path = path_join(directory, entry->d_name);
        if (pack_file_open(&pack, path))
            vector_push(&packs, &pack);
        free(path);
    }
    closedir(listing);
    set->count = packs.count;
    set->packs = memory_resize(NULL, packs.count + 1, sizeof(struct pack_file));
    if (packs.count > 0)
        memcpy(set->packs, packs.items, packs.count * sizeof(struct pack_file));
    qsort(set->packs, set->count, sizeof(struct pack_file), by_size);
    vector_release(&packs);
}

struct pack_set *pack_set_open(const char *directory)
{
    struct pack_set *set = memory_new(sizeof(*set));
    vector_init(&set->chain, sizeof(struct link));
    set->cache = pack_cache_new(CACHE_LIMIT);
    set->inflater = inflater_new();
    read_packs(set, directory);
    return set;
}

void pack_set_free(struct pack_set **set)
{
    struct pack_set *s = *set;
    *set = NULL;
    if (!s)
        return;
    pack_cache_free(&s->cache);
    inflater_free(&s->inflater);
    for (size_t i = 0; i < s->count; i++)
        pack_file_close(&s->packs[i]);
    free(s->packs);
    vector_release(&s->chain);
    free(s->delta);
    free(s);
}

static const struct pack_file *search(struct pack_set *set, const struct object_id *id,
                                      size_t *offset)
{
    if (set->count > 0 && pack_file_find(&set->packs[set->last], id, offset))
        return &set->packs[set->last];
    for (size_t i = 0; i < set->count; i++)
        if (i != set->last && pack_file_find(&set->packs[i], id, offset)) {
            set->last = i;
            return &set->packs[i];
        }
    return NULL;
}

static const struct pack_file *find(struct pack_set *set, const struct object_id *id,
                                    size_t *offset)
{
    uint32_t hash;
    memcpy(&hash, id->bytes, sizeof(hash)); /* ids are as good as random numbers */
    struct place *place = &set->places[hash % PLACES];
    if (!place->pack || !object_id_equal(&place->id, id)) {
        const struct pack_file *pack = search(set, id, offset);
        if (!pack)
            return NULL;
        *place = (struct place){ *id, pack, *offset };
    }
    *offset = place->offset;
    return place->pack;
}

/* --- Entries -------------------------------------------------------------------------------- */

struct entry {
    unsigned type;
    size_t size; /* of what is packed: the object, or the delta */
    size_t base; /* of a delta: where the object begins that it stands on */
    size_t at;   /* of the packed bytes */
};

static bool read_header(const struct pack_file *pack, size_t offset, struct entry *entry)
{
    size_t at = offset;
    unsigned char byte = pack->data[at++];
    unsigned shift = 4;
    entry->type = byte >> 4 & 7;
    entry->size = byte & 0x0f;
    while (byte & 0x80) {
        if (at >= pack->objects_end || shift >= sizeof(size_t) * 8 - 7)
            return false;
        byte = pack->data[at++];
        entry->size |= (size_t)(byte & 0x7f) << shift;
        shift += 7;
    }
    entry->at = at;
    return true;
}

/* How far before the delta its base begins. */
static bool read_offset_base(const struct pack_file *pack, size_t offset, struct entry *entry)
{
    size_t distance = 0;
    unsigned char byte;
    do {
        if (entry->at >= pack->objects_end || distance > SIZE_MAX >> 8)
            return false;
        byte = pack->data[entry->at++];
        distance = (distance << 7) + (byte & 0x7f) + (byte & 0x80 ? 1 : 0);
    } while (byte & 0x80);
    entry->base = offset - distance;
    return distance > 0 && distance < offset;
}

static bool read_reference_base(const struct pack_file *pack, struct entry *entry)
{
    struct object_id id;
    if (pack->objects_end - entry->at < OBJECT_ID_SIZE)
        return false;
    memcpy(id.bytes, pack->data + entry->at, OBJECT_ID_SIZE);
    entry->at += OBJECT_ID_SIZE;
    return pack_file_find(pack, &id, &entry->base);
}

static bool read_entry(const struct pack_file *pack, size_t offset, struct entry *entry)
{
    if (!read_header(pack, offset, entry))
        return false;
    if (entry->type == TYPE_OFFSET_DELTA && !read_offset_base(pack, offset, entry))
        return false;
    if (entry->type == TYPE_REFERENCE_DELTA && !read_reference_base(pack, entry))
        return false;
    return entry->type != 0 && entry->type != 5 && entry->at < pack->objects_end &&
           entry->size <= PACKED_LIMIT &&
           entry->size / BEST_PACKING <= pack->objects_end - entry->at;
}

/* --- Unpacking ------------------------------------------------------------------------------ */

static bool unpack(struct pack_set *set, const struct pack_file *pack, size_t at,
                   unsigned char *out, size_t size)
{
    return inflater_run(set->inflater, pack->data + at, pack->objects_end - at, out, size);
}

static struct pack_block *keep(struct pack_set *set, const struct pack_file *pack, size_t offset,
                               git_object_t type, struct pack_block *block)
{
    block->pack = pack;
    block->offset = offset;
    block->type = type;
    block->bytes[block->size] = '\0';
    pack_cache_add(set->cache, block);
    return block;
}

/* A byte more than the object has: see inflater_run, and texts end in NUL. */
static struct pack_block *block_for(size_t size)
{
    struct pack_block *block = pack_block_new(size + 1);
    block->size = size;
    return block;
}

static struct pack_block *unpack_whole(struct pack_set *set, const struct pack_file *pack,
                                       size_t offset, const struct entry *entry)
{
    struct pack_block *block = block_for(entry->size);
    if (unpack(set, pack, entry->at, block->bytes, entry->size))
        return keep(set, pack, offset, (git_object_t)entry->type, block);
    pack_block_release(block);
    return NULL;
}

/* What the deltas of an object stand on: a block that is known, or an entry that is whole. */
struct ground {
    struct pack_block *block;
    size_t offset;
    struct entry entry;
};

static bool is_delta(const struct entry *entry)
{
    return entry->type == TYPE_OFFSET_DELTA || entry->type == TYPE_REFERENCE_DELTA;
}

/* Goes from the object at `offset` to the first that is known or whole, noting the deltas. Nothing
 * is unpacked. */
static enum pack_answer find_ground(struct pack_set *set, const struct pack_file *pack,
                                    size_t offset, struct ground *ground)
{
    set->chain.count = 0;
    for (;;) {
        struct entry entry = { .type = 0 };
        ground->offset = offset;
        ground->block = pack_cache_find(set->cache, pack, offset);
        if (!ground->block && !read_entry(pack, offset, &entry))
            return PACK_ELSEWHERE;
        ground->entry = entry;
        if (ground->block || !is_delta(&entry))
            return PACK_READ;
        if (set->chain.count == CHAIN_LIMIT)
            return PACK_ENDLESS;
        struct link link = { .offset = offset, .at = entry.at, .size = entry.size };
        vector_push(&set->chain, &link);
        offset = entry.base;
    }
}

/* How large the object is that the chain leads from; false when its delta does not say. */
static bool measure(const struct pack_set *set, const struct pack_file *pack,
                    const struct ground *ground, size_t *size)
{
    unsigned char head[DELTA_HEAD_SIZE];
    if (set->chain.count == 0) {
        *size = ground->block ? ground->block->size : ground->entry.size;
        return true;
    }
    const struct link *link = vector_at(&set->chain, 0);
    size_t room = link->size < sizeof(head) ? link->size : sizeof(head);
    return inflate_head(pack->data + link->at, pack->objects_end - link->at, head, room) &&
           delta_result_size(head, room, size);
}

static struct pack_block *apply(struct pack_set *set, const struct pack_file *pack,
                                const struct link *link, const struct pack_block *base)
{
    size_t size;
    if (link->size >= set->delta_room) {
        set->delta_room = link->size + link->size / 2 + 1024;
        free(set->delta);
        set->delta = memory_resize(NULL, set->delta_room, 1);
    }
    if (!unpack(set, pack, link->at, set->delta, link->size) ||
        !delta_check(set->delta, link->size, base->size, &size) || size > PACKED_LIMIT)
        return NULL;
    struct pack_block *block = block_for(size);
    delta_apply(set->delta, link->size, base->bytes, block->bytes);
    return keep(set, pack, link->offset, base->type, block);
}

/* One that was large was the exception. */
static void forget_large_delta(struct pack_set *set)
{
    if (set->delta_room <= DELTA_ROOM)
        return;
    free(set->delta);
    set->delta = NULL;
    set->delta_room = 0;
}

static struct pack_block *unpack_chain(struct pack_set *set, const struct pack_file *pack,
                                       const struct ground *ground)
{
    struct pack_block *block =
        ground->block ? ground->block : unpack_whole(set, pack, ground->offset, &ground->entry);
    for (size_t i = set->chain.count; i > 0 && block; i--) {
        struct pack_block *base = block;
        block = apply(set, pack, vector_at(&set->chain, i - 1), base);
        pack_block_release(base);
    }
    forget_large_delta(set);
    return block;
}

/* Where the limit is no less than that of all objects, unpacking itself will see. */
static enum pack_answer read_at(struct pack_set *set, const struct pack_file *pack, size_t offset,
                                size_t limit, struct packed *out)
{
    struct ground ground;
    enum pack_answer answer = find_ground(set, pack, offset, &ground);
    if (answer != PACK_READ)
        return answer;
    if (limit < PACKED_LIMIT && measure(set, pack, &ground, &out->size) && out->size > limit) {
        pack_block_release(ground.block);
        return PACK_TOO_LARGE;
    }
    out->block = unpack_chain(set, pack, &ground);
    return out->block ? PACK_READ : PACK_ELSEWHERE;
}

enum pack_answer pack_set_read(struct pack_set *set, const struct object_id *id, size_t limit,
                               struct packed *out)
{
    size_t offset;
    const struct pack_file *pack = find(set, id, &offset);
    out->block = NULL;
    enum pack_answer answer = pack ? read_at(set, pack, offset, limit, out) : PACK_ELSEWHERE;
    if (answer != PACK_READ)
        return answer;
    out->type = out->block->type;
    out->data = (const char *)out->block->bytes;
    out->size = out->block->size;
    return PACK_READ;
}

void packed_release(struct packed *object)
{
    pack_block_release(object->block);
    object->block = NULL;
}
