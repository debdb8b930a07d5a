/*
 * Which commits take each other back. Inside of the drift room.
 *
 * A revert and what it reverts cancel when both are in the range; a revert of a revert brings the
 * change back, and so on: what counts is whether a change is on at the end. A revert of something
 * that previous has stays, for it takes away what is out already. Reverting a merge reverts what
 * the merge brought.
 */
#ifndef PILAB_DRIFT_REVERTS_H
#define PILAB_DRIFT_REVERTS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/code_reading.h>

struct revert_outcome {
    bool revert;    /* it is worded as one */
    bool cancelled; /* nothing is left of it at the end */
    bool released;  /* a revert that stays, of something that previous has */
    size_t other;   /* what cancels it: for a revert what it reverts, or what reverts it; or
                       NO_COMMIT */
};

/* `shipped[i]`: previous has that change too. NULL: none is. Fills out[0 … count). */
void reverts_find(const struct commit_reading *reading, const bool *shipped,
                  struct revert_outcome *out);

#endif
