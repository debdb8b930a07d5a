#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/https_world.h"
#include "../support/patience.h"
#include "../support/scratch.h"

/* The program with a project whose repository is behind https. */

static struct https_world *world; /* of the case */

static const struct run *compare(void)
{
    return run_pilab(world->sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", NULL);
}

static void the_program_compares_a_repository_behind_https(void **state)
{
    char *url, *settings;

    world = https_world_of(state);
    url = https_good_address(world, "git/shop.git");
    https_world_import(world, url);
    /* As a user of git would have it, for a company's own authority. */
    settings = memory_printf("[http]\n\tsslCAInfo = %s\n", https_server_authority(world->server));
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig", settings));
    assert_int_equal(compare()->status, 0);
    assert_says(&compare()->out, "1 commit = 1 in notes");
    free(settings);
    free(url);
}

static void who_is_cut_off_can_go_on_with_the_mirror(void **state)
{
    const struct run *run;
    char *url;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    https_world_import(world, url);
    https_world_variable(world, "GIT_SSL_CAINFO", https_server_authority(world->server));
    assert_int_equal(compare()->status, 0);
    relay_break(world->relay, RELAY_CUT, 1, NULL);
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "the server ended the connection early");
    assert_says(&run->err, "--offline takes what was fetched before");
    run = run_pilab(world->sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", "--offline", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1 commit = 1 in notes");
    free(url);
}

static void no_switch_of_git_turns_the_check_off(void **state)
{
    const struct run *run;
    char *url;

    world = https_world_of(state);
    url = https_good_address(world, "git/shop.git");
    https_world_import(world, url);
    https_world_variable(world, "GIT_SSL_NO_VERIFY", "1");
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig", "[http]\n\tsslVerify = false\n"));
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, url);
    assert_says(&run->err, "not correctly signed");
    assert_says(&run->err, "git config --global http.sslCAInfo FILE");
    free(url);
}

/* It has no terminal to ask on, and no shell is started for what somebody put into a helper. */
static void nobody_is_asked_for_a_password(void **state)
{
    const struct run *run;
    char *url, *helper, *trace;

    world = https_world_of(state);
    url = https_good_address(world, "private/shop.git");
    https_world_import(world, url);
    trace = scratch_path(sandbox_home(world->sandbox), "asked");
    helper =
        scratch_file(sandbox_home(world->sandbox), "ask", "#!/bin/sh\ntouch \"$HOME/asked\"\n");
    assert_int_equal(chmod(helper, 0700), 0);
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig",
                      "[credential]\n\thelper = !touch $HOME/asked\n"));
    https_world_variable(world, "GIT_ASKPASS", helper);
    https_world_variable(world, "SSH_ASKPASS", helper);
    https_world_variable(world, "GIT_SSL_CAINFO", https_server_authority(world->server));
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "asks who you are: the credential helper '!…' is for a shell");
    assert_says(&run->err, "put it into a script of its own");
    assert_says(&run->err, "pilab repo login");
    assert_false(file_exists(trace));
    free(trace);
    free(helper);
    free(url);
}

static void an_interrupt_ends_the_program_at_a_silent_server(void **state)
{
    char *program = build_path("pilab"), *url;
    const char *const words[] = { program, "drift", "-p", "SHOP", "1.0.0..1.1.0", NULL };
    struct started_run started;
    int64_t start;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    https_world_import(world, url);
    https_world_variable(world, "GIT_SSL_CAINFO", https_server_authority(world->server));
    relay_break(world->relay, RELAY_STALL, HTTPS_WITHIN_PACK, NULL);
    started = run_start(world->sandbox, words);
    relay_wait(world->relay);
    start = clock_monotonic();
    assert_int_equal(kill(started.process, SIGINT), 0);
    assert_int_equal(run_wait(&started), 130);
    assert_in_range(clock_monotonic() - start, 0, patience(2000));
    free(program);
    free(url);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, https_world_enter, https_world_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_program_compares_a_repository_behind_https),
        CASE(who_is_cut_off_can_go_on_with_the_mirror),
        CASE(no_switch_of_git_turns_the_check_off),
        CASE(nobody_is_asked_for_a_password),
        CASE(an_interrupt_ends_the_program_at_a_silent_server),
    };

    return cmocka_run_group_tests_name("https on the command line", tests, https_world_set_up,
                                       https_world_tear_down);
}
