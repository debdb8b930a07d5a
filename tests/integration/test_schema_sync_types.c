/*
 * Scripts between schemas on a real PostgreSQL server: functions, types and their fields, and what
 * stands on them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/schema/sync.h>

#include "tests/support/schema_ways.h"
#include "tests/support/test_server.h"

static void bodies_that_the_server_reads_wait_for_what_they_name(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_catalogs(
        "CREATE TABLE keep (id int)",
        "CREATE TABLE keep (id int, m int);\n"
        "CREATE TABLE n (id int);\n"
        "CREATE FUNCTION atomic() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM n; "
        "END;\n"
        "CREATE FUNCTION of_column() RETURNS int LANGUAGE sql RETURN (SELECT max(m) FROM keep);\n"
        "CREATE FUNCTION a_step(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 + $2';\n"
        "CREATE AGGREGATE a_sum(int) (SFUNC = a_step, STYPE = int, INITCOND = '0');\n"
        "COMMENT ON AGGREGATE a_sum(int) IS 'adds';\n");
}

static void a_label_is_taken_away_under_all_that_uses_the_type(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both(
        "CREATE TYPE mood AS ENUM ('sad','ok','happy');\n"
        "CREATE DOMAIN md AS mood;\n"
        "CREATE TABLE t (id int, m mood DEFAULT 'ok', ms mood[] DEFAULT '{ok}', d md, label text "
        "DEFAULT 'ok'::mood::text, CONSTRAINT ck CHECK (m <> 'happy'), flag boolean GENERATED "
        "ALWAYS AS (m = 'ok'::mood) STORED);\n"
        "CREATE INDEX part ON t (id) WHERE m = 'ok';\n"
        "CREATE INDEX plain ON t (m);\n"
        "CREATE FUNCTION is_ok(mood) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'select $1::text = "
        "''ok''';\n"
        "CREATE INDEX call ON t (is_ok(m));\n"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
        "CREATE POLICY p ON t USING (m = 'ok');\n"
        "COMMENT ON POLICY p ON t IS 'mine';\n"
        "CREATE VIEW v AS SELECT id, ms FROM t;\n"
        "CREATE VIEW w AS SELECT 'ok'::mood AS one, is_ok('ok') AS two;\n"
        "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';\n"
        "CREATE TRIGGER tg BEFORE UPDATE ON t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION "
        "tf();\n",
        "CREATE TYPE mood AS ENUM ('ok','happy');\n"
        "CREATE DOMAIN md AS mood;\n"
        "CREATE TABLE t (id int, m mood DEFAULT 'ok', ms mood[] DEFAULT '{ok}', d md, label text "
        "DEFAULT 'ok'::mood::text, CONSTRAINT ck CHECK (m <> 'happy'), flag boolean GENERATED "
        "ALWAYS AS (m = 'ok'::mood) STORED);\n"
        "CREATE INDEX part ON t (id) WHERE m = 'ok';\n"
        "CREATE INDEX plain ON t (m);\n"
        "CREATE FUNCTION is_ok(mood) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'select $1::text = "
        "''ok''';\n"
        "CREATE INDEX call ON t (is_ok(m));\n"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
        "CREATE POLICY p ON t USING (m = 'ok');\n"
        "COMMENT ON POLICY p ON t IS 'mine';\n"
        "CREATE VIEW v AS SELECT id, ms FROM t;\n"
        "CREATE VIEW w AS SELECT 'ok'::mood AS one, is_ok('ok') AS two;\n"
        "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';\n"
        "CREATE TRIGGER tg BEFORE UPDATE ON t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION "
        "tf();\n");
}

static void aggregates_and_results_are_made_again_under_views(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_catalogs(
        "CREATE FUNCTION s1(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 + $2';\n"
        "CREATE FUNCTION s2(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 * $2';\n"
        "CREATE AGGREGATE total(int) (SFUNC = s1, STYPE = int, INITCOND = '0');\n"
        "CREATE AGGREGATE plain(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');\n"
        "COMMENT ON AGGREGATE total(int) IS 'one';\n"
        "CREATE TABLE t (id int);\n"
        "CREATE FUNCTION rf(int) RETURNS int LANGUAGE sql AS 'select $1';\n"
        "CREATE VIEW v AS SELECT total(id) AS s, rf(1) AS r FROM t;\n",
        "CREATE FUNCTION s1(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 + $2';\n"
        "CREATE FUNCTION s2(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'select $1 * $2';\n"
        "CREATE AGGREGATE total(int) (SFUNC = s2, STYPE = int, INITCOND = '0');\n"
        "COMMENT ON AGGREGATE total(int) IS 'two';\n"
        "CREATE TABLE t (id int);\n"
        "CREATE FUNCTION rf(int) RETURNS bigint LANGUAGE sql AS 'select $1::bigint';\n"
        "CREATE VIEW v AS SELECT total(id) AS s, rf(1) AS r FROM t;\n");
}

/* Rows that have the type keep what stays; what the server does not alter is dropped and added. */
static void fields_of_types_come_change_and_go(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both(
        "CREATE TYPE public.mood AS ENUM ('a');\n"
        "CREATE TYPE public.free AS (a integer, \"B b\" text, gone integer, sorted text);\n"
        "CREATE TYPE public.kept AS (a integer, b integer, gone text);\n"
        "CREATE TYPE public.outer_ AS (k public.kept[], x integer);\n"
        "CREATE DOMAIN public.over AS public.outer_;\n"
        "CREATE TABLE public.t (id integer, o public.over);\n"
        "COMMENT ON COLUMN public.free.a IS 'first';\n",
        "CREATE TYPE public.mood AS ENUM ('a');\n"
        "CREATE TYPE public.free AS (a bigint, \"B b\" varchar(5), sorted text COLLATE \"C\",\n"
        " m public.mood, \"it's\" numeric(4,1)[]);\n"
        "CREATE TYPE public.kept AS (a integer, b text, late public.mood);\n"
        "CREATE TYPE public.outer_ AS (k public.kept[], x integer, y date);\n"
        "CREATE DOMAIN public.over AS public.outer_;\n"
        "CREATE TYPE public.fresh AS (a text COLLATE \"C\", b integer);\n"
        "CREATE TABLE public.t (id integer, o public.over);\n"
        "COMMENT ON COLUMN public.free.m IS 'new';\n"
        "COMMENT ON COLUMN public.fresh.b IS 'told';\n");
}

/* Values are lost only when that was asked for, and a rollback finds what it is for done. */
static void rows_keep_the_fields_that_nobody_gave_up(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_drop();
    schema_ways_make("before", "CREATE TYPE public.p AS (a integer, b integer, gone text);\n"
                               "CREATE TABLE public.t (v public.p);\n"
                               "INSERT INTO public.t VALUES (ROW(1, 2, 'x'));\n");
    schema_ways_make("after", "CREATE TYPE public.p AS (a integer, b text, c integer);\n"
                              "CREATE TABLE public.t (v public.p);\n");
    struct schema *previous = test_server_read("before"), *current = test_server_read("after");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_int_equal(sync->note_count, 0);
    assert_int_equal(sync->destructive_count, 2);
    assert_non_null(strstr(sync->script, "-- destroys: the field's values in every row: public.t.v "
                                         "has the type\n-- DO $pilab$ BEGIN"));
    assert_non_null(
        strstr(sync->script, "\n-- ALTER TYPE public.p DROP ATTRIBUTE IF EXISTS gone;"));
    assert_null(strstr(sync->script, "CASCADE"));
    database_server_sql(test_server, "before", sync->script);
    database_server_sql(test_server, "before", sync->rollback);
    assert_true(database_server_try(test_server, "before",
                                    "SELECT 1 / (SELECT count(*) FROM public.t WHERE (v).a = 1 AND "
                                    "(v).b = 2 AND (v).gone = 'x');"));
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void options_of_identities_and_views_go_both_ways(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2));"
                     "CREATE MATERIALIZED VIEW v WITH (fillfactor=70) AS SELECT id FROM t;"
                     "CREATE VIEW p AS SELECT id FROM t",
                     "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 3 CYCLE));"
                     "CREATE MATERIALIZED VIEW v WITH (fillfactor=80, autovacuum_enabled=false)"
                     " AS SELECT id FROM t;"
                     "CREATE VIEW p WITH (security_barrier=true) AS SELECT id FROM t");
}

static void text_is_read_as_a_server_keeps_it(void **state)
{
    (void)state;
    test_server_need();
    char *sql = schema_ways_file("server_forms.sql");
    schema_ways_make("forms", sql);
    struct schema *live = test_server_read("forms"),
                  *text = schema_ways_text("server_forms.sql", sql);
    schema_ways_same(live, text);
    schema_free(&live);
    schema_free(&text);
    free(sql);
}

/* Its arguments tell it from others of its name. */
static void each_function_of_a_name_is_made_again(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE DOMAIN d AS int; CREATE TABLE t (a d);"
                     "CREATE FUNCTION g(d, int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                     "CREATE FUNCTION g(d, text) RETURNS int LANGUAGE sql AS 'SELECT 2';"
                     "CREATE FUNCTION g(d, boolean) RETURNS int LANGUAGE sql AS 'SELECT 3';",
                     "CREATE DOMAIN d AS bigint; CREATE TABLE t (a d);"
                     "CREATE FUNCTION g(d, int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                     "CREATE FUNCTION g(d, text) RETURNS int LANGUAGE sql AS 'SELECT 2';"
                     "CREATE FUNCTION g(d, boolean) RETURNS int LANGUAGE sql AS 'SELECT 3';");
}

#define ROWS                                                                                       \
    "CREATE VIEW w AS SELECT id FROM v;"                                                           \
    "CREATE FUNCTION takes(v) RETURNS text LANGUAGE sql AS 'SELECT $1.id::text';"                  \
    "CREATE FUNCTION gives(int) RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM public.v';"         \
    "CREATE FUNCTION lists(w, v[]) RETURNS v LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"

/* A row of the view is a type, which goes with it. */
static void functions_of_rows_of_a_view_come_again_with_it(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE TABLE t (id int, a int); CREATE VIEW v AS SELECT id, a FROM t;" ROWS
                     "CREATE FUNCTION alters(v) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                     "CREATE FUNCTION goes(v) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                     "CREATE TABLE t (id int, a int);"
                     "CREATE VIEW v AS SELECT id, a::text AS a FROM t;" ROWS
                     "CREATE FUNCTION alters(v) RETURNS bigint LANGUAGE sql AS 'SELECT "
                     "1::bigint';");
}

static void a_child_takes_its_columns_from_its_parent(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, n int);",
                     "CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, n bigint DEFAULT 2,"
                     " twice bigint GENERATED ALWAYS AS (n * 2) STORED);"
                     "CREATE TABLE c (own text) INHERITS (p);");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_that_the_server_reads_wait_for_what_they_name),
        cmocka_unit_test(a_label_is_taken_away_under_all_that_uses_the_type),
        cmocka_unit_test(aggregates_and_results_are_made_again_under_views),
        cmocka_unit_test(fields_of_types_come_change_and_go),
        cmocka_unit_test(rows_keep_the_fields_that_nobody_gave_up),
        cmocka_unit_test(options_of_identities_and_views_go_both_ways),
        cmocka_unit_test(text_is_read_as_a_server_keeps_it),
        cmocka_unit_test(each_function_of_a_name_is_made_again),
        cmocka_unit_test(functions_of_rows_of_a_view_come_again_with_it),
        cmocka_unit_test(a_child_takes_its_columns_from_its_parent),
    };
    return cmocka_run_group_tests(tests, test_server_start_postgresql, test_server_stop);
}
