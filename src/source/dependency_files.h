/*
 * Which files are compared for dependencies, and what is read from them. Inside of the source room.
 */
#ifndef PILAB_SOURCE_DEPENDENCY_FILES_H
#define PILAB_SOURCE_DEPENDENCY_FILES_H

#include <pilab/drift/dependency.h>
#include <pilab/packages/formats.h>
#include <pilab/source/place.h>
#include <pilab/source/reader.h>

enum { DEPENDENCY_PREVIOUS, DEPENDENCY_CURRENT };

/* Files of one folder that speak of the same packages, of which something changed; one file alone
 * when its format has no family. Folders are "" or "services/auth"; they differ where the files
 * were moved. */
struct dependency_group {
    const char *folders[2];
    const char *family;   /* NULL: `names` stand alone */
    const char *names[2]; /* base names of a changed file of each side; NULL: none is known */
    const struct package_format *format; /* of that file */
    bool inherits;                       /* nothing of it changed but what it inherits */
};

struct dependency_work {
    struct module_reader *reader;
    const struct place *places[2];
    struct vector groups; /* struct dependency_group */
    struct map *known;    /* "folder\nfamily" of current, to the index + 1 */
    struct vector pairs;  /* struct dependency_pair */
    size_t broken;        /* files that could not be read */
    size_t cut;           /* files that end too early */
};

/* Fills `groups`. False when cancelled, or when nothing can be listed. */
bool dependency_find(struct dependency_work *work, struct error *error);
/* Adds a group unless it is there; returns its index. */
size_t dependency_add_group(struct dependency_work *work, const struct dependency_group *group);
/* Reads both sides of a group and adds a pair, or groups that stand for it. */
void dependency_read_group(struct dependency_work *work, size_t index);
/* Two files that a person named. */
void dependency_read_named(struct dependency_work *work, const struct package_format *previous,
                           const struct package_format *current);

#endif
