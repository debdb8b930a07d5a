/*
 * Indexes of PostgreSQL that become others, on a real server: there is one at every moment, and one
 * whose build failed is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/schema/diff.h>
#include <pilab/schema/sync.h>

#include "tests/support/test_server.h"

static const char table_sql[] = "CREATE TABLE t (id int, name text, code text);"
                                "INSERT INTO t VALUES (1, 'a', 'x'), (2, 'a', 'y');";

static void make_database(const char *name, const char *sql)
{
    database_server_create(test_server, name);
    database_server_sql(test_server, name, table_sql);
    if (*sql)
        database_server_sql(test_server, name, sql);
}

static struct schema_sync *make_sync(const char *from, const char *to)
{
    struct schema *previous = test_server_read(from), *current = test_server_read(to);
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    return sync;
}

static void an_index_whose_build_failed_differs_and_is_built_again(void **state)
{
    (void)state;
    test_server_need();
    make_database("failed", "");
    assert_false(database_server_try(test_server, "failed",
                                     "CREATE UNIQUE INDEX CONCURRENTLY ux ON t (name)"));
    make_database("whole", "DELETE FROM t WHERE id = 2; CREATE UNIQUE INDEX ux ON t (name)");
    struct schema *previous = test_server_read("failed"), *current = test_server_read("whole");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    assert_int_equal(diff->count, 1);
    assert_non_null(schema_change_of(&diff->changes[0], SCHEMA_NOT_VALID));
    assert_string_equal(diff->changes[0].hazards[0].id, "invalid-index");
    assert_non_null(strstr(diff->changes[0].hazards[0].reason, "a concurrent build failed"));
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_non_null(strstr(sync->script, "\nDROP INDEX CONCURRENTLY IF EXISTS public.pilab_old_"));
    assert_non_null(strstr(sync->script, "\nCREATE UNIQUE INDEX CONCURRENTLY pilab_new_"));
    /* Run with the duplicates it fails, each time, and says so. */
    for (int i = 0; i < 2; i++)
        assert_false(database_server_try(test_server, "failed", sync->script));
    database_server_sql(test_server, "failed", "DELETE FROM t WHERE id = 2");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "failed", sync->script);
        assert_int_equal(test_server_differences("failed", "whole"), 0);
    }
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
}

static void a_new_index_is_not_skipped_for_one_whose_build_failed(void **state)
{
    (void)state;
    test_server_need();
    make_database("without", "");
    make_database("with_one", "DELETE FROM t WHERE id = 2; CREATE UNIQUE INDEX ux ON t (name)");
    struct schema_sync *sync = make_sync("without", "with_one");
    for (int i = 0; i < 2; i++)
        assert_false(database_server_try(test_server, "without", sync->script));
    database_server_sql(test_server, "without", "DELETE FROM t WHERE id = 2");
    database_server_sql(test_server, "without", sync->script);
    assert_int_equal(test_server_differences("without", "with_one"), 0);
    schema_sync_free(&sync);
}

static void the_other_sides_invalid_index_is_nothing_to_wish_for(void **state)
{
    (void)state;
    test_server_need();
    make_database("good", "DELETE FROM t WHERE id = 2; CREATE UNIQUE INDEX ux ON t (name)");
    make_database("bad", "");
    assert_false(
        database_server_try(test_server, "bad", "CREATE UNIQUE INDEX CONCURRENTLY ux ON t (name)"));
    struct schema_sync *sync = make_sync("good", "bad");
    assert_int_equal(sync->statement_count, 0);
    assert_int_equal(sync->note_count, 1);
    assert_non_null(strstr(sync->notes[0], "index ux is invalid on the other side: a concurrent "
                                           "build failed"));
    schema_sync_free(&sync);
}

#define PARTED                                                                                     \
    "CREATE TABLE p (id int, k int) PARTITION BY RANGE (id);"                                      \
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"                                  \
    "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);"

/* It is no failure: that is how an index of many partitions is made without a long lock. */
static void an_index_that_waits_for_its_partitions_is_not_complete(void **state)
{
    (void)state;
    test_server_need();
    make_database("parted_one", PARTED "CREATE INDEX px ON ONLY p (k); CREATE INDEX p1x ON p1 (k);"
                                       "ALTER INDEX px ATTACH PARTITION p1x;");
    make_database("parted_all", PARTED "CREATE INDEX px ON p (k);");
    make_database("parted_none", PARTED);
    struct schema *previous = test_server_read("parted_one"),
                  *current = test_server_read("parted_all");
    struct schema_diff *diff = schema_compare(previous, current, NULL);
    const struct schema_hazard *hazard = NULL;
    for (size_t i = 0; i < diff->count; i++)
        if (schema_change_of(&diff->changes[i], SCHEMA_NOT_VALID))
            hazard = &diff->changes[i].hazards[0];
    assert_non_null(hazard);
    assert_string_equal(hazard->id, "incomplete-index");
    assert_non_null(strstr(hazard->reason, "not every partition has one attached"));
    schema_diff_free(&diff);
    schema_free(&previous);
    schema_free(&current);
    struct schema_sync *sync = make_sync("parted_none", "parted_one");
    assert_int_equal(sync->note_count, 1);
    assert_string_equal(sync->notes[0], "the index px is not complete on the other side: not every "
                                        "partition has one attached there");
    assert_null(strstr(sync->script, "failed"));
    schema_sync_free(&sync);
    sync = make_sync("parted_one", "parted_all");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "parted_one", sync->script);
        assert_int_equal(test_server_differences("parted_one", "parted_all"), 0);
    }
    schema_sync_free(&sync);
}

/* A build of another that fails leaves the one that is there, also for a client that goes on. */
static void an_index_that_becomes_another_is_there_all_the_time(void **state)
{
    (void)state;
    test_server_need();
    make_database("before", "CREATE UNIQUE INDEX ux ON t (id, name);"
                            "COMMENT ON INDEX ux IS 'kept'");
    make_database("after", "DELETE FROM t WHERE id = 2; CREATE UNIQUE INDEX ux ON t (name);"
                           "COMMENT ON INDEX ux IS 'kept'");
    struct schema_sync *sync = make_sync("before", "after");
    assert_null(strstr(sync->script, "\nDROP INDEX IF EXISTS"));
    assert_false(database_server_try(test_server, "before", sync->script));
    database_server_sql(test_server, "before",
                        "SELECT 1 / count(*) FROM pg_index i JOIN pg_class c ON c.oid = "
                        "i.indexrelid WHERE c.relname = 'ux' AND i.indisvalid");
    database_server_sql(test_server, "before", "DELETE FROM t WHERE id = 2");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "before", sync->script);
        assert_int_equal(test_server_differences("before", "after"), 0);
    }
    make_database("again", "CREATE UNIQUE INDEX ux ON t (id, name); COMMENT ON INDEX ux IS 'kept'");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "before", sync->rollback);
        assert_int_equal(test_server_differences("before", "again"), 0);
    }
    schema_sync_free(&sync);
}

/* There and back, each twice; between the statements that stand alone there is one at any time. */
static void swap(const char *before, const char *after, const char *never)
{
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = { "one", "two", "first" };
        char drop[64];
        snprintf(drop, sizeof(drop), "DROP DATABASE IF EXISTS %s", names[i]);
        database_server_sql(test_server, "postgres", drop);
        database_server_create(test_server, names[i]);
        database_server_sql(test_server, names[i], i == 1 ? after : before);
    }
    struct schema_sync *sync = make_sync("one", "two");
    if (strstr(sync->script, never))
        fail_msg("'%s' stands in:\n%s", never, sync->script);
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "one", sync->script);
        assert_int_equal(test_server_differences("one", "two"), 0);
    }
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "one", sync->rollback);
        assert_int_equal(test_server_differences("one", "first"), 0);
    }
    schema_sync_free(&sync);
}

static void an_index_becomes_a_key_without_being_built_again(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (id int, ref text); CREATE UNIQUE INDEX ux ON t (ref);",
         "CREATE TABLE t (id int, ref text, CONSTRAINT ux UNIQUE (ref));", "INDEX CONCURRENTLY");
    swap("CREATE TABLE t (id int, ref text); CREATE UNIQUE INDEX ux ON t (ref DESC);",
         "CREATE TABLE t (id int, ref text, CONSTRAINT ux UNIQUE (ref));",
         "BEGIN;\nDROP INDEX IF EXISTS");
    swap("CREATE TABLE t (id int, ref timestamptz); CREATE UNIQUE INDEX ux ON t (ref);",
         "CREATE TABLE t (id int, ref timestamp, CONSTRAINT ux UNIQUE (ref));",
         "BEGIN;\nDROP INDEX IF EXISTS");
}

static void a_key_that_becomes_another_is_there_all_the_time(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));",
         "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a, b));",
         "BEGIN;\nALTER TABLE public.t DROP");
    swap("CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a));"
         "CREATE TABLE c (a int REFERENCES t (a));",
         "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a, b));"
         "CREATE TABLE c (a int);",
         "\nALTER TABLE public.t DROP CONSTRAINT");
}

/* Only what is made of the column itself. */
static void another_columns_type_takes_no_index_away(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (id int PRIMARY KEY, ref text, k int, tz timestamptz);"
         "CREATE UNIQUE INDEX ux ON t (ref); CREATE INDEX kx ON t (k);",
         "CREATE TABLE t (id int PRIMARY KEY, ref text, k int, tz timestamp);"
         "CREATE UNIQUE INDEX ux ON t (k); CREATE INDEX kx ON t (k DESC);",
         "\nDROP INDEX IF EXISTS");
}

/* There and back, each twice; `holds` is true at the end of each. */
static void keep(const char *before, const char *after, const char *holds)
{
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "kept_one" : "kept_two";
        char drop[64];
        snprintf(drop, sizeof(drop), "DROP DATABASE IF EXISTS %s", name);
        database_server_sql(test_server, "postgres", drop);
        database_server_create(test_server, name);
        database_server_sql(test_server, name, i == 1 ? after : before);
    }
    database_server_sql(test_server, "kept_one", holds);
    struct schema_sync *sync = make_sync("kept_one", "kept_two");
    assert_true(sync->statement_count > 0);
    for (int i = 0; i < 4; i++) {
        const char *script = i < 2 ? sync->script : sync->rollback;
        database_server_sql(test_server, "kept_one", script);
        if (i < 2)
            assert_int_equal(test_server_differences("kept_one", "kept_two"), 0);
        if (!database_server_try(test_server, "kept_one", holds))
            fail_msg("after run %d of:\n%s", i + 1, script);
    }
    schema_sync_free(&sync);
}

#define MARKED(index)                                                                              \
    "SELECT 1 / (indisreplident AND indisclustered AND indisvalid AND c.relreplident = 'i')::int " \
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE indexrelid = '" index             \
    "'::regclass"
#define MARK(table, index)                                                                         \
    "ALTER TABLE " table " REPLICA IDENTITY USING INDEX " index ";"                                \
    "ALTER TABLE " table " CLUSTER ON " index ";"

/* No schema has it: it is a matter of who replicates the table, and of upkeep. */
static void what_comes_for_an_index_is_marked_as_that_was(void **state)
{
    (void)state;
    test_server_need();
    keep("CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ux ON t (a);" MARK(
             "t", "ux"),
         "CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ux ON t (a, b);",
         MARKED("ux"));
    keep("CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT \"U x\" UNIQUE (a));" MARK(
             "t", "\"U x\""),
         "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT \"U x\" UNIQUE (a, b));",
         MARKED("\"U x\""));
    /* One that cannot be built beside: its column is made again. */
    keep("CREATE TABLE t (a int NOT NULL, b int NOT NULL GENERATED ALWAYS AS (a * 2) STORED);"
         "CREATE UNIQUE INDEX ux ON t (b);" MARK("t", "ux"),
         "CREATE TABLE t (a int NOT NULL, b int NOT NULL GENERATED ALWAYS AS (a * 3) STORED);"
         "CREATE UNIQUE INDEX ux ON t (b);",
         MARKED("ux"));
    /* A column that must have a value by then. */
    keep("CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX ux ON t (a);"
         "ALTER TABLE t CLUSTER ON ux",
         "CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ux ON t (a, b);",
         "SELECT 1 / indisclustered::int FROM pg_index WHERE indexrelid = 'ux'::regclass");
}

#define TARGET(number)                                                                             \
    "SELECT 1 / (attstattarget = " #number ")::int FROM pg_attribute WHERE attnum = 1 AND "        \
    "attrelid = 'ix'::regclass"

static void what_comes_for_an_index_is_looked_at_as_much(void **state)
{
    (void)state;
    test_server_need();
    keep("CREATE TABLE t (a int, b int); CREATE INDEX ix ON t ((a + b));"
         "ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS 400;",
         "CREATE TABLE t (a int, b int); CREATE INDEX ix ON t ((a + b), b);", TARGET(400));
    keep("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);"
         "CREATE INDEX ix ON t ((a + b)); ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS 300;",
         "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED);"
         "CREATE INDEX ix ON t ((a + b));",
         TARGET(300));
    /* Of no expression any more, or of none that is still there. */
    keep("CREATE TABLE t (a int, b int); CREATE INDEX ix ON t (b, (a + b));"
         "ALTER INDEX ix ALTER COLUMN 2 SET STATISTICS 400;",
         "CREATE TABLE t (a int, b int); CREATE INDEX ix ON t (b);", TARGET(-1));
}

#define LIES(in)                                                                                   \
    "SELECT 1 / (s.spcname = '" in "')::int FROM pg_class c JOIN pg_tablespace s ON s.oid = "      \
    "c.reltablespace WHERE c.oid = 'ix'::regclass"

static void an_index_is_built_where_it_has_to_lie(void **state)
{
    (void)state;
    test_server_need();
    if (!database_server_try(test_server, "postgres",
                             "SET allow_in_place_tablespaces = on;\n"
                             "CREATE TABLESPACE \"Fast one\" LOCATION '';\n"
                             "CREATE TABLESPACE slow LOCATION '';")) {
        print_message("the server makes no tablespace without a folder\n");
        skip();
    }
    keep("CREATE TABLE t (a int, b text); CREATE INDEX ix ON t (a) TABLESPACE \"Fast one\";",
         "CREATE TABLE t (a int, b text); CREATE INDEX ix ON t (a, b) TABLESPACE \"Fast one\""
         " WHERE b <> ') WHERE (';",
         LIES("Fast one"));
    keep("CREATE TABLE t (a int);",
         "CREATE TABLE t (a int); CREATE INDEX ix ON t (a) TABLESPACE "
         "slow;",
         "SELECT 1");
    keep("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);"
         "CREATE INDEX ix ON t (b) TABLESPACE slow;",
         "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED);"
         "CREATE INDEX ix ON t (b) TABLESPACE slow;",
         LIES("slow"));
}

static void a_mark_that_the_new_index_cannot_have_does_not_stop_it(void **state)
{
    (void)state;
    test_server_need();
    make_database("marked", "ALTER TABLE t ALTER id SET NOT NULL; CREATE UNIQUE INDEX mx ON t "
                            "(id);" MARK("t", "mx"));
    make_database("partial", "ALTER TABLE t ALTER id SET NOT NULL;"
                             "CREATE UNIQUE INDEX mx ON t (id) WHERE id > 0;");
    struct schema_sync *sync = make_sync("marked", "partial");
    database_server_sql(test_server, "marked", sync->script);
    assert_int_equal(test_server_differences("marked", "partial"), 0);
    schema_sync_free(&sync);
}

/* Whatever it is called, and with foreign keys on it. */
static void a_primary_key_that_becomes_another_is_there_all_the_time(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (a int PRIMARY KEY, b int); INSERT INTO t VALUES (1, 2);",
         "CREATE TABLE t (a int, b int PRIMARY KEY);",
         "\nALTER TABLE public.t DROP CONSTRAINT IF EXISTS t_pkey");
    swap("CREATE TABLE t (a int, b int NOT NULL, CONSTRAINT p PRIMARY KEY (a));"
         "INSERT INTO t VALUES (1, 2);",
         "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT q PRIMARY KEY (a, b));",
         "\nALTER TABLE public.t DROP CONSTRAINT IF EXISTS p");
    swap("CREATE TABLE t (a int, b int UNIQUE, CONSTRAINT p PRIMARY KEY (a));"
         "CREATE TABLE c (a int REFERENCES t (a)); INSERT INTO t VALUES (1, 2);"
         "INSERT INTO c VALUES (1);",
         "CREATE TABLE t (a int, b int UNIQUE, CONSTRAINT p PRIMARY KEY (a) INCLUDE (b));"
         "CREATE TABLE c (a int REFERENCES t (a));",
         "\nALTER TABLE public.t DROP CONSTRAINT IF EXISTS p");
    keep("CREATE TABLE t (a int, b int NOT NULL, CONSTRAINT p PRIMARY KEY (a));" MARK("t", "p"),
         "CREATE TABLE t (a int, b int, CONSTRAINT p PRIMARY KEY (b, a));", MARKED("p"));
}

/* The name of the old one is another's by then. */
static void a_primary_key_gives_its_name_away(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (a int, b int, CONSTRAINT p PRIMARY KEY (a), CONSTRAINT u UNIQUE (b));",
         "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT u PRIMARY KEY (b), CONSTRAINT p UNIQUE "
         "(a));",
         "no such words");
    swap("CREATE TABLE t (a int, b int NOT NULL, CONSTRAINT p PRIMARY KEY (a));",
         "CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT q PRIMARY KEY (b)); CREATE INDEX p ON "
         "t (a);",
         "no such words");
    swap("CREATE TABLE t (a int NOT NULL, b int); CREATE UNIQUE INDEX p ON t (a);",
         "CREATE TABLE t (a int, b int, CONSTRAINT p PRIMARY KEY (a));", "INDEX CONCURRENTLY");
}

#define PARENT                                                                                     \
    "CREATE TABLE o (i int PRIMARY KEY);"                                                          \
    "CREATE TABLE t (id int PRIMARY KEY, k int NOT NULL UNIQUE, o int REFERENCES o, "              \
    "CONSTRAINT own CHECK (k > 0) NO INHERIT, CONSTRAINT shared CHECK (k < 9));"                   \
    "CREATE TABLE ch (z int) INHERITS (t);"

/* Plain inheritance hands on columns and checks only. */
static void a_child_has_keys_of_its_own(void **state)
{
    (void)state;
    test_server_need();
    swap(PARENT, PARENT "ALTER TABLE ch ADD CONSTRAINT chx PRIMARY KEY (id);",
         "ALTER TABLE public.t ");
    swap(PARENT "ALTER TABLE ch ADD CONSTRAINT chx PRIMARY KEY (id);",
         PARENT "ALTER TABLE ch ADD CONSTRAINT chy PRIMARY KEY (k);", "ALTER TABLE public.t ");
    swap(PARENT,
         PARENT "ALTER TABLE ch ADD UNIQUE (k), ADD FOREIGN KEY (o) REFERENCES o,"
                "ADD CONSTRAINT own CHECK (k > 0) NO INHERIT;",
         "ALTER TABLE public.t ");
    swap(PARTED "ALTER TABLE p ADD PRIMARY KEY (id);",
         PARTED "ALTER TABLE p ADD PRIMARY KEY (id), ADD CONSTRAINT shared CHECK (k < 9);",
         "ALTER TABLE public.p1 ");
    make_database("no_child", "CREATE TABLE o (id int PRIMARY KEY)");
    make_database("child", "CREATE TABLE o (id int PRIMARY KEY);"
                           "CREATE TABLE ch (z int, PRIMARY KEY (id)) INHERITS (o)");
    struct schema_sync *sync = make_sync("no_child", "child");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "no_child", sync->script);
        assert_int_equal(test_server_differences("no_child", "child"), 0);
    }
    schema_sync_free(&sync);
}

/* Its index cannot be built beside, since its column becomes another: it is gone for a while, but
 * not again for one that is run again. */
static void a_key_that_was_made_is_not_dropped_under_what_hangs_on_it(void **state)
{
    (void)state;
    test_server_need();
    swap("CREATE TABLE t (id int, k int, PRIMARY KEY (id, k)); CREATE TABLE c (k int);",
         "CREATE TABLE t (id int NOT NULL, k bigint PRIMARY KEY);"
         "CREATE TABLE c (k bigint REFERENCES t (k));",
         "\nALTER TABLE public.t DROP CONSTRAINT");
    swap("CREATE TABLE t (k bigint, CONSTRAINT u UNIQUE (k)); CREATE TABLE c (k bigint REFERENCES "
         "t (k));",
         "CREATE TABLE t (k int, CONSTRAINT u UNIQUE (k) INCLUDE (k)); CREATE TABLE c (k int);",
         "\nALTER TABLE public.t DROP CONSTRAINT");
    swap("CREATE TABLE t (id int, k int); CREATE UNIQUE INDEX u ON t (id, k);"
         "CREATE TABLE c (k int);",
         "CREATE TABLE t (id int, k bigint); CREATE UNIQUE INDEX u ON t (k);"
         "CREATE TABLE c (k bigint REFERENCES t (k));",
         "\nDROP INDEX");
}

#define IDENTITY(index) "ALTER TABLE t REPLICA IDENTITY USING INDEX " index ";"

/* It is in the index that rows are told apart by until that has gone. */
static void a_column_has_to_have_a_value_until_its_index_has_gone(void **state)
{
    static const char holds[] = "SELECT 1 / indisreplident::int FROM pg_index WHERE indexrelid = "
                                "'u'::regclass";
    (void)state;
    test_server_need();
    keep("CREATE TABLE t (id int NOT NULL, k int NOT NULL); CREATE UNIQUE INDEX u ON t (k);" //
         IDENTITY("u"),
         "CREATE TABLE t (id int NOT NULL, k int); CREATE UNIQUE INDEX u ON t (id);", holds);
    keep("CREATE TABLE t (id int NOT NULL, k int NOT NULL, CONSTRAINT u UNIQUE (k));" //
         IDENTITY("u"),
         "CREATE TABLE t (id int NOT NULL, k int, CONSTRAINT u UNIQUE (id));", holds);
    keep("CREATE TABLE t (id int NOT NULL, k int NOT NULL, CONSTRAINT u UNIQUE (k));" //
         IDENTITY("u"),
         "CREATE TABLE t (id int NOT NULL, k int); CREATE UNIQUE INDEX u ON t (id);", holds);
    /* What rows can no longer be told apart by. */
    make_database("told_by_k", "ALTER TABLE t ALTER id SET NOT NULL, ALTER code SET NOT NULL;"
                               "CREATE UNIQUE INDEX u ON t (code);" MARK("t", "u"));
    make_database("told_by_none", "ALTER TABLE t ALTER id SET NOT NULL;"
                                  "CREATE UNIQUE INDEX u ON t (id, code);");
    struct schema_sync *sync = make_sync("told_by_k", "told_by_none");
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "told_by_k", sync->script);
        assert_int_equal(test_server_differences("told_by_k", "told_by_none"), 0);
    }
    database_server_sql(test_server, "told_by_k",
                        "SELECT 1 / (indisclustered AND NOT indisreplident)::int FROM pg_index "
                        "WHERE indexrelid = 'u'::regclass");
    assert_non_null(strstr(sync->script, "'not kept: the replica identity of %: its column % may "
                                         "be null', 'public.t', 'code'"));
    schema_sync_free(&sync);
}

/* The first run ends where the new index does not get built. */
static void a_mark_outlives_a_script_that_ends_in_between(void **state)
{
    static const char again[] = "DELETE FROM t; INSERT INTO t VALUES (1, 1);";
    (void)state;
    test_server_need();
    make_database("halfway", "DROP TABLE t; CREATE TABLE t (id int NOT NULL, k int NOT NULL);"
                             "CREATE UNIQUE INDEX u ON t (id, k); INSERT INTO t VALUES (1, 1),"
                             "(2, 1);" IDENTITY("u"));
    make_database("all_the_way", "DROP TABLE t; CREATE TABLE t (id int NOT NULL, k bigint NOT NULL"
                                 "); CREATE UNIQUE INDEX u ON t (k);");
    struct schema_sync *sync = make_sync("halfway", "all_the_way");
    for (int i = 0; i < 2; i++)
        assert_false(database_server_try(test_server, "halfway", sync->script));
    database_server_sql(test_server, "halfway", again);
    for (int i = 0; i < 2; i++) {
        database_server_sql(test_server, "halfway", sync->script);
        assert_int_equal(test_server_differences("halfway", "all_the_way"), 0);
        database_server_sql(test_server, "halfway",
                            "SELECT 1 / (indisreplident AND indisvalid)::int FROM pg_index WHERE "
                            "indexrelid = 'u'::regclass");
    }
    assert_non_null(strstr(sync->script, "RAISE WARNING 'the index that was the replica identity "
                                         "of % is gone: give it another with ALTER TABLE'"));
    schema_sync_free(&sync);
}

static void an_index_of_a_view_that_is_made_again_is_marked_as_it_was(void **state)
{
    (void)state;
    test_server_need();
    keep("CREATE TABLE t (id int, k int); CREATE MATERIALIZED VIEW m AS SELECT id, k FROM t;"
         "CREATE INDEX mx ON m (k); ALTER MATERIALIZED VIEW m CLUSTER ON mx;",
         "CREATE TABLE t (id int, k bigint); CREATE MATERIALIZED VIEW m AS SELECT id, k FROM t;"
         "CREATE INDEX mx ON m (k);",
         "SELECT 1 / indisclustered::int FROM pg_index WHERE indexrelid = 'mx'::regclass");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_whose_build_failed_differs_and_is_built_again),
        cmocka_unit_test(a_new_index_is_not_skipped_for_one_whose_build_failed),
        cmocka_unit_test(the_other_sides_invalid_index_is_nothing_to_wish_for),
        cmocka_unit_test(an_index_that_waits_for_its_partitions_is_not_complete),
        cmocka_unit_test(an_index_that_becomes_another_is_there_all_the_time),
        cmocka_unit_test(an_index_becomes_a_key_without_being_built_again),
        cmocka_unit_test(a_key_that_becomes_another_is_there_all_the_time),
        cmocka_unit_test(another_columns_type_takes_no_index_away),
        cmocka_unit_test(what_comes_for_an_index_is_marked_as_that_was),
        cmocka_unit_test(what_comes_for_an_index_is_looked_at_as_much),
        cmocka_unit_test(an_index_is_built_where_it_has_to_lie),
        cmocka_unit_test(a_mark_that_the_new_index_cannot_have_does_not_stop_it),
        cmocka_unit_test(a_primary_key_that_becomes_another_is_there_all_the_time),
        cmocka_unit_test(a_primary_key_gives_its_name_away),
        cmocka_unit_test(a_child_has_keys_of_its_own),
        cmocka_unit_test(a_key_that_was_made_is_not_dropped_under_what_hangs_on_it),
        cmocka_unit_test(a_column_has_to_have_a_value_until_its_index_has_gone),
        cmocka_unit_test(a_mark_outlives_a_script_that_ends_in_between),
        cmocka_unit_test(an_index_of_a_view_that_is_made_again_is_marked_as_it_was),
    };

    return cmocka_run_group_tests_name("indexes in sync scripts", tests,
                                       test_server_start_postgresql, test_server_stop);
}
