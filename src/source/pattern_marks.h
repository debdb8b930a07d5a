/*
 * Paths of a project's settings that hold marks: "{env}", "{module}". Inside of the source room.
 */
#ifndef PILAB_SOURCE_PATTERN_MARKS_H
#define PILAB_SOURCE_PATTERN_MARKS_H

#include <pilab/base/arena.h>

#define ENVIRONMENT_MARK "{env}"
#define MODULE_MARK      "{module}"

/* The pattern with each `mark` replaced; in the arena. */
const char *pattern_fill(struct arena *arena, const char *pattern, const char *mark,
                         const char *with);

/* How repositories spell the name of an environment: as it is written, small, in capitals. In this
 * order, in the arena; some may be the same. */
enum { SPELLINGS = 3 };
void pattern_spell(struct arena *arena, const char *environment, const char *spellings[SPELLINGS]);

#endif
