#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "studio_world.h"

/* A secret that is typed into the full screen. */

static struct vt *open_demo(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 24, 80, "pilab", NULL);
    studio_type(vt, ":demo\r", "What would");
    return vt;
}

static void what_is_typed_does_not_show(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":secrets init\r", "The key lies in");
    studio_type(vt, ":variable set API_TOKEN --secret -e UAT\r", "The value of API_TOKEN in UAT");
    studio_type(vt, "Zq8", "•••");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, "\r", "once more");
    studio_type(vt, "Zq8", "•••");
    studio_type(vt, "\r", "(secret): set");
    assert_not_shown(vt, "Zq8");
    studio_type(vt, ":variable list -e UAT\r", "just now");
    assert_shown(vt, "••••");
    assert_not_shown(vt, "Zq8");
    studio_leave(&vt);
}

static void two_that_are_not_the_same_set_nothing(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":secrets init\r", "The key lies in");
    studio_type(vt, ":variable set API_TOKEN --secret -e UAT\r", "The value of API_TOKEN in UAT");
    studio_type(vt, "one\r", "once more");
    studio_type(vt, "two\r", "that was not twice the same");
    studio_type(vt, ":variable list -e UAT\r", "There are no variables");
    studio_leave(&vt);
}

static void the_doctor_has_a_page(void **state)
{
    struct vt *vt = open_demo(state);

    studio_type(vt, ":doctor\r", "TERM is xterm-256color, 256 colours");
    assert_shown(vt, "80 columns and 24 lines");
    studio_leave(&vt);
}

/* The same question on the command line. */
static void a_passphrase_is_asked_for_in_silence(void **state)
{
    struct harness *harness = *state;
    struct vt *vt = harness_start_silent(harness, 24, 80, "pilab", "secrets", "init", "--kind",
                                         "passphrase", NULL);

    assert_true(vt_see_text(vt, "The new passphrase of the secrets:"));
    assert_false(vt_echoes(vt));
    vt_send(vt, "Zq8 horse battery\r");
    assert_true(vt_see_text(vt, "once more:"));
    vt_send(vt, "Zq8 horse battery\r");
    assert_true(vt_see_text(vt, "derived from the passphrase"));
    assert_int_equal(vt_exit(vt, 10000), 0);
    assert_not_shown(vt, "Zq8");
    vt_free(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_typed_does_not_show),
        CASE(two_that_are_not_the_same_set_nothing),
        CASE(a_passphrase_is_asked_for_in_silence),
        CASE(the_doctor_has_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
