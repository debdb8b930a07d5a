#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/https_world.h"
#include "../support/scratch.h"

/* Servers over https that ask who we are: tokens of the secret store, and helpers of git's. */

#define RIGHT "right-token-4711"
#define WRONG "wrong-token-0815"

static struct https_world *world; /* of the case */

/* A project whose repository asks who one is; carla may. Returns its address; the caller frees. */
static char *enter(void **state)
{
    char *url;

    world = https_world_of(state);
    url = https_good_address(world, "private/shop.git");
    https_server_let_in(world->server, "carla:" RIGHT "\n");
    https_world_variable(world, "GIT_SSL_CAINFO", https_server_authority(world->server));
    https_world_import(world, url);
    return url;
}

static void assert_done(const struct run *run)
{
    if (run->status != 0)
        fail_msg("%d: %s", run->status, run->err.data);
}

static const struct run *log_in(const char *url, const char *user, const char *token)
{
    char *file = scratch_file(sandbox_files(world->sandbox), "token", token);
    const struct run *run;

    assert_int_equal(chmod(file, 0600), 0);
    run =
        run_pilab(world->sandbox, "repo", "login", url, "--user", user, "--token-file", file, NULL);
    unlink(file);
    free(file);
    return run;
}

/* Nothing below a folder holds these words; they are the test's, so grep will do. */
static void assert_nowhere(const char *folder, const char *words)
{
    const char *const command[] = { "grep", "-rlaF", words, folder, NULL };
    const struct run *run = run_words(world->sandbox, command);

    if (run->status == 0)
        fail_msg("%s is in %s", words, run->out.data);
    assert_int_equal(run->status, 1);
}

static void git_settings(const char *text)
{
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig", text));
}

static void use_helper(const char *setting)
{
    char *text = memory_printf("[credential]\n\thelper = %s\n", setting);

    git_settings(text);
    free(text);
}

/* A helper that puts down what it is told, and answers with what it is made with. */
static char *make_helper(const char *answer)
{
    char *text = memory_printf("#!/bin/sh\necho \"$0 $*\" >>\"$HOME/words\"\n"
                               "for last; do :; done\n"
                               "{ echo \"[$last]\"; cat; } >>\"$HOME/told\"\n"
                               "if [ \"$last\" = get ]; then printf '%s'; fi\n",
                               answer);
    char *path = scratch_file(sandbox_home(world->sandbox), "helper", text);

    assert_int_equal(chmod(path, 0700), 0);
    free(text);
    return path;
}

static void assert_told(const char *name, const char *expected)
{
    char *path = scratch_path(sandbox_home(world->sandbox), name), *text = scratch_read(path);

    assert_string_equal(text, expected);
    free(text);
    free(path);
}

/* --- Tokens of the secret store --------------------------------------------------------------- */

static void a_token_is_tried_and_kept_and_stands_nowhere(void **state)
{
    char *url = enter(state);
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "secrets", "init", NULL));
    run = log_in(url, "carla", RIGHT "\n");
    assert_done(run);
    assert_says(&run->out, "it takes the token");
    run = log_in("shop", "carla", RIGHT);
    assert_done(run);
    assert_says(&run->out, "nothing to change");
    run = run_pilab(world->sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", NULL);
    assert_done(run);
    assert_says(&run->out, "1 commit = 1 in notes");
    run = run_pilab(world->sandbox, "audit", "list", "--json", NULL);
    assert_says(&run->out, "repository.login");
    assert_says_not(&run->out, RIGHT);
    assert_says_not(&run_pilab(world->sandbox, "project", "export", NULL)->out, RIGHT);
    assert_nowhere(sandbox_home(world->sandbox), RIGHT);
    free(url);
}

static void a_wrong_token_is_refused_and_not_kept(void **state)
{
    char *url = enter(state);
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "secrets", "init", NULL));
    run = log_in(url, "carla", WRONG);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "does not take the token");
    assert_says(&run->err, "nothing was kept");
    assert_says_not(&run->err, WRONG);
    run = run_pilab(world->sandbox, "repo", "logout", url, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "keeps no token for https://localhost:");
    free(url);
}

static void a_token_that_has_ended_says_what_to_do(void **state)
{
    char *url = enter(state);
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "secrets", "init", NULL));
    assert_done(log_in(url, "carla", RIGHT));
    https_server_let_in(world->server, "carla:another\n");
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "does not take the token");
    assert_says(&run->err, "it may have expired");
    assert_says(&run->err, "pilab repo login");
    assert_done(log_in(url, "carla", "another"));
    assert_done(run_pilab(world->sandbox, "repo", "test", NULL));
    assert_done(run_pilab(world->sandbox, "repo", "logout", "shop", NULL));
    assert_int_equal(run_pilab(world->sandbox, "repo", "test", NULL)->status, 1);
    free(url);
}

static void another_key_opens_the_token_as_well(void **state)
{
    char *url = enter(state);
    const struct run *run;

    assert_done(run_pilab(world->sandbox, "secrets", "init", NULL));
    assert_done(log_in(url, "carla", RIGHT));
    run = run_pilab(world->sandbox, "secrets", "rekey", NULL);
    assert_done(run);
    assert_says(&run->out, "1 secret sealed with the new key");
    assert_done(run_pilab(world->sandbox, "secrets", "check", NULL));
    assert_done(run_pilab(world->sandbox, "repo", "test", NULL));
    assert_done(run_pilab(world->sandbox, "secrets", "init", "--again", "--yes", NULL));
    run = run_pilab(world->sandbox, "repo", "logout", url, NULL);
    assert_says(&run->err, "keeps no token");
    free(url);
}

static void a_passphrase_that_nobody_can_be_asked_for_is_said(void **state)
{
    char *url = enter(state),
         *file = scratch_file(sandbox_files(world->sandbox), "words", "four words are enough\n");
    char *token = scratch_file(sandbox_files(world->sandbox), "token", RIGHT);
    const struct run *run;

    assert_int_equal(chmod(file, 0600) + chmod(token, 0600), 0);
    assert_done(run_pilab(world->sandbox, "secrets", "init", "--kind", "passphrase",
                          "--passphrase-file", file, NULL));
    assert_done(run_pilab(world->sandbox, "repo", "login", url, "--user", "carla", "--token-file",
                          token, "--passphrase-file", file, NULL));
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "sealed with a passphrase, and nobody can be asked here");
    assert_says(&run->err, "pilab secrets rekey --kind file");
    free(token);
    free(file);
    free(url);
}

/* --- Helpers of git's ------------------------------------------------------------------------- */

static void gits_own_store_is_asked_and_told(void **state)
{
    char *url = enter(state);
    char *known = memory_printf("https://carla:" RIGHT "@localhost%%3a%u\n",
                                (unsigned)https_server_port(world->server, CERTIFICATE_GOOD));
    char *file = scratch_file(sandbox_home(world->sandbox), "known", known), *left, *words;
    const struct run *run;

    assert_int_equal(chmod(file, 0600), 0);
    use_helper("store --file ~/known");
    assert_done(run_pilab(world->sandbox, "repo", "test", NULL));
    words = memory_printf("store --file '%s'", file);
    use_helper(words);
    free(words);
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_done(run);
    assert_says(&run->out, "main");
    left = scratch_read(file);
    assert_string_equal(left, known);
    free(left);
    /* What is not taken any more is forgotten. */
    https_server_let_in(world->server, "carla:another\n");
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "does not take what the credential helper knows for carla");
    assert_says_not(&run->out, RIGHT);
    left = scratch_read(file);
    assert_string_equal(left, "");
    free(left);
    free(file);
    free(known);
    free(url);
}

static void a_helper_is_told_what_git_tells_it(void **state)
{
    char *url = enter(state), *expected, *words;
    char *helper = make_helper("username=carla\\npassword=" RIGHT "\\n");
    unsigned port = https_server_port(world->server, CERTIFICATE_GOOD);

    words = memory_printf("%s --quiet", helper);
    use_helper(words);
    free(words);
    assert_done(run_pilab(world->sandbox, "repo", "test", NULL));
    expected = memory_printf("%1$s --quiet get\n%1$s --quiet store\n", helper);
    assert_told("words", expected);
    free(expected);
    expected = memory_printf("[get]\nprotocol=https\nhost=localhost:%1$u\n\n"
                             "[store]\nprotocol=https\nhost=localhost:%1$u\nusername=carla\n"
                             "password=" RIGHT "\n\n",
                             port);
    assert_told("told", expected);
    free(expected);
    free(helper);
    free(url);
}

static void settings_for_a_host_count_as_for_git(void **state)
{
    char *url = enter(state), *expected, *text;
    char *helper = make_helper("password=" RIGHT "\\n");
    unsigned port = https_server_port(world->server, CERTIFICATE_GOOD);

    text = memory_printf("[credential]\n\thelper = /nonexistent/first\n"
                         "[credential \"https://other.example\"]\n\tusername = nobody\n"
                         "[credential \"https://localhost:%1$u/private\"]\n\thelper =\n"
                         "\thelper = %2$s\n\tusername = carla\n\tuseHttpPath = true\n",
                         port, helper);
    git_settings(text);
    assert_done(run_pilab(world->sandbox, "repo", "test", NULL));
    expected = memory_printf("[get]\nprotocol=https\nhost=localhost:%1$u\n"
                             "path=private/shop.git\nusername=carla\n\n"
                             "[store]\nprotocol=https\nhost=localhost:%1$u\n"
                             "path=private/shop.git\nusername=carla\npassword=" RIGHT "\n\n",
                             port);
    assert_told("told", expected);
    free(expected);
    free(text);
    free(helper);
    free(url);
}

static void assert_helper_fails(const char *setting, const char *words)
{
    const struct run *run;

    use_helper(setting);
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "asks who you are");
    assert_says(&run->err, words);
    assert_says(&run->err, "pilab repo login");
}

static void what_is_wrong_with_a_helper_is_said(void **state)
{
    char *url = enter(state);
    char *helper = make_helper("what is it that you want " RIGHT "\\n");
    const struct run *run;

    assert_helper_fails("no-such-helper", "there is no credential helper 'no-such-helper'");
    assert_helper_fails("/nonexistent/helper", "/nonexistent/helper cannot be started");
    assert_helper_fails("\"!f() { echo password=" RIGHT "; }; f\"", "is for a shell");
    assert_helper_fails(helper, "does not answer as one");
    run = run_pilab(world->sandbox, "repo", "test", "--json", NULL);
    assert_says_not(&run->out, RIGHT);
    free(scratch_file(sandbox_home(world->sandbox), ".gitconfig", ""));
    run = run_pilab(world->sandbox, "repo", "test", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "asks who you are, and no token is known for it");
    free(helper);
    free(url);
}

/* --- Where it must not go --------------------------------------------------------------------- */

static void a_token_goes_to_no_other_port(void **state)
{
    char *helper, *url = enter(state), *guarded, *via, *path;
    const struct run *run;
    char bytes[4096];

    helper = make_helper("username=carla\\npassword=" RIGHT "\\n");
    use_helper(helper);
    guarded = https_good_address(world, "guarded/shop.git");
    run = run_pilab(world->sandbox, "repo", "test", guarded, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "which is not told who you are");
    assert_int_equal(https_server_trapped_bytes(world->server, bytes, sizeof bytes), 0);
    path = memory_printf("via/%u/shop.git", (unsigned)relay_port(world->relay));
    via = https_good_address(world, path);
    free(scratch_file(sandbox_home(world->sandbox), "told", ""));
    run = run_pilab(world->sandbox, "repo", "test", via, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "sends us on to another place, which is not told who you are");
    assert_told("told", "");
    free(via);
    free(path);
    free(guarded);
    free(helper);
    free(url);
}

#define CASE(function)                                                                             \
    cmocka_unit_test_setup_teardown(function, https_world_enter, https_world_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_token_is_tried_and_kept_and_stands_nowhere),
        CASE(a_wrong_token_is_refused_and_not_kept),
        CASE(a_token_that_has_ended_says_what_to_do),
        CASE(another_key_opens_the_token_as_well),
        CASE(a_passphrase_that_nobody_can_be_asked_for_is_said),
        CASE(gits_own_store_is_asked_and_told),
        CASE(a_helper_is_told_what_git_tells_it),
        CASE(settings_for_a_host_count_as_for_git),
        CASE(what_is_wrong_with_a_helper_is_said),
        CASE(a_token_goes_to_no_other_port),
    };

    return cmocka_run_group_tests(tests, https_world_set_up, https_world_tear_down);
}
