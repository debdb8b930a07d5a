/*
 * A test program that goes wrong in the way its argument names, in the second of three cases, so
 * that test-count-cases can see how each way is counted.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void passes(void **state)
{
    (void)state;
}

static void fails(void **state)
{
    (void)state;
    assert_string_equal("one\nok 9 - two\n1..4", "three");
}

static void fails_with_words(void **state)
{
    (void)state;
    fail_msg("late by %d ms", 7);
}

static void skips(void **state)
{
    (void)state;
    skip();
}

static void prints_without_newline(void **state)
{
    (void)state;
    printf("no newline after this ");
}

static void prints_what_looks_like_a_result(void **state)
{
    (void)state;
    printf("ok 7 - not a case\nok, 2 files read\nnot okay\n");
}

static void raises_a_fault(void **state)
{
    (void)state;
    raise(SIGSEGV);
}

static void is_killed(void **state)
{
    (void)state;
    kill(getpid(), SIGKILL);
}

static void aborts(void **state)
{
    (void)state;
    abort();
}

static void exits_with_success(void **state)
{
    (void)state;
    exit(0);
}

static void never_ends(void **state)
{
    (void)state;
    for (;;) {
        pause();
    }
}

static int refuse(void **state)
{
    (void)state;
    return -1;
}

static int run_three(CMUnitTestFunction middle, CMFixtureFunction setup, CMFixtureFunction teardown)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes),
        {"middle", middle, NULL, NULL, NULL},
        cmocka_unit_test(passes),
    };
    return cmocka_run_group_tests_name("sample", tests, setup, teardown);
}

static const struct {
    const char *name;
    CMUnitTestFunction middle;
} ways[] = {
    {"pass",            passes                         },
    { "fail",           fails                          },
    { "words",          fails_with_words               },
    { "skip",           skips                          },
    { "no-newline",     prints_without_newline         },
    { "looks-like",     prints_what_looks_like_a_result},
    { "fault",          raises_a_fault                 },
    { "kill",           is_killed                      },
    { "abort",          aborts                         },
    { "exit",           exits_with_success             },
    { "hang",           never_ends                     },
    { "group-setup",    passes                         },
    { "group-teardown", passes                         },
    { "two-groups",     fails                          },
    { "late-status",    passes                         },
};

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "none";

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(ways[i].name, way) != 0) {
            continue;
        }
        if (strcmp(way, "two-groups") == 0) {
            (void)run_three(passes, NULL, NULL);
        }
        int failed = run_three(ways[i].middle, strcmp(way, "group-setup") == 0 ? refuse : NULL,
                               strcmp(way, "group-teardown") == 0 ? refuse : NULL);
        return strcmp(way, "late-status") == 0 ? 23 : failed;
    }
    if (strcmp(way, "asks-to-be-skipped") == 0) {
        puts("no terminal here");
        return 77;
    }
    return 0;
}
