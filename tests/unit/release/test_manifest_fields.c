#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/release/manifest_fields.h>
#include <pilab/release/where_fields.h>

#include "../../support/guide_fields.h"

/* What modules of a manifest, and of an answer to `where`, are filtered by. */

#define NOW INT64_C(1737556200000) /* 2025-01-22 14:30 UTC */
#define DAY INT64_C(86400000)

static struct store_environment environments[] = {
    {.name = "SIT"},
    {      .name = "UAT-2", .from = (const char *[]){ "SIT" }, .from_count = 1 },
    { .name = "Module",
     .from = (const char *[]){ "UAT-2" },
     .from_count = 1,
     .is_production = true },
};
enum { SIT, UAT, PROD, COLUMNS };

static struct store_module modules[] = {
    {.name = "auth",    .type = "BACKEND" },
    { .name = "ledger", .type = "DATABASE"},
};
enum { AUTH, LEDGER, ROWS };

static struct store_deployment old = { .version = "v2.0.6",
                                       .commit = "aaaa",
                                       .started_at = NOW - 9 * DAY };
static struct store_deployment new = { .version = "v2.0.7",
                                       .commit = "bbbb",
                                       .started_at = NOW - DAY };
static struct store_deployment failing = { .version = "v2.0.8",
                                           .status = DEPLOYMENT_FAILED,
                                           .started_at = NOW - DAY / 2 };

/* auth is behind in UAT-2 and failed in SIT; of the ledger only SIT is known. */
struct world {
    struct arena *arena;
    struct store_cell cells[ROWS * COLUMNS];
    struct manifest *manifest;
};

static int world_setup(void **state)
{
    struct arena *arena = arena_new();
    struct world *world = arena_alloc(arena, sizeof *world);
    const struct store_environments all = { environments, COLUMNS, NULL };
    const struct store_modules both = { modules, ROWS, NULL };
    struct store_matrix matrix = { world->cells, ROWS, COLUMNS };

    world->arena = arena;
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        world->cells[i] = (struct store_cell){ .module = modules[i / COLUMNS].name,
                                               .module_id = "",
                                               .environment = environments[i % COLUMNS].name,
                                               .environment_id = "" };
    world->cells[SIT].running = &new;
    world->cells[SIT].later = &failing;
    world->cells[UAT].running = &old;
    world->cells[PROD].running = &old;
    world->cells[COLUMNS + SIT].running = &old;
    world->manifest = manifest_build(&matrix, &all, &both, arena);
    manifest_set_distance(world->manifest, AUTH, UAT,
                          &(struct manifest_distance){ .known = true, .behind = 3 });
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;

    arena_free(&arena);
    return 0;
}

static bool passes(struct world *world, size_t row, const char *text)
{
    const struct manifest_fields *fields = manifest_fields_new(world->manifest, world->arena);
    struct error error;
    struct filter *filter = filter_new(text, &fields->filter, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = manifest_row_passes(fields, world->manifest, row, filter);
    filter_free(&filter);
    return passed;
}

/* Only auth, the module with a difference. */
static void assert_only_auth(struct world *world, const char *text)
{
    if (!passes(world, AUTH, text) || passes(world, LEDGER, text))
        fail_msg("%s does not choose auth", text);
}

static void a_module_is_found_by_what_it_is(void **state)
{
    assert_only_auth(*state, "module:auth");
    assert_only_auth(*state, "type:backend");
    assert_only_auth(*state, "-type:DATABASE");
    assert_only_auth(*state, "version:v2.0.7");
    assert_only_auth(*state, "since:3d");
    assert_true(passes(*state, LEDGER, "until:3d"));
}

static void an_environment_is_a_field(void **state)
{
    assert_only_auth(*state, "sit:v2.0.7");
    assert_true(passes(*state, LEDGER, "SIT=v2.0.6"));
    assert_only_auth(*state, "uat_2:*");
    assert_true(passes(*state, LEDGER, "-uat_2:*"));
    /* Its name alone would be the module. */
    assert_only_auth(*state, "env_module:v2");
}

static void how_it_stands_is_told_by_where(void **state)
{
    assert_only_auth(*state, "behind:UAT-2");
    assert_only_auth(*state, "behind:*");
    assert_false(passes(*state, AUTH, "behind:SIT"));
    assert_only_auth(*state, "failed:sit");
    assert_true(passes(*state, LEDGER, "unknown:UAT-2"));
    assert_false(passes(*state, AUTH, "unknown:*"));
    assert_true(passes(*state, AUTH, "released:yes"));
    assert_true(passes(*state, AUTH, "differs:yes"));
}

static void words_are_found_in_versions_and_marks(void **state)
{
    assert_only_auth(*state, "FAIL");
    assert_only_auth(*state, "3c");
    assert_only_auth(*state, "auth v2.0.7");
    /* Nothing is found across two cells. */
    assert_false(passes(*state, AUTH, "\"auth v2\""));
}

/* Environments come and go while a filter holds. */
static void a_filter_outlives_its_manifest(void **state)
{
    struct world *world = *state;
    const struct manifest_fields *fields = manifest_fields_new(world->manifest, world->arena);
    struct filter *filter = filter_new("uat_2:v2", &fields->filter, NOW, NULL);
    const struct store_environments all = { environments, COLUMNS, NULL };
    const struct store_modules both = { modules, ROWS, NULL };
    struct store_cell cell = { .module = "auth",
                               .module_id = "",
                               .environment = "SIT",
                               .environment_id = "",
                               .running = &new };
    struct store_matrix matrix = { &cell, 1, 1 };
    struct manifest *next = manifest_build(&matrix, &all, &both, world->arena);

    assert_non_null(filter);
    assert_true(manifest_row_passes(fields, world->manifest, AUTH, filter));
    assert_false(manifest_row_passes(fields, next, 0, filter));
    filter_free(&filter);
}

static void without_a_manifest_there_are_the_fixed_fields(void **state)
{
    struct world *world = *state;

    assert_int_equal(manifest_fields_new(NULL, world->arena)->filter.count, MANIFEST_FIXED_FIELDS);
}

static void add(void *to, const char *value)
{
    strbuf_printf(to, "%s ", value);
}

static void what_there_is_is_offered(void **state)
{
    struct world *world = *state;
    const struct manifest_fields *fields = manifest_fields_new(world->manifest, world->arena);
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < fields->filter.count; i++) {
        const char *name = fields->filter.fields[i].name;

        if (strcmp(name, "module") == 0 || strcmp(name, "sit") == 0 || strcmp(name, "failed") == 0)
            manifest_field_values(fields, world->manifest, i, add, &out);
    }
    assert_string_equal(out.data, "auth ledger SIT UAT-2 Module v2.0.7 v2.0.6 ");
    strbuf_release(&out);
}

static void the_guide_knows_the_fields_of_the_manifest(void **state)
{
    struct world *world = *state;

    assert_guide_knows("The fields of the manifest",
                       manifest_fields_new(NULL, world->arena)->filter.fields,
                       MANIFEST_FIXED_FIELDS);
}

/* --- Where something is ----------------------------------------------------------------------- */

static bool where_passes(struct where_answer *answer, const char *text)
{
    const struct filter_fields *fields = where_fields_new(answer);
    struct error error;
    struct filter *filter = filter_new(text, fields, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = filter_test(filter, &answer->modules[0], "", 0);
    filter_free(&filter);
    return passed;
}

static void an_answer_is_filtered_by_where_it_is(void **state)
{
    struct world *world = *state;
    const char *names[] = { "SIT", "PROD" };
    struct where_cell cells[] = { { .state = WHERE_IN }, { .state = WHERE_PARTLY } };
    struct where_commit commits[] = {
        {.id = "cccc",  .subject = "Fix the token", .author = "Ada",  .at = NOW - DAY    },
        { .id = "dddd", .subject = "Add a token",   .author = "Olga", .at = NOW - 9 * DAY},
    };
    struct where_module module = {
        .name = "auth", .cells = cells, .commits = commits, .commit_count = 2
    };
    struct where_answer answer = { .arena = world->arena,
                                   .environments = names,
                                   .environment_count = 2,
                                   .modules = &module,
                                   .module_count = 1 };

    assert_true(where_passes(&answer, "sit:in prod<in"));
    assert_false(where_passes(&answer, "prod:in,not_in"));
    assert_true(where_passes(&answer, "author:olga subject:\"add a\" commit:ccc"));
    assert_true(where_passes(&answer, "since:2d module=auth"));
    assert_false(where_passes(&answer, "until:2d"));
    assert_guide_knows("Where something is", where_fields_new(&answer)->fields, WHERE_FIXED_FIELDS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_module_is_found_by_what_it_is),
        CASE(an_environment_is_a_field),
        CASE(how_it_stands_is_told_by_where),
        CASE(words_are_found_in_versions_and_marks),
        CASE(a_filter_outlives_its_manifest),
        CASE(without_a_manifest_there_are_the_fixed_fields),
        CASE(what_there_is_is_offered),
        CASE(the_guide_knows_the_fields_of_the_manifest),
        CASE(an_answer_is_filtered_by_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
