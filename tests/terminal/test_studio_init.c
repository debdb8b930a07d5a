#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/demo/builder.h>

#include "../support/fixture_repository.h"
#include "../support/scratch.h"
#include "studio_world.h"

/* The first run: from an empty home to a project, by what Home offers. */

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

static void repository(const struct harness *harness, const char *name, const char *file)
{
    char *folder = scratch_path(harness_home(harness), name);
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, false, &error);

    builder_write(builder, file, "1\n");
    builder_commit(builder, "[MB-1] Begin, in UTF-8");
    builder_tag(builder, "v1.0");
    builder_write(builder, file, "2\n");
    builder_commit(builder, "[MB-2] Go on");
    builder_tag(builder, "v1.1");
    if (!builder_free(&builder, &error))
        fail_msg("%s", error.message);
    free(folder);
}

static struct vt *open_home(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_set(harness, "PILAB_LOGIN=alice");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 24, 80, "pilab", NULL);
    studio_type(vt, "", "A project of your own");
    return vt;
}

static void write_file(const struct harness *harness, const char *name, const char *text)
{
    free(scratch_file(harness_home(harness), name, text));
}

static void a_table_becomes_a_project(void **state)
{
    struct vt *vt;

    repository(*state, "src/auth", "go.mod");
    repository(*state, "src/web", "index.html");
    write_file(*state, "mobile-banking.csv",
               "module,DEV,UAT,PROD\nauth,1.1,1.0,1.0\nweb,1.1,0.9,?\nlost,2.0,,\n");
    vt = open_home(state);
    assert_shown(vt, "Build a project from the 2 repositories found here");
    assert_golden(vt, "init-offers");
    studio_type(vt, "j\r", "One row a module");
    studio_type(vt, "mobile-banking.csv\r", "Mobile banking (MB), new");
    assert_golden(vt, "init-plan");
    assert_shown(vt, "0.9 in UAT");
    studio_type(vt, "r", "Rename the project");
    studio_type(vt, "\x15Retail\r", "Retail (MB), new");
    studio_type(vt, "!", "create");
    studio_type(vt, "c", "6 cells will be recorded");
    studio_type(vt, "y", "What would");
    assert_non_null(strstr(vt_row(vt, 0), "Retail"));
    studio_type(vt, ":manifest show\r", "lost");
    assert_shown(vt, "0.9");
    studio_leave(&vt);
}

static void only_what_is_ticked_is_a_ticket(void **state)
{
    struct vt *vt;

    repository(*state, "src/auth", "go.mod");
    repository(*state, "src/web", "index.html");
    vt = open_home(state);
    studio_type(vt, "\r", "[x] MB");
    assert_shown(vt, "[ ] UTF");
    studio_type(vt, "gg ", "Space ticks which keys are tickets");
    studio_type(vt, "G ", "[x] UTF");
    studio_type(vt, "k ", "[ ] MB");
    studio_type(vt, "y", "pilab init --scan");
    studio_type(vt, "\x1b", "[ ] MB");
    studio_leave(&vt);
}

static void nothing_is_written_by_leaving_the_plan(void **state)
{
    char *store = scratch_path(harness_home(*state), ".local/share/pilab/pilab.db");
    struct vt *vt;

    repository(*state, "src/auth", "go.mod");
    vt = open_home(state);
    studio_type(vt, "\r", "Plan of");
    studio_type(vt, "!c", "will be recorded");
    studio_type(vt, "n", "Plan of");
    studio_type(vt, "\x1b", "A project of your own");
    studio_leave(&vt);
    assert_false(file_exists(store));
    free(store);
}

static void a_gitops_repository_is_asked_for_in_two_steps(void **state)
{
    char *folder = scratch_path(harness_home(*state), "ops");
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, false, &error);
    struct vt *vt;

    builder_write(builder, "envs/uat/auth/values.yaml", "image: {tag: 2.10}\n");
    builder_commit(builder, "Begin");
    assert_true(builder_free(&builder, &error));
    vt = open_home(state);
    studio_type(vt, "jj\r", "an address that git knows");
    studio_type(vt, "ops\r", "How the files are called");
    studio_type(vt, "\r", "1 of 1 cells");
    studio_leave(&vt);
    free(folder);
}

static void on_the_command_line_the_plan_lies_behind_the_question(void **state)
{
    struct vt *vt;

    write_file(*state, "bank.csv", "module,DEV,PROD\nauth,1.1,1.0\n");
    vt = open_home(state);
    studio_type(vt, ":init --from bank.csv\r", "Write the project Bank (BANK)?");
    assert_shown(vt, "y yes ");
    assert_not_shown(vt, "null");
    studio_type(vt, "n", "Stopped: init");
    assert_shown(vt, "2 of 2 cells known");
    studio_leave(&vt);
}

static void a_wide_screen_is_used_by_the_plan_of_the_command(void **state)
{
    struct harness *harness = *state;
    struct vt *vt;

    repository(*state, "src/auth", "go.mod");
    write_file(*state, "versions.csv", "module,UAT,PROD\nauth,1.1,1.0\n");
    harness_set(harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(harness, harness_home(harness));
    vt = harness_start(harness, 48, 160, "pilab", NULL);
    studio_type(vt, "", "A project of your own");
    studio_type(vt, ":init --from versions.csv --scan src\r", "y yes ");
    assert_shown(vt, "1 module, 2 environments, 2 of 2 cells known, 2 of 2 versions resolved to "
                     "commits");
    studio_type(vt, "n", "Stopped: init");
    studio_leave(&vt);
}

static void a_table_that_is_not_there_is_said(void **state)
{
    struct vt *vt = open_home(state);

    studio_type(vt, "\r", "One row a module");
    studio_type(vt, "none.csv\r", "cannot be opened");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_table_becomes_a_project),
        CASE(only_what_is_ticked_is_a_ticket),
        CASE(nothing_is_written_by_leaving_the_plan),
        CASE(a_gitops_repository_is_asked_for_in_two_steps),
        CASE(on_the_command_line_the_plan_lies_behind_the_question),
        CASE(a_wide_screen_is_used_by_the_plan_of_the_command),
        CASE(a_table_that_is_not_there_is_said),
    };

    return cmocka_run_group_tests_name("first project", tests, NULL, NULL);
}
