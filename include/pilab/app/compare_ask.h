/*
 * What a person asked to compare.
 */
#ifndef PILAB_APP_COMPARE_ASK_H
#define PILAB_APP_COMPARE_ASK_H

#include <stdbool.h>

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/base/arena.h>
#include <pilab/drift/types.h>
#include <pilab/release/manifest_state.h>

struct compare_ask {
    const char *previous, *current; /* state specs; both NULL: the last two versions, or from/to */
    bool alone;            /* one state was named and no range: a file then holds both sides */
    const char *release;   /* alone: against the environment that it goes to; or NULL */
    const char *from, *to; /* environments: what `to` would get from `from` */
    bool as_is;            /* two environments, each with its own configuration */
    const char *directory; /* only these paths of the repository, one a line; NULL: all */
    const char *module;    /* only this module of the project; NULL: all */
    bool types[DRIFT_TYPE_COUNT];
    bool counts;      /* count the lines of every commit */
    bool file_counts; /* and those of the files that differ, when they are not too many */
    bool first_parent;
    bool registries; /* ask them what they have of images that differ */
    /* What the spec observed:NAME stands for, when it is known already; NULL: it is asked. */
    const struct manifest_state *observed;
};

/* Reads --from, --to, --as-is, --path, --module, --type, --counts, --first-parent, --registries and
 * the operands. Texts are borrowed from the arguments or live in `arena`. */
bool compare_ask_read(const struct arguments *arguments, struct arena *arena,
                      struct compare_ask *ask, struct error *error);

/* Finds out what a release that was named alone is compared with: opens the store and chooses the
 * project for it. Does nothing when there is none. */
bool compare_ask_settle(struct call *call, struct compare_ask *ask, struct error *error);

/* Every type, the files' lines counted: what screens ask for. */
void compare_ask_all(struct compare_ask *ask);

#endif
