#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "seat.h"

/* `u`, `^R` and `:undo` in the hands of somebody. */

static void marks_are_undone_and_done_again(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "u"));
    assert_shown(vt, "nothing to undo here");
    assert_true(vt_type(vt, "vjj v"));
    assert_shown(vt, "3 marked");
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, "u"));
    assert_shown(vt, "undone: marked 3 rows");
    assert_not_shown(vt, "3 marked,");
    assert_true(vt_type(vt, "\x12"));
    assert_shown(vt, "done again: marked 3 rows");
    assert_shown(vt, "3 marked,");
}

static void filters_and_the_order_are_undone(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "3fend in\r"));
    assert_shown(vt, "only end in, 1/1");
    assert_true(vt_type(vt, "u"));
    assert_shown(vt, "undone: filtered by end in");
    assert_shown(vt, "cut \\xE2");
    assert_true(vt_type(vt, "s1"));
    assert_true(vt_type(vt, "u"));
    assert_shown(vt, "undone: sorted by");
}

static void what_is_not_in_sight_is_not_undone(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "3fend in\r"));
    assert_true(vt_type(vt, "1u"));
    assert_shown(vt, "nothing to undo here");
    assert_true(vt_type(vt, ":undo\r"));
    assert_shown(vt, "filtered by end in");
    vt_resize(vt, 5, 20);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, "filtered by");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, seat_set_up, seat_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(marks_are_undone_and_done_again),
        CASE(filters_and_the_order_are_undone),
        CASE(what_is_not_in_sight_is_not_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
