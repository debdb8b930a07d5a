#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/utf8.h>

#define COMBINING_ACUTE "\xcc\x81"
#define CJK             "\xe6\x97\xa5"     /* U+65E5, two columns */
#define ROCKET          "\xf0\x9f\x9a\x80" /* U+1F680, two columns */

static int use_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static int use_c(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C") ? 0 : -1;
}

/* Decodes the first character; how many bytes that took. */
static size_t decode(const char *text, int32_t *codepoint)
{
    const char *cursor = text;

    *codepoint = utf8_decode(&cursor, text + strlen(text));
    return (size_t)(cursor - text);
}

static void characters_of_every_length_are_decoded(void **state)
{
    static const struct {
        const char *text;
        int32_t codepoint;
    } rows[] = {
        {"A",                 'A'     },
        { "\x7f",             0x7f    },
        { "\xc2\x80",         0x80    },
        { "\xdf\xbf",         0x7ff   },
        { "\xe0\xa0\x80",     0x800   },
        { "\xed\x9f\xbf",     0xd7ff  },
        { "\xee\x80\x80",     0xe000  },
        { "\xef\xbf\xbf",     0xffff  },
        { "\xf0\x90\x80\x80", 0x10000 },
        { "\xf4\x8f\xbf\xbf", 0x10ffff},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t codepoint;
        char again[4];
        assert_int_equal(decode(rows[i].text, &codepoint), strlen(rows[i].text));
        assert_int_equal(codepoint, rows[i].codepoint);
        assert_int_equal(utf8_encode((uint32_t)codepoint, again), strlen(rows[i].text));
        assert_memory_equal(again, rows[i].text, strlen(rows[i].text));
        assert_true(utf8_valid(rows[i].text, strlen(rows[i].text)));
    }
}

static void what_is_no_utf8_is_refused_byte_by_byte(void **state)
{
    static const char *const wrong[] = {
        "\x80", /* a continuation alone */
        "\xbf",
        "\xc0\xaf", /* overlong / */
        "\xc1\xbf",
        "\xc3", /* cut */
        "\xc3(",
        "\xe0\x80\xaf", /* overlong / */
        "\xe0\x9f\xbf",
        "\xe2\x82", /* cut */
        "\xe2(\xa1",
        "\xed\xa0\x80", /* a surrogate */
        "\xed\xbf\xbf",
        "\xf0\x80\x80\xaf", /* overlong / */
        "\xf0\x8f\xbf\xbf",
        "\xf0\x9f\x9a",     /* cut */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xfe",
        "\xff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int32_t codepoint;
        assert_int_equal(decode(wrong[i], &codepoint), 1);
        assert_int_equal(codepoint, -1);
        assert_false(utf8_valid(wrong[i], strlen(wrong[i])));
    }
}

static void the_end_is_respected(void **state)
{
    const char text[] = "\xe2\x82\xac";
    const char *cursor = text;

    (void)state;
    assert_int_equal(utf8_decode(&cursor, text + 2), -1);
    assert_ptr_equal(cursor, text + 1);
    assert_true(utf8_valid(text, 0));
    assert_false(utf8_valid(text, 2));
    assert_true(utf8_valid("a\0b", 3));
}

static void what_is_no_codepoint_is_not_encoded(void **state)
{
    char out[4];

    (void)state;
    assert_int_equal(utf8_encode(0xd800, out), 0);
    assert_int_equal(utf8_encode(0xdfff, out), 0);
    assert_int_equal(utf8_encode(0x110000, out), 0);
}

static void codepoints_take_none_one_or_two_columns(void **state)
{
    (void)state;
    assert_int_equal(codepoint_width('a'), 1);
    assert_int_equal(codepoint_width(' '), 1);
    assert_int_equal(codepoint_width(0x1b), 0);
    assert_int_equal(codepoint_width(0x7f), 0);
    assert_int_equal(codepoint_width(0x9b), 0);
    assert_int_equal(codepoint_width(0xe9), 1);
    assert_int_equal(codepoint_width(0x301), 0);
    assert_int_equal(codepoint_width(0x65e5), 2);
    assert_int_equal(codepoint_width(0x1f680), 2);
    assert_int_equal(codepoint_width(0x2500), 1);
    assert_int_equal(codepoint_width(0xfe0f), 0);
    assert_int_equal(codepoint_width(0xffff), 0);
}

static void a_text_is_as_wide_as_its_characters(void **state)
{
    (void)state;
    assert_int_equal(text_width("", 0), 0);
    assert_int_equal(text_width("abc", 3), 3);
    assert_int_equal(text_width("a" CJK ROCKET, 8), 5);
    assert_int_equal(text_width("e" COMBINING_ACUTE "x", 4), 2);
    assert_int_equal(text_width("\xff\xfe", 2), 2);
}

static void a_prefix_fits_between_characters(void **state)
{
    static const char text[] = "a" CJK "b";
    size_t used;

    (void)state;
    assert_int_equal(text_fit(text, 5, 0, &used), 0);
    assert_int_equal(used, 0);
    assert_int_equal(text_fit(text, 5, 1, &used), 1);
    assert_int_equal(used, 1);
    assert_int_equal(text_fit(text, 5, 2, &used), 1); /* half a character is none */
    assert_int_equal(used, 1);
    assert_int_equal(text_fit(text, 5, 3, &used), 4);
    assert_int_equal(used, 3);
    assert_int_equal(text_fit(text, 5, 99, &used), 5);
    assert_int_equal(used, 4);
    assert_int_equal(text_fit(text, 5, 3, NULL), 4);
}

static void a_base_keeps_its_marks(void **state)
{
    static const char text[] = "e" COMBINING_ACUTE COMBINING_ACUTE "e" COMBINING_ACUTE;
    size_t used;

    (void)state;
    assert_int_equal(text_fit(text, strlen(text), 1, &used), 5);
    assert_int_equal(used, 1);
    assert_int_equal(text_fit(text, strlen(text), 2, &used), 8);
}

static void the_end_of_a_text_is_cut_between_characters_too(void **state)
{
    static const char text[] = "a" CJK "e" COMBINING_ACUTE "b";
    size_t used;

    (void)state;
    assert_int_equal(text_fit_end(text, strlen(text), 0, &used), 0);
    assert_int_equal(used, 0);
    assert_int_equal(text_fit_end(text, strlen(text), 1, &used), 1);
    assert_int_equal(text_fit_end(text, strlen(text), 2, &used), 4);
    assert_int_equal(used, 2);
    assert_int_equal(text_fit_end(text, strlen(text), 3, &used), 4); /* half a character is none */
    assert_int_equal(used, 2);
    assert_int_equal(text_fit_end(text, strlen(text), 4, &used), 7);
    assert_int_equal(text_fit_end(text, strlen(text), 99, NULL), strlen(text));
}

static void characters_that_deceive_are_known(void **state)
{
    static const uint32_t bad[] = { 0x061c, 0x200b, 0x200d,  0x200f,  0x2028,  0x2029, 0x202a,
                                    0x202e, 0x2060, 0x2064,  0x2066,  0x2069,  0x3164, 0xfeff,
                                    0xfff9, 0xfffb, 0xe0000, 0xe0041, 0xe007f, 0x115f, 0x34f };
    static const uint32_t good[] = { 'a',    0xe9,   0x301,  0x200a,  0x2010,  0x2027,  0x202f,
                                     0x65e5, 0xfe0f, 0xfffd, 0x1f680, 0xe0100, 0x10ffff };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_true(codepoint_deceptive(bad[i]));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_false(codepoint_deceptive(good[i]));
}

static void controls_surrogates_and_noncharacters_cannot_be_printed(void **state)
{
    static const uint32_t bad[] = { 0,      0x1b,   0x7f,   0x80,    0x9f,     0xd800,
                                    0xdfff, 0xfdd0, 0xffff, 0x1fffe, 0x10ffff, 0x110000 };
    static const uint32_t good[] = { ' ', '~', 0xa0, 0xe9, 0x301, 0x65e5, 0xfffd, 0x1f680 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(codepoint_columns(bad[i]), -1);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(codepoint_columns(good[i]) >= 0);
}

static void unassigned_characters_cannot_be_printed(void **state)
{
    (void)state;
    assert_int_equal(codepoint_columns(0x0378), -1);
    assert_int_equal(codepoint_columns(0xe0fff), -1);
}

static void another_locale_knows_no_widths_but_the_marks(void **state)
{
    (void)state;
    assert_int_equal(codepoint_width('a'), 1);
    assert_int_equal(codepoint_width(0xe9), 1);
    assert_int_equal(codepoint_width(0x65e5), 1);
    assert_int_equal(codepoint_width(0x301), 0);
    assert_int_equal(codepoint_width(0x9b), 0);
    assert_int_equal(codepoint_columns(0x65e5), 1);
    assert_int_equal(codepoint_columns(0x301), 0);
    assert_int_equal(codepoint_columns(0xfe0f), 0);
    assert_int_equal(codepoint_columns(0xe0100), 0);
    assert_int_equal(codepoint_columns(0x10ffff), -1);
}

#define IN_UTF8(test) cmocka_unit_test_setup_teardown(test, use_utf8, use_c)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_every_length_are_decoded),
        cmocka_unit_test(what_is_no_utf8_is_refused_byte_by_byte),
        cmocka_unit_test(the_end_is_respected),
        cmocka_unit_test(what_is_no_codepoint_is_not_encoded),
        IN_UTF8(codepoints_take_none_one_or_two_columns),
        IN_UTF8(a_text_is_as_wide_as_its_characters),
        IN_UTF8(a_prefix_fits_between_characters),
        IN_UTF8(a_base_keeps_its_marks),
        IN_UTF8(the_end_of_a_text_is_cut_between_characters_too),
        cmocka_unit_test(characters_that_deceive_are_known),
        IN_UTF8(controls_surrogates_and_noncharacters_cannot_be_printed),
        IN_UTF8(unassigned_characters_cannot_be_printed),
        cmocka_unit_test(another_locale_knows_no_widths_but_the_marks),
    };

    return cmocka_run_group_tests_name("base/utf8", tests, NULL, NULL);
}
