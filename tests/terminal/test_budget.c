#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/patience.h"
#include "seat.h"

/* What a slow line pays: bytes for each key, and how long a key takes over a million rows. */

#define KEYS 200

static void moving_and_scrolling_are_cheap(void **state)
{
    static const struct {
        int rows;
        int columns;
    } sizes[] = {
        {24,  80 },
        { 60, 200}
    };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int rows = sizes[i].rows;
        struct vt *vt = harness_start(*state, rows, sizes[i].columns, FIXTURE, NULL);
        size_t move = dearest_key(vt, "j", 10);
        size_t scroll;

        while (vt_find(vt, "▶") < rows - (rows >= 40 ? 10 : 7))
            assert_true(vt_type(vt, "j"));
        scroll = dearest_key(vt, "j", 10);
        print_message("# %dx%d: %zu bytes a move, %zu a scrolled row, %zu a page\n",
                      sizes[i].columns, rows, move, scroll, dearest_key(vt, "\006", 3));
        assert_in_range(move, 1, 450);
        assert_in_range(scroll, 1, 600);
        fixture_leave(&vt);
    }
}

static void nothing_is_sent_while_nothing_happens(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    size_t bytes;

    assert_true(vt_type(vt, "j"));
    bytes = vt_bytes(vt);
    vt_listen(vt, 300);
    assert_int_equal(vt_bytes(vt), bytes);
    /* Nor for a key that changes nothing. */
    assert_true(vt_type(vt, "gg"));
    bytes = vt_bytes(vt);
    assert_true(vt_type(vt, "gg"));
    assert_in_range(vt_bytes(vt) - bytes, 0, 20);
    fixture_leave(&vt);
}

static void a_key_over_a_million_rows_is_answered_at_once(void **state)
{
    struct vt *vt = harness_start(*state, 60, 200, FIXTURE, NULL);
    double move = median_key(vt, "j", KEYS);
    double end = median_key(vt, "G", KEYS);
    double page = median_key(vt, "\002", KEYS);

    print_message("# median of %d keys over 1000000 rows at 200x60: j %.2f ms, G %.2f ms, "
                  "page up %.2f ms\n",
                  KEYS, move, end, page);
    assert_true(move < (double)patience(50));
    assert_true(end < (double)patience(50));
    assert_true(page < (double)patience(50));
    fixture_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(moving_and_scrolling_are_cheap),
        CASE(nothing_is_sent_while_nothing_happens),
        CASE(a_key_over_a_million_rows_is_answered_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
