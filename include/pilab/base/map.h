/*
 * A hash table from byte strings to pointers that remembers the order of insertion, so that walking
 * it gives the same order in every run. Keys are copied; values are borrowed.
 *
 * The hash is SipHash-2-4 with a random key for each map: keys from outside cannot be chosen to
 * collide. A map of a few entries costs little more than they do: it has no hash yet, and is looked
 * through. What only reads takes NULL for an empty map.
 */
#ifndef PILAB_BASE_MAP_H
#define PILAB_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map *map_new(void);
void map_free(struct map **map);

size_t map_count(const struct map *map);
void *map_get(const struct map *map, const char *key); /* NULL: none */
void *map_get_bytes(const struct map *map, const void *key, size_t length);
bool map_has(const struct map *map, const char *key);
bool map_has_bytes(const struct map *map, const void *key, size_t length);
/* Sets the value and returns the one that was there before, or NULL. */
void *map_put(struct map *map, const char *key, void *value);
void *map_put_bytes(struct map *map, const void *key, size_t length, void *value);
/* Sets the value unless the key is there already; returns the value that it has then. */
void *map_keep_bytes(struct map *map, const void *key, size_t length, void *value);

/* The entries in order of insertion, 0 <= index < map_count. */
const char *map_key_at(const struct map *map, size_t index); /* NUL-terminated */
size_t map_key_length_at(const struct map *map, size_t index);
void *map_value_at(const struct map *map, size_t index);

#endif
