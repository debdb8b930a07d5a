/*
 * From nothing to a project: looking at what there is, showing what would be written, writing it.
 */
#ifndef PILAB_APP_INIT_H
#define PILAB_APP_INIT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/app/call.h>
#include <pilab/release/init_plan.h>

struct init_gitops {
    const char *repository, *pattern;
};

/* What a person gave to build from; texts are borrowed. Relative paths start in the call's working
 * directory. */
struct init_ask {
    const char *const *tables; /* CSV files */
    size_t table_count;
    const char *const *patterns; /* of repositories, with {module} */
    size_t pattern_count;
    const char *const *folders; /* to be searched for repositories */
    size_t folder_count;
    bool nothing_named; /* no source was: the folder is where we are, and may well be empty */
    const struct init_gitops *gitops;
    size_t gitops_count;
    const char *name, *code; /* NULL: made from what was found */
    const char *const *tickets;
    size_t ticket_count;
    bool tickets_given;
    bool look_only; /* nothing will be written: reading rights are enough */
};

/* A plan and all that it points to. */
struct init_prepared {
    struct arena *arena;
    struct init_plan *plan;
};

/* Reads all sources, fetches mirrors, and makes the plan; nothing is written but mirrors. Opens the
 * store when there is one. A repository that cannot be read is told in the plan; a table or a
 * GitOps repository that cannot is an error. The caller frees. */
bool init_prepare(struct call *call, const struct init_ask *ask, struct init_prepared **prepared,
                  struct error *error);
void init_prepared_free(struct init_prepared **prepared);

/* Writes project and cells in one transaction, with their audit, and makes the call's project of
 * it. The store is made when there is none. `*cells` is how many were written: those that somebody
 * else recorded meanwhile are left as they are. */
bool init_write(struct call *call, const struct init_plan *plan, size_t *cells,
                struct error *error);

#endif
