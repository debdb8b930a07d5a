/*
 * Slips of the pen: which of the names that there are somebody meant by one that there is not.
 */
#ifndef PILAB_BASE_SLIPS_H
#define PILAB_BASE_SLIPS_H

#include <stddef.h>

/* The name that is nearest, of those that are equally near the first; capitals do not count. NULL:
 * none is near. Of three or four letters one may be wrong, of more of them two. */
const char *slips_nearest(const char *name, const char *const *names, size_t count);

#endif
