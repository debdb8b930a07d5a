#include "demo_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"

int demo_world_start(void **state)
{
    struct demo_world *world = memory_new(sizeof *world);
    char *folder, *store;

    fixture_library_start(NULL);
    world->sandbox = sandbox_new();
    world->harness = harness_new();
    folder = scratch_path(sandbox_files(world->sandbox), "demo");
    store = memory_printf("PILAB_STORE=%s/pilab.db", folder);
    assert_int_equal(run_pilab(world->sandbox, "demo", folder, "--build-only", NULL)->status, 0);
    harness_set(world->harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_set(world->harness, store);
    sandbox_set(world->sandbox, store);
    harness_enter(world->harness, sandbox_files(world->sandbox));
    free(store);
    free(folder);
    *state = world;
    return 0;
}

int demo_world_end(void **state)
{
    struct demo_world *world = *state;

    harness_free(&world->harness);
    sandbox_free(&world->sandbox);
    free(world);
    return fixture_library_stop(NULL);
}

struct vt *demo_world_open(const struct demo_world *world, int rows, int columns)
{
    struct vt *vt = harness_start(world->harness, rows, columns, "pilab", NULL);

    studio_type(vt, "", "What would");
    return vt;
}
