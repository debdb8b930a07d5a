/*
 * Allocation that cannot fail: when memory runs out the program says so and ends with status 1
 * (through memory_exhausted, the one place for it). Release with free().
 */
#ifndef PILAB_BASE_MEMORY_H
#define PILAB_BASE_MEMORY_H

#include <stddef.h>

/* Zeroed. */
void *memory_new(size_t size) __attribute__((returns_nonnull, malloc));
/* Zeroed; the product is checked for overflow. */
void *memory_array(size_t count, size_t size) __attribute__((returns_nonnull));
/* Checked as well; what is added is not zeroed. */
void *memory_resize(void *block, size_t count, size_t size) __attribute__((returns_nonnull));
/* NULL copies as "". */
char *memory_copy_text(const char *text) __attribute__((returns_nonnull, malloc));
/* Adds a NUL. */
char *memory_copy_bytes(const void *bytes, size_t length) __attribute__((returns_nonnull));
char *memory_printf(const char *format, ...) __attribute__((returns_nonnull, format(printf, 1, 2)));
/* Overwrites a text and frees it, for what may hold a secret; NULL is fine. */
void memory_wipe(char *text);
_Noreturn void memory_exhausted(void);

#endif
