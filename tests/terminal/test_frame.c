#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "seat.h"

/* What is seen, on each kind of terminal: the fixture's screens against their goldens. */

static void the_frame_fits_80x24(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_golden(vt, "rows-80x24");
    fixture_leave(&vt);
}

static void a_large_terminal_shows_more(void **state)
{
    struct vt *vt = harness_start(*state, 48, 160, FIXTURE, NULL);

    assert_golden(vt, "rows-160x48");
    fixture_leave(&vt);
}

static void twenty_by_five_is_usable(void **state)
{
    struct vt *vt = harness_start(*state, 5, 20, FIXTURE, NULL);

    assert_golden(vt, "rows-20x5");
    assert_true(vt_type(vt, "G"));
    assert_golden(vt, "rows-20x5-end");
    assert_true(vt_type(vt, "!"));
    assert_golden(vt, "rows-20x5-menu");
    assert_true(vt_type(vt, "d"));
    assert_golden(vt, "rows-20x5-dialog");
    assert_true(vt_type(vt, "\033"));
    fixture_leave(&vt);
}

static void a_terminal_too_small_says_so_and_comes_back(void **state)
{
    struct vt *vt = harness_start(*state, 3, 12, FIXTURE, NULL);

    assert_shown(vt, "Too small");
    assert_shown(vt, "needs 20x5");
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    assert_golden(vt, "rows-80x24");
    vt_resize(vt, 1, 1);
    assert_true(vt_wait_idle(vt));
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    assert_golden(vt, "rows-80x24");
    fixture_leave(&vt);
}

static void vt100_shows_the_same_text_without_colour(void **state)
{
    struct vt *vt;

    harness_set(*state, "TERM=vt100");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_golden(vt, "rows-80x24");
    assert_null(strstr(vt_log(vt)->data, "\033[3"));
    assert_true(vt_type(vt, "\033[6~"));
    assert_shown(vt, "15/1000000");
    fixture_leave(&vt);
}

static void another_locale_than_utf8_gets_ascii(void **state)
{
    struct vt *vt;

    harness_set(*state, "LANG=C");
    /* An entry without `rep`, which libvterm 0.1.4 repeats once too often. */
    harness_set(*state, "TERM=vt220");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_golden(vt, "rows-ascii");
    for (size_t i = 0; i < vt_bytes(vt); i++)
        assert_in_range((unsigned char)vt_log(vt)->data[i], 0, 0x7f);
    fixture_leave(&vt);
}

static void ascii_glyphs_can_be_asked_for(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, "--ascii", NULL);

    assert_golden(vt, "rows-ascii");
    fixture_leave(&vt);
}

static void no_color_sends_no_colour(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(sets_color(vt_log(vt)->data));
    fixture_leave(&vt);
    harness_set(*state, "NO_COLOR=1");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_golden(vt, "rows-80x24");
    assert_true(vt_type(vt, "jj!"));
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, "3"));
    assert_false(sets_color(vt_log(vt)->data));
    fixture_leave(&vt);
}

static void without_colour_the_selected_row_is_reversed(void **state)
{
    struct vt *vt;

    harness_set(*state, "NO_COLOR=1");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_true(vt_cell(vt, 3, 10).attrs.reverse);
    assert_false(vt_cell(vt, 4, 10).attrs.reverse);
    assert_true(vt_type(vt, "j"));
    assert_false(vt_cell(vt, 3, 10).attrs.reverse);
    assert_true(vt_cell(vt, 4, 10).attrs.reverse);
    fixture_leave(&vt);
}

static void eight_colours_are_enough(void **state)
{
    struct vt *vt;
    VTermScreenCell cell;

    harness_set(*state, "TERM=linux");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_golden(vt, "rows-80x24");
    cell = vt_cell(vt, 9, 2); /* CRITICAL */
    assert_true(VTERM_COLOR_IS_INDEXED(&cell.fg));
    assert_int_equal(cell.fg.indexed.idx, 1);
    assert_null(strstr(vt_log(vt)->data, "38;5;"));
    assert_string_equal(vt_title(vt), "");
    fixture_leave(&vt);
}

static const char direct_entry[] =
    "direct,\n\tRGB, colors#0x1000000, pairs#0x7FFF,\n"
    "\tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:"
    "%p1%{255}%&%d%;m,\n"
    "\tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:"
    "%p1%{255}%&%d%;m,\n\tuse=xterm-256color,\n";

static void colours_have_24_bits_where_terminfo_has_them(void **state)
{
    char *source = path_join(harness_home(*state), "direct.ti");
    char *compile = memory_printf("tic -x -o %s/terminfo %s", harness_home(*state), source);
    char *variable = memory_printf("TERMINFO=%s/terminfo", harness_home(*state));
    struct error error = { 0 };
    struct vt *vt;

    assert_true(file_write_atomic(source, direct_entry, sizeof direct_entry - 1, 0600, &error));
    vt = harness_start_silent(*state, 24, 80, "/bin/sh", "-c", compile, NULL);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
    harness_set(*state, "TERM=direct");
    harness_set(*state, variable);
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_non_null(strstr(vt_log(vt)->data, "38:2::95:175:255"));
    assert_null(strstr(vt_log(vt)->data, "38;5;"));
    fixture_leave(&vt);
    free(source);
    free(compile);
    free(variable);
}

static void lines_are_never_drawn_with_the_alternate_character_set(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "!"));
    assert_null(strstr(vt_log(vt)->data, "\033(0"));
    assert_null(strchr(vt_log(vt)->data, '\016'));
    vt_send(vt, "\033");
    assert_true(vt_wait_idle(vt));
    fixture_leave(&vt);
}

static void production_is_said_in_words(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_not_shown(vt, "PRODUCTION");
    assert_true(vt_type(vt, "P"));
    assert_int_equal(vt_find(vt, "PRODUCTION"), 0);
    fixture_leave(&vt);
}

static void the_window_gets_a_title_and_its_own_back(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_string_equal(vt_title(vt), "PiLabStudio: 2 wait for you");
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), FIXTURE_QUIT);
    assert_non_null(strstr(vt_log(vt)->data, "\033[23;0;0t"));
    vt_free(&vt);
}

static void zoom_leaves_nothing_but_the_pane(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "\tz"));
    assert_golden(vt, "detail-zoomed");
    assert_true(vt_type(vt, "z\t"));
    assert_golden(vt, "rows-80x24");
    fixture_leave(&vt);
}

static void text_wraps_between_words(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "2"));
    assert_golden(vt, "text-80x24");
    vt_resize(vt, 12, 40);
    assert_true(vt_wait_idle(vt));
    assert_golden(vt, "text-40x12");
    fixture_leave(&vt);
}

static void a_patch_is_cut_and_moves_sideways(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "2gt"));
    assert_golden(vt, "patch-80x24");
    assert_true(vt_type(vt, "l"));
    assert_golden(vt, "patch-right");
    fixture_leave(&vt);
}

static void a_deep_crumb_keeps_place_and_end(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "?"));
    assert_shown(vt, "Rows ▸ 1000000 rows ▸ Help ");
    assert_true(vt_type(vt, ":messages\r"));
    assert_shown(vt, "Rows ▸ … ▸ Messages ");
    fixture_leave(&vt);
}

static void help_leaves_out_what_a_text_cannot_do(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "2?G"));
    assert_shown(vt, "Go to a place by its number");
    assert_not_shown(vt, "Sort by a column");
    assert_not_shown(vt, "Show only what holds");
    assert_true(vt_type(vt, "/tab\r"));
    assert_shown(vt, "Go to the next tab");
    assert_not_shown(vt, "where there are tabs");
    fixture_leave(&vt);
}

static void help_lists_the_keys_that_are_heard_here(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "?"));
    assert_golden(vt, "help");
    assert_true(vt_type(vt, "/new rows\r"));
    assert_golden(vt, "help-filtered");
    assert_true(vt_type(vt, "\033"));
    assert_golden(vt, "help");
    assert_true(vt_type(vt, "\033"));
    assert_golden(vt, "rows-80x24");
    fixture_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_frame_fits_80x24),
        CASE(a_large_terminal_shows_more),
        CASE(twenty_by_five_is_usable),
        CASE(a_terminal_too_small_says_so_and_comes_back),
        CASE(vt100_shows_the_same_text_without_colour),
        CASE(another_locale_than_utf8_gets_ascii),
        CASE(ascii_glyphs_can_be_asked_for),
        CASE(no_color_sends_no_colour),
        CASE(without_colour_the_selected_row_is_reversed),
        CASE(eight_colours_are_enough),
        CASE(colours_have_24_bits_where_terminfo_has_them),
        CASE(lines_are_never_drawn_with_the_alternate_character_set),
        CASE(production_is_said_in_words),
        CASE(the_window_gets_a_title_and_its_own_back),
        CASE(zoom_leaves_nothing_but_the_pane),
        CASE(text_wraps_between_words),
        CASE(a_patch_is_cut_and_moves_sideways),
        CASE(a_deep_crumb_keeps_place_and_end),
        CASE(help_leaves_out_what_a_text_cannot_do),
        CASE(help_lists_the_keys_that_are_heard_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
