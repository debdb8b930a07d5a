/* The parts of a comparison, for those in this room that put them together otherwise. */
#ifndef PILAB_GIT_CHANGES_INTERNAL_H
#define PILAB_GIT_CHANGES_INTERNAL_H

#include <stdbool.h>

#include <pilab/base/vector.h>
#include <pilab/git/changes.h>

/* Adds to `changes` (of struct file_change) what differs between two trees (zero: the empty tree)
 * at these paths, which have been through paths_clean. */
bool changes_compare(struct repository *repository, const struct object_id *a,
                     const struct object_id *b, const char *paths, struct arena *arena,
                     struct vector *changes, struct error *error);

/* Whether anything differs there. */
bool changes_differ(struct repository *repository, const struct object_id *a,
                    const struct object_id *b, const char *paths, bool *differ,
                    struct error *error);

/* Turns deleted and added files of one content into renames, further added ones into copies. */
void changes_pair(struct vector *changes);

void changes_sum(struct file_change_list *list);

#endif
