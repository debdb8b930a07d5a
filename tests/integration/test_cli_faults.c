#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/project_world.h"

/* What goes wrong beside a project's store: a damaged cache, a full disk, signals, a run that dies.
 */

/* Lines are counted once: the second run finds them in the cache, and a damaged cache is no matter.
 */
static void counted_lines_are_kept(void **state)
{
    static const char *const words[] = { "drift", "--from",   "DEV",   "--to",
                                         "UAT",   "--counts", "--wide" };
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    char *cache = memory_printf("%s/pilab/cache.db", sandbox_home(sandbox));
    char *first = NULL;

    deploy(world);
    for (int round = 0; round < 3; round++) {
        const struct run *run = run_pilab(sandbox, words[0], words[1], words[2], words[3], words[4],
                                          words[5], words[6], NULL);

        assert_int_equal(run->status, 0);
        if (round == 0)
            first = strdup(run->out.data);
        assert_string_equal(run->out.data, first);
        if (access(cache, F_OK) != 0)
            fail_msg("there is no %s", cache);
        if (round == 1)
            assert_int_equal(truncate(cache, 100), 0);
    }
    free(first);
    free(cache);
}

/* What a full disk does, by the limit that the shell sets: the write fails, nothing is lost. */
static void a_full_disk_keeps_what_was_there(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    char *line = memory_printf("ulimit -f 0; exec '%s' manifest set shop-api UAT 9.9", program);
    const char *const words[] = { "sh", "-c", line, NULL };
    const struct run *run;
    char *before;

    deploy(world);
    before = strdup(run_pilab(world->sandbox, "manifest", "show", NULL)->out.data);
    run = run_words(world->sandbox, words);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "store.db");
    assert_string_equal(run_pilab(world->sandbox, "manifest", "show", NULL)->out.data, before);
    DO(world->sandbox, "audit", "verify");
    DO(world->sandbox, "manifest", "set", "shop-api", "UAT", "9.9");
    free(before);
    free(line);
    free(program);
}

/* Waits until the process has the store open. */
static bool store_is_open(const struct world *world, pid_t process)
{
    char *folder = memory_printf("/proc/%d/fd", (int)process);
    bool open = false;

    for (int tries = 0; tries < 10000 && !open; tries++) {
        for (int descriptor = 3; descriptor < 20 && !open; descriptor++) {
            char *link = memory_printf("%s/%d", folder, descriptor);
            char *target = realpath(link, NULL);

            open = target != NULL && strcmp(target, world->store) == 0;
            free(target);
            free(link);
        }
        if (!open)
            poll(NULL, 0, 1);
    }
    free(folder);
    return open;
}

static void waiting_for_another_writer_ends_with_the_first_signal(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    const char *const words[] = { program, "manifest", "set", "shop-api", "UAT", "9.9", NULL };
    struct started_run started;
    sqlite3 *database;

    deploy(world);
    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    started = run_start(world->sandbox, words);
    assert_true(store_is_open(world, started.process));
    kill(started.process, SIGINT);
    assert_int_equal(run_wait(&started), 130);
    assert_int_equal(sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_says_not(&run_pilab(world->sandbox, "manifest", "show", NULL)->out, "9.9");
    free(program);
}

static bool has_ended(pid_t process)
{
    siginfo_t info = { 0 };

    return waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == process;
}

/* Waits until a run is recorded, and then holds the store so that it cannot end. False when it has
 * ended before it was seen. */
static bool hold_running(sqlite3 *database, pid_t process)
{
    while (!has_ended(process)) {
        sqlite3_stmt *query = NULL;
        bool running = false;

        if (sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
            continue;
        if (sqlite3_prepare_v2(database, "SELECT 1 FROM drift_reports WHERE run = 'ANALYZING'", -1,
                               &query, NULL) == SQLITE_OK)
            running = sqlite3_step(query) == SQLITE_ROW;
        sqlite3_finalize(query);
        if (running)
            return true;
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
        poll(NULL, 0, 1);
    }
    return false;
}

static void a_run_that_was_killed_is_listed_as_failed(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    const char *const words[] = {
        program, "drift", "--from", "DEV", "--to", "UAT", "--save", NULL
    };
    const struct run *run;
    struct started_run started;
    sqlite3 *database;

    deploy(world);
    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 1000);
    /* On a busy machine a run may be over before it was seen: then there is another. */
    for (started = run_start(world->sandbox, words); !hold_running(database, started.process);
         started = run_start(world->sandbox, words))
        assert_int_equal(run_wait(&started), 0);
    kill(started.process, SIGKILL);
    assert_int_equal(run_wait(&started), 128 + SIGKILL);
    sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(database);
    run = run_pilab(world->sandbox, "report", "list", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "FAILED");
    DO(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--save");
    run = run_pilab(world->sandbox, "report", "list", NULL);
    assert_says(&run->out, "COMPLETED");
    DO(world->sandbox, "audit", "verify");
    free(program);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(counted_lines_are_kept),
        CASE(a_full_disk_keeps_what_was_there),
        CASE(waiting_for_another_writer_ends_with_the_first_signal),
        CASE(a_run_that_was_killed_is_listed_as_failed),
    };

    return cmocka_run_group_tests_name("faults beside a project", tests, NULL, NULL);
}
