#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/ssh_world.h"

/* What a server may say, and what programs that we start may see. */

static struct sandbox *sandbox; /* of the case */

static int enter(void **state)
{
    (void)state;
    sandbox = sandbox_new();
    return 0;
}

static int leave(void **state)
{
    (void)state;
    sandbox_free(&sandbox);
    return 0;
}

/* A program that stands for ssh. */
static void stand_for_ssh(const char *script)
{
    char *path = scratch_file(sandbox_files(sandbox), "as-ssh", script);
    char *setting = memory_printf("GIT_SSH_COMMAND=%s", path);

    assert_int_equal(chmod(path, 0700), 0);
    sandbox_set(sandbox, setting);
    free(setting);
    free(path);
}

static const struct run *try_it(const char *verb)
{
    return run_pilab(sandbox, "repo", verb, "ssh://git@git.example/mb/auth.git", NULL);
}

static void assert_harmless_run(const struct run *run)
{
    assert_harmless(&run->out);
    assert_harmless(&run->err);
}

#define ESCAPES "\\033[2J\\033]0;pwned\\007\\033]52;c;cHduZWQ=\\007\\r\\b"

static void words_of_a_server_do_nothing_to_a_terminal(void **state)
{
    static const char *const verbs[] = { "test", "fetch", "refs" };
    const struct run *run;

    (void)state;
    stand_for_ssh("#!/bin/sh\n"
                  "printf 'welcome" ESCAPES "\\n\302\233[2Jthe end\\n' >&2\n"
                  "exit 255\n");
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        run = try_it(verbs[i]);
        assert_int_equal(run->status, 1);
        assert_says(&run->err, "the end");
        assert_harmless_run(run);
    }
    run = run_pilab(sandbox, "repo", "test", "--json", "ssh://git@git.example/mb/auth.git", NULL);
    assert_says(&run->out, "the end");
    assert_harmless_run(run);
}

/* A server of git that has one commit, and names for it. */
static void serve_names(const char *end)
{
    char *script = memory_printf("#!/bin/sh\n"
                                 "id=1234567890123456789012345678901234567890\n"
                                 "line() { printf '%%04x%%s\\n' $((${#1} + 5)) \"$1\"; }\n"
                                 "end=$(printf '%s')\n"
                                 "head=\"$id HEAD\"\n"
                                 "rest=\"symref=HEAD:refs/heads/x$end agent=git/2\"\n"
                                 "printf '%%04x' $((${#head} + ${#rest} + 6))\n"
                                 "printf '%%s\\0%%s\\n' \"$head\" \"$rest\"\n"
                                 "line \"$id refs/heads/x$end\"\n"
                                 "line \"$id refs/tags/v1.0$end\"\n"
                                 "printf 0000\n"
                                 "cat >/dev/null\n",
                                 end);

    stand_for_ssh(script);
    free(script);
}

/* git itself makes no such names; a server may say that it has them. */
static void names_of_a_server_do_nothing_to_a_terminal(void **state)
{
    static const char *const ends[] = { "\\033[2J", "\\302\\233[2J", "\\r", "\\007" };
    const struct run *run;

    (void)state;
    serve_names("_end");
    run = try_it("test");
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_says(&run->out, "v1.0_end");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        serve_names(ends[i]);
        assert_harmless_run(try_it("test"));
        run = try_it("fetch");
        assert_int_equal(run->status, 1);
        assert_harmless_run(run);
    }
}

/* Neither open files nor anything secret; no more words than ssh needs. */
static void a_program_that_is_started_gets_no_more_than_it_needs(void **state)
{
    char *seen, *path;

    (void)state;
    sandbox_set(sandbox, "PILAB_SSH=openssh");
    stand_for_ssh("#!/bin/sh\n"
                  "here=${0%/*}\n"
                  "readlink /proc/$$/fd/* >\"$here/open\"\n"
                  "printf '%s\\n' \"$@\" >\"$here/words\"\n"
                  "ps -o sid= -p $$ >\"$here/session\"; echo $$ >>\"$here/session\"\n"
                  "exit 255\n");
    assert_int_equal(try_it("test")->status, 1);
    path = scratch_path(sandbox_files(sandbox), "open");
    seen = scratch_read(path);
    /* Its input; the rest is of whoever started us, and of the shell. */
    assert_non_null(strstr(seen, "socket:"));
    assert_null(strstr(strstr(seen, "socket:") + 1, "socket:"));
    assert_null(strstr(seen, "anon_inode:"));
    assert_null(strstr(seen, sandbox_home(sandbox)));
    free(seen);
    free(path);
    path = scratch_path(sandbox_files(sandbox), "words");
    seen = scratch_read(path);
    assert_non_null(strstr(seen, "StrictHostKeyChecking=yes\n"));
    assert_non_null(strstr(seen, "BatchMode=yes\n"));
    assert_non_null(strstr(seen, "ConnectTimeout="));
    assert_non_null(strstr(seen, "ServerAliveInterval="));
    assert_non_null(strstr(seen, "ServerAliveCountMax="));
    assert_non_null(strstr(seen, "\n--\ngit@git.example\ngit-upload-pack '/mb/auth.git'\n"));
    free(seen);
    free(path);
    path = scratch_path(sandbox_files(sandbox), "session");
    seen = scratch_read(path);
    assert_true(atoi(seen) > 0);
    assert_int_equal(atoi(seen), atoi(strchr(seen, '\n') + 1)); /* it leads its own session */
    free(seen);
    free(path);
}

static void what_would_run_something_is_refused_before_any_program_starts(void **state)
{
    static const char *const addresses[] = {
        "ext::sh -c touch% pwned",        "fd::3",
        "git://git.example/a.git",        "ssh://-oProxyCommand=touch/a.git",
        "-oProxyCommand=touch:a.git",     "ssh://git@git.example/a%0atouch.git",
        "git.example:-upload-pack=touch", "ssh://u;id@git.example/a.git",
        "ssh://git.example;id/a.git",     "file:///nowhere/a.git",
        "http://git.example/a.git",       "ssh://u:pw@git.example/a.git",
    };

    (void)state;
    stand_for_ssh("#!/bin/sh\n: >\"${0%/*}/started\"\nexit 255\n");
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const struct run *run = run_pilab(sandbox, "repo", "test", "--", addresses[i], NULL);
        const char *const found[] = { "find", sandbox_files(sandbox), "-name", "started", NULL };

        if (run->status != 1)
            fail_msg("%s: %d", addresses[i], run->status);
        assert_harmless_run(run);
        assert_says_not(&run->err, ":pw@");
        assert_string_equal(run_words(sandbox, found)->out.data, "");
    }
}

static void a_path_stays_one_word_on_the_other_side(void **state)
{
    char *path, *seen;

    (void)state;
    stand_for_ssh("#!/bin/sh\n"
                  "for last; do :; done\n"
                  "sh -c \"git-upload-pack() { printf '%s|' \\\"\\$@\\\"; }; ${last#git-} \" "
                  ">/dev/null 2>&1\n"
                  "printf '%s\\n' \"$last\" >\"${0%/*}/word\"\n"
                  "exit 255\n");
    run_pilab(sandbox, "repo", "test", "git@git.example:it's $(touch pwned) `id`;!x.git", NULL);
    path = scratch_path(sandbox_files(sandbox), "word");
    seen = scratch_read(path);
    assert_string_equal(seen, "git-upload-pack 'it'\\''s $(touch pwned) `id`;'\\!'x.git'\n");
    free(seen);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
        CASE(words_of_a_server_do_nothing_to_a_terminal),
        CASE(names_of_a_server_do_nothing_to_a_terminal),
        CASE(a_program_that_is_started_gets_no_more_than_it_needs),
        CASE(what_would_run_something_is_refused_before_any_program_starts),
        CASE(a_path_stays_one_word_on_the_other_side),
#undef CASE
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
