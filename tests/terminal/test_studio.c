#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "studio_world.h"

/* The main job in the terminal: from the first screen to the notes. */

static void the_way_from_home_to_the_notes(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    assert_golden(vt, "studio-home-80x24");
    studio_type(vt, "\r", "Verdict");
    assert_golden(vt, "studio-verdict-80x24");
    studio_type(vt, "gt", "[Changes");
    assert_golden(vt, "studio-changes-80x24");
    studio_type(vt, "gt", "[All");
    assert_golden(vt, "studio-all-80x24");
    studio_type(vt, "gt", "[Code");
    assert_golden(vt, "studio-code-80x24");
    studio_type(vt, "Gp", "int timeout");
    assert_golden(vt, "studio-patch-80x24");
    studio_type(vt, "\033", "[Code");
    studio_type(vt, "gt", "[Config");
    assert_golden(vt, "studio-config-80x24");
    studio_type(vt, "\r", "rule");
    assert_golden(vt, "studio-detail-80x24");
    studio_type(vt, "\033", "[Config");
    studio_type(vt, "b", "▸ Balance");
    assert_golden(vt, "studio-balance-80x24");
    studio_type(vt, "\033", "[Config");
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "studio-notes-80x24");
    studio_type(vt, "gt", "[Markdown");
    assert_golden(vt, "studio-markdown-80x24");
    studio_type(vt, "gtgt", "[Balance");
    assert_golden(vt, "studio-notes-balance-80x24");
    studio_type(vt, "gt", "[JSON");
    assert_golden(vt, "studio-json-80x24");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_way_from_home_to_the_notes),
    };

    return cmocka_run_group_tests_name("studio", tests, NULL, NULL);
}
