#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/store/store.h>
#include <pilab/store/tenant.h>
#include <pilab/store/user.h>

#include "../support/scratch.h"
#include "note_world.h"

/* What is approved is what goes out, and people see beforehand what a key does to it. */

static void approve_by_carla(const struct demo_world *world)
{
    note_world_login(world, "carla");
    DO(world, "note", "review", "2");
    DO(world, "note", "approve", "2");
}

static void taking_what_moved_says_whose_approvals_lapse(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    approve_by_carla(world);
    note_world_login(world, "alice");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, ":release show R2025.03\r", "▸ Release R2025.03");
    studio_type(vt, "!ut", "take R2025.03");
    assert_shown(vt, "Note 2 (APPROVED, by alice) is about the list as it is:");
    assert_golden(vt, "release-take-lapses");
    studio_type(vt, "y", "revision 2");
    assert_shown(vt, "2 (the approval of carla, the review of carla)");
    studio_type(vt, ":note show 2\r", "rev 1 DRAFT");
    studio_type(vt, "!", "it is older than the list of R2025.03");
    studio_type(vt, "\033", "rev 1 DRAFT");
    studio_leave(&vt);
}

/* Alone in the project four eyes are off: it is said before, not only afterwards. */
static void approving_ones_own_text_is_said_before(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    DO(world, "note", "generate", "--from", "SIT", "--to", "UAT", "--release", "R2025.09");
    DO(world, "note", "review", "2");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "4", "R2025.09");
    studio_type(vt, ":note show 2\r", "rev 1 REVIEWED");
    studio_type(vt, "!a", "It is your own text");
    assert_golden(vt, "notes-approve-own");
    studio_type(vt, "y", "rev 1 APPROVED");
    studio_leave(&vt);
}

static void the_approval_of_somebody_elses_text_says_nothing_of_it(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    note_world_login(world, "carla");
    DO(world, "note", "review", "2");
    vt = note_world_open(world, "carla", 24, 80);
    studio_type(vt, "!a", "It is for this very text");
    assert_not_shown(vt, "It is your own text");
    studio_type(vt, "n", "rev 1 REVIEWED");
    studio_leave(&vt);
}

static void what_turns_the_order_of_text_around_is_not_kept(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);
    char *text;

    studio_type(vt, "i", "[Edit]");
    studio_type(vt, "Opay \xe2\x80\xae txt.exe\033:w\r", "Keep revision 2");
    studio_type(vt, "\r", "line 1 holds U+202E at character 5");
    text = note_world_text(world);
    assert_null(strstr(text, "txt.exe"));
    free(text);
    /* One takes the message away, the other leaves to reading. */
    studio_type(vt, "\033\033", "[Read]");
    studio_type(vt, "!d", "Throw away what you typed");
    studio_type(vt, "y", "thrown away");
    studio_leave(&vt);
}

/* The demo has a report of it already. */
static void drift_of_the_same_two_environments_is_counted_once(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    DO(world, "drift", "--from", "SIT", "--to", "UAT", "--save");
    DO(world, "drift", "release:R2025.03", "--save");
    vt = demo_world_open(world, 48, 160);
    assert_true(vt_wait_text(vt, "in 1 report"));
    studio_leave(&vt);
    DO(world, "drift", "--from", "SIT", "--to", "UAT", "--module", "mb-web", "--save");
    vt = demo_world_open(world, 48, 160);
    assert_true(vt_wait_text(vt, "in 2 reports"));
    assert_shown(vt, "6 mb-web: UAT would get, from SIT");
    studio_leave(&vt);
}

/* --- Who may not get in any more -------------------------------------------------------------- */

static void switch_off(const struct demo_world *world, const char *login)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "demo/pilab.db");
    struct store_options options = { .path = path, .allow_frozen_clock = true };
    struct clock clock = clock_system();
    struct random random = random_system();
    struct arena *arena = arena_new();
    struct connection *connection;
    struct store_tenants tenants;
    struct store_user user;
    struct error error = { 0 };
    struct store *store;

    if (!store_open(&options, &clock, &store, &error))
        fail_msg("%s", error.message);
    connection = store_connect(store, &clock, &random, &error);
    assert_non_null(connection);
    assert_true(store_tenant_list(connection, NULL, arena, &tenants, &error));
    assert_true(store_user_find(connection, tenants.items[0].id, login, arena, &user, &error));
    user.is_active = false;
    assert_true(store_begin(connection, NULL, &error));
    assert_true(store_user_update(connection, &user, &error));
    assert_true(store_commit(connection, &error));
    connection_close(&connection);
    store_close(&store);
    arena_free(&arena);
    free(path);
}

static void who_may_not_get_in_any_more_is_not_counted(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    approve_by_carla(world);
    switch_off(world, "carla");
    switch_off(world, "dan");
    vt = note_world_open(world, "root", 24, 80);
    studio_type(vt, "gTgTgT", "[Approvals 0/1]");
    assert_shown(vt, "is no active member any more");
    assert_shown(vt, "(root)");
    studio_type(vt, "7", "Ticket keys");
    studio_type(vt, "gtgtgt", "as usual for its stage");
    studio_type(vt, "jj", "approve: 1 of those who may approve (alice, root)");
    assert_shown(vt, "not active: carla, dan");
    studio_leave(&vt);
}

#define NOTES(name) cmocka_unit_test_setup_teardown(name, note_world_start, demo_world_end)
#define ALONE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NOTES(taking_what_moved_says_whose_approvals_lapse),
        ALONE(approving_ones_own_text_is_said_before),
        NOTES(the_approval_of_somebody_elses_text_says_nothing_of_it),
        NOTES(what_turns_the_order_of_text_around_is_not_kept),
        ALONE(drift_of_the_same_two_environments_is_counted_once),
        NOTES(who_may_not_get_in_any_more_is_not_counted),
    };

    return cmocka_run_group_tests_name("what is approved goes out", tests, NULL, NULL);
}
