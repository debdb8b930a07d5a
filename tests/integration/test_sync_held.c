/*
 * Scripts for PostgreSQL on a real server: what remains of one that must not destroy can be run and
 * taken back, and numbers of rows go on where they were.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sync.h>

#include "tests/support/test_server.h"

static void make_databases(const char *before, const char *after)
{
    static const char *const names[] = { "before", "after", "run" };
    char drop[64];
    for (size_t i = 0; i < 3; i++) {
        snprintf(drop, sizeof(drop), "DROP DATABASE IF EXISTS %s", names[i]);
        database_server_sql(test_server, "postgres", drop);
        database_server_create(test_server, names[i]);
        database_server_sql(test_server, names[i], i == 1 ? after : before);
    }
}

static struct schema_sync *make_sync(bool destructive)
{
    const struct schema_sync_options options = { .destructive = destructive };
    struct schema *previous = test_server_read("before"), *current = test_server_read("after");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, &options);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return sync;
}

/* What the rollback would have to drop or to cut may be there still, and nothing else. */
static size_t count_kept(void)
{
    struct schema *before = test_server_read("before"), *run = test_server_read("run");
    struct schema_diff *diff = schema_compare(run, before, NULL);
    size_t count = 0;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        if (change->kind == SCHEMA_REMOVED || (change->risks & SCHEMA_RISK_DATA))
            continue;
        print_message("%s %s\n", schema_change_name(change->kind),
                      schema_object_path(diff->arena, schema_change_object(change)));
        count++;
    }
    schema_diff_free(&diff);
    schema_free(&before);
    schema_free(&run);
    return count;
}

/* Runs what is left of a script that destroys nothing, twice, and its rollback; `says` stands in
 * it. */
static void run_gently(const char *before, const char *after, size_t waiting, const char *says)
{
    make_databases(before, after);
    struct schema_sync *sync = make_sync(false);
    assert_int_equal(sync->waiting_count, waiting);
    if (!strstr(sync->script, says))
        fail_msg("'%s' does not stand in:\n%s", says, sync->script);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", sync->rollback);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(count_kept(), 0);
    schema_sync_free(&sync);
}

static void a_type_waits_for_a_view_that_is_still_there(void **state)
{
    (void)state;
    test_server_need();
    run_gently("CREATE TABLE t (id int, a int, gone text);"
               "CREATE VIEW old AS SELECT a, gone FROM t; CREATE VIEW old2 AS SELECT * FROM old;"
               "INSERT INTO t VALUES (1, 2, 'x')",
               "CREATE TABLE t (id bigint, a bigint CHECK (a > 0))", 3,
               "-- waits: view public.old stands on it\n-- ALTER TABLE public.t ALTER COLUMN a "
               "TYPE bigint USING a::bigint;");
}

/* What hangs on a view is given back, also to one that was never dropped. */
static void a_view_that_waits_keeps_its_rules_and_privileges(void **state)
{
    (void)state;
    test_server_need();
    run_gently("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t;"
               "CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING; GRANT SELECT ON v TO PUBLIC;"
               "CREATE VIEW old AS SELECT id FROM v;",
               "CREATE TABLE t (id bigint); CREATE VIEW v AS SELECT id FROM t;", 6,
               "-- waits: view public.old stands on it");
}

static void a_label_waits_for_functions_and_tables_that_are_still_there(void **state)
{
    (void)state;
    test_server_need();
    run_gently("CREATE TYPE te AS ENUM ('a', 'b'); CREATE TABLE lost (i int, e te);"
               "CREATE TABLE kept (e te DEFAULT 'b'); CREATE VIEW v AS SELECT e FROM kept;"
               "CREATE FUNCTION f(te) RETURNS int LANGUAGE sql AS 'select 1';",
               "CREATE TYPE te AS ENUM ('b', 'c'); CREATE TABLE kept (e te DEFAULT 'c');"
               "CREATE VIEW v AS SELECT e FROM kept; CREATE TABLE n (e te DEFAULT 'b');",
               16, "-- waits: table public.lost stands on it\n-- ALTER TYPE public.te RENAME");
}

/* What the server cuts without a word: values of more digits, of more than a day. */
static void a_type_that_holds_less_waits_until_it_is_asked_for(void **state)
{
    static const char before[] =
        "CREATE TABLE t (id int PRIMARY KEY, price numeric(12,4) DEFAULT 1.5, at timestamp,"
        " rate double precision, name varchar(80), big bigint);"
        "INSERT INTO t VALUES (1, 1.2345, '2025-01-02 03:04:05', 2.7, 'x', 5);"
        "CREATE VIEW prices AS SELECT price FROM t; CREATE VIEW names AS SELECT name FROM t;";
    static const char after[] =
        "CREATE TABLE t (id int PRIMARY KEY, price numeric(12,2) DEFAULT 2.5, at date,"
        " rate int, name varchar(80) NOT NULL, big numeric);"
        "CREATE VIEW prices AS SELECT price FROM t; CREATE VIEW names AS SELECT name FROM t;";
    static const char kept[] = "SELECT 1 / count(*) FROM t WHERE price = 1.2345 AND rate = 2.7"
                               " AND at = '2025-01-02 03:04:05'";

    (void)state;
    test_server_need();
    make_databases(before, after);
    struct schema *previous = test_server_read("before"), *current = test_server_read("after");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_int_equal(sync->destructive_count, 3);
    size_t destroying = 0;
    for (size_t i = 0; i < diff->count; i++)
        destroying += schema_change_is_destructive(&diff->changes[i]);
    assert_int_equal(sync->destructive_count, destroying);
    assert_non_null(strstr(sync->script, "\n-- 3 statements destroy, and are comments: as it is "
                                         "written, what they would destroy stays.\n"));
    assert_non_null(strstr(sync->script, "\n-- destroys: what of the column's values the new type "
                                         "cannot hold\n-- ALTER TABLE public.t ALTER COLUMN at "
                                         "TYPE date"));
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", kept);
    database_server_sql(test_server, "run",
                        "SELECT 1 / count(*) FROM information_schema.columns WHERE "
                        "column_name = 'name' AND is_nullable = 'NO'");
    database_server_sql(test_server, "run", sync->rollback);
    database_server_sql(test_server, "run", kept);
    assert_int_equal(count_kept(), 0);
    schema_sync_free(&sync);
    sync = make_sync(true);
    database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

/* The script as it is written, and its rollback, leave what there was; with all of it run there is
 * what is wanted. `holds` is true in between, `says` is what waits. */
static void keep_while_it_waits(const char *before, const char *after, const char *says,
                                const char *holds)
{
    make_databases(before, after);
    struct schema_sync *sync = make_sync(false);
    if (!strstr(sync->script, says))
        fail_msg("'%s' does not stand in:\n%s", says, sync->script);
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "run", sync->script);
        database_server_sql(test_server, "run", holds);
    }
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
    sync = make_sync(true);
    database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
}

#define NUMBERS(digits)                                                                            \
    "CREATE TABLE c (id int PRIMARY KEY, k int);"                                                  \
    "CREATE TABLE t (id int PRIMARY KEY, n numeric(12," digits "), k int);"

static void nothing_goes_while_what_comes_for_it_waits(void **state)
{
    static const char two[] =
        "SELECT 1 / (count(*) = 2)::int FROM pg_index WHERE indrelid = 't'::regclass AND "
        "indisunique AND NOT indisprimary";

    (void)state;
    test_server_need();
    keep_while_it_waits(NUMBERS("4") "CREATE UNIQUE INDEX uy ON t (n DESC);"
                                     "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (k, n);",
                        NUMBERS("2") "ALTER TABLE t ADD CONSTRAINT uy UNIQUE (n);",
                        "\n-- waits: constraint public.t.uy is not made before\n"
                        "-- ALTER TABLE public.t DROP CONSTRAINT IF EXISTS uq;\n",
                        two);
    keep_while_it_waits(NUMBERS("4") "CREATE INDEX old ON t (n);",
                        NUMBERS("2") "CREATE INDEX fresh ON t (n, k);",
                        "\n-- waits: index public.t.fresh is not made before\n"
                        "-- DROP INDEX IF EXISTS public.old;\n",
                        "SELECT 1 / count(*) FROM pg_class WHERE relname = 'old'");
    keep_while_it_waits(NUMBERS("4") "ALTER TABLE t ADD CONSTRAINT old CHECK (n > 0);",
                        NUMBERS("2") "ALTER TABLE t ADD CONSTRAINT fresh CHECK (n > 0 AND n < 9);",
                        "\n-- waits: constraint public.t.fresh is not made before\n"
                        "-- ALTER TABLE public.t DROP CONSTRAINT IF EXISTS old;\n",
                        "SELECT 1 / count(*) FROM pg_constraint WHERE conname = 'old'");
    keep_while_it_waits(NUMBERS("4") "CREATE POLICY old ON t AS RESTRICTIVE USING (k > 0);",
                        NUMBERS("2") "CREATE POLICY fresh ON t AS RESTRICTIVE USING (n > 0);",
                        "\n-- waits: policy public.t.fresh is not made before\n"
                        "-- DROP POLICY IF EXISTS old ON public.t;\n",
                        "SELECT 1 / count(*) FROM pg_policy WHERE polname = 'old'");
    /* Its name is taken as long. */
    keep_while_it_waits(NUMBERS("4") "CREATE INDEX x ON t (n);",
                        NUMBERS("2") "CREATE INDEX y ON t (n); CREATE INDEX x ON c (k);",
                        "\n-- waits: index public.t.x has its name still\n",
                        "SELECT 1 / count(*) FROM pg_indexes WHERE indexname = 'x' AND "
                        "tablename = 't'");
}

/* A column that stays takes no key away: it is swapped as if only that changed. */
static void a_key_does_not_go_for_what_waits(void **state)
{
    static const char one[] = "SELECT 1 / (count(*) = 1)::int FROM pg_index WHERE indrelid = "
                              "'t'::regclass AND indisunique AND indisvalid AND NOT indisprimary";
    static const char swapped[] =
        "\n            ALTER TABLE public.t DROP CONSTRAINT IF EXISTS u;\n";

    (void)state;
    test_server_need();
    keep_while_it_waits("CREATE TABLE t (id int, k int, gone int, CONSTRAINT u UNIQUE (k, gone));",
                        "CREATE TABLE t (id int, k int, CONSTRAINT u UNIQUE (k));", swapped, one);
    keep_while_it_waits(NUMBERS("4") "ALTER TABLE t ADD CONSTRAINT u UNIQUE (k, n);",
                        NUMBERS("2") "ALTER TABLE t ADD CONSTRAINT u UNIQUE (k);", swapped, one);
    keep_while_it_waits(NUMBERS("4") "ALTER TABLE t ALTER k SET NOT NULL; ALTER TABLE t DROP "
                                     "CONSTRAINT t_pkey, ADD CONSTRAINT p PRIMARY KEY (k, id);",
                        NUMBERS("2") "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (n);",
                        "\n-- ALTER TABLE public.t ALTER COLUMN k DROP NOT NULL;",
                        "SELECT 1 / count(*) FROM pg_constraint WHERE conname = 'p'");
    keep_while_it_waits(NUMBERS("4") "CREATE UNIQUE INDEX u ON t (n);",
                        NUMBERS("2") "ALTER TABLE t ADD CONSTRAINT u UNIQUE (n);",
                        "ADD CONSTRAINT u UNIQUE USING INDEX u;", one);
    keep_while_it_waits("CREATE TABLE t (id int, k int, w text, CONSTRAINT u UNIQUE (id, k));"
                        "CREATE VIEW old AS SELECT id FROM t;",
                        "CREATE TABLE t (id bigint, k int, w text, CONSTRAINT u UNIQUE (k));",
                        swapped, one);
}

static void what_goes_for_nothing_comes_back_with_the_rollback(void **state)
{
    (void)state;
    test_server_need();
    keep_while_it_waits(NUMBERS("4") "CREATE UNIQUE INDEX ux ON t (n); CREATE INDEX ix ON t (k, n);"
                                     "ALTER TABLE t ADD CONSTRAINT ch CHECK (n > k);",
                        NUMBERS("2"), "\nDROP INDEX IF EXISTS public.ux;\n",
                        "SELECT 1 / (count(*) = 1)::int FROM pg_index WHERE indrelid = "
                        "'t'::regclass");
}

/* What waits is another view's: this one is dropped and made, and has to be as it was. */
static void what_is_made_again_keeps_its_privileges_beside_what_waits(void **state)
{
    (void)state;
    test_server_need();
    database_server_sql(test_server, "postgres", "CREATE ROLE looker");
    make_databases("CREATE TABLE t (id int PRIMARY KEY, n numeric(12,4), w text, g numeric(12,4));"
                   "CREATE UNIQUE INDEX ux ON t (w); CREATE TABLE c (w text REFERENCES t (w));"
                   "CREATE VIEW v AS SELECT id, n FROM t; CREATE VIEW v3 AS SELECT g FROM t;"
                   "GRANT SELECT ON v3 TO looker;",
                   "CREATE TABLE t (id int PRIMARY KEY, n numeric(12,2), w text, g numeric(14,4));"
                   "CREATE UNIQUE INDEX ux ON t (w) INCLUDE (id);"
                   "CREATE TABLE c (w text REFERENCES t (w));"
                   "CREATE VIEW v AS SELECT id, n FROM t; CREATE VIEW v3 AS SELECT g FROM t;");
    struct schema_sync *sync = make_sync(false);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run",
                        "SELECT 1 / has_table_privilege('looker', 'v3', 'SELECT')::int;"
                        "SELECT 1 / (count(*) = 1)::int FROM pg_attribute WHERE attrelid ="
                        " 't'::regclass AND attname = 'g' AND atttypmod = ((14 << 16) | 4) + 4;");
    schema_sync_free(&sync);
}

/* Nothing is lost by them, so that nothing waits for them either. */
static void a_type_that_fails_on_what_it_cannot_hold_destroys_nothing(void **state)
{
    (void)state;
    test_server_need();
    make_databases("CREATE EXTENSION citext;"
                   "CREATE TABLE t (a json, b varchar(50), c text, d bigint, e text, f text,"
                   " g boolean, h text, n numeric(12,2));"
                   "INSERT INTO t VALUES ('{\"a\": 1}', 'b', 'c', 4,"
                   " '00000000-0000-0000-0000-000000000005', '10.0.0.6', true, 'h', 9.25);"
                   "CREATE VIEW v AS SELECT * FROM t;",
                   "CREATE EXTENSION citext;"
                   "CREATE TABLE t (a jsonb, b varchar(40), c varchar(100), d int, e uuid, f inet,"
                   " g int, h citext, n numeric(10,2));"
                   "CREATE VIEW v AS SELECT * FROM t;");
    struct schema_sync *sync = make_sync(false);
    assert_int_equal(sync->destructive_count, 0);
    assert_int_equal(sync->waiting_count, 0);
    database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run",
                        "SELECT 1 / count(*) FROM v WHERE a->>'a' = '1' AND b = 'b' AND c = 'c' AND"
                        " d = 4 AND e::text LIKE '%5' AND f = '10.0.0.6' AND g = 1 AND h = 'H' AND"
                        " n = 9.25");
    schema_sync_free(&sync);
}

/* In both directions: what it would go for is a comment. */
static void a_view_that_is_the_same_stays_beside_a_drop_that_waits(void **state)
{
    static const char one[] =
        "CREATE TABLE t (id int, more int); CREATE VIEW v AS SELECT id FROM t;"
        "CREATE VIEW w AS SELECT id FROM v;";
    static const char other[] = "CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t;"
                                "CREATE VIEW w AS SELECT id FROM v;";

    (void)state;
    test_server_need();
    make_databases(one, other);
    struct schema_sync *sync = make_sync(false);
    assert_int_equal(sync->statement_count, 0);
    assert_null(strstr(sync->script, "\nDROP VIEW"));
    assert_non_null(strstr(sync->script, "\n-- waits: for what destroys\n-- DROP VIEW"));
    schema_sync_free(&sync);
    make_databases(other, one);
    sync = make_sync(false);
    assert_null(strstr(sync->rollback, "\nDROP VIEW"));
    assert_int_equal(sync->rollback_statement_count, 0);
    schema_sync_free(&sync);
    sync = make_sync(true);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
}

/* It goes and comes as it was: on a column that is not changed yet, and on one that is. */
static void a_view_that_is_the_same_does_not_wait_for_one_of_its_columns(void **state)
{
#define VIEWS                                                                                      \
    "CREATE VIEW v AS SELECT t.a, u.n FROM t JOIN u USING (id); CREATE VIEW w AS SELECT a FROM v;" \
    "CREATE VIEW alone AS SELECT n FROM u;"

    (void)state;
    test_server_need();
    make_databases("CREATE TABLE t (id int, a int); CREATE TABLE u (id int, n numeric(12,4));" VIEWS
                   "GRANT SELECT ON v TO PUBLIC;",
                   "CREATE TABLE t (id int, a bigint);"
                   "CREATE TABLE u (id int, n numeric(12,2));" VIEWS);
    struct schema_sync *sync = make_sync(false);
    assert_int_equal(sync->destructive_count, 1);
    assert_int_equal(sync->waiting_count, 2);
    assert_non_null(strstr(sync->script, "\n-- waits: for what destroys\n"
                                         "-- DROP VIEW IF EXISTS public.alone;\n"));
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "run", sync->script);
        database_server_sql(test_server, "run",
                            "SELECT 1 / (count(*) = 2)::int FROM pg_attribute WHERE attname = 'a'"
                            " AND atttypid = 'bigint'::regtype AND attrelid IN ('t'::regclass,"
                            " 'w'::regclass);"
                            "SELECT 1 / has_table_privilege('looker', 'v', 'SELECT')::int");
    }
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
}

static void a_name_waits_until_it_is_free(void **state)
{
    (void)state;
    test_server_need();
    run_gently("CREATE TABLE t (id int); CREATE MATERIALIZED VIEW m AS SELECT id FROM t;",
               "CREATE TABLE t (id int); CREATE VIEW m AS SELECT id FROM t;"
               "CREATE VIEW n AS SELECT id FROM m;",
               6, "-- waits: materialized view public.m is still there\n-- CREATE OR REPLACE VIEW");
    run_gently("CREATE TABLE x (id int CONSTRAINT k PRIMARY KEY);",
               "CREATE TABLE y (id int CONSTRAINT k PRIMARY KEY);"
               "CREATE TABLE z (id int REFERENCES y);",
               2, "-- waits: table public.x has its name still\n");
}

/* However many stand on each other. */
static void views_go_and_come_in_the_order_of_their_needs(void **state)
{
    enum { VIEW_COUNT = 300 };
    struct strbuf sql[2] = { STRBUF_INIT, STRBUF_INIT };

    (void)state;
    test_server_need();
    for (int side = 0; side < 2; side++) {
        strbuf_printf(&sql[side],
                      "CREATE TABLE t (id int, a %s); CREATE VIEW v0 AS SELECT a FROM t;",
                      side ? "bigint" : "int");
        for (int i = 1; i < VIEW_COUNT; i++)
            strbuf_printf(&sql[side], "CREATE VIEW v%d AS SELECT a FROM v%d;", i, i - 1);
    }
    make_databases(sql[0].data, sql[1].data);
    struct schema_sync *sync = make_sync(false);
    assert_int_equal(sync->waiting_count, 0);
    database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
    strbuf_release(&sql[0]);
    strbuf_release(&sql[1]);
}

/* Both orders, and once more: the other kind has the name by then. */
static void a_view_becomes_materialized_and_back(void **state)
{
    (void)state;
    test_server_need();
    static const char *const sql[] = { "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
                                       "CREATE VIEW m AS SELECT 1 AS a" };
    for (int i = 0; i < 2; i++) {
        make_databases(sql[i], sql[!i]);
        struct schema_sync *sync = make_sync(true);
        assert_int_equal(sync->waiting_count, 0);
        database_server_sql(test_server, "run", sync->script);
        database_server_sql(test_server, "run", sync->script);
        assert_int_equal(test_server_differences("after", "run"), 0);
        database_server_sql(test_server, "run", sync->rollback);
        assert_int_equal(test_server_differences("before", "run"), 0);
        schema_sync_free(&sync);
    }
}

/* Rows 1 and 2 are there, and the next one is no duplicate, whichever way it is numbered. */
static void try_numbers(const char *before, const char *after, const char *insert)
{
    make_databases(before, after);
    struct schema_sync *sync = make_sync(true);
    database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run", insert);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", insert);
    assert_int_equal(test_server_differences("after", "run"), 0);
    database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
    sync = make_sync(false);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", insert);
    schema_sync_free(&sync);
}

#define DOWNWARDS " (START 100 INCREMENT -1 MINVALUE -50 MAXVALUE 100)"

static void numbers_go_on_where_they_were(void **state)
{
    (void)state;
    test_server_need();
    static const char insert[] = "INSERT INTO t (v) VALUES ('x')";
    static const char *const forms[] = {
        "CREATE TABLE t (id serial PRIMARY KEY, v text);",
        "CREATE TABLE t (id int PRIMARY KEY, v text);",
        "CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v text);",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY" DOWNWARDS " PRIMARY KEY, v text);",
    };
    char before[256];
    for (size_t i = 0; i < 3; i++) {
        snprintf(before, sizeof(before), "%s%s", forms[i],
                 "INSERT INTO t VALUES (1, 'a'), (2, 'b');");
        for (size_t j = 0; j < 4; j++)
            if (i != j && j != 1 && i + j != 5) /* one identity goes on as it was */
                try_numbers(before, forms[j], insert);
    }
}

static void an_empty_table_begins_at_the_start(void **state)
{
    (void)state;
    test_server_need();
    make_databases("CREATE TABLE t (id serial PRIMARY KEY, v text);",
                   "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);");
    struct schema_sync *sync = make_sync(true);
    database_server_sql(test_server, "run", sync->script);
    database_server_sql(test_server, "run", "INSERT INTO t (v) VALUES ('x')");
    assert_true(database_server_try(test_server, "run",
                                    "SELECT 1 / (SELECT count(*) FROM t WHERE id = 1);"));
    schema_sync_free(&sync);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_type_waits_for_a_view_that_is_still_there),
        cmocka_unit_test(a_view_that_waits_keeps_its_rules_and_privileges),
        cmocka_unit_test(a_label_waits_for_functions_and_tables_that_are_still_there),
        cmocka_unit_test(a_type_that_holds_less_waits_until_it_is_asked_for),
        cmocka_unit_test(nothing_goes_while_what_comes_for_it_waits),
        cmocka_unit_test(a_key_does_not_go_for_what_waits),
        cmocka_unit_test(what_goes_for_nothing_comes_back_with_the_rollback),
        cmocka_unit_test(what_is_made_again_keeps_its_privileges_beside_what_waits),
        cmocka_unit_test(a_type_that_fails_on_what_it_cannot_hold_destroys_nothing),
        cmocka_unit_test(a_view_that_is_the_same_stays_beside_a_drop_that_waits),
        cmocka_unit_test(a_view_that_is_the_same_does_not_wait_for_one_of_its_columns),
        cmocka_unit_test(views_go_and_come_in_the_order_of_their_needs),
        cmocka_unit_test(a_name_waits_until_it_is_free),
        cmocka_unit_test(a_view_becomes_materialized_and_back),
        cmocka_unit_test(numbers_go_on_where_they_were),
        cmocka_unit_test(an_empty_table_begins_at_the_start),
    };
    return cmocka_run_group_tests(tests, test_server_start_postgresql, test_server_stop);
}
