#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "demo_world.h"

/* `gw`: where the ticket of a line is, over the sample world. */

static void a_ticket_of_the_drift_browser_is_found_in_every_environment(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gt", "[Changes");
    studio_type(vt, "/MB-234\r", "MB-234");
    studio_type(vt, "gw", "Where is …");
    studio_type(vt, "\r", "Where is MB-234");
    studio_leave(&vt);
}

static void the_line_asks_and_the_answer_is_looked_through(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":where MB-234\r", "Taken for ticket");
    assert_golden(vt, "demo-where");
    /* It is told first where it is missing; the cursor moves on to production and stays there. */
    studio_type(vt, "l", "[PROD]");
    studio_type(vt, "l", "[PROD]");
    studio_type(vt, "hhh", "[DEV]");
    assert_golden(vt, "demo-where-first");
    studio_type(vt, "\r", "Patch of");
    studio_type(vt, "a", "diff --git");
    studio_type(vt, "\033", "[DEV]");
    studio_type(vt, "o", "Everything");
    studio_leave(&vt);
}

static void an_answer_is_filtered_by_where_it_is(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":where MB-234\r", "Taken for ticket");
    studio_type(vt, "fsit:in\r", "only sit:in, ");
    studio_type(vt, "fsit:not_in\r", "Nothing matches sit:not_in");
    studio_type(vt, "\033", "mb-web");
    studio_leave(&vt);
}

static void what_is_typed_at_the_jump_is_looked_for(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "\020mb-240", "where is it?");
    studio_type(vt, "\r", "Where is MB-240");
    studio_type(vt, "h", "reverted");
    studio_leave(&vt);
}

static void notes_offer_the_tickets_that_stand_on_the_screen(void **state)
{
    struct vt *vt = demo_world_open(*state, 48, 160);

    studio_type(vt, ":notes --from SIT --to UAT\r", "Release Notes");
    studio_type(vt, "gw", "Where is …");
    studio_type(vt, "\r", "Taken for ticket");
    studio_leave(&vt);
}

static void what_runs_in_a_cell_and_what_was_frozen_are_looked_for(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "llgw", "Taken for commit: in 1 of 6 modules");
    assert_shown(vt, "mb-auth-service");
    studio_type(vt, "\033", "differ from the stage before");
    studio_type(vt, "1", "R2025.03 to UAT");
    studio_type(vt, "gg\r", "Frozen");
    studio_type(vt, "gw", "▸ Where is ");
    assert_shown(vt, "chore(release): v2.0.7");
    studio_leave(&vt);
}

static void a_ticket_that_nobody_knows_is_said_to_be_nowhere(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":where MB-99999\r", "No module has anything of it.");
    studio_leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ticket_of_the_drift_browser_is_found_in_every_environment,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(the_line_asks_and_the_answer_is_looked_through,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(an_answer_is_filtered_by_where_it_is, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(what_is_typed_at_the_jump_is_looked_for, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(notes_offer_the_tickets_that_stand_on_the_screen,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(what_runs_in_a_cell_and_what_was_frozen_are_looked_for,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(a_ticket_that_nobody_knows_is_said_to_be_nowhere,
                                        demo_world_start, demo_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
