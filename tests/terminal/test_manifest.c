#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "demo_world.h"

/* What runs where, in the terminal over the sample world. */

/* Opens the place and waits until everything is counted: the last cell has its mark. */
static struct vt *open_manifest(const struct demo_world *demo, int rows, int columns)
{
    struct vt *vt = demo_world_open(demo, rows, columns);

    studio_type(vt, "2", "Manifest");
    assert_true(vt_wait_text(vt, "v2.0.5    5c"));
    assert_true(vt_wait_gone(vt, " .."));
    return vt;
}

static void the_matrix_marks_the_exceptions(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    assert_golden(vt, "manifest");
    studio_type(vt, "jjlll", "mb-notify-service in PROD");
    assert_shown(vt, "FAILED 5 hours ago");
    assert_shown(vt, "the health check did not answer");
    studio_type(vt, "kkkk", "filled from UAT: 5 differ");
    studio_leave(&vt);
}

static void more_about_a_cell_is_a_key_away(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "ll+", " commit   ");
    assert_shown(vt, "runs     v2.0.6 since 2025-01-14");
    assert_golden(vt, "manifest-details");
    vt_send(vt, "+");
    assert_true(vt_wait_gone(vt, " commit   "));
    studio_leave(&vt);
}

static void enter_opens_the_history_down_to_the_event(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "jjlll\r", "mb-notify-service in PROD");
    assert_shown(vt, "exit 1: the health check");
    assert_golden(vt, "manifest-history");
    studio_type(vt, "\r", "outcome");
    assert_shown(vt, "exit 1: the health check did not answer within 60 s");
    studio_type(vt, "\033\033", "differ from the stage before");
    studio_leave(&vt);
}

static void d_shows_what_an_environment_would_get(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "$d", "PROD would get, from UAT");
    assert_golden(vt, "manifest-would-get");
    assert_not_shown(vt, "mb-auth-service");
    studio_type(vt, "\r", "[Verdict]");
    assert_shown(vt, "PROD has now");
    studio_leave(&vt);
}

static void nothing_is_promoted_into_the_first(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "d", "Nothing is promoted into DEV");
    studio_leave(&vt);
}

static void what_is_marked_is_compared_with_this(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "ll ", "1 marked");
    studio_type(vt, "j", "mb-payment-service in UAT");
    studio_type(vt, "hc", "Two modules cannot be compared");
    studio_type(vt, "kc", "[Verdict]");
    assert_shown(vt, "UAT has now");
    studio_leave(&vt);
}

static void without_marks_a_state_is_asked_for(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "llk", "UAT");
    studio_type(vt, "c", "Compare UAT with");
    assert_shown(vt, "release, SIT to UAT, OPEN");
    studio_type(vt, "R2025\r", "UAT and R2025.03");
    assert_shown(vt, "v2.0.7");
    studio_type(vt, "\033", "Manifest");
    studio_type(vt, "jc", "Compare UAT with");
    studio_type(vt, "R2025\r", "[Verdict]");
    assert_shown(vt, "R2025.03");
    studio_leave(&vt);
}

static void the_manifest_is_shown_as_a_release_has_it(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "t", "The manifest as of");
    studio_type(vt, "R2025\r", "as of R2025.03");
    assert_true(vt_wait_gone(vt, "PROD"));
    assert_shown(vt, "v2.0.7");
    studio_type(vt, "t", "The manifest as of");
    studio_type(vt, "now\r", "PROD");
    studio_leave(&vt);
}

static void two_headings_are_compared_as_a_whole(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "k$ ", "1 marked");
    studio_type(vt, "0c", "PROD and DEV");
    assert_shown(vt, "v2.0.8-rc.1");
    studio_leave(&vt);
}

static void time_travel_says_so_and_refuses_to_act(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "t", "The manifest as of");
    studio_type(vt, "2025-01-01\r", "as of 2025-01-01 00:00");
    assert_true(vt_wait_text(vt, "v2.0.5"));
    assert_true(vt_wait_gone(vt, "v2.0.7"));
    studio_type(vt, "!b", "this is not now");
    studio_type(vt, "\033t", "The manifest as of");
    studio_type(vt, "now\r", "v2.0.7");
    assert_not_shown(vt, "as of 2025");
    studio_leave(&vt);
}

static void what_another_process_writes_is_seen(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_manifest(demo, 24, 80);

    studio_type(vt, "jll", "mb-payment-service in UAT");
    assert_int_equal(run_pilab(demo->sandbox, "manifest", "set", "mb-web", "UAT", "v2.0.8-rc.1",
                               NULL)
                         ->status,
                     0);
    assert_true(vt_wait_text(vt, "SIT 1 · UAT 5"));
    assert_shown(vt, "mb-payment-service in UAT");
    assert_shown(vt, "2/6");
    studio_leave(&vt);
}

/* From the marked modules: two marks in one row are one module. */
static void a_release_is_cut_of_what_is_marked(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_manifest(demo, 24, 80);

    studio_type(vt, "ll l h", "mb-auth-service in UAT");
    studio_type(vt, "jj ", "3 marked");
    studio_type(vt, "!r", "Cut a release from SIT to UAT");
    assert_shown(vt, "The marked modules of SIT frozen");
    studio_type(vt, "\025R2025.04\r", "Cut the release R2025.04");
    assert_shown(vt, "! R2025.03 is open and goes to UAT as well");
    studio_type(vt, "y", "▸ Release R2025.04");
    assert_shown(vt, "mb-auth-service");
    assert_shown(vt, "mb-notify-service");
    assert_not_shown(vt, "mb-web");
    studio_type(vt, "\033", "differ from the stage before");
    studio_type(vt, "hh!r", "Nothing is promoted into DEV");
    studio_leave(&vt);
}

static void a_version_is_recorded_by_hand(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_manifest(demo, 24, 80);

    studio_type(vt, "$", "PRODUCTION");
    studio_type(vt, "!v", "Record what was deployed");
    studio_type(vt, "v2.0.7\r", "Type PROD to record it");
    studio_type(vt, "PROD\r", "mb-auth-service in PROD: v2.0.7 recorded");
    assert_true(vt_wait_text(vt, "DEPLOYED just now"));
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "manifest", "history", "mb-auth-service", "PROD", NULL)
                   ->out.data,
               "v2.0.7"));
    studio_leave(&vt);
}

static void a_baseline_is_designated_and_travelled_to(void **state)
{
    const struct demo_world *demo = *state;
    struct vt *vt = open_manifest(demo, 24, 80);

    studio_type(vt, "!b", "Designate a baseline");
    studio_type(vt, "january\r", "Why is this the state");
    studio_type(vt, "after the audit\r", "Designate a baseline of all environments");
    studio_type(vt, "y", "january is a baseline now, number 1.");
    assert_non_null(
        strstr(run_pilab(demo->sandbox, "manifest", "baselines", NULL)->out.data, "january"));
    studio_type(vt, "t", "all environments");
    studio_type(vt, "janu\r", "as of january");
    studio_leave(&vt);
}

static void only_what_differs_and_what_is_found_is_shown(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "op", "5 shown");
    assert_not_shown(vt, "mb-auth-service  ");
    studio_type(vt, "oa", "mb-auth-service");
    studio_type(vt, "fledger\r", "1 shown");
    assert_not_shown(vt, "mb-web");
    studio_type(vt, "\033", "mb-web");
    studio_type(vt, "/platform\r", "mb-platform in DEV");
    studio_leave(&vt);
}

static void fields_choose_modules(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "fmodule:ledger\r", "only module:ledger, ");
    assert_shown(vt, "6 modules, 1 shown");
    assert_not_shown(vt, "mb-web");
    studio_type(vt, "u", "mb-web");
    assert_not_shown(vt, "only module");
    studio_type(vt, "frelea\t", "filter: released:");
    studio_type(vt, "no\r", "only released:no, ");
    assert_shown(vt, "6 modules, 5 shown");
    studio_type(vt, "fuat:v2\t", "uat:v2.0.");
    studio_type(vt, "\025stage:SIT", "column 1: there is no field \"stage\"");
    studio_type(vt, "\033", "mb-web");
    studio_leave(&vt);
}

static void every_size_shows_what_it_can(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    studio_type(vt, "jj$", "mb-notify-service in PROD");
    vt_resize(vt, 5, 20);
    assert_true(vt_wait_text(vt, "PROD"));
    assert_shown(vt, "v2.0");
    vt_resize(vt, 48, 160);
    assert_true(vt_wait_text(vt, "other = each has what the other lacks"));
    assert_shown(vt, "mb-notify-service in PROD");
    assert_golden(vt, "manifest-160x48");
    studio_leave(&vt);
}

static void a_key_is_quick_and_says_little(void **state)
{
    struct vt *vt = open_manifest(*state, 24, 80);

    assert_true(dearest_key(vt, "j", 3) < 900);
    assert_true(dearest_key(vt, "l", 3) < 900);
    studio_leave(&vt);
}

static void the_figure_of_production_is_not_cut(void **state)
{
    struct vt *vt = demo_world_open(*state, 24, 60);

    studio_type(vt, "2", "6 modules");
    assert_shown(vt, "6 modules · differ · SIT");
    assert_shown(vt, "PROD 5");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_figure_of_production_is_not_cut),
        CASE(the_matrix_marks_the_exceptions),
        CASE(more_about_a_cell_is_a_key_away),
        CASE(enter_opens_the_history_down_to_the_event),
        CASE(d_shows_what_an_environment_would_get),
        CASE(nothing_is_promoted_into_the_first),
        CASE(what_is_marked_is_compared_with_this),
        CASE(without_marks_a_state_is_asked_for),
        CASE(the_manifest_is_shown_as_a_release_has_it),
        CASE(two_headings_are_compared_as_a_whole),
        CASE(time_travel_says_so_and_refuses_to_act),
        CASE(what_another_process_writes_is_seen),
        CASE(a_release_is_cut_of_what_is_marked),
        CASE(a_version_is_recorded_by_hand),
        CASE(a_baseline_is_designated_and_travelled_to),
        CASE(only_what_differs_and_what_is_found_is_shown),
        CASE(fields_choose_modules),
        CASE(every_size_shows_what_it_can),
        CASE(a_key_is_quick_and_says_little),
    };

    return cmocka_run_group_tests_name("the manifest in the terminal", tests, NULL, NULL);
}
