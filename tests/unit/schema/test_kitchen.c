/*
 * A pair of schemas with one change of every kind of object: what the answers of two servers'
 * catalogs do not tell (those are counted in tests/accuracy), renames and silence.
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

#include <pilab/schema/diff.h>
#include <pilab/schema/postgresql.h>

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
        cmocka_unit_test(renames_are_suggested),
        cmocka_unit_test(the_same_schema_does_not_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
