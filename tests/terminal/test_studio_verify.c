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

/* `gv`: what really runs beside what should, over the sample world, whose UAT is looked at by two
 * files and a web address where nobody is. */

static void see(const struct demo_world *world, const char *seen, const char *ledger)
{
    free(scratch_file(sandbox_files(world->sandbox), "seen.json", seen));
    free(scratch_file(sandbox_files(world->sandbox), "LEDGER", ledger));
}

static void observe(const struct demo_world *world, bool failing)
{
    static const char mark[] = "{name: UAT, stage: UAT, ";
    const struct run *run = run_pilab(world->sandbox, "project", "export", NULL);
    char *text = memory_copy_text(run->out.data), *at = strstr(text, mark), *whole, *path;
    const char *folder = sandbox_files(world->sandbox);

    assert_non_null(at);
    at += sizeof mark - 1;
    whole = memory_printf(
        "%.*sobserve: [{type: file, name: the cluster, path: \"%s/seen.json\", modules: "
        "{mb-auth-service: /auth, mb-payment-service: /pay}}, "
        "{type: file, name: the ledger, path: \"%s/LEDGER\", module: mb-ledger-db}%s], %s",
        (int)(at - text), text, folder, folder,
        failing ? ", {type: http, name: the web, url: \"http://127.0.0.1:1/\", module: mb-web}"
                : "",
        at);
    path = scratch_file(folder, "observed.yaml", whole);
    run = run_pilab(world->sandbox, "project", "import", path, "--yes", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(path);
    free(whole);
    free(text);
}

static void what_really_runs_stands_beside_what_should(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    observe(world, true);
    see(world, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.5\"}", "no version here\n");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "llgv", "2 could not ask");
    studio_type(vt, "gg", "all asked");
    assert_golden(vt, "demo-verify");
    studio_type(vt, "/payment\r", "expected v2.0.6, seen v2.0.5: another version");
    studio_type(vt, "\r", "as written");
    studio_type(vt, "\033", "1 of 3 answered");
    studio_type(vt, "o", "Who was asked");
    assert_shown(vt, "nobody answers there");
    studio_type(vt, "\033", "1 of 3 answered");
    studio_type(vt, "r", "2 could not ask");
    studio_leave(&vt);
}

static void there_is_room_for_everything_on_a_large_screen(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    observe(world, true);
    see(world, "{\"auth\":\"v2.0.6\"}", "42\n");
    vt = demo_world_open(world, 48, 160);
    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "llgv", "2 could not ask");
    studio_type(vt, "gg", "all asked");
    assert_golden(vt, "demo-verify-wide");
    studio_leave(&vt);
}

static void what_was_seen_is_recorded_once_it_is_agreed_to(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    observe(world, false);
    see(world, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.5\"}", "2.0.6\n");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "llgv", "2 of 2 answered");
    studio_type(vt, "gg", "all asked");
    studio_type(vt, "!v", "Record what was seen in UAT");
    studio_type(vt, "y", "1 of what differs recorded as seen");
    studio_type(vt, "r", "3 same");
    studio_type(vt, "\033", "differ from the stage before");
    studio_type(vt, "j", "observed just now: as recorded");
    studio_type(vt, "+", "seen     v2.0.5 at 2025-01-22 14:30 by the cluster, /pay");
    studio_leave(&vt);
}

/* Its page says why: the message above the hint line would say it twice everywhere else. */
static void what_keeps_it_from_asking_leaves_with_its_page(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "gv", "Nobody was asked");
    assert_shown(vt, "Esc dismisses");
    studio_type(vt, "4", "Wait for you");
    assert_not_shown(vt, "Esc dismisses");
    studio_leave(&vt);
}

static void the_manifest_shows_what_was_seen_and_asks_again(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    observe(world, false);
    see(world, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.5\"}", "no version here\n");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "ll", "observed never");
    studio_type(vt, "r", "Asked in 2 environments: 3 differ, 1 could not be asked");
    studio_type(vt, "j", "observed just now: v2.0.5 runs there: another version");
    assert_shown(vt, "DRIFT = seen to run otherwise");
    assert_golden(vt, "demo-manifest-observed");
    studio_type(vt, "k", "observed just now: as recorded");
    studio_type(vt, "jjj", "could not ask: ");
    see(world, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.6\"}", "2.0.6\n");
    studio_type(vt, "r", "Asked in 2 environments: 2 differ.");
    studio_type(vt, "gg", "observed just now");
    assert_not_shown(vt, "v2.0.6 DRIFT  v2.0.5");
    studio_type(vt, "j+", "before   v2.0.5 at 2025-01-22 14:30");
    studio_leave(&vt);
}

static void the_manifest_asks_by_itself_where_that_is_wanted(void **state)
{
    const struct demo_world *world = *state;
    const struct run *run;
    struct vt *vt;
    char *text, *at, *path;

    observe(world, false);
    see(world, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.5\"}", "2.0.6\n");
    run = run_pilab(world->sandbox, "project", "export", NULL);
    at = strstr(run->out.data, ", observe: [");
    assert_non_null(at);
    text = memory_printf("%.*s, observe_every: 5%s", (int)(at - run->out.data), run->out.data, at);
    path = scratch_file(sandbox_files(world->sandbox), "every.yaml", text);
    assert_int_equal(run_pilab(world->sandbox, "project", "import", path, "--yes", NULL)->status,
                     0);
    free(path);
    free(text);
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "2", "DRIFT = seen to run otherwise");
    studio_leave(&vt);
}

static void production_of_the_sample_world_runs_what_nobody_recorded(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 80);

    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "lllgv", "Verify env:PROD");
    studio_type(vt, "gg", "all asked");
    studio_type(vt, "", "v2.0.6 as expected: its configuration: 1 value differs (SESSION_TIMEOUT)");
    assert_golden(vt, "demo-verify-production");
    studio_type(vt, "/payment\r", "expected v2.0.5, seen v2.0.6: another version");
    studio_type(vt, "\033", "differ from the stage before");
    studio_type(vt, "j", "v2.0.6 runs there: another version");
    studio_leave(&vt);
}

static void an_environment_that_nobody_looks_at_says_what_to_do(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 24, 80);

    studio_type(vt, "2", "differ from the stage before");
    studio_type(vt, "gv", "Nobody was asked");
    assert_shown(vt, "no observer is set up for DEV: nobody looks at what really runs there");
    assert_shown(vt, "in Setup, Environments, DEV, or as `observe` of it in pilab.yaml");
    assert_shown(vt, "r asks again");
    studio_type(vt, "o", "Nobody: no observer is set up");
    studio_leave(&vt);
}

static void a_release_is_verified_where_it_goes(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt;

    observe(world, false);
    see(world, "{\"auth\":\"v2.0.7\",\"pay\":\"2.0.7\"}", "42\n");
    vt = demo_world_open(world, 24, 80);
    studio_type(vt, "1", "R2025.03 to UAT");
    studio_type(vt, "gg\r", "Frozen");
    studio_type(vt, "gv", "Verify release:R2025.03");
    studio_type(vt, "", "2 of 2 answered");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_really_runs_stands_beside_what_should),
        CASE(there_is_room_for_everything_on_a_large_screen),
        CASE(what_was_seen_is_recorded_once_it_is_agreed_to),
        CASE(what_keeps_it_from_asking_leaves_with_its_page),
        CASE(the_manifest_shows_what_was_seen_and_asks_again),
        CASE(the_manifest_asks_by_itself_where_that_is_wanted),
        CASE(production_of_the_sample_world_runs_what_nobody_recorded),
        CASE(an_environment_that_nobody_looks_at_says_what_to_do),
        CASE(a_release_is_verified_where_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
