/*
 * Scripts for PostgreSQL on a real server: partitions that are split, put together, and moved.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void expect(const char *script, const char *says)
{
    if (says && !strstr(script, says))
        fail_msg("'%s' does not stand in:\n%s", says, script);
}

/* There and back with all that destroys, and then without: each script, run twice, runs. */
static void run_both(const char *before, const char *after, const char *says, const char *back)
{
    make_databases(before, after);
    struct schema_sync *sync = make_sync(true);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "run", sync->script);
    assert_int_equal(test_server_differences("after", "run"), 0);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "run", sync->rollback);
    assert_int_equal(test_server_differences("before", "run"), 0);
    schema_sync_free(&sync);
    sync = make_sync(false);
    expect(sync->script, says);
    expect(sync->rollback, back);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "run", sync->script);
    for (int i = 0; i < 2; i++)
        database_server_sql(test_server, "run", sync->rollback);
    schema_sync_free(&sync);
}

#define WAITS(name) "-- waits: table public." name " takes some of its values still\n-- "

#define RANGES  "CREATE TABLE ev (id int, at date) PARTITION BY RANGE (at);"
#define IN(p)   "CREATE TABLE " p " PARTITION OF ev FOR VALUES "
#define LISTS   "CREATE TABLE ev (id int, kind text) PARTITION BY LIST (kind);"
#define HASHES  "CREATE TABLE ev (id int) PARTITION BY HASH (id);"
#define DEFAULT "CREATE TABLE rest PARTITION OF ev DEFAULT;"

/* What the script has made takes the values that its rollback would give back. */
static void a_bound_waits_for_what_takes_its_values(void **state)
{
    static const char year[] = RANGES IN("e1") "FROM ('2024-01-01') TO ('2025-01-01');";
    static const char halves[] = RANGES IN("e1") "FROM ('2024-01-01') TO ('2024-07-01');" IN(
        "e2") "FROM ('2024-07-01') TO ('2025-01-01'); CREATE INDEX x ON e1 (id);";
    (void)state;
    test_server_need();
    run_both(year, halves,
             "\nALTER TABLE public.ev ATTACH PARTITION public.e1 FOR VALUES FROM "
             "('2024-01-01') TO ('2024-07-01');\n",
             WAITS("e2") "ALTER TABLE public.ev ATTACH PARTITION public.e1 ");
    run_both(halves, year, WAITS("e2") "ALTER TABLE public.ev ATTACH PARTITION public.e1 ", NULL);
}

static void lists_hashes_and_the_default_wait_as_well(void **state)
{
    static const char two[] = LISTS IN("p1") "IN ('a', 'b');" IN("p2") "IN ('c');";
    static const char three[] = LISTS IN("p1") "IN ('a');" IN("p2") "IN ('c');" IN("p3") "IN "
                                                                                         "('b');";
    static const char halves[] =
        HASHES IN("h0") "WITH (MODULUS 2, REMAINDER 0);" IN("h1") "WITH (MODULUS 2, REMAINDER 1);";
    static const char thirds[] = HASHES IN("h0") "WITH (MODULUS 4, REMAINDER 0);" IN(
        "h1") "WITH (MODULUS 2, REMAINDER 1);" IN("h2") "WITH (MODULUS 4, REMAINDER 2);";
    (void)state;
    test_server_need();
    run_both(two, three, NULL, WAITS("p3"));
    run_both(three, two, WAITS("p3"), NULL);
    run_both(halves, thirds, NULL, WAITS("h2"));
    run_both(thirds, halves, WAITS("h2"), NULL);
    run_both(LISTS DEFAULT IN("p1") "IN ('a');",
             LISTS "CREATE TABLE p1 PARTITION OF ev DEFAULT;" IN("p2") "IN ('a');", WAITS("rest"),
             NULL);
}

/* Months that come and go have nothing to do with each other. */
static void a_partition_does_not_wait_for_one_of_other_values(void **state)
{
    static const char old[] = RANGES IN("m1") "FROM ('2024-01-01') TO ('2024-02-01');" IN(
        "m2") "FROM ('2024-02-01') TO ('2024-03-01');" DEFAULT;
    static const char new[] = RANGES IN("m2") "FROM ('2024-02-01') TO ('2024-03-01');" IN(
        "m3") "FROM ('2024-03-01') TO ('2024-04-01');" DEFAULT;
    (void)state;
    test_server_need();
    run_both(old, new, "\nCREATE TABLE IF NOT EXISTS public.m3 PARTITION OF public.ev ",
             "\nCREATE TABLE IF NOT EXISTS public.m1 PARTITION OF public.ev ");
}

/* One that waits keeps its values, too. */
static void what_waits_for_one_is_waited_for(void **state)
{
    static const char before[] = RANGES IN("a") "FROM ('2024-01-01') TO ('2024-02-01');" IN(
        "b") "FROM ('2024-02-01') TO ('2024-03-01');" IN("c") "FROM ('2024-03-01') TO "
                                                              "('2024-04-01');";
    static const char after[] = RANGES IN("b") "FROM ('2024-01-01') TO ('2024-02-01');" IN(
        "c") "FROM ('2024-02-01') TO ('2024-03-01');";
    (void)state;
    test_server_need();
    run_both(before, after, WAITS("b") "ALTER TABLE public.ev ATTACH PARTITION public.c ", NULL);
    run_both(after, before, NULL, WAITS("b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_waits_for_what_takes_its_values),
        cmocka_unit_test(lists_hashes_and_the_default_wait_as_well),
        cmocka_unit_test(a_partition_does_not_wait_for_one_of_other_values),
        cmocka_unit_test(what_waits_for_one_is_waited_for),
    };
    return cmocka_run_group_tests(tests, test_server_start_postgresql, test_server_stop);
}
