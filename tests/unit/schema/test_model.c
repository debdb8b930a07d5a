#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/schema/model.h>

static struct schema *orders(void)
{
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "shop.sql");
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "public", "orders", NULL,
                                             &(struct schema_place){ "shop.sql", 7 });
    struct schema_object *id = schema_add_part(schema, table, SCHEMA_COLUMN, "id", NULL);
    schema_set(schema, id, SCHEMA_TYPE, "bigint");
    schema_set_flag(schema, id, SCHEMA_NOT_NULL, true);
    schema_add_part(schema, table, SCHEMA_COLUMN, "total", NULL);
    schema_add_part(schema, table, SCHEMA_INDEX, "orders_total", NULL);
    return schema;
}

static void what_was_added_is_found_by_kind_and_name(void **state)
{
    (void)state;
    struct schema *schema = orders();
    struct schema_object *table = schema_find(schema, SCHEMA_TABLE, "public", "orders", NULL);
    assert_non_null(table);
    assert_ptr_equal(schema_find_relation(schema, "public", "orders"), table);
    assert_null(schema_find(schema, SCHEMA_VIEW, "public", "orders", NULL));
    assert_null(schema_find(schema, SCHEMA_TABLE, "shop", "orders", NULL));
    assert_string_equal(table->place.file, "shop.sql");
    assert_int_equal(table->place.line, 7);
    assert_null(schema_add(schema, SCHEMA_TABLE, "public", "orders", NULL, NULL));
    const struct schema_object *index =
        schema_find(schema, SCHEMA_INDEX, "public", "orders_total", NULL);
    assert_non_null(index);
    assert_ptr_equal(index->owner, table);
    assert_ptr_equal(schema_find_part(schema, table, SCHEMA_INDEX, "orders_total"), index);
    assert_string_equal(schema_object_path(schema->arena, index), "public.orders.orders_total");
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 2);
    schema_free(&schema);
    assert_null(schema);
}

static void properties_are_set_changed_and_removed(void **state)
{
    (void)state;
    struct schema *schema = orders();
    struct schema_object *table = schema_find(schema, SCHEMA_TABLE, "public", "orders", NULL);
    struct schema_object *id = schema_find_part(schema, table, SCHEMA_COLUMN, "id");
    assert_string_equal(schema_get(id, SCHEMA_TYPE), "bigint");
    assert_true(schema_flag(id, SCHEMA_NOT_NULL));
    assert_null(schema_get(id, SCHEMA_DEFAULT));
    schema_set(schema, id, SCHEMA_DEFAULT, "");
    assert_string_equal(schema_get(id, SCHEMA_DEFAULT), "");
    schema_set(schema, id, SCHEMA_COMMENT, "key");
    schema_set(schema, id, SCHEMA_IDENTITY, "always");
    schema_set(schema, id, SCHEMA_COLLATION, "C");
    schema_set(schema, id, SCHEMA_TYPE, "integer");
    schema_set_flag(schema, id, SCHEMA_NOT_NULL, false);
    assert_string_equal(schema_get(id, SCHEMA_TYPE), "integer");
    assert_false(schema_flag(id, SCHEMA_NOT_NULL));
    assert_int_equal(id->value_count, 5);
    for (unsigned i = 1; i < id->value_count; i++)
        assert_true(id->values[i - 1].property < id->values[i].property);
    schema_free(&schema);
}

static void lists_keep_their_items(void **state)
{
    (void)state;
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "x");
    struct schema_object *type = schema_add(schema, SCHEMA_ENUM, "public", "state", NULL, NULL);
    const char *labels[] = { "new", "paid, maybe", "void" };
    schema_set_list(schema, type, SCHEMA_LABELS, labels, 3);
    size_t count;
    const char *const *items = schema_list(type, SCHEMA_LABELS, &count);
    assert_int_equal(count, 3);
    assert_string_equal(items[1], "paid, maybe");
    assert_string_equal(schema_get(type, SCHEMA_LABELS), "new,paid, maybe,void");
    schema_set_list(schema, type, SCHEMA_LABELS, NULL, 0);
    assert_null(schema_list(type, SCHEMA_LABELS, &count));
    assert_int_equal(count, 0);
    schema_free(&schema);
}

static void what_was_removed_is_gone_with_its_parts(void **state)
{
    (void)state;
    struct schema *schema = orders();
    struct schema_object *table = schema_find(schema, SCHEMA_TABLE, "public", "orders", NULL);
    schema_remove(schema, schema_find_part(schema, table, SCHEMA_COLUMN, "id"));
    assert_string_equal(table->parts->name, "total");
    assert_null(schema_find_part(schema, table, SCHEMA_COLUMN, "id"));
    schema_remove(schema, table);
    assert_null(schema->first);
    assert_null(schema_find(schema, SCHEMA_INDEX, "public", "orders_total", NULL));
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 0);
    assert_non_null(schema_add(schema, SCHEMA_TABLE, "public", "orders", NULL, NULL));
    schema_free(&schema);
}

static void renaming_keeps_the_parts_and_refuses_a_name_that_is_taken(void **state)
{
    (void)state;
    struct schema *schema = orders();
    struct schema_object *table = schema_find(schema, SCHEMA_TABLE, "public", "orders", NULL);
    schema_add(schema, SCHEMA_TABLE, "public", "bills", NULL, NULL);
    assert_false(schema_rename(schema, table, NULL, "bills", NULL));
    assert_string_equal(table->name, "orders");
    assert_true(schema_rename(schema, table, "shop", "sales", NULL));
    assert_ptr_equal(schema_find(schema, SCHEMA_TABLE, "shop", "sales", NULL), table);
    assert_null(schema_find(schema, SCHEMA_TABLE, "public", "orders", NULL));
    assert_non_null(schema_find(schema, SCHEMA_INDEX, "shop", "orders_total", NULL));
    assert_null(schema_find(schema, SCHEMA_INDEX, "public", "orders_total", NULL));
    struct schema_object *total = schema_find_part(schema, table, SCHEMA_COLUMN, "total");
    assert_false(schema_rename(schema, total, NULL, "id", NULL));
    assert_true(schema_rename(schema, total, NULL, "amount", NULL));
    assert_ptr_equal(schema_find_part(schema, table, SCHEMA_COLUMN, "amount"), total);
    schema_free(&schema);
}

static void functions_are_told_apart_by_their_arguments(void **state)
{
    (void)state;
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "x");
    struct schema_object *one = schema_add(schema, SCHEMA_FUNCTION, "public", "f", "integer", NULL);
    struct schema_object *two = schema_add(schema, SCHEMA_FUNCTION, "public", "f", "", NULL);
    assert_non_null(two);
    assert_null(schema_add(schema, SCHEMA_FUNCTION, "public", "f", "integer", NULL));
    assert_ptr_equal(schema_find(schema, SCHEMA_FUNCTION, "public", "f", "integer"), one);
    assert_string_equal(schema_object_path(schema->arena, one), "public.f(integer)");
    assert_string_equal(schema_object_path(schema->arena, two), "public.f()");
    schema_free(&schema);
}

static void parts_can_be_moved(void **state)
{
    (void)state;
    struct schema *schema = schema_new(SCHEMA_MYSQL, "x");
    struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "", "t", NULL, NULL);
    struct schema_object *a = schema_add_part(schema, table, SCHEMA_COLUMN, "a", NULL);
    struct schema_object *b = schema_add_part(schema, table, SCHEMA_COLUMN, "b", NULL);
    struct schema_object *c = schema_add_part(schema, table, SCHEMA_COLUMN, "c", NULL);
    schema_move_part(c, NULL);
    assert_ptr_equal(table->parts, c);
    assert_ptr_equal(table->last, b);
    schema_move_part(c, a);
    assert_ptr_equal(table->parts, a);
    assert_ptr_equal(a->next, c);
    schema_move_part(a, b);
    assert_ptr_equal(table->last, a);
    assert_ptr_equal(a->previous, b);
    assert_null(a->next);
    assert_null(c->previous);
    schema_free(&schema);
}

static void the_same_index_name_may_stand_on_two_tables_of_mysql_only(void **state)
{
    (void)state;
    static const enum schema_dialect dialects[] = { SCHEMA_MYSQL, SCHEMA_SQLITE };
    for (size_t i = 0; i < 2; i++) {
        struct schema *schema = schema_new(dialects[i], "x");
        struct schema_object *a = schema_add(schema, SCHEMA_TABLE, "", "a", NULL, NULL);
        struct schema_object *b = schema_add(schema, SCHEMA_TABLE, "", "b", NULL, NULL);
        assert_non_null(schema_add_part(schema, a, SCHEMA_INDEX, "ix", NULL));
        if (dialects[i] == SCHEMA_MYSQL)
            assert_non_null(schema_add_part(schema, b, SCHEMA_INDEX, "ix", NULL));
        else
            assert_null(schema_add_part(schema, b, SCHEMA_INDEX, "ix", NULL));
        schema_free(&schema);
    }
}

static void what_a_reader_cannot_read_is_said_once(void **state)
{
    (void)state;
    struct schema *schema = schema_new(SCHEMA_SQLITE, "x");
    schema_leave_out(schema, SCHEMA_POLICY, "SQLite has none");
    schema_add_gap(schema, "grants", "the dump has none");
    schema_add_gap(schema, "grants", "again");
    assert_false(schema->covers[SCHEMA_POLICY]);
    assert_true(schema->covers[SCHEMA_TABLE]);
    assert_int_equal(schema->gap_count, 2);
    assert_string_equal(schema->gaps[0].what, "policy");
    assert_string_equal(schema->gaps[1].why, "the dump has none");
    schema_add_problem(schema, &(struct schema_place){ "a.sql", 3 }, "unknown statement", NULL);
    assert_int_equal(schema->problem_count, 1);
    assert_int_equal(schema->problems[0].place.line, 3);
    assert_null(schema->problems[0].hint);
    schema_free(&schema);
}

static void every_kind_and_property_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < SCHEMA_KINDS; i++) {
        enum schema_kind kind = SCHEMA_KINDS;
        assert_true(schema_kind_of(schema_kind_word((enum schema_kind)i), &kind));
        assert_int_equal(kind, i);
        assert_non_null(schema_kind_name((enum schema_kind)i));
    }
    for (int i = 0; i < SCHEMA_PROPERTIES; i++) {
        enum schema_property property = SCHEMA_PROPERTIES;
        assert_true(schema_property_of(schema_property_word((enum schema_property)i), &property));
        assert_int_equal(property, i);
        assert_non_null(schema_property_name((enum schema_property)i));
    }
    enum schema_dialect dialect;
    assert_true(schema_dialect_of("mysql", &dialect));
    assert_int_equal(dialect, SCHEMA_MYSQL);
    assert_false(schema_dialect_of("oracle", &dialect));
    assert_string_equal(schema_dialect_word(SCHEMA_POSTGRESQL), "postgresql");
}

static void many_columns_are_cheap(void **state)
{
    (void)state;
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "x");
    char name[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "t%d", i);
        struct schema_object *table = schema_add(schema, SCHEMA_TABLE, "public", name, NULL, NULL);
        for (int j = 0; j < 20; j++) {
            snprintf(name, sizeof(name), "c%d", j);
            struct schema_object *column =
                schema_add_part(schema, table, SCHEMA_COLUMN, name, NULL);
            schema_set(schema, column, SCHEMA_TYPE, "integer");
            schema_set_flag(schema, column, SCHEMA_NOT_NULL, true);
        }
    }
    assert_int_equal(schema->counts[SCHEMA_COLUMN], 20000);
    assert_true(arena_used(schema->arena) < (size_t)10 << 20);
    schema_free(&schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_by_kind_and_name),
        cmocka_unit_test(properties_are_set_changed_and_removed),
        cmocka_unit_test(lists_keep_their_items),
        cmocka_unit_test(what_was_removed_is_gone_with_its_parts),
        cmocka_unit_test(renaming_keeps_the_parts_and_refuses_a_name_that_is_taken),
        cmocka_unit_test(functions_are_told_apart_by_their_arguments),
        cmocka_unit_test(parts_can_be_moved),
        cmocka_unit_test(the_same_index_name_may_stand_on_two_tables_of_mysql_only),
        cmocka_unit_test(what_a_reader_cannot_read_is_said_once),
        cmocka_unit_test(every_kind_and_property_has_a_word_of_its_own),
        cmocka_unit_test(many_columns_are_cheap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
