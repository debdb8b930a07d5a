#include <pilab/base/arena.h>

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

enum {
    CHUNK_FIRST = 1024,
    CHUNK_LARGEST = 256 * 1024,
};

/* Chunks are zeroed when they are made and never handed out twice, so blocks need no clearing. */
struct chunk {
    struct chunk *next;
    size_t capacity;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *chunks; /* the one that is being filled comes first */
    size_t next_capacity;
    size_t handed_out;
};

struct arena *arena_new(void)
{
    struct arena *arena = memory_new(sizeof *arena);

    arena->next_capacity = CHUNK_FIRST;
    return arena;
}

void arena_free(struct arena **arena)
{
    struct chunk *chunk;

    if (!arena || !*arena)
        return;
    chunk = (*arena)->chunks;
    while (chunk) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(*arena);
    *arena = NULL;
}

/* Behind the chunk that is being filled, which stays the one that is. */
void arena_adopt(struct arena *arena, struct arena **other)
{
    struct arena *adopted = *other;
    struct chunk **end;

    *other = NULL;
    for (end = &arena->chunks; *end; end = &(*end)->next) {
    }
    *end = adopted->chunks;
    arena->handed_out += adopted->handed_out;
    adopted->chunks = NULL;
    arena_free(&adopted);
}

static struct chunk *chunk_new(size_t capacity)
{
    struct chunk *chunk;

    if (capacity > SIZE_MAX - sizeof *chunk)
        memory_exhausted();
    chunk = memory_new(sizeof *chunk + capacity);
    chunk->capacity = capacity;
    return chunk;
}

/* A chunk of its own for a large block, behind the one that is being filled, so that what is left
 * there stays in use. */
static void *allocate_large(struct arena *arena, size_t size)
{
    struct chunk *chunk = chunk_new(size);

    chunk->used = size;
    if (arena->chunks) {
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
    } else {
        arena->chunks = chunk;
    }
    return chunk->bytes;
}

static void *allocate(struct arena *arena, size_t size, size_t alignment)
{
    struct chunk *chunk = arena->chunks;
    void *block;

    arena->handed_out += size;
    if (chunk) {
        size_t start = (chunk->used + alignment - 1) & ~(alignment - 1);
        if (start <= chunk->capacity && size <= chunk->capacity - start) {
            chunk->used = start + size;
            return chunk->bytes + start;
        }
    }
    if (size > arena->next_capacity / 4)
        return allocate_large(arena, size);
    chunk = chunk_new(arena->next_capacity);
    if (arena->next_capacity < CHUNK_LARGEST)
        arena->next_capacity *= 2;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    block = chunk->bytes;
    chunk->used = size;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return allocate(arena, size ? size : 1, alignof(max_align_t));
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        memory_exhausted();
    return arena_alloc(arena, count * size);
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_room(struct arena *arena, size_t length)
{
    if (length == SIZE_MAX)
        memory_exhausted();
    return allocate(arena, length + 1, 1);
}

char *arena_bytes(struct arena *arena, const void *bytes, size_t length)
{
    return bytes ? memcpy(arena_room(arena, length), bytes, length) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = allocate(arena, length < 0 ? 1 : (size_t)length + 1, 1);
    if (length > 0) {
        va_start(arguments, format);
        vsnprintf(text, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    return text;
}

const char **arena_words(struct arena *arena, const char *text, const char *separators,
                         size_t *count)
{
    const char **words = arena_array(arena, strlen(text) / 2 + 1, sizeof *words);

    *count = 0;
    while (*(text += strspn(text, separators)) != '\0') {
        size_t length = strcspn(text, separators);

        words[(*count)++] = arena_bytes(arena, text, length);
        text += length;
    }
    return words;
}

size_t arena_used(const struct arena *arena)
{
    return arena->handed_out;
}
