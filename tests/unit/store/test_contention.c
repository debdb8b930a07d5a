/* Many processes on one store, and processes that are killed. */
#include "store_support.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/store/audit.h>
#include <pilab/store/tenant.h>

/* What each process opens: a fork must not carry a connection over. */
struct own {
    struct store *store;
    struct connection *connection;
    struct arena *arena;
};

static bool own_open(struct own *own, const char *path)
{
    struct store_options options = { .path = path, .create = true };
    struct error error;

    *own = (struct own){ .arena = arena_new() };
    if (!store_open(&options, NULL, &own->store, &error)) {
        fprintf(stderr, "# %s\n", error.message);
        return false;
    }
    own->connection = store_connect(own->store, NULL, NULL, &error);
    return own->connection != NULL;
}

static void own_close(struct own *own)
{
    connection_close(&own->connection);
    store_close(&own->store);
    arena_free(&own->arena);
}

/* One use case: read a number, write the next one, and say so in the audit. */
static bool count_up(struct own *own, int64_t *value)
{
    struct audit_entry entry = { .actor = "tester", .action = "test.count" };
    struct store_tenant tenant;
    struct error error;
    char next[32];
    bool ok = store_begin(own->connection, NULL, &error) &&
              store_tenant_find(own->connection, "counter", own->arena, &tenant, &error);

    if (ok) {
        *value = strtol(tenant.name, NULL, 10) + 1;
        snprintf(next, sizeof next, "%lld", (long long)*value);
        tenant.name = next;
        ok = store_tenant_update(own->connection, &tenant, &error) &&
             audit_append(own->connection, &entry, NULL, &error) &&
             store_commit(own->connection, &error);
    }
    store_rollback(own->connection);
    if (!ok)
        fprintf(stderr, "# %s\n", error.message);
    return ok;
}

static void start_counter(struct fixture *f)
{
    struct store_tenant counter = { .slug = "counter", .name = "0" };
    struct error error;
    struct own own;

    assert_true(own_open(&own, f->path));
    begin(own.connection);
    must(store_tenant_add(own.connection, &counter, &error), &error);
    commit(own.connection);
    own_close(&own);
}

static int64_t read_counter(struct fixture *f, struct audit_verdict *verdict)
{
    struct store_tenant counter;
    struct error error;
    struct own own;
    int64_t value;

    assert_true(own_open(&own, f->path));
    must(store_tenant_find(own.connection, "counter", own.arena, &counter, &error), &error);
    value = strtol(counter.name, NULL, 10);
    must(audit_verify(own.connection, NULL, NULL, verdict, &error), &error);
    own_close(&own);
    return value;
}

#define PROCESSES 8
#define TIMES     40

static int count_many_times(struct fixture *f)
{
    struct own own;
    int64_t value;
    int failures = 0;

    if (!own_open(&own, f->path))
        return 100;
    for (int i = 0; i < TIMES; i++)
        failures += !count_up(&own, &value);
    own_close(&own);
    return failures;
}

static void writers_take_turns_without_a_failure(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;
    pid_t children[PROCESSES];
    int status;

    start_counter(f);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(count_many_times(f));
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(read_counter(f, &verdict), PROCESSES * TIMES);
    assert_true(verdict.intact);
    assert_int_equal(verdict.count, PROCESSES * TIMES);
}

static int make_store(struct fixture *f)
{
    struct own own;
    bool ok = own_open(&own, f->path);

    if (ok)
        own_close(&own);
    return ok ? 0 : 1;
}

static void a_store_can_be_made_by_several_at_once(void **state)
{
    struct fixture *f = *state;
    pid_t children[PROCESSES];
    struct error error;
    int status;
    struct own own;

    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(make_store(f));
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_true(own_open(&own, f->path));
    assert_int_equal(store_notice_count(own.store), 0);
    begin(own.connection);
    must(store_commit(own.connection, &error), &error);
    own_close(&own);
    assert_string_equal(raw_text(f, f->path, "SELECT COUNT(*) FROM meta WHERE name = 'id'"), "1");
}

/* Counts up and tells each value that is safe through a pipe, until it is killed. */
static void count_until_killed(struct fixture *f, int out)
{
    struct own own;
    int64_t value;

    if (!own_open(&own, f->path))
        _exit(1);
    while (count_up(&own, &value)) {
        if (write(out, &value, sizeof value) != sizeof value)
            _exit(2);
    }
    _exit(3);
}

/* The last value told until the time is up, or until there are no more. */
static int64_t listen(int in, int64_t duration)
{
    int64_t end = clock_monotonic() + duration;
    struct pollfd pipe = { .fd = in, .events = POLLIN };
    int64_t value, last = 0;
    int64_t left;

    while ((left = end - clock_monotonic()) > 0 && poll(&pipe, 1, (int)left) > 0 &&
           read(in, &value, sizeof value) == sizeof value)
        last = value;
    return last;
}

#define KILLS 20

static void a_killed_writer_loses_nothing_that_it_had_told(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;
    struct random random = random_seeded(11);

    start_counter(f);
    for (int i = 0; i < KILLS; i++) {
        int64_t first, during, after, told;
        unsigned char chance;
        int ends[2];
        pid_t child;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        if (child == 0)
            count_until_killed(f, ends[1]);
        close(ends[1]);
        assert_int_equal(read(ends[0], &first, sizeof first), sizeof first);
        random_bytes(&random, &chance, 1);
        during = listen(ends[0], chance % 32 + 1);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        after = listen(ends[0], 1000);
        close(ends[0]);
        told = after != 0 ? after : during != 0 ? during : first;
        /* The value that was being written may have arrived without having been told. */
        assert_in_range(read_counter(f, &verdict), told, told + 1);
        assert_true(verdict.intact);
    }
    assert_int_equal(verdict.count, read_counter(f, &verdict));
    assert_string_equal(raw_text(f, f->path, "PRAGMA integrity_check"), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writers_take_turns_without_a_failure, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_store_can_be_made_by_several_at_once, folder_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_killed_writer_loses_nothing_that_it_had_told,
                                        folder_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
