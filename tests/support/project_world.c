#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "project_world.h"

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "scratch.h"

int project_world_setup(void **state)
{
    static struct world world;
    char *variable;

    fixture_library_start(NULL);
    world.fixture = release_fixture_new();
    world.sandbox = sandbox_new();
    world.file = release_fixture_project(world.fixture, sandbox_files(world.sandbox));
    world.store = scratch_path(sandbox_files(world.sandbox), "store.db");
    variable = memory_printf("PILAB_STORE=%s", world.store);
    sandbox_set(world.sandbox, variable);
    free(variable);
    *state = &world;
    return 0;
}

int project_world_teardown(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    free(world->file);
    free(world->store);
    return fixture_library_stop(NULL);
}

void import(struct world *world)
{
    DO(world->sandbox, "project", "import", world->file);
}

void deploy(struct world *world)
{
    struct sandbox *sandbox = world->sandbox;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "PROD", "1.0.0");
    DO(sandbox, "manifest", "set", "shop-api", "UAT", "1.0.1");
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
}
