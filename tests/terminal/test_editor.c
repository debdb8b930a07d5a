#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "seat.h"

/* Somebody writes a note in a real terminal. */

#define EDITOR "tests/terminal/fixture_editor"

static struct vt *open_editor(void **state, const char *text)
{
    return harness_start(*state, 24, 80, EDITOR, "--text", text, NULL);
}

/* Quits, and says yes to losing what was changed. */
static void leave(struct vt **vt)
{
    assert_true(vt_type(*vt, "\033"));
    vt_send(*vt, "Q");
    if (vt_find(*vt, "note changed") >= 0) {
        assert_true(vt_wait_text(*vt, "what was typed"));
        vt_send(*vt, "y");
    }
    assert_int_equal(vt_exit(*vt, VT_PATIENCE), FIXTURE_QUIT);
    vt_free(vt);
}

static void kill_editor(struct vt **vt)
{
    vt_hang_up(*vt);
    assert_int_equal(vt_exit(*vt, VT_PATIENCE), FIXTURE_HUNG_UP);
    vt_free(vt);
}

/* What is in the editor now, byte for byte; the caller frees. */
static char *written(struct vt *vt, void **state)
{
    char *path = path_join(harness_home(*state), "written");
    char *command = memory_printf(":write %s\r", path);
    char *text;

    /* Out of typing, where a command is text. */
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, command));
    text = scratch_read(path);
    free(command);
    free(path);
    return text;
}

static void assert_written(struct vt *vt, void **state, const char *wanted)
{
    char *text = written(vt, state);

    assert_string_equal(text, wanted);
    free(text);
}

static void the_hints_say_how_to_type_and_how_to_stop(void **state)
{
    struct vt *vt = open_editor(state, "Release Notes\n\n- MB-234 Biometric authentication\n");

    assert_shown(vt, "i type");
    assert_shown(vt, "NORMAL");
    assert_golden(vt, "editor_normal");
    assert_true(vt_type(vt, "i"));
    assert_shown(vt, "Esc end typing");
    assert_not_shown(vt, "? help");
    assert_shown(vt, "INSERT");
    assert_true(vt_cursor_visible(vt));
    assert_true(vt_type(vt, "R2025.03 "));
    assert_int_equal(vt_cursor(vt).col, 10);
    assert_shown(vt, "R2025.03 Release Notes");
    assert_shown(vt, "note changed");
    assert_golden(vt, "editor_typing");
    assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, "d"));
    assert_shown(vt, "iw the word");
    assert_true(vt_type(vt, "w"));
    assert_shown(vt, "NORMAL");
    leave(&vt);
}

static void keys_that_the_editor_has_are_its_own_and_others_reach_the_view(void **state)
{
    struct vt *vt = open_editor(state, "abc");

    assert_true(vt_type(vt, "x"));
    assert_shown(vt, "bc");
    assert_not_shown(vt, "the view heard x");
    assert_true(vt_type(vt, "m"));
    assert_shown(vt, "the view heard m");
    assert_true(vt_type(vt, "im8:q"));
    assert_written(vt, state, "m8:qbc");
    assert_true(vt_type(vt, "\033:check\r"));
    assert_shown(vt, "the keys are sound");
    leave(&vt);
}

static void long_lines_wrap_and_arrows_follow_the_rows(void **state)
{
    struct vt *vt = open_editor(state, "- MB-234 Biometric authentication, so that nobody has to "
                                       "remember a password that "
                                       "is longer than the line it is written on\nend");

    assert_string_equal(vt_row(vt, 1), " - MB-234 Biometric authentication, so that nobody has to "
                                       "remember a password");
    assert_string_equal(vt_row(vt, 2), "   that is longer than the line it is written on");
    vt_key(vt, VTERM_KEY_DOWN);
    assert_true(vt_wait_idle(vt));
    assert_int_equal(vt_cursor(vt).row, 2);
    vt_key(vt, VTERM_KEY_DOWN);
    assert_true(vt_wait_idle(vt));
    assert_int_equal(vt_cursor(vt).row, 3);
    leave(&vt);
}

static void a_bracketed_paste_is_text_in_every_mode(void **state)
{
    struct vt *vt = open_editor(state, "abc\n");

    assert_true(vt_type(vt, "\033[200~dd:q!\rQ\ttwo\007\033[201~"));
    assert_shown(vt, "1 control character of what was pasted was left out");
    assert_written(vt, state, "dd:q!\nQ\ttwoabc\n");
    assert_true(vt_type(vt, "u"));
    assert_written(vt, state, "abc\n");
    assert_true(vt_type(vt, "i\033[200~x\ny\033[201~"));
    assert_shown(vt, "INSERT");
    assert_written(vt, state, "x\nyabc\n");
    leave(&vt);
}

static void wide_and_combining_characters_keep_their_columns(void **state)
{
    struct vt *vt = open_editor(state, "");

    assert_true(vt_type(vt, "i\xe4\xb8\xad\xe6\x96\x87 e\xcc\x81t\xc3\xa9 x"));
    assert_string_equal(vt_row(vt, 1), " \xe4\xb8\xad\xe6\x96\x87 e\xcc\x81t\xc3\xa9 x");
    assert_int_equal(vt_cursor(vt).col, 11);
    vt_key(vt, VTERM_KEY_LEFT);
    vt_key(vt, VTERM_KEY_LEFT);
    vt_key(vt, VTERM_KEY_LEFT);
    vt_key(vt, VTERM_KEY_LEFT);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "\177"));
    vt_key(vt, VTERM_KEY_LEFT);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "\177\033"));
    assert_written(vt, state, "\xe4\xb8\xad t\xc3\xa9 x");
    leave(&vt);
}

static void resizing_while_typing_keeps_text_and_cursor(void **state)
{
    struct vt *vt = open_editor(state, "");

    assert_true(vt_type(vt, "ithe quick brown fox jumps over the lazy dog\rand rests"));
    vt_resize(vt, 5, 20);
    assert_true(vt_wait_text(vt, "and rests"));
    assert_true(vt_type(vt, " here"));
    assert_shown(vt, "and rests here");
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_text(vt, "the quick brown fox jumps over the lazy dog"));
    assert_true(vt_type(vt, " now"));
    assert_int_equal(vt_cursor(vt).row, 2);
    assert_int_equal(vt_cursor(vt).col, 19);
    assert_true(vt_type(vt, "\033"));
    assert_written(vt, state, "the quick brown fox jumps over the lazy dog\nand rests here now");
    leave(&vt);
}

static void undo_goes_back_to_what_was_saved_and_the_title_says_so(void **state)
{
    struct vt *vt = open_editor(state, "one\n");

    assert_true(vt_type(vt, "Atwo three\033"));
    assert_shown(vt, "note changed");
    assert_true(vt_type(vt, "uu"));
    assert_shown(vt, "note saved");
    assert_true(vt_type(vt, "u"));
    assert_shown(vt, "nothing to take back");
    assert_true(vt_type(vt, "\x12\x12"));
    assert_written(vt, state, "onetwo three\n");
    leave(&vt);
}

static void leaving_asks_before_text_is_lost(void **state)
{
    struct vt *vt = open_editor(state, "one\n");

    assert_true(vt_type(vt, "ix\033Q"));
    assert_shown(vt, "what was typed");
    assert_true(vt_type(vt, "\033"));
    assert_shown(vt, "xone");
    kill_editor(&vt);
}

static void words_are_replaced_after_their_count_was_shown(void **state)
{
    struct vt *vt = open_editor(state, "uat and UAT\nand uat again\n");

    assert_true(vt_type(vt, "gruat\r"));
    assert_shown(vt, "It occurs 3 times.");
    assert_true(vt_type(vt, "PROD\r"));
    assert_shown(vt, "Replace uat 3 times");
    assert_true(vt_type(vt, "a"));
    assert_shown(vt, "replaced 3 times");
    assert_written(vt, state, "PROD and PROD\nand PROD again\n");
    assert_true(vt_type(vt, "u"));
    assert_written(vt, state, "uat and UAT\nand uat again\n");
    leave(&vt);
}

static void words_are_replaced_one_by_one(void **state)
{
    struct vt *vt = open_editor(state, "uat and uat\nand uat and uat\n");

    assert_true(vt_type(vt, "gruat\ruat2\re"));
    assert_shown(vt, "Replace this one?");
    assert_true(vt_type(vt, "yn"));
    assert_true(vt_type(vt, "a"));
    assert_shown(vt, "replaced 3 times");
    assert_written(vt, state, "uat2 and uat\nand uat2 and uat2\n");
    leave(&vt);
}

static void find_and_copy_work_as_everywhere(void **state)
{
    struct vt *vt = open_editor(state, "one two\nthree two\n");

    assert_true(vt_type(vt, "/two\r"));
    assert_int_equal(vt_cursor(vt).col, 5);
    assert_true(vt_type(vt, "n"));
    assert_int_equal(vt_cursor(vt).row, 2);
    assert_true(vt_type(vt, "yy"));
    assert_shown(vt, "10 bytes copied");
    assert_string_equal(vt_clipboard(vt), "52;c;dGhyZWUgdHdvCg==");
    leave(&vt);
}

static void a_read_only_text_says_so(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, EDITOR, "--text", "one", "--read-only", NULL);

    assert_shown(vt, "READ ONLY");
    assert_true(vt_type(vt, "i"));
    assert_shown(vt, "this text is read only");
    assert_true(vt_type(vt, "\033[200~x\033[201~"));
    assert_written(vt, state, "one");
    leave(&vt);
}

static void another_editor_takes_the_text_and_gives_it_back(void **state)
{
    char *folder = scratch_new();
    char *script = scratch_file(folder, "editor", "#!/bin/sh\necho elsewhere >>\"$1\"\n");
    char *assignment = memory_printf("EDITOR=%s", script);
    struct vt *vt;

    assert_int_equal(chmod(script, 0700), 0);
    harness_set(*state, assignment);
    vt = open_editor(state, "here\n");
    assert_true(vt_type(vt, ":elsewhere\r"));
    assert_true(vt_wait_text(vt, "elsewhere"));
    assert_written(vt, state, "here\nelsewhere\n");
    assert_true(vt_type(vt, "u"));
    assert_written(vt, state, "here\n");
    leave(&vt);
    harness_set(*state, "PILAB_RESTRICTED=1");
    vt = open_editor(state, "here\n");
    assert_true(vt_type(vt, ":elsewhere\r"));
    assert_shown(vt, "this session is restricted");
    assert_true(vt_type(vt, "\033"));
    leave(&vt);
    free(script);
    free(assignment);
    scratch_remove(&folder);
}

static void a_key_in_five_megabytes_is_cheap(void **state)
{
    struct vt *vt = harness_start(*state, 60, 200, EDITOR, "--size", "5000000", NULL);
    size_t move, typed;
    double milliseconds;

    move = dearest_key(vt, "l", 10);
    assert_true(vt_type(vt, "i"));
    milliseconds = median_key(vt, "a", 50);
    typed = dearest_key(vt, "b", 10);
    print_message("# %zu bytes a move, %zu and %.2f ms a letter\n", move, typed, milliseconds);
    assert_in_range(move, 1, 200);
    assert_in_range(typed, 1, 2000);
    assert_true(milliseconds < (double)patience(20));
    kill_editor(&vt);
}

static void a_hostile_text_is_shown_and_not_obeyed(void **state)
{
    struct vt *vt = open_editor(state, "\033]0;owned\007 \033[2J \xc2\x9b"
                                       "31m \xff \xe2\x80\xae end\n");

    assert_shown(vt, "^[]0;owned^G ^[[2J <U+009B>31m \\xFF <U+202E> end");
    assert_shown(vt, "1 hidden characters shown");
    assert_true(vt_type(vt, "$xxxA more\033"));
    assert_only_curses(vt);
    assert_written(vt, state,
                   "\033]0;owned\007 \033[2J \xc2\x9b"
                   "31m \xff \xe2\x80\xae  more\n");
    leave(&vt);
}

static uint64_t number(struct random *random, uint64_t below)
{
    uint64_t value;

    random_bytes(random, &value, sizeof value);
    return value % below;
}

#define KEYS          400
#define KEYS_AT_NIGHT 20000

static void any_keys_in_any_order_do_no_harm(void **state)
{
    static const char *const keys[] = {
        "i",
        "a",
        "o",
        "\033",
        "\033",
        "\033",
        "x",
        "dd",
        "dw",
        "cw",
        "ciw",
        "dap",
        "Vd",
        "p",
        "P",
        "J",
        "~",
        "u",
        "\x12",
        ".",
        "w",
        "b",
        "e",
        "0",
        "$",
        "gg",
        "G",
        "j",
        "k",
        "h",
        "l",
        "fa",
        "t,",
        ";",
        "%",
        "{",
        "}",
        "v",
        "V",
        "/a\r",
        "n",
        "N",
        "\r",
        "\t",
        "\177",
        "\x17",
        "\x15",
        "\x04",
        "\033[A",
        "\033[B",
        "\033[C",
        "\033[D",
        "\033[5~",
        "\033[6~",
        "\033[3~",
        "\033[H",
        "\033[F",
        "\033[Z",
        "- item ",
        "1. one",
        "\xe4\xb8\xad",
        "e\xcc\x81",
        "\033[200~pasted\r\ntext\007\033[201~",
        "gra\r",
        "e",
        "x",
        "z",
        "?",
        "\xff",
    };
    int steps = getenv("PILAB_NIGHTLY") != NULL ? KEYS_AT_NIGHT : KEYS;
    struct random random = random_seeded(17);
    struct vt *vt = open_editor(state, "- one (two)\n\n\tthree, \xe4\xb8\xad\xe6\x96\x87\n");

    for (int i = 0; i < steps; i++) {
        const char *key = keys[number(&random, sizeof keys / sizeof keys[0])];

        if (number(&random, 50) == 0)
            vt_resize(vt, 2 + (int)number(&random, 60), 5 + (int)number(&random, 200));
        vt_send(vt, key);
        if (!vt_wait_idle(vt))
            fail_msg("no answer to key %d, \"%s\"", i, key);
    }
    vt_resize(vt, 24, 80);
    for (int i = 0; i < 6; i++)
        assert_true(vt_type(vt, "\033"));
    assert_true(vt_type(vt, "Ostill here\033"));
    assert_shown(vt, "still here");
    assert_only_curses(vt);
    kill_editor(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_hints_say_how_to_type_and_how_to_stop, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(
            keys_that_the_editor_has_are_its_own_and_others_reach_the_view, harness_set_up,
            harness_tear_down),
        cmocka_unit_test_setup_teardown(long_lines_wrap_and_arrows_follow_the_rows, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(a_bracketed_paste_is_text_in_every_mode, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(wide_and_combining_characters_keep_their_columns,
                                        harness_set_up, harness_tear_down),
        cmocka_unit_test_setup_teardown(resizing_while_typing_keeps_text_and_cursor, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(undo_goes_back_to_what_was_saved_and_the_title_says_so,
                                        harness_set_up, harness_tear_down),
        cmocka_unit_test_setup_teardown(leaving_asks_before_text_is_lost, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(words_are_replaced_after_their_count_was_shown,
                                        harness_set_up, harness_tear_down),
        cmocka_unit_test_setup_teardown(words_are_replaced_one_by_one, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(find_and_copy_work_as_everywhere, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(a_read_only_text_says_so, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(another_editor_takes_the_text_and_gives_it_back,
                                        harness_set_up, harness_tear_down),
        cmocka_unit_test_setup_teardown(a_key_in_five_megabytes_is_cheap, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(a_hostile_text_is_shown_and_not_obeyed, harness_set_up,
                                        harness_tear_down),
        cmocka_unit_test_setup_teardown(any_keys_in_any_order_do_no_harm, harness_set_up,
                                        harness_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
