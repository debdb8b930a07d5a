#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* The list of what was decided about differences, over the sample world. */

static void must(const struct run *run)
{
    if (run->status != 0)
        fail_msg("%s", run->err.data);
}

/* Two decisions about what UAT would get. */
static void decide(const struct demo_world *world)
{
    struct sandbox *sandbox = world->sandbox;

    must(run_pilab(sandbox, "drift", "env:UAT", "env:SIT", "--save", NULL));
    must(run_pilab(sandbox, "difference", "ignore", "RATE_LIMIT", "--report", "2", "--reason",
                   "OPS-12 mends it", "--until", "2025-02-28", NULL));
    must(run_pilab(sandbox, "difference", "accept", "PUSH_ENABLED", "--report", "2", "--reason",
                   "only SIT has it", NULL));
}

static void what_was_decided_is_listed_and_taken_back(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    decide(world);
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "1", "R2025.03");
    assert_shown(vt, "Decided about differences");
    assert_shown(vt, "1 meant, 1 ignored");
    studio_type(vt, "/Decided\r", "1 meant, 1 ignored");
    studio_type(vt, "\r", "OPS-12 mends");
    studio_type(vt, "\033", "Decided about differences");
    studio_type(vt, "gd", "OPS-12 mends");
    studio_type(vt, "gg", "1/2");
    assert_shown(vt, "those that stand");
    assert_golden(vt, "demo-decisions");
    studio_type(vt, "G", "until 2025-02-28");
    studio_type(vt, "\r", "because");
    studio_type(vt, "\033", "2/2");
    studio_type(vt, "!w", "Withdraw decision 1");
    studio_type(vt, "no longer true\r", "1/1");
    assert_not_shown(vt, "OPS-12");
    studio_type(vt, "o", "withdrawn");
    studio_type(vt, "G", "withdrawn by root: no longer true");
    studio_leave(&vt);
}

static void there_is_a_way_from_every_place_where_differences_are(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    decide(world);
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "3", "Compare");
    studio_type(vt, "gd", "1/2  those that stand");
    studio_type(vt, "c", "UAT has now");
    studio_type(vt, "gd", "1/2  those that stand");
    studio_type(vt, "\033", "UAT has now");
    studio_type(vt, "\x10", "");
    studio_type(vt, "Decisions", "about differences");
    studio_type(vt, "\r", "those that stand");
    studio_leave(&vt);
}

/* A report on the screen that is not kept is what it would be now, however one comes back to it. */
static void what_is_taken_back_counts_again_in_the_report_behind(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    assert_shown(vt, "96 differences");
    assert_shown(vt, "3 blockers");
    studio_type(vt, "/MAIL_ENDPOINT\r", "MAIL_ENDPOINT");
    studio_type(vt, "!i", "It is a blocker: the target would break.");
    studio_type(vt, "y", "Ignore as long as it is the same");
    studio_type(vt, "OPS-7 mends it\r", "Until");
    studio_type(vt, "\r", "1 ignored until");
    studio_type(vt, "", "1 ignored (a blocker)");
    assert_shown(vt, "95 differences");
    studio_type(vt, "gd", "1/1  those that stand");
    assert_shown(vt, "until 2025-02-21: OPS-7 mends it");
    assert_shown(vt, "mb-notify");
    studio_type(vt, "!w", "Withdraw decision 1");
    studio_type(vt, "no longer true\r", "No decision about a difference stands.");
    studio_type(vt, "\033", "3 blockers");
    assert_shown(vt, "96 differences");
    assert_not_shown(vt, "1 ignored");
    studio_type(vt, "!s", "Kept as report 4");
    studio_leave(&vt);
    assert_non_null(
        strstr(run_pilab(world->sandbox, "report", "show", "4", NULL)->out.data, "96 differences"));
}

static void what_somebody_else_decides_shows_at_once(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    decide(world);
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, ":drift --from SIT --to UAT\r", "94 differences");
    must(run_pilab(world->sandbox, "difference", "withdraw", "1", NULL));
    studio_type(vt, "", "95 differences");
    studio_type(vt, "#", "Open a number");
    studio_type(vt, "e", "[Meant to differ 1]");
    must(run_pilab(world->sandbox, "difference", "withdraw", "2", NULL));
    studio_type(vt, "", "[Meant to differ 0]");
    studio_type(vt, "\033", "96 differences");
    studio_leave(&vt);
}

/* Of one type alone, too: there is no code that would tell. */
static void a_report_of_one_type_names_the_module_of_each_row(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT --type config\r", "[Verdict]");
    assert_shown(vt, "mb-notify");
    studio_type(vt, "/image.tag\r", "image.tag");
    studio_type(vt, "\t", "mb-payment");
    studio_leave(&vt);
}

static void where_nothing_was_decided_it_says_how(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "1", "R2025.03");
    studio_type(vt, "gd", "No decision about a difference stands.");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_decided_is_listed_and_taken_back),
        CASE(there_is_a_way_from_every_place_where_differences_are),
        CASE(what_is_taken_back_counts_again_in_the_report_behind),
        CASE(what_somebody_else_decides_shows_at_once),
        CASE(a_report_of_one_type_names_the_module_of_each_row),
        CASE(where_nothing_was_decided_it_says_how),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
