/* Statements, transactions, and what becomes of them when something goes wrong. */
#include "store_support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/tenant.h>

static const char count_tenants[] = "SELECT COUNT(*)"
                                    " FROM tenants";

static int64_t tenants(struct fixture *f)
{
    struct statement *statement = statement_open(f->connection, count_tenants, NULL);
    int64_t count = -1;
    bool row = false;

    if (statement_step(statement, &row, NULL) && row)
        count = statement_take_integer(statement);
    statement_close(&statement);
    return count;
}

static bool add_tenant(struct fixture *f, const char *slug, struct error *error)
{
    struct store_tenant tenant = { .slug = slug, .name = slug };

    return store_tenant_add(f->connection, &tenant, error);
}

static void values_of_every_kind_come_back(void **state)
{
    static const unsigned char bytes[] = { 0, 1, 0xff };
    struct fixture *f = *state;
    struct error error;
    struct statement *statement =
        statement_open(f->connection, "SELECT ?1, ?2, ?3, ?4, ?1", &error);
    const unsigned char *blob;
    size_t length;
    bool row;

    statement_put_text(statement, "größer");
    statement_put_integer(statement, INT64_MIN);
    statement_put_blob(statement, bytes, sizeof bytes);
    statement_put_null(statement);
    must(statement_step(statement, &row, &error), &error);
    assert_true(row);
    assert_string_equal(statement_view_text(statement, &length), "größer");
    assert_int_equal(length, 8);
    assert_true(statement_take_integer(statement) == INT64_MIN);
    blob = statement_view_blob(statement, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(blob, bytes, 3);
    assert_null(statement_take_text(statement, f->arena));
    assert_string_equal(statement_take_text(statement, f->arena), "größer");
    must(statement_step(statement, &row, &error), &error);
    assert_false(row);
    statement_close(&statement);
    assert_null(statement);
}

static void a_statement_that_is_open_can_be_opened_again(void **state)
{
    static const char sql[] = "SELECT ?";
    struct fixture *f = *state;
    struct statement *outer = statement_open(f->connection, sql, NULL);
    struct statement *inner = statement_open(f->connection, sql, NULL);
    bool row;

    assert_ptr_not_equal(outer, inner);
    statement_put_integer(outer, 1);
    statement_put_integer(inner, 2);
    assert_true(statement_step(outer, &row, NULL));
    assert_true(statement_step(inner, &row, NULL));
    assert_int_equal(statement_take_integer(outer), 1);
    assert_int_equal(statement_take_integer(inner), 2);
    statement_close(&inner);
    statement_close(&outer);
    inner = statement_open(f->connection, sql, NULL);
    assert_true(statement_step(inner, &row, NULL));
    assert_int_equal(statement_take_integer(inner), 0); /* the former value is gone */
    statement_close(&inner);
}

static void a_chain_of_calls_on_no_statement_fails_once(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct statement *statement = statement_open(f->connection, "SELECT nonsense", &error);
    size_t length = 1;
    bool row = true;

    assert_null(statement);
    assert_contains(error.message, "no such column: nonsense");
    statement_put_text(statement, "x");
    statement_put_integer(statement, 1);
    statement_put_blob(statement, "x", 1);
    statement_put_null(statement);
    statement_rewind(statement);
    statement_skip(statement);
    assert_false(statement_step(statement, &row, &error));
    assert_false(row);
    assert_false(statement_run(statement, NULL, &error));
    assert_int_equal(statement_take_integer(statement), 0);
    assert_null(statement_take_text(statement, f->arena));
    assert_null(statement_view_blob(statement, &length));
    assert_int_equal(length, 0);
    statement_close(&statement);
    assert_contains(error.message, "nonsense");
}

static void a_value_without_a_place_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct statement *statement = statement_open(f->connection, "SELECT 1", &error);
    bool row;

    statement_put_integer(statement, 7);
    assert_false(statement_step(statement, &row, &error));
    statement_close(&statement);
}

static void a_write_outside_of_a_transaction_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error error;

    must_fail(add_tenant(f, "example", &error), &error, ERROR_INTERNAL);
    assert_contains(error.message, "outside of a transaction");
    must(store_begin_reading(f->connection, &error), &error);
    must_fail(add_tenant(f, "example", &error), &error, ERROR_INTERNAL);
    store_rollback(f->connection);
    assert_int_equal(tenants(f), 0);
}

static void a_rollback_undoes_everything_and_may_be_repeated(void **state)
{
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    assert_true(store_writing(f->connection));
    must(add_tenant(f, "one", &error), &error);
    store_rollback(f->connection);
    store_rollback(f->connection);
    assert_false(store_writing(f->connection));
    assert_int_equal(tenants(f), 0);
}

static void transactions_do_not_nest(void **state)
{
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    must_fail(store_begin(f->connection, NULL, &error), &error, ERROR_INTERNAL);
    must_fail(store_begin_reading(f->connection, &error), &error, ERROR_INTERNAL);
    store_rollback(f->connection);
    must_fail(store_commit(f->connection, &error), &error, ERROR_INTERNAL);
}

static void a_failed_insertion_leaves_the_transaction_usable(void **state)
{
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    must(add_tenant(f, "one", &error), &error);
    must_fail(add_tenant(f, "ONE", &error), &error, ERROR_EXISTS);
    must(add_tenant(f, "two", &error), &error);
    commit(f->connection);
    assert_int_equal(tenants(f), 2);
}

static void a_reader_sees_one_state_until_it_ends(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct connection *writer = store_connect(f->store, &f->clock, &f->random, &error);
    struct store_tenant tenant = { .slug = "one", .name = "One" };

    must(store_begin_reading(f->connection, &error), &error);
    assert_int_equal(tenants(f), 0);
    begin(writer);
    must(store_tenant_add(writer, &tenant, &error), &error);
    commit(writer);
    assert_int_equal(tenants(f), 0);
    store_rollback(f->connection);
    assert_int_equal(tenants(f), 1);
    connection_close(&writer);
}

static void ids_and_times_come_from_the_call(void **state)
{
    struct fixture *f = *state;
    char first[UUID_SIZE], second[UUID_SIZE];

    assert_int_equal(connection_now(f->connection), TEST_NOW);
    connection_new_id(f->connection, first);
    connection_new_id(f->connection, second);
    assert_true(uuid_valid(first));
    assert_string_not_equal(first, second);
    assert_memory_equal(first, second, 13); /* the same millisecond */
}

static void waiting_ends_with_patience(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct connection *other = store_connect(f->store, &f->clock, &f->random, &error);
    int64_t started = clock_monotonic();
    int64_t waited;

    begin(f->connection);
    must_fail(store_begin(other, NULL, &error), &error, ERROR_BUSY);
    waited = clock_monotonic() - started;
    assert_in_range(waited, 500, 5000); /* the test store's patience is 500 ms */
    assert_contains(error.message, "another process keeps it locked");
    assert_contains(error.hint, "Try again");
    store_rollback(f->connection);
    begin(other);
    store_rollback(other);
    connection_close(&other);
}

static void waiting_ends_when_it_is_cancelled(void **state)
{
    struct fixture *f = *state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct error error;
    struct connection *other = store_connect(f->store, &f->clock, &f->random, &error);

    must_fail(store_begin(other, &progress, &error), &error, ERROR_CANCELLED);
    begin(f->connection);
    must_fail(store_begin(other, &progress, &error), &error, ERROR_CANCELLED);
    store_rollback(f->connection);
    connection_close(&other);
}

struct canceller {
    atomic_bool cancel;
    int64_t at;
};

/* Asks the clock, not for rest: the waiting thread must see the flag while it waits. */
static void *cancel_later(void *context)
{
    struct canceller *canceller = context;

    while (clock_monotonic() < canceller->at)
        continue;
    atomic_store(&canceller->cancel, true);
    return NULL;
}

static void waiting_can_be_cancelled_from_another_thread(void **state)
{
    struct fixture *f = *state;
    struct canceller canceller = { .at = clock_monotonic() + 30 };
    struct progress progress = { .cancel = &canceller.cancel };
    struct error error;
    struct connection *other = store_connect(f->store, &f->clock, &f->random, &error);
    pthread_t thread;

    begin(f->connection);
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, &canceller), 0);
    must_fail(store_begin(other, &progress, &error), &error, ERROR_CANCELLED);
    pthread_join(thread, NULL);
    store_rollback(f->connection);
    connection_close(&other);
}

static void a_connection_given_back_serves_the_next(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct connection *given = store_connect(f->store, &f->clock, &f->random, &error);
    struct connection *other = given, *again;
    struct store_tenant tenant = { .slug = "half", .name = "Half" };

    begin(given);
    must(store_tenant_add(given, &tenant, &error), &error);
    store_return(f->store, &given);
    assert_null(given);
    store_return(f->store, &given); /* there is nothing to give back */
    again = store_connect(f->store, NULL, NULL, &error);
    assert_ptr_equal(again, other);
    assert_int_not_equal(connection_now(again), TEST_NOW); /* the clock was borrowed */
    assert_int_equal(tenants(f), 0);
    begin(again);
    must(store_tenant_add(again, &tenant, &error), &error);
    commit(again);
    assert_int_equal(tenants(f), 1);
    store_return(f->store, &again);
}

static void a_connection_in_the_middle_of_its_rows_is_not_given_on(void **state)
{
    struct fixture *f = *state;
    struct error error;
    struct connection *given = store_connect(f->store, &f->clock, &f->random, &error);
    struct statement *statement = statement_open(given, "SELECT 1 UNION ALL SELECT 2", &error);
    bool row = false;
    struct connection *fresh;

    must(statement_step(statement, &row, &error), &error);
    assert_true(row);
    store_return(f->store, &given);
    fresh = store_connect(f->store, &f->clock, &f->random, &error);
    statement = statement_open(fresh, "SELECT 1 UNION ALL SELECT 2", &error);
    must(statement_step(statement, &row, &error), &error);
    assert_int_equal(statement_take_integer(statement), 1);
    statement_close(&statement);
    connection_close(&fresh);
}

/* More than are kept: the others are closed, and none is lost. */
static void many_connections_are_given_back(void **state)
{
    struct fixture *f = *state;
    struct connection *many[12];
    struct error error;

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 12; i++)
            assert_non_null(many[i] = store_connect(f->store, &f->clock, &f->random, &error));
        for (size_t i = 0; i < 12; i++)
            for (size_t j = 0; j < i; j++)
                assert_ptr_not_equal(many[i], many[j]);
        for (size_t i = 0; i < 12; i++)
            store_return(f->store, &many[i]);
    }
}

/* A tenant whose name takes as many pages as are needed to fill what is left. */
static bool add_large_tenant(struct fixture *f, struct error *error)
{
    struct strbuf name = STRBUF_INIT;
    struct store_tenant tenant = { .slug = "large" };
    bool ok;

    strbuf_add_repeat(&name, "0123456789abcdef", 64 * 1024);
    tenant.name = name.data;
    ok = store_tenant_add(f->connection, &tenant, error);
    strbuf_release(&name);
    return ok;
}

static void limit_pages(struct fixture *f)
{
    struct statement *statement =
        statement_open(f->connection, "PRAGMA max_page_count = 100", NULL);
    bool row;

    assert_true(statement_step(statement, &row, NULL));
    statement_close(&statement);
}

static void a_full_disk_keeps_nothing_of_the_transaction(void **state)
{
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    must(add_tenant(f, "kept", &error), &error);
    commit(f->connection);
    limit_pages(f);
    begin(f->connection);
    must(add_tenant(f, "lost", &error), &error);
    must_fail(add_large_tenant(f, &error), &error, ERROR_IO);
    assert_contains(error.message, "the disk is full");
    assert_contains(error.hint, "Free some space");
    /* Whoever goes on all the same must not get half a transaction into the file. */
    if (!store_writing(f->connection)) {
        must_fail(add_tenant(f, "half", &error), &error, ERROR_IO);
        must_fail(store_commit(f->connection, &error), &error, ERROR_IO);
        assert_contains(error.message, "nothing of it was kept");
    }
    store_rollback(f->connection);
    assert_int_equal(tenants(f), 1);
    begin(f->connection);
    must(add_tenant(f, "again", &error), &error);
    commit(f->connection);
    assert_int_equal(tenants(f), 2);
}

/* In a process of its own, whose files may not grow. */
static int write_beyond_the_limit(struct fixture *f)
{
    struct store_options options = { .path = f->path };
    struct rlimit limit = { 200 * 1024, 200 * 1024 };
    struct store *store;
    struct error error;
    bool ok;

    signal(SIGXFSZ, SIG_IGN);
    if (!store_open(&options, &f->clock, &store, &error))
        return 10;
    f->connection = store_connect(store, &f->clock, &f->random, &error);
    setrlimit(RLIMIT_FSIZE, &limit);
    ok = store_begin(f->connection, NULL, &error) && add_large_tenant(f, &error) &&
         store_commit(f->connection, &error);
    if (ok || error.code != ERROR_IO || strstr(error.message, f->path) == NULL)
        return 11;
    store_rollback(f->connection);
    ok = store_begin(f->connection, NULL, &error) && add_tenant(f, "small", &error) &&
         store_commit(f->connection, &error);
    connection_close(&f->connection);
    store_close(&store);
    return ok ? 0 : 12;
}

static void a_file_that_may_not_grow_stays_whole(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child;

    fixture_close(f);
    child = fork();
    if (child == 0)
        _exit(write_beyond_the_limit(f));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(raw_text(f, f->path, "PRAGMA integrity_check"), "ok");
    assert_string_equal(raw_text(f, f->path, "SELECT group_concat(slug) FROM tenants"), "small");
}

static void the_guards_are_on(void **state)
{
    static const struct {
        const char *sql;
        const char *value;
    } guards[] = {
        {"PRAGMA synchronous",         "2"         },
        { "PRAGMA foreign_keys",       "1"         },
        { "PRAGMA recursive_triggers", "1"         },
        { "PRAGMA trusted_schema",     "0"         },
        { "PRAGMA cell_size_check",    "1"         },
        { "PRAGMA application_id",     "1346980930"},
        { "PRAGMA integrity_check",    "ok"        },
    };
    struct fixture *f = *state;
    struct error error;

    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++) {
        struct statement *statement = statement_open(f->connection, guards[i].sql, &error);
        bool row;

        must(statement_step(statement, &row, &error), &error);
        assert_string_equal(statement_view_text(statement, NULL), guards[i].value);
        statement_close(&statement);
    }
    assert_string_equal(raw_text(f, f->path, "PRAGMA journal_mode"), "wal");
}

static void every_table_is_strict(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(raw_text(f, f->path,
                                 "SELECT COUNT(*) FROM pragma_table_list"
                                 " WHERE schema = 'main' AND type = 'table' AND strict = 0"
                                 " AND name NOT LIKE 'sqlite_%'"),
                        "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_of_every_kind_come_back, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_statement_that_is_open_can_be_opened_again, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_chain_of_calls_on_no_statement_fails_once, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_value_without_a_place_is_an_error, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_write_outside_of_a_transaction_is_refused, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_rollback_undoes_everything_and_may_be_repeated,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(transactions_do_not_nest, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_failed_insertion_leaves_the_transaction_usable,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_reader_sees_one_state_until_it_ends, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(ids_and_times_come_from_the_call, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(waiting_ends_with_patience, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(waiting_ends_when_it_is_cancelled, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(waiting_can_be_cancelled_from_another_thread, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_connection_given_back_serves_the_next, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_connection_in_the_middle_of_its_rows_is_not_given_on,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(many_connections_are_given_back, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_keeps_nothing_of_the_transaction, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_may_not_grow_stays_whole, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_guards_are_on, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(every_table_is_strict, store_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
