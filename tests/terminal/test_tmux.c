#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "seat.h"

/* A second terminal between us and the first: tmux, when it is here. */

/* The server is no child of ours. It leaves with its only client, and so with a test that was
 * killed: what says so is read before there is a session. */
static const char settings[] = "set -g destroy-unattached on\n"
                               "set -g exit-empty on\n"
                               "set -g status off\n";

static bool has_tmux(const struct harness *harness)
{
    struct vt *vt = harness_start_silent(harness, 24, 80, "/bin/sh", "-c", "tmux -V", NULL);
    int status = vt_exit(vt, VT_PATIENCE);

    vt_free(&vt);
    return status == 0;
}

/* The fixture in tmux, once it is seen; skips the test where there is no tmux. */
static struct vt *open_in_tmux(const struct harness *harness)
{
    char *program, *file, *script;
    struct vt *vt;

    if (!has_tmux(harness))
        skip();
    program = harness_program(FIXTURE);
    file = scratch_file(harness_home(harness), "tmux.conf", settings);
    script = memory_printf("exec tmux -S '%s/tmux' -f '%s' new-session '%s'", harness_home(harness),
                           file, program);
    vt = harness_start_silent(harness, 24, 80, "/bin/sh", "-c", script, NULL);
    free(program);
    free(file);
    free(script);
    if (!vt_see_text(vt, "1/1000000"))
        assert_shown(vt, "1/1000000");
    return vt;
}

static bool server_answers(const struct harness *harness)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char *path = scratch_path(harness_home(harness), "tmux");
    bool answers;

    assert_true(line >= 0);
    assert_in_range(strlen(path), 1, sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path));
    answers = connect(line, (struct sockaddr *)&address, sizeof address) == 0;
    close(line);
    free(path);
    return answers;
}

static void tmux_shows_the_same_and_takes_a_copy(void **state)
{
    struct vt *vt = open_in_tmux(*state);

    vt_send(vt, "jj");
    assert_true(vt_see_text(vt, " 3/1000000"));
    vt_send(vt, "yi");
    assert_true(vt_see_text(vt, "1 bytes copied to the tmux buffer"));
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
}

/* A line that drops is what is left of a test that was killed. */
static void no_server_is_left_when_the_line_drops(void **state)
{
    struct vt *vt = open_in_tmux(*state);
    int64_t limit = clock_monotonic() + patience(VT_PATIENCE);

    assert_true(server_answers(*state));
    vt_hang_up(vt);
    while (server_answers(*state) && clock_monotonic() < limit)
        poll(NULL, 0, 5);
    assert_false(server_answers(*state));
    vt_free(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(tmux_shows_the_same_and_takes_a_copy),
        CASE(no_server_is_left_when_the_line_drops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
