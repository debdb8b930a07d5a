/*
 * A pair of schemas with one change of every kind of object, compared from their files alone, with
 * the answers that two servers' catalogs gave (../shared/data/schema/make_truth.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>
#include <pilab/schema/postgresql.h>

#include "facts.h"

static char folder[4096];

static void need_data(void)
{
    const char *data = getenv("PILAB_TEST_DATA");
    snprintf(folder, sizeof(folder), "%s/schema/pairs/kitchen", data ? data : "");
    if (!data || access(folder, R_OK) != 0) {
        print_message("PILAB_TEST_DATA has no schema/pairs/kitchen\n");
        skip();
    }
}

static char *read_text(const char *name, size_t *length)
{
    char path[4200];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    *length = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

static struct schema *read_schema(const char *name)
{
    struct error error = { 0 };
    size_t length;
    char *text = read_text(name, &length);
    struct schema *schema = schema_read_postgresql(name, text, length, &error);
    assert_non_null(schema);
    assert_int_equal(schema->problem_count, 0);
    assert_int_equal(schema->gap_count, 0);
    free(text);
    return schema;
}

/* Beside what we hold, a server has the extension plpgsql and a sequence for each identity. */
static size_t count_facts(const struct schema *schema)
{
    json_t *facts = schema_facts(schema);
    const char *kind, *key;
    json_t *objects, *values;
    size_t count = 1;
    json_object_foreach(facts, kind, objects)
    {
        json_object_foreach(objects, key, values) count += json_object_size(values);
    }
    for (const struct schema_object *table = schema->first; table; table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            count += schema_get(part, SCHEMA_IDENTITY) != NULL;
    json_decref(facts);
    return count;
}

static void expect_equal(json_t *expected, json_t *seen, const char *what)
{
    if (json_equal(expected, seen))
        return;
    const char *kind;
    json_t *value;
    json_t *both = json_copy(expected);
    json_object_update(both, seen);
    json_object_foreach(both, kind, value)
    {
        json_t *want = json_object_get(expected, kind), *have = json_object_get(seen, kind);
        if (want && have && json_equal(want, have))
            continue;
        char *left = json_dumps(want, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
        char *right = json_dumps(have, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
        print_error("%s %s: expected %s\nseen %s\n", what, kind, left ? left : "nothing",
                    right ? right : "nothing");
        free(left);
        free(right);
    }
    json_decref(both);
    fail();
}

static void every_change_is_found_and_nothing_else(void **state)
{
    (void)state;
    need_data();
    struct schema *previous = read_schema("v1.sql"), *current = read_schema("v2.sql");
    size_t length;
    char *text = read_text("expected.json", &length);
    json_t *expected = json_loads(text, 0, NULL);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    json_t *seen = schema_diff_facts(diff);
    static const char *const members[] = { "added", "removed", "changed", "summary" };
    for (size_t i = 0; i < 4; i++)
        expect_equal(json_object_get(expected, members[i]), json_object_get(seen, members[i]),
                     members[i]);
    assert_int_equal(count_facts(previous),
                     json_integer_value(json_object_get(expected, "v1_facts")));
    assert_int_equal(count_facts(current),
                     json_integer_value(json_object_get(expected, "v2_facts")));
    json_decref(seen);
    json_decref(expected);
    free(text);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void renames_are_suggested(void **state)
{
    (void)state;
    need_data();
    struct schema *previous = read_schema("v1.sql"), *current = read_schema("v2.sql");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    bool table = false, column = false;
    for (size_t i = 0; i < diff->rename_count; i++) {
        const struct schema_rename_guess *guess = &diff->renames[i];
        table = table || (strcmp(guess->previous->name, "orders") == 0 &&
                          strcmp(guess->current->name, "purchase_orders") == 0);
        column = column || (strcmp(guess->previous->name, "full_name") == 0 &&
                            strcmp(guess->current->name, "display_name") == 0);
        assert_in_range(guess->score, 60, 100);
        assert_non_null(guess->why);
    }
    assert_true(table);
    assert_true(column);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void the_same_schema_does_not_differ(void **state)
{
    (void)state;
    need_data();
    struct schema *previous = read_schema("v2.sql"), *current = read_schema("v2.sql");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    assert_int_equal(diff->count, 0);
    assert_int_equal(diff->rename_count, 0);
    assert_int_equal(diff->risks, 0);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_is_found_and_nothing_else),
        cmocka_unit_test(renames_are_suggested),
        cmocka_unit_test(the_same_schema_does_not_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
