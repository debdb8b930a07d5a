/*
 * What a script must not lose on a real PostgreSQL server: what hangs on the objects that it makes
 * again, and what the server made of what was said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

#include "tests/support/test_server.h"

static struct schema *read_text(const char *sql)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);
    assert_non_null(schema);
    assert_int_equal(schema->problem_count, 0);
    return schema;
}

static void make_database(const char *name, const char *sql)
{
    char *drop = memory_printf("DROP DATABASE IF EXISTS %s", name);
    database_server_sql(test_server, "postgres", drop);
    free(drop);
    database_server_create(test_server, name);
    database_server_sql(test_server, name, sql);
}

/* How many differences there are, each of them shown. */
static size_t count_differences(const struct schema *one, const struct schema *other)
{
    struct schema_diff *diff = schema_compare(one, other, NULL);
    size_t count = diff->count;
    for (size_t i = 0; i < count; i++)
        print_message("%s %s\n", schema_change_name(diff->changes[i].kind),
                      schema_object_path(diff->arena, schema_change_object(&diff->changes[i])));
    schema_diff_free(&diff);
    return count;
}

static void expect_same(const char *one, const char *other)
{
    struct schema *left = test_server_read(one), *right = test_server_read(other);
    assert_int_equal(count_differences(left, right), 0);
    schema_free(&left);
    schema_free(&right);
}

/* Whether the condition holds in the database that the script ran in. */
static void expect_in(const char *condition)
{
    char *sql = memory_printf("DO $$ BEGIN ASSERT (%s); END $$", condition);
    database_server_sql(test_server, "run", sql);
    free(sql);
}

/* The script from one to the other is run twice, and leaves no difference. */
static struct schema_sync *run_between(const char *before, const char *after)
{
    const struct schema_sync_options options = { .destructive = true };
    make_database("run", before);
    make_database("after", after);
    struct schema *previous = test_server_read("run"), *current = test_server_read("after");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    database_server_sql(test_server, "run", sync->script);
    expect_same("after", "run");
    database_server_sql(test_server, "run", sync->script);
    expect_same("after", "run");
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return sync;
}

/* The same, and its rollback leads back. */
static void go(const char *before, const char *after, const char *condition)
{
    struct schema_sync *sync = run_between(before, after);
    if (condition)
        expect_in(condition);
    make_database("before", before);
    database_server_sql(test_server, "run", sync->rollback);
    expect_same("before", "run");
    if (condition)
        expect_in(condition);
    schema_sync_free(&sync);
}

static void expect_text_is_as_live(const char *sql)
{
    make_database("after", sql);
    struct schema *text = read_text(sql), *live = test_server_read("after");
    assert_int_equal(count_differences(text, live), 0);
    schema_free(&text);
    schema_free(&live);
}

static void a_computed_column_goes_before_what_it_is_computed_of(void **state)
{
    static const char *const computed[] = {
        "CREATE TABLE t (id int PRIMARY KEY, a varchar(50), b int,"
        " g text GENERATED ALWAYS AS (lower(a)) STORED,"
        " h int GENERATED ALWAYS AS (b + 1) STORED);"
        "CREATE INDEX ix ON t (g); CREATE VIEW v AS SELECT g FROM t;",
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, a e,"
        " g boolean GENERATED ALWAYS AS (a > 'a') STORED);",
    };
    static const char *const plain[] = {
        "CREATE TABLE t (id int PRIMARY KEY, a text);",
        "CREATE TYPE e AS ENUM ('b', 'a'); CREATE TABLE t (id int, a e);",
    };

    (void)state;
    test_server_need();
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        go(computed[i], plain[i], NULL);
        go(plain[i], computed[i], NULL);
    }
}

#define PARTITIONED                                                                                \
    "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);"                                 \
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"                                  \
    "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);"         \
    "CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (20);"                               \
    "CREATE TABLE c (id int, pid int);"                                                            \
    "CREATE TABLE d (id int, pid int) PARTITION BY LIST (id);"                                     \
    "CREATE TABLE d1 PARTITION OF d FOR VALUES IN (1);"

static void a_key_to_a_partitioned_table_is_one(void **state)
{
    (void)state;
    test_server_need();
    const char *after = PARTITIONED "ALTER TABLE c ADD CONSTRAINT zfk FOREIGN KEY (pid)"
                                    " REFERENCES p ON DELETE CASCADE;"
                                    "ALTER TABLE d ADD FOREIGN KEY (pid) REFERENCES p;";
    go(PARTITIONED, after, NULL);
    struct schema_sync *sync = run_between(PARTITIONED, after);
    database_server_sql(test_server, "run",
                        "INSERT INTO p VALUES (1), (11); INSERT INTO c VALUES (1, 1), (1, 11);"
                        "INSERT INTO d VALUES (1, 11)");
    schema_sync_free(&sync);
    expect_text_is_as_live(after);
}

static void the_check_of_a_view_is_told_once(void **state)
{
    (void)state;
    test_server_need();
    const char *sql = "CREATE TABLE t (i int);"
                      "CREATE VIEW v AS SELECT i FROM t WHERE i > 1 WITH LOCAL CHECK OPTION;"
                      "CREATE VIEW w WITH (check_option=cascaded, security_barrier=true) AS"
                      " SELECT i FROM t WHERE i > 1;";
    expect_text_is_as_live(sql);
    go("CREATE TABLE t (i int); CREATE VIEW v AS SELECT i FROM t WHERE i > 1;", sql, NULL);
}

#define ROLES                                                                                      \
    "DO $$ BEGIN IF to_regrole('reads') IS NULL THEN CREATE ROLE reads; CREATE ROLE owns; END IF;" \
    " END $$;"

static void what_is_made_again_has_its_owner_and_privileges(void **state)
{
    (void)state;
    test_server_need();
    const char *before =
        ROLES "CREATE TABLE t (id int, n text); CREATE TYPE e AS ENUM ('a', 'b');"
              "CREATE TABLE u (e e); REVOKE USAGE ON TYPE e FROM PUBLIC;"
              "CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO reads WITH GRANT OPTION;"
              "GRANT UPDATE (id) ON v TO reads; ALTER VIEW v OWNER TO owns;"
              "CREATE MATERIALIZED VIEW m AS SELECT id FROM t; GRANT SELECT ON m TO PUBLIC;"
              "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1';"
              "REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC;"
              "GRANT EXECUTE ON FUNCTION f(int) TO reads; ALTER FUNCTION f(int) OWNER TO owns;";
    const char *after =
        "CREATE TABLE t (id bigint, n text); CREATE TYPE e AS ENUM ('a', 'c');"
        "CREATE TABLE u (e e); CREATE VIEW v AS SELECT id FROM t;"
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM t;"
        "CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'select 1';";
    go(before, after,
       "(SELECT relacl::text FROM pg_class WHERE relname = 'v')"
       " = '{owns=arwdDxt/owns,reads=r*/owns}'"
       " AND (SELECT attacl::text FROM pg_attribute WHERE attrelid = 'v'::regclass AND attnum = 1)"
       " = '{reads=w/owns}'"
       " AND has_table_privilege('reads', 'm', 'SELECT')"
       " AND (SELECT proacl::text FROM pg_proc WHERE proname = 'f')"
       " = '{owns=X/owns,reads=X/owns}'"
       " AND NOT has_type_privilege('reads', 'e', 'USAGE')");
}

static void a_view_that_is_made_again_has_its_rules_and_defaults(void **state)
{
    (void)state;
    test_server_need();
#define VIEW                                                                                       \
    "CREATE VIEW v AS SELECT id, a FROM t; ALTER VIEW v ALTER COLUMN id SET DEFAULT 5;"            \
    "CREATE RULE vr AS ON DELETE TO v DO INSTEAD NOTHING;"                                         \
    "ALTER VIEW v ALTER COLUMN a SET DEFAULT "
    go("CREATE TABLE t (id int, a int);" VIEW "7", "CREATE TABLE t (id bigint, a int);" VIEW "8",
       "EXISTS (SELECT FROM pg_rules WHERE tablename = 'v' AND rulename = 'vr')"
       " AND (SELECT count(*) = 2 FROM pg_attrdef WHERE adrelid = 'v'::regclass)");
    go("CREATE TABLE t (id int, a int);",
       "CREATE TABLE t (id int, a int); CREATE VIEW v AS SELECT id FROM t;"
       "ALTER VIEW v ALTER COLUMN id SET DEFAULT 5;",
       NULL);
#undef VIEW
}

#define BODIES                                                                                     \
    "CREATE VIEW v AS SELECT id, a FROM t;"                                                        \
    "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(id) FROM t; END;"   \
    "CREATE FUNCTION g() RETURNS bigint LANGUAGE sql"                                              \
    " BEGIN ATOMIC SELECT count(id) + f() FROM v; END;"                                            \
    "CREATE FUNCTION h() RETURNS bigint LANGUAGE sql RETURN f() + 1;"                              \
    "CREATE VIEW w AS SELECT f() AS x; CREATE TABLE d (x bigint DEFAULT h());"                     \
    "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;"

static void functions_in_sql_stand_on_columns_as_views_do(void **state)
{
    (void)state;
    test_server_need();
    go("CREATE TABLE t (id int, a int);" BODIES
       "CREATE FUNCTION gone() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(id) FROM t);",
       "CREATE TABLE t (id bigint, a int);" BODIES,
       "(SELECT proacl IS NOT NULL FROM pg_proc WHERE proname = 'f')"
       " AND NOT has_function_privilege('pg_monitor', 'f()', 'EXECUTE')");
}

#define AROUND                                                                                     \
    " STORED NOT NULL UNIQUE, h int GENERATED ALWAYS AS (a + 1) STORED);"                          \
    "CREATE INDEX gi ON t (\"G g\", id); CREATE INDEX other ON t (h);"                             \
    "ALTER TABLE t ADD CONSTRAINT gc CHECK (\"G g\" > 0); COMMENT ON INDEX gi IS 'i';"             \
    "COMMENT ON COLUMN t.\"G g\" IS 'c'; COMMENT ON CONSTRAINT gc ON t IS 'k';"                    \
    "CREATE TABLE r (g int REFERENCES t (\"G g\"));"                                               \
    "CREATE POLICY po ON t USING (\"G g\" > 1);"                                                   \
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';"            \
    "CREATE TRIGGER tr AFTER UPDATE ON t FOR EACH ROW WHEN (new.\"G g\" > 1)"                      \
    " EXECUTE FUNCTION tf();"

static void what_stands_on_a_generated_column_comes_back_with_it(void **state)
{
    (void)state;
    test_server_need();
    go("CREATE TABLE t (id int PRIMARY KEY, a int, \"G g\" int GENERATED ALWAYS AS (a * 2)" AROUND,
       "CREATE TABLE t (id int PRIMARY KEY, a bigint, \"G g\" int"
       " GENERATED ALWAYS AS (a * 3)" AROUND,
       NULL);
}

static void bounds_are_free_before_others_take_them(void **state)
{
    (void)state;
    test_server_need();
    go("CREATE TABLE p (id int, k int, v text, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);"
       "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
       "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20); CREATE INDEX p_v ON p (v);"
       "INSERT INTO p VALUES (1, 1, 'x')",
       "CREATE TABLE p (id int, k int, v varchar(20), n int NOT NULL DEFAULT 3,"
       " PRIMARY KEY (id, k)) PARTITION BY RANGE (k);"
       "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (15);"
       "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (15) TO (20);"
       "CREATE INDEX p_v ON p (v, n);",
       "(SELECT count(*) < 2 FROM p)");
}

static void comments_come_with_the_parts_of_a_new_table(void **state)
{
    (void)state;
    test_server_need();
    go("CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';",
       "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';"
       "CREATE TABLE t (id int PRIMARY KEY, n int CONSTRAINT ck CHECK (n > 0));"
       "CREATE INDEX ix ON t (n); CREATE POLICY po ON t USING (n > 1);"
       "CREATE TRIGGER tr AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf();"
       "COMMENT ON CONSTRAINT ck ON t IS 'a'; COMMENT ON CONSTRAINT t_pkey ON t IS 'b';"
       "COMMENT ON INDEX ix IS 'c'; COMMENT ON POLICY po ON t IS 'd';"
       "COMMENT ON TRIGGER tr ON t IS 'e'; COMMENT ON COLUMN t.n IS 'f';",
       NULL);
}

static void arguments_get_other_names_and_lose_defaults(void **state)
{
    (void)state;
    test_server_need();
    go("CREATE FUNCTION f(a int, b text DEFAULT 'x, (') RETURNS int LANGUAGE sql AS 'select 1';"
       "CREATE FUNCTION g(a int, b int) RETURNS int LANGUAGE sql AS 'select 1';"
       "REVOKE EXECUTE ON FUNCTION f(int, text) FROM PUBLIC; CREATE VIEW v AS SELECT f(1, '') AS "
       "x;",
       "CREATE FUNCTION f(c int, b text) RETURNS int LANGUAGE sql AS 'select 1';"
       "CREATE FUNCTION g(a int, b int DEFAULT 3) RETURNS int LANGUAGE sql AS 'select 2';"
       "CREATE VIEW v AS SELECT f(1, '') AS x;",
       "NOT has_function_privilege('pg_monitor', 'f(int, text)', 'EXECUTE')");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_computed_column_goes_before_what_it_is_computed_of),
        cmocka_unit_test(a_key_to_a_partitioned_table_is_one),
        cmocka_unit_test(the_check_of_a_view_is_told_once),
        cmocka_unit_test(what_is_made_again_has_its_owner_and_privileges),
        cmocka_unit_test(a_view_that_is_made_again_has_its_rules_and_defaults),
        cmocka_unit_test(functions_in_sql_stand_on_columns_as_views_do),
        cmocka_unit_test(what_stands_on_a_generated_column_comes_back_with_it),
        cmocka_unit_test(bounds_are_free_before_others_take_them),
        cmocka_unit_test(comments_come_with_the_parts_of_a_new_table),
        cmocka_unit_test(arguments_get_other_names_and_lose_defaults),
    };
    return cmocka_run_group_tests(tests, test_server_start_postgresql, test_server_stop);
}
