#include "studio_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

int studio_world_start(void **state)
{
    struct studio_world *world = memory_new(sizeof *world);

    fixture_library_start(NULL);
    world->fixture = release_fixture_new();
    world->harness = harness_new();
    harness_set(world->harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(world->harness, fixture_path(world->fixture));
    *state = world;
    return 0;
}

int studio_world_end(void **state)
{
    struct studio_world *world = *state;

    harness_free(&world->harness);
    fixture_free(&world->fixture);
    free(world);
    return fixture_library_stop(NULL);
}

struct vt *studio_open(const struct studio_world *world, int rows, int columns)
{
    struct vt *vt = harness_start(world->harness, rows, columns, "pilab", NULL);

    studio_type(vt, "", "Compare");
    return vt;
}

void studio_type(struct vt *vt, const char *keys, const char *text)
{
    vt_send(vt, keys);
    if (!vt_wait_text(vt, text))
        assert_shown(vt, text);
    /* What runs behind the screen says so in the title line. */
    if (!vt_wait_gone(vt, "look around"))
        assert_not_shown(vt, "look around");
}

void studio_leave(struct vt **vt)
{
    int status;

    vt_send(*vt, "Q");
    status = vt_exit(*vt, VT_PATIENCE);
    if (status < 0) /* it asks something first */
        assert_not_shown(*vt, "Quit");
    assert_int_equal(status, 0);
    vt_free(vt);
}
