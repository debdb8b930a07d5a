/* The parts of a version's name, for those in this room that need more than an order. */
#ifndef PILAB_GIT_VERSION_INTERNAL_H
#define PILAB_GIT_VERSION_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* "app/v1.2.3-rc.1+b5": prefix "app/", core "1.2.3", suffix "-rc.1". Points into the name. */
struct version_parts {
    const char *prefix, *core, *suffix;
    size_t prefix_length, core_length, suffix_length;
};

struct version_parts version_split(const char *name);
bool version_is_prerelease(const char *name);
/* Whether a version's name is made of this one and a number: "pay" of "pay-1.2", "charts/pay/v1.2"
 * and "@bank/pay@1.2". */
bool version_is_of(const char *version, const char *name);
/* Whether `name` only mends `base`: "1.9.7" and "1.9.0", with three numbers or more. */
bool version_is_patch_of(const char *name, const char *base);
/* Where among others it is looked for: 0 a number alone ("v1.2"), 1 with a name around it
 * ("kafka-0.7"), 2 a name without a number ("show"). */
int version_rank(const char *name);
/* Whether both count the same thing: "app/v1" and "app/v2", "v1" and "2". */
bool version_same_series(const char *a, const char *b);

#endif
