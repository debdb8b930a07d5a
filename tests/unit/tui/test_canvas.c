#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/surface.h>

#include "drawing.h"

static struct canvas *open_canvas(int rows, int columns, struct surface *surface)
{
    struct canvas *canvas = canvas_new(rows, columns, GLYPHS_UTF8);

    *surface = surface_whole(canvas);
    return canvas;
}

static void structural_glyphs_are_one_column_in_both_sets(void **state)
{
    (void)state;
    for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        for (int set = 0; set < GLYPH_SET_COUNT; set++) {
            const char *text = glyph_text((enum glyph_set)set, (enum glyph)glyph);

            assert_non_null(text);
            if (glyph <= GLYPH_LAST_STRUCTURAL)
                assert_int_equal(text_width(text, strlen(text)), 1);
            if (set == GLYPHS_ASCII)
                assert_true((unsigned char)text[0] < 0x80);
        }
    }
}

static void text_is_cut_by_columns_and_says_so(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(3, 10, &surface);

    (void)state;
    assert_int_equal(surface_print(&surface, 0, 0, ROLE_NORMAL, "0123456789"), 10);
    assert_int_equal(surface_print(&surface, 1, 0, ROLE_NORMAL, "0123456789a"), 10);
    /* A wide character that has no room for its second half is left out whole. */
    assert_int_equal(surface_print(&surface, 2, 6, ROLE_NORMAL, "ab変更"), 3);
    assert_canvas(canvas, "0123456789\n012345678…\n      ab…\n");
    canvas_free(&canvas);
}

static void text_outside_is_not_drawn(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(2, 4, &surface);

    (void)state;
    assert_int_equal(surface_print(&surface, 2, 0, ROLE_NORMAL, "x"), 0);
    assert_int_equal(surface_print(&surface, -1, 0, ROLE_NORMAL, "x"), 0);
    assert_int_equal(surface_print(&surface, 0, 4, ROLE_NORMAL, "x"), 0);
    assert_int_equal(surface_print(&surface, 0, 0, ROLE_NORMAL, NULL), 0);
    assert_canvas(canvas, "");
    canvas_free(&canvas);
}

static void a_part_clips_to_itself(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(3, 10, &surface);
    struct rectangle area = { 1, 2, 1, 4 };
    struct surface part = surface_part(&surface, area);

    (void)state;
    surface_clear(&part, ROLE_NORMAL);
    surface_print(&part, 0, 0, ROLE_NORMAL, "abcdef");
    surface_print(&part, 1, 0, ROLE_NORMAL, "below");
    assert_canvas(canvas, "\n  abc…\n");
    area = (struct rectangle){ 5, 20, 3, 3 };
    part = surface_part(&surface, area);
    assert_int_equal(surface_rows(&part), 0);
    assert_int_equal(surface_columns(&part), 0);
    canvas_free(&canvas);
}

static void a_layout_is_a_sequence_of_cuts(void **state)
{
    struct rectangle area = { 0, 0, 10, 40 };
    struct rectangle top = rectangle_cut_top(&area, 2);
    struct rectangle bottom = rectangle_cut_bottom(&area, 3);
    struct rectangle left = rectangle_cut_left(&area, 10);
    struct rectangle right = rectangle_cut_right(&area, 100);

    (void)state;
    assert_memory_equal(&top, &((struct rectangle){ 0, 0, 2, 40 }), sizeof top);
    assert_memory_equal(&bottom, &((struct rectangle){ 7, 0, 3, 40 }), sizeof bottom);
    assert_memory_equal(&left, &((struct rectangle){ 2, 0, 5, 10 }), sizeof left);
    assert_memory_equal(&right, &((struct rectangle){ 2, 10, 5, 30 }), sizeof right);
    assert_int_equal(area.columns, 0);
}

static void overwriting_half_of_a_wide_character_takes_the_other_half(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(2, 6, &surface);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "変更変");
    surface_print(&surface, 0, 1, ROLE_NORMAL, "x");
    surface_print(&surface, 1, 0, ROLE_NORMAL, "変更変");
    surface_print(&surface, 1, 2, ROLE_NORMAL, "y");
    assert_canvas(canvas, " x更変\n変y 変\n");
    assert_int_equal(canvas_row(canvas, 0)[2].width, 2);
    assert_int_equal(canvas_row(canvas, 0)[3].width, 0);
    canvas_free(&canvas);
}

static void combining_marks_stay_on_their_base(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(1, 6, &surface);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "e\xcc\x81x");
    assert_string_equal(canvas_row(canvas, 0)[0].text, "e\xcc\x81");
    assert_string_equal(canvas_row(canvas, 0)[1].text, "x");
    canvas_free(&canvas);
}

static void controls_are_shown_and_counted(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(1, 40, &surface);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "a\033[2J b\nc\xe2\x80\xae");
    assert_canvas(canvas, "a^[[2J b c<U+202E>\n");
    assert_int_equal(canvas_deceptive(canvas), 1);
    canvas_clear(canvas);
    assert_int_equal(canvas_deceptive(canvas), 0);
    canvas_free(&canvas);
}

static void ascii_canvases_hold_nothing_else(void **state)
{
    struct canvas *canvas = canvas_new(2, 20, GLYPHS_ASCII);
    struct surface surface = surface_whole(canvas);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "caf\xc3\xa9");
    surface_horizontal_line(&surface, 1, ROLE_LINE);
    assert_canvas(canvas, "caf<U+00E9>\n--------------------\n");
    canvas_free(&canvas);
}

static void our_own_signs_have_stand_ins_in_ascii(void **state)
{
    struct canvas *canvas = canvas_new(3, 30, GLYPHS_ASCII);
    struct surface surface = surface_whole(canvas);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "•••• → v2 · 3 ← old");
    surface_print(&surface, 1, 0, ROLE_NORMAL, "wait… +2 −1 a·b caf\xc3\xa9");
    surface_rich(&surface, 2, 0, "1 → 2 · caf\xc3\xa9");
    assert_canvas(canvas, "**** -> v2, 3 <- old\nwait... +2 -1 a,b caf<U+00E9>\n"
                          "1 -> 2, caf<U+00E9>\n");
    canvas_free(&canvas);
}

static void rich_text_that_is_cut_says_so(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(2, 8, &surface);

    (void)state;
    surface_rich(&surface, 0, 0, "12345678");
    surface_rich(&surface, 1, 1, "12345678");
    assert_canvas(canvas, "12345678\n 123456…\n");
    canvas_free(&canvas);
}

static void numbers_stand_at_the_right(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(2, 8, &surface);

    (void)state;
    surface_text_right(&surface, 0, 1, 6, style_of(ROLE_NORMAL), "42", 2);
    surface_text_right(&surface, 1, 1, 6, style_of(ROLE_NORMAL), "12345678", 8);
    assert_canvas(canvas, "     42\n 12345…\n");
    canvas_free(&canvas);
}

static void escaped_text_can_be_skipped_by_columns(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(3, 10, &surface);
    const char *text = "ab変更cd";

    (void)state;
    assert_int_equal(surface_escaped(&surface, 0, 0, 2, style_of(ROLE_NORMAL), text, strlen(text)),
                     6);
    assert_int_equal(surface_escaped(&surface, 1, 0, 3, style_of(ROLE_NORMAL), text, strlen(text)),
                     5);
    assert_int_equal(surface_escaped(&surface, 2, 0, 99, style_of(ROLE_NORMAL), text, strlen(text)),
                     0);
    assert_canvas(canvas, "変更cd\n 更cd\n");
    canvas_free(&canvas);
}

static void a_megabyte_costs_no_more_than_what_is_seen(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(1, 5, &surface);
    size_t length = 10 * 1000 * 1000;
    char *text = malloc(length);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', length);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(surface_text(&surface, 0, 0, 5, style_of(ROLE_NORMAL), text, length), 5);
    assert_canvas(canvas, "xxxx…\n");
    free(text);
    canvas_free(&canvas);
}

static void matches_are_marked_in_either_case(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(1, 30, &surface);

    (void)state;
    surface_print(&surface, 0, 0, ROLE_NORMAL, "Auth and AUTH and \xc3\x89tat");
    assert_int_equal(surface_mark_matches(&surface, 0, "auth"), 2);
    assert_int_equal(canvas_row(canvas, 0)[0].style.overlay, ROLE_MATCH);
    assert_int_equal(canvas_row(canvas, 0)[3].style.overlay, ROLE_MATCH);
    assert_int_equal(canvas_row(canvas, 0)[4].style.overlay, ROLE_NORMAL);
    assert_int_equal(surface_mark_matches(&surface, 0, "Auth"), 1);
    assert_int_equal(surface_mark_matches(&surface, 0, "\xc3\xa9tat"), 1);
    assert_int_equal(surface_mark_matches(&surface, 0, ""), 0);
    assert_int_equal(surface_mark_matches(&surface, 0, "tax"), 0);
    canvas_free(&canvas);
}

static void a_box_has_corners(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(3, 5, &surface);

    (void)state;
    surface_box(&surface, ROLE_LINE);
    assert_canvas(canvas, "┌───┐\n│   │\n└───┘\n");
    canvas_free(&canvas);
}

static void the_cursor_stays_on_the_canvas(void **state)
{
    struct surface surface;
    struct canvas *canvas = open_canvas(3, 5, &surface);
    struct rectangle area = { 1, 1, 2, 4 };
    struct surface part = surface_part(&surface, area);

    (void)state;
    surface_cursor(&part, 1, 9, true);
    assert_int_equal(canvas_cursor(canvas).row, 2);
    assert_int_equal(canvas_cursor(canvas).column, 4);
    assert_true(canvas_cursor(canvas).visible);
    surface_cursor(&part, 7, 0, false);
    assert_int_equal(canvas_cursor(canvas).row, 2);
    canvas_free(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structural_glyphs_are_one_column_in_both_sets),
        cmocka_unit_test(text_is_cut_by_columns_and_says_so),
        cmocka_unit_test(text_outside_is_not_drawn),
        cmocka_unit_test(a_part_clips_to_itself),
        cmocka_unit_test(a_layout_is_a_sequence_of_cuts),
        cmocka_unit_test(overwriting_half_of_a_wide_character_takes_the_other_half),
        cmocka_unit_test(combining_marks_stay_on_their_base),
        cmocka_unit_test(controls_are_shown_and_counted),
        cmocka_unit_test(ascii_canvases_hold_nothing_else),
        cmocka_unit_test(our_own_signs_have_stand_ins_in_ascii),
        cmocka_unit_test(rich_text_that_is_cut_says_so),
        cmocka_unit_test(numbers_stand_at_the_right),
        cmocka_unit_test(escaped_text_can_be_skipped_by_columns),
        cmocka_unit_test(a_megabyte_costs_no_more_than_what_is_seen),
        cmocka_unit_test(matches_are_marked_in_either_case),
        cmocka_unit_test(a_box_has_corners),
        cmocka_unit_test(the_cursor_stays_on_the_canvas),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
