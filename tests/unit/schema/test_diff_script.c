/* The scripts that are written of a difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

static struct schema *read_sql(const char *sql)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);
    assert_non_null(schema);
    if (schema->problem_count)
        fail_msg("%s", schema->problems[0].message);
    return schema;
}

static bool has_gap(const struct schema_diff *diff, const char *what)
{
    for (size_t i = 0; i < diff->gap_count; i++)
        if (strcmp(diff->gaps[i].what, what) == 0)
            return diff->gaps[i].previous && !diff->gaps[i].current;
    return false;
}

static void what_a_tool_of_migrations_keeps_is_no_difference(void **state)
{
    struct schema *previous = read_sql(
        "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, success boolean);"
        "CREATE INDEX s_idx ON flyway_schema_history (success);"
        "CREATE TABLE goose_db_version (id serial PRIMARY KEY, tstamp timestamp);"
        "CREATE SCHEMA pgroll; CREATE TABLE pgroll.migrations (name text);"
        "CREATE TABLE schema_version (installed_rank int, version text, script text, checksum int, "
        "installed_on timestamp); CREATE TABLE a (x int);"
        "CREATE VIEW ran AS SELECT installed_rank FROM flyway_schema_history;");
    struct schema *current =
        read_sql("CREATE TABLE a (x int); CREATE TABLE schema_version (n int);");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync =
        schema_sync(diff, &(struct schema_sync_options){ .destructive = true });
    static const struct schema_diff_options whole = { .with_history = true };
    (void)state;
    assert_true(has_gap(diff, "table public.flyway_schema_history"));
    assert_true(has_gap(diff, "table public.goose_db_version"));
    assert_true(has_gap(diff, "schema pgroll") || has_gap(diff, "namespace pgroll"));
    /* A table of the name alone is somebody's own. */
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_object *object = schema_change_object(&diff->changes[i]);
        object = object->owner ? object->owner : object;
        assert_true(strcmp(object->name, "schema_version") == 0 ||
                    strcmp(object->name, "ran") == 0);
    }
    assert_null(strstr(sync->script, "DROP TABLE IF EXISTS public.flyway_schema_history"));
    assert_non_null(
        strstr(sync->script, "\n-- not compared: table public.flyway_schema_history\n"));
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    diff = schema_compare(previous, current, &whole);
    assert_false(has_gap(diff, "table public.flyway_schema_history"));
    assert_true(diff->count > 10);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

/* Whatever the session was set to before. */
static void a_script_says_how_its_texts_are_read(void **state)
{
    struct schema *previous = read_sql("CREATE TABLE a (x text)");
    struct schema *current = read_sql("CREATE TABLE a (x text); COMMENT ON TABLE a IS 'b\\';"
                                      "CREATE TABLE b (y int)");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    (void)state;
    assert_non_null(strstr(sync->script, "\nSET client_encoding = 'UTF8';\n"
                                         "SET standard_conforming_strings = on;\n"));
    assert_non_null(strstr(sync->script, " IS E'b\\\\';"));
    /* What it has made holds what was written since: it goes when that is asked for. */
    assert_null(strstr(sync->script, "-- --allow-destructive"));
    assert_non_null(strstr(sync->rollback, "\n-- 1 statement destroys, and is a comment: "));
    assert_non_null(strstr(sync->rollback, "\n-- DROP TABLE IF EXISTS public.b CASCADE;"));
    assert_int_equal(sync->rollback_destructive_count, 1);
    schema_sync_free(&sync);
    sync = schema_sync(diff, &(struct schema_sync_options){ .destructive = true });
    assert_non_null(strstr(sync->rollback, "\nDROP TABLE IF EXISTS public.b CASCADE;"));
    assert_non_null(strstr(sync->rollback, "\n-- 1 statement destroys: what the script has made "
                                           "goes with all that was written to it since.\n"));
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

/* The parts stand in the script, in this order. */
static void expect_script(const char *before, const char *after, const char *const *parts)
{
    struct schema *previous = read_sql(before), *current = read_sql(after);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    const char *at = sync->script;
    for (; *parts; parts++) {
        const char *found = strstr(at, *parts);
        if (!found)
            fail_msg("'%s' is not there, or not in order, in:\n%s", *parts, sync->script);
        at = found + strlen(*parts);
    }
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void scripts_use_the_forms_that_lock_least(void **state)
{
    (void)state;
    expect_script("CREATE TYPE e AS ENUM ('a'); CREATE TABLE p (id int PRIMARY KEY);"
                  "CREATE TABLE t (id int, p int)",
                  "CREATE TYPE e AS ENUM ('a','b'); CREATE TABLE p (id int PRIMARY KEY);"
                  "CREATE TABLE t (id int NOT NULL, p int REFERENCES p UNIQUE); CREATE INDEX i ON "
                  "t (id)",
                  (const char *const[]){
                      "ALTER TYPE public.e ADD VALUE IF NOT EXISTS 'b' AFTER 'a';", "BEGIN;",
                      "CHECK (id IS NOT NULL) NOT VALID;", "REFERENCES public.p(id) NOT VALID",
                      "COMMIT;", "ALTER COLUMN id SET NOT NULL;",
                      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_p_key ON public.t (p);",
                      "UNIQUE USING INDEX t_p_key",
                      "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t USING btree (id);",
                      "VALIDATE CONSTRAINT t_p_fkey;", NULL });
}

/* A cast that is written would. */
static void a_text_that_is_too_long_is_not_cut(void **state)
{
    (void)state;
    expect_script("CREATE TABLE t (a varchar(20), b text, c int, d varchar(9)[], e bit(8), f text,"
                  " g text, h int)",
                  "CREATE TABLE t (a varchar(2), b char(3), c varchar(4), d varchar(5)[], e bit(6),"
                  " f varchar(7)[], g int, h bit(8))",
                  (const char *const[]){
                      "ALTER COLUMN a TYPE character varying(2);",
                      "ALTER COLUMN b TYPE character(3);",
                      "ALTER COLUMN c TYPE character varying(4);",
                      "ALTER COLUMN d TYPE character varying(5)[];", "ALTER COLUMN e TYPE bit(6);",
                      "ALTER COLUMN f TYPE character varying(7)[] USING f::character varying(7)[];",
                      "ALTER COLUMN g TYPE integer USING g::integer;",
                      "ALTER COLUMN h TYPE bit(8) USING h::bit(8);", NULL });
}

static void what_destroys_is_a_comment_unless_asked_for(void **state)
{
    (void)state;
    expect_script("CREATE TABLE t (a int, b int); CREATE TABLE u (a int)", "CREATE TABLE t (a int)",
                  (const char *const[]){
                      "-- DROP TABLE IF EXISTS public.u CASCADE;",
                      "-- destroys: the column's values\n-- ALTER TABLE public.t "
                      "DROP COLUMN IF EXISTS b;",
                      NULL });
}

static void names_from_outside_cannot_leave_their_quotes(void **state)
{
    (void)state;
    expect_script("CREATE TABLE t (a int)",
                  "CREATE TABLE t (a int, \"x\"\"; DROP TABLE t; --\" text DEFAULT 'a''; $pilab$')",
                  (const char *const[]){ "\"x\"\"; DROP TABLE t; --\" text DEFAULT 'a''; $pilab$'",
                                         NULL });
}

static void fields_are_altered_and_lost_only_when_asked_for(void **state)
{
    (void)state;
    expect_script("CREATE TYPE ct AS (x int, y text)", "CREATE TYPE ct AS (x bigint, z text)",
                  (const char *const[]){
                      "\nALTER TYPE public.ct ALTER ATTRIBUTE x TYPE bigint;",
                      "        ALTER TYPE public.ct ADD ATTRIBUTE z text;\n",
                      "-- destroys: the field's values in every row that has the type\n"
                      "-- ALTER TYPE public.ct DROP ATTRIBUTE IF EXISTS y;",
                      NULL });
    expect_script("CREATE TYPE ct AS (x int); CREATE DOMAIN d AS ct; CREATE TABLE t (c d)",
                  "CREATE TYPE ct AS (x text); CREATE DOMAIN d AS ct; CREATE TABLE t (c d)",
                  (const char *const[]){
                      "-- destroys: the field's values in every row: public.t.c has the type\n-- "
                      "DO",
                      "\n--         ALTER TYPE public.ct DROP ATTRIBUTE IF EXISTS x;\n"
                      "--         ALTER TYPE public.ct ADD ATTRIBUTE x text;",
                      NULL });
}

static void what_no_statement_does_is_said(void **state)
{
    (void)state;
    expect_script("CREATE TYPE ct AS (x text); CREATE TABLE t (c ct[])",
                  "CREATE TYPE ct AS (x text COLLATE \"C\"); CREATE TABLE t (c ct[])",
                  (const char *const[]){ "-- by hand: the collation of the field x of the type "
                                         "public.ct has to be changed by hand: public.t.c has",
                                         NULL });
    expect_script("CREATE TABLE t (id int); CREATE MATERIALIZED VIEW v AS SELECT id FROM t",
                  "CREATE TABLE t (id int);"
                  "CREATE MATERIALIZED VIEW v TABLESPACE fast AS SELECT id FROM t",
                  (const char *const[]){ "-- by hand: the materialized view public.v has to be "
                                         "changed by hand",
                                         NULL });
}

static void options_of_identities_and_views_are_altered(void **state)
{
    (void)state;
    expect_script("CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);"
                  "CREATE MATERIALIZED VIEW v WITH (fillfactor=70) AS SELECT id FROM t",
                  "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (INCREMENT BY 5));"
                  "CREATE MATERIALIZED VIEW v WITH (fillfactor=80) AS SELECT id FROM t",
                  (const char *const[]){
                      "ALTER TABLE public.t ALTER COLUMN id SET INCREMENT BY 5 SET START WITH 1;",
                      "ALTER MATERIALIZED VIEW public.v RESET (fillfactor);",
                      "ALTER MATERIALIZED VIEW public.v SET (fillfactor=80);", NULL });
}

static void no_control_of_a_name_gets_into_a_script(void **state)
{
    (void)state;
    expect_script(
        "CREATE TABLE \"x\r\\! touch gone\r--\" (a int); CREATE TABLE t (a int)",
        "CREATE TABLE t (a int, \"b\x1b[2J\xc2\x9b\" int); COMMENT ON TABLE t IS 'a\r\nb'",
        (const char *const[]){
            "ADD COLUMN IF NOT EXISTS U&\"b\\001b[2J\\009b\" integer;",
            "-- DROP TABLE IF EXISTS public.U&\"x\\000d\\\\! touch gone\\000d--\" CASCADE;",
            "COMMENT ON TABLE public.t IS E'a\\u000d\nb';", NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_use_the_forms_that_lock_least),
        cmocka_unit_test(a_text_that_is_too_long_is_not_cut),
        cmocka_unit_test(what_destroys_is_a_comment_unless_asked_for),
        cmocka_unit_test(names_from_outside_cannot_leave_their_quotes),
        cmocka_unit_test(fields_are_altered_and_lost_only_when_asked_for),
        cmocka_unit_test(what_no_statement_does_is_said),
        cmocka_unit_test(options_of_identities_and_views_are_altered),
        cmocka_unit_test(no_control_of_a_name_gets_into_a_script),
        cmocka_unit_test(what_a_tool_of_migrations_keeps_is_no_difference),
        cmocka_unit_test(a_script_says_how_its_texts_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
