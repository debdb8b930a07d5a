/*
 * The manifest in use cases: reading it as of a moment or a baseline, counting how far its cells
 * are apart, and recording what runs where.
 */
#ifndef PILAB_APP_MANIFEST_H
#define PILAB_APP_MANIFEST_H

#include <pilab/app/call.h>
#include <pilab/app/state_spec.h>
#include <pilab/release/manifest_state.h>
#include <pilab/store/baseline.h>
#include <pilab/store/deployment.h>

struct manifest_entry {
    const char *module, *environment, *version;
    const char *commit, *image, *release; /* may be NULL */
    const char *actor;                    /* NULL: who calls */
    const char *reason;                   /* may be NULL */
    enum deployment_status status;
    int64_t at; /* 0: now */
};

/* Records a deployment and its audit entry; `*changed` is false, and nothing is written, when that
 * version is what runs there already. */
bool manifest_record(struct call *call, const struct manifest_entry *entry, bool *changed,
                     struct store_deployment *deployment, struct error *error);

/* With this the reason of a deployment begins that nobody told of, but an observer saw. */
#define MANIFEST_OBSERVED "observed: "

/* Several in one transaction: all, or nothing. `*changed` counts those that were not recorded
 * already. */
bool manifest_record_all(struct call *call, const struct manifest_entry *entries, size_t count,
                         size_t *changed, struct error *error);

/* "did you mean auth? Mobile Banking has auth, pay" of a module that there is not. */
void manifest_hint_modules(const char *project, const char *name, const char *const *names,
                           size_t count, struct error *error);
/* A module by its name; an unknown one is answered with those that there are. */
bool manifest_find_module(struct call *call, const char *name, struct store_module *module,
                          struct error *error);

/* Fills the commit of that version, as far as the module's repository is known here; *unknown says
 * that the repository has no such version. Reads git: outside of a transaction. */
bool manifest_find_commit(struct call *call, struct manifest_entry *entry, bool *unknown,
                          struct error *error);

/* What was deployed in a cell, latest first, at most `limit`. */
bool manifest_history(struct call *call, const char *module, const char *environment, size_t limit,
                      struct arena *arena, struct store_deployments *events, struct error *error);
/* The baselines, latest first, at most `limit`. */
bool manifest_baselines(struct call *call, size_t limit, struct arena *arena,
                        struct store_baselines *list, struct error *error);

/* What is to be read. */
struct manifest_moment {
    int64_t at;           /* 0: now */
    const char *baseline; /* its name; NULL: none. `at` is its moment then */
    const char *release;  /* its name; NULL: none. Its list is one column, called as it is */
};

/* "now", "baseline:NAME", "release:NAME", or a time (manifest_time_parse). Borrows from the text.
 */
bool manifest_moment_parse(const char *text, int64_t now, struct manifest_moment *moment,
                           struct error *error);

/* The call's project. Everything lives in `arena`. No distance is known yet. */
bool manifest_read(struct call *call, const struct manifest_moment *moment, struct arena *arena,
                   struct manifest **out, struct error *error);

/* A time as people type it: what listing_time takes, "3 days ago", "2 weeks ago", "yesterday".
 * ERROR_USAGE. */
bool manifest_time_parse(const char *text, int64_t now, int64_t *at, struct error *error);

/* A state of the call's project as one column: env:NAME[@TIME], observed:NAME (which asks, over the
 * network), baseline:NAME, release:NAME. A
 * baseline of the whole manifest has many columns: baseline:NAME@ENVIRONMENT says which one.
 * ERROR_NOT_FOUND, ERROR_AMBIGUOUS (listing the columns), ERROR_UNSUPPORTED for kinds of states
 * that are no column of the manifest. Everything lives in the call's arena. */
bool manifest_resolve_state(struct call *call, const struct state_spec *spec,
                            struct manifest_state *state, struct error *error);

/* Counts the commits and migrations that cells are apart from the stage before, from the
 * repositories as they are on this machine, or from the cache. `found` is called for each that
 * could be counted, as it becomes known; it may change the manifest's distances. What cannot be
 * read stays unknown. False only when cancelled. */
bool manifest_count(struct call *call, const struct manifest *manifest,
                    void (*found)(void *context, size_t row, size_t column,
                                  const struct manifest_distance *distance),
                    void *context, struct error *error);
/* The same for manifest_set_distance: `context` is the manifest. */
void manifest_take_distance(void *context, size_t row, size_t column,
                            const struct manifest_distance *distance);

/* Designates the state of an environment (NULL: of all) as of a moment (0: now) as a baseline.
 * Checks no permission: the command table does. */
bool manifest_designate(struct call *call, const char *name, const char *environment, int64_t at,
                        const char *reason, struct store_baseline *baseline, struct error *error);

#endif
