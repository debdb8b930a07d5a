/*
 * The sample world: "Mobile Banking", a small bank of six modules with ten weeks of history, for
 * trying the program out and for its tests. Everything in it is made up.
 *
 * The same end of time gives the same object ids on every machine.
 */
#ifndef PILAB_DEMO_DEMO_H
#define PILAB_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/git/repository.h>

/* 2025-01-22T14:30:00Z: where the sample world ends unless it is told otherwise. */
#define DEMO_END_AT INT64_C(1737556200000)

struct demo_options {
    int64_t end_at; /* UTC milliseconds; 0: DEMO_END_AT. Nothing happens after it. */
};

struct demo_module {
    const char *name;       /* "mb-auth-service" */
    const char *repository; /* the bare repository's path */
    size_t commits, tags;
};

/* One event of a cell of the matrix, to be recorded as it stands (store/deployment.h). */
struct demo_deployment {
    const char *module, *environment, *version;
    struct object_id commit;
    const char *status;                       /* DEPLOYED, FAILED, ROLLED_BACK */
    const char *actor;                        /* an address */
    const char *reason;                       /* NULL: none was given */
    const char *outcome;                      /* NULL: nothing to tell */
    int64_t started_at, finished_at;          /* UTC milliseconds */
    const struct demo_deployment *rolls_back; /* what this takes back, or NULL */
};

/* A release that was cut after most of the deployments, and before the last ones. */
struct demo_release {
    const char *name, *from, *to;
    int64_t cut_at, planned_at; /* UTC milliseconds */
};

struct demo_world {
    struct arena *arena;
    struct demo_module *modules;
    size_t module_count;
    struct demo_deployment *deployments; /* in the order of time */
    size_t deployment_count;
    struct demo_release release;
    int64_t compared_at; /* when its two environments were compared before: an earlier release */
    const char *project_path; /* of the pilab.yaml that was written */
    const char *project_file; /* its text */
    int64_t end_at;
};

/* Builds the world below `directory`, which is made when it is not there: a bare repository for
 * each module, and pilab.yaml. `options` may be NULL. About a second. ERROR_EXISTS when something
 * of that name is there already; ERROR_CANCELLED. NULL on failure. */
struct demo_world *demo_build(const char *directory, const struct demo_options *options,
                              const struct progress *progress, struct error *error);
void demo_world_free(struct demo_world **world);

#endif
