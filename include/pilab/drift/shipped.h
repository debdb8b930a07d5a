/*
 * Which commits bring something that previous has already. Inside of the drift room.
 *
 * Only equal patches and cherry-pick trailers that lead to a commit of the other side take a commit
 * out. The same subject with the same ticket, or by the same author at the same time (which is what
 * a cherry-pick with conflicts leaves), is a hint to be checked. A commit of the other side that
 * was reverted there does not count.
 */
#ifndef PILAB_DRIFT_SHIPPED_H
#define PILAB_DRIFT_SHIPPED_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/code_reading.h>

struct code_input;

struct shipped_outcome {
    bool shipped;
    size_t twin;       /* the commit of the other side, or NO_COMMIT */
    const char *basis; /* "same patch as 1234567, which v2.0.6 has"; NULL unless shipped */
    const char *maybe; /* "probably already there: check": the other commit's id, or NULL */
};

/* `ahead` and `behind` are the readings of `input`'s lists; `previous` is what the other side is
 * called. Fills out[0 … ahead->count); `twins[0 … behind->count)` gets for each commit of `behind`
 * the first of `ahead` that it is the twin of, or NO_COMMIT. Texts live in `arena`. */
void shipped_find(struct arena *arena, const struct code_input *input,
                  const struct commit_reading *ahead, const struct commit_reading *behind,
                  const char *previous, struct shipped_outcome *out, size_t *twins);

#endif
