#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/crowd.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/* What a store, a folder and a clock may do to people: clocks that go back, links that lead away,
 * a store that is held, damaged, read-only or from tomorrow. */

static void execute(const struct world *world, const char *sql)
{
    sqlite3 *database;

    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    sqlite3_close(database);
}

/* --- The clock ---------------------------------------------------------------------------------
 */

/* A clock that was put back: what is written then is in the order in which it was written, the
 * chain holds, and the cell says what began latest. */
static void a_clock_that_jumps_back_breaks_no_chain(void **state)
{
    struct world *world = *state;
    const struct run *run;

    deploy(world);
    sandbox_set(world->sandbox, "PILAB_CLOCK=2025-01-22T12:00:00Z");
    DO(world->sandbox, "manifest", "set", "shop-api", "UAT", "9.0");
    DO(world->sandbox, "release", "cut", "R1", "--from", "DEV", "--to", "UAT");
    run = run_pilab(world->sandbox, "manifest", "show", NULL);
    assert_says(&run->out, "1.0.1");
    run = run_pilab(world->sandbox, "manifest", "history", "shop-api", "UAT", NULL);
    assert_says(&run->out, "9.0");
    DO(world->sandbox, "audit", "verify");
    sandbox_set(world->sandbox, "PILAB_CLOCK=2025-01-23T12:00:00Z");
    DO(world->sandbox, "release", "show", "R1");
    DO(world->sandbox, "audit", "verify");
}

/* Behind 2038, and over the hour that a zone leaves out. */
static void times_far_away_and_in_odd_hours_are_kept(void **state)
{
    struct world *world = *state;
    const struct run *run;

    sandbox_set(world->sandbox, "TZ=Europe/Zurich");
    sandbox_set(world->sandbox, "PILAB_CLOCK=2040-03-25T01:30:00Z");
    deploy(world);
    DO(world->sandbox, "release", "cut", "R2040.01", "--from", "DEV", "--to", "UAT", "--planned",
       "2040-10-28T02:30:00+01:00");
    assert_int_equal(store_number(world->store, "SELECT planned_at FROM releases"),
                     INT64_C(2235000600000));
    run = run_pilab(world->sandbox, "release", "show", "R2040.01", "--json", NULL);
    assert_says(&run->out, "2040-10-28T01:30:00Z");
    run = run_pilab(world->sandbox, "audit", "list", "--since", "2040-03-25T01:30:00Z", NULL);
    assert_says(&run->out, "release.cut");
    DO(world->sandbox, "audit", "verify");
}

/* --- Names and links ---------------------------------------------------------------------------
 */

static const struct run *write_to(struct world *world, const char *command, const char *path)
{
    if (strcmp(command, "manifest") == 0)
        return run_pilab(world->sandbox, "manifest", "export", "-o", path, NULL);
    if (strcmp(command, "note") == 0)
        return run_pilab(world->sandbox, "note", "export", "1", "-o", path, NULL);
    if (strcmp(command, "project") == 0)
        return run_pilab(world->sandbox, "project", "export", "-o", path, NULL);
    return run_pilab(world->sandbox, "audit", "export", path, NULL);
}

/* A link where a file is to be is never written through. */
static void a_link_in_the_way_is_refused(void **state)
{
    static const char *const commands[] = { "manifest", "note", "project", "audit" };
    struct world *world = *state;
    char *victim = scratch_file(sandbox_files(world->sandbox), "victim", "precious\n");
    char *link = scratch_path(sandbox_files(world->sandbox), "link");
    char *text;

    deploy(world);
    DO(world->sandbox, "note", "generate", "--from", "DEV", "--to", "UAT");
    assert_int_equal(symlink(victim, link), 0);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct run *run = write_to(world, commands[i], link);

        if (run->status == 0)
            fail_msg("%s export went through a link", commands[i]);
        assert_says(&run->err, "link");
    }
    text = scratch_read(victim);
    assert_string_equal(text, "precious\n");
    free(text);
    free(link);
    free(victim);
}

/* A name that would lead out of the folder is no release's. */
static void names_that_lead_away_are_refused(void **state)
{
    static const char *const names[] = {
        "../../.ssh/x", "-rf", "/etc/passwd", "a/b", "..", "a\nb"
    };
    struct world *world = *state;

    deploy(world);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct run *run = run_pilab(world->sandbox, "release", "cut", "--from", "DEV", "--to",
                                          "UAT", "--", names[i], NULL);

        if (run->status == 0)
            fail_msg("a release is called %s", names[i]);
        assert_harmless(&run->err);
    }
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM releases"), 0);
}

/* --- The store ---------------------------------------------------------------------------------
 */

/* Somebody holds the store for longer than anybody waits: those who look are served; who writes is
 * told what keeps it and what to do, and nothing was written. */
static void a_store_that_is_held_for_long_is_said(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    const char *const words[] = { program, "manifest", "set", "shop-api", "UAT", "9.9", NULL };
    struct started_run started;
    sqlite3 *database;
    char said[1024] = "";

    deploy(world);
    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    DO(world->sandbox, "manifest", "show");
    DO(world->sandbox, "audit", "verify");
    if (crowd_rounds(0) > 0) { /* half a minute */
        started = run_start(world->sandbox, words);
        assert_true(read(started.err, said, sizeof said - 1) > 0);
        assert_non_null(strstr(said, "another process keeps it locked"));
        assert_int_equal(run_wait(&started), 1);
    }
    assert_int_equal(sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_says_not(&run_pilab(world->sandbox, "manifest", "show", NULL)->out, "9.9");
    DO(world->sandbox, "manifest", "set", "shop-api", "UAT", "9.9");
    free(program);
}

static void a_store_from_tomorrow_can_be_looked_at(void **state)
{
    struct world *world = *state;
    const struct run *run;

    deploy(world);
    execute(world, "PRAGMA user_version = 999");
    run = run_pilab(world->sandbox, "manifest", "show", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1.0.1");
    run = run_pilab(world->sandbox, "release", "cut", "R1", "--from", "DEV", "--to", "UAT", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "newer PiLabStudio");
    assert_int_equal(store_number(world->store, "PRAGMA user_version"), 999);
}

static void a_damaged_store_is_called_damaged(void **state)
{
    static const char rubbish[4096] = "rubbish";
    struct world *world = *state;
    const struct run *run;
    int file;

    deploy(world);
    file = open(world->store, O_WRONLY);
    for (off_t page = 2; page < 60; page++)
        assert_int_equal(pwrite(file, rubbish, sizeof rubbish, page * (off_t)sizeof rubbish),
                         sizeof rubbish);
    close(file);
    run = run_pilab(world->sandbox, "manifest", "show", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "damaged");
    assert_says(&run->err, "recover");
    run = run_pilab(world->sandbox, "release", "cut", "R1", "--from", "DEV", "--to", "UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "damaged");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_clock_that_jumps_back_breaks_no_chain),
        CASE(times_far_away_and_in_odd_hours_are_kept),
        CASE(a_link_in_the_way_is_refused),
        CASE(names_that_lead_away_are_refused),
        CASE(a_store_that_is_held_for_long_is_said),
        CASE(a_store_from_tomorrow_can_be_looked_at),
        CASE(a_damaged_store_is_called_damaged),
    };

    return cmocka_run_group_tests_name("adverse surroundings", tests, NULL, NULL);
}
