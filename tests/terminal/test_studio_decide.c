#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* Deciding about differences on the screen, and what the reports before have had of them. */

static struct vt *open_config(const struct demo_world *demo, int rows, int columns)
{
    struct vt *vt = demo_world_open(demo, rows, columns);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gtgtgtgt", "[Config 8]");
    return vt;
}

static void a_difference_is_ignored_and_stays_a_count(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_config(demo, 24, 80);

    studio_type(vt, "!i", "Ignore as long as it is the same");
    assert_golden(vt, "decide-ignore");
    studio_type(vt, "OPS-7 mends it\r", "Until");
    studio_type(vt, "\r", "1 ignored until 2025-02-21");
    studio_type(vt, "", "[Config 7]");
    assert_shown(vt, "95 differences");
    studio_type(vt, "gTgTgTgT", "[Verdict]");
    assert_shown(vt, "· 1 ignored");
    studio_type(vt, "#g", "[Ignored 1]");
    assert_shown(vt, "ignored by root on 2025-01-22 until 2025-02-21: OPS-7 mends it");
    assert_golden(vt, "decide-ignored");
    studio_type(vt, "\r", "▸ Difference");
    assert_golden(vt, "decide-detail");
    studio_leave(&vt);
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "difference", "list", NULL)->out.data, "OPS-7 mends it"));
}

static void a_decision_without_a_reason_or_a_good_end_is_not_made(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_config(demo, 24, 80);

    studio_type(vt, "!i", "Ignore as long as it is the same");
    studio_type(vt, "\t", "30d");
    studio_type(vt, "2020-01-01\r", "is over already");
    studio_type(vt, "\033", "[Config 8]");
    studio_leave(&vt);
    assert_non_null(strstr(run_pilab(demo->sandbox, "difference", "list", NULL)->out.data,
                           "Nothing was decided"));
}

static void marked_lines_are_accepted_together_and_taken_back(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_config(demo, 48, 160);

    studio_type(vt, " j j ", "3 marked");
    studio_type(vt, "!m", "Accept a blocker");
    assert_shown(vt, "1 of these 3 is a blocker: the target would break.");
    studio_type(vt, "y", "Accept as long as it is the same");
    studio_type(vt, "one build for all\r", "3 meant to differ.");
    studio_type(vt, "", "[Config 5]");
    assert_shown(vt, "3 expected");
    studio_type(vt, "#e", "[Meant to differ 3]");
    assert_golden(vt, "decide-accepted");
    studio_type(vt, "!w", "Take the decision back");
    studio_type(vt, "y", "Withdrawn: 1. What it was about counts again.");
    studio_type(vt, "", "[Meant to differ 2]");
    studio_leave(&vt);
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "difference", "list", NULL)->out.data, "withdrawn"));
}

static void a_kept_report_stays_as_it_was_and_marks_what_was_decided(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":report show 3\r", "Verdict");
    studio_type(vt, "gtgtgtgt", "[Config 8]");
    studio_type(vt, "!m", "Accept as long as it is the same");
    studio_type(vt, "as it should be\r", "from the next comparison on");
    studio_type(vt, "", "[Config 8]");
    assert_shown(vt, "accepted");
    assert_shown(vt, "96 differences");
    studio_leave(&vt);
}

static void a_kept_report_that_is_opened_again_knows_what_was_decided(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt;

    run_pilab(demo->sandbox, "difference", "ignore", "MAIL_ENDPOINT", "-r", "3", "-m", "known",
              "--until", "30d", "--yes", NULL);
    vt = demo_world_open(demo, 24, 80);
    studio_type(vt, ":report show 3\r", "(1 decided since)");
    assert_shown(vt, "blockers (1 decided since)");
    studio_type(vt, "/MAIL_ENDPOINT\r", "MAIL_ENDPOINT");
    assert_shown(vt, "ignored");
    assert_shown(vt, "ignored by root");
    studio_leave(&vt);
}

static void what_the_reports_had_of_a_difference_is_shown(void **state)
{
    struct vt *vt = open_config(*state, 24, 80);

    studio_type(vt, "gh", "first seen");
    studio_type(vt, "\033", "[Config 8]");
    studio_type(vt, "gs", "0 new, 0 gone, 0 changed, 96 as before");
    studio_type(vt, "\033", "[Config 8]");
    studio_leave(&vt);
}

static void what_the_last_report_had_not_is_marked_apart_from_its_name(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt;

    run_pilab(demo->sandbox, "variable", "set", "FLAG", "on", "-e", "SIT", NULL);
    vt = demo_world_open(demo, 24, 80);
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gtgtgtgt", "[Config 9]");
    studio_type(vt, "/FLAG\r", "(new) ");
    assert_shown(vt, "(new) variables.FLAG");
    studio_leave(&vt);
}

/* Also where one has read why it is there; about that one alone, whatever is marked below. */
static void a_difference_is_decided_on_its_page(void **state)
{
    struct vt *vt = open_config(*state, 24, 80);

    studio_type(vt, "gg ", "1 marked");
    studio_type(vt, "/MAIL_ENDPOINT\r", "MAIL_ENDPOINT");
    studio_type(vt, "\r", "would get a value that names SIT");
    studio_type(vt, "!i", "It is a blocker");
    studio_type(vt, "y", "Ignore as long as it is the same");
    studio_type(vt, "OPS-7 mends it\r", "Until");
    studio_type(vt, "\r", "1 ignored until");
    assert_shown(vt, "decided     ignored by");
    studio_type(vt, "!w", "Take the decision back");
    studio_type(vt, "y", "Withdrawn: 1.");
    assert_not_shown(vt, "decided     ignored by");
    studio_type(vt, "!i", "It is a blocker");
    studio_type(vt, "\033", "would get a value that names SIT");
    studio_type(vt, "\033", "[Config 8]");
    assert_shown(vt, "96 differences");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_difference_is_ignored_and_stays_a_count),
        CASE(a_decision_without_a_reason_or_a_good_end_is_not_made),
        CASE(marked_lines_are_accepted_together_and_taken_back),
        CASE(a_kept_report_stays_as_it_was_and_marks_what_was_decided),
        CASE(a_kept_report_that_is_opened_again_knows_what_was_decided),
        CASE(a_difference_is_decided_on_its_page),
        CASE(what_the_reports_had_of_a_difference_is_shown),
        CASE(what_the_last_report_had_not_is_marked_apart_from_its_name),
    };

    return cmocka_run_group_tests_name("studio decide", tests, NULL, NULL);
}
