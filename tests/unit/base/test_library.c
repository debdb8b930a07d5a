#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <zlib.h>

#include <pilab/base/library.h>

struct zlib_calls {
    __typeof__(zlibVersion) *version;
    __typeof__(crc32) *sum;
};

static const struct library_function of_zlib[] = {
    LIBRARY_FUNCTION(struct zlib_calls, version, zlibVersion),
    LIBRARY_FUNCTION(struct zlib_calls, sum, crc32),
};

static struct library_plan plan(const char *file, size_t count)
{
    return (struct library_plan){
        .file = file,
        .package = "zlib1g",
        .purpose = "compressed files",
        .functions = of_zlib,
        .count = count,
    };
}

static void opens_a_library_and_calls_it(void **state)
{
    (void)state;
    struct library_plan zlib = plan("libz.so.1", 2);
    struct library *library = NULL, *again = NULL;
    struct zlib_calls calls = { 0 }, others = { 0 };
    struct error error;
    assert_true(library_open(&zlib, &library, &calls, &error));
    assert_true(library_open(&zlib, &again, &others, &error));
    library_close(&library);
    assert_null(library);
    assert_string_equal(others.version(), zlibVersion());
    assert_int_equal(others.sum(0, (const unsigned char *)"123456789", 9), 0xcbf43926);
    library_close(&again);
    library_close(&again);
}

static void says_which_package_is_missing(void **state)
{
    (void)state;
    struct library_plan none = plan("libnobody-has-this.so.9", 2);
    struct library *library = NULL;
    struct zlib_calls calls = { 0 };
    struct error error;
    assert_false(library_open(&none, &library, &calls, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "compressed files"));
    assert_non_null(strstr(error.message, "libnobody-has-this.so.9"));
    assert_string_equal(error.hint, "install the package zlib1g");
    assert_null(library);
    assert_null(calls.version);
}

static void a_library_of_another_kind_fills_nothing(void **state)
{
    (void)state;
    static const struct library_function strangers[] = {
        LIBRARY_FUNCTION(struct zlib_calls, version, zlibVersion),
        LIBRARY_FUNCTION(struct zlib_calls, sum, no_such_function_in_it),
    };
    struct library_plan zlib = plan("libz.so.1", 2);
    zlib.functions = strangers;
    struct library *library = NULL;
    struct zlib_calls calls = { 0 };
    struct error error;
    assert_false(library_open(&zlib, &library, &calls, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "no_such_function_in_it"));
    assert_null(calls.version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_a_library_and_calls_it),
        cmocka_unit_test(says_which_package_is_missing),
        cmocka_unit_test(a_library_of_another_kind_fills_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
