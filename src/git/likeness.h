/* Renames of files that changed on the way. */
#ifndef PILAB_GIT_LIKENESS_INTERNAL_H
#define PILAB_GIT_LIKENESS_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/progress.h>
#include <pilab/base/vector.h>
#include <pilab/git/changes.h>

/* Turns deleted and added files that are alike into renames, as `git diff -M50%` does: first those
 * whose base name is the only one of its kind on both sides and that are alike by three quarters,
 * then the most alike of all. To be called after changes_pair. Beyond LIKENESS_PAIR_LIMIT pairs of
 * added and deleted files only the first is done, and *capped set. Files that cannot be read, or
 * are larger than LIKENESS_SIZE_LIMIT, are like no other. The result is the same whatever the
 * number of threads. False only when cancelled. */
bool likeness_pair(struct repository *repository, struct vector *changes, unsigned threads,
                   bool *capped, const struct progress *progress, struct error *error);

#endif
