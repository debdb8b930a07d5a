#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "seat.h"

/* How one gets out, and how what was said gets out of the way. */

static void every_way_that_fingers_know_leaves(void **state)
{
    static const char *const ways[] = { "Q", "ZZ", ":q\r", "::q\r", ":quit\r", ":qa\r", ":q!\r" };
    struct seat *seat = *state;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct vt *vt = harness_start(seat->harness, 24, 80, FIXTURE, NULL);

        vt_send(vt, ways[i]);
        assert_int_equal(vt_exit(vt, VT_PATIENCE), FIXTURE_QUIT);
        vt_free(&vt);
    }
}

static void leaving_asks_when_something_would_be_lost_unless_told_not_to(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":job\r"));
    assert_true(vt_type(vt, ":q\r"));
    assert_shown(vt, "quit, and lose");
    assert_true(vt_type(vt, "\033ZZ"));
    assert_shown(vt, "quit, and lose");
    assert_true(vt_type(vt, "\033"));
    vt_send(vt, ":q!\r");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), FIXTURE_QUIT);
}

static void the_way_out_is_hinted_where_there_is_no_way_back(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_shown(vt, "Q quit");
    assert_true(vt_type(vt, "?"));
    assert_shown(vt, "Esc back");
    assert_int_equal(vt_find(vt, "Q quit"), -1);
}

static void an_info_goes_with_the_next_key(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "X"));
    assert_shown(vt, "X does nothing here");
    assert_true(vt_type(vt, "j"));
    assert_not_shown(vt, "does nothing here");
}

static void an_error_stays_whatever_key_comes(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":fail\r"));
    assert_true(vt_type(vt, "jkj"));
    assert_shown(vt, "git tag lists the tags there are");
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "git tag lists");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, seat_set_up, seat_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_way_that_fingers_know_leaves),
        CASE(leaving_asks_when_something_would_be_lost_unless_told_not_to),
        CASE(the_way_out_is_hinted_where_there_is_no_way_back),
        CASE(an_info_goes_with_the_next_key),
        CASE(an_error_stays_whatever_key_comes),
    };

    return cmocka_run_group_tests_name("leaving", tests, NULL, NULL);
}
