/*
 * What really runs in an environment, asked of whoever knows: one observer of the project file at a
 * time (drift/observer_settings.h), which may be a GitOps repository, a cluster, a web address, a
 * command on another host or a file.
 *
 * An observer answers or says why it could not be asked; both are an answer. What it says of one
 * module may be missing or unreadable while the others are well.
 */
#ifndef PILAB_SOURCE_OBSERVE_H
#define PILAB_SOURCE_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/drift/observer_settings.h>
#include <pilab/net/ssh.h>
#include <pilab/source/observed_config.h>
#include <pilab/source/repository_access.h>

#define OBSERVE_TIMEOUT 30 /* seconds for one observer, unless it says otherwise */

/* What was seen of one module in one place. Texts are from outside; NULL: not told. */
struct observation {
    const char *module;  /* its name in the project, or, of one that is not there, its name here */
    const char *version; /* without what the project's tags have around it */
    const char *said;    /* the version as it stands there */
    const char *image;   /* the whole reference */
    const char *digest;  /* of the image */
    const char *commit, *config_revision;
    const char *place;     /* "deployment/auth", "/build/version", "envs/uat/auth/values.yaml" */
    const char *unsettled; /* why that is not all that runs: a rollout under way */
    const char *unread;    /* why nothing could be learned here */
    const char *author;    /* of the last change there */
    int64_t since;         /* time of that; 0: not known */
    bool absent;           /* it was looked for, and does not run there */
    bool foreign;          /* the project has no such module */
    /* How it is configured there; then nothing is said of its version. */
    const struct observed_file *files;
    size_t file_count;
};

struct observer_answer {
    const struct observer_settings *observer;
    const char *label;    /* what was asked (observer_settings_label) */
    const char *revision; /* of what was read: a commit; NULL: it has none */
    int64_t at;           /* when the answer came; 0: it has not yet */
    struct error failure; /* why it could not be asked; ERROR_NONE: it answered */
    struct observation *items;
    size_t count;
};

struct observed_module {
    const char *name;
    const char *tags; /* "v{version}"; NULL: the usual forms */
};

/* All is borrowed, and may be shared by threads. */
struct observe_request {
    const struct observer_settings *observer;
    const char *environment;
    const struct observed_module *modules; /* of the project */
    size_t module_count;
    const char *folder; /* where relative paths start */
    const char *token;  /* that the project keeps for the host; NULL: the observer wants none */
    bool offline;       /* files alone are read: what was seen before is no observation */
    const struct repository_access *access;
    const struct ssh_transport *ssh;
    const struct ssh_options *ssh_options;
    struct clock clock;
};

/* Fills the answer, which lives in `arena` and borrows from the request. False only with
 * ERROR_CANCELLED. */
bool observe(const struct observe_request *request, struct arena *arena,
             struct observer_answer *answer, const struct progress *progress, struct error *error);

/* Whether an answer may speak of a module: it names it, or names none. */
bool observer_tells_of(const struct observer_settings *observer, const char *module);

#endif
