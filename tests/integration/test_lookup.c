#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/git/mirror.h>
#include <pilab/git/repository.h>
#include <pilab/net/host_key.h>
#include <pilab/source/ssh_remote.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "../support/slow_names.h"

/* Mirrors whose host has a name that nobody answers for, over those ways that look it up in this
 * process. */

struct scene {
    char *directory;
    struct ssh_options options;
    struct ssh_remote ssh;
    struct mirror_options mirror;
    /* Cancelled as soon as the name is asked for. */
    bool cancels;
    atomic_bool cancel;
    int64_t cancelled;
    struct progress progress;
};

static bool on_wait(void *context)
{
    struct scene *scene = context;

    if (scene->cancels && scene->cancelled == 0 && slow_names_asking() > 0) {
        scene->cancelled = clock_monotonic();
        atomic_store(&scene->cancel, true);
    }
    return true;
}

static int enter(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    scene->directory = scratch_new();
    scene->options = (struct ssh_options){ .folder = scene->directory, .connect_limit = 1000 };
    ssh_remote_init(&scene->ssh, &ssh_builtin, &scene->options);
    scene->mirror = (struct mirror_options){ .cache_directory = scene->directory,
                                             .silence_limit = 1000,
                                             .ssh = &scene->ssh.transport };
    scene->progress =
        (struct progress){ .context = scene, .cancel = &scene->cancel, .wait = on_wait };
    slow_names_hold();
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;

    slow_names_release();
    scratch_remove(&scene->directory);
    free(scene);
    return 0;
}

static void assert_given_up(struct scene *scene, const char *url)
{
    struct error error = { 0 };
    int64_t start = clock_monotonic();
    char *path = NULL;

    assert_false(mirror_update(url, &scene->mirror, &path, &scene->progress, &error));
    assert_in_range(clock_monotonic() - start, 900, patience(10000));
    assert_int_equal(error.code, ERROR_NETWORK);
    if (strstr(error.message, "the name git.never was not looked up within 1 s") == NULL)
        fail_msg("%s", error.message);
    assert_non_null(strstr(error.hint, "name server"));
}

static void assert_cancelled(struct scene *scene, const char *url)
{
    struct error error = { 0 };
    char *path = NULL;

    scene->cancels = true;
    assert_false(mirror_update(url, &scene->mirror, &path, &scene->progress, &error));
    assert_true(scene->cancelled != 0);
    assert_in_range(clock_monotonic() - scene->cancelled, 0, patience(200));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

static void over_https_it_is_given_up(void **state)
{
    assert_given_up(*state, "https://git.never/shop.git");
}

static void over_https_a_cancel_is_heard(void **state)
{
    assert_cancelled(*state, "https://git.never/shop.git");
}

static void over_the_built_in_ssh_it_is_given_up(void **state)
{
    assert_given_up(*state, "ssh://git@git.never/shop.git");
}

static void over_the_built_in_ssh_a_cancel_is_heard(void **state)
{
    assert_cancelled(*state, "git@git.never:shop.git");
}

static void a_first_contact_hears_it_too(void **state)
{
    struct scene *scene = *state;
    const struct ssh_host host = { .host = "git.never" };
    struct error error = { 0 };
    struct host_key key;

    scene->options.connect_limit = 30000;
    scene->cancels = true;
    assert_false(host_key_fetch_builtin(&host, &scene->options, &scene->progress, &key, &error));
    assert_true(scene->cancelled != 0);
    assert_in_range(clock_monotonic() - scene->cancelled, 0, patience(200));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

static int start_library(void **state)
{
    (void)state;
    return repository_library_start(NULL) ? 0 : -1;
}

static int stop_library(void **state)
{
    (void)state;
    repository_library_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
        CASE(over_https_it_is_given_up),
        CASE(over_https_a_cancel_is_heard),
        CASE(over_the_built_in_ssh_it_is_given_up),
        CASE(over_the_built_in_ssh_a_cancel_is_heard),
        CASE(a_first_contact_hears_it_too),
#undef CASE
    };

    return cmocka_run_group_tests(tests, start_library, stop_library);
}
