#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../../../src/net/ssh_failure.h"

static struct error failure(const char *said, int status)
{
    struct error error = { 0 };

    assert_false(ssh_failure(&error, said, status));
    return error;
}

static void a_changed_key_names_where_the_old_one_stands(void **state)
{
    struct error error =
        failure("@@@@@@@@@@@\r\n"
                "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n"
                "Someone could be eavesdropping on you right now!\r\n"
                "Offending ED25519 key in /home/ada/.ssh/known_hosts:3\r\n"
                "Host key for git.example has changed and you have requested strict checking.\r\n"
                "Host key verification failed.\r\n",
                255);

    (void)state;
    assert_int_equal(error.code, ERROR_UNTRUSTED);
    assert_non_null(strstr(error.message, "HAS CHANGED"));
    assert_non_null(strstr(error.message, "in /home/ada/.ssh/known_hosts:3)"));
    assert_non_null(strstr(error.hint, "ssh-keygen -R"));
}

static void an_unknown_host_is_named_as_ssh_names_it(void **state)
{
    struct error error = failure("No ED25519 host key is known for [jump.example]:2222 and you "
                                 "have requested strict checking.\r\n"
                                 "Host key verification failed.\r\n",
                                 255);

    (void)state;
    assert_int_equal(error.code, ERROR_UNVERIFIED);
    assert_string_equal(error.message, "the key of [jump.example]:2222 is not known yet");
}

static void what_explains_comes_before_what_follows_from_it(void **state)
{
    struct error error = failure("ssh: connect to host git.example port 22: Connection refused\r\n"
                                 "Connection closed by UNKNOWN port 65535\r\n",
                                 255);

    (void)state;
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_string_equal(error.message,
                        "ssh: connect to host git.example port 22: Connection refused");
}

static void words_that_nobody_knows_are_told_without_noise(void **state)
{
    struct error error = failure("Warning: Permanently added 'git.example' to the list\r\n"
                                 "one\n\ntwo\nthree  \r\nfour\n"
                                 "fatal: Could not read from remote repository.\n",
                                 1);

    (void)state;
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_string_equal(error.message, "two; three; four");
}

static void silence_is_told_as_such(void **state)
{
    struct error ended = failure("", 3), killed = failure("", 128 + 9);

    (void)state;
    assert_string_equal(ended.message, "ssh ended with status 3 and did not say why");
    assert_string_equal(killed.message, "ssh was ended by signal 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_key_names_where_the_old_one_stands),
        cmocka_unit_test(an_unknown_host_is_named_as_ssh_names_it),
        cmocka_unit_test(what_explains_comes_before_what_follows_from_it),
        cmocka_unit_test(words_that_nobody_knows_are_told_without_noise),
        cmocka_unit_test(silence_is_told_as_such),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
