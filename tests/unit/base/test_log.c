#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/log.h>
#include <pilab/base/memory.h>

#include "../../support/scratch.h"

#define AT "2025-01-22T14:30:00Z "

struct fixture {
    char *directory, *path;
    struct log *log;
};

static int set_up(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);

    fixture->directory = scratch_new();
    fixture->path = scratch_path(fixture->directory, "pilab.log");
    fixture->log = log_open(fixture->path, LOG_INFO, clock_frozen(INT64_C(1737556200000)), NULL);
    assert_non_null(fixture->log);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    log_close(&fixture->log);
    scratch_remove(&fixture->directory);
    free(fixture->path);
    free(fixture);
    return 0;
}

static void holds(const char *path, const char *expected)
{
    char *content = scratch_read(path);

    assert_string_equal(content, expected);
    free(content);
}

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void an_event_is_a_line_with_time_and_level(void **state)
{
    struct fixture *fixture = *state;

    log_write(fixture->log, LOG_INFO, "opened %s", "demo");
    log_write(fixture->log, LOG_WARNING, "slow: %d ms", 900);
    log_write(fixture->log, LOG_FAILURE, "gone");
    holds(fixture->path, AT "info opened demo\n" AT "warning slow: 900 ms\n" AT "failure gone\n");
}

static void what_is_below_the_level_is_left_out(void **state)
{
    struct fixture *fixture = *state;

    log_write(fixture->log, LOG_DEBUG, "detail");
    holds(fixture->path, "");
}

static void nobody_else_may_read_it(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(mode_of(fixture->path), 0600);
    log_close(&fixture->log);
    assert_int_equal(chmod(fixture->path, 0644), 0);
    fixture->log = log_open(fixture->path, LOG_INFO, clock_system(), NULL);
    assert_non_null(fixture->log);
    assert_int_equal(mode_of(fixture->path), 0600);
}

static void a_later_run_appends(void **state)
{
    struct fixture *fixture = *state;

    log_write(fixture->log, LOG_INFO, "one");
    log_close(&fixture->log);
    fixture->log = log_open(fixture->path, LOG_INFO, clock_frozen(INT64_C(1737556200000)), NULL);
    log_write(fixture->log, LOG_INFO, "two");
    holds(fixture->path, AT "info one\n" AT "info two\n");
}

static void secrets_are_hidden_wherever_they_stand(void **state)
{
    struct fixture *fixture = *state;

    log_hide(fixture->log, "s3cret");
    log_hide(fixture->log, "s3cret-and-more");
    log_hide(fixture->log, "p@ss word");
    log_hide(fixture->log, "");
    log_hide(fixture->log, NULL);
    log_write(fixture->log, LOG_INFO,
              "token s3crets3cret, s3cret-and-more, p@ss word, p%%40ss%%20word");
    holds(fixture->path, AT "info token ********, ****, ****, ****\n");
}

static void urls_lose_their_user(void **state)
{
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"https://user:pw@host/path",                                "https://host/path"               },
        { "at https://user:p@w@host:8443?q=a@b, and ssh://git@host",
         "at https://host:8443?q=a@b, and ssh://host"                                                  },
        { "https://host/path/@scope/package",                        "https://host/path/@scope/package"},
        { "mail ada@example.org",                                    "mail ada@example.org"            },
        { "\"https://u@h\" 'https://v@i'",                           "\"https://h\" 'https://i'"       },
        { "://",                                                     "://"                             },
        { "https://user:pw@",                                        "https://"                        },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *expected = memory_printf(AT "info %s\n", rows[i].line);
        assert_int_equal(truncate(fixture->path, 0), 0);
        log_write(fixture->log, LOG_INFO, "%s", rows[i].text);
        holds(fixture->path, expected);
        free(expected);
    }
}

static void a_message_is_one_harmless_line(void **state)
{
    struct fixture *fixture = *state;

    log_write(fixture->log, LOG_INFO, "subject \x1b[2J\n" AT "failure forged\xff");
    holds(fixture->path, AT "info subject ^[[2J^J" AT "failure forged\\xFF\n");
}

static void a_full_log_is_moved_away_when_it_is_opened(void **state)
{
    struct fixture *fixture = *state;
    char *moved = scratch_path(fixture->directory, "pilab.log.1");

    log_close(&fixture->log);
    assert_int_equal(truncate(fixture->path, 4 * 1024 * 1024), 0);
    fixture->log = log_open(fixture->path, LOG_INFO, clock_frozen(INT64_C(1737556200000)), NULL);
    log_write(fixture->log, LOG_INFO, "fresh");
    holds(fixture->path, AT "info fresh\n");
    assert_int_equal(mode_of(moved), 0600);
    free(moved);
}

static void a_log_that_fills_up_is_moved_away_as_well(void **state)
{
    struct fixture *fixture = *state;
    char *moved = scratch_path(fixture->directory, "pilab.log.1");
    struct stat status;

    assert_int_equal(truncate(fixture->path, 4 * 1024 * 1024 - 1), 0);
    log_write(fixture->log, LOG_INFO, "the last one");
    log_write(fixture->log, LOG_INFO, "the first one");
    holds(fixture->path, AT "info the first one\n");
    assert_int_equal(stat(moved, &status), 0);
    assert_true(status.st_size > 4 * 1024 * 1024);
    free(moved);
}

static void a_log_that_cannot_be_moved_stops_nothing(void **state)
{
    struct fixture *fixture = *state;
    char *moved = scratch_path(fixture->directory, "pilab.log.1");
    char *inside = scratch_path(fixture->directory, "pilab.log.1/x");
    struct error error;

    assert_int_equal(mkdir(moved, 0700), 0);
    assert_int_equal(mkdir(inside, 0700), 0);
    assert_int_equal(truncate(fixture->path, 4 * 1024 * 1024), 0);
    log_write(fixture->log, LOG_INFO, "lost");
    log_write(fixture->log, LOG_INFO, "lost");
    log_close(&fixture->log);
    assert_null(log_open(fixture->path, LOG_INFO, clock_system(), &error));
    assert_non_null(strstr(error.message, "the full log cannot be moved away"));
    free(moved);
    free(inside);
}

static void only_a_regular_file_is_a_log(void **state)
{
    struct fixture *fixture = *state;
    char *link = scratch_path(fixture->directory, "link");
    char *pipe = scratch_path(fixture->directory, "pipe");
    struct error error;

    assert_int_equal(symlink("pilab.log", link), 0);
    assert_null(log_open(link, LOG_INFO, clock_system(), &error));
    assert_int_equal(error.code, ERROR_IO);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_null(log_open(pipe, LOG_INFO, clock_system(), &error));
    assert_null(log_open("/dev/null", LOG_INFO, clock_system(), &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_non_null(strstr(error.message, "/dev/null: not a regular file"));
    assert_null(log_open("/proc/missing/pilab.log", LOG_INFO, clock_system(), &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    free(link);
    free(pipe);
}

static void no_log_is_silent(void **state)
{
    struct log *none = NULL;

    (void)state;
    log_write(none, LOG_FAILURE, "nobody hears");
    log_hide(none, "secret");
    log_close(&none);
    log_close(NULL);
}

static void *write_lines(void *log)
{
    for (int i = 0; i < 500; i++)
        log_write(log, LOG_INFO, "%0100d", i);
    return NULL;
}

static void lines_of_several_threads_do_not_mix(void **state)
{
    struct fixture *fixture = *state;
    pthread_t threads[4];
    char *content;
    size_t lines = 0;

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, fixture->log), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    content = scratch_read(fixture->path);
    for (char *line = content; *line; line = strchr(line, '\n') + 1, lines++)
        assert_int_equal(strcspn(line, "\n"), strlen(AT "info ") + 100);
    assert_int_equal(lines, 2000);
    free(content);
}

#define WITH_LOG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_LOG(an_event_is_a_line_with_time_and_level),
        WITH_LOG(what_is_below_the_level_is_left_out),
        WITH_LOG(nobody_else_may_read_it),
        WITH_LOG(a_later_run_appends),
        WITH_LOG(secrets_are_hidden_wherever_they_stand),
        WITH_LOG(urls_lose_their_user),
        WITH_LOG(a_message_is_one_harmless_line),
        WITH_LOG(a_full_log_is_moved_away_when_it_is_opened),
        WITH_LOG(a_log_that_fills_up_is_moved_away_as_well),
        WITH_LOG(a_log_that_cannot_be_moved_stops_nothing),
        WITH_LOG(only_a_regular_file_is_a_log),
        cmocka_unit_test(no_log_is_silent),
        WITH_LOG(lines_of_several_threads_do_not_mix),
    };

    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
