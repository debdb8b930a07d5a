#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "harness.h"

/* Whether the screen says what can be done next: after a wrong key, an error, a question. */

#define FIXTURE "tests/terminal/fixture_list"

struct seat {
    struct harness *harness;
    struct vt *vt;
};

static int set_up(void **state)
{
    static struct seat seat;

    seat.harness = harness_new();
    seat.vt = harness_start(seat.harness, 24, 80, FIXTURE, NULL);
    *state = &seat;
    return 0;
}

static int tear_down(void **state)
{
    struct seat *seat = *state;

    vt_free(&seat->vt);
    harness_free(&seat->harness);
    return 0;
}

static struct vt *terminal(void **state)
{
    return ((struct seat *)*state)->vt;
}

static struct vt *small_terminal(void **state, int rows, int columns)
{
    struct seat *seat = *state;

    vt_free(&seat->vt);
    seat->vt = harness_start(seat->harness, rows, columns, FIXTURE, NULL);
    return seat->vt;
}

static void a_key_without_meaning_says_where_help_is(void **state)
{
    struct vt *vt = terminal(state);

    assert_true(vt_type(vt, "X"));
    assert_shown(vt, "X does nothing here; ? shows the keys");
    /* Only the last one is of interest. */
    assert_true(vt_type(vt, "gx"));
    assert_shown(vt, "gx does nothing here");
    assert_not_shown(vt, "X does nothing");
    assert_true(vt_type(vt, "j"));
    assert_shown(vt, " 2/1000000");
}

static void an_error_keeps_its_hint_however_long_it_is(void **state)
{
    struct vt *vt = terminal(state);

    assert_true(vt_type(vt, ":long\r"));
    assert_shown(vt, "the store /srv/release-management/shared/pilab.db");
    assert_shown(vt, "ask who keeps /srv/release-management");
    assert_shown(vt, "Esc dismisses");
}

static void what_lies_over_an_error_has_the_key_that_dismisses_it(void **state)
{
    struct vt *vt = terminal(state);

    assert_true(vt_type(vt, ":fail\r"));
    assert_shown(vt, "Esc dismisses");
    assert_true(vt_type(vt, "!"));
    assert_shown(vt, "git tag lists the tags there are");
    assert_not_shown(vt, "Esc dismisses");
    assert_true(vt_type(vt, "\033"));
    assert_shown(vt, "Esc dismisses");
}

static void a_small_screen_says_how_an_error_goes(void **state)
{
    struct vt *vt = small_terminal(state, 5, 20);

    assert_true(vt_type(vt, ":fail\r"));
    assert_shown(vt, "git tag lists");
    assert_shown(vt, "Esc dismiss");
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "Esc dismiss");
    assert_shown(vt, "▶HIGH");
}

static void a_small_screen_says_how_a_menu_goes(void **state)
{
    struct vt *vt = small_terminal(state, 5, 20);

    assert_true(vt_type(vt, "!"));
    assert_shown(vt, "Esc cancel");
}

static void a_small_screen_says_how_a_question_goes(void **state)
{
    struct vt *vt = small_terminal(state, 5, 20);

    assert_true(vt_type(vt, "!d"));
    assert_shown(vt, "Esc no");
}

static void a_job_is_shown_once_it_has_lasted(void **state)
{
    struct vt *vt = terminal(state);

    assert_true(vt_type(vt, ":young\r"));
    assert_null(strstr(vt_row(vt, 0), "mb-auth"));
    assert_true(vt_type(vt, ":job\r"));
    assert_non_null(strstr(vt_row(vt, 0), "↻ mb-ledger 43%"));
    assert_null(strstr(vt_row(vt, 0), "+1"));
    assert_true(vt_type(vt, ":jobs\r"));
    assert_shown(vt, "mb-auth");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_key_without_meaning_says_where_help_is),
        CASE(an_error_keeps_its_hint_however_long_it_is),
        CASE(what_lies_over_an_error_has_the_key_that_dismisses_it),
        CASE(a_small_screen_says_how_an_error_goes),
        CASE(a_small_screen_says_how_a_menu_goes),
        CASE(a_small_screen_says_how_a_question_goes),
        CASE(a_job_is_shown_once_it_has_lasted),
    };

    return cmocka_run_group_tests_name("guidance", tests, NULL, NULL);
}
