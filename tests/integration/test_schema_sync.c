/*
 * Schemas that are read from text, and scripts between them, tried on a real PostgreSQL server:
 * what the server's catalog says afterwards has to be what was wanted.
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

#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

#include "tests/support/scratch.h"
#include "tests/support/test_server.h"

static char *read_data(const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/tests/data/schema/%s", getenv("PILAB_SOURCE"), name);
    return scratch_read(path);
}

static struct schema *read_text(const char *name, const char *text)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql(name, text, strlen(text), &error);
    assert_non_null(schema);
    for (size_t i = 0; i < schema->problem_count; i++)
        fail_msg("%s:%u: %s", name, schema->problems[i].place.line, schema->problems[i].message);
    return schema;
}

static void make_database(const char *name, const char *sql)
{
    database_server_create(test_server, name);
    database_server_sql(test_server, name, sql);
}

/* Shows what differs, and fails. */
static void expect_same(const struct schema *expected, const struct schema *seen)
{
    const struct schema_diff_options exact = { .exact = true };
    struct schema_diff *diff = schema_compare(expected, seen, &exact);
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = schema_change_object(change);
        print_error("%s %s %s\n", schema_change_name(change->kind), schema_kind_name(object->kind),
                    schema_object_path(diff->arena, object));
        for (size_t j = 0; j < change->property_count; j++)
            print_error("    %s: '%s', expected '%s'\n",
                        schema_property_name(change->properties[j].property),
                        change->properties[j].current, change->properties[j].previous);
    }
    size_t count = diff->count;
    schema_diff_free(&diff);
    assert_int_equal(count, 0);
}

static void expect_databases_same(const char *expected, const char *seen)
{
    struct schema *left = test_server_read(expected), *right = test_server_read(seen);
    expect_same(left, right);
    schema_free(&left);
    schema_free(&right);
}

/* Both ways, and twice: `run`, which is as `before`, becomes as `after`, and as `before` again. */
static void go_and_return(const struct schema *previous, const struct schema *current)
{
    const struct schema_sync_options options = { .destructive = true };
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    assert_non_null(sync);
    for (size_t i = 0; i < sync->note_count; i++)
        fail_msg("by hand: %s", sync->notes[i]);
    database_server_sql(test_server, "run", sync->script);
    expect_databases_same("after", "run");
    database_server_sql(test_server, "run", sync->script);
    expect_databases_same("after", "run");
    database_server_sql(test_server, "run", sync->rollback);
    expect_databases_same("before", "run");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
}

/* From wherever the database is now. */
static void lead_back(const char *name)
{
    const struct schema_sync_options options = { .destructive = true };
    struct schema *now = test_server_read(name), *before = test_server_read("before");
    struct schema_diff *diff = schema_compare(now, before, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    database_server_sql(test_server, name, sync->script);
    expect_databases_same("before", name);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&now);
    schema_free(&before);
}

/* What destroys nothing can be run, too, twice, and so can its rollback, which leaves what it would
 * have to drop, and what that carries. */
static void go_gently(const struct schema *previous, const struct schema *current)
{
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    database_server_sql(test_server, "gentle", sync->script);
    database_server_sql(test_server, "gentle", sync->script);
    database_server_sql(test_server, "gentle", sync->rollback);
    database_server_sql(test_server, "gentle", sync->rollback);
    lead_back("gentle");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
}

static void drop_databases(void)
{
    static const char *const names[] = { "before", "after", "run", "gentle" };
    char sql[64];
    for (size_t i = 0; i < 4; i++) {
        snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s", names[i]);
        database_server_sql(test_server, "postgres", sql);
    }
}

static void go_between_catalogs(void)
{
    struct schema *previous = test_server_read("before"), *current = test_server_read("after");
    go_and_return(previous, current);
    go_gently(previous, current);
    schema_free(&previous);
    schema_free(&current);
}

/* As files say it, and as the catalog does. */
static void try_pair(const char *before, const char *after)
{
    drop_databases();
    make_database("before", before);
    make_database("after", after);
    make_database("run", before);
    make_database("gentle", before);
    struct schema *previous = read_text("before", before), *current = read_text("after", after);
    go_and_return(previous, current);
    schema_free(&previous);
    schema_free(&current);
    go_between_catalogs();
}

/* For what is not read from text. */
static void try_catalogs(const char *one, const char *other)
{
    for (int back = 0; back < 2; back++) {
        drop_databases();
        make_database("before", back ? other : one);
        make_database("after", back ? one : other);
        make_database("run", back ? other : one);
        make_database("gentle", back ? other : one);
        go_between_catalogs();
    }
}

static void try_both_ways(const char *one, const char *other)
{
    try_pair(one, other);
    try_pair(other, one);
}

static void a_script_makes_a_database_as_wanted_and_takes_it_back(void **state)
{
    (void)state;
    test_server_need();
    char *before = read_data("sync_before.sql"), *after = read_data("sync_after.sql");
    try_pair(before, after);
    free(before);
    free(after);
}

static void the_pair_with_every_kind_of_change_goes_both_ways(void **state)
{
    (void)state;
    test_server_need();
    const char *data = getenv("PILAB_TEST_DATA");
    char path[2][4096];
    for (int i = 0; i < 2; i++)
        snprintf(path[i], sizeof(path[i]), "%s/schema/pairs/kitchen/v%d.sql", data ? data : "",
                 i + 1);
    if (!data || access(path[0], R_OK) != 0) {
        print_message("PILAB_TEST_DATA has no schema/pairs/kitchen\n");
        skip();
    }
    char *before = scratch_read(path[0]), *after = scratch_read(path[1]);
    try_pair(before, after);
    free(before);
    free(after);
}

static void without_being_asked_nothing_is_destroyed(void **state)
{
    (void)state;
    test_server_need();
    const char *before = "CREATE TABLE keep (id int, gone text); CREATE TABLE lost (id int);"
                         "INSERT INTO keep VALUES (1, 'x'); CREATE INDEX ix ON lost (id);";
    const char *after = "CREATE TABLE keep (id int, more text); CREATE TABLE other (id int);"
                        "CREATE INDEX ix ON other (id);";
    drop_databases();
    make_database("run", before);
    struct schema *previous = read_text("before", before), *current = read_text("after", after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_int_equal(sync->destructive_count, 2);
    assert_non_null(strstr(sync->script, "\n-- DROP TABLE IF EXISTS public.lost CASCADE;"));
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", "SELECT gone, more FROM keep; SELECT id FROM lost;");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void keys_come_before_what_refers_to_them_and_go_after_it(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways("CREATE TABLE a (id int, code int NOT NULL); CREATE TABLE b (a_code int)",
                  "CREATE TABLE a (id int, code int NOT NULL UNIQUE);"
                  "CREATE TABLE b (a_code int REFERENCES a (code));"
                  "CREATE TABLE c (a_code int REFERENCES a (code))");
    try_both_ways("CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int)",
                  "CREATE TABLE a (x int, y int); CREATE UNIQUE INDEX u ON a (x, y);"
                  "CREATE TABLE b (x int, y int, FOREIGN KEY (y, x) REFERENCES a (y, x))");
}

static void a_key_is_made_again_under_the_references_to_it(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways("CREATE TABLE a (id int, k int, CONSTRAINT a_pk PRIMARY KEY (id));"
                  "CREATE TABLE b (fk int REFERENCES a (id) ON DELETE CASCADE);"
                  "COMMENT ON CONSTRAINT b_fk_fkey ON b IS 'kept'",
                  "CREATE TABLE a (id int, k int, CONSTRAINT a_pk PRIMARY KEY (id) INCLUDE (k));"
                  "CREATE TABLE b (fk int REFERENCES a (id) ON DELETE CASCADE);"
                  "COMMENT ON CONSTRAINT b_fk_fkey ON b IS 'kept'");
}

static void a_domain_s_constraint_is_validated_as_a_domain_s(void **state)
{
    (void)state;
    test_server_need();
    const char *before = "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)"
                         " NOT VALID";
    try_both_ways(before, "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0)");
}

static void columns_whose_names_begin_alike_are_all_made_not_null(void **state)
{
    (void)state;
    test_server_need();
#define ALIKE "a_column_with_a_name_that_is_forty_bytes_"
    try_both_ways("CREATE TABLE t (" ALIKE "one int, " ALIKE "two int)",
                  "CREATE TABLE t (" ALIKE "one int NOT NULL, " ALIKE "two int NOT NULL)");
#undef ALIKE
}

static void an_index_may_have_on_in_its_name(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways("CREATE TABLE t (a int, b int)",
                  "CREATE TABLE t (a int, b int); CREATE INDEX \"a ON b\" ON t (b);"
                  "CREATE UNIQUE INDEX \"x \"\" ON (a)\" ON t (a)");
}

static void a_column_that_becomes_generated_is_dropped_only_when_asked(void **state)
{
    (void)state;
    test_server_need();
    const char *before = "CREATE TABLE t (price numeric, total numeric)";
    const char *after = "CREATE TABLE t (price numeric, total numeric GENERATED ALWAYS AS"
                        " (price * 2::numeric) STORED)";
    try_both_ways(before, after);
    drop_databases();
    make_database("run", before);
    database_server_sql(test_server, "run", "INSERT INTO t VALUES (1, 77)");
    struct schema *previous = read_text("before", before), *current = read_text("after", after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    assert_true(diff->risks & SCHEMA_RISK_DATA);
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_int_equal(sync->destructive_count, 1);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run",
                        "DO $$ BEGIN ASSERT (SELECT total = 77 FROM t); END $$");
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void what_needs_another_is_made_behind_it_whatever_their_names(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways(
        "CREATE TABLE keep (id int)",
        "CREATE TABLE keep (id int, m int);\n"
        "CREATE DOMAIN z_d AS int; CREATE DOMAIN a_d AS z_d CHECK (VALUE > 0);\n"
        "CREATE TYPE z_t AS (v a_d); CREATE TYPE a_t AS (z z_t, w text);\n"
        "CREATE TABLE zz (id int, at date NOT NULL, v a_t) PARTITION BY RANGE (at);\n"
        "CREATE TABLE archive PARTITION OF zz FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');\n"
        "CREATE TABLE parent (id int); CREATE TABLE child (x int) INHERITS (parent);\n"
        "CREATE TABLE n (id int);\n"
        "CREATE FUNCTION f() RETURNS SETOF n LANGUAGE sql AS 'select * from public.n';\n"
        "CREATE FUNCTION count_n() RETURNS bigint LANGUAGE plpgsql AS 'begin return (select "
        "count(*) from public.n); end';\n"
        "CREATE TABLE m (id bigint DEFAULT count_n());\n"
        "CREATE VIEW zv AS SELECT id FROM n;\n"
        "CREATE FUNCTION of_view(a zv) RETURNS int LANGUAGE plpgsql AS 'begin return a.id; end';\n"
        "CREATE FUNCTION is_ok(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'select $1 > 0';\n"
        "CREATE DOMAIN checked AS int CHECK (is_ok(VALUE));\n");
}

static void bodies_that_the_server_reads_wait_for_what_they_name(void **state)
{
    (void)state;
    test_server_need();
    try_catalogs(
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
    try_both_ways(
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
    try_catalogs(
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
    try_both_ways(
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
    drop_databases();
    make_database("before", "CREATE TYPE public.p AS (a integer, b integer, gone text);\n"
                            "CREATE TABLE public.t (v public.p);\n"
                            "INSERT INTO public.t VALUES (ROW(1, 2, 'x'));\n");
    make_database("after", "CREATE TYPE public.p AS (a integer, b text, c integer);\n"
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
    try_both_ways("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2));"
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
    char *sql = read_data("server_forms.sql");
    make_database("forms", sql);
    struct schema *live = test_server_read("forms"), *text = read_text("server_forms.sql", sql);
    expect_same(live, text);
    schema_free(&live);
    schema_free(&text);
    free(sql);
}

/* Its arguments tell it from others of its name. */
static void each_function_of_a_name_is_made_again(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways("CREATE DOMAIN d AS int; CREATE TABLE t (a d);"
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
    try_both_ways("CREATE TABLE t (id int, a int); CREATE VIEW v AS SELECT id, a FROM t;" ROWS
                  "CREATE FUNCTION alters(v) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                  "CREATE FUNCTION goes(v) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                  "CREATE TABLE t (id int, a int);"
                  "CREATE VIEW v AS SELECT id, a::text AS a FROM t;" ROWS
                  "CREATE FUNCTION alters(v) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';");
}

static void a_child_takes_its_columns_from_its_parent(void **state)
{
    (void)state;
    test_server_need();
    try_both_ways("CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, n int);",
                  "CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, n bigint DEFAULT 2,"
                  " twice bigint GENERATED ALWAYS AS (n * 2) STORED);"
                  "CREATE TABLE c (own text) INHERITS (p);");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_makes_a_database_as_wanted_and_takes_it_back),
        cmocka_unit_test(the_pair_with_every_kind_of_change_goes_both_ways),
        cmocka_unit_test(without_being_asked_nothing_is_destroyed),
        cmocka_unit_test(keys_come_before_what_refers_to_them_and_go_after_it),
        cmocka_unit_test(a_key_is_made_again_under_the_references_to_it),
        cmocka_unit_test(a_domain_s_constraint_is_validated_as_a_domain_s),
        cmocka_unit_test(columns_whose_names_begin_alike_are_all_made_not_null),
        cmocka_unit_test(an_index_may_have_on_in_its_name),
        cmocka_unit_test(a_column_that_becomes_generated_is_dropped_only_when_asked),
        cmocka_unit_test(what_needs_another_is_made_behind_it_whatever_their_names),
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
