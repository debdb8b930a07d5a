#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "studio_world.h"

/* The first start, where there is neither a repository nor a project. */

static struct vt *open_nowhere(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 24, 80, "pilab", NULL);
    studio_type(vt, "", "Open the demo");
    return vt;
}

static void the_demo_opens_from_the_first_page(void **state)
{
    struct vt *vt = open_nowhere(state);

    assert_golden(vt, "first-start");
    studio_type(vt, "/Open the demo\r", "▶Open the demo");
    studio_type(vt, "\r", "What would");
    assert_non_null(strstr(vt_row(vt, 0), "Mobile Banking ▸ Home"));
    assert_int_equal(vt_find(vt, "Open the demo"), -1);
    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    studio_leave(&vt);
}

static void the_demo_opens_from_the_command_line_too(void **state)
{
    struct vt *vt = open_nowhere(state);

    studio_type(vt, ":demo\r", "What would");
    assert_non_null(strstr(vt_row(vt, 0), "Mobile Banking ▸ Home"));
    studio_leave(&vt);
}

static void what_begins_in_the_shell_is_said(void **state)
{
    struct vt *vt = open_nowhere(state);

    studio_type(vt, "/two versions\r", "▶Compare two versions");
    studio_type(vt, "\r", "go into a clone and start pilab there");
    studio_type(vt, "j\r", "type: pilab project import FILE");
    assert_int_equal(vt_find(vt, "go into a clone"), -1);
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_demo_opens_from_the_first_page),
        CASE(the_demo_opens_from_the_command_line_too),
        CASE(what_begins_in_the_shell_is_said),
    };

    return cmocka_run_group_tests_name("first start", tests, NULL, NULL);
}
