#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../support/project_world.h"

/* A release with the real program: from the cut to the outcome. */

static json_t *output_json(const struct run *run)
{
    json_t *json = json_loads(run->out.data, 0, NULL);

    if (run->status != 0 || json == NULL)
        fail_msg("status %d: %s%s", run->status, run->out.data, run->err.data);
    return json;
}

static const char *text_at(const json_t *json, const char *outer, const char *inner)
{
    return json_string_value(json_object_get(json_object_get(json, outer), inner));
}

static json_int_t total_of(struct sandbox *sandbox, const char *first, const char *second)
{
    json_t *json = output_json(run_pilab(sandbox, "drift", first, second, "--json", NULL));
    json_int_t total =
        json_integer_value(json_object_get(json_object_get(json, "summary"), "total_changes"));

    json_decref(json);
    return total;
}

static void assert_step(struct sandbox *sandbox, const char *step)
{
    json_t *json = output_json(run_pilab(sandbox, "release", "show", "R1", "--json", NULL));

    assert_string_equal(text_at(json, "next", "step"), step);
    json_decref(json);
}

static void a_release_goes_from_the_cut_to_its_outcome(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    const struct run *run;
    json_int_t total;
    json_t *json;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "UAT", "1.0.0");
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.0.1");
    run = run_pilab(sandbox, "release", "cut", "R1", "--to", "UAT", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "R1: cut with 1 module");
    assert_says_not(&run->out, "no commit is known");
    assert_step(sandbox, "drift");
    total = total_of(sandbox, "env:UAT", "release:R1");
    assert_true(total > 0);
    assert_int_equal(total, total_of(sandbox, "env:UAT", "env:DEV"));

    /* DEV moves on: the release stays what it was until it is told to follow. */
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    assert_step(sandbox, "decide");
    assert_int_equal(total_of(sandbox, "env:UAT", "release:r1"), total);
    run = run_pilab(sandbox, "release", "update", "R1", "--take", NULL);
    assert_says(&run->out, "took shop-api 1.0.1 → 1.1.0, revision 2");
    assert_int_equal(total_of(sandbox, "env:UAT", "release:R1"),
                     total_of(sandbox, "env:UAT", "env:DEV"));

    run = run_pilab(sandbox, "drift", "release:R1", "--save", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "UAT would get R1");
    assert_step(sandbox, "notes");
    run = run_pilab(sandbox, "notes", "release:R1", "--save", "--format", "markdown", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "# Release Notes - R1");
    assert_step(sandbox, "review");

    run = run_pilab(sandbox, "release", "close", "R1", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "R1 is not whole in UAT: shop-api has 1.0.0");
    DO(sandbox, "manifest", "set", "shop-api", "UAT", "1.1.0", "--release", "R1");
    assert_step(sandbox, "close");
    DO(sandbox, "release", "close", "R1", "--outcome", "as planned");
    json = output_json(run_pilab(sandbox, "release", "show", "R1", "--json", NULL));
    assert_string_equal(json_string_value(json_object_get(json, "status")), "CLOSED");
    assert_string_equal(text_at(json, "outcome", "text"), "as planned");
    json_decref(json);
    run = run_pilab(sandbox, "audit", "verify", NULL);
    assert_int_equal(run->status, 0);
}

/* What a promotion would be run with is the target's own, whichever way the versions are named. */
static void a_release_is_read_with_the_targets_layers(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    json_int_t total;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "PROD", "1.0.0");
    DO(sandbox, "manifest", "set", "shop-api", "UAT", "1.1.0");
    DO(sandbox, "release", "cut", "R1", "--to", "PROD", "--from", "UAT");
    total = total_of(sandbox, "env:PROD", "release:R1");
    assert_int_equal(total, total_of(sandbox, "env:PROD", "env:UAT"));
    /* The other way round the same things differ. */
    assert_int_equal(total_of(sandbox, "release:R1", "env:PROD"), total);
    assert_int_equal(total_of(sandbox, "release:R1", "release:R1"), 0);
}

static void a_module_that_is_not_in_it_does_not_differ(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    const struct run *run;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    DO(sandbox, "release", "cut", "R1", "--to", "UAT");
    run = run_pilab(sandbox, "drift", "release:R1", "--module", "other", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "no module other");
    run = run_pilab(sandbox, "drift", "release:R9", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no release R9");
    assert_says(&run->err, "open: R1");
}

static void the_digest_is_what_a_shell_computes(void **state)
{
    static const char *const words[] = { "sh", "-c",
                                         "\"$PILAB_PROGRAM\" release show R1 --frozen | sha256sum",
                                         NULL };
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    char *variable, digest[65] = "", *program = build_path("pilab");
    json_t *json;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    json = output_json(run_pilab(sandbox, "release", "cut", "R1", "--to", "UAT", "--json", NULL));
    strncpy(digest, json_string_value(json_object_get(json, "digest")), sizeof digest - 1);
    variable = malloc(strlen(program) + sizeof "PILAB_PROGRAM=");
    assert_non_null(variable);
    strcpy(variable, "PILAB_PROGRAM=");
    strcat(variable, program);
    sandbox_set(sandbox, variable);
    assert_says(&run_words(sandbox, words)->out, digest);
    free(variable);
    free(program);
    json_decref(json);
}

static void words_that_cannot_be_meant_are_refused(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    const struct run *run;

    import(world);
    DO(sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    run = run_pilab(sandbox, "release", "cut", "a..b", "--to", "UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "has no \"..\" in it");
    run = run_pilab(sandbox, "release", "cut", "R1", "--to", "UAT", "--planned", "soon", NULL);
    assert_int_equal(run->status, 64);
    run = run_pilab(sandbox, "release", "cut", "R\x1b[31m", "--to", "UAT", NULL);
    assert_int_equal(run->status, 1);
    assert_harmless(&run->err);
    run = run_pilab(sandbox, "release", "list", NULL);
    assert_says(&run->out, "There is no open release.");
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_release_goes_from_the_cut_to_its_outcome),
        CASE(a_release_is_read_with_the_targets_layers),
        CASE(a_module_that_is_not_in_it_does_not_differ),
        CASE(the_digest_is_what_a_shell_computes),
        CASE(words_that_cannot_be_meant_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
