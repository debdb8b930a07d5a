#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/words.h>
#include <pilab/net/credential_helper.h>

#include "../../support/patience.h"
#include "../../support/scratch.h"

/* Programs that answer for git, in all the ways that they do and do not. */

struct work {
    char *folder, *helper;
    struct credential credential;
    struct error error;
};

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);

    work->folder = scratch_new();
    work->credential.protocol = memory_copy_text("https");
    work->credential.host = memory_copy_text("git.example:8443");
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    credential_release(&work->credential);
    scratch_remove(&work->folder);
    free(work->helper);
    free(work);
    return 0;
}

static void write_helper(struct work *work, const char *script)
{
    char *text = memory_printf("#!/bin/sh\n%s\n", script);

    free(work->helper);
    work->helper = scratch_file(work->folder, "helper", text);
    assert_int_equal(chmod(work->helper, 0700), 0);
    free(text);
}

static bool ask(struct work *work, const char *script, int limit)
{
    write_helper(work, script);
    error_clear(&work->error);
    return credential_helper_ask(work->helper, &work->credential, limit, NULL, &work->error);
}

static void must_answer(struct work *work, const char *script)
{
    if (!ask(work, script, (int)patience(20000)))
        fail_msg("%s", work->error.message);
}

static void must_fail(struct work *work, const char *script, enum error_code code,
                      const char *words)
{
    assert_false(ask(work, script, (int)patience(20000)));
    assert_int_equal(work->error.code, code);
    assert_non_null(strstr(work->error.message, words));
    assert_null(work->credential.password);
}

static void what_it_knows_is_taken_and_the_rest_stays(void **state)
{
    struct work *work = *state;

    must_answer(work, "cat >/dev/null; echo host=evil.example; echo username=carla;"
                      " echo password=a=b; echo password_expiry_utc=4102444800;"
                      " echo wwwauth[]=Basic; echo; echo garbage");
    assert_string_equal(work->credential.user, "carla");
    assert_string_equal(work->credential.password, "a=b");
    assert_string_equal(work->credential.host, "git.example:8443");
    assert_false(credential_is_expired(&work->credential, INT64_C(1700000000000)));
    assert_true(credential_is_expired(&work->credential, INT64_C(4200000000000)));
    must_answer(work, "exit 0");
    assert_string_equal(work->credential.password, "a=b");
}

static void it_is_told_what_is_known_and_neither_by_words_nor_by_surroundings(void **state)
{
    struct work *work = *state;
    char *path = scratch_path(work->folder, "told"), *script, *told;

    work->credential.user = memory_copy_text("carla");
    work->credential.password = memory_copy_text("hunter2-4711");
    script = memory_printf("{ echo \"$*\"; env | grep -c hunter2-4711; echo $GIT_TERMINAL_PROMPT; "
                           "cat; } "
                           ">'%s'",
                           path);
    write_helper(work, script);
    credential_helper_tell(work->helper, "erase", &work->credential, (int)patience(20000), NULL);
    told = scratch_read(path);
    assert_string_equal(told, "erase\n0\n0\nprotocol=https\nhost=git.example:8443\n"
                              "username=carla\npassword=hunter2-4711\n\n");
    free(told);
    free(script);
    free(path);
}

static void lines_that_end_as_elsewhere_are_lines(void **state)
{
    struct work *work = *state;

    must_answer(work, "printf 'username=carla\\r\\npassword=x\\r\\n\\r\\n'");
    assert_string_equal(work->credential.user, "carla");
    assert_string_equal(work->credential.password, "x");
}

static void what_is_no_answer_is_refused_without_repeating_it(void **state)
{
    static const char *const scripts[] = { "echo username=carla; echo secret-without-equals",
                                           "echo =secret", "printf 'password=a\\rsecret\\n'",
                                           "printf 'password=secret\\0\\n'" };
    struct work *work = *state;

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        must_fail(work, scripts[i], ERROR_INVALID, "does not answer as one");
        assert_null(strstr(work->error.message, "secret"));
        assert_null(work->credential.user);
    }
    must_fail(work, "yes password=x | head -c 200000", ERROR_LIMIT, "more than is believable");
}

static void why_it_knows_nothing_is_told_unless_it_is_a_secret(void **state)
{
    struct work *work = *state;

    must_fail(work, "echo 'the keyring is locked' >&2; exit 1", ERROR_IO,
              "says: the keyring is locked");
    must_fail(work, "echo 'trace: password=secret' >&2; exit 1", ERROR_IO, "ended with status 1");
    assert_null(strstr(work->error.message, "secret"));
}

static void one_that_hangs_is_given_up_and_gone(void **state)
{
    struct work *work = *state;
    char *path = scratch_path(work->folder, "process"), *script, *text;
    int64_t start = clock_monotonic();
    pid_t process;

    script = memory_printf("echo $$ >'%s'; cat >/dev/null; exec sleep 600", path);
    assert_false(ask(work, script, 1500));
    assert_int_equal(work->error.code, ERROR_NETWORK);
    assert_non_null(strstr(work->error.message, "has not answered for 2 s"));
    assert_in_range(clock_monotonic() - start, 1400, patience(15000));
    text = scratch_read(path);
    process = (pid_t)atoi(text);
    assert_true(process > 0);
    assert_int_equal(kill(process, 0), -1);
    free(text);
    free(script);
    free(path);
}

static void a_cancel_is_heard(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    int64_t start = clock_monotonic();

    write_helper(work, "exec sleep 600");
    assert_false(
        credential_helper_ask(work->helper, &work->credential, 0, &progress, &work->error));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
    assert_in_range(clock_monotonic() - start, 0, patience(200));
    start = clock_monotonic();
    credential_helper_tell(work->helper, "store", &work->credential, 0, &progress);
    assert_in_range(clock_monotonic() - start, 0, patience(200));
}

/* As git-credential-cache leaves its daemon. */
static void what_it_leaves_running_lives_on(void **state)
{
    struct work *work = *state;
    char *path = scratch_path(work->folder, "daemon"), *script, *text;
    pid_t process;

    script = memory_printf("sleep 600 & echo $! >'%s'; echo password=x", path);
    must_answer(work, script);
    assert_string_equal(work->credential.password, "x");
    text = scratch_read(path);
    process = (pid_t)atoi(text);
    assert_true(process > 0);
    assert_int_equal(kill(process, 0), 0);
    kill(process, SIGKILL);
    free(text);
    free(script);
    free(path);
}

static void assert_words(const char *setting, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct vector words;

    vector_init(&words, sizeof(char *));
    if (!credential_helper_words(setting, &words, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < words.count; i++)
        strbuf_printf(&text, "%s[%s]", i > 0 ? " " : "", *(char **)vector_at(&words, i));
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
    words_release(&words);
}

static void a_setting_names_a_program_as_for_git(void **state)
{
    (void)state;
    setenv("HOME", "/home/carla", 1);
    assert_words("store", "[git] [credential-store]");
    assert_words("cache --timeout 3600", "[git] [credential-cache] [--timeout] [3600]");
    assert_words("store --file ~/known", "[git] [credential-store] [--file] [/home/carla/known]");
    assert_words("/opt/my\\ helper -x 'a b'", "[/opt/my helper] [-x] [a b]");
    assert_words("~/bin/helper", "[/home/carla/bin/helper]");
}

static void what_is_for_a_shell_is_refused_unread(void **state)
{
    static const char *const settings[] = { "!f() { echo password=secret; }; f",
                                            "/opt/helper --token $SECRET", "`secret`" };
    struct work *work = *state;
    struct vector words;

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        vector_init(&words, sizeof(char *));
        assert_false(credential_helper_words(settings[i], &words, &work->error));
        assert_int_equal(work->error.code, ERROR_UNSUPPORTED);
        assert_non_null(strstr(work->error.hint, "a script of its own"));
        assert_null(strstr(work->error.message, "SECRET"));
        assert_null(strstr(work->error.message, "password=secret"));
        words_release(&words);
    }
    vector_init(&words, sizeof(char *));
    assert_false(credential_helper_words("   ", &words, &work->error));
    assert_false(credential_helper_words("/opt/helper 'x", &words, &work->error));
    words_release(&words);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_it_knows_is_taken_and_the_rest_stays),
        CASE(it_is_told_what_is_known_and_neither_by_words_nor_by_surroundings),
        CASE(lines_that_end_as_elsewhere_are_lines),
        CASE(what_is_no_answer_is_refused_without_repeating_it),
        CASE(why_it_knows_nothing_is_told_unless_it_is_a_secret),
        CASE(one_that_hangs_is_given_up_and_gone),
        CASE(a_cancel_is_heard),
        CASE(what_it_leaves_running_lives_on),
        CASE(a_setting_names_a_program_as_for_git),
        CASE(what_is_for_a_shell_is_refused_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
