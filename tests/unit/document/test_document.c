#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "../../support/documents.h"

static void the_file_name_tells_the_format(void **state)
{
    static const struct {
        const char *path;
        enum document_format format;
    } rows[] = {
        {"deploy/values.yaml",          DOCUMENT_YAML      },
        { "values-prod.YML",            DOCUMENT_YAML      },
        { "a/b.json",                   DOCUMENT_JSON      },
        { ".env",                       DOCUMENT_DOTENV    },
        { "config/.env.production",     DOCUMENT_DOTENV    },
        { "app.env",                    DOCUMENT_DOTENV    },
        { "src/application.properties", DOCUMENT_PROPERTIES},
        { ".env.yaml",                  DOCUMENT_YAML      },
    };
    enum document_format format;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(document_format_of(rows[i].path, &format));
        assert_int_equal(format, rows[i].format);
    }
}

static void other_files_are_no_documents(void **state)
{
    static const char *const paths[] = { "README.md", "yaml",  "env", "a.env/file.txt",
                                         ".envrc",    ".env.", "",    "values.yaml.gotmpl" };
    enum document_format format = DOCUMENT_JSON;

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_false(document_format_of(paths[i], &format));
    assert_int_equal(format, DOCUMENT_JSON);
}

static void a_document_is_known_by_its_name_and_format(void **state)
{
    struct document *document = read_document(DOCUMENT_PROPERTIES, "a=1\n");

    (void)state;
    assert_string_equal(document->name, "file");
    assert_int_equal(document->format, DOCUMENT_PROPERTIES);
    assert_string_equal(document_format_name(document->format), "properties");
    assert_string_equal(document_format_name(DOCUMENT_YAML), "YAML");
    document_free(&document);
    document_free(&document);
    assert_null(document);
}

static void more_than_the_limit_is_refused(void **state)
{
    const struct document_options options = { .limit = 8 };
    struct error error = { 0 };

    (void)state;
    assert_null(document_read("big.yaml", "a: 123456\n", 10, DOCUMENT_YAML, &options, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "big.yaml: the document has 10 bytes, more than 8");
    assert_null(document_read("big.yaml", "a", DOCUMENT_SIZE_MAX + 1, DOCUMENT_YAML, NULL, &error));
    assert_string_equal(error.message,
                        "big.yaml: the document has 67108865 bytes, more than 67108864");
    struct document *document = read_document_with(DOCUMENT_YAML, "a: 12345", 8, &options);
    assert_document(document, "{\"a\":12345}");
    document_free(&document);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    assert_reads(DOCUMENT_YAML,
                 "\xEF\xBB\xBF"
                 "a: 1\n",
                 "{\"a\":1}");
    assert_reads(DOCUMENT_JSON, "\xEF\xBB\xBF[1]", "[1]");
}

static void utf_16_with_a_mark_is_decoded(void **state)
{
    static const char little[] = "\xFF\xFE[\0\"\0\xE9\0\x3D\xD8\0\xDE\"\0]\0";
    static const char big[] = "\xFE\xFF\0a\0:\0 \0\xE9";
    struct document *document = read_document_with(DOCUMENT_JSON, little, sizeof little - 1, NULL);

    (void)state;
    assert_document(document, "[\"é😀\"]");
    document_free(&document);
    document = read_document_with(DOCUMENT_YAML, big, sizeof big - 1, NULL);
    assert_document(document, "{\"a\":\"é\"}");
    document_free(&document);
}

static void damaged_utf_16_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        const char *message;
    } rows[] = {
        {"\xFF\xFE[\0\n\0]",            7,  "file:1:1: the text is UTF-16, but damaged here"},
        { "\xFF\xFE[\0\n\0\x3D\xD8]\0", 10, "file:2:1: the text is UTF-16, but damaged here"},
        { "\xFF\xFE[\0\x3D\xD8",        6,  "file:1:2: the text is UTF-16, but damaged here"},
        { "\xFE\xFF\0[\xDE\0",          6,  "file:1:2: the text is UTF-16, but damaged here"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = { 0 };
        assert_null(
            document_read("file", rows[i].text, rows[i].length, DOCUMENT_JSON, NULL, &error));
        assert_string_equal(error.message, rows[i].message);
        assert_string_equal(error.hint, "Save it as UTF-8.");
    }
}

static void utf_16_without_its_mark_is_said_to_be_none(void **state)
{
    struct error error = { 0 };

    (void)state;
    assert_null(document_read("file", "a\0:\0 \0001\0\n\0", 10, DOCUMENT_YAML, NULL, &error));
    assert_string_equal(error.message,
                        "file:1:1: it holds NUL bytes: it is no text, or UTF-16 without its mark");
    assert_string_equal(error.hint, "Save it as UTF-8.");
    assert_null(document_read("file", "\0{\0}", 4, DOCUMENT_JSON, NULL, &error));
    assert_string_equal(error.hint, "Save it as UTF-8.");
}

static void invalid_utf_8_names_its_place(void **state)
{
    (void)state;
    assert_refused(DOCUMENT_YAML, "a: é\nb: caf\xE9\n", ERROR_INVALID,
                   "file:2:7: the byte 0xE9 is not valid UTF-8");
    assert_refused(DOCUMENT_JSON, "{\"é\": \"\xFF\"}", ERROR_INVALID,
                   "file:1:8: the byte 0xFF is not valid UTF-8");
}

static void an_error_may_be_of_no_interest(void **state)
{
    (void)state;
    assert_null(document_read("file", "[", 1, DOCUMENT_JSON, NULL, NULL));
    assert_null(document_read("file", "a: {{ b }}", 10, DOCUMENT_YAML, NULL, NULL));
}

/* ---- nodes ---- */

static void nodes_are_equal_by_meaning(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"{a: 1, b: [x, y]}", "{b: [x, y], a: 0x1}", true },
        { "[1, 2]",           "[2, 1]",              false},
        { "[1]",              "[1, 2]",              false},
        { "{a: 1}",           "{b: 1}",              false},
        { "{a: 1}",           "{a: 1, b: 2}",        false},
        { "1",                "\"1\"",               false},
        { "1",                "1.0",                 false},
        { "1.10",             "1.1",                 true },
        { "~",                "null",                true },
        { "yes",              "true",                true },
        { "!a x",             "!a x",                true },
        { "!a x",             "!b x",                false},
        { "!a x",             "x",                   false},
        { "\"a\\0b\"",        "\"a\\0c\"",           false},
        { "\"a\"",            "\"a\\0\"",            false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct document *a = read_document(DOCUMENT_YAML, rows[i].a);
        struct document *b = read_document(DOCUMENT_YAML, rows[i].b);
        if (node_equal(a->roots[0], b->roots[0]) != rows[i].equal)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
        assert_true(node_equal(a->roots[0], a->roots[0]));
        assert_false(node_equal(a->roots[0], NULL));
        document_free(&a);
        document_free(&b);
    }
    assert_true(node_equal(NULL, NULL));
}

static void large_maps_are_equal_in_any_order(void **state)
{
    struct strbuf up = STRBUF_INIT;
    struct strbuf down = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 100; i++) {
        strbuf_printf(&up, "k%d: %d\n", i, i);
        strbuf_printf(&down, "k%d: %d\n", 99 - i, 99 - i);
    }
    struct document *a = read_document(DOCUMENT_YAML, up.data);
    struct document *b = read_document(DOCUMENT_YAML, down.data);
    assert_true(node_equal(a->roots[0], b->roots[0]));
    document_free(&a);
    document_free(&b);
    strbuf_release(&up);
    strbuf_release(&down);
}

static void a_key_that_is_not_there_gives_nothing(void **state)
{
    struct document *document = read_document(DOCUMENT_YAML, "a: {b: 1}\nc: [1]\n");
    const struct node *root = document->roots[0];

    (void)state;
    assert_string_equal(node_get(node_get(root, "a"), "b")->value, "1");
    assert_null(node_get(root, "b"));
    assert_null(node_get(node_get(root, "c"), "b"));
    assert_null(node_get(NULL, "b"));
    document_free(&document);
}

static void json_is_written_for_every_kind(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    assert_reads(DOCUMENT_YAML,
                 "- {a: null, b: true, \"q\\\"\": \"x\\ny\"}\n"
                 "- [1, 12345678901234567890123, 0x10, -1.50, 1e-10, 1.0e-400]\n"
                 "- [.inf, -.inf, .nan, 1.0e+308, \"e\"]\n"
                 "- !Sub {x: !Ref y}\n"
                 "- \"\\0\"\n",
                 "[{\"a\":null,\"b\":true,\"q\\\"\":\"x\\ny\"},"
                 "[1,12345678901234567890123,16,-1.5,\"1e-10\",1e-400],"
                 "[\".inf\",\"-.inf\",\".nan\",\"1e+308\",\"e\"],"
                 "{\"!Sub\":{\"x\":{\"!Ref\":\"y\"}}},\"\\u0000\"]");
    node_write_json(&out, NULL);
    assert_string_equal(out.data, "null");
    strbuf_release(&out);
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(node_kind_name(NODE_NULL), "null");
    assert_string_equal(node_kind_name(NODE_BOOL), "bool");
    assert_string_equal(node_kind_name(NODE_INTEGER), "integer");
    assert_string_equal(node_kind_name(NODE_FLOAT), "float");
    assert_string_equal(node_kind_name(NODE_STRING), "string");
    assert_string_equal(node_kind_name(NODE_LIST), "list");
    assert_string_equal(node_kind_name(NODE_MAP), "map");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_name_tells_the_format),
        cmocka_unit_test(other_files_are_no_documents),
        cmocka_unit_test(a_document_is_known_by_its_name_and_format),
        cmocka_unit_test(more_than_the_limit_is_refused),
        cmocka_unit_test(a_byte_order_mark_is_skipped),
        cmocka_unit_test(utf_16_with_a_mark_is_decoded),
        cmocka_unit_test(damaged_utf_16_is_refused),
        cmocka_unit_test(utf_16_without_its_mark_is_said_to_be_none),
        cmocka_unit_test(invalid_utf_8_names_its_place),
        cmocka_unit_test(an_error_may_be_of_no_interest),
        cmocka_unit_test(nodes_are_equal_by_meaning),
        cmocka_unit_test(large_maps_are_equal_in_any_order),
        cmocka_unit_test(a_key_that_is_not_there_gives_nothing),
        cmocka_unit_test(json_is_written_for_every_kind),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
