#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/schema/live_mariadb_greeting.h"

/* As MariaDB 10.11 begins, up to the first two bytes of its capabilities. */
#define GREETING(low, high)                                                                        \
    "\x5a\0\0\0\x0a"                                                                               \
    "5.5.5-10.11.19-MariaDB\0"                                                                     \
    "\x1f\0\0\0"                                                                                   \
    "Sx{wP.4b"                                                                                     \
    "\0" low high

static enum mariadb_greeting greeting_of(const char *bytes, size_t length)
{
    return mariadb_greeting_read((const unsigned char *)bytes, length);
}

static void tells_whether_tls_is_offered(void **state)
{
    static const char with[] = GREETING("\xfe", "\xff"), without[] = GREETING("\xfe", "\xf7");

    (void)state;
    assert_int_equal(greeting_of(with, sizeof with - 1), MARIADB_GREETING_TLS);
    assert_int_equal(greeting_of(without, sizeof without - 1), MARIADB_GREETING_OPEN);
}

static void waits_for_all_that_it_takes(void **state)
{
    static const char with[] = GREETING("\xfe", "\xff");

    (void)state;
    for (size_t length = 0; length < sizeof with - 1; length++)
        assert_int_equal(greeting_of(with, length), MARIADB_GREETING_CUT);
}

static void leaves_the_rest_to_who_knows_it(void **state)
{
    /* "Too many connections", which comes in place of a greeting; and another server's. */
    static const char refused[] = "\x17\0\0\0\xff\x10\x04Too many connections";
    static const char other[] = "220 mail.example ESMTP\r\n";

    (void)state;
    assert_int_equal(greeting_of(refused, sizeof refused - 1), MARIADB_GREETING_OTHER);
    assert_int_equal(greeting_of(other, sizeof other - 1), MARIADB_GREETING_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_whether_tls_is_offered),
        cmocka_unit_test(waits_for_all_that_it_takes),
        cmocka_unit_test(leaves_the_rest_to_who_knows_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
