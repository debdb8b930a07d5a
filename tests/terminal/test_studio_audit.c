#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "demo_world.h"

/* The audit on the screen: read, filtered, proved, taken away to be checked by others. */

static void what_was_done_stands_there_newest_first(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "8", "not checked yet");
    /* The first one, of the store itself, belongs to no project. */
    assert_shown(vt, "9 entries of MB (10 in the store)");
    assert_shown(vt, "note.generate  note:1  by ");
    studio_type(vt, "j", "drift.run  report:3");
    studio_type(vt, "\r", "What was recorded");
    assert_shown(vt, "\"total_changes\": 96");
    assert_shown(vt, "Its link in the chain");
    studio_type(vt, "\033", "not checked yet");
    studio_type(vt, "o", "Verdict");
    assert_shown(vt, "Drift");
    studio_leave(&vt);
}

/* What was recorded stands there as deep as it is. */
static void a_recorded_list_keeps_its_shape(void **state)
{
    struct vt *vt = demo_world_open(*state, 40, 100);

    studio_type(vt, "8", "not checked yet");
    studio_type(vt, "frelease.cut\r", "only release.cut, 1/1");
    studio_type(vt, "\r", "What was recorded");
    assert_shown(vt, "     \"digest\": \"");
    assert_shown(vt, "       \"modules\": [");
    assert_shown(vt, "           \"commit\": \"");
    studio_leave(&vt);
}

/* Names have the room that there is; on a small screen what was done gives way first. */
static void names_are_whole_where_there_is_room(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(world->sandbox, "manifest", "set", "mb-payment-service", "PROD",
                               "2.0.6", NULL)
                         ->status,
                     0);
    vt = demo_world_open(world, 48, 160);
    studio_type(vt, "8", "not checked yet");
    assert_shown(vt, "manifest.set     mb-payment-service in PROD  2.0.6 DEPLOYED, by");
    assert_shown(vt, "manifest.import  the manifest                deployments: 3");
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_text(vt, "manifest.import  the manifest "));
    assert_shown(vt, "manifest.set     mb-pay");
    assert_shown(vt, " in PROD  2.0.6");
    studio_leave(&vt);
}

static void the_chain_is_proved(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "8", "not checked yet");
    studio_type(vt, "p", "chain intact, checked just now");
    studio_leave(&vt);
}

/* Words are looked for in all that an entry says, also in what the list has no room for. */
static void entries_are_found_by_their_words(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "8", "not checked yet");
    studio_type(vt, "fnote. \"report:3\"\r", "1/1");
    assert_shown(vt, "note.generate");
    assert_not_shown(vt, "manifest.import");
    studio_type(vt, "fnobody\r", "Nothing matches nobody");
    studio_type(vt, "\033", "the manifest");
    studio_leave(&vt);
}

static void entries_are_found_by_their_fields(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "8", "not checked yet");
    studio_type(vt, "faction:note since:1h\r", "only action:note since:1h, 1/1");
    assert_shown(vt, "note.generate");
    studio_type(vt, "factor:nobody\r", "Nothing matches actor:nobody");
    studio_type(vt, "fwho:me", "there is no field \"who\"");
    /* What was filtered by stays as long as that is no filter. */
    studio_type(vt, "\025action:mani\t", "action:manifest.import");
    studio_type(vt, "\r", "only action:manifest.import");
    studio_type(vt, "\033", "the manifest");
    studio_leave(&vt);
}

/* What others do meanwhile moves nothing under the cursor. */
static void new_entries_wait_until_they_are_let_in(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, "8", "not checked yet");
    assert_int_equal(run_pilab(world->sandbox, "manifest", "set", "mb-web", "SIT", "v9.9.9", NULL)
                         ->status,
                     0);
    studio_type(vt, "\r", "What was recorded");
    studio_type(vt, "\033", "1 new, ");
    assert_not_shown(vt, "v9.9.9");
    studio_type(vt, "R", "mb-web in SIT");
    assert_shown(vt, "v9.9.9 DEPLOYED");
    studio_type(vt, "fmanifest.set\r", "only manifest.set, 1/1");
    studio_leave(&vt);
}

static void entries_of_other_processes_wait_too(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, "8", "project.create");
    assert_not_shown(vt, " new, ");
    assert_int_equal(run_pilab(world->sandbox, "member", "add", "vera", "--role", "VIEWER", NULL)
                         ->status,
                     0);
    studio_type(vt, "", "1 new, ");
    studio_leave(&vt);
}

/* The folder that the screen writes satisfies whoever has sh, sha256sum and jq. */
static void a_bundle_is_exported_that_others_can_check(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);
    char *folder = scratch_path(sandbox_files(world->sandbox), "it's evidence");
    char *script = memory_printf("%s/verify.sh", folder);
    char *keys = memory_printf("\025%s\r", folder);

    studio_type(vt, "8", "not checked yet");
    studio_type(vt, "!x", "Export the audit");
    studio_type(vt, keys, "entries written to");
    studio_leave(&vt);
    assert_int_equal(run_words(world->sandbox, (const char *const[]){ "sh", script, NULL })->status,
                     0);
    free(keys);
    free(script);
    free(folder);
}

static void a_small_screen_shows_the_entries(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "8", "not checked yet");
    vt_resize(vt, 8, 40);
    assert_true(vt_wait_text(vt, "note:1"));
    assert_shown(vt, "note.gen");
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_text(vt, "SIT, from report:3"));
    assert_shown(vt, "SIT, from report:3");
    studio_leave(&vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_done_stands_there_newest_first, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(a_recorded_list_keeps_its_shape, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(names_are_whole_where_there_is_room, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(the_chain_is_proved, demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(entries_are_found_by_their_words, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(entries_are_found_by_their_fields, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(new_entries_wait_until_they_are_let_in, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(entries_of_other_processes_wait_too, demo_world_start,
                                        demo_world_end),
        cmocka_unit_test_setup_teardown(a_bundle_is_exported_that_others_can_check,
                                        demo_world_start, demo_world_end),
        cmocka_unit_test_setup_teardown(a_small_screen_shows_the_entries, demo_world_start,
                                        demo_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
