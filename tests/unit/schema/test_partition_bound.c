/* Which values the bounds of partitions take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>

#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/model.h>

#include "../../../src/schema/partition_bound.h"

struct fixture {
    struct arena *arena;
    struct schema *schema;
    struct schema_object *table;
};

static int start(void **state)
{
    static struct fixture fixture;
    static const struct {
        const char *name, *type;
    } columns[] = {
        {"id",     "bigint"     },
        { "at",    "date"       },
        { "name",  "text"       },
        { "since", "timestamptz"}
    };
    fixture.arena = arena_new();
    fixture.schema = schema_new(SCHEMA_POSTGRESQL, "test");
    fixture.table = schema_add(fixture.schema, SCHEMA_TABLE, "public", "t", NULL, NULL);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        struct schema_object *column =
            schema_add_part(fixture.schema, fixture.table, SCHEMA_COLUMN, columns[i].name, NULL);
        schema_set(fixture.schema, column, SCHEMA_TYPE, columns[i].type);
    }
    *state = &fixture;
    return 0;
}

static int stop(void **state)
{
    struct fixture *fixture = *state;
    schema_free(&fixture->schema);
    arena_free(&fixture->arena);
    return 0;
}

static void expect_overlap(struct fixture *fixture, const char *key, const char *a, const char *b,
                           bool expected)
{
    schema_set(fixture->schema, fixture->table, SCHEMA_PARTITION_KEY, key);
    if (partition_bounds_overlap(fixture->arena, fixture->table, a, b) != expected ||
        partition_bounds_overlap(fixture->arena, fixture->table, b, a) != expected)
        fail_msg("%s: %s, %s", key, a, b);
}

static void expect_held(struct fixture *fixture, const char *key, const char *outer,
                        const char *inner, bool expected)
{
    schema_set(fixture->schema, fixture->table, SCHEMA_PARTITION_KEY, key);
    if (partition_bound_holds(fixture->arena, fixture->table, outer, inner) != expected)
        fail_msg("%s: %s, %s", key, outer, inner);
}

#define RANGE(from, to) "FOR VALUES FROM (" from ") TO (" to ")"
#define LIST(items)     "FOR VALUES IN (" items ")"
#define HASH(m, r)      "FOR VALUES WITH (modulus " #m ", remainder " #r ")"

static void ranges_that_touch_do_not_overlap(void **state)
{
    struct fixture *f = *state;
    expect_overlap(f, "RANGE (at)", RANGE("'2024-01-01'", "'2024-07-01'"),
                   RANGE("'2024-07-01'", "'2025-01-01'"), false);
    expect_overlap(f, "RANGE (at)", RANGE("'2024-01-01'", "'2025-01-01'"),
                   RANGE("'2024-07-01'", "'2025-01-01'"), true);
    expect_overlap(f, "RANGE (id)", RANGE("'900'", "'1000'"), RANGE("'1000'", "'2000'"), false);
    expect_overlap(f, "RANGE (id)", RANGE("'9'", "'11'"), RANGE("'10'", "'20'"), true);
    expect_overlap(f, "RANGE (id)", RANGE("MINVALUE", "'0'"), RANGE("'-5'", "MAXVALUE"), true);
    expect_overlap(f, "RANGE (id)", RANGE("MINVALUE", "'-5'"), RANGE("'-5'", "MAXVALUE"), false);
    expect_overlap(f, "RANGE (id, at)", RANGE("'1', '2024-01-01'", "'1', '2024-02-01'"),
                   RANGE("'1', '2024-02-01'", "'2', MINVALUE"), false);
    expect_overlap(f, "RANGE (id, at)", RANGE("'1', '2024-01-01'", "'1', '2024-02-02'"),
                   RANGE("'1', '2024-02-01'", "'2', MINVALUE"), true);
    expect_overlap(f, "RANGE (since)",
                   RANGE("'2024-01-01 00:00:00+00'", "'2024-02-01 00:00:00+00'"),
                   RANGE("'2024-02-01 00:00:00+00'", "'2024-03-01 00:00:00+00'"), false);
    expect_overlap(f, "RANGE (at)", RANGE("'2024-01-01'", "'2024-02-01'"),
                   RANGE("'2024-03-01 00:00:00'", "'2024-04-01 00:00:00'"), false);
}

/* No two texts are said to be apart that a server may take for one. */
static void what_is_not_known_may_overlap(void **state)
{
    struct fixture *f = *state;
    expect_overlap(f, "RANGE (name)", RANGE("'A'", "'B'"), RANGE("'b'", "'c'"), true);
    expect_overlap(f, "RANGE (name)", RANGE("'a'", "'m'"), RANGE("'m'", "'z'"), false);
    expect_overlap(f, "RANGE (name)", RANGE("'it''s'", "'x,y)'"), RANGE("'x,y)'", "'z'"), false);
    expect_overlap(f, "RANGE (name)", RANGE("'10'", "'2'"), RANGE("'3'", "'4'"), false);
    expect_overlap(f, "RANGE (lower(name))", RANGE("'9'", "'11'"), RANGE("'100'", "'200'"), true);
    expect_overlap(f, "RANGE (since)",
                   RANGE("'2024-01-01 00:00:00+00'", "'2024-02-01 00:00:00+00'"),
                   RANGE("'2024-03-01 00:00:00+01'", "'2024-04-01 00:00:00+01'"), true);
    expect_overlap(f, "RANGE (at)", "odd", "odder", true);
    expect_overlap(f, "RANGE (id)", RANGE("'1'", "'2'"), RANGE("'3', '4'", "'5', '6'"), true);
}

static void lists_hashes_and_the_default_are_told_apart(void **state)
{
    struct fixture *f = *state;
    expect_overlap(f, "LIST (name)", LIST("'a', 'b'"), LIST("'c', NULL"), false);
    expect_overlap(f, "LIST (name)", LIST("'a', NULL"), LIST("'c', NULL"), true);
    expect_overlap(f, "LIST (id)", LIST("'1', '2'"), LIST("'3'"), false);
    expect_overlap(f, "LIST (id)", LIST("'1', '2'"), LIST("'2.0'"), true);
    expect_overlap(f, "HASH (id)", HASH(2, 0), HASH(4, 2), true);
    expect_overlap(f, "HASH (id)", HASH(2, 0), HASH(4, 3), false);
    expect_overlap(f, "HASH (id)", HASH(4, 0), HASH(6, 1), true);
    expect_overlap(f, "LIST (name)", "DEFAULT", "DEFAULT", true);
    expect_overlap(f, "LIST (name)", "DEFAULT", LIST("'a'"), false);
}

static void add_list(struct strbuf *out, size_t from, size_t step, size_t count)
{
    strbuf_add(out, "FOR VALUES IN (");
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s'%zu'", i ? ", " : "", from + i * step);
    strbuf_add(out, ")");
}

/* As many as a partition for customers may have: each with each would take minutes. */
static void long_lists_are_compared_at_once(void **state)
{
    enum { MANY = 40000 };
    struct fixture *f = *state;
    struct strbuf even = STRBUF_INIT, odd = STRBUF_INIT, all = STRBUF_INIT;
    add_list(&even, 0, 2, MANY);
    add_list(&odd, 1, 2, MANY);
    add_list(&all, 0, 1, (size_t)2 * MANY);
    expect_overlap(f, "LIST (id)", even.data, odd.data, false);
    expect_overlap(f, "LIST (id)", even.data, all.data, true);
    expect_overlap(f, "LIST (id)", odd.data, LIST("'79998.0'"), false);
    expect_overlap(f, "LIST (id)", odd.data, LIST("'79999.0'"), true);
    expect_held(f, "LIST (id)", all.data, odd.data, true);
    expect_held(f, "LIST (id)", odd.data, all.data, false);
    strbuf_release(&even);
    strbuf_release(&odd);
    strbuf_release(&all);
}

static void values_of_lists_are_the_same_as_a_server_takes_them(void **state)
{
    struct fixture *f = *state;
    expect_overlap(f, "LIST (id)", LIST("1, 2"), LIST("'2'"), true);
    expect_overlap(f, "LIST (id)", LIST("NULL, '1'"), LIST("'2'"), false);
    expect_overlap(f, "LIST (id)", LIST("'0'"), LIST("'-0'"), true);
    expect_overlap(f, "LIST (at)", LIST("'2024-01-01'"), LIST("'2024-01-01 00:00:00'"), true);
    expect_overlap(f, "LIST (at)", LIST("'2024-01-01'"), LIST("'2024-01-01 00:00:01'"), false);
    expect_overlap(f, "LIST (name)", LIST("'1.0'"), LIST("'1.5'"), true);
    expect_overlap(f, "LIST (name)", LIST("'10'"), LIST("'20'"), false);
    expect_overlap(f, "LIST (lower(name))", LIST("'a', '9'"), LIST("'10'"), true);
    expect_overlap(f, "LIST (lower(name))", LIST("'a', '19'"), LIST("'10'"), false);
    expect_held(f, "LIST (at)", LIST("'2024-01-01'"), LIST("'2024-01-01 00:00:00'"), true);
    expect_held(f, "LIST (id)", LIST("1"), LIST("'1'"), true);
}

static void numbers_are_the_same_in_all_locales(void **state)
{
    struct fixture *f = *state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        skip();
    expect_overlap(f, "RANGE (id)", RANGE("'1.5'", "'2.5'"), RANGE("'2.75'", "'10.5'"), false);
    expect_overlap(f, "RANGE (id)", RANGE("'1.5'", "'2.75'"), RANGE("'2.5'", "'10.5'"), true);
    expect_overlap(f, "LIST (id)", LIST("'1.5'"), LIST("'1.50'"), true);
    expect_overlap(f, "LIST (id)", LIST("'1.5'"), LIST("'1.7'"), false);
    setlocale(LC_ALL, "C");
}

static void a_bound_holds_what_is_within_it(void **state)
{
    struct fixture *f = *state;
    expect_held(f, "RANGE (at)", RANGE("'2024-01-01'", "'2025-01-01'"),
                RANGE("'2024-01-01'", "'2024-07-01'"), true);
    expect_held(f, "RANGE (at)", RANGE("'2024-01-01'", "'2024-07-01'"),
                RANGE("'2024-01-01'", "'2025-01-01'"), false);
    expect_held(f, "RANGE (name)", RANGE("'A'", "MAXVALUE"), RANGE("'b'", "'c'"), false);
    expect_held(f, "LIST (name)", LIST("'a', 'b'"), LIST("'b'"), true);
    expect_held(f, "LIST (name)", LIST("'a'"), LIST("'a', 'b'"), false);
    expect_held(f, "LIST (id)", LIST("'1'"), LIST("'1.0'"), false);
    expect_held(f, "HASH (id)", HASH(2, 1), HASH(4, 3), true);
    expect_held(f, "HASH (id)", HASH(4, 3), HASH(2, 1), false);
    expect_held(f, "LIST (name)", "DEFAULT", LIST("'a'"), false);
    expect_held(f, "LIST (name)", "DEFAULT", "DEFAULT", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_that_touch_do_not_overlap),
        cmocka_unit_test(what_is_not_known_may_overlap),
        cmocka_unit_test(lists_hashes_and_the_default_are_told_apart),
        cmocka_unit_test(long_lists_are_compared_at_once),
        cmocka_unit_test(values_of_lists_are_the_same_as_a_server_takes_them),
        cmocka_unit_test(numbers_are_the_same_in_all_locales),
        cmocka_unit_test(a_bound_holds_what_is_within_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
