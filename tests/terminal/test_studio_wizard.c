#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/demo/builder.h>

#include "../support/fixture_repository.h"
#include "../support/scratch.h"
#include "studio_world.h"

/* From an empty home to a project, step by step. */

#define DONE "\x13" /* ^S */

static int set_up(void **state)
{
    fixture_library_start(NULL);
    return harness_set_up(state);
}

static int tear_down(void **state)
{
    harness_tear_down(state);
    return fixture_library_stop(NULL);
}

static void repository(const struct harness *harness, const char *name)
{
    char *folder = scratch_path(harness_home(harness), name);
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, false, &error);

    builder_write(builder, "go.mod", "module x\n");
    builder_write(builder, "deploy/values.yaml", "a: 1\n");
    builder_write(builder, "deploy/values-uat.yaml", "a: 2\n");
    builder_commit(builder, "[MB-1] Begin");
    builder_tag(builder, "v1.0");
    builder_write(builder, "go.mod", "module y\n");
    builder_commit(builder, "[MB-2] Go on");
    builder_tag(builder, "v1.1");
    if (!builder_free(&builder, &error))
        fail_msg("%s", error.message);
    free(folder);
}

static struct vt *open_empty(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 24, 80, "pilab", NULL);
    studio_type(vt, "", "Set a project up by hand");
    return vt;
}

static char *draft_path(const struct harness *harness)
{
    return scratch_path(harness_home(harness), "pilab/project-draft.json");
}

static void five_steps_make_a_project(void **state)
{
    char *draft = draft_path(*state);
    struct vt *vt;

    repository(*state, "src/auth");
    vt = open_empty(state);
    studio_type(vt, "7", "There is no project yet.");
    studio_type(vt, "\r", "Step 1 of 5");
    studio_type(vt, "Mobile Banking", "MB");
    studio_type(vt, DONE, "Step 2 of 5");
    studio_type(vt,
                "\x15"
                "DEV UAT PROD",
                "+ ok");
    studio_type(vt, DONE, "Step 3 of 5");
    studio_type(vt, "src/auth", "is a repository");
    studio_type(vt, DONE, "2 tags, last v1.1");
    assert_shown(vt, "auth");
    assert_golden(vt, "setup-wizard-modules");
    assert_true(file_exists(draft));
    studio_type(vt, DONE, "Nothing was written yet.");
    assert_shown(vt, "Environments    3: DEV (DEV), UAT (UAT), PROD (PROD)");
    studio_type(vt, "\r", "What would PROD get from UAT?");
    studio_type(vt, "7", "Mobile Banking");
    studio_type(vt, "gt", "auth");
    studio_type(vt, "gt!t", "2 tags, last v1.1");
    studio_leave(&vt);
    assert_false(file_exists(draft));
    free(draft);
}

static void a_code_that_is_no_code_keeps_one_in_the_step(void **state)
{
    struct vt *vt = open_empty(state);

    studio_type(vt, "7\r", "Step 1 of 5");
    studio_type(vt,
                "Bank\r\x15"
                "b!",
                "capitals, digits and '-'");
    studio_type(vt, DONE, "Step 1 of 5");
    studio_type(vt,
                "\x15"
                "BK" DONE,
                "Step 2 of 5");
    studio_type(vt, "\x1b", "There is no project yet.");
    studio_leave(&vt);
}

static void a_code_that_is_proposed_gives_way_to_what_is_typed(void **state)
{
    struct vt *vt = open_empty(state);

    studio_type(vt, "7\r", "Step 1 of 5");
    studio_type(vt, "Bank\r", "BANK");
    studio_type(vt, "BK" DONE, "Step 2 of 5");
    studio_type(vt, DONE, "Step 3 of 5");
    studio_type(vt, DONE, "Step 4 of 5");
    studio_type(vt, DONE, "Project         Bank (BK)");
    studio_leave(&vt);
}

static void a_repository_that_is_none_is_said_and_keeps_nobody(void **state)
{
    char *plain = scratch_path(harness_home(*state), "plain");
    struct vt *vt = open_empty(state);

    assert_int_equal(mkdir(plain, 0700), 0);
    studio_type(vt, "7\r", "Step 1 of 5");
    studio_type(vt, "Bank" DONE, "Step 2 of 5");
    studio_type(vt, DONE, "Step 3 of 5");
    studio_type(vt, "plain", "? ");
    /* Also where the module is named, which is what one sees while it is found out. */
    studio_type(vt, DONE, "Step 4 of 5");
    studio_type(vt, "", "plain is not a git repository");
    studio_type(vt, DONE, "! not found: plain");
    studio_leave(&vt);
    free(plain);
}

static void a_wizard_that_was_left_is_offered_again(void **state)
{
    char *draft = draft_path(*state);
    struct stat status;
    struct vt *vt = open_empty(state);

    studio_type(vt, "7\r", "Step 1 of 5");
    studio_type(vt, "Corporate Cards" DONE, "Step 2 of 5");
    studio_type(vt,
                "\x15"
                "DEV PROD EDGE",
                "EDGE");
    studio_type(vt, "\x1b", "There is no project yet.");
    studio_leave(&vt);
    assert_int_equal(stat(draft, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    vt = open_empty(state);
    studio_type(vt, "7!w", "A draft was kept");
    assert_shown(vt, "Corporate Cards");
    studio_type(vt, "\x1b", "There is no project yet.");
    assert_true(file_exists(draft));
    studio_type(vt, "!wc", "DEV PROD EDGE");
    assert_shown(vt, "Step 2 of 5");
    studio_type(vt, "\x1b", "There is no project yet.");
    studio_type(vt, "!wn", "Step 1 of 5");
    assert_not_shown(vt, "Corporate");
    studio_type(vt, "\x1b", "There is no project yet.");
    studio_leave(&vt);
    assert_false(file_exists(draft));
    free(draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(five_steps_make_a_project, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_is_no_code_keeps_one_in_the_step, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_is_proposed_gives_way_to_what_is_typed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_repository_that_is_none_is_said_and_keeps_nobody, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_wizard_that_was_left_is_offered_again, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
