#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "../../support/patience.h"
#include "drawing.h"
#include "editor_desk.h"

/* What is seen of a text, and whatever is typed. */

/* ---- on the screen ---- */

static void long_lines_wrap_between_words_under_their_text(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk,
              "- the quick brown fox jumps over the lazy dog\n  and another one that is long");
    assert_pane(editor_pane(desk.editor), 6, 24,
                "- the quick brown fox\n  jumps over the lazy\n  dog\n  and another one that\n"
                "  is long\n");
    desk_close(&desk);
}

static void bytes_that_are_no_text_are_shown_and_kept(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "a\x1b[31m\xff\tb\xcc\x81\xe2\x80\xae\r\nx\ry");
    assert_pane(editor_pane(desk.editor), 3, 40, "a^[[31m\\xFF     b\xcc\x81<U+202E>\nx^My\n");
    desk_press(&desk, "$xu");
    assert_desk_text(&desk, "a\x1b[31m\xff\tb\xcc\x81\xe2\x80\xae\r\nx\ry");
    desk_close(&desk);
}

static void assert_cursor(struct desk *desk, int rows, int columns, int row, int column)
{
    struct canvas *canvas = draw_pane(editor_pane(desk->editor), rows, columns);
    struct canvas_cursor cursor = canvas_cursor(canvas);

    assert_true(cursor.visible);
    assert_int_equal(cursor.row, row);
    assert_int_equal(cursor.column, column);
    canvas_free(&canvas);
}

static void the_cursor_stands_on_its_character(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "\xe4\xb8\xad"
                     "e\xcc\x81x\nthe quick brown fox\n");
    assert_cursor(&desk, 5, 12, 0, 0);
    desk_press(&desk, "l");
    assert_cursor(&desk, 5, 12, 0, 2);
    desk_press(&desk, "l");
    assert_cursor(&desk, 5, 12, 0, 3);
    desk_press(&desk, "j$");
    assert_cursor(&desk, 5, 12, 2, 8);
    desk_press(&desk, "a ");
    assert_cursor(&desk, 5, 12, 2, 10);
    desk_close(&desk);
}

static void up_and_down_move_by_rows_and_keep_their_column(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "the quick brown fox\n\nthe lazy dog");
    assert_cursor(&desk, 6, 12, 0, 0);
    desk_press(&desk, "llllllj");
    assert_cursor(&desk, 6, 12, 1, 6);
    desk_press(&desk, "j");
    assert_cursor(&desk, 6, 12, 2, 0);
    desk_press(&desk, "j");
    assert_cursor(&desk, 6, 12, 3, 6);
    desk_press(&desk, "kkk");
    assert_cursor(&desk, 6, 12, 0, 6);
    desk_close(&desk);
}

static void some_rows_are_kept_around_the_cursor(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14");
    assert_cursor(&desk, 10, 20, 0, 0);
    desk_press(&desk, "jjjjjjj");
    assert_cursor(&desk, 10, 20, 6, 0);
    desk_press(&desk, "G");
    assert_cursor(&desk, 10, 20, 9, 0);
    desk_press(&desk, "kkkkkkk");
    assert_cursor(&desk, 10, 20, 3, 0);
    desk_press(&desk, "gg");
    assert_cursor(&desk, 10, 20, 0, 0);
    desk_close(&desk);
}

static void a_selection_is_seen_on_the_screen(void **state)
{
    struct canvas *canvas;
    struct desk desk;

    (void)state;
    desk_open(&desk, "one two\nthree");
    desk_press(&desk, "wvj");
    canvas = draw_pane(editor_pane(desk.editor), 4, 20);
    assert_int_equal(canvas_row(canvas, 0)[3].style.overlay, ROLE_NORMAL);
    assert_int_equal(canvas_row(canvas, 0)[4].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 0)[7].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 1)[4].style.overlay, ROLE_MARKED);
    assert_int_equal(canvas_row(canvas, 1)[5].style.overlay, ROLE_NORMAL);
    canvas_free(&canvas);
    desk_close(&desk);
}

static void every_mode_has_sound_keys(void **state)
{
    static const char *const ways[] = { "", "i", "<Esc>v", "<Esc>d", "<Esc>f" };
    struct desk desk;

    (void)state;
    desk_open(&desk, "one");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const struct pane *pane = editor_pane(desk.editor);
        struct keymap keymap = { 0 };
        struct error error = { 0 };

        desk_press(&desk, ways[i]);
        keymap_add(&keymap, pane->ops->keys);
        keymap_add(&keymap, pane->ops->base_keys);
        if (!keymap_check(&keymap, &error))
            fail_msg("%s", error.message);
    }
    desk_close(&desk);
}

/* ---- whatever is typed ---- */

static void ten_thousand_random_keys_keep_the_cursor_between_characters(void **state)
{
    static const char *const keys[] = {
        "i",       "a",
        "o",       "O",
        "<Esc>",   "x",
        "X",       "dd",
        "dw",      "db",
        "cw",      "cc",
        "p",       "P",
        "yy",      "J",
        "~",       "u",
        "<^R>",    ".",
        "w",       "b",
        "e",       "0",
        "$",       "^",
        "j",       "k",
        "h",       "l",
        "gg",      "G",
        "{",       "}",
        "f ",      "t,",
        ";",       ",",
        "v",       "V",
        "d",       "c",
        "y",       "iw",
        "ap",      "<Enter>",
        "<Tab>",   "<Backspace>",
        "<Del>",   "<^W>",
        "<^U>",    "<Left>",
        "<Right>", "<Up>",
        "<Down>",  "<Home>",
        "<End>",   "<PgDn>",
        "<PgUp>",  "<^D>",
        "%",       "rx",
        "D",       "C",
        "- ",      "\xe4\xb8\xad",
        "e",       "\xcc\x81",
        " ",       "\xe2\x80\x8d",
    };
    struct random random = random_seeded(3);
    struct strbuf text = STRBUF_INIT, end = STRBUF_INIT;
    struct desk desk;

    (void)state;
    desk_open(&desk, "- one\r\n- two (three)\n\n\xff\xfe bytes\ne\xcc\x81t\xc3\xa9\n");
    for (int i = 0; i < 10000; i++) {
        struct pane *pane = editor_pane(desk.editor);
        struct keymap keymap = { 0 };
        struct key_sequence typed = { 0 };
        uint64_t choice;
        const char *key, *stop;
        size_t cursor;

        random_bytes(&random, &choice, sizeof choice);
        key = keys[choice % (sizeof keys / sizeof keys[0])];
        stop = key + strlen(key);
        while (key < stop) {
            const char *close = key[0] == '<' ? strchr(key, '>') : NULL;
            struct key_match match;

            keymap = (struct keymap){ 0 };
            typed.keys[typed.count] = close != NULL ? key_parse(key + 1, (size_t)(close - key) - 1)
                                                    : utf8_decode(&key, stop);
            key = close != NULL ? close + 1 : key;
            if (typed.count == 0 && (pane->ops->key(pane, typed.keys[0]) & REFRESH_IGNORED) == 0)
                continue;
            typed.count++;
            keymap_add(&keymap, pane->ops->keys);
            keymap_add(&keymap, pane->ops->base_keys);
            if (keymap_match(&keymap, &typed, &match) == KEY_RESULT_MATCH) {
                pane->ops->act(pane, match.row->action);
                typed.count = 0;
            } else if (match.row != NULL) {
                typed.count = 0;
            }
        }
        cursor = editor_cursor(desk.editor);
        assert_true(cursor <= editor_length(desk.editor));
        if (i % 50 == 0) {
            struct canvas *canvas = draw_pane(pane, 5 + (int)(choice % 9), 5 + (int)(choice % 31));

            assert_true(canvas_cursor(canvas).visible);
            canvas_free(&canvas);
        }
        editor_set_limit(desk.editor, 20000);
    }
    desk_press(&desk, "<Esc><Esc>");
    editor_get_text(desk.editor, &end);
    while (editor_is_modified(desk.editor)) {
        desk.said[0] = '\0';
        desk_press(&desk, "u");
        assert_string_equal(desk.said, "");
    }
    assert_desk_text(&desk, "- one\r\n- two (three)\n\n\xff\xfe bytes\ne\xcc\x81t\xc3\xa9\n");
    while (desk.said[0] == '\0')
        desk_press(&desk, "<^R>");
    editor_get_text(desk.editor, &text);
    assert_true(text.length > 0);
    strbuf_release(&text);
    strbuf_release(&end);
    desk_close(&desk);
}

/* Milliseconds that this thread has had a processor for: others may be busy on it too. */
static int64_t worked(void)
{
    struct timespec time;

    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void keys_in_a_huge_line_and_a_huge_text_take_no_time(void **state)
{
    size_t size = 10 * 1000 * 1000;
    char *bytes = memory_array(size + 1, 1);
    struct canvas *canvas = canvas_new(60, 200, GLYPHS_UTF8);
    struct surface surface = surface_whole(canvas);

    (void)state;
    for (int lines = 0; lines < 2; lines++) {
        struct desk desk;
        struct pane *pane;
        int64_t start;

        memset(bytes, 'x', size);
        for (size_t i = 9; i < size; i += 10)
            bytes[i] = lines == 1 && i % 100 == 99 ? '\n' : ' ';
        desk_open(&desk, "");
        editor_set_text(desk.editor, bytes, size);
        pane = editor_pane(desk.editor);
        pane_place(pane, (struct rectangle){ 0, 0, 60, 200 });
        editor_set_cursor(desk.editor, size / 2);
        start = worked();
        desk_press(&desk, "i");
        for (int i = 0; i < 100; i++) {
            desk_press(&desk, i % 3 == 0 ? "y" : i % 3 == 1 ? "<Down>" : "<Backspace>");
            canvas_clear(canvas);
            pane->ops->draw(pane, &surface, true);
        }
        print_message("# %s: %d us a key, drawing included\n", lines == 1 ? "10 MB" : "10 MB line",
                      (int)(worked() - start) * 10);
        /* Ten times what is wanted: whoever goes through the whole text takes seconds. */
        assert_true(worked() - start < patience(2000));
        desk_close(&desk);
    }
    canvas_free(&canvas);
    free(bytes);
}

static void a_word_of_megabytes_stops_nobody(void **state)
{
    static const char *const keys[] = { "w", "e", "b", "^", "fz", "viw<Esc>", "%", "iq<^W><Esc>" };
    size_t size = 10 * 1000 * 1000;
    char *bytes = memory_array(size + 1, 1);
    struct desk desk;

    (void)state;
    memset(bytes, 'x', size);
    desk_open(&desk, "");
    editor_set_text(desk.editor, bytes, size);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        int64_t start;

        editor_set_cursor(desk.editor, size / 2);
        start = worked();
        desk_press(&desk, keys[i]);
        if (worked() - start > patience(500))
            fail_msg("%s took %d ms", keys[i], (int)(worked() - start));
    }
    desk_close(&desk);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_lines_wrap_between_words_under_their_text),
        cmocka_unit_test(bytes_that_are_no_text_are_shown_and_kept),
        cmocka_unit_test(the_cursor_stands_on_its_character),
        cmocka_unit_test(up_and_down_move_by_rows_and_keep_their_column),
        cmocka_unit_test(some_rows_are_kept_around_the_cursor),
        cmocka_unit_test(a_selection_is_seen_on_the_screen),
        cmocka_unit_test(every_mode_has_sound_keys),
        cmocka_unit_test(ten_thousand_random_keys_keep_the_cursor_between_characters),
        cmocka_unit_test(keys_in_a_huge_line_and_a_huge_text_take_no_time),
        cmocka_unit_test(a_word_of_megabytes_stops_nobody),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
