/*
 * The service of release_fixture.h, and a shell in its clone.
 */
#ifndef TESTS_SUPPORT_RELEASE_WORLD_H
#define TESTS_SUPPORT_RELEASE_WORLD_H

#include "release_fixture.h"
#include "repository_world.h"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

/* cmocka's setup and teardown; the state is the world. */
int release_world_setup(void **state);
int release_world_teardown(void **state);

#endif
