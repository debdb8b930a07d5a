/*
 * What a file is made of, for telling how much of it another has: its lines (longer ones in pieces
 * of 64 bytes) as hashes with the bytes that stand behind each. This is git's measure
 * (diffcore-delta.c), with its very hash, so that the scores are git's as well.
 */
#ifndef PILAB_GIT_SPAN_PRINT_INTERNAL_H
#define PILAB_GIT_SPAN_PRINT_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>

/* Hashes lie below this. */
#define SPAN_HASHES 107927u

struct span {
    uint32_t hash;
    uint32_t bytes; /* of all pieces with this hash */
};

struct span_print {
    struct span *spans; /* by hash, each once */
    size_t count;
    size_t size; /* of the file */
};

/* In text (no NUL in its first 8000 bytes) a carriage return before a newline does not count. */
struct span_print span_print_of(const char *data, size_t size, struct arena *arena);

#endif
