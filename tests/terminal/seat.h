/*
 * The small program of fixture.h in a terminal: what the tests that drive it have in common.
 */
#ifndef PILAB_TESTS_TERMINAL_SEAT_H
#define PILAB_TESTS_TERMINAL_SEAT_H

#include "harness.h"

#define FIXTURE "tests/terminal/fixture_list"
/* What it exits with when somebody quits, when the line drops, on SIGTERM. */
enum fixture_end { FIXTURE_QUIT = 10, FIXTURE_HUNG_UP, FIXTURE_TERMINATED };

struct seat {
    struct harness *harness;
    struct vt *vt; /* the fixture at 80x24; a test may put another in its place */
};

/* For cmocka: a seat in *state, and its end. */
int seat_set_up(void **state);
int seat_tear_down(void **state);
struct vt *seat_terminal(void **state);

/* Leaves the fixture with Q and frees the terminal. */
void fixture_leave(struct vt **vt);

#endif
