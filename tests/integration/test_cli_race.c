#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/crowd.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/* Several people and pipelines at one store at once, each a process of its own. What each is told
 * is true, nothing is counted twice, and nobody hears of a lock (crowd_wait sees to that). A
 * hundred rounds at night, a few otherwise. */

#define PEOPLE 8

static const char *const people[PEOPLE] = { "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7" };
static const size_t crowds[] = { 2, PEOPLE };

#define CROWDS (sizeof crowds / sizeof *crowds)

/* --- A matrix of eight modules, and a clock that goes ------------------------------------------
 */

static int matrix_setup(void **state)
{
    struct world *world;
    char *table;

    if (project_world_setup(state) != 0)
        return -1;
    world = *state;
    table = scratch_file(sandbox_files(world->sandbox), "matrix.csv",
                         "module,DEV,SIT,UAT,PROD\nm0,1,1,1,1\nm1,1,1,1,1\nm2,1,1,1,1\n"
                         "m3,1,1,1,1\nm4,1,1,1,1\nm5,1,1,1,1\nm6,1,1,1,1\nm7,1,1,1,1\n");
    sandbox_set(world->sandbox, "PILAB_CLOCK");
    sandbox_set(world->sandbox, "PILAB_LOGIN");
    DO(world->sandbox, "init", "--from", table, "--name", "Matrix", "--yes");
    free(table);
    return 0;
}

static long long deployments(const struct world *world)
{
    return store_number(world->store, "SELECT count(*) FROM deployments");
}

static long long entries(const struct world *world, const char *action)
{
    char *query = memory_printf("SELECT count(*) FROM audit WHERE action = '%s'", action);
    long long number = store_number(world->store, query);

    free(query);
    return number;
}

static void assert_all_holds(struct world *world)
{
    const struct run *run = run_pilab(world->sandbox, "audit", "verify", NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_store_whole(world->store);
}

/* Everybody must have succeeded. */
static void all_done(struct crowd *crowd, size_t size)
{
    if (crowd_wait(crowd) == size)
        return;
    for (size_t i = 0; i < size; i++)
        if (crowd->status[i] != 0)
            fail_msg("status %d: %s", crowd->status[i], crowd->said[i].data);
}

static void different_cells_each_get_their_event(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        long long before = deployments(world), told = entries(world, "manifest.set");
        char version[16];

        snprintf(version, sizeof version, "2.%d", round);
        for (size_t i = 0; i < size; i++) {
            char module[] = { 'm', (char)('0' + i), '\0' };

            crowd_start(&crowd, NULL, "manifest", "set", module, "UAT", version, NULL);
        }
        all_done(&crowd, size);
        assert_int_equal(deployments(world) - before, size);
        assert_int_equal(entries(world, "manifest.set") - told, size);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* Pipelines that say the same at once leave one event, and all of them are told that it is so. */
static void the_same_said_by_eight_is_recorded_once(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        long long before = deployments(world), told = entries(world, "manifest.set");
        char version[16];

        snprintf(version, sizeof version, "3.%d", round);
        for (size_t i = 0; i < size; i++)
            crowd_start(&crowd, NULL, "manifest", "set", "m0", "UAT", version, NULL);
        all_done(&crowd, size);
        assert_int_equal(deployments(world) - before, 1);
        assert_int_equal(entries(world, "manifest.set") - told, 1);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* Of different versions of one cell each is an event; the latest to begin is what runs there. */
static void different_versions_of_a_cell_are_all_in_its_history(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        long long before = deployments(world);
        const struct run *run;
        char version[64];

        for (size_t i = 0; i < size; i++) {
            snprintf(version, sizeof version, "4.%d.%zu", round, i);
            crowd_start(&crowd, NULL, "manifest", "set", "m1", "UAT", version, NULL);
        }
        all_done(&crowd, size);
        assert_int_equal(deployments(world) - before, size);
        run = run_pilab(world->sandbox, "manifest", "history", "m1", "UAT", NULL);
        for (size_t i = 0; i < size; i++) {
            snprintf(version, sizeof version, "4.%d.%zu", round, i);
            assert_says(&run->out, version);
        }
        snprintf(version, sizeof version, " 4.%d.", round);
        run = run_pilab(world->sandbox, "manifest", "show", NULL);
        assert_says(&run->out, version);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

static void an_import_by_eight_is_written_once(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        char *text =
            memory_printf("module,UAT,PROD\nm2,5.%d,5.%d\nm3,5.%d,\n", round, round, round);
        char *file = scratch_file(sandbox_files(world->sandbox), "import.csv", text);
        long long before = deployments(world), told = entries(world, "manifest.import");

        for (size_t i = 0; i < size; i++)
            crowd_start(&crowd, NULL, "manifest", "import", file, NULL);
        all_done(&crowd, size);
        assert_int_equal(deployments(world) - before, 3);
        assert_int_equal(entries(world, "manifest.import") - told, 1);
        free(file);
        free(text);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* Of all who take what moved, one makes the revision; the others are told that there is nothing
 * left to take, or who was first. */
static void a_release_is_revised_by_one(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    DO(world->sandbox, "release", "cut", "R1", "--from", "SIT", "--to", "UAT", "--yes");
    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        char version[16];

        snprintf(version, sizeof version, "6.%d", round);
        DO(world->sandbox, "manifest", "set", "m4", "SIT", version);
        for (size_t i = 0; i < size; i++)
            crowd_start(&crowd, NULL, "release", "update", "R1", "--take", NULL);
        crowd_wait(&crowd);
        for (size_t i = 0; i < size; i++) {
            if (crowd.status[i] == 0)
                assert_says(&crowd.said[i], "R1: ");
            else
                assert_says(&crowd.said[i], "revision");
        }
        assert_int_equal(store_number(world->store, "SELECT rev FROM releases"), round + 2);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM release_revisions"),
                         round + 2);
        assert_int_equal(entries(world, "release.update"), round + 1);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

static void a_release_is_cut_by_one(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    for (int round = 0; round < crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        char name[16];

        snprintf(name, sizeof name, "R2.%d", round);
        for (size_t i = 0; i < size; i++)
            crowd_start(&crowd, NULL, "release", "cut", name, "--from", "SIT", "--to", "UAT",
                        "--yes", NULL);
        assert_int_equal(crowd_wait(&crowd), 1);
        for (size_t i = 0; i < size; i++)
            if (crowd.status[i] != 0)
                assert_says(&crowd.said[i], name);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM releases"), round + 1);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* --- From nothing ------------------------------------------------------------------------------
 */

static void a_project_is_imported_once_by_eight(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < PEOPLE; i++)
        crowd_start(&crowd, NULL, "project", "import", world->file, NULL);
    all_done(&crowd, PEOPLE);
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM projects"), 1);
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM modules"), 1);
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM project_access"), 1);
    for (int round = 0; round < crowd_rounds(10); round++) {
        for (size_t i = 0; i < PEOPLE; i++) {
            char name[] = { 'n', (char)('0' + i), '.', 'y', 'a', 'm', 'l', '\0' }, *file;

            strbuf_clear(&text);
            strbuf_printf(&text,
                          "pilab: 1\nproject: {name: Shop %zu of %d, code: SHOP}\n"
                          "environments:\n  - {name: DEV, stage: DEV}\n"
                          "modules:\n  - {name: m%zu, type: BACKEND}\n",
                          i, round, i);
            file = scratch_file(sandbox_files(world->sandbox), name, text.data);
            crowd_start(&crowd, NULL, "project", "import", file, "--yes", NULL);
            free(file);
        }
        all_done(&crowd, PEOPLE);
        assert_int_equal(store_number(world->store,
                                      "SELECT count(*) FROM projects WHERE code = 'SHOP'"),
                         1);
    }
    assert_all_holds(world);
    strbuf_release(&text);
    crowd_release(&crowd);
}

static void a_project_is_set_up_once_by_eight(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    char *table = scratch_file(sandbox_files(world->sandbox), "bank.csv",
                               "module,DEV,PROD\nauth,2,1\nweb,2,1\n");

    for (size_t i = 0; i < PEOPLE; i++)
        crowd_start(&crowd, NULL, "init", "--from", table, "--yes", NULL);
    crowd_wait(&crowd);
    for (size_t i = 0; i < PEOPLE; i++)
        if (crowd.status[i] != 0)
            assert_says(&crowd.said[i], "the same again brings it up to date");
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM projects"), 1);
    assert_int_equal(store_number(world->store, "SELECT count(*) FROM modules"), 2);
    assert_int_equal(deployments(world), 4);
    assert_all_holds(world);
    free(table);
    crowd_release(&crowd);
}

/* --- Notes -------------------------------------------------------------------------------------
 */

static void invite(struct world *world)
{
    deploy(world);
    for (size_t i = 0; i < PEOPLE; i++)
        DO(world->sandbox, "member", "add", people[i], "--role", "ADMIN");
}

static void generate(struct world *world, const char *number)
{
    sandbox_set(world->sandbox, "PILAB_LOGIN=root");
    DO(world->sandbox, "note", "generate", "--from", "UAT", "--to", "PROD", "--release",
       "R2025.03");
    DO(world->sandbox, "note", "review", number);
}

/* What of the note with this number; `what` is the beginning of a query. */
static long long of_note(const struct world *world, const char *what, const char *number)
{
    char *query = memory_printf("%s WHERE n.number = %s", what, number);
    long long result = store_number(world->store, query);

    free(query);
    return result;
}

/* Two votes are needed: exactly two are there, and the rest are told that it is done. */
static void of_eight_who_approve_two_count(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    invite(world);
    for (int round = 1; round <= crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        char number[16];

        snprintf(number, sizeof number, "%d", round);
        generate(world, number);
        for (size_t i = 0; i < size; i++)
            crowd_start(&crowd, people[i], "note", "approve", number, NULL);
        assert_int_equal(crowd_wait(&crowd), 2);
        for (size_t i = 0; i < size; i++)
            if (crowd.status[i] != 0)
                assert_says(&crowd.said[i], "it has all approvals that it needs");
        assert_int_equal(of_note(world,
                                 "SELECT count(*) FROM notes n JOIN approvals a ON a.object_id = "
                                 "n.id AND a.decision = 'APPROVE'",
                                 number),
                         2);
        assert_int_equal(of_note(world, "SELECT status = 'APPROVED' FROM notes n", number), 1);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* All write from the same revision: one is first, and the others lose nothing but the race. */
static void of_eight_who_edit_one_is_first(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);

    invite(world);
    for (int round = 1; round <= crowd_rounds(10); round++) {
        size_t size = crowds[(size_t)round % CROWDS];
        char number[16];

        snprintf(number, sizeof number, "%d", round);
        generate(world, number);
        for (size_t i = 0; i < size; i++) {
            char *text = memory_printf("# %s\n", people[i]);
            char *file = scratch_file(sandbox_files(world->sandbox), people[i], text);

            crowd_start(&crowd, people[i], "note", "edit", number, "--file", file, "--base", "1",
                        NULL);
            free(file);
            free(text);
        }
        assert_int_equal(crowd_wait(&crowd), 1);
        for (size_t i = 0; i < size; i++)
            if (crowd.status[i] != 0)
                assert_says(&crowd.said[i], "revision 2");
        assert_int_equal(of_note(world, "SELECT rev FROM notes n", number), 2);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

#define MATRIX(name) cmocka_unit_test_setup_teardown(name, matrix_setup, project_world_teardown)
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MATRIX(different_cells_each_get_their_event),
        MATRIX(the_same_said_by_eight_is_recorded_once),
        MATRIX(different_versions_of_a_cell_are_all_in_its_history),
        MATRIX(an_import_by_eight_is_written_once),
        MATRIX(a_release_is_revised_by_one),
        MATRIX(a_release_is_cut_by_one),
        CASE(a_project_is_imported_once_by_eight),
        CASE(a_project_is_set_up_once_by_eight),
        CASE(of_eight_who_approve_two_count),
        CASE(of_eight_who_edit_one_is_first),
    };

    return cmocka_run_group_tests_name("eight at one store", tests, NULL, NULL);
}
