/*
 * Our diff of real charts' values against answers that were computed with other tools (PyYAML and a
 * statement of dyff's rules of its own). The data are not part of the project: PILAB_TEST_DATA
 * names their folder, otherwise ../shared/data beside the source tree is used; without it the cases
 * skip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/document/diff.h>

#define EXPECTED "expected-bykey.jsonl"

struct comparison {
    const char *folder, *previous, *current, *expected;
};

static const struct comparison comparisons[] = {
    {"alertmanager",    "values-1.23.0.yaml",  "values-1.40.3.yaml",    "1.23.0_1.40.3." EXPECTED  },
    { "podinfo",        "values-9525259.yaml", "values-HEAD.yaml",      "9525259_HEAD." EXPECTED   },
    { "podinfo",        "values-HEAD.yaml",    "values-prod-HEAD.yaml", "base_prod." EXPECTED      },
    { "prometheus",     "values-15.0.0.yaml",  "values-29.24.0.yaml",   "15.0.0_29.24.0." EXPECTED },
    { "prometheus",     "values-28.11.0.yaml", "values-29.24.0.yaml",   "28.11.0_29.24.0." EXPECTED},
    { "seed-example",   "sit-values.yaml",     "dev-values.yaml",       "sit_dev." EXPECTED        },
    { "synthetic-edge", "old.yaml",            "new.yaml",              EXPECTED                   },
};

enum { FILE_LIMIT = 1 << 20 };

static const struct tree_diff_options five_steps = { .five_steps_only = true };

/* What the expectations call our kinds of node. */
static const char *const type_names[] = {
    [NODE_NULL] = "NoneType", [NODE_BOOL] = "bool", [NODE_INTEGER] = "int", [NODE_FLOAT] = "float",
    [NODE_STRING] = "str",    [NODE_LIST] = "list", [NODE_MAP] = "dict",
};

/* The folder with the data, or NULL; the caller frees. */
static char *data_folder(void)
{
    const char *data = getenv("PILAB_TEST_DATA");
    const char *source = getenv("PILAB_SOURCE");
    char *folder = data && *data ? memory_printf("%s/config", data)
                                 : memory_printf("%s/../shared/data/config", source ? source : ".");

    if (file_is_directory(folder))
        return folder;
    free(folder);
    return NULL;
}

static char *need_data_folder(void)
{
    char *folder = data_folder();

    if (!folder)
        skip();
    return folder;
}

static struct document *read_file(const char *folder, const struct comparison *comparison,
                                  const char *name)
{
    char *path = memory_printf("%s/%s/%s", folder, comparison->folder, name);
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct document *document = NULL;

    if (file_read(path, FILE_LIMIT, true, &text, &error))
        document = document_read(name, text.data, text.length, DOCUMENT_YAML, NULL, &error);
    if (!document)
        fail_msg("%s: %s", path, error.message);
    strbuf_release(&text);
    free(path);
    return document;
}

static void assert_same(const char *where, const char *what, const struct node *expected,
                        const struct node *ours)
{
    struct strbuf left = STRBUF_INIT;
    struct strbuf right = STRBUF_INIT;

    if (node_equal(expected, ours))
        return;
    node_write_json(&left, expected);
    node_write_json(&right, ours);
    fail_msg("%s: %s is %s, not %s", where, what, right.data, left.data);
}

static void assert_type(const struct node *line, const char *key, const struct node *ours)
{
    const struct node *expected = node_get(line, key);

    if (expected)
        assert_string_equal(type_names[ours->kind], expected->value);
}

/* `line` is an object: {"kind", "path", "from"?, "to"?, "from_type"?, "to_type"?, "list_item"?}. */
static void assert_change(const struct node *line, const struct tree_change *change)
{
    struct strbuf pointer = STRBUF_INIT;
    const char *path = node_get(line, "path")->value;
    const struct node *list_item = node_get(line, "list_item");

    tree_change_pointer(&pointer, change);
    assert_string_equal(pointer.data, path);
    assert_string_equal(change_kind_name(change->kind), node_get(line, "kind")->value);
    assert_same(path, "the previous value", node_get(line, "from"), change->previous);
    assert_same(path, "the current value", node_get(line, "to"), change->current);
    assert_type(line, "from_type", change->previous);
    assert_type(line, "to_type", change->current);
    assert_int_equal(change->list_item, list_item != NULL);
    strbuf_release(&pointer);
}

/* The last line: {"summary": {kind: how many}, "total"}. */
static void assert_summary(const struct node *line, const struct tree_diff *diff)
{
    const struct node *summary = node_get(line, "summary");
    size_t counted = 0;

    assert_int_equal(strtoul(node_get(line, "total")->value, NULL, 10), diff->count);
    for (size_t i = 0; i < summary->count; i++) {
        size_t count = 0;
        for (size_t k = 0; k < diff->count; k++)
            count +=
                strcmp(change_kind_name(diff->changes[k].kind), summary->children[i]->key) == 0;
        assert_int_equal(count, strtoul(summary->children[i]->value, NULL, 10));
        counted += count;
    }
    assert_int_equal(counted, diff->count);
}

static void assert_expected(const char *folder, const struct comparison *comparison,
                            const struct tree_diff *diff)
{
    char *path = memory_printf("%s/%s/%s", folder, comparison->folder, comparison->expected);
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    size_t index = 0;

    if (!file_read(path, FILE_LIMIT, true, &text, &error))
        fail_msg("%s", error.message);
    for (const char *line = text.data; *line; index++) {
        size_t length = strcspn(line, "\n");
        struct document *document =
            document_read(comparison->expected, line, length, DOCUMENT_JSON, NULL, &error);
        assert_non_null(document);
        if (node_get(document->roots[0], "summary")) {
            assert_summary(document->roots[0], diff);
        } else {
            assert_in_range(index + 1, 1, diff->count);
            assert_change(document->roots[0], &diff->changes[index]);
        }
        document_free(&document);
        line += length + (line[length] == '\n');
    }
    assert_int_equal(index, diff->count + 1);
    strbuf_release(&text);
    free(path);
}

static void compare(const char *folder, const struct comparison *comparison,
                    const struct tree_diff_options *options)
{
    struct document *previous = read_file(folder, comparison, comparison->previous);
    struct document *current = read_file(folder, comparison, comparison->current);
    struct tree_diff *diff = tree_diff_documents(previous, current, options);

    assert_expected(folder, comparison, diff);
    tree_diff_free(&diff);
    document_free(&previous);
    document_free(&current);
}

static void compare_all_of(const char *name, const struct tree_diff_options *options)
{
    char *folder = need_data_folder();

    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
        if (strcmp(comparisons[i].folder, name) == 0)
            compare(folder, &comparisons[i], options);
    }
    free(folder);
}

static void the_seed_example_is_reproduced(void **state)
{
    (void)state;
    compare_all_of("seed-example", &five_steps);
    compare_all_of("seed-example", NULL);
}

static void the_edge_cases_are_reproduced_with_five_steps(void **state)
{
    (void)state;
    compare_all_of("synthetic-edge", &five_steps);
}

static void alertmanager_is_reproduced(void **state)
{
    (void)state;
    compare_all_of("alertmanager", &five_steps);
    compare_all_of("alertmanager", NULL);
}

static void podinfo_is_reproduced(void **state)
{
    (void)state;
    compare_all_of("podinfo", &five_steps);
    compare_all_of("podinfo", NULL);
}

static void prometheus_is_reproduced(void **state)
{
    (void)state;
    compare_all_of("prometheus", &five_steps);
    compare_all_of("prometheus", NULL);
}

/* The one list in all the data for which our rules know a name that the five steps do not. */
static void of_the_edge_cases_only_ports_gain_names(void **state)
{
    static const struct comparison *const edges =
        &comparisons[sizeof comparisons / sizeof comparisons[0] - 1];
    static const char *const names[] = { "/ports/containerPort=80", "/ports/containerPort=8080" };
    char *folder = need_data_folder();
    struct document *previous = read_file(folder, edges, edges->previous);
    struct document *current = read_file(folder, edges, edges->current);
    struct tree_diff *plain = tree_diff_documents(previous, current, &five_steps);
    struct tree_diff *ours = tree_diff_documents(previous, current, NULL);
    struct strbuf left = STRBUF_INIT;
    struct strbuf right = STRBUF_INIT;
    size_t different = 0;

    (void)state;
    assert_int_equal(ours->count, plain->count);
    for (size_t i = 0; i < ours->count; i++) {
        strbuf_clear(&left);
        strbuf_clear(&right);
        tree_change_pointer(&left, &plain->changes[i]);
        tree_change_pointer(&right, &ours->changes[i]);
        if (strcmp(left.data, right.data) != 0) {
            assert_string_equal(left.data, "/ports");
            assert_in_range(different, 0, 1);
            assert_string_equal(right.data, names[different++]);
        }
    }
    assert_int_equal(different, 2);
    strbuf_release(&left);
    strbuf_release(&right);
    tree_diff_free(&plain);
    tree_diff_free(&ours);
    document_free(&previous);
    document_free(&current);
    free(folder);
}

static bool is_listed(const char *folder, const char *expected)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
        if (strcmp(comparisons[i].folder, folder) == 0 &&
            strcmp(comparisons[i].expected, expected) == 0)
            return true;
    }
    return false;
}

static size_t check_listed(const char *path, const char *folder)
{
    DIR *directory = opendir(path);
    size_t count = 0;

    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length < strlen(EXPECTED) ||
            strcmp(entry->d_name + length - strlen(EXPECTED), EXPECTED) != 0)
            continue;
        if (!is_listed(folder, entry->d_name))
            fail_msg("%s/%s is compared by no case", folder, entry->d_name);
        count++;
    }
    closedir(directory);
    return count;
}

static void no_expectation_is_left_out(void **state)
{
    char *folder = need_data_folder();
    DIR *directory = opendir(folder);
    size_t count = 0;

    (void)state;
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = memory_printf("%s/%s", folder, entry->d_name);
        count += check_listed(path, entry->d_name);
        free(path);
    }
    closedir(directory);
    assert_int_equal(count, sizeof comparisons / sizeof comparisons[0]);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_example_is_reproduced),
        cmocka_unit_test(the_edge_cases_are_reproduced_with_five_steps),
        cmocka_unit_test(alertmanager_is_reproduced),
        cmocka_unit_test(podinfo_is_reproduced),
        cmocka_unit_test(prometheus_is_reproduced),
        cmocka_unit_test(of_the_edge_cases_only_ports_gain_names),
        cmocka_unit_test(no_expectation_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
