#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#include "../../support/documents.h"

#define JSON DOCUMENT_JSON

static void values_of_every_kind_are_read(void **state)
{
    (void)state;
    assert_reads(JSON, " {\"a\": [null, true, false, 1, -2.50, \"x\"],\n \"b\": {}, \"c\": []} \n",
                 "{\"a\":[null,true,false,1,-2.5,\"x\"],\"b\":{},\"c\":[]}");
    assert_reads(JSON, "\"alone\"", "\"alone\"");
    assert_reads(JSON, "7", "7");
}

static void every_node_knows_its_line_and_column(void **state)
{
    struct document *document = read_document(JSON, "{\n"
                                                    "  \"é\": 1, \"tag\": \"v1\",\n"
                                                    "  \"list\": [1,\n"
                                                    "    {\"x\": 2}]\n"
                                                    "}\n");
    (void)state;
    assert_place(node_at(document, "tag"), "file", 2, 11);
    assert_place(node_at(document, "list")->children[0], "file", 3, 12);
    assert_place(node_at(document, "list")->children[1], "file", 4, 5);
    assert_place(node_at(document, "list")->children[1]->children[0], "file", 4, 6);
    document_free(&document);
}

static void numbers_keep_their_text(void **state)
{
    struct document *document = read_document(JSON, "{\"id\": 12345678901234567890123, \"v\": 1.10,"
                                                    " \"e\": 1E5, \"zero\": -0, \"big\": 1e400}");
    (void)state;
    assert_string_equal(node_at(document, "id")->text, "12345678901234567890123");
    assert_string_equal(node_at(document, "id")->value, "12345678901234567890123");
    assert_int_equal(node_at(document, "id")->kind, NODE_INTEGER);
    assert_string_equal(node_at(document, "v")->text, "1.10");
    assert_string_equal(node_at(document, "v")->value, "1.1");
    assert_string_equal(node_at(document, "e")->value, "100000.0");
    assert_string_equal(node_at(document, "zero")->value, "0");
    assert_document(document, "{\"id\":12345678901234567890123,\"v\":1.1,\"e\":100000.0,"
                              "\"zero\":0,\"big\":\"1e+400\"}");
    document_free(&document);
}

static void escapes_are_decoded(void **state)
{
    struct document *document =
        read_document(JSON, "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\", \"\\u00e9\\u20AC\\ud83d\\uDE00\", "
                            "\"a\\u0000b\"]");
    (void)state;
    assert_string_equal(document->roots[0]->children[0]->text, "\"\\/\b\f\n\r\t");
    assert_string_equal(document->roots[0]->children[1]->text, "é€😀");
    assert_int_equal(document->roots[0]->children[2]->length, 3);
    assert_memory_equal(document->roots[0]->children[2]->text, "a\0b", 4);
    document_free(&document);
}

static void syntax_errors_name_line_column_and_what_is_missing(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"",                   "file:1:1: expected a value, but the text ends"                  },
        { "{\n\"a\" 1}",       "file:2:5: expected ':' after the key, found '1'"                },
        { "{\"a\":}",          "file:1:6: expected a value, found '}'"                          },
        { "{a:1}",             "file:1:2: expected a key in double quotes, found 'a'"           },
        { "{\"a\":1 \"b\":2}", "file:1:8: expected ',' or '}', found '\"'"                      },
        { "[1 2]",             "file:1:4: expected ',' or ']', found '2'"                       },
        { "[1,,2]",            "file:1:4: expected a value, found ','"                          },
        { "[1]x",              "file:1:4: expected the end of the text, found 'x'"              },
        { "[1",                "file:1:3: expected ',' or ']', but the text ends"               },
        { "01",                "file:1:1: expected a value, found '0'"                          },
        { "+1",                "file:1:1: expected a value, found '+'"                          },
        { "1.",                "file:1:1: expected a value, found '1'"                          },
        { ".5",                "file:1:1: expected a value, found '.'"                          },
        { "-",                 "file:1:1: expected a value, found '-'"                          },
        { "NaN",               "file:1:1: expected a value, found 'N'"                          },
        { "tru",               "file:1:1: expected a value, found 't'"                          },
        { "\"a\nb\"",          "file:1:3: expected the closing quote, found the byte 0x0A"      },
        { "\"abc",             "file:1:5: expected the closing quote, but the text ends"        },
        { "\"\\",              "file:1:3: expected an escape, but the text ends"                },
        { "\"\\x\"",           "file:1:3: expected an escape that JSON knows, found 'x'"        },
        { "\"\\u12G4\"",       "file:1:6: expected four hexadecimal digits after \\u, found 'G'"},
        { "\"\\u1",            "file:1:4: expected four hexadecimal digits after \\u, found '1'"},
        { "\"\\ud800x\"",      "file:1:8: the escape is half of a surrogate pair"               },
        { "\"\\udc00\"",       "file:1:8: the escape is half of a surrogate pair"               },
        { "{} /* x",           "file:1:4: the comment has no end"                               },
        { "[ /* x",            "file:1:3: the comment has no end"                               },
        { "[1 /* x",           "file:1:4: the comment has no end"                               },
        { "[1, /* x",          "file:1:5: the comment has no end"                               },
        { "{\"a\" /* x",       "file:1:6: the comment has no end"                               },
        { "/* x",              "file:1:1: the comment has no end"                               },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_refused(JSON, rows[i].text, ERROR_INVALID, rows[i].message);
}

static void a_duplicate_key_names_its_line(void **state)
{
    const struct document_options options = { .allow_duplicate_keys = true };
    const char *text = "{\"a\": 1,\n \"b\": {\"x\": 1,\n \"x\": 2}}";

    (void)state;
    assert_refused(JSON, text, ERROR_INVALID,
                   "file:3:2: the key \"x\" was given on line 2 already");
    struct document *document = read_document_with(JSON, text, strlen(text), &options);
    assert_document(document, "{\"a\":1,\"b\":{\"x\":2}}");
    assert_warnings(document, "3: the key \"x\" was given on line 2 already: the last one counts");
    document_free(&document);
    assert_refused(JSON, "{\"a\\u0000\": 1}", ERROR_UNSUPPORTED,
                   "file:1:2: a key holds a NUL character");
}

static void nesting_ends_at_128_levels(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add_repeat(&text, "[", 128);
    strbuf_add_repeat(&text, "]", 128);
    struct document *document = read_document(JSON, text.data);
    document_free(&document);
    strbuf_clear(&text);
    strbuf_add_repeat(&text, "{\"a\":", 64000);
    assert_refused(JSON, text.data, ERROR_LIMIT,
                   "file:1:641: lists and maps are nested more than 128 levels deep");
    strbuf_release(&text);
}

static void nodes_are_counted(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };

    (void)state;
    strbuf_add_char(&text, '[');
    strbuf_add_repeat(&text, "1,", DOCUMENT_NODES_MAX);
    strbuf_add(&text, "1]");
    assert_null(document_read("file", text.data, text.length, DOCUMENT_JSON, NULL, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "file:1:8000000: the document has more than 4000000 nodes");
    strbuf_release(&text);
}

static void comments_and_trailing_commas_are_read_with_a_warning(void **state)
{
    struct document *document = read_document(JSON, "// settings\n"
                                                    "{\n"
                                                    "  \"a\": [1, 2,], /* two */\n"
                                                    "  \"b\": \"http://x\", // last\n"
                                                    "}\n"
                                                    "// end");
    (void)state;
    assert_document(document, "{\"a\":[1,2],\"b\":\"http://x\"}");
    assert_warnings(document, "1: JSON has no comments: skipped all\n"
                              "3: JSON has no comma after the last entry: read all the same");
    document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_kind_are_read),
        cmocka_unit_test(every_node_knows_its_line_and_column),
        cmocka_unit_test(numbers_keep_their_text),
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(syntax_errors_name_line_column_and_what_is_missing),
        cmocka_unit_test(a_duplicate_key_names_its_line),
        cmocka_unit_test(nesting_ends_at_128_levels),
        cmocka_unit_test(nodes_are_counted),
        cmocka_unit_test(comments_and_trailing_commas_are_read_with_a_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
