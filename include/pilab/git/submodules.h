/*
 * Repositories within a repository: what .gitmodules says of them (gitmodules(5)).
 *
 * Which commit is pinned stands in the tree, as an entry of mode 0160000 (see git/changes.h). Here
 * is where it comes from. Nothing of it is ever run or fetched.
 */
#ifndef PILAB_GIT_SUBMODULES_H
#define PILAB_GIT_SUBMODULES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/git/repository.h>

struct submodule {
    const char *name;
    const char *path; /* from the top; NULL: not said */
    const char *url;  /* as it is written, perhaps "../common.git"; NULL: not said */
};

struct submodule_list {
    struct submodule *items; /* in the order in which they are named first */
    size_t count;
    const struct submodule **by_path; /* those that have one */
    size_t path_count;
};

/* Lines that are no settings are passed over; of a setting that is given twice the last counts. */
struct submodule_list submodules_parse(const char *text, size_t length, struct arena *arena);
/* Those of a commit; none when it has no .gitmodules. */
bool submodules_read(struct repository *repository, const struct object_id *commit,
                     struct arena *arena, struct submodule_list *out, struct error *error);
/* The one at that path, or NULL. */
const struct submodule *submodules_at(const struct submodule_list *list, const char *path);

/* A URL that begins with ./ or ../ starts where the repository itself came from, as for
 * git-submodule: its remote "origin", else its folder. Others stay. In `arena`. */
const char *submodule_url(struct repository *repository, const char *url, struct arena *arena);
/* Where this machine has it beside the repository: below .git/modules, or checked out in its place;
 * NULL when it is nowhere. A name or path that leads elsewhere is nowhere. In `arena`. */
const char *submodule_directory(const struct repository *repository,
                                const struct submodule *submodule, struct arena *arena);
/* Whether two URLs are the same but for a slash or ".git" at the end. */
bool submodule_same_url(const char *a, const char *b);

#endif
