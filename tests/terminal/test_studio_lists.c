#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "studio_world.h"

/* What can be done from the lines and numbers of a report: taken, opened, traced to its file. */

static void marked_lines_are_copied_together(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, " j ", "2 marked");
    studio_type(vt, "y", "Copy 2 marked rows");
    studio_type(vt, "t", "copied");
    /* src/session.c and env.SESSION_TIMEOUT, a line each. */
    assert_string_equal(vt_clipboard(vt), "52;c;c3JjL3Nlc3Npb24uYwplbnYuU0VTU0lPTl9USU1FT1VU");
    studio_leave(&vt);
}

static void an_open_range_is_copied_too(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "vj", "◉HIGH    ~  env.DB_PASSWORD");
    studio_type(vt, "y", "Copy 2 marked rows");
    studio_type(vt, "t", "copied");
    /* src/session.c and env.DB_PASSWORD */
    assert_string_equal(vt_clipboard(vt), "52;c;c3JjL3Nlc3Npb24uYwplbnYuREJfUEFTU1dPUkQ=");
    studio_leave(&vt);
}

static void the_marked_lines_of_any_list_are_copied(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "  ", "2 marked");
    studio_type(vt, "yt", "copied");
    assert_string_equal(vt_clipboard(vt), "52;c;Q29tcGFyZSB0aGUgbGFzdCB0d28gdmVyc2lvbnMgbm9"
                                          "3OiB2MS4wLjEg4oaSIHYxLjEuMCAgbm90aGluZyBpcyBzdG9"
                                          "yZWQKQ29tcGFyZSBvdGhlciB2ZXJzaW9ucyBvciBicmFuY2h"
                                          "lcw==");
    studio_leave(&vt);
}

static void every_number_opens_what_it_counts(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "#", "Open a number");
    assert_golden(vt, "studio-numbers-menu");
    studio_type(vt, "s", "[Security 2]");
    assert_golden(vt, "studio-numbers-security");
    studio_type(vt, "gt", "[Need a person 3]");
    assert_shown(vt, "1/3");
    studio_type(vt, "\r", "▸ Difference");
    studio_type(vt, "\033\033", "[Verdict]");
    studio_type(vt, "#o", "[Sources 6]");
    assert_golden(vt, "studio-numbers-sources");
    studio_leave(&vt);
}

static void a_menu_that_is_cut_shows_that_there_is_more(void **state)
{
    struct vt *vt = studio_open(*state, 12, 40);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "#", "Open a number");
    assert_golden(vt, "studio-numbers-menu-40x12");
    studio_type(vt, "k", "▶v   Reverted");
    assert_not_shown(vt, "Added");
    studio_type(vt, "\033", "[Verdict]");
    studio_leave(&vt);
}

static void the_balance_opens_down_to_the_commit(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "#v", "[Reverted 2]");
    assert_shown(vt, "1/2");
    studio_type(vt, "\r", "▸ Commit");
    assert_golden(vt, "studio-commit");
    studio_type(vt, "\033gT", "[Merges 1]");
    studio_leave(&vt);
}

/* Back to a release branch, whose one fix came from main: that one would stay. */
static void what_would_be_lost_is_a_number_too(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, ":drift v1.1.0..v1.0.1\r", "Verdict");
    studio_type(vt, "#w", "[Would be lost 8]");
    assert_golden(vt, "studio-numbers-lost");
    assert_not_shown(vt, "round the total");
    studio_type(vt, "\r", "nowhere: what would replace it does not have it");
    studio_type(vt, "\033\033", "[Verdict]");
    studio_type(vt, ":drift v1.0.1..v1.1.0\r", "v1.0.1 → v1.1.0");
    studio_type(vt, "#", "There already");
    assert_not_shown(vt, "Would be lost");
    studio_type(vt, "\033", "[Verdict]");
    studio_leave(&vt);
}

static void a_value_leads_to_the_patch_of_its_file(void **state)
{
    struct vt *vt = studio_open(*state, 10, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "/PUSH_ENABLED\r", "▶LOW");
    studio_type(vt, "p", "▸ deploy/values.yaml");
    assert_golden(vt, "studio-patch-value");
    studio_leave(&vt);
}

static void a_change_has_no_patch_of_its_own(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "gt", "[Changes");
    studio_type(vt, "p", "a patch belongs to a file");
    studio_leave(&vt);
}

static void the_second_picker_shows_the_first_choice(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "c", "What is there now?");
    studio_type(vt, "v1.0.1\r", "v1.0.1 → … · What would replace it?");
    /* Nothing would be learnt from comparing it with itself. */
    assert_golden(vt, "studio-picker-second");
    studio_type(vt, "\033", "Compare");
    studio_leave(&vt);
}

static void what_was_typed_can_be_meant_where_something_resembles_it(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "cv1.0", "▶v1.0.1");
    studio_type(vt, "\020", "▶v1.0  ");
    studio_type(vt, "\r", "v1.0 → …");
    studio_type(vt, "\033", "Compare");
    studio_leave(&vt);
}

static void left_goes_back_from_where_right_has_led(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "l", "▸ Difference");
    studio_type(vt, "h", "[Verdict]");
    /* To where Enter was pressed, which is another place. */
    studio_type(vt, "h", "Compare the last two versions now");
    studio_type(vt, "h", "Compare the last two versions now");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(marked_lines_are_copied_together),
        CASE(an_open_range_is_copied_too),
        CASE(the_marked_lines_of_any_list_are_copied),
        CASE(every_number_opens_what_it_counts),
        CASE(a_menu_that_is_cut_shows_that_there_is_more),
        CASE(the_balance_opens_down_to_the_commit),
        CASE(what_would_be_lost_is_a_number_too),
        CASE(a_value_leads_to_the_patch_of_its_file),
        CASE(a_change_has_no_patch_of_its_own),
        CASE(the_second_picker_shows_the_first_choice),
        CASE(what_was_typed_can_be_meant_where_something_resembles_it),
        CASE(left_goes_back_from_where_right_has_led),
    };

    return cmocka_run_group_tests_name("studio lists", tests, NULL, NULL);
}
