#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/patience.h"
#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/ssh_world.h"

/* `pilab repo fetch` as a person runs it, over ssh from a real sshd: twice at once, killed, several
 * repositories, and what is tried again. */

struct scene {
    struct ssh_world *world;
    struct sandbox *sandbox;
    struct relay *relay; /* in front of the sshd */
    char *url;           /* through it */
};

static int enter(void **state)
{
    struct scene *scene;
    char *setting, *line;

    if (ssh_world_enter(state) != 0 || *state == NULL)
        return *state == NULL ? 0 : -1;
    scene = memory_new(sizeof *scene);
    *scene = (struct scene){ .world = *state, .sandbox = sandbox_new() };
    ssh_world_use_key(scene->world, "ed25519", "");
    scene->relay = relay_start(ssh_server_port(scene->world->server));
    scene->url = ssh_world_address(scene->world, relay_port(scene->relay));
    line = ssh_server_known_as(scene->world->server, relay_port(scene->relay));
    ssh_world_know(scene->world, line);
    free(line);
    setting = memory_printf("GIT_SSH_COMMAND=%s", scene->world->program);
    sandbox_set(scene->sandbox, setting);
    free(setting);
    *state = scene;
    return 0;
}

static int leave(void **state)
{
    struct scene *scene = *state;
    void *world;

    if (scene == NULL)
        return 0;
    world = scene->world;
    sandbox_free(&scene->sandbox);
    relay_stop(&scene->relay);
    free(scene->url);
    free(scene);
    return ssh_world_leave(&world);
}

static struct scene *scene_of(void **state)
{
    if (*state == NULL)
        ssh_world_of(state);
    return *state;
}

/* A program that stands for ssh: it does so after `before`, and says of each start and end in
 * `log`. */
static void stand_for_ssh(struct scene *scene, const char *log, const char *before)
{
    char *text = memory_printf("#!/bin/sh\n"
                               "echo + >>'%s'\n"
                               "%s\n"
                               "%s \"$@\"\n"
                               "status=$?\n"
                               "echo - >>'%s'\n"
                               "exit $status\n",
                               log, before, scene->world->program, log);
    char *script = scratch_file(scene->world->directory, "as-ssh", text), *setting;

    assert_int_equal(chmod(script, 0700), 0);
    setting = memory_printf("GIT_SSH_COMMAND=%s", script);
    sandbox_set(scene->sandbox, setting);
    sandbox_set(scene->sandbox, "GIT_SSH_VARIANT=ssh");
    free(setting);
    free(script);
    free(text);
}

static size_t count_starts(const char *log)
{
    char *text = scratch_read(log);
    size_t count = 0;

    for (const char *c = text; *c != '\0'; c++)
        count += *c == '+';
    free(text);
    return count;
}

static struct started_run start_fetch(struct scene *scene)
{
    char *program = build_path("pilab");
    const char *const words[] = { program, "repo", "fetch", scene->url, NULL };
    struct started_run started = run_start(scene->sandbox, words);

    free(program);
    return started;
}

static void wait_for_bytes(struct scene *scene, uint64_t bytes)
{
    int64_t until = clock_monotonic() + patience(20000);

    while (relay_passed(scene->relay) < bytes && clock_monotonic() < until)
        poll(NULL, 0, 5);
    assert_true(relay_passed(scene->relay) >= bytes);
}

/* What is left in the folder of mirrors that is neither a mirror, its lock nor its health. */
static void assert_tidy(struct scene *scene)
{
    const char *const half[] = { "find",
                                 sandbox_home(scene->sandbox),
                                 "(",
                                 "-name",
                                 "*.new-*",
                                 "-o",
                                 "-name",
                                 "pack_git2_*",
                                 "-o",
                                 "-path",
                                 "*/refs/*.lock",
                                 ")",
                                 NULL };

    assert_string_equal(run_words(scene->sandbox, half)->out.data, "");
}

static void assert_fetched(struct scene *scene)
{
    const struct run *run = run_pilab(scene->sandbox, "repo", "refs", scene->url, NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "v1.1.0");
    assert_says(&run->out, "main");
    assert_tidy(scene);
}

static void two_at_once_take_turns_and_fetch_once(void **state)
{
    struct scene *scene = scene_of(state);
    struct started_run first, second;
    uint64_t once;

    relay_slow(scene->relay, 8000);
    first = start_fetch(scene);
    wait_for_bytes(scene, 200000);
    second = start_fetch(scene);
    wait_for_bytes(scene, 400000);
    assert_int_equal(ssh_server_visits(scene->world->server), 1); /* the other one waits */
    relay_slow(scene->relay, 0);
    assert_int_equal(run_wait(&first), 0);
    once = relay_passed(scene->relay);
    assert_int_equal(run_wait(&second), 0);
    assert_int_equal(ssh_server_visits(scene->world->server), 2);
    assert_true(relay_passed(scene->relay) < once + 100000); /* it found all there */
    assert_fetched(scene);
}

static void one_that_was_killed_leaves_no_lock(void **state)
{
    struct scene *scene = scene_of(state);
    struct started_run killed, waiting;

    relay_slow(scene->relay, 8000);
    killed = start_fetch(scene);
    wait_for_bytes(scene, 200000);
    waiting = start_fetch(scene);
    assert_int_equal(kill(killed.process, SIGKILL), 0);
    assert_int_equal(run_wait(&killed), 128 + SIGKILL);
    relay_slow(scene->relay, 0);
    assert_int_equal(run_wait(&waiting), 0);
    assert_fetched(scene);
}

static void what_will_not_change_is_not_tried_again(void **state)
{
    struct scene *scene = scene_of(state);
    char *log = scratch_file(scene->world->directory, "log", "");
    const struct run *run;

    stand_for_ssh(scene, log, "echo 'Permission denied (publickey).' >&2; exit 255");
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "Permission denied");
    assert_int_equal(count_starts(log), 1);
    assert_int_equal(truncate(log, 0), 0);
    stand_for_ssh(scene, log, "echo 'Host key verification failed.' >&2; exit 255");
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 1);
    assert_int_equal(count_starts(log), 1);
    free(log);
}

static void a_network_that_fails_is_tried_again_after_a_while(void **state)
{
    struct scene *scene = scene_of(state);
    char *log = scratch_file(scene->world->directory, "log", ""), *before;
    const struct run *run;

    stand_for_ssh(scene, log, "echo 'connect: Connection refused' >&2; exit 255");
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "Connection refused");
    assert_int_equal(count_starts(log), 3);
    assert_true(run->milliseconds >= 3000);
    assert_true(run->milliseconds < patience(12000));
    /* What is back the second time does well. */
    assert_int_equal(truncate(log, 0), 0);
    before = memory_printf("test $(wc -l <'%s') -gt 2 || { echo 'Connection refused' >&2; echo - "
                           ">>'%s'; exit 255; }",
                           log, log);
    stand_for_ssh(scene, log, before);
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 0);
    assert_int_equal(count_starts(log), 2);
    assert_fetched(scene);
    free(before);
    free(log);
}

/* Nobody can be asked here: what to run where somebody can stands whole, for copying. */
static void a_host_that_is_not_known_says_what_to_run(void **state)
{
    struct scene *scene = scene_of(state);
    char *command = memory_printf("pilab repo test %s", scene->url), *known;
    const struct run *run;

    assert_int_equal(truncate(scene->world->known_hosts, 0), 0);
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "is not known yet");
    assert_says(&run->err, command);
    run = run_pilab(scene->sandbox, "repo", "refs", scene->url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, command);
    known = scratch_read(scene->world->known_hosts);
    assert_string_equal(known, "");
    free(known);
    free(command);
}

#define MANY 7

static void several_go_at_once_but_not_all(void **state)
{
    struct scene *scene = scene_of(state);
    char *log = scratch_file(scene->world->directory, "log", ""), *text;
    char *program = build_path("pilab"), *urls[MANY];
    const char *words[MANY + 5] = { program, "repo", "fetch", "--json" };
    const struct run *run;
    int now = 0, most = 0;

    for (size_t i = 0; i < MANY; i++) {
        char *copy = memory_printf("%s/copy-%zu.git", scene->world->directory, i);
        const char *const clone[] = {
            "git", "clone", "-q", "--mirror", fixture_git_path(scene->world->fixture), copy, NULL
        };

        ssh_world_run(clone);
        urls[i] = memory_printf("ssh://127.0.0.1:%d%s", relay_port(scene->relay), copy);
        words[4 + i] = urls[i];
        free(copy);
    }
    stand_for_ssh(scene, log, "");
    run = run_words(scene->sandbox, words);
    assert_int_equal(run->status, 0);
    for (size_t i = 0; i < MANY; i++) {
        assert_says(&run->out, urls[i]);
        free(urls[i]);
    }
    assert_says_not(&run->out, "\"error\"");
    text = scratch_read(log);
    for (const char *c = text; *c != '\0'; c++) {
        now += *c == '+' ? 1 : *c == '-' ? -1 : 0;
        most = now > most ? now : most;
    }
    assert_int_equal(count_starts(log), MANY);
    assert_in_range(most, 2, 4);
    assert_tidy(scene);
    free(text);
    free(program);
    free(log);
}

/* Nothing of it goes into a pipe. */
static void a_pipe_gets_the_table_alone(void **state)
{
    struct scene *scene = scene_of(state);
    const struct run *run;

    relay_slow(scene->relay, 20000); /* long enough for a terminal to see something */
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 0);
    assert_true(run->milliseconds > 1500);
    assert_string_equal(run->err.length > 0 ? run->err.data : "", "");
    assert_says(&run->out, "Repository");
    assert_says_not(&run->out, "receiving");
}

static void news_of_fetches_stand_in_the_list(void **state)
{
    struct scene *scene = scene_of(state);
    const char *const move[] = {
        "git",        "--git-dir",        fixture_git_path(scene->world->fixture),
        "update-ref", "refs/tags/v1.1.0", "v1.0.0^{commit}",
        NULL
    };
    const struct run *run;

    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err.length > 0 ? run->err.data : "", "");
    ssh_world_run(move);
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->err, "tag v1.1.0 has moved: it was ");
    /* And later too: whoever fetched may have been a comparison. */
    run = run_pilab(scene->sandbox, "repo", "fetch", scene->url, "--json", NULL);
    assert_says(&run->out, "\"event\": \"tag_moved\"");
    assert_says(&run->out, "\"name\": \"v1.1.0\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
        CASE(two_at_once_take_turns_and_fetch_once),
        CASE(one_that_was_killed_leaves_no_lock),
        CASE(what_will_not_change_is_not_tried_again),
        CASE(a_network_that_fails_is_tried_again_after_a_while),
        CASE(a_host_that_is_not_known_says_what_to_run),
        CASE(several_go_at_once_but_not_all),
        CASE(a_pipe_gets_the_table_alone),
        CASE(news_of_fetches_stand_in_the_list),
#undef CASE
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
