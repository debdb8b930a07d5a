#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/clock.h>

/* 2025-01-22T14:30:00Z */
#define WEDNESDAY INT64_C(1737556200000)

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static void a_frozen_clock_stands_still(void **state)
{
    struct clock frozen = clock_frozen(WEDNESDAY);

    (void)state;
    assert_true(clock_is_frozen(&frozen));
    assert_int_equal(clock_now(&frozen), WEDNESDAY);
    assert_int_equal(clock_now(&frozen), WEDNESDAY);
}

static void a_clock_can_be_frozen_at_the_beginning(void **state)
{
    struct clock frozen = clock_frozen(0);

    (void)state;
    assert_true(clock_is_frozen(&frozen));
    assert_int_equal(clock_now(&frozen), 1);
}

static void the_system_clock_agrees_with_time(void **state)
{
    struct clock system = clock_system();
    int64_t before = (int64_t)time(NULL) * SECOND;
    int64_t now = clock_now(&system);

    (void)state;
    assert_false(clock_is_frozen(&system));
    assert_true(now >= before && now < before + 60 * SECOND);
}

static void durations_never_go_back(void **state)
{
    int64_t last = clock_monotonic();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic();
        assert_true(now >= last);
        last = now;
    }
}

static void seeded_chance_is_the_same_in_every_run(void **state)
{
    struct random one = random_seeded(42), two = random_seeded(42), other = random_seeded(43);
    unsigned char first[20], second[20], third[20];

    (void)state;
    random_bytes(&one, first, sizeof first);
    random_bytes(&two, second, sizeof second);
    random_bytes(&other, third, sizeof third);
    assert_memory_equal(first, second, sizeof first);
    assert_memory_not_equal(first, third, sizeof first);
    random_bytes(&one, second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
}

static void splitmix64_gives_the_published_numbers(void **state)
{
    /* Seed 1234567: 6457827717110365317, 3203168211198807973 (Rosetta Code, Splitmix64). */
    static const uint64_t published[] = { UINT64_C(6457827717110365317),
                                          UINT64_C(3203168211198807973) };
    struct random random = random_seeded(1234567);
    unsigned char bytes[16];

    (void)state;
    random_bytes(&random, bytes, sizeof bytes);
    for (size_t i = 0; i < 2; i++) {
        uint64_t number = 0;
        for (size_t k = 0; k < 8; k++)
            number |= (uint64_t)bytes[8 * i + k] << 8 * k;
        assert_true(number == published[i]);
    }
}

static void a_seed_of_zero_is_a_seed(void **state)
{
    struct random one = random_seeded(0), two = random_seeded(0);
    unsigned char first[8], second[8];

    (void)state;
    random_bytes(&one, first, sizeof first);
    random_bytes(&two, second, sizeof second);
    assert_memory_equal(first, second, sizeof first);
}

static void the_generator_never_turns_into_the_system_source(void **state)
{
    /* One step before its state becomes 0. */
    struct random random = random_seeded(-UINT64_C(0x9e3779b97f4a7c15));
    unsigned char bytes[8];

    (void)state;
    random_bytes(&random, bytes, sizeof bytes);
    assert_true(random.state != 0);
}

static void the_system_source_differs(void **state)
{
    struct random random = random_system();
    unsigned char first[16], second[16];

    (void)state;
    random_bytes(&random, first, sizeof first);
    random_bytes(&random, second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    assert_true(random.state == 0);
}

static void times_are_written_as_rfc_3339(void **state)
{
    static const struct {
        int64_t at;
        const char *text;
    } rows[] = {
        {WEDNESDAY,                 "2025-01-22T14:30:00Z"          },
        { WEDNESDAY + 7,            "2025-01-22T14:30:00.007Z"      },
        { 0,                        "1970-01-01T00:00:00Z"          },
        { -1,                       "1969-12-31T23:59:59.999Z"      },
        { INT64_C(2147483648000),   "2038-01-19T03:14:08Z"          },
        { INT64_C(4102444800000),   "2100-01-01T00:00:00Z"          },
        { INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"      },
        { INT64_C(951782400000),    "2000-02-29T00:00:00Z"          },
        { INT64_MAX,                "292278994-08-17T07:12:55.807Z" },
        { INT64_MIN,                "-292275055-05-16T16:47:04.192Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[TIMESTAMP_SIZE];
        assert_string_equal(timestamp_format(rows[i].at, out), rows[i].text);
    }
}

static void times_with_any_offset_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t at;
    } rows[] = {
        {"2025-01-22T14:30:00Z",             WEDNESDAY                          },
        { "2025-01-22t14:30:00z",            WEDNESDAY                          },
        { "2025-01-22 14:30:00Z",            WEDNESDAY                          },
        { "2025-01-22T15:30:00+01:00",       WEDNESDAY                          },
        { "2025-01-22T09:00:00-05:30",       WEDNESDAY                          },
        { "2025-01-22T14:30:00-00:00",       WEDNESDAY                          },
        { "2025-01-22T15:30:00.000+0100",    WEDNESDAY                          }, /* issue trackers */
        { "2025-01-22 15:30:00 +0100",       WEDNESDAY                          }, /* git */
        { "2025-01-23T00:30:00+10:00",       WEDNESDAY                          },
        { "2025-01-22T14:30:00.5Z",          WEDNESDAY + 500                    },
        { "2025-01-22T14:30:00.1239999999Z", WEDNESDAY + 123                    },
        { "2025-01-22",                      WEDNESDAY - 14 * HOUR - 30 * MINUTE},
        { "1969-12-31T23:59:59.999Z",        -1                                 },
        { "2038-01-19T03:14:08Z",            INT64_C(2147483648000)             },
        { "2016-12-31T23:59:60Z",            INT64_C(1483228800000)             }, /* a leap second */
        { "2024-02-29",                      INT64_C(1709164800000)             },
        { "2000-02-29",                      INT64_C(951782400000)              },
        { "0000-01-01T00:00:00Z",            INT64_C(-62167219200000)           },
        { "9999-12-31T23:59:59.999Z",        INT64_C(253402300799999)           },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error;
        int64_t at;
        assert_true(timestamp_parse(rows[i].text, &at, &error));
        assert_int_equal(at, rows[i].at);
    }
}

static void other_texts_are_no_times(void **state)
{
    static const char *const wrong[] = {
        "",
        "yesterday",
        "2025",
        "2025-1-22",
        "2025-13-01",
        "2025-00-01",
        "2025-01-00",
        "2025-01-32",
        "2025-02-29",
        "1900-02-29",
        "2025-01-22T",
        "2025-01-22T14:30Z",
        "2025-01-22T24:00:00Z",
        "2025-01-22T14:60:00Z",
        "2025-01-22T14:30:61Z",
        "2025-01-22T14:30:00",
        "2025-01-22T14:30:00.Z",
        "2025-01-22T14:30:00+1:00",
        "2025-01-22T14:30:00+24:00",
        "2025-01-22T14:30:00+01:60",
        "2025-01-22T14:30:00Zx",
        "2025-01-22x",
        " 2025-01-22",
        "-2025-01-22",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error error;
        int64_t at = 77;
        assert_false(timestamp_parse(wrong[i], &at, &error));
        assert_int_equal(error.code, ERROR_INVALID);
        assert_int_equal(at, 77);
    }
    assert_false(timestamp_parse(NULL, NULL, NULL));
}

static void a_wrong_time_says_what_is_wrong(void **state)
{
    struct error error;
    int64_t at;

    (void)state;
    timestamp_parse("2025-02-29", &at, &error);
    assert_string_equal(error.message, "\"2025-02-29\" is not a time: there is no such day");
    assert_non_null(strstr(error.hint, "2025-01-22T14:30:00Z"));
    timestamp_parse("2025-01-22T14:30:00", &at, &error);
    assert_non_null(strstr(error.message, "the offset from UTC is missing"));
}

static void the_time_zone_does_not_matter(void **state)
{
    char out[TIMESTAMP_SIZE];
    int64_t at;

    (void)state;
    setenv("TZ", "Pacific/Kiritimati", 1);
    tzset();
    assert_string_equal(timestamp_format(WEDNESDAY, out), "2025-01-22T14:30:00Z");
    assert_true(timestamp_parse("2025-01-22", &at, NULL));
    assert_int_equal(at, INT64_C(1737504000000));
    assert_string_equal(timestamp_date(WEDNESDAY, out), "January 22, 2025");
    unsetenv("TZ");
    tzset();
}

static void distances_are_told_as_people_do(void **state)
{
    static const struct {
        int64_t before;
        const char *text;
    } rows[] = {
        {0,                         "just now"      },
        { 59 * SECOND,              "just now"      },
        { MINUTE,                   "1 minute ago"  },
        { 5 * MINUTE + 59 * SECOND, "5 minutes ago" },
        { HOUR - 1,                 "59 minutes ago"},
        { HOUR,                     "1 hour ago"    },
        { 23 * HOUR,                "23 hours ago"  },
        { DAY,                      "1 day ago"     },
        { 3 * (int64_t)DAY,         "3 days ago"    },
        { 14 * (int64_t)DAY - 1,    "13 days ago"   },
        { 14 * (int64_t)DAY,        "2025-01-08"    },
        { -30 * SECOND,             "just now"      },
        { -5 * MINUTE,              "in 5 minutes"  },
        { -DAY,                     "in 1 day"      },
        { -60 * (int64_t)DAY,       "2025-03-23"    },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[TIMESTAMP_SIZE];
        assert_string_equal(timestamp_relative(WEDNESDAY - rows[i].before, WEDNESDAY, out),
                            rows[i].text);
    }
}

static void the_farthest_times_have_a_distance(void **state)
{
    char out[TIMESTAMP_SIZE];

    (void)state;
    assert_string_equal(timestamp_relative(INT64_MIN, INT64_MAX, out), "-292275055-05-16");
    assert_string_equal(timestamp_relative(INT64_MAX, INT64_MIN, out), "292278994-08-17");
}

static void days_have_english_names(void **state)
{
    char out[TIMESTAMP_SIZE];

    (void)state;
    assert_string_equal(timestamp_date(WEDNESDAY, out), "January 22, 2025");
    assert_string_equal(timestamp_date(INT64_C(1727740800000), out), "October 1, 2024");
}

static void a_uuid_begins_with_its_time(void **state)
{
    struct clock clock = clock_frozen(INT64_C(0x017f22e279b0)); /* RFC 9562, appendix A.6 */
    struct random random = random_seeded(1);
    char one[UUID_SIZE], two[UUID_SIZE];

    (void)state;
    uuid_new(&clock, &random, one);
    uuid_new(&clock, &random, two);
    assert_memory_equal(one, "017f22e2-79b0-7", 15);
    assert_memory_equal(two, "017f22e2-79b0-7", 15);
    assert_true(strchr("89ab", one[19]) != NULL);
    assert_string_not_equal(one, two);
    assert_true(uuid_valid(one));
    assert_true(uuid_valid(two));
}

static void seeded_uuids_repeat(void **state)
{
    struct clock clock = clock_frozen(WEDNESDAY);
    struct random first = random_seeded(9), second = random_seeded(9);
    char one[UUID_SIZE], two[UUID_SIZE];

    (void)state;
    assert_string_equal(uuid_new(&clock, &first, one), uuid_new(&clock, &second, two));
}

static void only_uuids_are_uuids(void **state)
{
    static const char *const wrong[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
    };

    (void)state;
    assert_true(uuid_valid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    assert_true(uuid_valid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
    assert_false(uuid_valid(NULL));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(uuid_valid(wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frozen_clock_stands_still),
        cmocka_unit_test(a_clock_can_be_frozen_at_the_beginning),
        cmocka_unit_test(the_system_clock_agrees_with_time),
        cmocka_unit_test(durations_never_go_back),
        cmocka_unit_test(seeded_chance_is_the_same_in_every_run),
        cmocka_unit_test(splitmix64_gives_the_published_numbers),
        cmocka_unit_test(a_seed_of_zero_is_a_seed),
        cmocka_unit_test(the_generator_never_turns_into_the_system_source),
        cmocka_unit_test(the_system_source_differs),
        cmocka_unit_test(times_are_written_as_rfc_3339),
        cmocka_unit_test(times_with_any_offset_are_read),
        cmocka_unit_test(other_texts_are_no_times),
        cmocka_unit_test(a_wrong_time_says_what_is_wrong),
        cmocka_unit_test(the_time_zone_does_not_matter),
        cmocka_unit_test(distances_are_told_as_people_do),
        cmocka_unit_test(the_farthest_times_have_a_distance),
        cmocka_unit_test(days_have_english_names),
        cmocka_unit_test(a_uuid_begins_with_its_time),
        cmocka_unit_test(seeded_uuids_repeat),
        cmocka_unit_test(only_uuids_are_uuids),
    };

    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
