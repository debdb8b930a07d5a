#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

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
    sandbox_set(demo.sandbox, store);
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

static void look_at_what_differs(struct vt *vt)
{
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    assert_golden(vt, "demo-verdict");
    studio_type(vt, "gt", "[Changes");
    assert_golden(vt, "demo-changes");
    studio_type(vt, "\r", "▸ Change");
    assert_golden(vt, "demo-change");
    studio_type(vt, "\033", "[Changes");
    studio_type(vt, "gtgt", "[Code");
    studio_type(vt, "/legacy-login\r", "legacy-login.ts ");
    studio_type(vt, "p", "diff --git");
    assert_golden(vt, "demo-patch");
    studio_type(vt, "\033", "[Code");
    studio_type(vt, "gt", "[Config");
    assert_golden(vt, "demo-config");
    studio_type(vt, "b", "▸ Balance");
    assert_golden(vt, "demo-balance");
    studio_type(vt, "\033", "[Config");
}

/* The file that the screen writes is what the shell prints. */
static void keep_and_export(const struct demo *demo, struct vt *vt)
{
    char *path = scratch_path(sandbox_files(demo->sandbox), "report.json");
    char *command = memory_printf(":report export 2 -o '%s'\r", path);
    char *text;

    studio_type(vt, "!s", "Kept as report 2");
    studio_type(vt, command, "report.json");
    text = scratch_read(path);
    assert_string_equal(run_pilab(demo->sandbox, "report", "export", "2", NULL)->out.data, text);
    assert_non_null(strstr(text, "\"schema\": \"pilab.drift/1\""));
    assert_non_null(strstr(text, "\"total_changes\": 65"));
    free(text);
    free(command);
    free(path);
}

static void make_and_read_notes(struct vt *vt)
{
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "demo-notes");
    studio_type(vt, "gt", "[Markdown]");
    assert_golden(vt, "demo-markdown");
    studio_type(vt, "gtgt", "[JSON]");
    assert_golden(vt, "demo-json");
    studio_type(vt, "ym", "copied to the terminal's clipboard");
    /* "# Release", in base64. */
    assert_memory_equal(vt_clipboard(vt), "52;c;IyBSZWxlYXNl", 17);
}

static void from_the_first_screen_to_what_goes_out(void **state)
{
    const struct demo *demo = *state;
    struct vt *vt = open_demo(demo, 24, 80);

    assert_golden(vt, "demo-home");
    look_at_what_differs(vt);
    keep_and_export(demo, vt);
    make_and_read_notes(vt);
    studio_leave(&vt);
}

static void notes_that_are_kept_are_in_the_list(void **state)
{
    struct vt *vt = open_demo(*state, 24, 80);

    studio_type(vt, ":notes --from SIT --to UAT --release R2025.03 --save\r", "Release Notes");
    studio_type(vt, "\033", "  R2025.03 ");
    studio_type(vt, "gg\r", "Release Notes - R2025.03");
    studio_type(vt, "gt", "# Release Notes - R2025.03");
    studio_leave(&vt);
}

static void a_kept_report_is_in_the_lists_at_once(void **state)
{
    struct vt *vt = open_demo(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "!s", "Kept as report");
    studio_type(vt, "\033\033", " 2  UAT..SIT");
    assert_golden(vt, "demo-reports");
    studio_type(vt, "1", " 2 UAT..SIT");
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
        CASE(from_the_first_screen_to_what_goes_out), CASE(notes_that_are_kept_are_in_the_list),
        CASE(a_kept_report_is_in_the_lists_at_once),  CASE(production_marks_the_frame),
        CASE(a_wide_screen_shows_modules_and_values),
    };

    return cmocka_run_group_tests_name("studio over the demo", tests, NULL, NULL);
}
