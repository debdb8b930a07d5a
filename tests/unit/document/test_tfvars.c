#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../support/documents.h"

#define TFVARS DOCUMENT_TFVARS

static void a_file_is_a_map_of_its_variables(void **state)
{
    (void)state;
    assert_reads(TFVARS, "", "{}");
    assert_reads(TFVARS,
                 "# who runs it\n"
                 "region = \"eu-west-1\" // near us\n"
                 "node_count=3\n"
                 "  price = 0.250 /* a day\n   of it */\n"
                 "debug   = false\n"
                 "zone    = null\n"
                 "offset  = -2",
                 "{\"region\":\"eu-west-1\",\"node_count\":3,\"price\":0.25,\"debug\":false,"
                 "\"zone\":null,\"offset\":-2}");
}

static void numbers_keep_all_their_digits(void **state)
{
    struct document *document =
        read_document(TFVARS, "account = 123456789012345678901234567890\nrate = 1.10\n");

    (void)state;
    assert_string_equal(node_at(document, "account")->value, "123456789012345678901234567890");
    assert_string_equal(node_at(document, "rate")->value, "1.1");
    assert_string_equal(node_at(document, "rate")->text, "1.10");
    document_free(&document);
}

static void lists_and_objects_may_go_over_lines(void **state)
{
    (void)state;
    assert_reads(TFVARS,
                 "cidrs = [\n  \"10.0.0.0/8\", # office\n  \"192.168.0.0/16\",\n]\n"
                 "empty = []\n"
                 "tags = {\n  team = \"pay\"\n  \"cost-center\" : \"42\", 7 = true\n\n  n = { "
                 "}\n}\n"
                 "pools = [{ name = \"a\", size = 1 }, { name = \"b\"\n size = 2 }]\n",
                 "{\"cidrs\":[\"10.0.0.0/8\",\"192.168.0.0/16\"],\"empty\":[],"
                 "\"tags\":{\"team\":\"pay\",\"cost-center\":\"42\",\"7\":true,\"n\":{}},"
                 "\"pools\":[{\"name\":\"a\",\"size\":1},{\"name\":\"b\",\"size\":2}]}");
}

static void escapes_are_decoded_and_signs_written_twice_are_themselves(void **state)
{
    (void)state;
    assert_reads(TFVARS,
                 "a = \"tab\\tquote\\\" back\\\\ \\u00e9 \\U0001F600\"\n"
                 "b = \"$${HOME} %%{if} 5$ 100%\"\n",
                 "{\"a\":\"tab\\tquote\\\" back\\\\ \xC3\xA9 \xF0\x9F\x98\x80\","
                 "\"b\":\"${HOME} %{if} 5$ 100%\"}");
}

static void heredocs_keep_their_lines_and_lose_a_shared_indent_when_asked(void **state)
{
    (void)state;
    assert_reads(TFVARS,
                 "plain = <<EOT\n  one\n\n    two \\n $${x}\n  EOT\n"
                 "flush = <<-END\n    one\n\n      two\n    END\n"
                 "none = <<E\nE\n",
                 "{\"plain\":\"  one\\n\\n    two \\\\n ${x}\\n\",\"flush\":\"one\\n\\n  two\\n\","
                 "\"none\":\"\"}");
}

static void windows_line_ends_and_a_byte_order_mark_are_read(void **state)
{
    (void)state;
    assert_reads(TFVARS,
                 "\xEF\xBB\xBF"
                 "a = 1\r\nb = [\r\n 2,\r\n]\r\n",
                 "{\"a\":1,\"b\":[2]}");
}

static void every_value_knows_its_line(void **state)
{
    struct document *document = read_document(TFVARS, "\n\na = 1\n  b = {\n    c = 2\n}\n");

    (void)state;
    assert_place(node_at(document, "a"), "file", 3, 1);
    assert_place(node_at(document, "b.c"), "file", 5, 5);
    document_free(&document);
}

static void what_is_no_literal_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_refused(TFVARS, "a = 1\nb = var.x\n", ERROR_INVALID,
                   "file:2:5: expected a value; names, calls and other expressions may not stand "
                   "in "
                   "a file of variables");
    assert_refused(TFVARS, "a = \"x-${var.b}\"\n", ERROR_INVALID,
                   "file:1:8: an expression stands in the text, where only its value may stand; "
                   "write $${ or %%{ for the signs themselves");
    assert_refused(TFVARS, "resource \"a\" \"b\" {\n}\n", ERROR_INVALID,
                   "file:1:10: expected '=' after the name: a file of variables has no blocks");
    assert_refused(TFVARS, "a = 1 + 2\n", ERROR_INVALID,
                   "file:1:7: expected the end of the line after the value");
}

static void damaged_texts_are_refused_with_their_place(void **state)
{
    (void)state;
    assert_refused(TFVARS, "a = \"x\nb = 2\n", ERROR_INVALID,
                   "file:1:7: the text has no closing quote on its line");
    assert_refused(TFVARS, "a = \"x\\q\"\n", ERROR_INVALID,
                   "file:1:8: expected an escape that HCL knows: \\n \\r \\t \\\" \\\\ \\u \\U");
    assert_refused(TFVARS, "a = \"\\u00g0\"\n", ERROR_INVALID,
                   "file:1:10: expected hexadecimal digits: four after \\u, eight after \\U");
    assert_refused(TFVARS, "a = <<EOT\nx\n", ERROR_INVALID,
                   "file:1:7: the text that starts with << has no closing marker");
    assert_refused(TFVARS, "a = [1 2]\n", ERROR_INVALID,
                   "file:1:8: expected ',' or ']' after an item of the list");
    assert_refused(TFVARS, "a = {b = 1 c = 2}\n", ERROR_INVALID,
                   "file:1:12: expected ',', the end of the line or '}' after an entry");
    assert_refused(TFVARS, "a = 1\na = 2\n", ERROR_INVALID,
                   "file:2:1: the key \"a\" was given on line 1 already");
    assert_refused(TFVARS, "a = .5\n", ERROR_INVALID,
                   "file:1:5: expected a value: a text in quotes, a number, true, false, null, […] "
                   "or {…}");
    assert_refused(TFVARS, "/* a = 1", ERROR_INVALID, "file:1:1: the comment has no end");
}

static void deep_nesting_is_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "a = ");
    strbuf_add_repeat(&text, "[", 200);
    assert_refused(TFVARS, text.data, ERROR_LIMIT,
                   "file:1:132: lists and maps are nested more than 128 levels deep");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_a_map_of_its_variables),
        cmocka_unit_test(numbers_keep_all_their_digits),
        cmocka_unit_test(lists_and_objects_may_go_over_lines),
        cmocka_unit_test(escapes_are_decoded_and_signs_written_twice_are_themselves),
        cmocka_unit_test(heredocs_keep_their_lines_and_lose_a_shared_indent_when_asked),
        cmocka_unit_test(windows_line_ends_and_a_byte_order_mark_are_read),
        cmocka_unit_test(every_value_knows_its_line),
        cmocka_unit_test(what_is_no_literal_is_refused_with_its_place),
        cmocka_unit_test(damaged_texts_are_refused_with_their_place),
        cmocka_unit_test(deep_nesting_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
