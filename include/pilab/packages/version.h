/*
 * Versions as each ecosystem orders them, and what kind of step it is from one to another.
 *
 *   npm, cargo, composer, nuget, other   Semantic Versioning 2.0.0, leniently: v1, 1.2, 1.2.3.4
 *   golang   the same; v0.0.0-20180830191138-d8f796af33cc is a commit, +incompatible no difference
 *   pypi     PEP 440: epochs, a b rc, post, dev, local versions
 *   maven    org.apache.maven.artifact.versioning.ComparableVersion
 *   gem      Gem::Version
 *
 * Nothing here allocates or fails; numbers may have any length.
 */
#ifndef PILAB_PACKAGES_VERSION_H
#define PILAB_PACKAGES_VERSION_H

#include <stdbool.h>
#include <stddef.h>

enum version_step {
    VERSION_SAME,
    VERSION_BUILD,      /* only build metadata, a local version or a flavour ("-jre") */
    VERSION_PRERELEASE, /* the same numbers, another alpha, rc, snapshot or post release */
    VERSION_PATCH,
    VERSION_MINOR,
    VERSION_MAJOR,
    VERSION_OTHER, /* one of them is no version: an address, a branch, nothing */
    VERSION_STEP_COUNT
};

struct version_change {
    enum version_step step;
    bool downgrade;
    bool zero;     /* both are 0.x, where a minor step may break what uses it */
    bool calendar; /* both are dates (2024.8.30): the first number tells the year */
    bool commit;   /* both name a commit instead of a release (Go's v0.0.0-…) */
    bool breaking; /* by the promise of the numbers, what uses it may have to change */
};

/* Whether a text is a version there. */
bool package_version_valid(const char *ecosystem, const char *version);
/* Less, equal, greater than 0, as strcmp(3). What is no version comes before all versions, by its
 * bytes. NULL comes first. */
int package_version_compare(const char *ecosystem, const char *a, const char *b);
/* NULL is no version. */
struct version_change package_version_change(const char *ecosystem, const char *previous,
                                             const char *current);

/* The version that a range begins with, for a step between two ranges: "1.2.3" of "^1.2.3" and
 * ">=1.2.3,<2". Points into `range`, *length bytes; NULL: there is none. */
const char *package_version_of_range(const char *range, size_t *length);

/* "major". */
const char *version_step_name(enum version_step step);
bool version_step_parse(const char *name, enum version_step *step);

#endif
