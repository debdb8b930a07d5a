#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <pilab/base/clock.h>

#include "harness.h"

/* Text that tries to take the terminal over is shown, never obeyed. */

#define FIXTURE "tests/terminal/fixture_list"

static int set_up(void **state)
{
    *state = harness_new();
    return 0;
}

static int tear_down(void **state)
{
    struct harness *harness = *state;

    harness_free(&harness);
    return 0;
}

static void leave(struct vt **vt)
{
    vt_send(*vt, "Q");
    assert_int_equal(vt_exit(*vt, VT_PATIENCE), 10);
    vt_free(vt);
}

/* Fails when the bytes hold anything but what curses sends: text, CSI and the sequences of our own
 * start, end and title. */
static void assert_harmless(const struct strbuf *log)
{
    const char *data = log->data;

    for (size_t i = 0; i < log->length; i++) {
        unsigned char byte = (unsigned char)data[i];

        if (byte == 0x1b) {
            assert_non_null(strchr("[(=>]", data[i + 1]));
            if (data[i + 1] == ']')
                assert_memory_equal(data + i, "\033]2;PiLabStudio", 15);
        } else if (byte < 0x20) {
            /* Cursor movements, and the end of the title. */
            assert_non_null(strchr("\r\n\b\t\a", byte));
        } else {
            assert_int_not_equal(byte, 0x7f);
        }
    }
    /* A bidirectional override, a C1 control, a zero width blank, a byte that is no UTF-8. */
    assert_null(strstr(data, "\xe2\x80\xae"));
    assert_null(strstr(data, "\xc2\x9b"));
    assert_null(strstr(data, "\xe2\x80\x8b"));
    assert_null(strchr(data, '\xff'));
}

static void hostile_rows_are_text(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "3"));
    assert_golden(vt, "hostile");
    assert_string_equal(vt_title(vt), "PiLabStudio: 2 wait for you");
    assert_string_equal(vt_clipboard(vt), "");
    assert_shown(vt, "hidden characters shown");
    assert_harmless(vt_log(vt));
    leave(&vt);
}

static void hostile_rows_are_text_in_ascii_too(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, "--ascii", NULL);

    assert_true(vt_type(vt, "3"));
    assert_golden(vt, "hostile-ascii");
    assert_harmless(vt_log(vt));
    leave(&vt);
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
    assert_harmless(vt_log(vt));
    leave(&vt);
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
    leave(&vt);
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
    assert_in_range(clock_monotonic() - start, 0, 1500);
    assert_shown(vt, "yyyyy…");
    leave(&vt);
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
    assert_in_range(clock_monotonic() - start, 0, 2000);
    assert_true(vt_type(vt, "w/needle\r"));
    assert_shown(vt, "needle");
    assert_shown(vt, "end");
    leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hostile_rows_are_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_rows_are_text_in_ascii_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_text_is_harmless_in_every_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wide_characters_keep_columns_straight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_subject_of_ten_megabytes_does_not_stall, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_line_of_ten_megabytes_scrolls_and_is_found_in, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
