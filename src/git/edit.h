/*
 * How many lines xdiff, which git compares with, would call added and deleted, without asking it:
 * what it does is a shortest edit script over the lines that are worth comparing, unless that
 * becomes too dear and it starts to guess. Up to there the numbers follow from the length of the
 * longest common subsequence alone, which is far cheaper than the script.
 */
#ifndef PILAB_GIT_EDIT_INTERNAL_H
#define PILAB_GIT_EDIT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text, and the lines of it that its common beginning and end with the other text leave over. */
struct edit_text {
    const char *data;
    size_t size;
    size_t begin, end; /* starts of lines within it, or its end */
};

/* False: xdiff would guess, or the texts are very large. Both must begin with the same bytes up to
 * `begin` and end with the same from `end` on. */
bool edit_count(const struct edit_text *old, const struct edit_text *new, uint64_t *insertions,
                uint64_t *deletions);

#endif
