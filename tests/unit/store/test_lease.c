/* Who is at work on what: leases of this process, of others that live, and of others that are gone.
 */
#include "store_support.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/store/lease.h>

#define OBJECT "report:1"

static bool take(struct connection *connection, const char *object, const char *purpose,
                 struct error *error)
{
    bool ok = store_begin(connection, NULL, error) &&
              store_lease_take(connection, object, purpose, error) &&
              store_commit(connection, error);

    store_rollback(connection);
    return ok;
}

/* Another process with a store of its own: it takes the lease, says how that went, and lives until
 * it is told to go. */
struct other {
    pid_t process;
    int go, said;
};

static struct other other_start(struct fixture *f)
{
    int go[2], said[2];
    struct other other;

    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(said), 0);
    fflush(NULL);
    other.process = fork();
    assert_true(other.process >= 0);
    if (other.process == 0) {
        struct store_options options = { .path = f->path, .create = true };
        struct error error = { 0 };
        struct store *store = NULL;
        struct connection *connection = NULL;
        char byte = 'n';
        bool told;

        close(go[1]);
        close(said[0]);
        if (store_open(&options, NULL, &store, &error) &&
            (connection = store_connect(store, NULL, NULL, &error)) != NULL)
            byte = take(connection, OBJECT, "compare DEV", &error) ? 'y'
                   : error.code == ERROR_CONFLICT                  ? 'c'
                                                                   : 'n';
        told = write(said[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1;
        connection_close(&connection);
        store_close(&store);
        _exit(told ? 0 : 1);
    }
    close(go[0]);
    close(said[1]);
    other.go = go[1];
    other.said = said[0];
    return other;
}

/* 'y': it has the lease, 'c': somebody else has, 'n': something failed. */
static char other_says(const struct other *other)
{
    char byte = '?';

    assert_int_equal(read(other->said, &byte, 1), 1);
    return byte;
}

static void other_end(struct other *other, int how)
{
    int status;

    if (how != 0)
        assert_int_equal(kill(other->process, how), 0);
    else
        assert_int_equal(write(other->go, "g", 1), 1);
    close(other->go);
    close(other->said);
    assert_int_equal(waitpid(other->process, &status, 0), other->process);
    assert_true(how != 0 ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static size_t lost_count(struct fixture *f)
{
    struct store_leases lost;
    struct error error;

    must(store_lease_list_lost(f->connection, f->arena, &lost, &error), &error);
    return lost.count;
}

static void a_lease_says_who_works_on_what_where_and_since_when(void **state)
{
    struct fixture *f = *state;
    struct error error;
    char host[256], expected[512];

    must(take(f->connection, OBJECT, "compare UAT with SIT", &error), &error);
    must_fail(take(f->connection, OBJECT, "compare it again", &error), &error, ERROR_CONFLICT);
    assert_int_equal(gethostname(host, sizeof host), 0);
    snprintf(expected, sizeof expected,
             "process %d on %s is at work on it since 2025-01-22T14:30:00Z: compare UAT with SIT",
             (int)getpid(), host);
    assert_string_equal(error.message, expected);
    assert_string_equal(error.hint, "wait for it, or end that process");
    assert_int_equal(lost_count(f), 0);
}

static void leases_on_different_objects_do_not_meet(void **state)
{
    struct fixture *f = *state;
    struct error error;

    must(take(f->connection, OBJECT, "one", &error), &error);
    must(take(f->connection, "report:2", "another", &error), &error);
}

static void what_was_given_back_can_be_taken_again(void **state)
{
    struct fixture *f = *state;
    struct error error;

    must(take(f->connection, OBJECT, "first", &error), &error);
    begin(f->connection);
    must(store_lease_drop(f->connection, OBJECT, &error), &error);
    must(store_lease_drop(f->connection, "report:never", &error), &error);
    commit(f->connection);
    must(take(f->connection, OBJECT, "second", &error), &error);
}

static void a_lease_that_was_rolled_back_was_never_taken(void **state)
{
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    must(store_lease_take(f->connection, OBJECT, "perhaps", &error), &error);
    store_rollback(f->connection);
    must(take(f->connection, OBJECT, "surely", &error), &error);
}

static void without_a_transaction_no_lease_is_taken(void **state)
{
    struct fixture *f = *state;
    struct error error;

    assert_false(store_lease_take(f->connection, OBJECT, "in passing", &error));
    must(take(f->connection, OBJECT, "properly", &error), &error);
}

static void of_two_processes_at_once_one_gets_it(void **state)
{
    struct fixture *f = *state;
    struct other first, second;
    char a, b;

    store_fixture_open(f);
    fixture_close(f); /* the store is there, and nothing of it is carried into the children */
    first = other_start(f);
    second = other_start(f);
    a = other_says(&first);
    b = other_says(&second);
    assert_true((a == 'y' && b == 'c') || (a == 'c' && b == 'y'));
    other_end(&first, 0);
    other_end(&second, 0);
}

static void what_a_killed_process_held_is_lost_and_may_be_taken_over(void **state)
{
    struct fixture *f = *state;
    struct store_leases lost;
    struct other other;
    struct error error;

    store_fixture_open(f);
    fixture_close(f);
    other = other_start(f);
    assert_int_equal(other_says(&other), 'y');
    store_fixture_open(f);
    assert_int_equal(lost_count(f), 0);
    must_fail(take(f->connection, OBJECT, "compare PROD", &error), &error, ERROR_CONFLICT);
    assert_contains(error.message, "compare DEV");

    other_end(&other, SIGKILL);
    must(store_lease_list_lost(f->connection, f->arena, &lost, &error), &error);
    assert_int_equal(lost.count, 1);
    assert_string_equal(lost.items[0].object, OBJECT);
    assert_string_equal(lost.items[0].purpose, "compare DEV");
    assert_int_equal(lost.items[0].pid, other.process);
    must(take(f->connection, OBJECT, "compare PROD", &error), &error);
    assert_int_equal(lost_count(f), 0);
}

/* Under an init that reaps nobody (a container's), a process that ended stands in the table for
 * ever: what it was typing must be offered all the same. */
static void who_ended_and_was_not_waited_for_holds_nothing(void **state)
{
    struct fixture *f = *state;
    struct other other;
    struct error error;
    siginfo_t ended;

    store_fixture_open(f);
    fixture_close(f);
    other = other_start(f);
    assert_int_equal(other_says(&other), 'y');
    assert_int_equal(kill(other.process, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)other.process, &ended, WEXITED | WNOWAIT), 0);
    assert_int_equal(kill(other.process, 0), 0);
    store_fixture_open(f);
    assert_int_equal(lost_count(f), 1);
    must(take(f->connection, OBJECT, "compare PROD", &error), &error);
    other_end(&other, SIGKILL);
}

/* Numbers of processes are used again, and a machine starts anew: neither is the holder. */
static void only_the_very_same_process_is_the_holder(void **state)
{
    struct fixture *f = *state;
    struct error error;

    must(take(f->connection, OBJECT, "work", &error), &error);
    assert_true(raw_sql(f->path, "UPDATE leases SET started = started - 1"));
    assert_int_equal(lost_count(f), 1);
    assert_true(raw_sql(f->path, "UPDATE leases SET started = started + 1, boot = 'before'"));
    assert_int_equal(lost_count(f), 1);
    must(take(f->connection, OBJECT, "new work", &error), &error);
    assert_string_equal(raw_text(f, f->path, "SELECT purpose FROM leases"), "new work");
}

static void a_holder_on_another_host_counts_as_alive(void **state)
{
    struct fixture *f = *state;
    struct error error;

    must(take(f->connection, OBJECT, "far away", &error), &error);
    assert_true(raw_sql(f->path, "UPDATE leases SET host = 'elsewhere', boot = 'x', pid = 1"));
    assert_int_equal(lost_count(f), 0);
    must_fail(take(f->connection, OBJECT, "here", &error), &error, ERROR_CONFLICT);
    assert_contains(error.message, "process 1 on elsewhere");
}

static void lost_leases_are_listed_oldest_first(void **state)
{
    struct fixture *f = *state;
    struct store_leases lost;
    struct error error;

    must(take(f->connection, "report:b", "second", &error), &error);
    must(take(f->connection, "report:a", "first", &error), &error);
    assert_true(raw_sql(f->path, "UPDATE leases SET boot = 'before',"
                                 " taken_at = taken_at - (object = 'report:a')"));
    must(store_lease_list_lost(f->connection, f->arena, &lost, &error), &error);
    assert_int_equal(lost.count, 2);
    assert_string_equal(lost.items[0].purpose, "first");
    assert_string_equal(lost.items[1].purpose, "second");
    assert_int_equal(lost.items[1].taken_at, TEST_NOW);
}

#define CASE(name)   cmocka_unit_test_setup_teardown(name, store_setup, fixture_teardown)
#define FOLDER(name) cmocka_unit_test_setup_teardown(name, folder_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_lease_says_who_works_on_what_where_and_since_when),
        CASE(leases_on_different_objects_do_not_meet),
        CASE(what_was_given_back_can_be_taken_again),
        CASE(a_lease_that_was_rolled_back_was_never_taken),
        CASE(without_a_transaction_no_lease_is_taken),
        FOLDER(of_two_processes_at_once_one_gets_it),
        FOLDER(what_a_killed_process_held_is_lost_and_may_be_taken_over),
        FOLDER(who_ended_and_was_not_waited_for_holds_nothing),
        CASE(only_the_very_same_process_is_the_holder),
        CASE(a_holder_on_another_host_counts_as_alive),
        CASE(lost_leases_are_listed_oldest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
