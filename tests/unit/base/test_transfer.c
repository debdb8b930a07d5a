#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/transfer.h>

#define MIB ((uint64_t)1 << 20)

/* So many milliseconds of objects and bytes that come evenly, in steps of 50. */
static void run(struct transfer_meter *meter, int64_t from, int64_t to, uint64_t items_a_second,
                uint64_t bytes_a_second, uint64_t total)
{
    const struct transfer_sample before = meter->last;

    for (int64_t at = from + 50; at <= to; at += 50)
        transfer_meter_add(meter, at, before.items + items_a_second * (uint64_t)(at - from) / 1000,
                           total, before.bytes + bytes_a_second * (uint64_t)(at - from) / 1000);
}

static void nothing_is_told_of_the_first_moments(void **state)
{
    struct transfer_meter meter;
    struct transfer_state seen;

    (void)state;
    transfer_meter_start(&meter, 1000);
    seen = transfer_meter_read(&meter, 1000);
    assert_int_equal(seen.rate, -1);
    assert_int_equal(seen.left, -1);
    assert_int_equal(seen.silent, 0);
    /* A burst that the network has kept ready would be a rate of gigabytes. */
    transfer_meter_add(&meter, 1001, 5000, 10000, 8 * MIB);
    seen = transfer_meter_read(&meter, 1002);
    assert_int_equal(seen.rate, -1);
    assert_int_equal(seen.left, -1);
    assert_int_equal(seen.bytes, 8 * MIB);
}

static void a_steady_transfer_has_its_rate_and_its_end(void **state)
{
    struct transfer_meter meter;
    struct transfer_state seen;

    (void)state;
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 2000, 100, MIB, 1000);
    seen = transfer_meter_read(&meter, 2000);
    assert_int_equal(seen.rate, MIB);
    assert_int_equal(seen.left, -1); /* too early */
    run(&meter, 2000, 4000, 100, MIB, 1000);
    seen = transfer_meter_read(&meter, 4000);
    assert_int_equal(seen.rate, MIB);
    assert_int_equal(seen.left, 6000);
    run(&meter, 4000, 10000, 100, MIB, 1000);
    seen = transfer_meter_read(&meter, 10000);
    assert_int_equal(seen.left, -1); /* all is there */
    assert_int_equal(transfer_percent(&seen), 100);
}

static void the_rate_is_that_of_the_last_seconds(void **state)
{
    struct transfer_meter meter;
    struct transfer_state seen;

    (void)state;
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 60000, 10, 10 * MIB, 10000);
    run(&meter, 60000, 70000, 10, MIB, 10000);
    seen = transfer_meter_read(&meter, 70000);
    assert_in_range(seen.rate, MIB - MIB / 20, MIB + MIB / 20);
}

/* Commits come first and are small: the time left must not be taken from them. */
static void the_slower_of_now_and_all_is_what_is_left(void **state)
{
    struct transfer_meter meter;
    struct transfer_state seen;

    (void)state;
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 10000, 1000, MIB, 20000);
    run(&meter, 10000, 20000, 100, MIB, 20000);
    seen = transfer_meter_read(&meter, 20000);
    assert_in_range(seen.left, 85000, 95000); /* 9000 at 100 a second */
    run(&meter, 20000, 30000, 2000, MIB, 1000000);
    seen = transfer_meter_read(&meter, 30000);
    assert_in_range(seen.left, 930000, 960000); /* at 1033 a second, not at 2000 */
}

static void a_small_part_promises_nothing(void **state)
{
    struct transfer_meter meter;

    (void)state;
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 10000, 100, MIB, 1000000);
    assert_int_equal(transfer_meter_read(&meter, 10000).left, -1);
    run(&meter, 10000, 300000, 100, MIB, 1000000);
    assert_true(transfer_meter_read(&meter, 300000).left > 0);
    /* More than a day is a guess about a guess. */
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 100000, 1, MIB, 4000);
    run(&meter, 100000, 110000, 1, MIB, 4000);
    assert_in_range(transfer_meter_read(&meter, 110000).left, 3800000, 4000000);
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 10000000, 1, MIB, 400000);
    assert_int_equal(transfer_meter_read(&meter, 10000000).left, -1);
}

static void silence_is_said_after_a_while_and_ends_with_the_next_byte(void **state)
{
    struct transfer_meter meter;
    struct transfer_state seen;

    (void)state;
    transfer_meter_start(&meter, 0);
    run(&meter, 0, 10000, 100, MIB, 2000);
    seen = transfer_meter_read(&meter, 12900);
    assert_int_equal(seen.silent, 0);
    assert_true(seen.rate < (int64_t)MIB);
    seen = transfer_meter_read(&meter, 13000);
    assert_int_equal(seen.silent, 3000);
    assert_int_equal(seen.rate, -1);
    assert_int_equal(seen.left, -1);
    seen = transfer_meter_read(&meter, 3610000);
    assert_int_equal(seen.silent, 3600000);
    /* What comes after a long silence is not measured over it. */
    transfer_meter_add(&meter, 3610000, 1010, 2000, 11 * MIB);
    seen = transfer_meter_read(&meter, 3610000);
    assert_int_equal(seen.silent, 0);
    assert_int_equal(seen.rate, -1);
    run(&meter, 3610000, 3613000, 100, 2 * MIB, 2000);
    seen = transfer_meter_read(&meter, 3613000);
    assert_in_range(seen.rate, 2 * MIB - MIB / 20, 2 * MIB + MIB / 20);
}

/* --- Words ------------------------------------------------------------------------------------ */

static void assert_words(const struct transfer_state *state, size_t columns, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "> ");
    transfer_words(&text, "receiving objects", state, columns);
    assert_string_equal(text.data + 2, expected);
    strbuf_release(&text);
}

static void what_matters_least_gives_way(void **state)
{
    struct transfer_state seen = { .items = 1203,
                                   .total = 2800,
                                   .bytes = 13 * MIB,
                                   .rate = 3250000,
                                   .left = 7600,
                                   .subject = "mb-auth",
                                   .done = 2,
                                   .count = 5 };

    (void)state;
    assert_words(&seen, 200,
                 "2 of 5 done, mb-auth: receiving objects 42% (1203/2800), 13.0 MiB, 3.1 MiB/s, 8 "
                 "s left");
    assert_words(&seen, 80,
                 "2 of 5 done, mb-auth: receiving objects 42%, 13.0 MiB, 3.1 MiB/s, 8 s left");
    assert_words(&seen, 70, "2 of 5 done, mb-auth: receiving objects 42%, 3.1 MiB/s, 8 s left");
    assert_words(&seen, 60, "2 of 5 done, mb-auth: receiving objects 42%, 8 s left");
    assert_words(&seen, 44, "2 of 5 done, mb-auth: receiving objects 42%");
    assert_words(&seen, 5, "2 of 5 done, mb-auth: receiving objects 42%");
    seen.subject[0] = '\0';
    seen.count = 0;
    assert_words(&seen, 40, "receiving objects 42%, 8 s left");
    seen.silent = 12000;
    seen.rate = seen.left = -1;
    assert_words(&seen, 200, "receiving objects 42% (1203/2800), 13.0 MiB, stalled for 12 s");
    assert_words(&seen, 42, "receiving objects 42%, stalled for 12 s");
    seen.total = 0;
    assert_words(&seen, 200, "receiving objects, 13.0 MiB, stalled for 12 s");
    seen.bytes = 0;
    seen.unanswered = true;
    assert_words(&seen, 200, "receiving objects, no answer for 12 s");
}

static void assert_brief(const struct transfer_state *state, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    transfer_brief(&text, state);
    assert_string_equal(text.length > 0 ? text.data : "", expected);
    strbuf_release(&text);
}

static void the_title_says_the_least_that_helps(void **state)
{
    struct transfer_state seen = { .rate = -1, .left = -1 };

    (void)state;
    assert_brief(&seen, "");
    seen.items = 999;
    seen.total = 1000;
    assert_brief(&seen, "99%"); /* never 100 before it is all there */
    seen.left = 90000;
    assert_brief(&seen, "99%, 2 min left");
    seen.left = 4000000;
    assert_brief(&seen, "99%, 1 h 7 min left");
    seen.left = 33400;
    assert_brief(&seen, "99%, 35 s left");
    seen.left = -1;
    seen.silent = 3000;
    seen.total = 0;
    assert_brief(&seen, "stalled for 3 s");
}

static void sizes_are_read_by_people(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {
        {0,               "0 B"    },
        { 1023,           "1023 B" },
        { 1024,           "1 KiB"  },
        { 5 * MIB / 2,    "2.5 MiB"},
        { 3 * MIB * 1024, "3.0 GiB"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf text = STRBUF_INIT;

        transfer_size(&text, rows[i].bytes);
        assert_string_equal(text.data, rows[i].text);
        strbuf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_of_the_first_moments),
        cmocka_unit_test(a_steady_transfer_has_its_rate_and_its_end),
        cmocka_unit_test(the_rate_is_that_of_the_last_seconds),
        cmocka_unit_test(the_slower_of_now_and_all_is_what_is_left),
        cmocka_unit_test(a_small_part_promises_nothing),
        cmocka_unit_test(silence_is_said_after_a_while_and_ends_with_the_next_byte),
        cmocka_unit_test(what_matters_least_gives_way),
        cmocka_unit_test(the_title_says_the_least_that_helps),
        cmocka_unit_test(sizes_are_read_by_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
