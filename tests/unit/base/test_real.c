/*
 * Numbers are read alike in all locales.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>

#include <pilab/base/real.h>

static void numbers_have_a_point(void **state)
{
    char *end;

    (void)state;
    assert_true(real_read("1.5", &end) == 1.5);
    assert_int_equal(*end, '\0');
    assert_true(real_read("-2.5e2,", &end) == -250.0);
    assert_int_equal(*end, ',');
    assert_true(real_read("1,5", NULL) == 1.0);
    assert_true(real_read_long("0.25x", &end) == 0.25L);
    assert_int_equal(*end, 'x');
    assert_true(real_read_long("18446744073709551615", NULL) == 18446744073709551615.0L);
    assert_true(real_read("x", &end) == 0.0);
    assert_int_equal(*end, 'x');
}

static void numbers_have_a_point_where_the_locale_has_a_comma(void **state)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        skip();
    assert_true(strtod("1,5", NULL) == 1.5);
    numbers_have_a_point(state);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_a_point),
        cmocka_unit_test(numbers_have_a_point_where_the_locale_has_a_comma),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
