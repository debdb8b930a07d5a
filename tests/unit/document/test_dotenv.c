#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#include "../../support/documents.h"

#define DOTENV DOCUMENT_DOTENV

static void lines_become_a_map_of_strings(void **state)
{
    (void)state;
    assert_reads(DOTENV,
                 "# database\n"
                 "\n"
                 "HOST=db.example.org\n"
                 "PORT = 5432\n"
                 "  EMPTY=\n"
                 "feature.new-flag=true\n",
                 "{\"HOST\":\"db.example.org\",\"PORT\":\"5432\",\"EMPTY\":\"\","
                 "\"feature.new-flag\":\"true\"}");
    assert_reads(DOTENV, "", "{}");
}

static void export_before_a_name_is_skipped(void **state)
{
    struct document *document = read_document(DOTENV, "export A=1\n\texport\tB=2\nexport=3\n");

    (void)state;
    assert_document(document, "{\"A\":\"1\",\"B\":\"2\",\"export\":\"3\"}");
    assert_place(node_at(document, "A"), "file", 1, 8);
    assert_place(node_at(document, "B"), "file", 2, 9);
    document_free(&document);
}

static void nothing_is_executed_or_expanded(void **state)
{
    (void)state;
    assert_reads(DOTENV,
                 "A=$(touch /tmp/pwned)\n"
                 "B=\"${HOME}/x `id`\"\n"
                 "C=`id`\n"
                 "D='$A'\n",
                 "{\"A\":\"$(touch /tmp/pwned)\",\"B\":\"${HOME}/x `id`\",\"C\":\"`id`\","
                 "\"D\":\"$A\"}");
}

static void a_comment_needs_a_blank_before_it(void **state)
{
    (void)state;
    assert_reads(DOTENV,
                 "A=value # comment\n"
                 "B=va#lue\n"
                 "C=# empty\n"
                 "D= # empty too\n"
                 "E=\"a # b\" # comment\n"
                 "F='x'# comment\n"
                 "G=a  \t\n",
                 "{\"A\":\"value\",\"B\":\"va#lue\",\"C\":\"# empty\",\"D\":\"\","
                 "\"E\":\"a # b\",\"F\":\"x\",\"G\":\"a\"}");
}

static void double_quotes_know_escapes_and_single_quotes_none(void **state)
{
    (void)state;
    assert_reads(DOTENV,
                 "A=\"a\\nb\\tc\\rd\\\"e\\\\f\\$g\\`h\\'i\\qj\"\n"
                 "B='a\\nb\"c'\n"
                 "C=a\\nb\n",
                 "{\"A\":\"a\\nb\\tc\\rd\\\"e\\\\f$g`h'i\\\\qj\",\"B\":\"a\\\\nb\\\"c\","
                 "\"C\":\"a\\\\nb\"}");
}

static void a_quoted_value_may_go_over_lines(void **state)
{
    struct document *document = read_document(DOTENV, "KEY=\"-----BEGIN KEY-----\r\n"
                                                      "abc\r\n"
                                                      "-----END KEY-----\"\r\n"
                                                      "NEXT='x\n"
                                                      "y' # two\n"
                                                      "LAST=1\n");
    (void)state;
    assert_document(document, "{\"KEY\":\"-----BEGIN KEY-----\\nabc\\n-----END KEY-----\","
                              "\"NEXT\":\"x\\ny\",\"LAST\":\"1\"}");
    assert_place(node_at(document, "KEY"), "file", 1, 1);
    assert_place(node_at(document, "NEXT"), "file", 4, 1);
    assert_place(node_at(document, "LAST"), "file", 6, 1);
    document_free(&document);
}

static void any_line_end_and_a_byte_order_mark_will_do(void **state)
{
    (void)state;
    assert_reads(DOTENV,
                 "\xEF\xBB\xBF"
                 "A=1\r\nB=2\rC=3",
                 "{\"A\":\"1\",\"B\":\"2\",\"C\":\"3\"}");
}

static void a_bad_line_is_named_and_the_rest_is_kept(void **state)
{
    struct document *document = read_document(DOTENV, "A=1\n"
                                                      "no equals sign\n"
                                                      "C=2\n"
                                                      "1ST=x\n"
                                                      "TWO WORDS=x\n"
                                                      "=x\n"
                                                      "D='a'b\n"
                                                      "E=3\n");
    (void)state;
    assert_document(document, "{\"A\":\"1\",\"C\":\"2\",\"E\":\"3\"}");
    assert_warnings(document,
                    "2: there is no '=': the line is left out\n"
                    "4: what stands before '=' is not a variable's name: the line is left out\n"
                    "5: what stands before '=' is not a variable's name: the line is left out\n"
                    "6: what stands before '=' is not a variable's name: the line is left out\n"
                    "7: text follows the closing quote: the line is left out");
    document_free(&document);
}

/* What follows may belong to it: half of the truth would show as keys that are gone. */
static void a_quote_that_is_never_closed_is_an_error(void **state)
{
    (void)state;
    assert_refused(DOTENV, "A=1\nB=\"never closed\nC=2\n", ERROR_INVALID,
                   "file:2:3: the quote that opens here is never closed");
    assert_refused(DOTENV, "A=1\nB=\"never closed\nC=\"2\"\n", ERROR_INVALID,
                   "file:2:3: the quote that opens here is never closed");
}

static void a_value_with_a_nul_is_left_out(void **state)
{
    struct document *document = read_document_with(DOTENV, "A=x\0y\nB=1\n", 10, NULL);

    (void)state;
    assert_document(document, "{\"B\":\"1\"}");
    assert_warnings(document, "1: the value holds a NUL character: the line is left out");
    document_free(&document);
}

static void of_two_lines_for_one_name_the_last_counts(void **state)
{
    struct document *document = read_document(DOTENV, "A=1\nB=2\nA=3\n");

    (void)state;
    assert_document(document, "{\"A\":\"3\",\"B\":\"2\"}");
    assert_warnings(document, "3: the key \"A\" was given on line 1 already: the last one counts");
    document_free(&document);
}

static void what_is_not_utf_8_is_read_as_latin_1(void **state)
{
    struct document *document = read_document(DOTENV, "CITY=Z\xFCrich\n");

    (void)state;
    assert_document(document, "{\"CITY\":\"Zürich\"}");
    assert_warnings(document, "0: the text is not valid UTF-8: read as ISO-8859-1");
    document_free(&document);
}

static void warnings_end_somewhere(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add_repeat(&text, "bad\n", 5000);
    struct document *document = read_document_with(DOTENV, text.data, text.length, NULL);
    assert_int_equal(document->warning_count, 1001);
    assert_string_equal(document->warnings[1000].message,
                        "further warnings about this document are left out");
    assert_int_equal(document->warnings[1000].line, 1001);
    document_free(&document);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_a_map_of_strings),
        cmocka_unit_test(export_before_a_name_is_skipped),
        cmocka_unit_test(nothing_is_executed_or_expanded),
        cmocka_unit_test(a_comment_needs_a_blank_before_it),
        cmocka_unit_test(double_quotes_know_escapes_and_single_quotes_none),
        cmocka_unit_test(a_quoted_value_may_go_over_lines),
        cmocka_unit_test(any_line_end_and_a_byte_order_mark_will_do),
        cmocka_unit_test(a_bad_line_is_named_and_the_rest_is_kept),
        cmocka_unit_test(a_quote_that_is_never_closed_is_an_error),
        cmocka_unit_test(a_value_with_a_nul_is_left_out),
        cmocka_unit_test(of_two_lines_for_one_name_the_last_counts),
        cmocka_unit_test(what_is_not_utf_8_is_read_as_latin_1),
        cmocka_unit_test(warnings_end_somewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
