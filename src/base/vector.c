#include <pilab/base/vector.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>

void vector_init(struct vector *vector, size_t item_size)
{
    *vector = (struct vector){ .item_size = item_size };
}

void vector_release(struct vector *vector)
{
    free(vector->items);
    vector_init(vector, vector->item_size);
}

void vector_clear(struct vector *vector)
{
    vector->count = 0;
}

void *vector_add(struct vector *vector)
{
    void *item;

    if (vector->count == vector->capacity) {
        if (vector->capacity > SIZE_MAX / 2)
            memory_exhausted();
        vector->capacity = vector->capacity ? vector->capacity * 2 : 8;
        vector->items = memory_resize(vector->items, vector->capacity, vector->item_size);
    }
    item = (char *)vector->items + vector->count * vector->item_size;
    vector->count++;
    return memset(item, 0, vector->item_size);
}

void vector_push(struct vector *vector, const void *item)
{
    const char *items = vector->items;
    const char *source = item;
    /* The item may be one of our own, which growing moves. */
    bool own = items && (uintptr_t)source >= (uintptr_t)items &&
               (uintptr_t)source < (uintptr_t)(items + vector->count * vector->item_size);
    size_t offset = own ? (size_t)(source - items) : 0;
    void *added = vector_add(vector);

    memcpy(added, own ? (const char *)vector->items + offset : source, vector->item_size);
}

void vector_remove(struct vector *vector, size_t index)
{
    char *item = vector_at(vector, index);

    vector->count--;
    memmove(item, item + vector->item_size, (vector->count - index) * vector->item_size);
}

void vector_sort(struct vector *vector, int (*compare)(const void *, const void *))
{
    sort_stable(vector->items, vector->count, vector->item_size, compare);
}

void *vector_to_arena(const struct vector *vector, struct arena *arena)
{
    void *items;

    if (vector->count == 0)
        return NULL;
    items = arena_array(arena, vector->count, vector->item_size);
    return memcpy(items, vector->items, vector->count * vector->item_size);
}

/* Merges the sorted runs [from, middle) and [middle, to) of `items` into `out`. */
static void merge_runs(const char *items, char *out, size_t from, size_t middle, size_t to,
                       size_t item_size, int (*compare)(const void *, const void *))
{
    size_t left = from, right = middle;

    for (size_t at = from; at < to; at++) {
        bool take_left = left < middle && (right >= to || compare(items + left * item_size,
                                                                  items + right * item_size) <= 0);
        size_t taken = take_left ? left++ : right++;
        memcpy(out + at * item_size, items + taken * item_size, item_size);
    }
}

/* What few items need is there without asking for memory. */
#define SCRATCH 512

void sort_stable(void *items, size_t count, size_t item_size,
                 int (*compare)(const void *, const void *))
{
    char *from = items, *to, *scratch = NULL;
    _Alignas(max_align_t) char few[SCRATCH];

    if (count < 2)
        return;
    if (count > sizeof few / item_size)
        scratch = memory_array(count, item_size);
    to = scratch ? scratch : few;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = count - start > width ? start + width : count;
            size_t end = count - start > 2 * width ? start + 2 * width : count;
            merge_runs(from, to, start, middle, end, item_size, compare);
        }
        char *swap = from;
        from = to;
        to = swap;
    }
    if (from != (char *)items)
        memcpy(items, from, count * item_size);
    free(scratch);
}
