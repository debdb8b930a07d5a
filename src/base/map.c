#include <pilab/base/map.h>

#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>

struct entry {
    const char *key;
    size_t length;
    uint64_t hash;
    void *value;
};

/* `entries` stand in order of insertion; `slots` is an open-addressed index into them (0: free,
 * else 1 + the entry's place), a power of two in size and at most half full. */
struct map {
    struct entry *entries;
    size_t count;
    size_t capacity;
    size_t *slots;
    size_t slot_count;
    struct arena *keys;
    unsigned char seed[crypto_shorthash_KEYBYTES];
};

/* Each map has a secret of its own: keys that come from outside cannot be chosen to collide. */
struct map *map_new(void)
{
    struct map *map = memory_new(sizeof *map);

    if (sodium_init() < 0)
        memory_exhausted();
    randombytes_buf(map->seed, sizeof map->seed);
    map->keys = arena_new();
    return map;
}

void map_free(struct map **map)
{
    if (!map || !*map)
        return;
    arena_free(&(*map)->keys);
    free((*map)->entries);
    free((*map)->slots);
    free(*map);
    *map = NULL;
}

static uint64_t hash_of(const struct map *map, const void *key, size_t length)
{
    static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "SipHash gives 64 bits");
    static const unsigned char nothing[1];
    uint64_t hash;

    crypto_shorthash((unsigned char *)&hash, length ? key : nothing, length, map->seed);
    return hash;
}

/* The slot where the key is, or the free one where it belongs. */
static size_t *slot_of(const struct map *map, uint64_t hash, const void *key, size_t length)
{
    size_t at = (size_t)hash & (map->slot_count - 1);

    while (map->slots[at]) {
        const struct entry *entry = &map->entries[map->slots[at] - 1];
        if (entry->hash == hash && entry->length == length &&
            (length == 0 || memcmp(entry->key, key, length) == 0))
            break;
        at = (at + 1) & (map->slot_count - 1);
    }
    return &map->slots[at];
}

static const struct entry *find(const struct map *map, const void *key, size_t length)
{
    const size_t *slot;

    if (!map || map->count == 0)
        return NULL;
    slot = slot_of(map, hash_of(map, key, length), key, length);
    return *slot ? &map->entries[*slot - 1] : NULL;
}

static void grow(struct map *map)
{
    if (map->capacity > SIZE_MAX / 4)
        memory_exhausted();
    map->capacity = map->capacity ? 2 * map->capacity : 8;
    map->entries = memory_resize(map->entries, map->capacity, sizeof *map->entries);
    free(map->slots);
    map->slot_count = 2 * map->capacity;
    map->slots = memory_array(map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++) {
        size_t at = (size_t)map->entries[i].hash & (map->slot_count - 1);
        while (map->slots[at])
            at = (at + 1) & (map->slot_count - 1);
        map->slots[at] = i + 1;
    }
}

size_t map_count(const struct map *map)
{
    return map ? map->count : 0;
}

void *map_get(const struct map *map, const char *key)
{
    return map_get_bytes(map, key, strlen(key));
}

void *map_get_bytes(const struct map *map, const void *key, size_t length)
{
    const struct entry *entry = find(map, key, length);

    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, const char *key)
{
    return map_has_bytes(map, key, strlen(key));
}

bool map_has_bytes(const struct map *map, const void *key, size_t length)
{
    return find(map, key, length) != NULL;
}

void *map_put(struct map *map, const char *key, void *value)
{
    return map_put_bytes(map, key, strlen(key), value);
}

void *map_put_bytes(struct map *map, const void *key, size_t length, void *value)
{
    uint64_t hash = hash_of(map, key, length);
    size_t *slot;

    if (map->count == map->capacity)
        grow(map);
    slot = slot_of(map, hash, key, length);
    if (*slot) {
        struct entry *entry = &map->entries[*slot - 1];
        void *before = entry->value;
        entry->value = value;
        return before;
    }
    map->entries[map->count] = (struct entry){
        .key = arena_bytes(map->keys, length ? key : "", length),
        .length = length,
        .hash = hash,
        .value = value,
    };
    *slot = ++map->count;
    return NULL;
}

const char *map_key_at(const struct map *map, size_t index)
{
    return map->entries[index].key;
}

size_t map_key_length_at(const struct map *map, size_t index)
{
    return map->entries[index].length;
}

void *map_value_at(const struct map *map, size_t index)
{
    return map->entries[index].value;
}
