/*
 * An arena: many allocations, one release.
 *
 * A result (report, note, document) owns one arena; freeing the result frees everything in it.
 * Pointers into an arena stay valid until arena_free. An arena belongs to one thread at a time.
 * Blocks are zeroed and aligned for any type; texts stand close together, aligned for char only.
 */
#ifndef PILAB_BASE_ARENA_H
#define PILAB_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* Sets *arena to NULL; NULL and an arena that is none are fine. */
void arena_free(struct arena **arena);

void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
/* Copies; NULL stays NULL. The copy is NUL-terminated. */
char *arena_text(struct arena *arena, const char *text);
char *arena_bytes(struct arena *arena, const void *bytes, size_t length);
/* Room for a text of `length` bytes, which the caller fills, and its NUL. */
char *arena_room(struct arena *arena, size_t length) __attribute__((returns_nonnull));
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

/* The words between any of the `separators`, none of them empty, as copies. */
const char **arena_words(struct arena *arena, const char *text, const char *separators,
                         size_t *count);

/* Takes over all that the other has, which stays where it is and is freed with this arena; sets
 * *other to NULL. */
void arena_adopt(struct arena *arena, struct arena **other);

/* Bytes asked for so far. */
size_t arena_used(const struct arena *arena);

#endif
