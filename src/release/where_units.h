/*
 * What a change is made of, and how much of it a version holds. Inside of the release room.
 *
 * A unit is one change: all commits that bring it, in whichever branch. What a version says of a
 * unit depends only on which of the module's commits it holds.
 */
#ifndef PILAB_RELEASE_WHERE_UNITS_INTERNAL_H
#define PILAB_RELEASE_WHERE_UNITS_INTERNAL_H

#include <pilab/drift/code_reading.h>
#include <pilab/release/where.h>

/* What one version holds of all units. */
struct where_holding {
    enum where_state state;
    size_t there;
    size_t as; /* the commit that stands for one of them; WHERE_NONE: none does */
};

struct where_units {
    const struct where_module_input *module;
    struct arena *arena;
    struct ticket_options tickets;
    struct commit_reading reading; /* of all its commits */
    bool *reverts;                 /* of commits: it takes something back */
    size_t *proven;                /* of commits: the group that is surely the same change */
    size_t *unit_of;               /* of commits; WHERE_NONE: it speaks for no unit */
    size_t *originals;             /* of units: the commit that was there first */
    size_t count;
    struct map *known; /* which commits are held → struct where_holding */
};

/* `module` and the keys are borrowed until the end. */
void where_units_start(struct where_units *units, struct arena *arena,
                       const struct where_module_input *module, const struct where_input *input);
void where_units_end(struct where_units *units);

const struct where_holding *where_units_held(struct where_units *units, size_t version);

enum where_role where_units_role(const struct where_units *units, size_t commit);
/* "same patch", "cherry-picked", "says the same, with another patch". */
const char *where_units_basis(const struct where_units *units, size_t commit);

#endif
