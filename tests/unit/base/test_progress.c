#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/progress.h>

struct heard {
    const char *what;
    uint64_t done, total;
    int times;
};

static void hear(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct heard *heard = context;

    heard->what = what;
    heard->done = done;
    heard->total = total;
    heard->times++;
}

static void a_report_reaches_the_listener(void **state)
{
    struct heard heard = { 0 };
    struct progress progress = { .report = hear, .context = &heard };

    (void)state;
    progress_report(&progress, "mb-auth: reading history", 3, 10);
    assert_int_equal(heard.times, 1);
    assert_string_equal(heard.what, "mb-auth: reading history");
    assert_int_equal(heard.done, 3);
    assert_int_equal(heard.total, 10);
}

static void work_goes_on_until_it_is_cancelled(void **state)
{
    atomic_bool cancel = false;
    struct progress progress = { .cancel = &cancel };
    struct error error = { 0 };

    (void)state;
    assert_false(progress_cancelled(&progress));
    assert_true(progress_check(&progress, &error));
    assert_int_equal(error.code, ERROR_NONE);
    cancel = true;
    assert_true(progress_cancelled(&progress));
    assert_false(progress_check(&progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_int_not_equal(strlen(error.message), 0);
}

static void nobody_has_to_listen(void **state)
{
    struct progress deaf = { 0 };

    (void)state;
    progress_report(NULL, "x", 0, 0);
    progress_report(&deaf, "x", 0, 0);
    assert_false(progress_cancelled(NULL));
    assert_true(progress_check(NULL, NULL));
    assert_true(progress_check(&deaf, NULL));
}

static void hear_transfer(void *context, const char *what, const struct transfer_state *state)
{
    struct heard *heard = context;

    heard->what = what;
    heard->done = state->bytes;
    heard->times++;
}

static bool hear_wait(void *context)
{
    ((struct heard *)context)->times++;
    return true;
}

static void who_knows_no_transfers_hears_of_its_objects(void **state)
{
    const struct transfer_state seen = { .items = 3, .total = 10, .bytes = 7 };
    struct heard heard = { 0 };
    struct progress progress = { .report = hear, .context = &heard };

    (void)state;
    progress_transfer(NULL, "receiving", &seen);
    progress_transfer(&progress, "receiving", &seen);
    assert_string_equal(heard.what, "receiving");
    assert_int_equal(heard.done, 3);
    assert_int_equal(heard.total, 10);
    progress.transfer = hear_transfer;
    progress_transfer(&progress, "receiving", &seen);
    assert_int_equal(heard.done, 7);
    assert_int_equal(heard.times, 2);
}

static void a_wait_is_told_of_and_ends_when_it_is_cancelled(void **state)
{
    atomic_bool cancel = false;
    struct heard heard = { 0 };
    struct progress progress = { .context = &heard, .cancel = &cancel, .wait = hear_wait };

    (void)state;
    assert_true(progress_wait(NULL, NULL));
    assert_true(progress_wait(&progress, NULL));
    assert_int_equal(heard.times, 1);
    cancel = true;
    assert_false(progress_wait(&progress, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_reaches_the_listener),
        cmocka_unit_test(work_goes_on_until_it_is_cancelled),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(who_knows_no_transfers_hears_of_its_objects),
        cmocka_unit_test(a_wait_is_told_of_and_ends_when_it_is_cancelled),
    };

    return cmocka_run_group_tests_name("base/progress", tests, NULL, NULL);
}
