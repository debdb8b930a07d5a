#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

static json_t *read_text(const char *text, struct error *error)
{
    return json_read("a.json", text, strlen(text), error);
}

static char *canonical(const json_t *value)
{
    struct strbuf out = STRBUF_INIT;

    json_write_canonical(&out, value);
    return strbuf_steal(&out);
}

static char *pretty(const json_t *value)
{
    struct strbuf out = STRBUF_INIT;

    json_write_pretty(&out, value);
    return strbuf_steal(&out);
}

/* Reads and writes, in canonical form. */
static void becomes(const char *text, const char *expected)
{
    struct error error = { 0 };
    json_t *value = read_text(text, &error);
    char *written;

    if (!value)
        fail_msg("%s", error.message);
    written = canonical(value);
    assert_string_equal(written, expected);
    free(written);
    json_decref(value);
}

static void refused(const char *text, size_t length, enum error_code code, const char *message)
{
    struct error error = { 0 };

    assert_null(json_read("a.json", text, length, &error));
    assert_int_equal(error.code, code);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" is not in \"%s\"", message, error.message);
}

static void a_document_is_read(void **state)
{
    struct error error;
    json_t *value = read_text("{\"name\": \"mb-auth\", \"replicas\": 3, \"on\": true}", &error);

    (void)state;
    assert_non_null(value);
    assert_string_equal(json_member_text(value, "name"), "mb-auth");
    assert_int_equal(json_integer_value(json_object_get(value, "replicas")), 3);
    assert_null(json_member_text(value, "replicas"));
    assert_null(json_member_text(value, "missing"));
    json_decref(value);
}

static void a_syntax_error_names_the_place(void **state)
{
    (void)state;
    refused("{\n  \"a\": 1,\n  \"b\": }", 21, ERROR_INVALID, "a.json:3:8: ");
    refused("", 0, ERROR_INVALID, "a.json:1:1: ");
    refused("{\"a\": [1, 2", 11, ERROR_INVALID, "a.json:1:11: ");
    refused("{} x", 4, ERROR_INVALID, "end of file expected");
    refused("<html>", 6, ERROR_INVALID, "'[' or '{' expected");
    refused("{\"a\": \"\xff\"}", 10, ERROR_INVALID, "a.json:1:7: unable to decode byte 0xff");
    refused("[12345678901234567890]", 22, ERROR_INVALID, "too big");
}

static void a_duplicate_key_names_itself_and_its_line(void **state)
{
    (void)state;
    refused("{\"a\": 1,\n \"a\": 2}", 18, ERROR_INVALID, "a.json:2:");
    refused("{\"a\": 1,\n \"a\": 2}", 18, ERROR_INVALID, "duplicate object key near '\"a\"'");
}

/* It may be a secret, and the place is told. */
static void what_is_broken_is_not_repeated(void **state)
{
    static const char *const texts[] = { "{\"password\": \"hunter2\n\"}",
                                         "{\"password\": \"a\" \"hunter2\"}",
                                         "{\"password\": hunter2}", "[\"a\", 'hunter2']" };
    struct error error = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_null(json_read("a.json", texts[i], strlen(texts[i]), &error));
        assert_int_equal(error.code, ERROR_INVALID);
        assert_non_null(strstr(error.message, "a.json:"));
        assert_null(strstr(error.message, "hunter2"));
    }
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    becomes("\xef\xbb\xbf{\"a\": 1}", "{\"a\":1}");
}

static void other_encodings_are_named(void **state)
{
    (void)state;
    refused("\xff\xfe{\0}\0", 6, ERROR_INVALID, "UTF-16 (little-endian)");
    refused("\xfe\xff\0{\0}", 6, ERROR_INVALID, "UTF-16 (big-endian)");
    refused("{\0}\0", 4, ERROR_INVALID, "UTF-16 (little-endian)");
    refused("\0{\0}", 4, ERROR_INVALID, "UTF-16 (big-endian)");
    refused("\xff\xfe\0\0{\0\0\0", 8, ERROR_INVALID, "UTF-32 (little-endian)");
    refused("\0\0\xfe\xff\0\0\0{", 8, ERROR_INVALID, "UTF-32 (big-endian)");
}

/* `depth` arrays in one another. */
static char *nested(size_t depth)
{
    char *text = memory_new(2 * depth + 1);

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

static void depth_is_limited(void **state)
{
    char *deep = nested(129), *fine = nested(128), *hostile = nested(1000000);
    json_t *value = json_read("a.json", fine, 256, NULL);

    (void)state;
    assert_non_null(value);
    json_decref(value);
    refused(deep, 258, ERROR_LIMIT, "a.json:1:129: nested deeper than 128 levels");
    refused(hostile, 2000000, ERROR_LIMIT, "nested deeper");
    free(deep);
    free(fine);
    free(hostile);
}

static void brackets_in_strings_are_not_depth(void **state)
{
    struct strbuf text = STRBUF_INIT;
    json_t *value;

    (void)state;
    strbuf_add(&text, "[\"\\\"");
    strbuf_add_repeat(&text, "[{", 500);
    strbuf_add(&text, "\\\\\",\n[[]]]");
    value = json_read("a.json", text.data, text.length, NULL);
    assert_non_null(value);
    json_decref(value);
    strbuf_release(&text);
}

static void the_place_of_too_much_depth_counts_characters(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "{\"\xc3\xa9\": 1,\n\"\xc3\xa9\": ");
    strbuf_add_repeat(&text, "[", 128);
    refused(text.data, text.length, ERROR_LIMIT, "a.json:2:133: ");
    strbuf_release(&text);
}

static void size_is_limited(void **state)
{
    /* Nothing of the text is looked at. */
    (void)state;
    refused("{}", 64 * 1024 * 1024 + 1, ERROR_LIMIT, "larger than 64 MiB");
}

static void canonical_bytes_never_vary(void **state)
{
    (void)state;
    becomes("{ \"b\" : [ 1 , 2.50 , true, false, null ],\n\"a\":{\"d\":{},\"c\":[]} }",
            "{\"a\":{\"c\":[],\"d\":{}},\"b\":[1,2.5,true,false,null]}");
    becomes("{\"\xc3\xa9\": 1, \"z\": 2, \"Z\": 3, \"\": 4}",
            "{\"\":4,\"Z\":3,\"z\":2,\"\xc3\xa9\":1}");
    becomes("[\"\\u00e9\\u202e\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"]",
            "[\"\xc3\xa9\xe2\x80\xae/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\"]");
    becomes("[0.1, 1e3, 1e300, -0.0, 1e-7, 0.30000000000000004, 9007199254740993, -1]",
            "[0.1,1000.0,1e300,-0.0,1e-7,0.30000000000000004,9007199254740993,-1]");
}

static void pretty_text_is_for_people(void **state)
{
    json_t *value =
        read_text("{\"name\": \"x\", \"list\": [1, {\"a\": null}], \"empty\": {}, \"none\": []}",
                  NULL);
    char *written = pretty(value);

    (void)state;
    assert_string_equal(written, "{\n"
                                 "  \"name\": \"x\",\n"
                                 "  \"list\": [\n"
                                 "    1,\n"
                                 "    {\n"
                                 "      \"a\": null\n"
                                 "    }\n"
                                 "  ],\n"
                                 "  \"empty\": {},\n"
                                 "  \"none\": []\n"
                                 "}\n");
    free(written);
    json_decref(value);
}

static void pretty_text_does_not_act_on_a_terminal(void **state)
{
    json_t *value = read_text("{\"\\u001b\": \"\\u001b[2J\\u009b\\u202e\"}", NULL);
    char *written = pretty(value);

    (void)state;
    assert_string_equal(written, "{\n  \"\\u001b\": \"\\u001b[2J\\u009b\\u202e\"\n}\n");
    free(written);
    json_decref(value);
}

static void numbers_have_a_point_in_every_locale(void **state)
{
    const char *comma = setlocale(LC_ALL, "de_DE.UTF-8");

    (void)state;
    becomes("[2.5]", "[2.5]");
    setlocale(LC_ALL, "C");
    if (!comma)
        skip();
}

static void documents_are_built_member_by_member(void **state)
{
    json_t *object = json_object(), *list = json_array();
    char *written;

    (void)state;
    json_put_text(object, "name", "mb-auth");
    json_put_text(object, "nothing", NULL);
    json_put_integer(object, "count", INT64_MIN);
    json_put_bool(object, "yes", true);
    json_put_bool(object, "no", false);
    json_put_time(object, "at", INT64_C(1737556200000));
    json_put_time(object, "never", 0);
    json_append(list, json_text("one"));
    json_append(list, json_text_bytes("a\0b", 3));
    json_append(list, NULL);
    json_put(object, "list", list);
    json_put(object, "null", NULL);
    written = canonical(object);
    assert_string_equal(written, "{\"at\":\"2025-01-22T14:30:00Z\",\"count\":-9223372036854775808,"
                                 "\"list\":[\"one\",\"a\\u0000b\",null],\"name\":\"mb-auth\","
                                 "\"never\":null,\"no\":false,\"nothing\":null,\"null\":null,"
                                 "\"yes\":true}");
    free(written);
    json_decref(object);
}

static void a_member_can_be_put_again(void **state)
{
    json_t *object = json_object();
    char *written;

    (void)state;
    json_put_integer(object, "a", 1);
    json_put_integer(object, "a", 2);
    written = canonical(object);
    assert_string_equal(written, "{\"a\":2}");
    free(written);
    json_decref(object);
}

static void invalid_text_is_replaced(void **state)
{
    json_t *object = json_object();
    char *written;

    (void)state;
    json_put_text(object, "k\xff", "caf\xe9 \xc3\xa9");
    written = canonical(object);
    assert_string_equal(written, "{\"k\xef\xbf\xbd\":\"caf\xef\xbf\xbd \xc3\xa9\"}");
    free(written);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read),
        cmocka_unit_test(a_syntax_error_names_the_place),
        cmocka_unit_test(a_duplicate_key_names_itself_and_its_line),
        cmocka_unit_test(what_is_broken_is_not_repeated),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(other_encodings_are_named),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(brackets_in_strings_are_not_depth),
        cmocka_unit_test(the_place_of_too_much_depth_counts_characters),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(canonical_bytes_never_vary),
        cmocka_unit_test(pretty_text_is_for_people),
        cmocka_unit_test(pretty_text_does_not_act_on_a_terminal),
        cmocka_unit_test(numbers_have_a_point_in_every_locale),
        cmocka_unit_test(documents_are_built_member_by_member),
        cmocka_unit_test(a_member_can_be_put_again),
        cmocka_unit_test(invalid_text_is_replaced),
    };

    return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
