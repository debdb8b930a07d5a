#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include <pilab/base/error.h>
#include <pilab/base/utf8.h>

static void an_error_says_what_failed_and_what_to_try(void **state)
{
    struct error error;

    (void)state;
    assert_false(error_set(&error, ERROR_NOT_FOUND, "%s: no such tag", "v2.0.7"));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_string_equal(error.message, "v2.0.7: no such tag");
    assert_string_equal(error.hint, "");
    assert_false(error_hint(&error, "Try %s.", "git fetch --tags"));
    assert_string_equal(error.hint, "Try git fetch --tags.");
}

static void a_new_error_drops_the_old_hint(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_IO, "first");
    error_hint(&error, "hint");
    error_set(&error, ERROR_INVALID, "second");
    assert_string_equal(error.message, "second");
    assert_string_equal(error.hint, "");
}

static void a_prefix_puts_the_context_before_the_message(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_INVALID, "line 3: a blank is missing");
    assert_false(error_prefix(&error, "%s", "values.yaml"));
    assert_string_equal(error.message, "values.yaml: line 3: a blank is missing");
    assert_int_equal(error.code, ERROR_INVALID);
}

static void a_message_can_be_built_from_itself(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_IO, "inner");
    error_set(&error, ERROR_NETWORK, "outer (%s), again %s", error.message, error.message);
    assert_string_equal(error.message, "outer (inner), again inner");
}

static void a_long_message_is_cut_between_characters(void **state)
{
    /* Three bytes each: 1023 bytes are 341 whole ones; one byte before them moves the cut inside.
     */
    static const char *const starts[] = { "", "a", "ab" };
    char euros[1500 + 1];

    (void)state;
    for (size_t i = 0; i < 500; i++)
        memcpy(euros + 3 * i, "\xe2\x82\xac", 3);
    euros[1500] = '\0';
    for (size_t i = 0; i < 3; i++) {
        struct error error;
        error_set(&error, ERROR_INVALID, "%s%s", starts[i], euros);
        size_t length = strlen(error.message);
        assert_true(utf8_valid(error.message, length));
        assert_int_equal(length, i + 3 * ((1023 - i) / 3));
    }
}

static void four_byte_characters_are_cut_whole_too(void **state)
{
    char rockets[1200 + 1];
    struct error error;

    (void)state;
    for (size_t i = 0; i < 300; i++)
        memcpy(rockets + 4 * i, "\xf0\x9f\x9a\x80", 4);
    rockets[1200] = '\0';
    for (size_t shift = 0; shift < 4; shift++) {
        error_set(&error, ERROR_INVALID, "%.*s%s", (int)shift, "abc", rockets);
        assert_true(utf8_valid(error.message, strlen(error.message)));
        assert_true(strlen(error.message) >= 1020);
        error_hint(&error, "%.*s%s", (int)shift, "abc", rockets);
        assert_true(utf8_valid(error.hint, strlen(error.hint)));
        assert_true(strlen(error.hint) >= 508);
    }
}

static void a_long_message_keeps_bytes_that_are_no_utf8(void **state)
{
    char bytes[1100 + 1];
    struct error error;

    (void)state;
    memset(bytes, '\x80', 1100);
    bytes[1100] = '\0';
    error_set(&error, ERROR_INVALID, "%s", bytes);
    assert_int_equal(strlen(error.message), 1023);
}

static void a_prefix_on_a_full_message_cuts_its_end(void **state)
{
    char text[1100 + 1];
    struct error error;

    (void)state;
    memset(text, 'x', 1100);
    text[1100] = '\0';
    error_set(&error, ERROR_INVALID, "%s", text);
    error_prefix(&error, "path");
    assert_int_equal(strlen(error.message), 1023);
    assert_memory_equal(error.message, "path: xxx", 9);
}

static void an_operating_system_error_names_its_reason(void **state)
{
    struct error error;

    (void)state;
    assert_false(error_errno(&error, ENOENT, "%s: cannot be opened", "notes.md"));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_string_equal(error.message, "notes.md: cannot be opened: No such file or directory");
    assert_string_equal(error.hint, "");

    error_errno(&error, ENOSPC, "notes.md");
    assert_int_equal(error.code, ERROR_IO);
    assert_string_equal(error.message, "notes.md: No space left on device");
    assert_string_equal(error.hint, "The disk is full: free some space and try again.");

    error_errno(&error, 99999, "notes.md");
    assert_non_null(strstr(error.message, "99999"));
}

static void nobody_has_to_want_the_error(void **state)
{
    (void)state;
    assert_false(error_set(NULL, ERROR_IO, "x"));
    assert_false(error_hint(NULL, "x"));
    assert_false(error_prefix(NULL, "x"));
    assert_false(error_errno(NULL, EIO, "x"));
    error_clear(NULL);
}

static void a_cleared_error_is_none(void **state)
{
    struct error error;

    (void)state;
    error_set(&error, ERROR_IO, "x");
    error_hint(&error, "y");
    error_clear(&error);
    assert_int_equal(error.code, ERROR_NONE);
    assert_string_equal(error.message, "");
    assert_string_equal(error.hint, "");
}

static void codes_have_stable_names_and_exit_codes(void **state)
{
    static const struct {
        enum error_code code;
        const char *name;
        int exit_code;
    } rows[] = {
        {ERROR_NONE,            "none",      0  },
        { ERROR_INVALID,        "invalid",   1  },
        { ERROR_NOT_FOUND,      "not_found", 1  },
        { ERROR_DENIED,         "denied",    77 },
        { ERROR_USAGE,          "usage",     64 },
        { ERROR_CANCELLED,      "cancelled", 130},
        { ERROR_INTERNAL,       "internal",  1  },
        { (enum error_code)999, "internal",  1  },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(error_code_name(rows[i].code), rows[i].name);
        assert_int_equal(error_exit_code(rows[i].code), rows[i].exit_code);
    }
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    for (int code = ERROR_NONE; code <= ERROR_INTERNAL; code++)
        assert_non_null(error_code_name((enum error_code)code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_says_what_failed_and_what_to_try),
        cmocka_unit_test(a_new_error_drops_the_old_hint),
        cmocka_unit_test(a_prefix_puts_the_context_before_the_message),
        cmocka_unit_test(a_message_can_be_built_from_itself),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(four_byte_characters_are_cut_whole_too),
        cmocka_unit_test(a_long_message_keeps_bytes_that_are_no_utf8),
        cmocka_unit_test(a_prefix_on_a_full_message_cuts_its_end),
        cmocka_unit_test(an_operating_system_error_names_its_reason),
        cmocka_unit_test(nobody_has_to_want_the_error),
        cmocka_unit_test(a_cleared_error_is_none),
        cmocka_unit_test(codes_have_stable_names_and_exit_codes),
        cmocka_unit_test(every_code_has_a_name),
    };

    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
