/* How a real PostgreSQL server is reached, and what may go wrong on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

#include "tests/support/live_schema.h"
#include "tests/support/patience.h"
#include "tests/support/relay.h"
#include "tests/support/test_server.h"

/* --- What one may not, and what goes wrong ---------------------------------------------------- */

static char *dsn_of_secured(const char *database)
{
    return memory_printf("postgresql:///%s?host=%s&user=secured&passfile=/nonexistent", database,
                         database_server_folder(test_server));
}

static void a_schema_without_permission_is_read_from_the_catalog(void **state)
{
    const struct live_options right = { .password = "right" };
    struct error error = { 0 };
    struct schema *schema;
    char *dsn;

    (void)state;
    test_server_need();
    database_server_create(test_server, "closed_");
    database_server_sql(test_server, "closed_",
                        "CREATE SCHEMA hidden; CREATE TABLE hidden.t (id int);\n"
                        "REVOKE ALL ON SCHEMA hidden FROM PUBLIC;\n"
                        "REVOKE SELECT ON pg_catalog.pg_policy, pg_catalog.pg_proc FROM PUBLIC;\n");
    dsn = dsn_of_secured("closed_");
    schema = live_schema_read(dsn, &right, NULL, &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "hidden", "t", NULL));
    assert_false(schema->covers[SCHEMA_POLICY]);
    assert_false(schema->covers[SCHEMA_FUNCTION]);
    assert_false(schema->covers[SCHEMA_TRIGGER]);
    assert_true(schema->covers[SCHEMA_INDEX]);
    schema_free(&schema);
    database_server_sql(test_server, "closed_",
                        "REVOKE SELECT ON pg_catalog.pg_attribute FROM PUBLIC;\n");
    assert_null(live_schema_read(dsn, &right, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_non_null(strstr(error.message, "pg_attribute"));
    free(dsn);
}

static void a_wrong_or_missing_password_is_said_without_saying_it(void **state)
{
    const struct live_options wrong = { .password = "hunter2" };
    struct error error = { 0 };
    char *dsn;

    (void)state;
    test_server_need();
    dsn = dsn_of_secured("postgres");
    assert_null(live_schema_read(dsn, &wrong, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_non_null(strstr(error.message, "secured"));
    assert_null(strstr(error.message, "hunter2"));
    assert_null(strstr(error.hint, "hunter2"));
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_non_null(strstr(error.hint, "pgpass"));
    free(dsn);
}

static void a_database_or_a_server_that_is_not_there_is_named(void **state)
{
    struct error error = { 0 };
    char *dsn;

    (void)state;
    test_server_need();
    dsn = database_server_dsn(test_server, "no_such_database");
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    assert_non_null(strstr(error.message, "no_such_database"));
    assert_non_null(strstr(error.hint, "has no such database"));
    free(dsn);
    dsn = memory_printf("postgresql://nobody_here@/postgres?host=%s",
                        database_server_folder(test_server));
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    assert_non_null(strstr(error.hint, "has no such user"));
    free(dsn);
    dsn = memory_printf("postgresql://postgres@/postgres?host=%s&port=1",
                        database_server_folder(test_server));
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    assert_non_null(strstr(error.message, "&port=1: "));
    assert_non_null(strstr(error.hint, "called after the port"));
    free(dsn);
    assert_null(live_schema_read("service=no_such_entry", NULL, NULL, &error));
    assert_non_null(strstr(error.hint, "no entry of that name"));
    assert_null(live_schema_read("postgresql://x@127.0.0.1:1/x", NULL, NULL, &error));
    assert_non_null(strstr(error.hint, "nothing listens at that port"));
    assert_null(live_schema_read("postgresql:///x?host=/nonexistent&user=x", NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.message, "/nonexistent"));
}

static void a_port_that_takes_and_says_nothing_ends_in_time(void **state)
{
    unsigned short port;
    int silent = loopback_listen(&port);
    char *dsn = memory_printf("postgresql://x@127.0.0.1:%u/x?connect_timeout=1", port);
    struct error error = { 0 };
    int64_t start = clock_monotonic();

    (void)state;
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.message, "no answer within 1 seconds"));
    assert_in_range(clock_monotonic() - start, 900, patience(3000));
    close(silent);
    free(dsn);
}

/* --- In the middle ---------------------------------------------------------------------------- */

enum deed { CANCEL, TERMINATE, KILL };

/* Somebody who waits until the reading waits for a lock, and then does something to it. */
struct deed_plan {
    enum deed deed;
    atomic_bool flag;
    int64_t at; /* when it was done */
};

static void *do_deed(void *context)
{
    static const char until_it_waits[] =
        "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity\n"
        " WHERE application_name = 'pilab' AND wait_event_type = 'Lock') LOOP\n"
        " PERFORM pg_sleep(0.01), pg_stat_clear_snapshot(); END LOOP; END $$;\n";
    struct deed_plan *plan = context;

    database_server_sql(test_server, "locked_", until_it_waits);
    plan->at = clock_monotonic();
    if (plan->deed == CANCEL)
        atomic_store(&plan->flag, true);
    else if (plan->deed == KILL)
        database_server_kill(test_server);
    else
        database_server_sql(test_server, "locked_",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity\n"
                            " WHERE application_name = 'pilab';\n");
    return NULL;
}

/* Holds what the catalog query needs, as long as the table has a row. */
static void *hold_lock(void *context)
{
    (void)context;
    database_server_try(test_server, "locked_",
                        "BEGIN; LOCK TABLE pg_catalog.pg_policy IN ACCESS EXCLUSIVE MODE;\n"
                        "DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM flag) LOOP\n"
                        " PERFORM pg_sleep(0.01); END LOOP; END $$;\nCOMMIT;\n");
    return NULL;
}

static pthread_t start_holding(void)
{
    pthread_t holder;

    if (!database_server_try(test_server, "locked_", "INSERT INTO flag VALUES (1);\n")) {
        database_server_create(test_server, "locked_");
        database_server_sql(test_server, "locked_", "CREATE TABLE flag AS SELECT 1 AS n;\n");
    }
    assert_int_equal(pthread_create(&holder, NULL, hold_lock, NULL), 0);
    database_server_sql(test_server, "locked_",
                        "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE mode =\n"
                        " 'AccessExclusiveLock' AND relation = 'pg_catalog.pg_policy'::regclass\n"
                        " AND granted) LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;\n");
    return holder;
}

static void stop_holding(pthread_t holder)
{
    database_server_try(test_server, "locked_", "DELETE FROM flag;\n");
    assert_int_equal(pthread_join(holder, NULL), 0);
}

/* What the reading says when that happens to it; how long after, in milliseconds. */
static int64_t read_under(enum deed deed, struct error *error)
{
    struct deed_plan plan = { .deed = deed };
    const struct progress progress = { .cancel = &plan.flag };
    pthread_t holder = start_holding(), doer;
    char *dsn = database_server_dsn(test_server, "locked_");
    int64_t end;

    assert_int_equal(pthread_create(&doer, NULL, do_deed, &plan), 0);
    assert_null(live_schema_read(dsn, NULL, &progress, error));
    end = clock_monotonic();
    assert_int_equal(pthread_join(doer, NULL), 0);
    stop_holding(holder);
    free(dsn);
    return end - plan.at;
}

static void a_cancel_is_heard_within_a_fifth_of_a_second(void **state)
{
    struct error error = { 0 };

    (void)state;
    test_server_need();
    assert_in_range(read_under(CANCEL, &error), 0, patience(200));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

static void a_lock_is_not_waited_for_without_end(void **state)
{
    struct error error = { 0 };
    pthread_t holder;
    char *dsn;

    (void)state;
    test_server_need();
    holder = start_holding();
    dsn = database_server_dsn(test_server, "locked_");
    assert_null(live_schema_read(dsn, NULL, NULL, &error));
    stop_holding(holder);
    assert_int_equal(error.code, ERROR_BUSY);
    assert_non_null(strstr(error.message, "lock timeout"));
    assert_non_null(strstr(error.message, "55P03"));
    free(dsn);
}

static void an_ended_connection_is_an_error(void **state)
{
    struct error error = { 0 };

    (void)state;
    test_server_need();
    read_under(TERMINATE, &error);
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.message, "terminating connection"));
}

/* The last one: nothing of the server is left. */
static void a_server_that_dies_in_the_middle_is_an_error(void **state)
{
    struct error error = { 0 };

    (void)state;
    test_server_need();
    assert_in_range(read_under(KILL, &error), 0, patience(5000));
    assert_int_equal(error.code, ERROR_NETWORK);
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(a_schema_without_permission_is_read_from_the_catalog),
        cmocka_unit_test(a_wrong_or_missing_password_is_said_without_saying_it),
        cmocka_unit_test(a_database_or_a_server_that_is_not_there_is_named),
        cmocka_unit_test(a_port_that_takes_and_says_nothing_ends_in_time),
        cmocka_unit_test(a_cancel_is_heard_within_a_fifth_of_a_second),
        cmocka_unit_test(a_lock_is_not_waited_for_without_end),
        cmocka_unit_test(an_ended_connection_is_an_error),
        cmocka_unit_test(a_server_that_dies_in_the_middle_is_an_error),
    };

    return cmocka_run_group_tests(cases, test_server_start_postgresql, test_server_stop);
}
