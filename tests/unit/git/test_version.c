#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/git/repository.h>

/* Each list ascends; every pair in it is compared both ways. */
static void assert_ascending(const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(version_compare(names[i], names[i]), 0);
        for (size_t k = i + 1; k < count; k++) {
            if (version_compare(names[i], names[k]) >= 0)
                fail_msg("%s should come before %s", names[i], names[k]);
            if (version_compare(names[k], names[i]) <= 0)
                fail_msg("%s should come after %s", names[k], names[i]);
        }
    }
}

#define ASCENDING(...)                                                                             \
    do {                                                                                           \
        static const char *const names[] = { __VA_ARGS__ };                                        \
        assert_ascending(names, sizeof(names) / sizeof(*names));                                   \
    } while (0)

static void numbers_go_by_value(void **state)
{
    (void)state;
    ASCENDING("v1.2", "v1.9", "v1.10", "v1.10.1", "v2.0.0", "v10.0");
    ASCENDING("1.0.9", "1.0.10", "1.0.99999999999999999998", "1.0.99999999999999999999");
}

static void precedence_is_that_of_semver_11(void **state)
{
    (void)state;
    ASCENDING("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
              "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1");
}

static void candidates_come_before_the_release(void **state)
{
    (void)state;
    ASCENDING("v2.0.0-rc1", "v2.0.0-rc2", "v2.0.0-rc10", "v2.0.0", "v2.0.1-rc1");
    ASCENDING("2.0a1", "2.0b1", "2.0rc1", "2.0rc2", "2.0");
    ASCENDING("4.0.0.M1", "4.0.0.M2", "4.0.0.RC1", "4.0.0.RELEASE", "4.0.1.M1");
    ASCENDING("5.0-SNAPSHOT", "5.0", "5.1-SNAPSHOT");
}

static void what_follows_a_release_comes_after_it(void **state)
{
    (void)state;
    ASCENDING("1.0.2", "1.0.2a", "1.0.2k", "1.0.3");
    ASCENDING("1.0", "1.0.post1", "1.0.post2", "1.1");
}

static void build_metadata_only_breaks_ties(void **state)
{
    (void)state;
    ASCENDING("1.0.0-rc.1+b9", "1.0.0+b1", "1.0.0+b2", "1.0.1+b0");
}

static void missing_parts_are_zero(void **state)
{
    (void)state;
    ASCENDING("v1", "v1.0.1", "v1.1");
    ASCENDING("v1.0-rc1", "v1.0.0", "v1.0.0.1");
}

static void names_around_the_number_do_not_matter_within_a_series(void **state)
{
    (void)state;
    ASCENDING("release-2023.12", "release-2024.03", "release-2024.10");
    ASCENDING("log4j-2.9", "log4j-2.17-rc1", "log4j-2.17", "log4j-2.17.1");
    ASCENDING("app/v1.9.0", "app/v1.10.0-rc.1", "app/v1.10.0");
    ASCENDING("deploy-2024-09-30", "deploy-2024-10-01", "deploy-2024-10-02");
    ASCENDING("release2", "release10");
}

static void a_leading_v_says_nothing(void **state)
{
    (void)state;
    ASCENDING("v1.0", "1.1", "v1.2", "1.3");
}

static void series_stay_apart(void **state)
{
    (void)state;
    ASCENDING("auth-1.0", "auth-9.0", "pay-0.1", "pay-1.0");
}

static void names_without_numbers_go_by_letters(void **state)
{
    (void)state;
    ASCENDING("latest", "nightly", "stable");
    ASCENDING("Latest", "nightly", "stable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_by_value),
        cmocka_unit_test(precedence_is_that_of_semver_11),
        cmocka_unit_test(candidates_come_before_the_release),
        cmocka_unit_test(what_follows_a_release_comes_after_it),
        cmocka_unit_test(build_metadata_only_breaks_ties),
        cmocka_unit_test(missing_parts_are_zero),
        cmocka_unit_test(names_around_the_number_do_not_matter_within_a_series),
        cmocka_unit_test(a_leading_v_says_nothing),
        cmocka_unit_test(series_stay_apart),
        cmocka_unit_test(names_without_numbers_go_by_letters),
    };
    return cmocka_run_group_tests_name("git/version", tests, NULL, NULL);
}
