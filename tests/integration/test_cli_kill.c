#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>

#include "../support/crowd.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

/* kill -9 at any point of what lasts: afterwards the store is whole, the audit holds, and what was
 * to be done is done or not, never by half; and the same again gets through. (Notes:
 * test_cli_note.)
 */

/* No longer than a run takes, so that most are hit on the way. */
static int moment(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int)((*seed >> 16) % 45);
}

static int rounds(void)
{
    return crowd_rounds(10);
}

static void assert_all_holds(struct world *world)
{
    const struct run *run = run_pilab(world->sandbox, "audit", "verify", NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_store_whole(world->store);
}

/* Kills it; true when it was told that it is done. */
static bool killed(struct crowd *crowd, unsigned *seed)
{
    crowd_kill(crowd, 0, moment(seed));
    crowd_wait(crowd);
    if (crowd->status[0] != 0 && crowd->status[0] != 128 + SIGKILL)
        fail_msg("status %d: %s", crowd->status[0], crowd->said[0].data);
    return crowd->status[0] == 0;
}

static void while_a_release_is_cut(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    unsigned seed = 7;

    deploy(world);
    for (int round = 0; round < rounds(); round++) {
        long long before, after;
        char name[16];
        bool told;

        snprintf(name, sizeof name, "R%d", round);
        before = store_number(world->store, "SELECT count(*) FROM releases");
        crowd_start(&crowd, NULL, "release", "cut", name, "--from", "DEV", "--to", "UAT", NULL);
        told = killed(&crowd, &seed);
        after = store_number(world->store, "SELECT count(*) FROM releases");
        assert_in_range(after - before, told, 1);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM release_revisions"),
                         after);
        assert_int_equal(store_number(world->store,
                                      "SELECT count(*) FROM audit WHERE action = 'release.cut'"),
                         after);
        assert_store_whole(world->store);
        if (after == before)
            DO(world->sandbox, "release", "cut", name, "--from", "DEV", "--to", "UAT");
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

static void while_a_release_is_updated(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    unsigned seed = 11;

    deploy(world);
    DO(world->sandbox, "release", "cut", "R1", "--from", "DEV", "--to", "UAT");
    for (int round = 0; round < rounds(); round++) {
        long long before, after;
        bool told;

        /* Two versions that the repository knows, in turn. */
        DO(world->sandbox, "manifest", "set", "shop-api", "DEV",
           round % 2 == 0 ? "1.0.1" : "1.1.0");
        before = store_number(world->store, "SELECT rev FROM releases");
        crowd_start(&crowd, NULL, "release", "update", "R1", "--take", NULL);
        told = killed(&crowd, &seed);
        after = store_number(world->store, "SELECT rev FROM releases");
        assert_in_range(after - before, told, 1);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM release_revisions"),
                         after);
        assert_int_equal(store_number(world->store,
                                      "SELECT count(DISTINCT rev) FROM release_entries"),
                         after);
        assert_store_whole(world->store);
        DO(world->sandbox, "release", "update", "R1", "--take");
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* All of the file or nothing of it. */
static void while_a_manifest_is_imported(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    unsigned seed = 13;

    deploy(world);
    for (int round = 0; round < rounds(); round++) {
        char *text =
            memory_printf("module,DEV,UAT,PROD\nshop-api,7.%d,7.%d,7.%d\n", round, round, round);
        char *file = scratch_file(sandbox_files(world->sandbox), "m.csv", text);
        long long before = store_number(world->store, "SELECT count(*) FROM deployments"), after;
        bool told;

        crowd_start(&crowd, NULL, "manifest", "import", file, NULL);
        told = killed(&crowd, &seed);
        after = store_number(world->store, "SELECT count(*) FROM deployments");
        if (after != before + 3 && (told || after != before))
            fail_msg("%lld of 3 were recorded", after - before);
        assert_store_whole(world->store);
        DO(world->sandbox, "manifest", "import", file);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM deployments"),
                         before + 3);
        free(file);
        free(text);
    }
    assert_all_holds(world);
    crowd_release(&crowd);
}

/* Also the making of the store itself may be cut off at any point. */
static void while_a_project_is_set_up(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    unsigned seed = 17;
    char *table = scratch_file(sandbox_files(world->sandbox), "bank.csv",
                               "module,DEV,PROD\nauth,2,1\nweb,2,1\n");

    for (int round = 0; round < rounds(); round++) {
        char name[24], *folder, *variable;
        long long cells;

        snprintf(name, sizeof name, "place-%d/x", round);
        folder = scratch_file(sandbox_files(world->sandbox), name, "");
        *strrchr(folder, '/') = '\0';
        free(world->store);
        world->store = scratch_path(folder, "store.db");
        variable = memory_printf("PILAB_STORE=%s", world->store);
        sandbox_set(world->sandbox, variable);
        crowd_start(&crowd, NULL, "init", "--from", table, "--yes", NULL);
        killed(&crowd, &seed);
        DO(world->sandbox, "init", "--from", table, "--yes");
        cells = store_number(world->store, "SELECT count(*) FROM deployments");
        assert_int_equal(cells, 4);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM projects"), 1);
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM users"), 1);
        assert_all_holds(world);
        free(variable);
        free(folder);
    }
    free(table);
    crowd_release(&crowd);
}

static void while_a_variable_is_sealed(void **state)
{
    struct world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    char *secret = scratch_file(sandbox_files(world->sandbox), "secret", "hush");
    unsigned seed = 19;

    assert_int_equal(chmod(secret, 0600), 0);
    deploy(world);
    DO(world->sandbox, "secrets", "init");
    for (int round = 0; round < rounds(); round++) {
        char name[16];

        snprintf(name, sizeof name, "KEY_%d", round);
        crowd_start(&crowd, NULL, "variable", "set", name, "--secret", "--value-file", secret, "-e",
                    "UAT", NULL);
        killed(&crowd, &seed);
        assert_store_whole(world->store);
        DO(world->sandbox, "variable", "set", name, "--secret", "--value-file", secret, "-e",
           "UAT");
        assert_int_equal(store_number(world->store, "SELECT count(*) FROM variables"), round + 1);
    }
    assert_all_holds(world);
    free(secret);
    crowd_release(&crowd);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(while_a_release_is_cut),       CASE(while_a_release_is_updated),
        CASE(while_a_manifest_is_imported), CASE(while_a_project_is_set_up),
        CASE(while_a_variable_is_sealed),
    };

    return cmocka_run_group_tests_name("killed on the way", tests, NULL, NULL);
}
