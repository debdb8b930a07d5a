/*
 * A comparison request in the making, of two kinds: the repository one is in, and a project of the
 * store.
 */
#ifndef PILAB_APP_COMPARE_PLAN_H
#define PILAB_APP_COMPARE_PLAN_H

#include <pilab/app/call.h>
#include <pilab/app/compare_ask.h>
#include <pilab/app/kept_counts.h>
#include <pilab/app/state_spec.h>
#include <pilab/drift/project_file.h>
#include <pilab/git/repository.h>
#include <pilab/source/comparison.h>

/* What a request is made of; texts live in the call's arena. */
struct compare_plan {
    struct comparison_request request;
    struct state_spec previous, current;
    /* Where image registries are asked, as the project or the pilab.yaml here says. */
    const struct registry_settings *registries;
    size_t registry_count;
    bool registries_ours; /* the project says it, and not a file that came with a repository */
    struct kept_counts *counts; /* NULL: nothing is kept; closed by whoever runs the plan */
};

/* Fills what both kinds have in common. */
void compare_plan_start(struct call *call, const struct compare_ask *ask,
                        struct compare_plan *plan);

/* Reads both sides of what was asked, as compare_run does; the plan's texts and settings live in
 * the call's arena, and the comparison borrows them. To be called between repository_library_start
 * and _stop; the caller closes plan->counts and frees the comparison. */
bool compare_plan_read(struct call *call, const struct compare_ask *ask, struct compare_plan *plan,
                       struct comparison **comparison, struct error *error);

/* The repository above the working directory, with the pilab.yaml in it when there is one. */
bool compare_plan_repository(struct call *call, const struct compare_ask *ask,
                             struct compare_plan *plan, struct error *error);

/* The pilab.yaml of a repository, when it has one: its modules, rules and tickets apply. */
bool compare_plan_file(struct call *call, struct repository *repository, struct compare_plan *plan,
                       struct error *error);
/* What a project says beyond its modules. Borrows the settings. */
void compare_plan_settings(const struct project_settings *settings, struct compare_plan *plan);

/* Where a repository can be read on this machine: a path as it is, anything else through its
 * mirror. In the call's arena; NULL with an error. */
const char *compare_local_repository(struct call *call, const char *url, struct error *error);

/* How a version may be called in the repository: its own pattern comes first; without one the usual
 * forms are tried. What no tag bears may still be a branch or an id: then it is the version itself.
 * In the call's arena. */
const char *compare_version_revision(struct call *call, struct repository *repository,
                                     const struct module_settings *module, const char *version);

/* Whether that is certain: without a pattern of its own a version must not be the tag of one commit
 * in one usual form and of another in another (1.2 and v1.2). ERROR_AMBIGUOUS names both. */
bool compare_version_certain(struct call *call, struct repository *repository,
                             const struct module_settings *module, const char *version,
                             struct error *error);

/* The commit of a module's version, 40 hex digits in the call's arena; NULL when it has none, it is
 * not certain, or its repository cannot be read here. Nothing is fetched. */
const char *compare_version_commit(struct call *call, const struct module_settings *module,
                                   const char *version);

/* The call's project: versions and environments become a revision for each module; mirrors are
 * fetched. */
bool compare_plan_project(struct call *call, const struct compare_ask *ask,
                          struct compare_plan *plan, struct error *error);

#endif
