#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/release/stage.h>

static void names_of_environments_say_their_stage(void **state)
{
    static const struct {
        const char *name, *stage; /* NULL: it says nothing */
    } names[] = {
  /* clang-format off */
        { "DEV", "DEV" }, { "dev", "DEV" }, { "develop", "DEV" }, { "Development", "DEV" },
        { "dev2", "DEV" }, { "eu-dev-1", "DEV" }, { "mbdev", "DEV" }, { "sandbox", "DEV" },
        { "local", "DEV" }, { "D", "DEV" },
        { "SIT", "SIT" }, { "test", "SIT" }, { "TST", "SIT" }, { "QA", "SIT" }, { "qa-2", "SIT" },
        { "int", "SIT" }, { "integration", "SIT" }, { "SysTest", "SIT" }, { "nonprod", "SIT" },
        { "non-prod", "SIT" }, { "T", "SIT" },
        { "UAT", "UAT" }, { "uat1", "UAT" }, { "Uat_EU", "UAT" }, { "acceptance", "UAT" },
        { "ACC", "UAT" }, { "demo", "UAT" }, { "A", "UAT" },
        { "staging", "PRE_PROD" }, { "stage", "PRE_PROD" }, { "stg", "PRE_PROD" },
        { "pre-prod", "PRE_PROD" }, { "PreProd", "PRE_PROD" }, { "preprod-2", "PRE_PROD" },
        { "PPD", "PRE_PROD" }, { "pre_production", "PRE_PROD" },
        { "perf", "PERF" }, { "load-test", "PERF" }, { "uat-perf", "PERF" }, { "NFT", "PERF" },
        { "sec", "SEC" }, { "pentest", "SEC" }, { "security", "SEC" },
        { "PROD", "PROD" }, { "prd", "PROD" }, { "production", "PROD" }, { "Live", "PROD" },
        { "prod-eu-west-1", "PROD" }, { "prod_us", "PROD" }, { "PROD2", "PROD" },
        { "mbprod", "PROD" }, { "canary", "PROD" }, { "P", "PROD" },
        { "DR", "DR" }, { "prod-dr", "DR" }, { "DR_PROD", "DR" }, { "disaster-recovery", "DR" },
        { "standby", "DR" },
        { "blue", NULL }, { "munich", NULL }, { "7", NULL }, { "", NULL }, { "x y z", NULL },
        { "---", NULL },
  /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *stage = stage_guess(names[i].name).stage;

        if ((stage == NULL) != (names[i].stage == NULL) ||
            (stage != NULL && strcmp(stage, names[i].stage) != 0))
            fail_msg("%s: %s", names[i].name, stage != NULL ? stage : "nothing");
    }
}

static void a_long_name_is_no_trouble(void **state)
{
    char name[1000];

    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_null(stage_guess(name).stage);
    for (size_t i = 0; i + 1 < sizeof name; i += 2)
        name[i] = '-';
    assert_null(stage_guess(name).stage);
}

static void production_first_is_read_from_the_right(void **state)
{
    static const char *const forward[] = { "dev", "sit", "blue", "uat", "prod" };
    static const char *const backward[] = { "prod", "uat", "perf", "sit", "dev" };

    (void)state;
    assert_false(stage_order_is_reversed(forward, 5));
    assert_true(stage_order_is_reversed(backward, 5));
    assert_false(stage_order_is_reversed(NULL, 0));
}

/* The stages are guessed; the sources, joined, are what the path says. */
static void assert_path(const char *const *names, const char *const *sources, size_t count)
{
    struct environment_settings environments[12] = { { 0 } };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < count; i++)
        environments[i] =
            (struct environment_settings){ .name = names[i], .stage = stage_guess(names[i]).stage };
    stage_fill_path(arena, environments, count);
    for (size_t i = 0; i < count; i++) {
        const char *source = environments[i].from_count > 0 ? environments[i].from[0] : "";

        assert_true(environments[i].from_count <= 1);
        if (strcmp(source, sources[i]) != 0)
            fail_msg("%s is filled from '%s', not '%s'", names[i], source, sources[i]);
    }
    arena_free(&arena);
}

static void the_path_is_the_order_of_columns(void **state)
{
    static const char *const names[] = { "dev", "test", "sit", "qa", "uat", "staging", "prod" };
    static const char *const sources[] = { "", "dev", "test", "sit", "qa", "uat", "staging" };

    (void)state;
    assert_path(names, sources, 7);
}

static void perf_sec_and_dr_stand_beside_the_way(void **state)
{
    static const char *const names[] = { "DEV", "SIT", "PERF", "SEC", "UAT", "DR", "PROD" };
    static const char *const sources[] = { "", "DEV", "SIT", "SIT", "SIT", "PROD", "UAT" };

    (void)state;
    assert_path(names, sources, 7);
}

static void twins_stand_beside_each_other(void **state)
{
    static const char *const names[] = { "dev", "uat1", "uat2", "prod-eu", "prod-us", "prod-dr" };
    static const char *const sources[] = { "", "dev", "dev", "uat2", "uat2", "prod-eu" };

    (void)state;
    assert_path(names, sources, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_environments_say_their_stage),
        cmocka_unit_test(a_long_name_is_no_trouble),
        cmocka_unit_test(production_first_is_read_from_the_right),
        cmocka_unit_test(the_path_is_the_order_of_columns),
        cmocka_unit_test(perf_sec_and_dr_stand_beside_the_way),
        cmocka_unit_test(twins_stand_beside_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
