#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"
#include "studio_world.h"

/* The main job in the terminal over the sample world: a project with its store. */

struct demo {
    struct sandbox *sandbox;
    struct harness *harness;
};

static int set_up(void **state)
{
    static struct demo demo;
    char *folder, *store;

    demo.sandbox = sandbox_new();
    demo.harness = harness_new();
    folder = scratch_path(sandbox_files(demo.sandbox), "demo");
    store = memory_printf("PILAB_STORE=%s/pilab.db", folder);
    assert_int_equal(run_pilab(demo.sandbox, "demo", folder, "--build-only", NULL)->status, 0);
    harness_set(demo.harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_set(demo.harness, store);
    harness_enter(demo.harness, sandbox_files(demo.sandbox));
    free(store);
    free(folder);
    *state = &demo;
    return 0;
}

static int tear_down(void **state)
{
    struct demo *demo = *state;

    harness_free(&demo->harness);
    sandbox_free(&demo->sandbox);
    return 0;
}

static struct vt *open_demo(const struct demo *demo, int rows, int columns)
{
    struct vt *vt = harness_start(demo->harness, rows, columns, "pilab", NULL);

    studio_type(vt, "", "What would");
    return vt;
}

static void from_the_first_screen_to_kept_notes(void **state)
{
    struct vt *vt = open_demo(*state, 24, 80);

    assert_golden(vt, "demo-home");
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_golden(vt, "demo-verdict");
    studio_type(vt, "gt", "[Changes");
    assert_golden(vt, "demo-changes");
    studio_type(vt, "\r", "▸ Change");
    assert_golden(vt, "demo-change");
    studio_type(vt, "\033", "[Changes");
    studio_type(vt, "gtgtgt", "[Config");
    assert_golden(vt, "demo-config");
    studio_type(vt, "!s", "Kept as report");
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "demo-notes");
    studio_leave(&vt);
}

static void a_kept_report_is_in_the_lists_at_once(void **state)
{
    struct vt *vt = open_demo(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "!s", "Kept as report");
    studio_type(vt, "\033\033", "When");
    assert_shown(vt, "UAT..SIT");
    assert_golden(vt, "demo-reports");
    studio_type(vt, "1", "What would");
    assert_shown(vt, "UAT..SIT");
    studio_leave(&vt);
}

static void production_marks_the_frame(void **state)
{
    struct vt *vt = open_demo(*state, 24, 80);

    assert_not_shown(vt, "PRODUCTION");
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_not_shown(vt, "PRODUCTION");
    studio_type(vt, ":drift --from UAT --to PROD\r", "PRODUCTION");
    assert_int_equal(vt_find(vt, "PRODUCTION"), 0);
    studio_leave(&vt);
}

static void a_wide_screen_shows_modules_and_values(void **state)
{
    struct vt *vt = open_demo(*state, 48, 160);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_golden(vt, "demo-verdict-160x48");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(from_the_first_screen_to_kept_notes),
        CASE(a_kept_report_is_in_the_lists_at_once),
        CASE(production_marks_the_frame),
        CASE(a_wide_screen_shows_modules_and_values),
    };

    return cmocka_run_group_tests_name("studio over the demo", tests, NULL, NULL);
}
