#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* What is observed in the sample world as a state of its own: `pilab drift env:UAT observed:UAT`.
 */

static int enter(void **state)
{
    struct sandbox *sandbox = sandbox_new();
    char *folder = scratch_path(sandbox_files(sandbox), "demo");
    char *store = memory_printf("PILAB_STORE=%s/pilab.db", folder);

    assert_int_equal(run_pilab(sandbox, "demo", folder, "--build-only", NULL)->status, 0);
    sandbox_set(sandbox, store);
    free(store);
    free(folder);
    *state = sandbox;
    return 0;
}

static int leave(void **state)
{
    struct sandbox *sandbox = *state;

    sandbox_free(&sandbox);
    return 0;
}

/* From now on UAT is looked at by a file, which says this. */
static void observe(struct sandbox *sandbox, const char *seen)
{
    static const char mark[] = "{name: UAT, stage: UAT, ";
    const struct run *run = run_pilab(sandbox, "project", "export", NULL);
    char *text = memory_copy_text(run->out.data), *at = strstr(text, mark);
    char *file = scratch_file(sandbox_files(sandbox), "seen.json", seen), *path, *whole;

    assert_non_null(at);
    at += sizeof mark - 1;
    whole = memory_printf("%.*sobserve: [{type: file, name: the cluster, path: \"%s\", modules: "
                          "{mb-auth-service: /auth, mb-payment-service: /pay}}], %s",
                          (int)(at - text), text, file, at);
    path = scratch_file(sandbox_files(sandbox), "observed.yaml", whole);
    run = run_pilab(sandbox, "project", "import", path, "--yes", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(path);
    free(whole);
    free(file);
    free(text);
}

static void expected_against_actual_is_a_drift_of_what_was_seen_alone(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"2.0.7\",\"pay\":\"v2.0.6\"}");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", "--json", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_says(&run->out, "\"label\": \"UAT observed\"");
    assert_says(&run->out, "\"service\": \"mb-auth-service\"");
    assert_says_not(&run->out, "mb-web"); /* nobody looks at it, so nothing is said of it */
    assert_says_not(&run->out, "mb-notify-service");
    run = run_pilab(*state, "manifest", "compare", "env:UAT", "observed:UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "mb-auth-service");
    assert_says_not(&run->out, "mb-payment-service");
}

/* What lies between cannot be told, that it is another version can. */
static void a_version_that_the_repository_has_not_is_a_difference(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v2.0.6\",\"pay\":\"2.9.9\"}");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "  UAT \xe2\x86\x92 UAT observed"); /* of both modules */
    assert_says_not(&run->out, "No difference");
    assert_says(&run->out, "~ mb-payment-service  v2.0.6 \xe2\x86\x92 v2.9.9");
    assert_says(&run->out, "not read mb-payment-service");
}

static void what_runs_as_it_should_has_no_drift(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.6\"}");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", "--exit-code", NULL);
    assert_int_equal(run->status, 0);
    run = run_pilab(*state, "verify", "env:UAT", NULL);
    assert_int_equal(run->status, 1); /* four modules are not observed */
    assert_says(&run->out, "not observed");
}

/* What is recorded is compared, also where an observer has seen something else. */
static void what_else_was_seen_to_run_is_said_beside_what_is_recorded(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"2.0.6\",\"pay\":\"v2.0.5\"}");
    assert_int_equal(run_pilab(*state, "drift", "--from", "SIT", "--to", "UAT", NULL)->status, 0);
    run = run_pilab(*state, "verify", "env:UAT", NULL);
    assert_int_equal(run->status, 2);
    run = run_pilab(*state, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "what runs in UAT");
    assert_says_not(&run->out, "PARTIAL");
    run = run_pilab(*state, "drift", "--from", "SIT", "--to", "UAT", "--json", NULL);
    assert_says(&run->out, "\"what\": \"what runs in UAT\"");
    assert_says(&run->out, "\"v2.0.5 runs there: another version, seen at 20");
    assert_says(&run->out, " by the cluster; v2.0.6 is recorded, and that is what is compared\"");
    assert_says(&run->out, "`pilab verify env:UAT` looks again, and with --record");
    run = run_pilab(*state, "verify", "env:UAT", "--record", NULL);
    run = run_pilab(*state, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says_not(&run->out, "what runs in UAT");
    assert_says_not(&run->out, "is recorded");
}

/* What was seen before says nothing of what was deployed since. */
static void a_look_that_is_older_than_the_deployment_is_no_warning(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"2.0.6\",\"pay\":\"v2.0.5\"}");
    assert_int_equal(run_pilab(*state, "verify", "env:UAT", NULL)->status, 2);
    run = run_pilab(*state, "manifest", "set", "mb-payment-service", "UAT", "v2.0.7", NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    run = run_pilab(*state, "drift", "--from", "SIT", "--to", "UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says_not(&run->out, "what runs in UAT");
}

static void an_environment_is_not_compared_with_itself(void **state)
{
    const struct run *run;

    run = run_pilab(*state, "drift", "--from", "UAT", "--to", "UAT", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "both sides are UAT: there is nothing to compare");
    assert_says(&run->err, "`pilab verify env:UAT`");
    run = run_pilab(*state, "drift", "env:UAT", "env:uat", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "both sides are UAT: there is nothing to compare");
    assert_int_equal(run_pilab(*state, "drift", "env:UAT@2025-01-22..env:UAT", NULL)->status, 0);
}

static void a_hole_is_no_state(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v2.0.6\"");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "the cluster: ");
    assert_says(&run->err, "pilab verify env:UAT");
    run = run_pilab(*state, "drift", "env:UAT", "observed:DEV", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "no observer is set up for DEV: nobody looks at what really runs there");
}

/* How mb-auth-service is configured in UAT is said by a file of the whole of its layers. */
static void observe_configuration(struct sandbox *sandbox, const char *seen)
{
    static const char mark[] = "{name: UAT, stage: UAT, ";
    const struct run *run = run_pilab(sandbox, "project", "export", NULL);
    char *text = memory_copy_text(run->out.data), *at = strstr(text, mark);
    char *file = scratch_file(sandbox_files(sandbox), "auth.yaml", seen);
    char *version = scratch_file(sandbox_files(sandbox), "VERSION", "2.0.6\n"), *path, *whole;

    assert_non_null(at);
    at += sizeof mark - 1;
    whole = memory_printf("%.*sobserve: [{type: file, path: \"%s\", module: mb-auth-service}, "
                          "{type: file, name: the host, path: \"%s\", module: mb-auth-service, "
                          "format: yaml}], %s",
                          (int)(at - text), text, version, file, at);
    path = scratch_file(sandbox_files(sandbox), "observed.yaml", whole);
    run = run_pilab(sandbox, "project", "import", path, "--yes", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(path);
    free(whole);
    free(version);
    free(file);
    free(text);
}

static void what_is_in_force_is_compared_with_what_the_version_says(void **state)
{
    const struct run *run;

    observe_configuration(*state,
                          "image:\n  repository: registry.example.org/mb/auth\n  tag: v9.9.9\n");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", "--type", "config", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_says(&run->out, "image.tag");
    assert_says(&run->out, "v9.9.9");
    assert_says_not(&run->out, "mb-web");
    run = run_pilab(*state, "verify", "env:UAT", "--json", NULL);
    assert_int_equal(run->status, 2);
    assert_says(&run->out, "its configuration: ");
    assert_says(&run->out, "\"compared\": true");
    run = run_pilab(*state, "verify", "env:UAT", NULL);
    assert_says(&run->out, "values differ (");
    assert_says_not(&run->out, "9.9.9"); /* values are for the drift, where secrets are masked */
}

static void configuration_that_cannot_be_read_is_not_green(void **state)
{
    const struct run *run;

    observe_configuration(*state, "env: [\n");
    run = run_pilab(*state, "verify", "env:UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "could not ask");
    assert_says(&run->out, "its configuration could not be compared");
}

static void what_was_seen_is_kept_for_as_long_as_it_is_the_same(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"2.0.6\",\"pay\":\"v2.0.6\"}");
    assert_int_equal(run_pilab(*state, "observe", "list", NULL)->status, 0);
    run = run_pilab(*state, "observe", "refresh", "UAT", NULL);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    assert_says(&run->out, "2 modules not seen like that before, 0 differ");
    run = run_pilab(*state, "observe", "refresh", "uat", "--json", NULL);
    assert_says(&run->out, "\"changed\": 0");
    free(
        scratch_file(sandbox_files(*state), "seen.json", "{\"auth\":\"2.0.6\",\"pay\":\"2.0.5\"}"));
    run_pilab(*state, "verify", "env:UAT", NULL);
    run = run_pilab(*state, "observe", "list", "mb-payment-service", "UAT", NULL);
    assert_says(&run->out, "v2.0.5");
    assert_says(&run->out, "v2.0.6");
    run = run_pilab(*state, "observe", "list", "mb-auth-service", "--json", NULL);
    assert_says(&run->out, "\"verdict\": \"same\"");
    assert_says_not(&run->out, "\"number\": 3");
    run = run_pilab(*state, "observe", "refresh", "DEV", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "no observer is set up for DEV: nobody looks at what really runs there");
}

static void a_module_that_could_not_be_asked_is_a_problem_and_no_agreement(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v2.0.6\",\"pay\":{\"is\":[1]}}");
    run = run_pilab(*state, "drift", "env:UAT", "observed:UAT", "--exit-code", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "No difference in what could be read");
    assert_says(&run->out, "mb-payment-service: repository: what runs in UAT could not be asked");
    run = run_pilab(*state, "manifest", "compare", "env:UAT", "observed:UAT", NULL);
    assert_says(&run->out, "mb-payment-service");
    assert_says(&run->out, "not known");
    run = run_pilab(*state, "observe", "refresh", "UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "1 could not be asked");
}

static void a_question_about_the_past_changes_no_verdict_of_now(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v2.0.6\",\"pay\":\"2.0.6\"}");
    run = run_pilab(*state, "verify", "env:UAT@2020-01-01", NULL);
    assert_says(&run->out, "differs");
    run = run_pilab(*state, "observe", "list", "mb-auth-service", "UAT", "--json", NULL);
    assert_says(&run->out, "\"items\": []");
}

static void a_version_that_the_repository_lacks_is_recorded_with_a_warning(void **state)
{
    const struct run *run;

    observe(*state, "{\"auth\":\"v9.9.9\",\"pay\":\"2.0.5\"}");
    run = run_pilab(*state, "verify", "env:UAT", "--record", NULL);
    assert_int_equal(run->status, 2);
    assert_says(&run->out, "recorded mb-auth-service v9.9.9");
    assert_says(&run->out, "has no such version");
    assert_says(&run->out, "recorded mb-payment-service v2.0.5, where the manifest had v2.0.6\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(expected_against_actual_is_a_drift_of_what_was_seen_alone),
        CASE(a_version_that_the_repository_has_not_is_a_difference),
        CASE(what_runs_as_it_should_has_no_drift),
        CASE(what_was_seen_is_kept_for_as_long_as_it_is_the_same),
        CASE(a_module_that_could_not_be_asked_is_a_problem_and_no_agreement),
        CASE(a_question_about_the_past_changes_no_verdict_of_now),
        CASE(a_version_that_the_repository_lacks_is_recorded_with_a_warning),
        CASE(what_else_was_seen_to_run_is_said_beside_what_is_recorded),
        CASE(a_look_that_is_older_than_the_deployment_is_no_warning),
        CASE(an_environment_is_not_compared_with_itself),
        CASE(a_hole_is_no_state),
        CASE(what_is_in_force_is_compared_with_what_the_version_says),
        CASE(configuration_that_cannot_be_read_is_not_green),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
