/* A database to try scripts in does not stay behind on a real PostgreSQL server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <pilab/base/arena.h>
#include <pilab/base/digest.h>
#include <pilab/schema/live_scratch.h>

#include "tests/support/database_server.h"

static struct database_server *server;

static int start_server(void **state)
{
    (void)state;
    if (!database_server_missing(DATABASE_POSTGRESQL))
        server = database_server_start(DATABASE_POSTGRESQL);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    database_server_stop(&server);
    return 0;
}

/* Holds what CREATE DATABASE needs until nobody waits for it any more, or three seconds after
 * somebody came. */
static void *hold_catalog(void *context)
{
    (void)context;
    database_server_sql(server, "postgres",
                        "BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE;\n"
                        "DO $$ DECLARE seen int := 0; here bool; BEGIN\n"
                        " WHILE seen < 300 LOOP\n"
                        "  PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();\n"
                        "  here := EXISTS (SELECT 1 FROM pg_stat_activity\n"
                        "   WHERE query LIKE 'CREATE DATABASE pilab%' AND wait_event_type = "
                        "'Lock');\n"
                        "  EXIT WHEN seen > 0 AND NOT here;\n"
                        "  IF here THEN seen := seen + 1; END IF;\n"
                        " END LOOP; END $$;\nCOMMIT;\n");
    return NULL;
}

static void *cancel_waiting(void *flag)
{
    database_server_sql(server, "postgres",
                        "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity\n"
                        " WHERE query LIKE 'CREATE DATABASE pilab%' AND wait_event_type = 'Lock')\n"
                        " LOOP PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();\n"
                        " END LOOP; END $$;\n");
    atomic_store((atomic_bool *)flag, true);
    return NULL;
}

static void what_is_made_while_somebody_cancels_goes_all_the_same(void **state)
{
    static atomic_bool flag;
    const struct progress progress = { .cancel = &flag };
    struct random random = random_system();
    struct error error = { 0 };
    struct arena *arena = arena_new();
    pthread_t holder, canceller;
    struct dsn dsn;
    char *text;

    (void)state;
    if (server == NULL)
        skip();
    text = database_server_dsn(server, "postgres");
    assert_true(dsn_read(text, arena, &dsn, &error));
    assert_int_equal(pthread_create(&holder, NULL, hold_catalog, NULL), 0);
    database_server_sql(server, "postgres",
                        "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE granted\n"
                        " AND mode = 'ShareLock' AND relation = 'pg_database'::regclass)\n"
                        " LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;\n");
    assert_int_equal(pthread_create(&canceller, NULL, cancel_waiting, &flag), 0);
    assert_null(live_scratch_open(&dsn, NULL, &random, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_string_equal(error.hint, "");
    assert_int_equal(pthread_join(canceller, NULL), 0);
    assert_int_equal(pthread_join(holder, NULL), 0);
    /* Also what the server was still about. */
    database_server_sql(server, "postgres",
                        "DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM pg_stat_activity\n"
                        " WHERE query LIKE 'CREATE DATABASE pilab%') LOOP\n"
                        " PERFORM pg_sleep(0.01), pg_stat_clear_snapshot(); END LOOP;\n"
                        " ASSERT NOT EXISTS (SELECT 1 FROM pg_database WHERE datname LIKE "
                        "'pilab%');\n"
                        " END $$;\n");
    arena_free(&arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_while_somebody_cancels_goes_all_the_same),
    };

    return cmocka_run_group_tests(tests, start_server, stop_server);
}
