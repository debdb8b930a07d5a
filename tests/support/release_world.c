#include "release_world.h"

int release_world_setup(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = release_fixture_new();
    world.sandbox = sandbox_new();
    sandbox_enter(world.sandbox, fixture_path(world.fixture));
    *state = &world;
    return 0;
}

int release_world_teardown(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    return fixture_library_stop(NULL);
}
