/* Parts of a comparison: hazards of a change, guesses at renames. */
#ifndef PILAB_SRC_SCHEMA_DIFF_PARTS_H
#define PILAB_SRC_SCHEMA_DIFF_PARTS_H

#include <pilab/base/arena.h>
#include <pilab/schema/diff.h>

/* Fills the change's hazards. */
void diff_find_hazards(struct arena *arena, struct schema_change *change);
/* Fills the diff's renames. */
void diff_guess_renames(struct schema_diff *diff);

#endif
