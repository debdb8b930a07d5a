#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include <pilab/tui/tab_strip.h>

#include "drawing.h"

static const struct tab tabs[] = {
    {"Verdict",   TAB_COUNT_NONE, false, false},
    { "All",      24,             false, false},
    { "Code",     12,             false, false},
    { "Database", 0,              true,  false},
    { "Config",   6,              false, false},
};

static void assert_strip(const struct tab_strip *strip, int columns, const char *wanted)
{
    struct canvas *canvas = canvas_new(1, columns, GLYPHS_UTF8);
    struct surface surface = surface_whole(canvas);

    tab_strip_draw(strip, &surface, 0);
    assert_canvas(canvas, wanted);
    canvas_free(&canvas);
}

static void the_current_tab_stands_in_brackets(void **state)
{
    struct tab_strip strip = { tabs, 5, 0 };

    (void)state;
    assert_strip(&strip, 60, "[Verdict] All 24  Code 12  Config 6\n");
    strip.current = 2;
    assert_strip(&strip, 60, " Verdict  All 24 [Code 12] Config 6\n");
}

static void tabs_without_room_are_left_out(void **state)
{
    struct tab_strip strip = { tabs, 5, 0 };

    (void)state;
    assert_strip(&strip, 20, "[Verdict] All 24 …\n");
    strip.current = 4;
    assert_strip(&strip, 21, "… Code 12 [Config 6]\n");
    strip.current = 1;
    assert_strip(&strip, 10, "…[All 24]…\n");
}

static void the_last_one_may_stay_behind_the_ellipsis(void **state)
{
    static const struct tab with_problems[] = {
        {"Verdict",   TAB_COUNT_NONE, false, false},
        { "All",      24,             false, false},
        { "Code",     12,             false, false},
        { "Problems", 3,              false, true },
    };
    struct tab_strip strip = { with_problems, 4, 0 };

    (void)state;
    assert_strip(&strip, 60, "[Verdict] All 24  Code 12  Problems 3\n");
    assert_strip(&strip, 32, "[Verdict] All 24 … Problems 3\n");
    assert_strip(&strip, 23, "[Verdict]… Problems 3\n");
    assert_strip(&strip, 20, "[Verdict] All 24 …\n");
    strip.current = 3;
    assert_strip(&strip, 22, "…[Problems 3]\n");
}

static void moving_passes_over_hidden_tabs_and_round_the_ends(void **state)
{
    struct tab_strip strip = { tabs, 5, 2 };

    (void)state;
    assert_true(tab_strip_act(&strip, TAB_NEXT));
    assert_int_equal(strip.current, 4);
    assert_true(tab_strip_act(&strip, TAB_NEXT));
    assert_int_equal(strip.current, 0);
    assert_true(tab_strip_act(&strip, TAB_PREVIOUS));
    assert_int_equal(strip.current, 4);
    strip.count = 1;
    strip.current = 0;
    assert_false(tab_strip_act(&strip, TAB_NEXT));
}

static void no_tabs_draw_nothing(void **state)
{
    struct tab_strip strip = { tabs, 0, 0 };

    (void)state;
    assert_strip(&strip, 20, "");
}

static void its_keys_are_sound(void **state)
{
    struct keymap keymap = { 0 };
    struct error error = { 0 };

    (void)state;
    keymap_add(&keymap, &tab_strip_keys);
    assert_true(keymap_check(&keymap, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_current_tab_stands_in_brackets),
        cmocka_unit_test(tabs_without_room_are_left_out),
        cmocka_unit_test(the_last_one_may_stay_behind_the_ellipsis),
        cmocka_unit_test(moving_passes_over_hidden_tabs_and_round_the_ends),
        cmocka_unit_test(no_tabs_draw_nothing),
        cmocka_unit_test(its_keys_are_sound),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
