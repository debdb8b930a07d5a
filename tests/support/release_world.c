#include "release_world.h"

int release_world_setup(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = release_fixture_new();
    world.sandbox = repository_world_enter(world.fixture);
    *state = &world;
    return 0;
}

int release_world_teardown(void **state)
{
    struct world *world = *state;

    return repository_world_end(&world->fixture, &world->sandbox);
}
