#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include <pilab/tui/key.h>
#include <pilab/tui/line_editor.h>

#include "drawing.h"

static void type(struct line_editor *editor, const char *keys)
{
    for (const char *key = keys; *key != '\0';) {
        size_t length = strcspn(key, " ");

        line_editor_key(editor, key_parse(key, length));
        key += length + (key[length] == ' ');
    }
}

static void characters_are_put_in_at_the_cursor(void **state)
{
    struct line_editor *editor = line_editor_new("ac", NULL);

    (void)state;
    type(editor, "Left b");
    assert_string_equal(line_editor_text(editor), "abc");
    assert_int_equal(line_editor_cursor(editor), 2);
    type(editor, "Home > End <");
    assert_string_equal(line_editor_text(editor), ">abc<");
    line_editor_free(&editor);
    assert_null(editor);
}

static void the_cursor_never_stands_inside_a_character(void **state)
{
    /* "é" in two code points, then a wide character. */
    struct line_editor *editor = line_editor_new("e\xcc\x81変", NULL);

    (void)state;
    type(editor, "Left");
    assert_int_equal(line_editor_cursor(editor), 3);
    type(editor, "Left");
    assert_int_equal(line_editor_cursor(editor), 0);
    type(editor, "Left");
    assert_int_equal(line_editor_cursor(editor), 0);
    type(editor, "Del");
    assert_string_equal(line_editor_text(editor), "変");
    type(editor, "Right Backspace");
    assert_string_equal(line_editor_text(editor), "");
    type(editor, "Backspace Del Right");
    assert_string_equal(line_editor_text(editor), "");
    line_editor_free(&editor);
}

static void words_and_ends_are_cut(void **state)
{
    struct line_editor *editor = line_editor_new("drift v1 v2", NULL);

    (void)state;
    type(editor, "^W");
    assert_string_equal(line_editor_text(editor), "drift v1 ");
    type(editor, "^W");
    assert_string_equal(line_editor_text(editor), "drift ");
    type(editor, "Home Right Right ^K");
    assert_string_equal(line_editor_text(editor), "dr");
    type(editor, "Left ^U");
    assert_string_equal(line_editor_text(editor), "r");
    line_editor_free(&editor);
}

static void pasted_text_becomes_one_line(void **state)
{
    struct line_editor *editor = line_editor_new(NULL, NULL);
    const char pasted[] = "one\r\ntwo\tthree\033[2J\xff!";

    (void)state;
    line_editor_insert(editor, pasted, sizeof pasted - 1);
    assert_string_equal(line_editor_text(editor), "one  two three [2J!");
    line_editor_free(&editor);
}

static void history_comes_back_and_the_line_is_kept(void **state)
{
    struct line_history *history = line_history_new(2);
    struct line_editor *editor;

    (void)state;
    line_history_add(history, "one");
    line_history_add(history, "two");
    line_history_add(history, "two");
    line_history_add(history, "");
    line_history_add(history, "three");
    assert_int_equal(line_history_count(history), 2);
    assert_string_equal(line_history_at(history, 0), "two");
    editor = line_editor_new("half", history);
    type(editor, "Up");
    assert_string_equal(line_editor_text(editor), "three");
    type(editor, "Up Up Up");
    assert_string_equal(line_editor_text(editor), "two");
    type(editor, "Down Down");
    assert_string_equal(line_editor_text(editor), "half");
    type(editor, "Down");
    assert_string_equal(line_editor_text(editor), "half");
    line_editor_free(&editor);
    line_history_free(&history);
}

static void keys_of_the_caller_are_left_to_it(void **state)
{
    struct line_editor *editor = line_editor_new("x", NULL);

    (void)state;
    assert_false(line_editor_key(editor, KEYCODE_ENTER));
    assert_false(line_editor_key(editor, KEYCODE_ESCAPE));
    assert_false(line_editor_key(editor, KEYCODE_TAB));
    assert_false(line_editor_key(editor, KEYCODE_F1));
    assert_string_equal(line_editor_text(editor), "x");
    line_editor_free(&editor);
}

static struct canvas *draw(const struct line_editor *editor, int columns)
{
    struct canvas *canvas = canvas_new(1, columns, GLYPHS_UTF8);
    struct surface surface = surface_whole(canvas);

    line_editor_draw(editor, &surface, 0, 0, columns);
    return canvas;
}

static void a_long_line_scrolls_so_that_the_cursor_is_seen(void **state)
{
    struct line_editor *editor = line_editor_new("0123456789", NULL);
    struct canvas *canvas = draw(editor, 6);

    (void)state;
    assert_canvas(canvas, "56789\n");
    assert_int_equal(canvas_cursor(canvas).column, 5);
    assert_true(canvas_cursor(canvas).visible);
    canvas_free(&canvas);
    type(editor, "Home");
    canvas = draw(editor, 6);
    assert_canvas(canvas, "012345\n");
    assert_int_equal(canvas_cursor(canvas).column, 0);
    canvas_free(&canvas);
    line_editor_free(&editor);
}

static void a_secret_is_not_shown(void **state)
{
    struct line_editor *editor = line_editor_new("h\xc3\xa9!", NULL);
    struct canvas *canvas;

    (void)state;
    line_editor_set_secret(editor, true);
    canvas = draw(editor, 10);
    assert_canvas(canvas, "•••\n");
    canvas_free(&canvas);
    line_editor_free(&editor);
}

static void a_word_is_replaced(void **state)
{
    struct line_editor *editor = line_editor_new("theme mo", NULL);

    (void)state;
    line_editor_replace(editor, 6, 8, "mono");
    assert_string_equal(line_editor_text(editor), "theme mono");
    assert_int_equal(line_editor_cursor(editor), 10);
    line_editor_set(editor, "quit");
    assert_string_equal(line_editor_text(editor), "quit");
    assert_int_equal(line_editor_cursor(editor), 4);
    line_editor_free(&editor);
}

static void what_is_proposed_gives_way_to_what_is_typed(void **state)
{
    struct line_editor *editor = line_editor_new("R2025.03", NULL);

    (void)state;
    line_editor_select(editor);
    type(editor, "R 4");
    assert_string_equal(line_editor_text(editor), "R4");
    assert_int_equal(line_editor_cursor(editor), 2);
    line_editor_set(editor, "old");
    line_editor_select(editor);
    line_editor_insert(editor, "pasted", 6);
    assert_string_equal(line_editor_text(editor), "pasted");
    line_editor_free(&editor);
}

static void moving_in_what_is_proposed_keeps_it(void **state)
{
    static const struct {
        const char *keys, *text;
    } cases[] = {
        {"Home v",      "v1.2.3"},
        { "End 4",      "1.2.34"},
        { "Left x",     "1.2.x3"},
        { "Backspace",  "1.2."  },
        { "Right 4",    "1.2.34"},
        { "Home Del 4", "4.2.3" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line_editor *editor = line_editor_new("1.2.3", NULL);

        line_editor_select(editor);
        type(editor, cases[i].keys);
        assert_string_equal(line_editor_text(editor), cases[i].text);
        line_editor_free(&editor);
    }
}

static void what_is_selected_is_seen_to_be(void **state)
{
    struct line_editor *editor = line_editor_new("R1", NULL);
    struct canvas *canvas;

    (void)state;
    line_editor_select(editor);
    canvas = draw(editor, 4);
    assert_int_equal(canvas_row(canvas, 0)[0].style.overlay, ROLE_SELECTED);
    assert_int_equal(canvas_row(canvas, 0)[1].style.overlay, ROLE_SELECTED);
    assert_int_not_equal(canvas_row(canvas, 0)[2].style.overlay, ROLE_SELECTED);
    canvas_free(&canvas);
    type(editor, "End");
    canvas = draw(editor, 4);
    assert_int_not_equal(canvas_row(canvas, 0)[0].style.overlay, ROLE_SELECTED);
    canvas_free(&canvas);
    line_editor_free(&editor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_put_in_at_the_cursor),
        cmocka_unit_test(the_cursor_never_stands_inside_a_character),
        cmocka_unit_test(words_and_ends_are_cut),
        cmocka_unit_test(pasted_text_becomes_one_line),
        cmocka_unit_test(history_comes_back_and_the_line_is_kept),
        cmocka_unit_test(keys_of_the_caller_are_left_to_it),
        cmocka_unit_test(a_long_line_scrolls_so_that_the_cursor_is_seen),
        cmocka_unit_test(a_secret_is_not_shown),
        cmocka_unit_test(a_word_is_replaced),
        cmocka_unit_test(what_is_proposed_gives_way_to_what_is_typed),
        cmocka_unit_test(moving_in_what_is_proposed_keeps_it),
        cmocka_unit_test(what_is_selected_is_seen_to_be),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
