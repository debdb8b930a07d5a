#include "seat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int seat_set_up(void **state)
{
    static struct seat seat;

    seat.harness = harness_new();
    seat.vt = harness_start(seat.harness, 24, 80, FIXTURE, NULL);
    *state = &seat;
    return 0;
}

int seat_tear_down(void **state)
{
    struct seat *seat = *state;

    vt_free(&seat->vt);
    harness_free(&seat->harness);
    return 0;
}

struct vt *seat_terminal(void **state)
{
    return ((struct seat *)*state)->vt;
}

void fixture_leave(struct vt **vt)
{
    vt_send(*vt, "Q");
    assert_int_equal(vt_exit(*vt, VT_PATIENCE), FIXTURE_QUIT);
    vt_free(vt);
}
