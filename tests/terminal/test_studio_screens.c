#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "studio_world.h"

/* The studio on each kind of terminal and in each size, and its lines, finders and pickers. */

static void a_wide_screen_shows_more(void **state)
{
    struct vt *vt = studio_open(*state, 48, 160);

    assert_golden(vt, "studio-home-160x48");
    studio_type(vt, "\r", "Verdict");
    assert_golden(vt, "studio-verdict-160x48");
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "studio-notes-160x48");
    studio_leave(&vt);
}

static void twenty_by_five_is_usable(void **state)
{
    struct vt *vt = studio_open(*state, 5, 20);

    assert_golden(vt, "studio-home-20x5");
    studio_type(vt, "\r", "1/8");
    assert_golden(vt, "studio-verdict-20x5");
    studio_type(vt, "\r", "Difference");
    assert_golden(vt, "studio-detail-20x5");
    studio_type(vt, "\033", "1/8");
    studio_type(vt, "!n", "Release");
    assert_golden(vt, "studio-notes-20x5");
    studio_leave(&vt);
}

static void vt100_shows_the_same_without_colour(void **state)
{
    struct studio_world *world = *state;
    struct vt *vt;

    harness_set(world->harness, "TERM=vt100");
    vt = studio_open(world, 24, 80);
    assert_golden(vt, "studio-home-80x24");
    studio_type(vt, "\r", "Verdict");
    assert_golden(vt, "studio-verdict-80x24");
    assert_false(sets_color(vt_log(vt)->data));
    studio_leave(&vt);
}

static void another_locale_than_utf8_gets_ascii(void **state)
{
    struct studio_world *world = *state;
    struct vt *vt;

    harness_set(world->harness, "LANG=C");
    harness_set(world->harness, "TERM=vt220");
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "Verdict");
    assert_golden(vt, "studio-verdict-ascii");
    studio_type(vt, "!n", "Release Notes");
    assert_golden(vt, "studio-notes-ascii");
    for (size_t i = 0; i < vt_bytes(vt); i++)
        assert_in_range((unsigned char)vt_log(vt)->data[i], 0, 0x7f);
    studio_leave(&vt);
}

static void no_color_sends_no_colour(void **state)
{
    struct studio_world *world = *state;
    struct vt *vt;

    harness_set(world->harness, "NO_COLOR=1");
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "Verdict");
    assert_golden(vt, "studio-verdict-80x24");
    studio_type(vt, "!n", "Release Notes");
    assert_false(sets_color(vt_log(vt)->data));
    studio_leave(&vt);
}

static void a_storm_of_sizes_ends_with_the_right_screen(void **state)
{
    static const struct {
        int rows, columns;
    } sizes[] = {
        {5,    20 },
        { 60,  200},
        { 1,   1  },
        { 24,  79 },
        { 200, 30 },
        { 4,   300}
    };
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    for (int i = 0; i < 60; i++) {
        size_t size = (size_t)i % (sizeof sizes / sizeof *sizes);

        vt_resize(vt, sizes[size].rows, sizes[size].columns);
    }
    vt_resize(vt, 24, 80);
    vt_send(vt, "\014");
    assert_true(vt_wait_text(vt, "? help"));
    vt_listen(vt, 200);
    assert_golden(vt, "studio-verdict-80x24");
    studio_leave(&vt);
}

static void a_command_line_compares_as_the_shell_does(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, ":drift v1.0.1..v1.1.0\r", "Verdict");
    assert_shown(vt, "+ 1 shipped +");
    assert_golden(vt, "studio-command-drift");
    studio_type(vt, ":drfit v1\r", "did you mean");
    assert_golden(vt, "studio-command-wrong");
    studio_leave(&vt);
}

static void a_wrong_revision_is_an_error_that_stays(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, ":drift v1.0.7..v1.1.0\r", "no revision");
    assert_golden(vt, "studio-command-unknown");
    studio_type(vt, "j", "no revision");
    studio_leave(&vt);
}

static void find_goes_to_what_it_finds(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "/PUSH\r", "▶LOW     +  env.PUSH");
    assert_golden(vt, "studio-find");
    studio_leave(&vt);
}

static void help_lists_what_the_screen_can_do(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "?", "Show the patch");
    assert_golden(vt, "studio-help");
    studio_leave(&vt);
}

static void two_pickers_ask_for_both_sides(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "c", "What is there now?");
    assert_golden(vt, "studio-picker");
    studio_type(vt, "1.0.1", "▶v1.0.1");
    studio_type(vt, "\r", "What would replace it?");
    studio_type(vt, "v1.1.0\r", "Verdict");
    assert_shown(vt, "v1.0.1 → v1.1.0");
    studio_leave(&vt);
}

static void keeping_a_report_needs_a_project(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "\r", "Verdict");
    studio_type(vt, "!s", "there is no project");
    studio_type(vt, "\033", "[Verdict");
    studio_leave(&vt);
}

static void places_without_anything_say_what_to_press(void **state)
{
    struct vt *vt = studio_open(*state, 24, 80);

    studio_type(vt, "3", "No report is kept here");
    assert_golden(vt, "studio-drift-empty");
    studio_type(vt, "4", "No release notes are kept here");
    assert_golden(vt, "studio-notes-empty");
    studio_type(vt, "d", "Verdict");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_wide_screen_shows_more),
        CASE(twenty_by_five_is_usable),
        CASE(vt100_shows_the_same_without_colour),
        CASE(another_locale_than_utf8_gets_ascii),
        CASE(no_color_sends_no_colour),
        CASE(a_storm_of_sizes_ends_with_the_right_screen),
        CASE(a_command_line_compares_as_the_shell_does),
        CASE(a_wrong_revision_is_an_error_that_stays),
        CASE(find_goes_to_what_it_finds),
        CASE(help_lists_what_the_screen_can_do),
        CASE(two_pickers_ask_for_both_sides),
        CASE(keeping_a_report_needs_a_project),
        CASE(places_without_anything_say_what_to_press),
    };

    return cmocka_run_group_tests_name("studio screens", tests, NULL, NULL);
}
