#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "../../support/documents.h"

static struct document *yaml(const char *name, const char *text)
{
    struct error error = { 0 };
    struct document *document =
        document_read(name, text, strlen(text), DOCUMENT_YAML, NULL, &error);

    if (!document)
        fail_msg("refused: %s", error.message);
    return document;
}

/* Layers two texts; both are freed before the result is looked at. */
static struct document *layered(const char *lower, const char *upper)
{
    struct document *layers[] = { yaml("values.yaml", lower), yaml("values-prod.yaml", upper) };
    struct document *document = document_layer(layers, 2, NULL);

    document_free(&layers[0]);
    document_free(&layers[1]);
    assert_non_null(document);
    return document;
}

static void assert_layered(const char *lower, const char *upper, const char *json)
{
    struct document *document = layered(lower, upper);

    assert_document(document, json);
    document_free(&document);
}

static void maps_merge_and_everything_else_is_replaced(void **state)
{
    (void)state;
    assert_layered("image: {tag: v1, pull: Always}\n"
                   "hosts: [a, b]\n"
                   "replicas: 1\n",
                   "replicas: 3\n"
                   "hosts: [c]\n"
                   "image: {tag: v2, debug: true}\n"
                   "extra: x\n",
                   "{\"image\":{\"tag\":\"v2\",\"pull\":\"Always\",\"debug\":true},"
                   "\"hosts\":[\"c\"],\"replicas\":3,\"extra\":\"x\"}");
}

static void each_value_has_the_format_of_its_own_file(void **state)
{
    static const char text[] = "a.b=1\n";
    struct error error;
    struct document *layers[] = { document_read("a.properties", text, strlen(text),
                                                DOCUMENT_PROPERTIES, NULL, &error),
                                  yaml("values.yaml", "{x.y: 1}") };
    struct document *document = document_layer(layers, 2, &error);
    const struct node *root;

    (void)state;
    document_free(&layers[0]);
    document_free(&layers[1]);
    assert_non_null(document);
    root = document->roots[0];
    assert_int_equal(document_format_at(document, node_get(root, "a.b")), DOCUMENT_PROPERTIES);
    assert_int_equal(document_format_at(document, node_get(root, "x.y")), DOCUMENT_YAML);
    assert_int_equal(document_format_at(document, NULL), DOCUMENT_YAML);
    assert_true(document_format_is_flat(DOCUMENT_DOTENV));
    assert_false(document_format_is_flat(DOCUMENT_JSON));
    document_free(&document);
}

static void a_null_deletes_what_lower_layers_gave(void **state)
{
    (void)state;
    assert_layered("a: 1\nm: {x: 1, y: {z: 1}}\nkept: null\n",
                   "a: null\nm: {y: null}\nnew: null\nmap: {inner: null}\n",
                   "{\"m\":{\"x\":1},\"kept\":null,\"new\":null,\"map\":{\"inner\":null}}");
}

static void every_node_keeps_where_it_came_from(void **state)
{
    struct document *document =
        layered("image:\n  tag: v1\n  pull: Always\n", "image:\n  tag: v2\n");
    (void)state;
    assert_string_equal(document->name, "values.yaml + values-prod.yaml");
    assert_place(node_at(document, "image.tag"), "values-prod.yaml", 2, 3);
    assert_place(node_at(document, "image.pull"), "values.yaml", 3, 3);
    assert_place(node_at(document, "image"), "values.yaml", 1, 1);
    document_free(&document);
}

static void a_map_that_gives_way_is_a_warning(void **state)
{
    struct document *document = layered("a: {x: 1}\nb: 1\nc: null\n", "a: 1\nb: {x: 1}\nc: {}\n");

    (void)state;
    assert_document(document, "{\"a\":1,\"b\":{\"x\":1},\"c\":{}}");
    assert_warnings(document,
                    "1: values-prod.yaml: the integer \"a\" takes the place of the map in "
                    "values.yaml:1\n"
                    "2: values-prod.yaml: the map \"b\" takes the place of the integer in "
                    "values.yaml:2");
    document_free(&document);
}

static void an_empty_layer_changes_nothing(void **state)
{
    (void)state;
    assert_layered("a: 1\n", "# nothing\n", "{\"a\":1}");
    assert_layered("a: 1\n", "---\n", "{\"a\":1}");
    assert_layered("", "a: 1\n", "{\"a\":1}");
    struct document *none = document_layer(NULL, 0, NULL);
    assert_document(none, "{}");
    document_free(&none);
}

static void what_is_no_map_cannot_be_a_layer(void **state)
{
    struct error error = { 0 };
    struct document *list = yaml("list.yaml", "- a\n");
    struct document *several = yaml("several.yaml", "a: 1\n---\nb: 1\n");

    (void)state;
    assert_null(document_layer(&list, 1, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    assert_string_equal(error.message,
                        "list.yaml:1:1: a layer must be a map, but this has the type list");
    assert_null(document_layer(&several, 1, &error));
    assert_string_equal(error.message, "several.yaml holds 2 documents: only one can be a layer");
    document_free(&list);
    document_free(&several);
}

static void tags_numbers_and_nul_bytes_survive(void **state)
{
    (void)state;
    assert_layered("a: {t: !Ref x, n: 0755, s: \"\\0\"}\nt: !x {a: 1}\n", "t: !x {b: 1}\n",
                   "{\"a\":{\"t\":{\"!Ref\":\"x\"},\"n\":493,\"s\":\"\\u0000\"},"
                   "\"t\":{\"!x\":{\"b\":1}}}");
}

static void what_came_back_stands_at_the_end(void **state)
{
    struct document *layers[] = { yaml("1", "a: 1\nb: 1\n"), yaml("2", "a: null\n"),
                                  yaml("3", "a: 3\n") };
    struct document *document = document_layer(layers, 3, NULL);

    (void)state;
    assert_document(document, "{\"b\":1,\"a\":3}");
    document_free(&document);
    for (size_t i = 0; i < 3; i++)
        document_free(&layers[i]);
}

static void an_alias_has_the_text_of_its_anchor(void **state)
{
    struct document *document = layered("a: text\n", "b: &b text\nc: *b\n");
    const struct node *root = document->roots[0];

    (void)state;
    assert_true(node_get(root, "c")->alias);
    assert_ptr_equal(node_get(root, "c")->text, node_get(root, "b")->text);
    assert_false(node_get(root, "b")->alias);
    assert_ptr_not_equal(node_get(root, "a")->text, node_get(root, "b")->text);
    document_free(&document);
    document = layered("a: 1\n", "m: &m {x: y}\nn: *m\no: {<<: *m}\n");
    root = document->roots[0];
    for (const char *const *key = (const char *const[]){ "n", "o", NULL }; *key; key++)
        assert_ptr_equal(node_get(node_get(root, *key), "x")->text,
                         node_get(node_get(root, "m"), "x")->text);
    document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_merge_and_everything_else_is_replaced),
        cmocka_unit_test(each_value_has_the_format_of_its_own_file),
        cmocka_unit_test(a_null_deletes_what_lower_layers_gave),
        cmocka_unit_test(every_node_keeps_where_it_came_from),
        cmocka_unit_test(a_map_that_gives_way_is_a_warning),
        cmocka_unit_test(an_empty_layer_changes_nothing),
        cmocka_unit_test(what_is_no_map_cannot_be_a_layer),
        cmocka_unit_test(tags_numbers_and_nul_bytes_survive),
        cmocka_unit_test(what_came_back_stands_at_the_end),
        cmocka_unit_test(an_alias_has_the_text_of_its_anchor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
