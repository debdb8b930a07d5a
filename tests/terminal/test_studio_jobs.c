#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"
#include "studio_world.h"

/* Work that goes on behind the screen: seen, cancelled, asked about on leaving.
 *
 * The project's only repository has a mirror, and a comparison waits for the lock of that mirror as
 * long as somebody else holds it: the test does. So a job lasts exactly as long as it should. */

#define RUNNING "↻ compare"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    struct harness *harness;
    char *lock_path;
    int lock; /* -1: nobody holds it */
};

/* Runs and must succeed. */
#define DO(...)                                                                                    \
    do {                                                                                           \
        const struct run *run_ = run_pilab(__VA_ARGS__, NULL);                                     \
        if (run_->status != 0)                                                                     \
            fail_msg("status %d: %s", run_->status, run_->err.data);                               \
    } while (0)

/* The project file of the fixture, with a URL in the place of a path: only URLs have mirrors. */
static char *mirrored_project(const struct world *world)
{
    static const char key[] = "    repository: ";
    const char *folder = sandbox_files(world->sandbox);
    char *plain = release_fixture_project(world->fixture, folder);
    char *text = scratch_read(plain);
    char *path = strstr(text, key);
    char *changed, *file;

    assert_non_null(path);
    path += strlen(key);
    changed = memory_printf("%.*sfile://%s", (int)(path - text), text, path);
    file = scratch_file(folder, "mirrored.yaml", changed);
    free(plain);
    free(text);
    free(changed);
    return file;
}

/* What the only mirror there is is locked with. */
static char *find_lock(const struct world *world)
{
    char *pattern = memory_printf("%s/*/mirrors/*.lock", sandbox_home(world->sandbox));
    glob_t found;
    char *path;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    path = memory_copy_text(found.gl_pathv[0]);
    globfree(&found);
    free(pattern);
    return path;
}

static void build_project(struct world *world)
{
    struct sandbox *sandbox = world->sandbox;
    char *store = scratch_path(sandbox_files(sandbox), "store.db");
    char *variable = memory_printf("PILAB_STORE=%s", store);
    char *cache = memory_printf("XDG_CACHE_HOME=%s", sandbox_home(sandbox));
    char *file = mirrored_project(world);

    sandbox_set(sandbox, variable);
    sandbox_set(sandbox, cache);
    DO(sandbox, "project", "import", file);
    DO(sandbox, "manifest", "set", "shop-api", "PROD", "1.0.0");
    DO(sandbox, "manifest", "set", "shop-api", "UAT", "1.1.0");
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    DO(sandbox, "drift", "--from", "UAT", "--to", "PROD");
    harness_set(world->harness, variable);
    harness_set(world->harness, cache);
    free(store);
    free(variable);
    free(cache);
    free(file);
}

static int set_up(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = release_fixture_new();
    world.sandbox = sandbox_new();
    world.harness = harness_new();
    world.lock = -1;
    harness_set(world.harness, "PILAB_CLOCK=2025-01-22T14:30:00Z");
    harness_enter(world.harness, sandbox_files(world.sandbox));
    build_project(&world);
    world.lock_path = find_lock(&world);
    *state = &world;
    return 0;
}

static void hold(struct world *world)
{
    world->lock = open(world->lock_path, O_RDWR | O_CLOEXEC);
    assert_true(world->lock >= 0);
    assert_int_equal(flock(world->lock, LOCK_EX), 0);
}

static void let_go(struct world *world)
{
    if (world->lock >= 0)
        close(world->lock);
    world->lock = -1;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    let_go(world);
    harness_free(&world->harness);
    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    free(world->lock_path);
    return fixture_library_stop(NULL);
}

/* The project's home, with "What would PROD get from UAT?" selected. */
static struct vt *open_home(const struct world *world)
{
    struct vt *vt = harness_start(world->harness, 24, 80, "pilab", NULL);

    studio_type(vt, "", "▶What would PROD get from UAT?");
    return vt;
}

/* Waits for a text while a job goes on: the screen may not come to rest for long. */
static void see(struct vt *vt, const char *keys, const char *text)
{
    vt_send(vt, keys);
    if (!vt_see_text(vt, text))
        assert_shown(vt, text);
}

static void see_gone(struct vt *vt, const char *text)
{
    if (!vt_wait_gone(vt, text))
        assert_not_shown(vt, text);
}

static void see_in_row(struct vt *vt, int row, const char *text)
{
    assert_true(row >= 0);
    while (strstr(vt_row(vt, row), text) == NULL)
        if (!vt_wait_idle(vt))
            assert_shown(vt, text);
}

/* Starts a comparison that waits, and is seen to. */
static struct vt *open_with_job(struct world *world)
{
    struct vt *vt = open_home(world);

    hold(world);
    see(vt, "\r", RUNNING);
    assert_int_equal(vt_find(vt, RUNNING), 0);
    return vt;
}

static void control_c_cancels_the_running_comparison(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, "\003", "Stopped: ");
    see_gone(vt, RUNNING);
    assert_shown(vt, "▶What would PROD get from UAT?");
    assert_not_shown(vt, "Verdict");
    /* It was not an error, the program goes on, and the same can be asked again. */
    studio_type(vt, ":messages\r", "cancelling");
    assert_shown(vt, "Stopped: ");
    assert_not_shown(vt, "error");
    studio_type(vt, "\033", "▶What would PROD get from UAT?");
    let_go(world);
    studio_type(vt, "\r", "Verdict");
    assert_shown(vt, "PROD would get, from UAT");
    studio_leave(&vt);
}

static void the_screen_is_usable_while_a_job_goes_on(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, "j", "▶What would UAT get from DEV?");
    see(vt, "?", "▸ Help");
    /* Esc goes back; it cancels no work. */
    see(vt, "\033", "▶What would UAT get from DEV?");
    vt_send(vt, "\033");
    see(vt, "4", "No release notes are kept here");
    assert_int_equal(vt_find(vt, RUNNING), 0);
    let_go(world);
    studio_type(vt, "", "Verdict");
    assert_shown(vt, "PROD would get, from UAT");
    see_gone(vt, RUNNING);
    studio_leave(&vt);
}

static void the_list_of_jobs_says_what_runs(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, ":drift --from DEV --to UAT\r", " +1");
    see(vt, ":drift --from DEV --to PROD\r", " +2");
    studio_type(vt, ":jobs\r", "▶compare ");
    see_in_row(vt, vt_find(vt, "▶compare "), "waiting for");
    see_in_row(vt, vt_find(vt, " drift --from DEV --to UAT "), "waiting for");
    assert_golden(vt, "studio-jobs");
    let_go(world);
    studio_type(vt, "", "Verdict");
    see_gone(vt, "↻");
    studio_leave(&vt);
}

static void a_job_is_cancelled_from_the_list(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, ":drift --from DEV --to UAT\r", " +1");
    see(vt, ":jobs\r", "▶compare ");
    see(vt, "j", "▶drift --from DEV --to UAT");
    see(vt, "x", "Stopped: ");
    see_gone(vt, "drift --from DEV --to UAT");
    assert_shown(vt, "▶compare ");
    see(vt, "x", "No job is running.");
    see_gone(vt, RUNNING);
    assert_not_shown(vt, "Verdict");
    studio_type(vt, "\033", "▶What would PROD get from UAT?");
    studio_leave(&vt);
}

static void control_c_asks_which_when_several_run(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, ":drift --from DEV --to UAT\r", " +1");
    see(vt, "\003", "drift --from DEV --to UAT");
    assert_shown(vt, "Cancel which job?");
    /* In a dialog ^C is a way out: it cancels nothing. */
    vt_send(vt, "\003");
    see_gone(vt, "Cancel which job?");
    assert_shown(vt, " +1");
    see(vt, "\003", "Cancel which job?");
    see(vt, "a", "Stopped: ");
    see_gone(vt, RUNNING);
    assert_int_equal(vt_find(vt, "↻ drift --from DEV --to UAT"), 0);
    let_go(world);
    studio_type(vt, "", "UAT would get, from DEV");
    studio_leave(&vt);
}

static void control_c_with_nothing_to_cancel_says_how_to_leave(void **state)
{
    struct vt *vt = open_home(*state);

    studio_type(vt, "\003", "no job is running; Q leaves");
    studio_leave(&vt);
}

/* All workers are at comparisons that wait: what is stopped then was never begun, and whoever waits
 * for it hears of that all the same. */
static void what_was_never_begun_is_told_too(void **state)
{
    struct world *world = *state;
    struct vt *vt = open_with_job(world);

    see(vt, ":drift --from DEV --to UAT\r", " +1");
    see(vt, ":drift --from DEV --to UAT\r", " +2");
    see(vt, ":drift --from DEV --to UAT\r", " +3");
    see(vt, "2", "Reading …");
    see(vt, ":jobs\r", "read the manifest");
    vt_send(vt, "G");
    see(vt, "x", "Stopped: read the manifest");
    see(vt, "\033", "The manifest could not be read");
    let_go(world);
    see_gone(vt, "↻");
    vt_free(&vt);
}

static void leaving_asks_while_a_job_runs(void **state)
{
    struct vt *vt = open_with_job(*state);

    see(vt, "Q", "running jobs: 1");
    vt_send(vt, "n");
    see_gone(vt, "running jobs: 1");
    assert_int_equal(vt_find(vt, RUNNING), 0);
    see(vt, "Q", "running jobs: 1");
    vt_send(vt, "y");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_false(vt_full_screen(vt));
    assert_true(vt_echoes(vt));
    vt_free(&vt);
}

static void a_line_that_drops_ends_it_while_a_job_runs(void **state)
{
    struct vt *vt = open_with_job(*state);

    vt_hang_up(vt);
    assert_int_equal(vt_exit(vt, 1000), 128 + SIGHUP);
    vt_free(&vt);
}

static void a_request_to_end_is_heard_while_a_job_runs(void **state)
{
    struct vt *vt = open_with_job(*state);

    vt_signal(vt, SIGTERM);
    assert_int_equal(vt_exit(vt, 1000), 128 + SIGTERM);
    assert_false(vt_full_screen(vt));
    vt_free(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(control_c_cancels_the_running_comparison),
        CASE(the_screen_is_usable_while_a_job_goes_on),
        CASE(the_list_of_jobs_says_what_runs),
        CASE(a_job_is_cancelled_from_the_list),
        CASE(control_c_asks_which_when_several_run),
        CASE(control_c_with_nothing_to_cancel_says_how_to_leave),
        CASE(what_was_never_begun_is_told_too),
        CASE(leaving_asks_while_a_job_runs),
        CASE(a_line_that_drops_ends_it_while_a_job_runs),
        CASE(a_request_to_end_is_heard_while_a_job_runs),
    };

    return cmocka_run_group_tests_name("jobs in the studio", tests, NULL, NULL);
}
