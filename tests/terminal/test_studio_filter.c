#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "demo_world.h"

/* Filtering what differs: what a row is found by, and what is said when nothing is. */

static struct vt *open_verdict(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, ":drift --from SIT --to UAT\r", "[Verdict]");
    return vt;
}

static void a_filter_that_nothing_passes_says_so_and_how_to_get_out(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fXYZ-99\r", "Nothing matches XYZ-99");
    assert_not_shown(vt, "Nothing differs");
    assert_golden(vt, "demo-filter-nothing");
    studio_type(vt, "\033", "Blockers");
    assert_not_shown(vt, "Nothing matches");
    studio_leave(&vt);
}

static void a_filter_holds_for_the_other_tabs_too(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fXYZ-99\r", "Nothing matches XYZ-99");
    studio_type(vt, "gt", "[Changes");
    assert_shown(vt, "Nothing matches XYZ-99");
    studio_leave(&vt);
}

static void a_ticket_that_no_cell_shows_is_found(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fMB-234\r", "only MB-234");
    assert_golden(vt, "demo-filter-ticket");
    studio_leave(&vt);
}

static void a_commit_that_no_cell_shows_is_found(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "/3b652d7c\r", "from commit 3b652d7c");
    assert_not_shown(vt, "not found");
    studio_leave(&vt);
}

static void fields_narrow_the_browser(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fseverity>=high type:config\r", "only severity>=high type:config");
    assert_shown(vt, " config");
    assert_not_shown(vt, " LOW ");
    studio_type(vt, "\033", "Blockers");
    studio_type(vt, "fticket:MB-234 -type:code\r", "only ticket:MB-234 -type:code");
    studio_leave(&vt);
}

static void a_mistake_is_named_and_not_taken(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fsevrity>=high", "column 1: there is no field \"sevrity\"");
    assert_shown(vt, "the nearest is severity; in quotes it is text");
    /* What stands before a mistake holds, here nothing: the rows are there. */
    assert_shown(vt, "Blockers");
    /* Enter leaves the line as it is, to be put right. */
    studio_type(vt, "\r", "filter: sevrity>=high");
    vt_send(vt, "\033");
    assert_true(vt_wait_gone(vt, "column 1"));
    assert_shown(vt, "Blockers");
    studio_type(vt, "fmodule:mb-auth-service sevrity:", "column 24: there is no field");
    assert_not_shown(vt, "mb-ledger-db");
    studio_type(vt, "\033", "Blockers");
    studio_leave(&vt);
}

static void tab_completes_fields_and_their_values(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "fsev\t", "filter: severity");
    assert_shown(vt, "severity>=");
    studio_type(vt, "\025severity>=cr\t", "filter: severity>=critical");
    studio_type(vt, "\025module:\t", "module:mb-");
    studio_type(vt, "\033", "Blockers");
    studio_leave(&vt);
}

static void what_is_half_typed_leaves_the_rows_that_there_were(void **state)
{
    struct vt *vt = open_verdict(state);

    /* As a word it stands nowhere; it may become a field, and then the name of a module. */
    vt_type(vt, "fmodu");
    assert_shown(vt, "Blockers");
    vt_type(vt, "le:mb-no");
    assert_shown(vt, "Blockers");
    vt_type(vt, "tify-service");
    assert_not_shown(vt, "mb-ledger-db");
    studio_type(vt, "x", "Nothing matches module:mb-notify-servicex");
    /* Enter means it as it stands. */
    studio_type(vt, "\025modu\r", "Nothing matches modu");
    studio_leave(&vt);
}

static void the_last_filter_is_one_key_away(void **state)
{
    struct vt *vt = open_verdict(state);

    studio_type(vt, "ftype:config\r", "only type:config");
    studio_type(vt, "\033", "Blockers");
    studio_type(vt, "f\033[A", "filter: type:config");
    studio_type(vt, "\r", "only type:config");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_filter_that_nothing_passes_says_so_and_how_to_get_out),
        CASE(a_filter_holds_for_the_other_tabs_too),
        CASE(a_ticket_that_no_cell_shows_is_found),
        CASE(a_commit_that_no_cell_shows_is_found),
        CASE(fields_narrow_the_browser),
        CASE(a_mistake_is_named_and_not_taken),
        CASE(tab_completes_fields_and_their_values),
        CASE(what_is_half_typed_leaves_the_rows_that_there_were),
        CASE(the_last_filter_is_one_key_away),
    };

    return cmocka_run_group_tests_name("studio filter", tests, NULL, NULL);
}
