#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "demo_world.h"

/* What the modules are made of, as a tab of the drift screen. */

static void packages_have_a_tab_of_their_own(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gT", "[Deps 4");
    assert_golden(vt, "demo-dependencies");
    assert_shown(vt, "jsonwebtoken");
    studio_type(vt, "/kafka\r", "3.4.0 → 3.6.1");
    studio_type(vt, "\r", "▸ Difference");
    assert_shown(vt, "minor upgrade");
    assert_shown(vt, "the project asks for it");
    assert_golden(vt, "demo-dependency");
    studio_type(vt, "\033", "[Deps 4");
    /* the patch is that of the file that names it */
    studio_type(vt, "p", "+      <version>3.6.1");
    assert_shown(vt, "--- a/pom.xml");
    studio_type(vt, "\033", "[Deps 4");
    studio_leave(&vt);
}

static void a_filter_tells_types_apart(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gt", "[Changes");
    studio_type(vt, "gt", "[All");
    studio_type(vt, "ftype:dependency severity>=high\r", "8.5.1 → 9.0.2");
    assert_not_shown(vt, "3.4.0 → 3.6.1");
    studio_leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packages_have_a_tab_of_their_own, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(a_filter_tells_types_apart, demo_world_start,
                                        demo_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
