#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/strbuf.h>

#include "../../support/documents.h"
#include "../../support/patience.h"

#define YAML DOCUMENT_YAML

static void maps_and_lists_keep_their_order(void **state)
{
    (void)state;
    assert_reads(YAML,
                 "zebra: 1\n"
                 "apple:\n"
                 "  - second\n"
                 "  - first\n"
                 "  - {b: 1, a: 2}\n",
                 "{\"zebra\":1,\"apple\":[\"second\",\"first\",{\"b\":1,\"a\":2}]}");
}

static void every_node_knows_its_file_and_line(void **state)
{
    struct document *document = read_document(YAML, "# values\n"
                                                    "image:\n"
                                                    "  tag: v1\n"
                                                    "  pull: [a, b]\n"
                                                    "env:\n"
                                                    "  - name: A\n"
                                                    "  - é: B\n");
    (void)state;
    assert_place(node_at(document, "image"), "file", 2, 1);
    assert_place(node_at(document, "image.tag"), "file", 3, 3);
    assert_place(node_at(document, "image.pull")->children[1], "file", 4, 13);
    assert_place(node_at(document, "env")->children[1], "file", 7, 5);
    document_free(&document);
}

static void source_text_stays_beside_the_meaning(void **state)
{
    struct document *document = read_document(YAML, "mode: 0755\nversion: 1.10\non: yes\n"
                                                    "quoted: \"a\\tb\"\nfolded: >-\n  x\n  y\n");
    (void)state;
    assert_string_equal(node_at(document, "mode")->text, "0755");
    assert_string_equal(node_at(document, "mode")->value, "493");
    assert_string_equal(node_at(document, "version")->text, "1.10");
    assert_string_equal(node_at(document, "version")->value, "1.1");
    assert_string_equal(node_at(document, "on")->text, "yes");
    assert_string_equal(node_at(document, "on")->value, "true");
    assert_string_equal(node_at(document, "quoted")->text, "a\tb");
    assert_int_equal(node_at(document, "quoted")->length, 3);
    assert_string_equal(node_at(document, "folded")->value, "x y");
    document_free(&document);
}

static void several_documents_are_several_roots(void **state)
{
    (void)state;
    assert_reads(YAML, "a: 1\n---\n- b\n...\n---\n", "{\"a\":1}\n[\"b\"]\nnull");
    assert_reads(YAML, "", "");
    assert_reads(YAML, "# nothing but a comment\n", "");
    assert_reads(YAML, "---\n", "null");
}

static void aliases_stand_for_what_they_name(void **state)
{
    struct document *document = read_document(YAML, "defaults: &d {cpu: 100m}\n"
                                                    "list: [*d, &s text, *s]\n"
                                                    "again: *d\n");
    (void)state;
    assert_document(document, "{\"defaults\":{\"cpu\":\"100m\"},"
                              "\"list\":[{\"cpu\":\"100m\"},\"text\",\"text\"],"
                              "\"again\":{\"cpu\":\"100m\"}}");
    assert_place(node_at(document, "again"), "file", 3, 1);
    assert_place(node_at(document, "again.cpu"), "file", 1, 15);
    document_free(&document);
}

static void an_alias_may_be_a_key(void **state)
{
    (void)state;
    assert_reads(YAML, "&k name: a\nother: {*k : b}\nx: &y z\n*y : 1\n",
                 "{\"name\":\"a\",\"other\":{\"name\":\"b\"},\"x\":\"z\",\"z\":1}");
    assert_reads(YAML, "{a: {&k <<: {b: 1}}, c: *k}", "{\"a\":{\"b\":1},\"c\":\"<<\"}");
    assert_refused(YAML, "a: &m {b: c}\n*m : 1\n", ERROR_UNSUPPORTED,
                   "file:2:1: a map cannot be a key here");
}

static void an_anchor_may_be_set_again(void **state)
{
    (void)state;
    assert_reads(YAML, "a: &x 1\nb: *x\nc: &x 2\nw: *x\n", "{\"a\":1,\"b\":1,\"c\":2,\"w\":2}");
    assert_refused(YAML, "a: &x 1\n---\nb: *x\n", ERROR_INVALID,
                   "file:3:4: the alias *x has no anchor before it");
}

static void a_merge_key_brings_in_what_is_missing(void **state)
{
    struct document *document = read_document(YAML, "base: &b\n"
                                                    "  cpu: 100m\n"
                                                    "  memory: 1Gi\n"
                                                    "svc:\n"
                                                    "  memory: 2Gi\n"
                                                    "  <<: *b\n"
                                                    "  replicas: 2\n");
    (void)state;
    assert_document(document, "{\"base\":{\"cpu\":\"100m\",\"memory\":\"1Gi\"},"
                              "\"svc\":{\"memory\":\"2Gi\",\"cpu\":\"100m\",\"replicas\":2}}");
    assert_place(node_at(document, "svc.cpu"), "file", 2, 3);
    document_free(&document);
}

static void of_several_merged_maps_the_first_wins(void **state)
{
    (void)state;
    assert_reads(YAML,
                 "- &a {x: 1, y: 1}\n"
                 "- &b {y: 2, z: 2}\n"
                 "- {<<: [*a, *b], z: 3}\n"
                 "- {<<: {inline: true}}\n",
                 "[{\"x\":1,\"y\":1},{\"y\":2,\"z\":2},{\"x\":1,\"y\":1,\"z\":3},"
                 "{\"inline\":true}]");
}

static void a_quoted_merge_key_is_a_key(void **state)
{
    (void)state;
    assert_reads(YAML, "a: {\"<<\": 1, <<: {b: 2}}\n", "{\"a\":{\"<<\":1,\"b\":2}}");
}

static void a_merge_key_takes_only_maps(void **state)
{
    (void)state;
    assert_refused(YAML, "a:\n  <<: 3\n", ERROR_INVALID,
                   "file:2:3: a merge key (<<) takes a map or a list of maps, but this has the "
                   "type integer");
    assert_refused(YAML, "a:\n  <<: [{b: 1}, c]\n", ERROR_INVALID,
                   "file:2:16: a merge key (<<) takes a map or a list of maps, but this has the "
                   "type string");
}

static void a_duplicate_key_names_its_line(void **state)
{
    struct error error = { 0 };

    (void)state;
    assert_refused(YAML, "a: 1\nb:\n  x: 1\n  y: 2\n  x: 3\n", ERROR_INVALID,
                   "file:5:3: the key \"x\" was given on line 3 already");
    assert_refused(YAML, "a:\n  <<: {b: 1}\n  <<: {c: 1}\n", ERROR_INVALID,
                   "file:3:3: the key \"<<\" was given on line 2 already");
    assert_null(document_read("file", "a: 1\na: 2\n", 10, YAML, NULL, &error));
    assert_string_equal(error.hint, "Remove one of the two: programs differ in which they take.");
}

static void where_duplicates_are_allowed_the_last_wins(void **state)
{
    const struct document_options options = { .allow_duplicate_keys = true };
    const char *text = "a: 1\nb: 2\na: 3\nm:\n  <<: {p: 1, q: 1}\n  <<: {p: 2}\n";
    struct document *document = read_document_with(YAML, text, strlen(text), &options);

    (void)state;
    assert_document(document, "{\"a\":3,\"b\":2,\"m\":{\"p\":2,\"q\":1}}");
    assert_warnings(document, "3: the key \"a\" was given on line 1 already: the last one counts\n"
                              "6: the key \"<<\" was given on line 5 already: the last one counts");
    assert_place(node_at(document, "a"), "file", 3, 1);
    document_free(&document);
}

static void a_duplicate_is_found_in_a_large_map(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 1000; i++)
        strbuf_printf(&text, "key%d: %d\n", i, i);
    strbuf_add(&text, "<<: {merged: 1}\nkey500: again\n");
    assert_refused(YAML, text.data, ERROR_INVALID,
                   "file:1002:1: the key \"key500\" was given on line 501 already");
    strbuf_release(&text);
}

static void tags_choose_the_type(void **state)
{
    (void)state;
    assert_reads(YAML, "[!!str 12, !!float 3, !!int \"7\", ! 12, !!null '', !!bool \"yes\"]",
                 "[\"12\",3.0,7,\"12\",null,true]");
    assert_reads(YAML, "{a: !!map {b: 1}, c: !!seq [1]}", "{\"a\":{\"b\":1},\"c\":[1]}");
    assert_refused(YAML, "a: !!int abc\n", ERROR_INVALID,
                   "file:1:4: the value is not what its tag !!int says");
    assert_refused(YAML, "a: !!map [b]\n", ERROR_INVALID,
                   "file:1:4: the tag !!map stands on a list");
}

static void other_tags_are_kept(void **state)
{
    struct document *document = read_document(YAML, "a: !Ref Database\n"
                                                    "b: !GetAtt [x, y]\n"
                                                    "c: !!binary aGk=\n");
    (void)state;
    assert_string_equal(node_at(document, "a")->tag, "!Ref");
    assert_string_equal(node_at(document, "b")->tag, "!GetAtt");
    assert_string_equal(node_at(document, "c")->tag, "!!binary");
    assert_document(document, "{\"a\":{\"!Ref\":\"Database\"},\"b\":{\"!GetAtt\":[\"x\",\"y\"]},"
                              "\"c\":{\"!!binary\":\"aGk=\"}}");
    document_free(&document);
}

static void keys_are_text_and_nothing_else(void **state)
{
    (void)state;
    assert_reads(YAML, "1: a\nyes: b\n~: c\n\"\": d\n",
                 "{\"1\":\"a\",\"yes\":\"b\",\"~\":\"c\",\"\":\"d\"}");
    assert_refused(YAML, "? [a]\n: b\n", ERROR_UNSUPPORTED,
                   "file:1:3: a list cannot be a key here");
    assert_refused(YAML, "\"a\\0b\": 1\n", ERROR_UNSUPPORTED,
                   "file:1:1: a key holds a NUL character");
}

static void a_template_is_named_as_such(void **state)
{
    struct error error = { 0 };
    const char *key = "name: {{ .Values.name }}\n";
    const char *block = "a: b\n{{- if .Values.x }}\nc: d\n{{- end }}\n";

    (void)state;
    assert_null(document_read("file", key, strlen(key), YAML, NULL, &error));
    assert_string_equal(error.hint, "It looks like a template: only what it renders to is YAML.");
    error_clear(&error);
    assert_null(document_read("file", block, strlen(block), YAML, NULL, &error));
    assert_string_equal(error.hint, "It looks like a template: only what it renders to is YAML.");
}

static void a_syntax_error_names_line_and_column(void **state)
{
    struct error error = { 0 };

    (void)state;
    assert_refused(YAML, "a:\n  b: 1\n c: 2\n", ERROR_INVALID,
                   "file:3:2: did not find expected key (while parsing a block mapping since "
                   "line 1)");
    assert_refused(YAML, "a: b\nc: \x01\n", ERROR_INVALID,
                   "file:2:4: control characters are not allowed (U+0001)");
    assert_refused(YAML, "a: }\n", ERROR_INVALID, "file:1:4: did not find expected node content");
    assert_null(document_read("file", "a:\n \tb: 1\n", 10, YAML, NULL, &error));
    assert_string_equal(error.hint, "YAML does not allow tabs in indentation: use blanks.");
}

/* ---- hostile texts: an error with a line, within a second, without much memory ---- */

static void assert_refused_quickly(const char *text, enum error_code code, const char *message)
{
    int64_t start = clock_monotonic();

    assert_refused(YAML, text, code, message);
    assert_in_range(clock_monotonic() - start, 0, patience(999));
}

static void a_billion_laughs_are_refused(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
        strbuf_printf(&text, "a%d: &a%d [*a%d", i, i, i - 1);
        for (int k = 0; k < 9; k++)
            strbuf_printf(&text, ",*a%d", i - 1);
        strbuf_add(&text, "]\n");
    }
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:6:10: with the alias *a4, aliases stand for more than 200000 "
                           "nodes");
    strbuf_release(&text);
}

static void merging_counts_as_aliasing(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "m: &m {");
    for (int i = 0; i < 999; i++)
        strbuf_printf(&text, "k%d: 1,", i);
    strbuf_add(&text, "}\n");
    for (int i = 0; i < 300; i++)
        strbuf_printf(&text, "copy%d: {<<: *m}\n", i);
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:202:15: with the alias *m, aliases stand for more than 200000 "
                           "nodes");
    strbuf_release(&text);
}

static void an_alias_within_its_own_anchor_is_refused(void **state)
{
    (void)state;
    assert_refused_quickly("a: &a [*a]\n", ERROR_INVALID,
                           "file:1:8: the alias *a stands within its own anchor");
    assert_refused_quickly("a: &a\n  b: 1\n  <<: *a\n", ERROR_INVALID,
                           "file:3:7: the alias *a stands within its own anchor");
}

static void nesting_ends_at_128_levels(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add_repeat(&text, "[", 128);
    strbuf_add_repeat(&text, "]", 128);
    struct document *document = read_document(YAML, text.data);
    assert_int_equal(document->count, 1);
    document_free(&document);

    strbuf_clear(&text);
    strbuf_add_repeat(&text, "[", 64000);
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:1:129: lists and maps are nested more than 128 levels deep");
    strbuf_clear(&text);
    strbuf_add_repeat(&text, "- ", 64000);
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:1:257: lists and maps are nested more than 128 levels deep");
    strbuf_release(&text);
}

static void aliases_cannot_get_round_the_depth(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "a: &a ");
    strbuf_add_repeat(&text, "[", 100);
    strbuf_add_repeat(&text, "]", 100);
    strbuf_add(&text, "\nb: ");
    size_t length = text.length;
    strbuf_add_repeat(&text, "[", 27);
    strbuf_add(&text, "*a");
    strbuf_add_repeat(&text, "]", 27);
    struct document *document = read_document(YAML, text.data);
    assert_int_equal(document->roots[0]->count, 2);
    document_free(&document);

    strbuf_truncate(&text, length);
    strbuf_add_repeat(&text, "[", 28);
    strbuf_add(&text, "*a");
    strbuf_add_repeat(&text, "]", 28);
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:2:32: with the alias *a, lists and maps are nested more than 128 "
                           "levels deep");
    strbuf_release(&text);
}

static void tag_directives_are_counted(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    assert_reads(YAML, "%TAG !e! tag:example.org,2000:\n---\na: !e!x 1\n",
                 "{\"a\":{\"tag:example.org,2000:x\":\"1\"}}");
    for (int i = 0; i < 50000; i++)
        strbuf_printf(&text, "%%TAG !e%d! tag:example.org,2000:\n", i);
    strbuf_add(&text, "---\na: 1\n");
    assert_refused_quickly(text.data, ERROR_LIMIT,
                           "file:1001:1: there are more than 1000 %TAG directives");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_and_lists_keep_their_order),
        cmocka_unit_test(every_node_knows_its_file_and_line),
        cmocka_unit_test(source_text_stays_beside_the_meaning),
        cmocka_unit_test(several_documents_are_several_roots),
        cmocka_unit_test(aliases_stand_for_what_they_name),
        cmocka_unit_test(an_alias_may_be_a_key),
        cmocka_unit_test(an_anchor_may_be_set_again),
        cmocka_unit_test(a_merge_key_brings_in_what_is_missing),
        cmocka_unit_test(of_several_merged_maps_the_first_wins),
        cmocka_unit_test(a_quoted_merge_key_is_a_key),
        cmocka_unit_test(a_merge_key_takes_only_maps),
        cmocka_unit_test(a_duplicate_key_names_its_line),
        cmocka_unit_test(where_duplicates_are_allowed_the_last_wins),
        cmocka_unit_test(a_duplicate_is_found_in_a_large_map),
        cmocka_unit_test(tags_choose_the_type),
        cmocka_unit_test(other_tags_are_kept),
        cmocka_unit_test(keys_are_text_and_nothing_else),
        cmocka_unit_test(a_template_is_named_as_such),
        cmocka_unit_test(a_syntax_error_names_line_and_column),
        cmocka_unit_test(a_billion_laughs_are_refused),
        cmocka_unit_test(merging_counts_as_aliasing),
        cmocka_unit_test(an_alias_within_its_own_anchor_is_refused),
        cmocka_unit_test(nesting_ends_at_128_levels),
        cmocka_unit_test(aliases_cannot_get_round_the_depth),
        cmocka_unit_test(tag_directives_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
