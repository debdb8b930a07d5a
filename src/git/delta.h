/* Deltas of packs (gitformat-pack, "Deltified representation"): how one object follows from
 * another. */
#ifndef PILAB_GIT_DELTA_INTERNAL_H
#define PILAB_GIT_DELTA_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* How large the result is; false when the delta is not one over a base of `base_size` bytes. Every
 * instruction is looked at, so that delta_apply cannot fail. */
bool delta_check(const unsigned char *delta, size_t size, size_t base_size, size_t *result_size);
/* A delta begins with two numbers, which end within so many bytes. */
#define DELTA_HEAD_SIZE 20
/* How large the result would be, going by the beginning of a delta alone; it may be a lie, which
 * delta_check finds. */
bool delta_result_size(const unsigned char *head, size_t size, size_t *result_size);
/* What was checked, over the base that it was checked for; `out` takes the result. */
void delta_apply(const unsigned char *delta, size_t size, const unsigned char *base,
                 unsigned char *out);

#endif
