#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/decode.h>

#define BYTES(literal) literal, sizeof(literal) - 1

static void text_comes_without_its_mark(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        const char *decoded;
    } rows[] = {
        {BYTES(""),                                         ""             },
        { BYTES("DROP"),                                    "DROP"         },
        { BYTES("\xEF\xBB\xBF"
                "DROP"),
         "DROP"                                                            },
        { BYTES("\xEF\xBB"),                                "\xEF\xBB"     },
        { BYTES("a\xEF\xBB\xBF"),                           "a\xEF\xBB\xBF"},
        { BYTES("\xE9t\xE9"),                               "\xE9t\xE9"    },
        { BYTES("\xEF\xBB\xBF\xFF\xFE"),                    "\xFF\xFE"     },
        { BYTES("\xFF\xFE"),                                ""             },
        { BYTES("\xFF\xFE"
                "D\0R\0"),
         "DR"                                                              },
        { BYTES("\xFE\xFF"
                "\0D\0R"),
         "DR"                                                              },
        { BYTES("\xFE\xFF"
                "\0\xE9\x20\xAC\xD8\x3D\xDE\x80"),
         "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80"                            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text;
        size_t length = rows[i].length;
        struct strbuf out = STRBUF_INIT;

        assert_true(text_decode(&text, &length, &out, NULL));
        assert_int_equal(length, strlen(rows[i].decoded));
        assert_memory_equal(text, rows[i].decoded, length);
        strbuf_release(&out);
    }
}

static void damaged_utf16_is_refused_and_tells_how_far_it_went(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {
        { BYTES("\xFF\xFE"
                "D\0\n\0R") }, /* half a unit: nothing is decoded */
        { BYTES("\xFF\xFE"
                "D\0\n\0\x3D\xD8") }, /* the first half of a pair */
        { BYTES("\xFF\xFE"
                "D\0\n\0\x80\xDEx\0") }, /* the second */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text;
        size_t length = rows[i].length;
        struct strbuf out = STRBUF_INIT;
        struct error error = { 0 };

        assert_false(text_decode(&text, &length, &out, &error));
        assert_int_equal(error.code, ERROR_INVALID);
        assert_string_equal(error.message, "the text is UTF-16, but damaged");
        assert_string_equal(error.hint, "Save it as UTF-8.");
        assert_string_equal(out.data, i == 0 ? "" : "D\n");
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_without_its_mark),
        cmocka_unit_test(damaged_utf16_is_refused_and_tells_how_far_it_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
