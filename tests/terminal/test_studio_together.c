#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "demo_world.h"

/* `gc`: what one commit or ticket changed together, over the sample world. */

static void a_line_leads_to_what_its_ticket_changed_of_other_types(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gc", "Changed together with");
    assert_shown(vt, "src/auth/legacy-login.ts");
    studio_type(vt, "legacy-login\r", "▸ Difference");
    assert_shown(vt, "src/auth/legacy-login.ts");
    assert_shown(vt, "users.legacy_pin  DROP COLUMN legacy_pin  MB-255");
    studio_leave(&vt);
}

static void a_number_of_the_verdict_leads_there_too(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "#", "Open a number");
    studio_type(vt, "x", "[Blockers");
    studio_type(vt, "gc", "Changed together with");
    assert_shown(vt, "src/auth/legacy-login.ts");
    studio_type(vt, "legacy-login\r", "▸ Difference");
    assert_shown(vt, "src/auth/legacy-login.ts");
    studio_leave(&vt);
}

static void a_ticket_shows_what_it_changed_of_all_types(void **state)
{
    struct vt *vt = demo_world_open(*state, 48, 120);

    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "gt", "[Changes");
    studio_type(vt, "/MB-238\r", "MB-238");
    studio_type(vt, "\r", "What it changed");
    assert_shown(vt, "database    + upi_transactions");
    assert_shown(vt, "code        + db/migrations/20250120_001_add_upi_transactions.sql");
    studio_leave(&vt);
}

static void a_line_that_stands_alone_says_so(void **state)
{
    struct demo_world *demo = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(demo->sandbox, "variable", "set", "ONLY_SIT", "1", "-e", "SIT", NULL)
                         ->status,
                     0);
    vt = demo_world_open(demo, 24, 80);
    studio_type(vt, ":drift --from SIT --to UAT\r", "Verdict");
    studio_type(vt, "/ONLY_SIT\r", "SIT has it, and UAT lacks it");
    studio_type(vt, "gc", "No commit or ticket is known that changed anything else with it");
    studio_leave(&vt);
}

/* Five weeks after the last report that the world has. */
static void a_line_says_since_when_it_differs(void **state)
{
    struct demo_world *demo = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(demo->sandbox, "variable", "set", "ONLY_SIT", "1", "-e", "SIT", NULL)
                         ->status,
                     0);
    harness_set(demo->harness, "PILAB_CLOCK=2025-03-01T14:30:00Z");
    vt = demo_world_open(demo, 24, 80);
    studio_type(vt, ":drift --from SIT --to UAT\r", "since report 3: 1 new");
    assert_shown(vt, "unchanged for 38 days");
    studio_type(vt, "/ONLY_SIT\r", "new since report 3");
    assert_shown(vt, "(new) variables.ONLY_SIT");
    studio_type(vt, "\r", "new since report 3");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_line_leads_to_what_its_ticket_changed_of_other_types),
        CASE(a_number_of_the_verdict_leads_there_too),
        CASE(a_ticket_shows_what_it_changed_of_all_types),
        CASE(a_line_that_stands_alone_says_so),
        CASE(a_line_says_since_when_it_differs),
    };

    return cmocka_run_group_tests_name("studio together", tests, NULL, NULL);
}
