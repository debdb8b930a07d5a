#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <git2.h>
#include <poll.h>

#include <pilab/base/clock.h>

#include "../../../src/git/talk_progress.h"

/* Silence is told from here on. */
#define LIMIT (TRANSFER_SILENCE + 200)

/* Waits as whoever reads from a server does, for as long as it is of use; how long that was. */
static int64_t wait_for(struct talk_progress *progress, int64_t milliseconds, struct error *error)
{
    int64_t began = clock_monotonic(), now = began;
    while (now - began < milliseconds && progress_wait(&progress->waiting, error)) {
        poll(NULL, 0, 20);
        now = clock_monotonic();
    }
    return now - began;
}

static void receive(struct talk_progress *progress, unsigned objects)
{
    git_indexer_progress stats = { .total_objects = 10,
                                   .received_objects = objects,
                                   .received_bytes = 1000 * (size_t)objects };
    talk_progress_received(progress, &stats);
}

static void a_server_that_only_lives_is_given_up(void **state)
{
    (void)state;
    struct talk_progress progress;
    struct error error = { 0 };
    talk_progress_start(&progress, "example.org", LIMIT, NULL);
    talk_progress_connected(&progress);
    receive(&progress, 3);
    int64_t waited = wait_for(&progress, 20 * LIMIT, &error);
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_true(progress.stuck);
    assert_in_range(waited, LIMIT - 1, 10 * LIMIT);
}

static void one_that_has_not_begun_to_send_may_take_its_time(void **state)
{
    (void)state;
    struct talk_progress progress;
    struct error error = { 0 };
    talk_progress_start(&progress, "example.org", LIMIT, NULL);
    talk_progress_connected(&progress);
    wait_for(&progress, 2 * LIMIT, &error);
    assert_int_equal(error.code, ERROR_NONE);
    assert_false(progress.stuck);
}

static void a_cancel_comes_before_it(void **state)
{
    (void)state;
    struct talk_progress progress;
    struct error error = { 0 };
    atomic_bool cancel = true;
    const struct progress listener = { .cancel = &cancel };
    talk_progress_start(&progress, "example.org", LIMIT, &listener);
    receive(&progress, 1);
    wait_for(&progress, LIMIT, &error);
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_false(progress.stuck);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_only_lives_is_given_up),
        cmocka_unit_test(one_that_has_not_begun_to_send_may_take_its_time),
        cmocka_unit_test(a_cancel_comes_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
