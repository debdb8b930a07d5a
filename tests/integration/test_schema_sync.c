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

#include <pilab/schema/sync.h>

#include "tests/support/schema_ways.h"
#include "tests/support/scratch.h"
#include "tests/support/test_server.h"

static void a_script_makes_a_database_as_wanted_and_takes_it_back(void **state)
{
    (void)state;
    test_server_need();
    char *before = schema_ways_file("sync_before.sql"), *after = schema_ways_file("sync_after.sql");
    schema_ways_there(before, after);
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
    schema_ways_there(before, after);
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
    schema_ways_drop();
    schema_ways_make("run", before);
    struct schema *previous = schema_ways_text("before", before),
                  *current = schema_ways_text("after", after);
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
    schema_ways_both("CREATE TABLE a (id int, code int NOT NULL); CREATE TABLE b (a_code int)",
                     "CREATE TABLE a (id int, code int NOT NULL UNIQUE);"
                     "CREATE TABLE b (a_code int REFERENCES a (code));"
                     "CREATE TABLE c (a_code int REFERENCES a (code))");
    schema_ways_both("CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int)",
                     "CREATE TABLE a (x int, y int); CREATE UNIQUE INDEX u ON a (x, y);"
                     "CREATE TABLE b (x int, y int, FOREIGN KEY (y, x) REFERENCES a (y, x))");
}

static void a_key_is_made_again_under_the_references_to_it(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE TABLE a (id int, k int, CONSTRAINT a_pk PRIMARY KEY (id));"
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
    schema_ways_both(before, "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0)");
}

static void columns_whose_names_begin_alike_are_all_made_not_null(void **state)
{
    (void)state;
    test_server_need();
#define ALIKE "a_column_with_a_name_that_is_forty_bytes_"
    schema_ways_both("CREATE TABLE t (" ALIKE "one int, " ALIKE "two int)",
                     "CREATE TABLE t (" ALIKE "one int NOT NULL, " ALIKE "two int NOT NULL)");
#undef ALIKE
}

static void an_index_may_have_on_in_its_name(void **state)
{
    (void)state;
    test_server_need();
    schema_ways_both("CREATE TABLE t (a int, b int)",
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
    schema_ways_both(before, after);
    schema_ways_drop();
    schema_ways_make("run", before);
    database_server_sql(test_server, "run", "INSERT INTO t VALUES (1, 77)");
    struct schema *previous = schema_ways_text("before", before),
                  *current = schema_ways_text("after", after);
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
    schema_ways_both(
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
    };
    return cmocka_run_group_tests(tests, test_server_start_postgresql, test_server_stop);
}
