#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/base/clock.h>

#include "../support/patience.h"
#include "seat.h"

/* Text that tries to take the terminal over is shown, never obeyed. */

static void hostile_rows_are_text(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "3"));
    assert_golden(vt, "hostile");
    assert_string_equal(vt_title(vt), "PiLabStudio: 2 wait for you");
    assert_string_equal(vt_clipboard(vt), "");
    assert_shown(vt, "hidden characters shown");
    assert_only_curses(vt);
    fixture_leave(&vt);
}

static void hostile_rows_are_text_in_ascii_too(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, "--ascii", NULL);

    assert_true(vt_type(vt, "3"));
    assert_golden(vt, "hostile-ascii");
    assert_only_curses(vt);
    fixture_leave(&vt);
}

static void hostile_text_is_harmless_in_every_place(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "3"));
    for (int i = 0; i < 15; i++) {
        /* The copy menu shows it, and so does finding it. */
        assert_true(vt_type(vt, "y"));
        assert_true(vt_type(vt, "\033"));
        assert_true(vt_type(vt, "j"));
    }
    assert_true(vt_type(vt, "fend\r"));
    assert_true(vt_type(vt, "/and\r"));
    vt_resize(vt, 10, 30);
    assert_true(vt_wait_idle(vt));
    assert_only_curses(vt);
    fixture_leave(&vt);
}

static void wide_characters_keep_columns_straight(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    int row;

    assert_true(vt_type(vt, "3"));
    row = vt_find(vt, "wide 変更");
    assert_int_equal(vt_cell(vt, row, 6).chars[0], 0x5909);
    assert_int_equal(vt_cell(vt, row, 6).width, 2);
    assert_int_equal(vt_cell(vt, row, 8).chars[0], 0x66f4);
    /* The number at the end stands where the others stand. */
    assert_int_equal(vt_cell(vt, row, 77).chars[0], '1');
    assert_int_equal(vt_cell(vt, row, 78).chars[0], '4');
    fixture_leave(&vt);
}

static void a_subject_of_ten_megabytes_does_not_stall(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    int64_t start;

    assert_true(vt_type(vt, "3"));
    start = clock_monotonic();
    assert_true(vt_type(vt, "G"));
    assert_true(vt_type(vt, "k"));
    assert_true(vt_type(vt, "G"));
    assert_in_range(clock_monotonic() - start, 0, patience(1500));
    assert_shown(vt, "yyyyy…");
    fixture_leave(&vt);
}

static void a_line_of_ten_megabytes_scrolls_and_is_found_in(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    int64_t start;

    assert_true(vt_type(vt, "2gtgt"));
    start = clock_monotonic();
    assert_true(vt_type(vt, "G"));
    assert_shown(vt, "needle");
    assert_true(vt_type(vt, "kkk"));
    assert_true(vt_type(vt, "gg"));
    assert_true(vt_type(vt, "w"));
    assert_true(vt_type(vt, "lll"));
    assert_in_range(clock_monotonic() - start, 0, patience(2000));
    assert_true(vt_type(vt, "w/needle\r"));
    assert_shown(vt, "needle");
    assert_shown(vt, "end");
    fixture_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(hostile_rows_are_text),
        CASE(hostile_rows_are_text_in_ascii_too),
        CASE(hostile_text_is_harmless_in_every_place),
        CASE(wide_characters_keep_columns_straight),
        CASE(a_subject_of_ten_megabytes_does_not_stall),
        CASE(a_line_of_ten_megabytes_scrolls_and_is_found_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
