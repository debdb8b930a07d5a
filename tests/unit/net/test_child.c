#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/net/child.h>

#include "../../support/patience.h"

/* What it writes, up to the end of its output; NUL-terminated. */
static void read_output(const struct child *child, char *out, size_t room)
{
    int64_t until = clock_monotonic() + patience(10000);
    size_t length = 0;
    ssize_t got = -1;

    while (got != 0 && clock_monotonic() < until && length + 1 < room) {
        struct pollfd polled = { .fd = child->output, .events = POLLIN };

        poll(&polled, 1, 100);
        got = read(child->output, out + length, room - length - 1);
        length += got > 0 ? (size_t)got : 0;
    }
    out[length] = '\0';
}

static struct child start(const char *script, const char *const settings[])
{
    const char *const words[] = { "sh", "-c", script, NULL };
    struct error error = { 0 };
    struct child child;

    if (!child_start(&child, words, settings, &error))
        fail_msg("%s", error.message);
    return child;
}

static void what_is_written_is_heard_and_what_is_set_is_seen(void **state)
{
    static const char *const settings[] = { "PILAB_TRIED=yes", "HOME=/nowhere", NULL };
    struct child child = start("read line; echo \"$line $PILAB_TRIED $HOME\"", settings);
    char out[128];

    (void)state;
    assert_int_equal(send(child.input, "hello\n", 6, MSG_NOSIGNAL), 6);
    read_output(&child, out, sizeof out);
    assert_string_equal(out, "hello yes /nowhere\n");
    assert_true(child_wait(&child, (int)patience(10000)));
    assert_int_equal(child.status, 0);
    child_end(&child, 0);
    assert_int_equal(child.process, 0);
}

static void how_it_ended_is_known(void **state)
{
    struct child child = start("exit 3", NULL);

    (void)state;
    assert_true(child_wait(&child, (int)patience(10000)));
    assert_int_equal(child.status, 3);
    child_end(&child, 0);
    child = start("kill -9 $$", NULL);
    assert_true(child_wait(&child, (int)patience(10000)));
    assert_int_equal(child.status, 128 + SIGKILL);
    child_end(&child, 0);
}

static void a_program_that_is_not_there_is_said(void **state)
{
    const char *const words[] = { "/nowhere/ssh", NULL };
    struct error error = { 0 };
    struct child child;

    (void)state;
    if (!child_start(&child, words, NULL, &error)) {
        assert_int_equal(error.code, ERROR_NOT_FOUND);
        assert_non_null(strstr(error.message, "/nowhere/ssh"));
        return;
    }
    /* Where the parent cannot be told, as under valgrind, the child says so (posix_spawn(3)). */
    assert_true(child_wait(&child, (int)patience(10000)));
    assert_int_equal(child.status, 127);
    child_end(&child, 0);
}

/* It hears no SIGTERM, and neither does what it has started. Both have the end of a pipe, which is
 * closed when the last of them is gone. */
static void nothing_of_it_is_left(void **state)
{
    struct child child;
    int held[2];
    int64_t began;
    char out[64] = "";
    struct pollfd polled = { .events = POLLIN };

    (void)state;
    assert_int_equal(pipe(held), 0);
    child = start("trap '' TERM; (echo $$; exec tail -f /dev/null) & wait", NULL);
    close(held[1]);
    polled.fd = child.output;
    assert_int_equal(poll(&polled, 1, (int)patience(10000)), 1);
    assert_true(read(child.output, out, sizeof out) > 0);
    began = clock_monotonic();
    child_end(&child, 0);
    assert_in_range(clock_monotonic() - began, 0, patience(2000));
    polled.fd = held[0];
    assert_int_equal(poll(&polled, 1, (int)patience(10000)), 1);
    assert_int_equal(read(held[0], out, sizeof out), 0);
    close(held[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_heard_and_what_is_set_is_seen),
        cmocka_unit_test(how_it_ended_is_known),
        cmocka_unit_test(a_program_that_is_not_there_is_said),
        cmocka_unit_test(nothing_of_it_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
