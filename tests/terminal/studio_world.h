/*
 * The real program over a repository, in a terminal: what the studio's tests have in common.
 */
#ifndef PILAB_TESTS_TERMINAL_STUDIO_WORLD_H
#define PILAB_TESTS_TERMINAL_STUDIO_WORLD_H

#include "../support/release_fixture.h"
#include "harness.h"

struct studio_world {
    struct fixture_repository *fixture; /* release_fixture_new */
    struct harness *harness;            /* the clock stands at 2025-01-22T14:30:00Z */
};

/* For cmocka: a world in *state, and its end. */
int studio_world_start(void **state);
int studio_world_end(void **state);

/* Opens `pilab` in the repository and waits until it is idle. */
struct vt *studio_open(const struct studio_world *world, int rows, int columns);
/* Types and waits until `text` is on the screen and nothing is left to do. */
void studio_type(struct vt *vt, const char *keys, const char *text);
/* Leaves with Q and ends the terminal. */
void studio_leave(struct vt **vt);

#endif
