#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/json_pointer.h>

/* The document of RFC 6901, section 5. */
static const char example[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
                              "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";

static json_t *read_example(void)
{
    json_t *root = json_read("example", example, sizeof example - 1, NULL);

    assert_non_null(root);
    return root;
}

static void the_pointers_of_the_rfc_lead_where_it_says(void **state)
{
    static const struct {
        const char *pointer;
        int value;
    } numbers[] = {
        {"/",      0},
        { "/a~1b", 1},
        { "/c%d",  2},
        { "/e^f",  3},
        { "/g|h",  4},
        { "/i\\j", 5},
        { "/k\"l", 6},
        { "/ ",    7},
        { "/m~0n", 8},
    };
    json_t *root = read_example();

    (void)state;
    assert_ptr_equal(json_pointer_find(root, "", NULL), root);
    assert_true(json_is_array(json_pointer_find(root, "/foo", NULL)));
    assert_string_equal(json_string_value(json_pointer_find(root, "/foo/0", NULL)), "bar");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const json_t *value = json_pointer_find(root, numbers[i].pointer, NULL);

        assert_non_null(value);
        assert_int_equal(json_integer_value(value), numbers[i].value);
    }
    json_decref(root);
}

static void what_is_not_there_is_told_with_how_far_it_leads(void **state)
{
    static const struct {
        const char *pointer, *message;
    } missing[] = {
        {"/bar",                "there is no /bar"                                    },
        { "/foo/2",             "there is no /foo/2, though there is /foo"            },
        { "/foo/-",             "there is no /foo/-, though there is /foo"            },
        { "/foo/00",            "there is no /foo/00, though there is /foo"           },
        { "/foo/0/x/y",         "there is no /foo/0/x, though there is /foo/0"        },
        { "/foo/9999999999999", "there is no /foo/9999999999999, though there is /foo"},
    };
    json_t *root = read_example();

    (void)state;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        struct error error = { 0 };

        assert_null(json_pointer_find(root, missing[i].pointer, &error));
        assert_int_equal(error.code, ERROR_NOT_FOUND);
        assert_string_equal(error.message, missing[i].message);
    }
    json_decref(root);
}

static void what_is_no_pointer_is_refused(void **state)
{
    static const char *const wrong[] = { "foo", "/a~2", "/a~", "#/foo" };
    json_t *root = read_example();

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = { 0 };

        assert_null(json_pointer_find(root, wrong[i], &error));
        assert_int_equal(error.code, ERROR_INVALID);
        assert_non_null(strstr(error.message, "is no JSON pointer"));
    }
    json_decref(root);
}

static void steps_are_added_so_that_they_lead_there_again(void **state)
{
    static const char *const names[] = { "foo", "", "a/b", "m~n", "c%d" };
    static const char *const pointers[] = { "/foo", "/", "/a~1b", "/m~0n", "/c%d" };
    json_t *root = read_example();

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct strbuf pointer = STRBUF_INIT;

        json_pointer_add(&pointer, names[i]);
        assert_string_equal(pointer.data, pointers[i]);
        assert_ptr_equal(json_pointer_find(root, pointer.data, NULL),
                         json_object_get(root, names[i]));
        strbuf_release(&pointer);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pointers_of_the_rfc_lead_where_it_says),
        cmocka_unit_test(what_is_not_there_is_told_with_how_far_it_leads),
        cmocka_unit_test(what_is_no_pointer_is_refused),
        cmocka_unit_test(steps_are_added_so_that_they_lead_there_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
