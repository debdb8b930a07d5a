#include "span_print.h"

#include <stdbool.h>
#include <string.h>

#include <pilab/base/vector.h>

#define PIECE       64
#define BINARY_LOOK 8000

static int compare_spans(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

/* The same hash twice becomes one span of the bytes of both. */
static size_t merge_spans(struct span *spans, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && spans[kept - 1].hash == spans[i].hash)
            spans[kept - 1].bytes += spans[i].bytes;
        else
            spans[kept++] = spans[i];
    }
    return kept;
}

static void add_span(struct vector *spans, uint32_t low, uint32_t high, uint32_t bytes)
{
    struct span *span = vector_add(spans);
    span->hash = (low + high * 0x61) % SPAN_HASHES;
    span->bytes = bytes;
}

static void cut(const char *data, size_t size, bool text, struct vector *spans)
{
    uint32_t low = 0, high = 0, bytes = 0;
    for (size_t i = 0; i < size; i++) {
        uint32_t byte = (unsigned char)data[i], before = low;
        if (text && byte == '\r' && i + 1 < size && data[i + 1] == '\n')
            continue;
        low = (low << 7) ^ (high >> 25);
        high = (high << 7) ^ (before >> 25);
        low += byte;
        if (++bytes < PIECE && byte != '\n')
            continue;
        add_span(spans, low, high, bytes);
        low = high = bytes = 0;
    }
    if (bytes > 0)
        add_span(spans, low, high, bytes);
}

struct span_print span_print_of(const char *data, size_t size, struct arena *arena)
{
    struct span_print print = { .size = size };
    struct vector spans;
    bool text = memchr(data, '\0', size < BINARY_LOOK ? size : BINARY_LOOK) == NULL;
    vector_init(&spans, sizeof(struct span));
    cut(data, size, text, &spans);
    vector_sort(&spans, compare_spans);
    spans.count = merge_spans(spans.items, spans.count);
    print.count = spans.count;
    print.spans = vector_to_arena(&spans, arena);
    vector_release(&spans);
    return print;
}
