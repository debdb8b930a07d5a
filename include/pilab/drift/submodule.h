/*
 * A git submodule in a comparison: which commit is pinned on each side, and what lies between.
 */
#ifndef PILAB_DRIFT_SUBMODULE_H
#define PILAB_DRIFT_SUBMODULE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>

enum submodule_move {
    SUBMODULE_ADDED,
    SUBMODULE_REMOVED,
    SUBMODULE_FORWARD, /* the new commit has the old one in its history */
    SUBMODULE_BACK,    /* the other way round */
    SUBMODULE_ASIDE,   /* neither */
    SUBMODULE_STAYS,   /* only its url changed */
    SUBMODULE_UNKNOWN, /* its repository is not here: `why` */
    SUBMODULE_MOVE_COUNT
};

struct submodule_commit {
    const char *id; /* 40 hex digits */
    const char *subject, *author_name;
};

struct drift_submodule {
    const char *path; /* in the repository that pins it */
    enum submodule_move move;
    size_t ahead, behind; /* commits that only the new, only the old one has */
    /* Those of them that are listed: the newest, ahead before behind. */
    struct submodule_commit *commits;
    size_t commit_count;
    size_t ahead_listed;                    /* how many of the list are ahead */
    const char *previous_url, *current_url; /* NULL: not said on that side */
    const char *why;                        /* SUBMODULE_UNKNOWN: why nothing is known of it */
};

/* So many commits are listed at most in each direction. */
#define SUBMODULE_LISTED 50

const char *submodule_move_name(enum submodule_move move); /* "forward" */
bool submodule_move_parse(const char *name, enum submodule_move *move);

/* "3 commits forward", "2 commits back", "another url" …; "" when there is nothing to say. */
void submodule_words(const struct drift_submodule *submodule, struct strbuf *out);
/* Whether a person should look, and why; NULL: nobody has to. */
const char *submodule_concern(const struct drift_submodule *submodule, struct arena *arena);
bool submodule_url_changed(const struct drift_submodule *submodule);
struct drift_submodule *submodule_copy(const struct drift_submodule *submodule,
                                       struct arena *arena);

#endif
