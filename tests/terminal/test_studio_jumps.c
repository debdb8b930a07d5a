#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "../support/scratch.h"
#include "demo_world.h"

/* ^P: modules and environments of the manifest, and the other projects of a store. */

#define JUMP "\x10"

static void a_module_is_gone_to_by_its_name(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, JUMP, "Jump to");
    studio_type(vt, "mb-pay", "mb-payment-service");
    studio_type(vt, "\r", "▶mb-payment-service");
    /* Also from something that lies over the manifest. */
    studio_type(vt, "\r", "mb-payment-service in DEV");
    studio_type(vt, JUMP, "Jump to");
    studio_type(vt, "mb-web", "mb-web");
    studio_type(vt, "\r", "▶mb-web");
    assert_shown(vt, "Manifest");
    studio_leave(&vt);
}

static void an_environment_is_gone_to_in_the_row_one_is_in(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "2", "v2.0.5    5c");
    studio_type(vt, "jj", "▶mb-");
    studio_type(vt, JUMP, "Jump to");
    studio_type(vt, "PROD", "environment");
    studio_type(vt, "\r", "PRODUCTION");
    assert_shown(vt, " in PROD ");
    studio_leave(&vt);
}

static void what_a_filter_hides_is_said(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "2", "v2.0.5    5c");
    studio_type(vt, "fpayment\r", "▶mb-payment-service");
    assert_true(vt_wait_gone(vt, "mb-web"));
    studio_type(vt, JUMP, "Jump to");
    studio_type(vt, "mb-web", "module");
    studio_type(vt, "\r", "mb-web is not among what is shown here");
    studio_leave(&vt);
}

static void add_second_project(struct demo_world *world)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "second.yaml");
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs("pilab: 1\n"
          "project: {name: Payments, code: PAY}\n"
          "environments: [{name: SIT, stage: SIT}]\n"
          "modules: [{name: ledger, repository: /nonexistent}]\n",
          file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run_pilab(world->sandbox, "project", "import", path, NULL)->status, 0);
    free(path);
}

static void of_several_projects_one_is_chosen_and_changed(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    add_second_project(world);
    vt = harness_start(world->harness, 24, 80, "pilab", NULL);
    studio_type(vt, "", "Which project?");
    assert_shown(vt, "Mobile Banking");
    assert_golden(vt, "studio-projects");
    studio_type(vt, "j\r", "Payments ▸ Home");
    studio_type(vt, "", "the project in the store");
    studio_type(vt, JUMP, "Jump to");
    studio_type(vt, "mobile", "Mobile Banking (MB)");
    studio_type(vt, "\r", "Mobile Banking ▸ Home");
    studio_type(vt, "", "What would PROD get");
    studio_leave(&vt);
}

static void a_project_that_is_not_there_leads_to_those_that_are(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    add_second_project(world);
    vt = harness_start(world->harness, 24, 80, "pilab", "--project", "PAZ", NULL);
    studio_type(vt, "", "PAZ");
    assert_shown(vt, "Mobile Banking");
    studio_type(vt, "j\r", "Payments ▸ Home");
    studio_leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_module_is_gone_to_by_its_name, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(an_environment_is_gone_to_in_the_row_one_is_in,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(what_a_filter_hides_is_said, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(of_several_projects_one_is_chosen_and_changed,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(a_project_that_is_not_there_leads_to_those_that_are,
                                        demo_world_start, demo_world_end),
    };

    return cmocka_run_group_tests_name("jumps on the screen", tests, NULL, NULL);
}
