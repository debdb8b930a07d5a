#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

#include "seat.h"

/* A second terminal between us and the first: tmux, when it is here. */

static bool has_tmux(const struct harness *harness)
{
    struct vt *vt = harness_start_silent(harness, 24, 80, "/bin/sh", "-c", "tmux -V", NULL);
    int status = vt_exit(vt, VT_PATIENCE);

    vt_free(&vt);
    return status == 0;
}

static void tmux_shows_the_same_and_takes_a_copy(void **state)
{
    char *program = harness_program(FIXTURE);
    char *socket = memory_printf("%s/tmux", harness_home(*state));
    /* Without a client the session ends, and the server with it: a failed test leaves nothing. */
    char *script = memory_printf("exec tmux -S %s -f /dev/null new-session '%s' "
                                 "\\; set -g destroy-unattached on \\; set -g status off",
                                 socket, program);
    struct vt *vt;

    if (!has_tmux(*state)) {
        free(program);
        free(socket);
        free(script);
        skip();
    }
    vt = harness_start_silent(*state, 24, 80, "/bin/sh", "-c", script, NULL);
    assert_true(vt_see_text(vt, "1/1000000"));
    vt_send(vt, "jj");
    assert_true(vt_see_text(vt, " 3/1000000"));
    vt_send(vt, "yi");
    assert_true(vt_see_text(vt, "1 bytes copied to the tmux buffer"));
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
    free(program);
    free(socket);
    free(script);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(tmux_shows_the_same_and_takes_a_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
