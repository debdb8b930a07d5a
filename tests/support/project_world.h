/*
 * The service of release_fixture.h as a project in a store, and a shell beside it.
 */
#ifndef TESTS_SUPPORT_PROJECT_WORLD_H
#define TESTS_SUPPORT_PROJECT_WORLD_H

#include "release_fixture.h"
#include "run_program.h"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    char *file;  /* pilab.yaml */
    char *store; /* its path */
};

/* cmocka's setup and teardown: there is no store yet; PILAB_STORE names it. */
int project_world_setup(void **state);
int project_world_teardown(void **state);

/* Runs and must succeed. */
#define DO(...)                                                                                    \
    do {                                                                                           \
        const struct run *run_ = run_pilab(__VA_ARGS__, NULL);                                     \
        if (run_->status != 0)                                                                     \
            fail_msg("status %d: %s", run_->status, run_->err.data);                               \
    } while (0)

/* Imports the project; and has 1.0.0 in PROD, 1.0.1 in UAT and 1.1.0 in DEV. */
void import(struct world *world);
void deploy(struct world *world);

#endif
