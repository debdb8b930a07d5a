#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../support/documents.h"

#define PROPERTIES DOCUMENT_PROPERTIES

static void a_key_ends_at_equals_colon_or_blank(void **state)
{
    (void)state;
    assert_reads(PROPERTIES,
                 "a=1\n"
                 "b:2\n"
                 "c 3\n"
                 "d = 4\n"
                 "e\t:\f5\n"
                 "f==6\n"
                 "g\n"
                 "h=\n"
                 "  i = trailing blanks stay  \n",
                 "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"4\",\"e\":\"5\",\"f\":\"=6\","
                 "\"g\":\"\",\"h\":\"\",\"i\":\"trailing blanks stay  \"}");
}

static void comments_and_blank_lines_are_skipped(void **state)
{
    (void)state;
    assert_reads(PROPERTIES, "# one\\\n  ! two\n\n \t\na=1 # no comment\n",
                 "{\"a\":\"1 # no comment\"}");
    assert_reads(PROPERTIES, "", "{}");
}

static void a_backslash_at_the_end_continues_the_line(void **state)
{
    struct document *document = read_document(PROPERTIES, "fruits = apple, \\\r\n"
                                                          "         banana, \\\r\n"
                                                          "         pear\r\n"
                                                          "path=c:\\\\\r\n"
                                                          "odd=x\\\\\\\r\n"
                                                          "  y\r\n"
                                                          "key\\\n"
                                                          "   more = v\n"
                                                          "last=end\\");
    (void)state;
    assert_document(document, "{\"fruits\":\"apple, banana, pear\",\"path\":\"c:\\\\\","
                              "\"odd\":\"x\\\\y\",\"keymore\":\"v\",\"last\":\"end\"}");
    assert_place(node_at(document, "path"), "file", 4, 1);
    assert_place(node_at(document, "odd"), "file", 5, 1);
    assert_place(node_at(document, "keymore"), "file", 7, 1);
    document_free(&document);
}

static void escapes_are_decoded_in_keys_and_values(void **state)
{
    (void)state;
    assert_reads(PROPERTIES,
                 "a\\ b\\=c\\:d = \\t\\n\\r\\f\\q\\\"\\\\\n"
                 "uni\\u0063ode = \\u00e9\\u20AC\\ud83d\\ude00\n"
                 "\\#hash=1\n",
                 "{\"a b=c:d\":\"\\t\\n\\r\\fq\\\"\\\\\",\"unicode\":\"é€😀\",\"#hash\":\"1\"}");
}

static void a_bad_escape_is_named_and_the_rest_is_kept(void **state)
{
    struct document *document = read_document(PROPERTIES, "a=\\u12\n"
                                                          "b=\\u00zz\n"
                                                          "c=\\ud83dx\n"
                                                          "d=\\ude00\n"
                                                          "k\\u12=1\n"
                                                          "\\u0000=nul\n"
                                                          "e=\\ud83d\\u0041\n"
                                                          "ok=1\n");
    (void)state;
    assert_document(document, "{\"ok\":\"1\"}");
    assert_warnings(document,
                    "1: \\u is not followed by a character's four digits: the entry is left out\n"
                    "2: \\u is not followed by a character's four digits: the entry is left out\n"
                    "3: \\u is not followed by a character's four digits: the entry is left out\n"
                    "4: \\u is not followed by a character's four digits: the entry is left out\n"
                    "5: \\u is not followed by a character's four digits: the entry is left out\n"
                    "6: the key holds a NUL character: the entry is left out\n"
                    "7: \\u is not followed by a character's four digits: the entry is left out");
    document_free(&document);
}

static void both_encodings_of_properties_files_are_read(void **state)
{
    struct document *latin = read_document(PROPERTIES, "city=Z\xFCrich\n");
    struct document *utf8 = read_document(PROPERTIES, "city=Zürich\n");

    (void)state;
    assert_document(latin, "{\"city\":\"Zürich\"}");
    assert_document(utf8, "{\"city\":\"Zürich\"}");
    assert_warnings(latin, "");
    document_free(&latin);
    document_free(&utf8);
}

static void of_two_entries_for_one_key_the_last_counts(void **state)
{
    struct document *document = read_document(PROPERTIES, "a=1\na=2\n");

    (void)state;
    assert_document(document, "{\"a\":\"2\"}");
    assert_warnings(document, "2: the key \"a\" was given on line 1 already: the last one counts");
    document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_ends_at_equals_colon_or_blank),
        cmocka_unit_test(comments_and_blank_lines_are_skipped),
        cmocka_unit_test(a_backslash_at_the_end_continues_the_line),
        cmocka_unit_test(escapes_are_decoded_in_keys_and_values),
        cmocka_unit_test(a_bad_escape_is_named_and_the_rest_is_kept),
        cmocka_unit_test(both_encodings_of_properties_files_are_read),
        cmocka_unit_test(of_two_entries_for_one_key_the_last_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
