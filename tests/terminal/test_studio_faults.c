#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/crowd.h"
#include "../support/scratch.h"
#include "demo_world.h"

/* What goes wrong around the screen on each of its places: the line drops, somebody else writes or
 * holds the store, the terminal is small or poor. */

static const struct {
    const char *keys, *shown;
} places[] = {
    {"1",                         "What would"           },
    { "2",                        "6 modules"            },
    { "3",                        "1 Home"               },
    { "4",                        "1 Home"               },
    { "8",                        "not checked yet"      },
    { ":release list\r",          "\xe2\x96\xb8 Releases"},
    { ":release show R2025.03\r", "Release R2025.03"     },
    { ":where MB-234\r",          "Taken for ticket"     },
};

#define PLACES (sizeof places / sizeof *places)

/* --- The line ----------------------------------------------------------------------------------
 */

static void assert_ends(struct vt **vt, size_t place, int status)
{
    int ended = vt_exit(*vt, 1000);

    if (ended != status)
        fail_msg("at %s: %d instead of %d", places[place].keys, ended, status);
    vt_free(vt);
}

static void a_line_that_drops_ends_it_on_every_place(void **state)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct vt *vt = demo_world_open(*state, 24, 80);

        studio_type(vt, places[i].keys, places[i].shown);
        vt_hang_up(vt);
        assert_ends(&vt, i, 129);
    }
}

static void so_it_does_when_hangups_are_ignored(void **state)
{
    const struct demo_world *world = *state;
    char *program = harness_program("pilab");

    for (size_t i = 0; i < PLACES; i++) {
        struct vt *vt = harness_start(world->harness, 24, 80, "/bin/sh", "-c",
                                      "trap '' HUP PIPE; exec \"$0\"", program, NULL);

        studio_type(vt, "", "What would");
        studio_type(vt, places[i].keys, places[i].shown);
        vt_hang_up(vt);
        assert_ends(&vt, i, 129);
    }
    free(program);
}

static void a_request_to_end_is_heard_on_every_place(void **state)
{
    for (size_t i = 0; i < PLACES; i++) {
        struct vt *vt = demo_world_open(*state, 24, 80);

        studio_type(vt, places[i].keys, places[i].shown);
        vt_signal(vt, SIGTERM);
        assert_int_equal(vt_exit(vt, 1000), 143);
        assert_false(vt_full_screen(vt));
        assert_true(vt_echoes(vt));
        assert_ends(&vt, i, 143);
    }
}

/* --- Others ------------------------------------------------------------------------------------
 */

/* Eight write while two look, at the manifest and at Home: what they write is seen, and nobody is
 * told of an error. */
static void others_may_write_while_one_looks(void **state)
{
    const struct demo_world *world = *state;
    struct crowd crowd = crowd_new(world->sandbox);
    struct vt *manifest = demo_world_open(world, 24, 80), *home = demo_world_open(world, 24, 80);
    char version[64];

    studio_type(manifest, "2", "6 modules");
    for (int round = 0; round < crowd_rounds(5); round++) {
        snprintf(version, sizeof version, "v9.%d", round);
        for (int i = 0; i < CROWD_MOST; i++)
            crowd_start(&crowd, NULL, "manifest", "set", i % 2 == 0 ? "mb-web" : "mb-auth-service",
                        i % 3 == 0 ? "DEV" : "SIT", version, NULL);
        assert_true(vt_type(manifest, "j"));
        assert_true(vt_type(home, "j"));
        assert_int_equal(crowd_wait(&crowd), CROWD_MOST);
        studio_type(manifest, "", version);
    }
    assert_not_shown(manifest, "error");
    assert_not_shown(home, "error");
    studio_type(home, ":messages\r", "Messages");
    assert_not_shown(home, "error");
    studio_type(manifest, ":messages\r", "Messages");
    assert_not_shown(manifest, "error");
    studio_leave(&manifest);
    studio_leave(&home);
    crowd_release(&crowd);
}

static sqlite3 *hold(const struct demo_world *world)
{
    char *path = memory_printf("%s/demo/pilab.db", sandbox_files(world->sandbox));
    sqlite3 *database;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, VT_PATIENCE);
    assert_int_equal(sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    free(path);
    return database;
}

/* While somebody else holds the store, what is looked at goes on; what waits for its turn is done
 * when it comes. */
static void a_held_store_keeps_the_screen_usable(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);
    sqlite3 *database = hold(*state);

    vt_send(vt, ":manifest set mb-web SIT v9.9.9\r");
    vt_listen(vt, 200);
    vt_send(vt, "2");
    assert_true(vt_see_text(vt, "6 modules"));
    vt_send(vt, "8");
    assert_true(vt_see_text(vt, "not checked yet"));
    vt_send(vt, ":jobs\r");
    assert_true(vt_see_text(vt, "waiting: another process"));
    assert_int_equal(vt_find(vt, "error"), -1);
    assert_int_equal(sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    studio_type(vt, "", "recorded v9.9.9 in SIT");
    studio_leave(&vt);
}

/* --- The terminal ------------------------------------------------------------------------------
 */

static const struct {
    int rows, columns;
} sizes[] = {
    {5,   20 },
    { 2,  5  },
    { 60, 7  },
    { 3,  200},
    { 1,  1  },
    { 24, 80 },
};

/* However it is drawn out of shape, each place comes back. */
static void every_place_bears_every_size(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    for (size_t i = 0; i < PLACES; i++) {
        studio_type(vt, places[i].keys, places[i].shown);
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            vt_resize(vt, sizes[size].rows, sizes[size].columns);
            assert_true(vt_wait_idle(vt));
        }
        studio_type(vt, "", places[i].shown);
    }
    /* All at once, without waiting for any. */
    for (int i = 0; i < 100; i++)
        vt_resize(vt, 2 + i * 7 % 60, 5 + i * 13 % 150);
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    studio_type(vt, "2", "6 modules");
    studio_leave(&vt);
}

static void twenty_columns_are_enough_to_leave(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = harness_start(world->harness, 5, 20, "pilab", NULL);

    for (size_t i = 0; i < PLACES; i++)
        assert_true(vt_type(vt, places[i].keys));
    vt_send(vt, "Q");
    if (vt_exit(vt, 500) < 0) /* it asks what becomes of running jobs */
        vt_send(vt, "y");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
}

/* In the C locale nothing but ASCII leaves the program. */
static void without_utf8_every_place_is_ascii(void **state)
{
    const struct demo_world *world = *state;
    const struct strbuf *log;
    struct vt *vt;

    harness_set(world->harness, "LANG=C");
    harness_set(world->harness, "LC_ALL=C");
    vt = demo_world_open(world, 24, 80);
    for (size_t i = 0; i < PLACES; i++)
        studio_type(vt, places[i].keys,
                    (unsigned char)places[i].shown[0] < 128 ? places[i].shown : "Releases");
    log = vt_log(vt);
    for (size_t i = 0; i < log->length; i++)
        if ((unsigned char)log->data[i] >= 128)
            fail_msg("byte %zu is 0x%02x: %.40s", i, (unsigned char)log->data[i],
                     log->data + (i > 20 ? i - 20 : 0));
    studio_leave(&vt);
}

static void without_colours_no_place_sets_one(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    harness_set(world->harness, "NO_COLOR=1");
    vt = demo_world_open(world, 24, 80);
    for (size_t i = 0; i < PLACES; i++)
        studio_type(vt, places[i].keys, places[i].shown);
    assert_false(sets_color(vt_log(vt)->data));
    studio_leave(&vt);
}

static void a_project_that_is_not_there_is_said(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = harness_start(world->harness, 24, 80, "pilab", "--project", "NOPE", NULL);

    assert_true(vt_wait_text(vt, "NOPE"));
    assert_shown(vt, "Mobile Banking"); /* which is */
    assert_not_shown(vt, "A project of your own");
    assert_not_shown(vt, "no project yet");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_project_that_is_not_there_is_said), CASE(a_line_that_drops_ends_it_on_every_place),
        CASE(so_it_does_when_hangups_are_ignored), CASE(a_request_to_end_is_heard_on_every_place),
        CASE(others_may_write_while_one_looks),    CASE(a_held_store_keeps_the_screen_usable),
        CASE(every_place_bears_every_size),        CASE(twenty_columns_are_enough_to_leave),
        CASE(without_utf8_every_place_is_ascii),   CASE(without_colours_no_place_sets_one),
    };

    return cmocka_run_group_tests_name("faults around the screen", tests, NULL, NULL);
}
