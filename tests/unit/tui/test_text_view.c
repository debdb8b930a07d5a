#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/patch_view.h>
#include <pilab/tui/text_view.h>

#include "drawing.h"

static struct text_view *view_of(const char *text)
{
    struct text_view *view = text_view_new();

    text_view_set_text(view, text, strlen(text));
    return view;
}

static void assert_position(struct pane *pane, const char *wanted)
{
    struct strbuf position = STRBUF_INIT;

    pane->ops->position(pane, &position);
    assert_string_equal(position.data, wanted);
    strbuf_release(&position);
}

static void text_wraps_between_words(void **state)
{
    struct text_view *view = view_of("the quick brown fox jumps\nover\n\nthe lazy dog\n");

    (void)state;
    assert_pane(text_view_pane(view), 8, 10,
                "the quick\nbrown fox\njumps\nover\n\nthe lazy\ndog\n");
    assert_int_equal(text_view_lines(view), 4);
    text_view_free(&view);
    assert_null(view);
}

static void a_word_longer_than_the_line_is_broken(void **state)
{
    struct text_view *view = view_of("a 0123456789abcdef z");

    (void)state;
    assert_pane(text_view_pane(view), 5, 8, "a 012345\n6789abcd\nef z\n");
    text_view_free(&view);
}

static void a_path_is_broken_only_where_no_row_holds_it(void **state)
{
    struct text_view *view = view_of("to lib/store.db\nto lib/shared/data/store.db");

    (void)state;
    assert_pane(text_view_pane(view), 6, 13, "to\nlib/store.db\nto lib/\nshared/data/\nstore.db\n");
    text_view_free(&view);
}

static void wide_characters_wrap_whole(void **state)
{
    struct text_view *view = view_of("変更変更");

    (void)state;
    assert_pane(text_view_pane(view), 3, 5, "変更\n変更\n");
    assert_pane(text_view_pane(view), 5, 1, "");
    text_view_free(&view);
}

static void tabs_go_to_the_next_stop(void **state)
{
    struct text_view *view = view_of("a\tb\n1234567\tc\n12345678\td\n");

    (void)state;
    assert_pane(text_view_pane(view), 4, 30, "a       b\n1234567 c\n12345678        d\n");
    text_view_free(&view);
}

static void cut_lines_move_sideways(void **state)
{
    struct text_view *view = view_of("0123456789abcdef\nshort\n");
    struct pane *pane = text_view_pane(view);

    (void)state;
    text_view_set_wrap(view, false);
    assert_pane(pane, 3, 8, "0123456…\nshort\n");
    press_key(pane, "l");
    assert_pane(pane, 3, 8, "…6789ab…\n…\n");
    press_key(pane, "l");
    assert_pane(pane, 3, 8, "…bcdef\n…\n");
    press_key(pane, "h");
    press_key(pane, "h");
    press_key(pane, "h");
    assert_pane(pane, 3, 8, "0123456…\nshort\n");
    press_key(pane, "w");
    assert_pane(pane, 4, 8, "01234567\n89abcdef\nshort\n");
    text_view_free(&view);
}

static void scrolling_ends_with_the_last_page(void **state)
{
    struct text_view *view = view_of("1\n2\n3\n4\n5\n6\n");
    struct pane *pane = text_view_pane(view);

    (void)state;
    assert_pane(pane, 4, 5, "1\n2\n3\n4\n");
    assert_position(pane, "0%");
    press_key(pane, "j");
    assert_pane(pane, 4, 5, "2\n3\n4\n5\n");
    assert_int_equal(text_view_top(view), 1);
    press_key(pane, "G");
    assert_pane(pane, 4, 5, "3\n4\n5\n6\n");
    assert_position(pane, "end");
    press_key(pane, "j");
    assert_pane(pane, 4, 5, "3\n4\n5\n6\n");
    press_key(pane, "PgUp");
    assert_pane(pane, 4, 5, "1\n2\n3\n4\n");
    press_key(pane, "k");
    assert_pane(pane, 9, 5, "1\n2\n3\n4\n5\n6\n");
    assert_position(pane, "all");
    text_view_free(&view);
}

static void wrapped_rows_scroll_one_by_one(void **state)
{
    struct text_view *view = view_of("aaaa bbbb cccc\ndddd\n");
    struct pane *pane = text_view_pane(view);

    (void)state;
    assert_pane(pane, 2, 5, "aaaa\nbbbb\n");
    press_key(pane, "j");
    assert_pane(pane, 2, 5, "bbbb\ncccc\n");
    press_key(pane, "j");
    assert_pane(pane, 2, 5, "cccc\ndddd\n");
    press_key(pane, "k");
    assert_pane(pane, 2, 5, "bbbb\ncccc\n");
    text_view_free(&view);
}

static void find_brings_the_place_onto_the_screen(void **state)
{
    struct text_view *view = view_of("one\ntwo\nthree\nfour\nfive\nsix\nseven two\n");
    struct pane *pane = text_view_pane(view);

    (void)state;
    assert_pane(pane, 3, 10, "one\ntwo\nthree\n");
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_HERE);
    assert_pane(pane, 3, 10, "one\ntwo\nthree\n");
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_HERE);
    assert_pane(pane, 3, 10, "five\nsix\nseven two\n");
    assert_int_equal(pane->ops->find(pane, "two", false), FIND_WRAPPED);
    assert_pane(pane, 3, 10, "one\ntwo\nthree\n");
    assert_int_equal(pane->ops->find(pane, "two", true), FIND_WRAPPED);
    assert_int_equal(pane->ops->find(pane, "eleven", false), FIND_NOTHING);
    text_view_free(&view);
}

static void spans_give_text_its_looks(void **state)
{
    static const struct text_span spans[] = {
        {0,  3, ROLE_HEADING},
        { 6, 4, ROLE_TICKET }
    };
    struct text_view *view = text_view_new();
    struct canvas *canvas;

    (void)state;
    text_view_set_spans(view, "abcdefMB-1 rest", 15, spans, 2);
    canvas = draw_pane(text_view_pane(view), 2, 10);
    assert_canvas(canvas, "abcdefMB-1\nrest\n");
    assert_int_equal(canvas_row(canvas, 0)[2].style.role, ROLE_HEADING);
    assert_int_equal(canvas_row(canvas, 0)[3].style.role, ROLE_NORMAL);
    assert_int_equal(canvas_row(canvas, 0)[6].style.role, ROLE_TICKET);
    assert_int_equal(canvas_row(canvas, 1)[0].style.role, ROLE_NORMAL);
    canvas_free(&canvas);
    text_view_free(&view);
}

static void hostile_text_is_shown(void **state)
{
    struct text_view *view = view_of("\033[2J\rX\xff\xe2\x80\xae");
    struct canvas *canvas = draw_pane(text_view_pane(view), 1, 40);

    (void)state;
    assert_canvas(canvas, "^[[2J^MX\\xFF<U+202E>\n");
    assert_int_equal(canvas_deceptive(canvas), 1);
    canvas_free(&canvas);
    text_view_free(&view);
}

static void an_empty_text_says_so(void **state)
{
    struct text_view *view = text_view_new();
    struct pane *pane = text_view_pane(view);

    (void)state;
    text_view_set_empty(view, "No patch.");
    assert_pane(pane, 3, 20, "\n No patch.\n");
    press_key(pane, "G");
    press_key(pane, "j");
    press_key(pane, "k");
    press_key(pane, "PgDn");
    assert_int_equal(pane->ops->find(pane, "x", false), FIND_NOTHING);
    assert_position(pane, "");
    text_view_free(&view);
}

static void assert_row(struct pane *pane, int row, const char *beginning, const char *end)
{
    struct canvas *canvas = draw_pane(pane, 24, 80);
    struct strbuf text = STRBUF_INIT;

    for (int column = 0; column < 80; column++)
        strbuf_add(&text, canvas_row(canvas, row)[column].text);
    assert_memory_equal(text.data, beginning, strlen(beginning));
    assert_non_null(strstr(text.data, end));
    strbuf_release(&text);
    canvas_free(&canvas);
}

/* Ten megabytes in one line. */
static void a_very_long_line_scrolls_like_any_other(void **state)
{
    size_t length = 10 * 1000 * 1000;
    char *line = memory_array(length, 1);
    struct text_view *view = text_view_new();
    struct pane *pane = text_view_pane(view);

    (void)state;
    memset(line, 'x', length);
    memcpy(line, "begin", 5);
    memcpy(line + length - 3, "end", 3);
    text_view_set_text(view, line, length);
    assert_row(pane, 0, "beginxx", "xx");
    for (int i = 0; i < 10; i++) {
        press_key(pane, "G");
        assert_row(pane, 0, "xx", "xx");
        assert_row(pane, 23, "xx", "xend");
        press_key(pane, "gg");
        assert_row(pane, 0, "beginxx", "xx");
        press_key(pane, "PgDn");
        assert_row(pane, 0, "xx", "xx");
    }
    free(line);
    text_view_free(&view);
}

static void pieces_are_cut_between_characters(void **state)
{
    size_t count = TEXT_PIECE;
    char *line = memory_array(count, 3);
    struct text_view *view = text_view_new();
    struct canvas *canvas;

    (void)state;
    for (size_t i = 0; i < count; i++)
        memcpy(line + i * 3, "\xe2\x82\xac", 3);
    text_view_set_text(view, line, count * 3);
    canvas = draw_pane(text_view_pane(view), 60, 100);
    for (int row = 0; row < 40; row++)
        for (int column = 0; column < 100; column++)
            assert_true(canvas_row(canvas, row)[column].text[0] == ' ' ||
                        strcmp(canvas_row(canvas, row)[column].text, "\xe2\x82\xac") == 0);
    canvas_free(&canvas);
    free(line);
    text_view_free(&view);
}

static const char patch[] = "diff --git a/x b/x\n"
                            "--- a/x\n"
                            "+++ b/x\n"
                            "@@ -1 +1 @@\n"
                            "-old\n"
                            "+new\n"
                            "@@ -9 +9 @@\n"
                            " same\n"
                            "diff --git a/y b/y\n"
                            "@@ -1 +1 @@\n"
                            "+more\n";

static void patch_lines_look_by_what_they_do(void **state)
{
    struct patch_view *view = patch_view_new();
    struct canvas *canvas;

    (void)state;
    patch_view_set_patch(view, patch, sizeof patch - 1);
    canvas = draw_pane(patch_view_pane(view), 12, 30);
    assert_int_equal(canvas_row(canvas, 0)[0].style.role, ROLE_PATCH_FILE);
    assert_int_equal(canvas_row(canvas, 2)[0].style.role, ROLE_PATCH_FILE);
    assert_int_equal(canvas_row(canvas, 3)[0].style.role, ROLE_PATCH_HUNK);
    assert_int_equal(canvas_row(canvas, 4)[0].style.role, ROLE_REMOVED);
    assert_int_equal(canvas_row(canvas, 5)[0].style.role, ROLE_ADDED);
    assert_int_equal(canvas_row(canvas, 7)[0].style.role, ROLE_NORMAL);
    canvas_free(&canvas);
    patch_view_free(&view);
}

static void hunks_and_files_are_a_key_away(void **state)
{
    struct patch_view *view = patch_view_new();
    struct pane *pane = patch_view_pane(view);

    (void)state;
    patch_view_set_patch(view, patch, sizeof patch - 1);
    pane_place(pane, (struct rectangle){ 0, 0, 2, 30 });
    press_key(pane, "]c");
    assert_pane(pane, 2, 30, "@@ -1 +1 @@\n-old\n");
    press_key(pane, "]c");
    assert_pane(pane, 2, 30, "@@ -9 +9 @@\n same\n");
    press_key(pane, "]f");
    assert_pane(pane, 2, 30, "diff --git a/y b/y\n@@ -1 +1 @@\n");
    press_key(pane, "[c");
    assert_pane(pane, 2, 30, "@@ -9 +9 @@\n same\n");
    press_key(pane, "[f");
    assert_pane(pane, 2, 30, "diff --git a/x b/x\n--- a/x\n");
    press_key(pane, "[f");
    assert_pane(pane, 2, 30, "diff --git a/x b/x\n--- a/x\n");
    press_key(pane, "j");
    assert_pane(pane, 2, 30, "--- a/x\n+++ b/x\n");
    patch_view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_wraps_between_words),
        cmocka_unit_test(a_word_longer_than_the_line_is_broken),
        cmocka_unit_test(a_path_is_broken_only_where_no_row_holds_it),
        cmocka_unit_test(wide_characters_wrap_whole),
        cmocka_unit_test(tabs_go_to_the_next_stop),
        cmocka_unit_test(cut_lines_move_sideways),
        cmocka_unit_test(scrolling_ends_with_the_last_page),
        cmocka_unit_test(wrapped_rows_scroll_one_by_one),
        cmocka_unit_test(find_brings_the_place_onto_the_screen),
        cmocka_unit_test(spans_give_text_its_looks),
        cmocka_unit_test(hostile_text_is_shown),
        cmocka_unit_test(an_empty_text_says_so),
        cmocka_unit_test(a_very_long_line_scrolls_like_any_other),
        cmocka_unit_test(pieces_are_cut_between_characters),
        cmocka_unit_test(patch_lines_look_by_what_they_do),
        cmocka_unit_test(hunks_and_files_are_a_key_away),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
