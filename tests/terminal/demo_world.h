/*
 * The real program over the sample world: a project with its store. What the tests that need one
 * have in common.
 */
#ifndef PILAB_TESTS_TERMINAL_DEMO_WORLD_H
#define PILAB_TESTS_TERMINAL_DEMO_WORLD_H

#include "../support/run_program.h"
#include "studio_world.h"

struct demo_world {
    struct sandbox *sandbox; /* for subcommands over the same store */
    struct harness *harness; /* begins in a folder that is no repository; the clock stands at
                                2025-01-22T14:30:00Z */
};

/* For cmocka: a world in *state, and its end. */
int demo_world_start(void **state);
int demo_world_end(void **state);

/* Opens `pilab` and waits until its start page is there. */
struct vt *demo_world_open(const struct demo_world *world, int rows, int columns);

#endif
