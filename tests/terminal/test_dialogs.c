#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "seat.h"

/* Menus, questions, messages, the `:` line, jobs, clipboard, and the screen as evidence. */

static void what_lasts_opens_a_menu_at_once(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "!"));
    assert_golden(vt, "menu-act");
    assert_true(vt_type(vt, "\033"));
    assert_golden(vt, "rows-80x24");
}

static void what_is_not_possible_says_why(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "!a"));
    assert_shown(vt, "approve: you edited it yourself");
    assert_shown(vt, "promote");
}

static void a_confirmation_names_its_target(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "!p"));
    assert_golden(vt, "confirm");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "promote to UAT");
    assert_true(vt_type(vt, "n"));
    assert_shown(vt, "not promoted");
    assert_true(vt_type(vt, "!py"));
    assert_shown(vt, "promoted to UAT");
}

static void production_must_be_typed(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "!d"));
    assert_golden(vt, "confirm-typed");
    assert_true(vt_type(vt, "y\r"));
    assert_shown(vt, "That is not the name.");
    assert_true(vt_type(vt, "\b"
                            "PROD"));
    assert_not_shown(vt, "That is not the name.");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "deleted");
    assert_not_shown(vt, "Type PROD");
}

static void a_started_sequence_shows_how_it_may_go_on(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_send(vt, "g");
    assert_true(vt_wait_text(vt, "Go to the first row"));
    assert_shown(vt, "Go somewhere");
    assert_true(vt_type(vt, "T"));
    assert_shown(vt, "no tabs here; digits switch places");
}

static void a_digit_goes_to_its_place_or_says_why_not(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "8"));
    assert_shown(vt, "this place is not built");
    assert_true(vt_type(vt, "5"));
    assert_shown(vt, "there is no place 5 in this version");
    assert_shown(vt, "1/1000000");
}

static void a_question_keeps_what_was_refused(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":ask\r"));
    assert_golden(vt, "question");
    assert_true(vt_cursor_visible(vt));
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "a release begins with R");
    assert_shown(vt, "2025.03");
    assert_true(vt_type(vt, "\001R\r"));
    assert_shown(vt, "answer: R2025.03");
    assert_false(vt_cursor_visible(vt));
}

static void a_picker_matches_letters_in_order(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":pick\r"));
    assert_true(vt_type(vt, "v7"));
    assert_golden(vt, "picker");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "answer: tag:v2.0.7");
    assert_true(vt_type(vt, ":pick\rHEAD~3\r"));
    assert_shown(vt, "answer: HEAD~3");
    assert_true(vt_type(vt, ":pick\r"));
    vt_send(vt, "\033");
    assert_true(vt_wait_text(vt, "answer: none"));
}

static void control_p_jumps_anywhere(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "\020tex\r"));
    assert_shown(vt, "Release Notes");
    assert_true(vt_type(vt, "g/row\r"));
    assert_shown(vt, "1/1000000");
}

static void an_error_stays_until_it_is_dismissed(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":fail\r"));
    assert_golden(vt, "error");
    assert_true(vt_type(vt, "jjj"));
    assert_shown(vt, "there is no such tag");
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "there is no such tag");
    assert_true(vt_type(vt, ":messages\r"));
    assert_golden(vt, "messages");
    assert_true(vt_type(vt, "\033"));
    assert_shown(vt, " 4/1000000");
}

/* Three messages have room; the error before them is none that is left out. */
static void what_follows_an_error_does_not_hide_it(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":fail\r"));
    for (int i = 0; i < 4; i++) {
        char keys[] = ":say after 0\r";

        keys[11] = (char)('0' + i);
        assert_true(vt_type(vt, keys));
    }
    assert_shown(vt, "there is no such tag");
    assert_shown(vt, "after 3");
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "there is no such tag");
}

/* Behind time and kind, in every line of it. */
static void messages_stand_beside_their_time(void **state)
{
    struct vt *vt = seat_terminal(state);
    int row;

    assert_true(vt_type(vt, ":say one two three four five six seven eight nine ten eleven twelve "
                            "thirteen\r"));
    assert_true(vt_type(vt, ":messages\r"));
    row = vt_find(vt, "one two three");
    assert_true(row > 0);
    assert_memory_equal(vt_row(vt, row + 1), "                    ", 20);
    assert_int_not_equal(vt_row(vt, row + 1)[20], ' ');
    vt_resize(vt, 24, 40);
    assert_true(vt_wait_text(vt, "   one two three"));
}

static void a_message_goes_by_itself(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":say hello\r"));
    assert_shown(vt, "hello");
    /* The next thing that happens is its end. */
    assert_true(vt_wait_idle(vt));
    assert_not_shown(vt, "hello");
}

static void a_message_goes_with_its_view(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":say hello\r"));
    assert_shown(vt, "hello");
    assert_true(vt_type(vt, "2"));
    assert_not_shown(vt, "hello");
}

static void a_long_error_keeps_paths_whole_and_three_lines(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":long\r"));
    assert_golden(vt, "error-long");
}

static void tab_completes_commands(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":s\t"));
    assert_shown(vt, "say  screen  screen!");
    assert_true(vt_type(vt, "cr\t"));
    assert_string_equal(vt_row(vt, 23), ":screen");
    assert_true(vt_type(vt, "\t"));
    assert_true(vt_type(vt, "\t"));
    assert_string_equal(vt_row(vt, 23), ":screen!");
    assert_true(vt_type(vt, "\025theme mo\t"));
    assert_string_equal(vt_row(vt, 23), ":theme mono");
    assert_true(vt_type(vt, "\r"));
    assert_true(vt_cell(vt, 3, 10).attrs.reverse);
}

static void the_line_remembers(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":say one\r"));
    assert_true(vt_type(vt, ":say two\r"));
    assert_true(vt_type(vt, ":half"));
    vt_key(vt, VTERM_KEY_UP);
    vt_key(vt, VTERM_KEY_UP);
    assert_true(vt_wait_text(vt, ":say one"));
    vt_key(vt, VTERM_KEY_DOWN);
    vt_key(vt, VTERM_KEY_DOWN);
    assert_true(vt_wait_text(vt, ":half"));
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, ":half");
}

static void an_unknown_command_is_an_error_with_its_name(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":frobnicate now\r"));
    assert_shown(vt, "there is no command \"frobnicate now\"");
}

static void jobs_are_shown_and_cancelled(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_send(vt, "\003");
    assert_true(vt_wait_text(vt, "no job is running"));
    assert_true(vt_type(vt, ":job\r"));
    assert_int_equal(vt_find(vt, "↻ mb-auth 43%"), 0);
    assert_true(vt_type(vt, ":job\r"));
    assert_int_equal(vt_find(vt, "↻ mb-auth 43% +1"), 0);
    vt_send(vt, "\003");
    assert_true(vt_wait_text(vt, "Cancel which job?"));
    assert_true(vt_type(vt, "b"));
    assert_true(vt_type(vt, ":jobs\r"));
    assert_shown(vt, "reading history");
    assert_int_equal(vt_find(vt, "cancelling"), 4);
    assert_true(vt_type(vt, "kx"));
    assert_int_equal(vt_find(vt, "cancelling"), 3);
}

static void progress_from_another_thread_wakes_the_screen(void **state)
{
    struct vt *vt = seat_terminal(state);
    size_t bytes;

    assert_true(vt_type(vt, ":job\r"));
    vt_send(vt, ":work\r");
    vt_listen(vt, 400);
    bytes = vt_bytes(vt);
    vt_listen(vt, 300);
    assert_int_equal(vt_bytes(vt), bytes);
    assert_true(vt_type(vt, "j"));
    assert_shown(vt, " 2/1000000");
}

static void an_answer_that_comes_too_late_is_dropped(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_send(vt, ":answers\r");
    assert_true(vt_wait_text(vt, "answer 2"));
    assert_not_shown(vt, "answer 1");
    assert_not_shown(vt, "answer 3");
}

static void leaving_asks_when_jobs_run(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, ":job\r"));
    assert_true(vt_type(vt, "Q"));
    assert_shown(vt, "running jobs: 1");
    assert_true(vt_type(vt, "n"));
    vt_send(vt, "Qy");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), FIXTURE_QUIT);
}

static void a_copy_says_where_it_went(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "y"));
    assert_golden(vt, "menu-copy");
    assert_true(vt_type(vt, "c"));
    assert_shown(vt, "35 bytes copied to the terminal's clipboard (OSC 52)");
    assert_string_equal(vt_clipboard(vt), "52;c;Z2l0IHNob3cgOWY4ZTdkNjpsZWRnZXIuUkVUUllfTElNSVQ=");
}

static void what_is_too_long_for_the_clipboard_is_refused(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "2gtgt"));
    assert_true(vt_type(vt, "yt"));
    assert_shown(vt, "10000000 bytes are too much for the terminal's clipboard");
    assert_null(strstr(vt_log(vt)->data, "\033]52"));
}

static void the_screen_becomes_a_file(void **state)
{
    struct seat *seat = *state;
    struct vt *vt = seat->vt;
    char *path = path_join(harness_home(seat->harness), "evidence.txt");
    struct strbuf text = STRBUF_INIT;
    struct stat status;

    assert_true(vt_type(vt, "jj:screen ~/evidence.txt\r"));
    assert_shown(vt, "screen written to ~/evidence.txt");
    assert_true(file_read(path, 100000, false, &text, NULL));
    assert_non_null(strstr(text.data, "▶LOW       payment.CACHE_SIZE"));
    assert_non_null(strstr(text.data,
                           "PiLabStudio screen of Mobile Banking ▸ Rows ▸ 1000000 rows, 80x24, "
                           "2025-01-22T14:31:00Z"));
    assert_null(strstr(text.data, ":screen"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(vt_type(vt, ":screen ~/evidence.txt\r"));
    assert_shown(vt, "exists already");
    assert_true(vt_type(vt, "\033:screen! ~/evidence.txt\r"));
    assert_shown(vt, "screen written to");
    strbuf_release(&text);
    free(path);
}

static void a_paste_is_text_and_never_keys(void **state)
{
    struct vt *vt = seat_terminal(state);

    assert_true(vt_type(vt, "\033[200~jjj!d\r\033[201~"));
    assert_shown(vt, " 1/1000000");
    assert_shown(vt, "pasted text was ignored");
    assert_true(vt_type(vt, ":say \033[200~two\nlines\t\033[2J\033[201~\r"));
    assert_shown(vt, "two lines");
    assert_shown(vt, "▶HIGH");
}

static void an_unknown_escape_sequence_is_no_key(void **state)
{
    struct vt *vt = seat_terminal(state);

    /* Ctrl-Right, a focus event, an answer to a colour question, F12. */
    assert_true(vt_type(vt, "\033[1;5C\033[I\033]11;rgb:0000/0000/0000\007\033[24~j"));
    assert_shown(vt, " 2/1000000");
    assert_int_equal(vt_find(vt, "1 Rows"), 1);
}

static void the_keys_of_every_view_are_sound(void **state)
{
    static const char *const views[] = { "1", "2", "2gt", "3", "3?", "3:jobs\r" };
    struct vt *vt = seat_terminal(state);

    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        assert_true(vt_type(vt, views[i]));
        assert_true(vt_type(vt, ":check\r"));
        assert_shown(vt, "the keys are sound");
        assert_true(vt_type(vt, "\033"));
        assert_not_shown(vt, "the keys are sound");
    }
}

static void a_program_has_the_terminal_until_it_ends(void **state)
{
    struct vt *vt = seat_terminal(state);

    vt_send(vt, ":program\r");
    assert_true(vt_see_text(vt, "in the program"));
    assert_false(vt_full_screen(vt));
    vt_send(vt, "\r");
    assert_true(vt_wait_text(vt, "the program ended with 7"));
    assert_true(vt_full_screen(vt));
    assert_shown(vt, "▶HIGH");
}

static void a_small_screen_shows_errors_too(void **state)
{
    struct seat *seat = *state;

    vt_free(&seat->vt);
    seat->vt = harness_start(seat->harness, 5, 20, FIXTURE, NULL);
    assert_true(vt_type(seat->vt, ":fail\r"));
    assert_golden(seat->vt, "error-20x5");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, seat_set_up, seat_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_lasts_opens_a_menu_at_once),
        CASE(what_is_not_possible_says_why),
        CASE(a_confirmation_names_its_target),
        CASE(production_must_be_typed),
        CASE(a_started_sequence_shows_how_it_may_go_on),
        CASE(a_digit_goes_to_its_place_or_says_why_not),
        CASE(a_question_keeps_what_was_refused),
        CASE(a_picker_matches_letters_in_order),
        CASE(control_p_jumps_anywhere),
        CASE(an_error_stays_until_it_is_dismissed),
        CASE(what_follows_an_error_does_not_hide_it),
        CASE(messages_stand_beside_their_time),
        CASE(a_message_goes_by_itself),
        CASE(a_message_goes_with_its_view),
        CASE(a_long_error_keeps_paths_whole_and_three_lines),
        CASE(tab_completes_commands),
        CASE(the_line_remembers),
        CASE(an_unknown_command_is_an_error_with_its_name),
        CASE(jobs_are_shown_and_cancelled),
        CASE(progress_from_another_thread_wakes_the_screen),
        CASE(an_answer_that_comes_too_late_is_dropped),
        CASE(leaving_asks_when_jobs_run),
        CASE(a_copy_says_where_it_went),
        CASE(what_is_too_long_for_the_clipboard_is_refused),
        CASE(the_screen_becomes_a_file),
        CASE(a_paste_is_text_and_never_keys),
        CASE(an_unknown_escape_sequence_is_no_key),
        CASE(the_keys_of_every_view_are_sound),
        CASE(a_program_has_the_terminal_until_it_ends),
        CASE(a_small_screen_shows_errors_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
