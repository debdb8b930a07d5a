#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "seat.h"

/* A list of a million rows in the hands of somebody. */

/* The row of the screen with the cursor's sign, without the sign. */
static const char *selected(struct vt *vt)
{
    int row = vt_find(vt, "▶");

    return row < 0 ? "" : vt_row(vt, row) + strlen("▶");
}

static void vi_keys_and_arrows_move_alike(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "jjj"));
    assert_shown(vt, " 4/1000000");
    vt_key(vt, VTERM_KEY_UP);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, " 3/1000000");
    assert_true(vt_type(vt, "k"));
    vt_key(vt, VTERM_KEY_DOWN);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, " 3/1000000");
    assert_true(vt_type(vt, "\x04"));
    assert_shown(vt, " 11/1000000");
    assert_true(vt_type(vt, "\x15"));
    assert_shown(vt, " 3/1000000");
}

static void the_ends_are_one_key_away(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "G"));
    assert_shown(vt, "1000000/1000000");
    assert_true(vt_type(vt, "j"));
    assert_shown(vt, "1000000/1000000");
    assert_true(vt_type(vt, "gg"));
    assert_shown(vt, " 1/1000000");
    assert_true(vt_type(vt, "k"));
    assert_shown(vt, " 1/1000000");
    vt_key(vt, VTERM_KEY_END);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, "1000000/1000000");
}

static void pages_move_what_is_seen(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_key(vt, VTERM_KEY_PAGEDOWN);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, " 15/1000000");
    assert_int_equal(vt_find(vt, "▶"), 3);
    vt_key(vt, VTERM_KEY_PAGEUP);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, " 1/1000000");
}

static void the_cursor_of_the_terminal_rests_on_the_selected_row(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "jj"));
    assert_int_equal(vt_cursor(vt).row, 5);
    assert_int_equal(vt_cursor(vt).col, 0);
    assert_false(vt_cursor_visible(vt));
}

static void marks_stay_with_their_rows(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "  "));
    assert_shown(vt, "2 marked, 3/1000000");
    assert_true(vt_type(vt, "jvjj "));
    assert_shown(vt, "5 marked, 6/1000000");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "row 6, 5 marked");
    assert_true(vt_type(vt, "k "));
    assert_shown(vt, "4 marked");
    assert_true(vt_type(vt, "U"));
    assert_not_shown(vt, "4 marked");
}

static void escape_gives_a_range_up(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "vjj"));
    assert_int_equal(vt_find(vt, "●"), 3);
    assert_true(vt_type(vt, "\033"));
    assert_int_equal(vt_find(vt, "●"), -1);
    assert_not_shown(vt, "marked");
}

static void new_rows_wait_until_they_are_let_in(void **state)
{
    struct vt *vt = seat_terminal(state);
    char before[200];

    assert_true(vt_type(vt, "jjj"));
    strncpy(before, selected(vt), sizeof before - 1);
    before[sizeof before - 1] = '\0';
    assert_true(vt_type(vt, "+"));
    assert_shown(vt, "12 new");
    assert_string_equal(selected(vt), before);
    assert_true(vt_type(vt, "R"));
    assert_not_shown(vt, "12 new");
    assert_string_equal(selected(vt), before);
    assert_shown(vt, "16/1000012");
    assert_int_equal(vt_find(vt, "▶"), 6);
}

static void find_goes_on_and_back_and_round_the_end(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "/cache_size\r"));
    assert_shown(vt, " 3/1000000");
    assert_true(vt_type(vt, "n"));
    assert_shown(vt, " 7/1000000");
    assert_true(vt_type(vt, "N"));
    assert_shown(vt, " 3/1000000");
    assert_true(vt_type(vt, "N"));
    assert_shown(vt, "999999/1000000");
    assert_shown(vt, "found past the end");
}

static void a_question_mark_finds_backwards(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "/?"));
    assert_int_equal(vt_row(vt, 23)[0], '?');
    assert_true(vt_type(vt, "replicas\r"));
    assert_shown(vt, "999998/1000000");
    assert_true(vt_type(vt, "n"));
    assert_shown(vt, "999994/1000000");
}

/* A row's number is only in the last of a million: the search goes on while the screen lives. */
static void a_long_search_does_not_hold_the_screen(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_send(vt, "/1000000\r");
    assert_true(vt_wait_text(vt, "1000000/1000000"));
    assert_true(vt_type(vt, "gg"));
    vt_send(vt, "/there is no such row\r");
    assert_true(vt_see_text(vt, "finding"));
    vt_send(vt, "j");
    assert_true(vt_wait_text(vt, " 2/1000000"));
    assert_not_shown(vt, "finding");
}

static void what_is_found_is_shown(void **state)
{
    struct vt *vt = seat_terminal(state);
    VTermScreenCell cell;

    assert_true(vt_type(vt, "/RETRY\r"));
    cell = vt_cell(vt, 3, 18);
    assert_true(VTERM_COLOR_IS_INDEXED(&cell.bg));
    assert_int_equal(cell.bg.indexed.idx, 221);
    cell = vt_cell(vt, 4, 18);
    assert_true(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
}

static void an_empty_list_says_what_to_press(void **state)
{
    struct seat *seat = *state;

    vt_free(&seat->vt);
    seat->vt = harness_start(seat->harness, 24, 80, FIXTURE, "--rows", "0", NULL);
    assert_shown(seat->vt, "Press + for some.");
    assert_true(vt_type(seat->vt, "jG kgg"));
    assert_true(vt_type(seat->vt, "+R"));
    assert_shown(seat->vt, "1/12");
}

static void filter_follows_what_is_typed(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "3f"));
    assert_true(vt_type(vt, "end in"));
    assert_shown(vt, "invalid \\xFF");
    assert_not_shown(vt, "cut \\xE2");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "only end in, 1/1");
    assert_true(vt_type(vt, "\033"));
    assert_shown(vt, "cut \\xE2");
}

static void sort_keeps_the_cursor_on_its_row(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "3jjjj"));
    assert_non_null(strstr(selected(vt), "ok^MFAKE"));
    assert_true(vt_type(vt, "s"));
    assert_shown(vt, "Sort by");
    assert_true(vt_type(vt, "1"));
    assert_non_null(strstr(selected(vt), "ok^MFAKE"));
    assert_shown(vt, "13/16");
    assert_true(vt_type(vt, "s1"));
    assert_non_null(strstr(selected(vt), "ok^MFAKE"));
    assert_shown(vt, "4/16");
}

static void a_resize_storm_ends_on_the_last_size(void **state)
{
    struct vt *vt = seat_terminal(state);
    size_t before;

    assert_true(vt_type(vt, "jj"));
    before = vt_bytes(vt);
    for (int i = 0; i < 200; i++)
        vt_resize(vt, 10 + i % 30, 30 + i % 100);
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    vt_listen(vt, 200);
    assert_shown(vt, " 3/1000000");
    assert_int_equal(vt_find(vt, "▶"), 5);
    /* Not each of the two hundred was drawn. */
    assert_in_range(vt_bytes(vt) - before, 0, 40 * 1000);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, seat_set_up, seat_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(vi_keys_and_arrows_move_alike),
        CASE(the_ends_are_one_key_away),
        CASE(pages_move_what_is_seen),
        CASE(the_cursor_of_the_terminal_rests_on_the_selected_row),
        CASE(marks_stay_with_their_rows),
        CASE(escape_gives_a_range_up),
        CASE(new_rows_wait_until_they_are_let_in),
        CASE(find_goes_on_and_back_and_round_the_end),
        CASE(a_question_mark_finds_backwards),
        CASE(a_long_search_does_not_hold_the_screen),
        CASE(what_is_found_is_shown),
        CASE(an_empty_list_says_what_to_press),
        CASE(filter_follows_what_is_typed),
        CASE(sort_keeps_the_cursor_on_its_row),
        CASE(a_resize_storm_ends_on_the_last_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
