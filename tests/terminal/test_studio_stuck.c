#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "studio_world.h"

/* A read that does not come back, as on a file system whose server is away: a pipe stands where the
 * settings of the repository were, and opening it waits for somebody who writes. */

#define RUNNING "↻ compare"

struct pipe_names {
    char *config; /* what git reads */
    char *kept;   /* the settings meanwhile */
    char *held;   /* the same pipe by another name */
};

static struct pipe_names block(const struct studio_world *world)
{
    const char *folder = fixture_git_path(world->fixture);
    struct pipe_names names = { memory_printf("%s/config", folder),
                                memory_printf("%s/config.kept", folder),
                                memory_printf("%s/config.held", folder) };

    assert_int_equal(rename(names.config, names.kept), 0);
    assert_int_equal(mkfifo(names.config, 0600), 0);
    assert_int_equal(link(names.config, names.held), 0);
    return names;
}

/* Puts the settings back and lets those go on who wait at the pipe. */
static void unblock(const struct pipe_names *names)
{
    int end;

    assert_int_equal(rename(names->kept, names->config), 0);
    end = open(names->held, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (end >= 0)
        close(end);
}

static void forget(struct pipe_names *names)
{
    free(names->config);
    free(names->kept);
    free(names->held);
}

static struct vt *open_stuck(const struct studio_world *world, struct pipe_names *names)
{
    struct vt *vt = studio_open(world, 24, 80);

    *names = block(world);
    vt_send(vt, "\r");
    assert_true(vt_see_text(vt, RUNNING));
    return vt;
}

static void what_is_stuck_is_cancelled_when_it_comes_back(void **state)
{
    struct pipe_names names;
    struct vt *vt = open_stuck(*state, &names);

    studio_type(vt, ":jobs\r", "▶compare");
    studio_type(vt, "x", "cancelling");
    studio_type(vt, "\033", "▶Compare the last two");
    unblock(&names);
    studio_type(vt, "", "Stopped: ");
    studio_type(vt, "\r", "[Verdict]");
    studio_leave(&vt);
    forget(&names);
}

/* Home, below, hears that it has ended; the title is of whoever is above. */
static void what_ends_behind_another_view_leaves_the_title(void **state)
{
    struct studio_world *world = *state;
    struct pipe_names names = block(world);
    struct vt *vt = harness_start(world->harness, 24, 80, "pilab", NULL);

    assert_true(vt_wait_text(vt, "Looking around …"));
    vt_send(vt, "?");
    assert_true(vt_wait_text(vt, "▸ Help"));
    assert_true(vt_wait_text(vt, "↻ look around"));
    unblock(&names);
    if (!vt_wait_gone(vt, "look around"))
        assert_not_shown(vt, "look around");
    studio_type(vt, "\033", "▶Compare the last two");
    studio_leave(&vt);
    forget(&names);
}

static void a_line_that_drops_ends_it_all_the_same(void **state)
{
    struct pipe_names names;
    struct vt *vt = open_stuck(*state, &names);

    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), 128 + SIGHUP);
    vt_free(&vt);
    forget(&names);
}

static void a_request_to_end_is_heard_all_the_same(void **state)
{
    struct pipe_names names;
    struct vt *vt = open_stuck(*state, &names);

    vt_signal(vt, SIGTERM);
    assert_int_equal(vt_exit(vt, 1000), 128 + SIGTERM);
    assert_false(vt_full_screen(vt));
    vt_free(&vt);
    forget(&names);
}

static void who_wants_to_leave_may(void **state)
{
    struct pipe_names names;
    struct vt *vt = open_stuck(*state, &names);

    studio_type(vt, "Q", "running jobs: 1");
    vt_send(vt, "y");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_false(vt_full_screen(vt));
    assert_true(vt_echoes(vt));
    vt_free(&vt);
    forget(&names);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_stuck_is_cancelled_when_it_comes_back),
        CASE(what_ends_behind_another_view_leaves_the_title),
        CASE(a_line_that_drops_ends_it_all_the_same),
        CASE(a_request_to_end_is_heard_all_the_same),
        CASE(who_wants_to_leave_may),
    };

    return cmocka_run_group_tests_name("a job that is stuck", tests, NULL, NULL);
}
