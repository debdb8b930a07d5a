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

/* So many are looked through one by one, which needs neither a hash nor a secret: most maps stay as
 * small. */
#define FEW 8

/* So much of the first keys is kept in the map itself. */
#define NEAR_BYTES 128

/* `entries` stand in order of insertion; `slots` is an open-addressed index into them (0: free,
 * else 1 + the entry's place), a power of two in size and at most half full. Up to FEW entries
 * there is no index, and no entry has its hash. */
struct map {
    struct entry first[FEW];
    struct entry *entries; /* `first`, as long as there are few */
    size_t count;
    size_t capacity;
    size_t *slots;
    size_t slot_count;
    struct arena *keys; /* NULL as long as all of them are in `near` */
    size_t near_used;
    char near[NEAR_BYTES];
    unsigned char seed[crypto_shorthash_KEYBYTES];
};

struct map *map_new(void)
{
    struct map *map = memory_new(sizeof *map);

    map->entries = map->first;
    map->capacity = FEW;
    return map;
}

void map_free(struct map **map)
{
    if (!map || !*map)
        return;
    arena_free(&(*map)->keys);
    if ((*map)->entries != (*map)->first)
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

    if (!map->slots)
        return 0;
    crypto_shorthash((unsigned char *)&hash, length ? key : nothing, length, map->seed);
    return hash;
}

static bool is_key_of(const struct entry *entry, const void *key, size_t length)
{
    return entry->length == length && (length == 0 || memcmp(entry->key, key, length) == 0);
}

static struct entry *find_among_few(const struct map *map, const void *key, size_t length)
{
    for (size_t i = 0; i < map->count; i++) {
        if (is_key_of(&map->entries[i], key, length))
            return &map->entries[i];
    }
    return NULL;
}

static struct entry *find_hashed(const struct map *map, uint64_t hash, const void *key,
                                 size_t length)
{
    size_t at = (size_t)hash & (map->slot_count - 1);

    for (; map->slots[at]; at = (at + 1) & (map->slot_count - 1)) {
        struct entry *entry = &map->entries[map->slots[at] - 1];

        if (entry->hash == hash && is_key_of(entry, key, length))
            return entry;
    }
    return NULL;
}

/* `hash`: what hash_of says. */
static struct entry *find(const struct map *map, uint64_t hash, const void *key, size_t length)
{
    return map->slots ? find_hashed(map, hash, key, length) : find_among_few(map, key, length);
}

static void index_entry(struct map *map, size_t place)
{
    size_t at = (size_t)map->entries[place].hash & (map->slot_count - 1);

    while (map->slots[at])
        at = (at + 1) & (map->slot_count - 1);
    map->slots[at] = place + 1;
}

/* Each map has a secret of its own: keys that come from outside cannot be chosen to collide. */
static void make_secret(struct map *map)
{
    if (sodium_init() < 0)
        memory_exhausted();
    randombytes_buf(map->seed, sizeof map->seed);
}

static void leave_few(struct map *map)
{
    make_secret(map);
    map->entries = memory_array(map->capacity, sizeof *map->entries);
    memcpy(map->entries, map->first, sizeof map->first);
}

static void grow(struct map *map)
{
    bool few = !map->slots;

    if (map->capacity > SIZE_MAX / 4)
        memory_exhausted();
    map->capacity *= 2;
    if (few)
        leave_few(map);
    else
        map->entries = memory_resize(map->entries, map->capacity, sizeof *map->entries);
    free(map->slots);
    map->slot_count = 2 * map->capacity;
    map->slots = memory_array(map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++) {
        if (few)
            map->entries[i].hash = hash_of(map, map->entries[i].key, map->entries[i].length);
        index_entry(map, i);
    }
}

size_t map_count(const struct map *map)
{
    return map ? map->count : 0;
}

static const struct entry *find_any(const struct map *map, const void *key, size_t length)
{
    return map && map->count > 0 ? find(map, hash_of(map, key, length), key, length) : NULL;
}

void *map_get(const struct map *map, const char *key)
{
    return map_get_bytes(map, key, strlen(key));
}

void *map_get_bytes(const struct map *map, const void *key, size_t length)
{
    const struct entry *entry = find_any(map, key, length);

    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, const char *key)
{
    return map_has_bytes(map, key, strlen(key));
}

bool map_has_bytes(const struct map *map, const void *key, size_t length)
{
    return find_any(map, key, length) != NULL;
}

void *map_put(struct map *map, const char *key, void *value)
{
    return map_put_bytes(map, key, strlen(key), value);
}

static const char *copy_key(struct map *map, const void *key, size_t length)
{
    char *copy = map->near + map->near_used;

    if (length < NEAR_BYTES - map->near_used) {
        map->near_used += length + 1;
        return memcpy(copy, length ? key : "", length);
    }
    if (!map->keys)
        map->keys = arena_new();
    return arena_bytes(map->keys, length ? key : "", length);
}

static void add(struct map *map, uint64_t hash, const void *key, size_t length, void *value)
{
    if (map->count == map->capacity) {
        grow(map);
        hash = hash_of(map, key, length); /* the index may have come only now */
    }
    map->entries[map->count++] = (struct entry){
        .key = copy_key(map, key, length),
        .length = length,
        .hash = hash,
        .value = value,
    };
    if (map->slots)
        index_entry(map, map->count - 1);
}

void *map_put_bytes(struct map *map, const void *key, size_t length, void *value)
{
    uint64_t hash = hash_of(map, key, length);
    struct entry *entry = find(map, hash, key, length);
    void *before = entry ? entry->value : NULL;

    if (entry)
        entry->value = value;
    else
        add(map, hash, key, length, value);
    return before;
}

void *map_keep_bytes(struct map *map, const void *key, size_t length, void *value)
{
    uint64_t hash = hash_of(map, key, length);
    const struct entry *entry = find(map, hash, key, length);

    if (entry)
        return entry->value;
    add(map, hash, key, length, value);
    return value;
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
