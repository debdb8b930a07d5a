#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/base/slips.h>

static const char *const names[] = { "DEV", "UAT", "PRE_PROD", "PROD", "PROD_EU" };

static const char *meant(const char *name)
{
    return slips_nearest(name, names, sizeof names / sizeof *names);
}

static void letters_may_be_swapped_left_out_added_or_mistaken(void **state)
{
    (void)state;
    assert_string_equal(meant("PRDO"), "PROD");
    assert_string_equal(meant("UATT"), "UAT");
    assert_string_equal(meant("ua"), "UAT");
    assert_string_equal(meant("dex"), "DEV");
    assert_string_equal(meant("PREPORD"), "PRE_PROD");
}

static void what_is_far_from_all_is_none_of_them(void **state)
{
    (void)state;
    assert_null(meant("QA"));
    assert_null(meant("STAGING"));
    assert_null(meant(""));
    assert_null(slips_nearest("UAT", names, 0));
    assert_null(meant("PRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPRODPROD"));
}

static void of_two_that_are_as_near_the_first_is_taken(void **state)
{
    static const char *const two[] = { "mb-pay", "mb-bay" };

    (void)state;
    assert_string_equal(slips_nearest("mb-day", two, 2), "mb-pay");
    assert_string_equal(slips_nearest("mb-bay", two, 2), "mb-bay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_may_be_swapped_left_out_added_or_mistaken),
        cmocka_unit_test(what_is_far_from_all_is_none_of_them),
        cmocka_unit_test(of_two_that_are_as_near_the_first_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
