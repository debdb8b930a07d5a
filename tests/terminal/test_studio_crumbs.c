#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* Whether the title line says what is seen, and a page what it shows. */

static void a_comparison_of_another_repository_wears_its_name(void **state)
{
    struct demo_world *world = *state;
    struct fixture_repository *fixture = release_fixture_new();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = demo_world_open(world, 24, 80);
    assert_non_null(strstr(vt_row(vt, 0), "Mobile Banking ▸ Home"));
    studio_type(vt, "/last two\r", "▶Compare the last two");
    studio_type(vt, "\r", "[Verdict]");
    assert_golden(vt, "demo-other-repository");
    assert_null(strstr(vt_row(vt, 0), "Mobile Banking"));
    studio_type(vt, "\r", "▸ Difference");
    assert_null(strstr(vt_row(vt, 0), "Mobile Banking"));
    studio_type(vt, "\033!n", "Release Notes");
    assert_null(strstr(vt_row(vt, 0), "Mobile Banking"));
    studio_type(vt, ":drift --from SIT --to UAT\r", "UAT would get");
    assert_non_null(strstr(vt_row(vt, 0), "Mobile Banking"));
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void the_patch_says_of_which_module_it_is(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    studio_type(vt, "fvalues mb-web\r", "only values mb-web");
    studio_type(vt, "p", "diff --git");
    assert_non_null(strstr(vt_row(vt, 0), "▸ mb-web deploy/values.yaml"));
    studio_leave(&vt);
}

static void a_comparison_from_home_begins_anew(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "▸ UAT..SIT");
    studio_type(vt, "1", "What would");
    studio_type(vt, ":drift --from UAT --to PROD\r", "PROD..UAT");
    assert_null(strstr(vt_row(vt, 0), "UAT..SIT"));
    /* One that is asked for here follows from what is seen. */
    studio_type(vt, ":drift --from SIT --to UAT\r", "PROD..UAT ▸ UAT..SIT");
    studio_type(vt, "\033", "PROD has now");
    /* Where it was asked for, not the list of the place it stands in. */
    studio_type(vt, "\033", "What would");
    studio_type(vt, "3", " State ");
    studio_leave(&vt);
}

/* Whoever goes to the place by its digit comes from there. */
static void a_place_that_one_goes_to_is_where_one_comes_from(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "2", "v2.0.5    5c");
    studio_type(vt, "$d", "PROD would get, from UAT");
    studio_type(vt, "\r", "[Verdict]");
    studio_type(vt, "\033", "Would get");
    studio_type(vt, "\r", "[Verdict]");
    studio_type(vt, "1", "What would");
    studio_type(vt, "3", "[Verdict]");
    studio_type(vt, "\033", " State ");
    studio_type(vt, "2", "Would get");
    studio_leave(&vt);
}

static void a_drift_of_a_release_leads_back_to_it(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "gg\r", "Release R2025.03");
    studio_type(vt, "d", "[Verdict]");
    studio_type(vt, "!n", "Release Notes");
    studio_type(vt, "\033", "[Verdict]");
    studio_type(vt, "\033", "Release R2025.03");
    studio_type(vt, "\033", "Waits for you");
    studio_leave(&vt);
}

static void a_table_of_a_command_is_as_wide_as_the_screen(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":audit list\r", "▸ Result");
    assert_golden(vt, "demo-audit");
    vt_resize(vt, 24, 60);
    /* Cut, and not wrapped. */
    assert_true(vt_wait_text(vt, "the manifest    …"));
    assert_golden(vt, "demo-audit-60");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_comparison_of_another_repository_wears_its_name),
        CASE(the_patch_says_of_which_module_it_is),
        CASE(a_comparison_from_home_begins_anew),
        CASE(a_place_that_one_goes_to_is_where_one_comes_from),
        CASE(a_drift_of_a_release_leads_back_to_it),
        CASE(a_table_of_a_command_is_as_wide_as_the_screen),
    };

    return cmocka_run_group_tests_name("studio crumbs", tests, NULL, NULL);
}
