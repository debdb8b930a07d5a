/*
 * What is special about a repository: what it leaves out, borrows, or pretends. A comparison reads
 * it all the same, and says so.
 */
#ifndef PILAB_GIT_SHAPE_H
#define PILAB_GIT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/git/repository.h>

struct repository_shape {
    bool shallow; /* some commits have no parents here though they have some elsewhere */
    bool partial; /* objects were left with a remote: git would fetch them when they are asked for,
                     we never do */
    const char *filter; /* what was left: "blob:none"; NULL: not said */
    const char
        *lost_alternate; /* a folder of objects that are borrowed and that is gone; or NULL */
    size_t replaced;     /* objects that git replaces by others (git-replace); followed here too */
    size_t grafts;       /* commits to which info/grafts gives other parents; not followed here */
};

/* Texts live in `arena`. */
struct repository_shape repository_shape(struct repository *repository, struct arena *arena);

#endif
