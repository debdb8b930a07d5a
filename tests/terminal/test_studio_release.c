#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* The release of the sample world, on the screen. */

static void what_was_frozen_and_what_moved_is_seen(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":release list\r", "▸ Releases");
    assert_golden(vt, "release-list");
    studio_type(vt, "\r", "▸ Release R2025.03");
    assert_golden(vt, "release");
    studio_type(vt, "\r", "▸ Drift ▸ mb-auth-service UAT..R2025.03");
    assert_shown(vt, "mb-auth-service: UAT would get R2025.03");
    studio_type(vt, "1", "▸ Release R2025.03");
    studio_type(vt, "yc", "copied to the terminal's clipboard");
    studio_leave(&vt);
}

static void a_wide_screen_has_room_for_all(void **state)
{
    struct vt *vt = demo_world_open(*state, 48, 160);

    studio_type(vt, ":release show R2025.03\r", "▸ Release R2025.03");
    assert_golden(vt, "release-160x48");
    studio_leave(&vt);
}

static void what_moved_is_taken_by_name(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 24, 80);

    studio_type(vt, ":release show R2025.03\r", "▸ Release R2025.03");
    studio_type(vt, "!u", "freeze what the environment has now");
    assert_golden(vt, "release-update");
    studio_type(vt, "t", "take R2025.03");
    assert_shown(vt, "mb-web v2.0.7 → v2.0.8-rc.1");
    studio_type(vt, "y", "revision 2");
    assert_shown(vt, "needs a drift report");
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "release", "show", "R2025.03", NULL)->out.data, "rev 2"));
    studio_type(vt, "!u", "SIT has what was frozen");
    studio_type(vt, "\033", "needs a drift report");
    studio_leave(&vt);
}

static void staying_with_it_is_a_decision_too(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":release show R2025.03\r", "▸ Release R2025.03");
    studio_type(vt, "!uk", "keep R2025.03");
    studio_type(vt, "y", "v2.0.8-rc.1 kept");
    studio_type(vt, "!n", "Release Notes - R2025.03");
    studio_type(vt, "1", "note 2 needs a review");
    assert_true(vt_wait_text(vt, "2 wait for you"));
    assert_golden(vt, "release-notes-made");
    studio_leave(&vt);
}

static void it_is_not_closed_without_a_reason(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = demo_world_open(demo, 24, 80);

    studio_type(vt, ":release show R2025.03\r", "▸ Release R2025.03");
    studio_type(vt, "!x", "Why with modules missing");
    assert_golden(vt, "release-close");
    studio_type(vt, "\r", "say why");
    studio_type(vt, "it's put off\r", "close R2025.03");
    studio_type(vt, "y", "CLOSED");
    assert_non_null(strstr(run_pilab(demo->sandbox, "release", "show", "R2025.03", NULL)->out.data,
                           "it's put off"));
    studio_type(vt, "!x", "it is CLOSED and never changes");
    studio_type(vt, "\033", "ended: closed");
    studio_leave(&vt);
}

static void another_one_is_cut_from_the_list(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":release list\r", "▸ Releases");
    studio_type(vt, "!r", "From where to where?");
    studio_type(vt, "PROD\r", "Cut a release from UAT to PROD");
    assert_shown(vt, "R2025.01");
    studio_type(vt, "\r", "Cut the release R2025.01");
    assert_shown(vt, "6 modules as UAT has them now, for PROD:");
    assert_golden(vt, "release-cut-ask");
    studio_type(vt, "n", "▸ Releases");
    studio_type(vt, "!r", "From where to where?");
    studio_type(vt, "PROD\r", "Cut a release from UAT to PROD");
    studio_type(vt, "\r", "Cut the release R2025.01");
    studio_type(vt, "y", "▸ Release R2025.01");
    assert_shown(vt, "PRODUCTION");
    studio_leave(&vt);
}

static void one_jumps_to_it_by_its_name(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "\020", "place");
    studio_type(vt, "R2025.03\r", "▸ Release R2025.03");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_frozen_and_what_moved_is_seen),
        CASE(a_wide_screen_has_room_for_all),
        CASE(what_moved_is_taken_by_name),
        CASE(staying_with_it_is_a_decision_too),
        CASE(it_is_not_closed_without_a_reason),
        CASE(another_one_is_cut_from_the_list),
        CASE(one_jumps_to_it_by_its_name),
    };

    return cmocka_run_group_tests_name("releases on the screen", tests, NULL, NULL);
}
