/*
 * A growing array of items of one size.
 *
 * Pointers to items are valid until the next vector_add. The vector owns the items' memory, not
 * what the items point to.
 */
#ifndef PILAB_BASE_VECTOR_H
#define PILAB_BASE_VECTOR_H

#include <stddef.h>

struct arena;

struct vector {
    void *items;
    size_t count;
    size_t capacity;
    size_t item_size;
};

void vector_init(struct vector *vector, size_t item_size);
void vector_release(struct vector *vector);
void vector_clear(struct vector *vector); /* keeps the memory */
/* Adds a zeroed item and returns it. */
void *vector_add(struct vector *vector) __attribute__((returns_nonnull));
/* Adds a copy of *item, which may be an item of the vector. */
void vector_push(struct vector *vector, const void *item);
/* index < count */
static inline void *vector_at(const struct vector *vector, size_t index)
{
    return (char *)vector->items + index * vector->item_size;
}
/* Those behind it move up. */
void vector_remove(struct vector *vector, size_t index);
/* Stable merge sort, so that equal items keep their order. */
void vector_sort(struct vector *vector, int (*compare)(const void *, const void *));
/* Copies the items into an arena; NULL when there are none. */
void *vector_to_arena(const struct vector *vector, struct arena *arena);

/* Stable sort of a plain array; the same order on every machine, unlike qsort(3). */
void sort_stable(void *items, size_t count, size_t item_size,
                 int (*compare)(const void *, const void *));

#endif
