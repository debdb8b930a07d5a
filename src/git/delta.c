#include "delta.h"

#include <stdint.h>
#include <string.h>

#define COPY_DEFAULT 0x10000 /* the length of a copy that names none */

/* Seven bits a byte, the lowest first. */
static bool read_size(const unsigned char **at, const unsigned char *end, size_t *size)
{
    *size = 0;
    for (unsigned shift = 0; *at < end && shift < sizeof(size_t) * 8 - 7; shift += 7) {
        unsigned char byte = *(*at)++;
        *size |= (size_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

struct instruction {
    bool copy;
    size_t offset, length; /* of a copy within the base; of an insertion only the length */
};

/* Bit i of `flags` says that byte i of a number is there. */
static size_t read_bytes(const unsigned char **at, unsigned flags)
{
    size_t value = 0;
    for (unsigned shift = 0; flags; shift += 8, flags >>= 1)
        if (flags & 1)
            value |= (size_t) * (*at)++ << shift;
    return value;
}

/* The caller has seen that there are enough bytes. */
static struct instruction read_copy(const unsigned char **at, unsigned code)
{
    struct instruction copy = { .copy = true };
    copy.offset = read_bytes(at, code & 0x0f);
    copy.length = read_bytes(at, code >> 4 & 0x07);
    if (copy.length == 0)
        copy.length = COPY_DEFAULT;
    return copy;
}

static bool check_instruction(const unsigned char **at, const unsigned char *end, size_t base_size,
                              size_t *length)
{
    unsigned code = *(*at)++;
    if (code & 0x80) {
        if (end - *at < __builtin_popcount(code & 0x7f))
            return false;
        struct instruction copy = read_copy(at, code);
        *length = copy.length;
        return copy.offset <= base_size && copy.length <= base_size - copy.offset;
    }
    *length = code;
    if (code == 0 || (size_t)(end - *at) < code) /* 0 is reserved */
        return false;
    *at += code;
    return true;
}

bool delta_result_size(const unsigned char *head, size_t size, size_t *result_size)
{
    const unsigned char *at = head, *end = head + size;
    size_t base;
    return read_size(&at, end, &base) && read_size(&at, end, result_size);
}

bool delta_check(const unsigned char *delta, size_t size, size_t base_size, size_t *result_size)
{
    const unsigned char *at = delta, *end = delta + size;
    size_t base, left, length;
    if (!read_size(&at, end, &base) || !read_size(&at, end, result_size) || base != base_size)
        return false;
    for (left = *result_size; at < end; left -= length)
        if (!check_instruction(&at, end, base_size, &length) || length > left)
            return false;
    return left == 0;
}

void delta_apply(const unsigned char *delta, size_t size, const unsigned char *base,
                 unsigned char *out)
{
    const unsigned char *at = delta, *end = delta + size;
    size_t ignored;
    read_size(&at, end, &ignored);
    read_size(&at, end, &ignored);
    while (at < end) {
        unsigned code = *at++;
        if (code & 0x80) {
            struct instruction copy = read_copy(&at, code);
            memcpy(out, base + copy.offset, copy.length);
            out += copy.length;
        } else {
            memcpy(out, at, code);
            out += code;
            at += code;
        }
    }
}
