#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "seat.h"

/* How the program begins and ends, whatever the terminal and the world do. */

static void assert_given_back(struct vt *vt)
{
    const char *log = vt_log(vt)->data;
    const char *on = strstr(log, "\033[?2004h");

    assert_non_null(on);
    assert_non_null(strstr(on, "\033[?2004l"));
    assert_false(vt_full_screen(vt));
    assert_true(vt_cursor_visible(vt));
}

static void quitting_gives_the_terminal_back(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_full_screen(vt));
    assert_false(vt_echoes(vt));
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), FIXTURE_QUIT);
    assert_given_back(vt);
    vt_free(&vt);
}

static void exit_in_the_middle_gives_the_terminal_back(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    vt_send(vt, ":leave\r");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 3);
    assert_given_back(vt);
    vt_free(&vt);
}

static void a_crash_gives_the_terminal_back(void **state)
{
    struct vt *vt;

    /* A sanitizer would take the signal for a finding. */
    harness_set(*state, "ASAN_OPTIONS=handle_segv=0");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    vt_send(vt, ":crash\r");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 128 + SIGSEGV);
    assert_given_back(vt);
    vt_free(&vt);
}

static void sigterm_ends_it_in_good_order(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    vt_signal(vt, SIGTERM);
    assert_int_equal(vt_exit(vt, 1000), FIXTURE_TERMINATED);
    assert_given_back(vt);
    vt_free(&vt);
}

/* A terminal that takes no more output keeps the first signal waiting; the second does not wait. */
static void a_stuck_terminal_ends_with_the_second_sigterm(void **state)
{
    struct vt *vt = harness_start(*state, 60, 200, FIXTURE, NULL);
    int status = -1;

    for (int i = 0; i < 200; i++)
        vt_send(vt, "\006\002");
    vt_signal(vt, SIGTERM);
    for (int i = 0; i < 50 && status < 0; i++) {
        vt_signal(vt, SIGTERM);
        status = vt_wait_end(vt, 100);
    }
    assert_true(status == FIXTURE_TERMINATED || status == 128 + SIGTERM);
    vt_free(&vt);
}

static void a_dropped_line_ends_it_within_a_second(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);

    assert_true(vt_type(vt, "jj"));
    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), FIXTURE_HUNG_UP);
    vt_free(&vt);
}

static void a_dropped_line_ends_it_with_hang_ups_ignored_too(void **state)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    struct rusage first;
    struct rusage last;
    struct vt *vt;

    sigaction(SIGHUP, &ignore, &before);
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    sigaction(SIGHUP, &before, NULL);
    getrusage(RUSAGE_CHILDREN, &first);
    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), FIXTURE_HUNG_UP);
    getrusage(RUSAGE_CHILDREN, &last);
    assert_in_range(last.ru_utime.tv_sec - first.ru_utime.tv_sec, 0, 1);
    vt_free(&vt);
}

/* The shell's job control around the program: stop, do something else, come back. */
static void control_z_stops_and_fg_returns(void **state)
{
    char *program = harness_program(FIXTURE);
    char *script = memory_printf("%s; echo 'in the shell'; read line; fg >/dev/null", program);
    struct vt *vt = harness_start(*state, 24, 80, "/bin/sh", "-m", "-c", script, NULL);
    size_t before;

    assert_true(vt_type(vt, "jjj"));
    vt_send(vt, "\032");
    assert_true(vt_see_text(vt, "in the shell"));
    assert_given_back(vt);
    assert_true(vt_echoes(vt));
    before = vt_bytes(vt);
    vt_send(vt, "\r");
    assert_true(vt_wait_idle(vt));
    assert_true(vt_full_screen(vt));
    assert_shown(vt, " 4/1000000");
    assert_non_null(strstr(vt_log(vt)->data + before, "\033[?2004h"));
    assert_true(vt_type(vt, "k"));
    assert_shown(vt, " 3/1000000");
    fixture_leave(&vt);
    free(script);
    free(program);
}

static void a_stop_that_was_not_ours_is_repainted(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    size_t before = vt_bytes(vt);

    vt_signal(vt, SIGSTOP);
    vt_signal(vt, SIGCONT);
    assert_true(vt_wait_idle(vt));
    assert_golden(vt, "rows-80x24");
    assert_in_range(vt_bytes(vt) - before, 1000, 8000);
    fixture_leave(&vt);
}

static void an_unknown_terminal_is_taken_for_one_that_is_known(void **state)
{
    static const char *const names[] = { "TERM=no-such-terminal", "TERM=", "TERM" };
    struct vt *vt;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        harness_set(*state, names[i]);
        vt = harness_start(*state, 24, 80, FIXTURE, NULL);
        assert_shown(vt, "taking it for");
        assert_shown(vt, "xterm-256color");
        assert_shown(vt, "▶HIGH");
        fixture_leave(&vt);
    }
}

static void a_dumb_terminal_is_refused_in_a_line(void **state)
{
    struct vt *vt;

    harness_set(*state, "TERM=dumb");
    vt = harness_start_silent(*state, 24, 80, FIXTURE, NULL);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 1);
    assert_shown(vt, "the terminal (TERM=dumb) cannot move its cursor");
    assert_null(strstr(vt_log(vt)->data, "\033"));
    vt_free(&vt);
}

static void output_that_is_no_terminal_is_refused(void **state)
{
    char *program = harness_program(FIXTURE);
    char *script = memory_printf("%s | cat", program);
    struct vt *vt = harness_start_silent(*state, 24, 80, "/bin/sh", "-c", script, NULL);

    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_shown(vt, "the standard output is not a terminal");
    vt_free(&vt);
    free(script);
    free(program);
}

static void input_that_is_no_terminal_is_left_alone(void **state)
{
    char *program = harness_program(FIXTURE);
    char *script = memory_printf("echo jjj | %s", program);
    struct vt *vt = harness_start(*state, 24, 80, "/bin/sh", "-c", script, NULL);

    assert_shown(vt, " 1/1000000");
    assert_true(vt_type(vt, "j"));
    assert_shown(vt, " 2/1000000");
    fixture_leave(&vt);
    free(script);
    free(program);
}

static void exported_lines_and_columns_do_not_lie(void **state)
{
    struct vt *vt;

    harness_set(*state, "LINES=50");
    harness_set(*state, "COLUMNS=132");
    vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    assert_golden(vt, "rows-80x24");
    fixture_leave(&vt);
}

static void escape_alone_is_quick(void **state)
{
    struct vt *vt = harness_start(*state, 24, 80, FIXTURE, NULL);
    int64_t start;

    assert_true(vt_type(vt, "!"));
    start = clock_monotonic();
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "Do something that lasts");
    /* ncurses alone would wait a second for the rest of a sequence. */
    assert_in_range(clock_monotonic() - start, 0, patience(500));
    fixture_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(quitting_gives_the_terminal_back),
        CASE(exit_in_the_middle_gives_the_terminal_back),
        CASE(a_crash_gives_the_terminal_back),
        CASE(sigterm_ends_it_in_good_order),
        CASE(a_stuck_terminal_ends_with_the_second_sigterm),
        CASE(a_dropped_line_ends_it_within_a_second),
        CASE(a_dropped_line_ends_it_with_hang_ups_ignored_too),
        CASE(control_z_stops_and_fg_returns),
        CASE(a_stop_that_was_not_ours_is_repainted),
        CASE(an_unknown_terminal_is_taken_for_one_that_is_known),
        CASE(a_dumb_terminal_is_refused_in_a_line),
        CASE(output_that_is_no_terminal_is_refused),
        CASE(input_that_is_no_terminal_is_left_alone),
        CASE(exported_lines_and_columns_do_not_lie),
        CASE(escape_alone_is_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
