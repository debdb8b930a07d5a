#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/release/manifest_state.h>

/* DEV → SIT → UAT → PROD, and PERF, which is filled from SIT and stands behind UAT. */
static const char *from_dev[] = { "DEV" }, *from_sit[] = { "SIT" }, *from_uat[] = { "UAT" };

static struct store_environment environments[] = {
    {.name = "DEV"    },
    {                                 .name = "SIT",         .from = from_dev, .from_count = 1 },
    {                                   .name = "UAT",    .from = from_sit,    .from_count = 1 },
    {                   .name = "PERF",       .from = from_sit,                .from_count = 1 },
    { .name = "PROD", .from = from_uat,                                 .from_count = 1, .is_production = true },
};

enum { DEV, SIT, UAT, PERF, PROD, COLUMNS };

static struct store_module modules[] = {
    {.name = "auth",    .type = "BACKEND" },
    { .name = "ledger", .type = "DATABASE"},
};

enum { AUTH, LEDGER, ROWS };

struct world {
    struct arena *arena;
    struct store_cell cells[ROWS * COLUMNS];
    struct store_matrix matrix;
};

static int world_setup(void **state)
{
    struct arena *arena = arena_new();
    struct world *world = arena_alloc(arena, sizeof *world);

    world->arena = arena;
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        world->cells[i] = (struct store_cell){ .module = modules[i / COLUMNS].name,
                                               .module_id = "",
                                               .environment = environments[i % COLUMNS].name,
                                               .environment_id = "" };
    world->matrix = (struct store_matrix){ world->cells, ROWS, COLUMNS };
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct arena *arena = ((struct world *)*state)->arena;

    arena_free(&arena);
    return 0;
}

static struct store_deployment *runs(struct world *world, size_t row, size_t column,
                                     const char *version, const char *commit)
{
    struct store_deployment *deployment = arena_alloc(world->arena, sizeof *deployment);

    deployment->version = version;
    deployment->commit = commit;
    deployment->status = DEPLOYMENT_DEPLOYED;
    deployment->actor = "olga";
    deployment->started_at = INT64_C(1737556200000);
    world->cells[row * COLUMNS + column].running = deployment;
    return deployment;
}

static struct manifest *build(struct world *world)
{
    const struct store_environments all = { environments, COLUMNS, NULL };
    const struct store_modules both = { modules, ROWS, NULL };

    return manifest_build(&world->matrix, &all, &both, world->arena);
}

static void assert_mark(const struct manifest *manifest, size_t row, size_t column,
                        const char *expected)
{
    char text[MANIFEST_MARK_SIZE];

    manifest_mark(manifest, row, column, text);
    assert_string_equal(text, expected);
}

static void assert_words(const struct manifest *manifest, size_t row, size_t column,
                         const char *expected)
{
    struct strbuf out = STRBUF_INIT;

    manifest_standing_words(manifest, row, column, &out);
    assert_string_equal(out.data, expected);
    strbuf_release(&out);
}

static void a_stage_is_measured_by_what_fills_it(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.7", NULL);
    runs(world, AUTH, UAT, "2.0.6", NULL);
    runs(world, AUTH, PERF, "2.0.7", NULL);
    manifest = build(world);
    assert_int_equal(manifest->columns[DEV].before, MANIFEST_NONE);
    assert_int_equal(manifest->columns[PERF].before, SIT);
    assert_int_equal(manifest->columns[PROD].before, UAT);
    assert_true(manifest->columns[PROD].production);
    assert_int_equal(manifest_cell_at(manifest, AUTH, DEV)->standing, MANIFEST_FIRST);
    assert_int_equal(manifest_cell_at(manifest, AUTH, SIT)->standing, MANIFEST_UNKNOWN);
    assert_int_equal(manifest_cell_at(manifest, AUTH, UAT)->standing, MANIFEST_DIFFERS);
    assert_int_equal(manifest_cell_at(manifest, AUTH, PERF)->standing, MANIFEST_SAME);
    assert_int_equal(manifest_cell_at(manifest, AUTH, PROD)->standing, MANIFEST_UNKNOWN);
    assert_int_equal(manifest->columns[UAT].differs, 1);
    assert_int_equal(manifest->columns[UAT].unknown, 1);
    assert_string_equal(manifest_version(manifest, AUTH, PROD), "?");
}

static void counting_tells_behind_from_ahead(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.7", "aaaa");
    runs(world, AUTH, UAT, "2.0.6", "bbbb");
    runs(world, AUTH, PROD, "2.0.8", "cccc");
    manifest = build(world);
    assert_true(manifest_wants_distance(manifest, AUTH, UAT));
    assert_false(manifest_wants_distance(manifest, AUTH, SIT));
    assert_mark(manifest, AUTH, UAT, "other");
    manifest_set_distance(manifest, AUTH, UAT,
                          &(struct manifest_distance){ .known = true, .behind = 12 });
    manifest_set_distance(manifest, AUTH, PROD,
                          &(struct manifest_distance){ .known = true, .ahead = 3 });
    assert_mark(manifest, AUTH, UAT, "12c");
    assert_mark(manifest, AUTH, PROD, "ahead");
    assert_words(manifest, AUTH, UAT, "12 commits behind SIT (2.0.7)");
    assert_words(manifest, AUTH, PROD, "ahead of UAT (2.0.6) by 3 commits");
    assert_int_equal(manifest->columns[UAT].differs, 1);
    assert_int_equal(manifest->columns[PROD].ahead, 1);
    assert_int_equal(manifest->columns[PROD].differs, 0);
}

static void a_database_moves_by_migrations(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, LEDGER, SIT, "42", NULL);
    runs(world, LEDGER, UAT, "40", NULL);
    manifest = build(world);
    manifest_set_distance(manifest, LEDGER, UAT,
                          &(struct manifest_distance){
                              .known = true, .behind = 1, .migrations_behind = 2 });
    assert_mark(manifest, LEDGER, UAT, "2m");
    assert_words(manifest, LEDGER, UAT, "1 commit and 2 migrations behind SIT (42)");
}

static void what_each_has_alone_and_other_names_are_not_behind(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.7", "aaaa");
    runs(world, AUTH, UAT, "2.0.6", "bbbb");
    manifest = build(world);
    manifest_set_distance(manifest, AUTH, UAT,
                          &(struct manifest_distance){ .known = true, .behind = 4, .ahead = 1 });
    assert_mark(manifest, AUTH, UAT, "other");
    assert_words(manifest, AUTH, UAT,
                 "differs from SIT (2.0.7): lacks 4 commits, has 1 commit more");
    manifest_set_distance(manifest, AUTH, UAT, &(struct manifest_distance){ .known = true });
    assert_mark(manifest, AUTH, UAT, "0c");
    assert_int_equal(manifest->columns[UAT].differs, 1);
}

static void the_same_version_of_other_content_differs(void **state)
{
    struct world *world = *state;

    runs(world, AUTH, SIT, "2.0.7", "aaaa");
    runs(world, AUTH, UAT, "2.0.7", "bbbb");
    runs(world, LEDGER, SIT, "42", "aaaa")->image = "a.example/x@sha256:1";
    runs(world, LEDGER, UAT, "42", "aaaa")->image = "b.example/x@sha256:2";
    runs(world, LEDGER, PROD, "42", "aaaa")->image = "c.example/x@sha256:2";
    assert_int_equal(manifest_cell_at(build(world), AUTH, UAT)->standing, MANIFEST_DIFFERS);
    assert_int_equal(manifest_cell_at(build(world), LEDGER, UAT)->standing, MANIFEST_DIFFERS);
    assert_int_equal(manifest_cell_at(build(world), LEDGER, PROD)->standing, MANIFEST_SAME);
}

static void what_came_later_goes_before_how_it_stands(void **state)
{
    static const struct {
        enum deployment_status status;
        const char *mark;
    } expected[] = {
        {DEPLOYMENT_FAILED,        "FAIL" },
        { DEPLOYMENT_DEPLOYING,    "going"},
        { DEPLOYMENT_PENDING,      "soon" },
        { DEPLOYMENT_ROLLING_BACK, "back" },
        { DEPLOYMENT_UNKNOWN,      "lost" },
    };
    struct world *world = *state;
    struct store_deployment later = { .version = "2.0.7" };
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.7", NULL);
    runs(world, AUTH, UAT, "2.0.6", NULL);
    world->cells[AUTH * COLUMNS + UAT].later = &later;
    manifest = build(world);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        later.status = expected[i].status;
        assert_mark(manifest, AUTH, UAT, expected[i].mark);
        assert_true(strlen(expected[i].mark) <= MANIFEST_MARK_WIDTH);
    }
}

static void far_away_keeps_to_its_width(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2", NULL);
    runs(world, AUTH, UAT, "1", NULL);
    manifest = build(world);
    manifest_set_distance(manifest, AUTH, UAT,
                          &(struct manifest_distance){ .known = true, .behind = 123456 });
    assert_mark(manifest, AUTH, UAT, "999+c");
}

static void rows_are_told_by_what_production_lacks(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    for (size_t column = 0; column < COLUMNS; column++)
        runs(world, AUTH, column, "1", NULL);
    runs(world, LEDGER, UAT, "42", NULL);
    manifest = build(world);
    assert_false(manifest_row_differs(manifest, AUTH));
    assert_false(manifest_row_behind_production(manifest, AUTH));
    assert_true(manifest_row_differs(manifest, LEDGER));
    assert_true(manifest_row_behind_production(manifest, LEDGER));
    runs(world, LEDGER, PROD, "41", NULL);
    manifest = build(world);
    assert_true(manifest_row_behind_production(manifest, LEDGER));
    manifest_set_distance(manifest, LEDGER, PROD,
                          &(struct manifest_distance){ .known = true, .ahead = 1 });
    assert_false(manifest_row_behind_production(manifest, LEDGER));
}

static void versions_are_ordered_as_people_count(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.10", NULL);
    runs(world, LEDGER, SIT, "2.0.9", NULL);
    manifest = build(world);
    assert_true(manifest_order(manifest, AUTH, LEDGER, SIT) > 0);
    assert_true(manifest_order(manifest, LEDGER, AUTH, SIT) < 0);
    runs(world, LEDGER, UAT, "1", NULL);
    manifest = build(world);
    assert_true(manifest_order(manifest, AUTH, LEDGER, UAT) > 0);
}

static void two_states_differ_one_row_a_module(void **state)
{
    struct world *world = *state;
    struct manifest_state sit, uat;
    struct manifest_differences differences;
    struct manifest *manifest;

    runs(world, AUTH, SIT, "2.0.7", "aaaa");
    runs(world, AUTH, UAT, "2.0.6", "bbbb");
    runs(world, LEDGER, SIT, "42", NULL);
    manifest = build(world);
    manifest_state_of_column(manifest, SIT, world->arena, &sit);
    manifest_state_of_column(manifest, UAT, world->arena, &uat);
    manifest_compare(&uat, &sit, world->arena, &differences);
    assert_int_equal(differences.count, 2);
    assert_string_equal(differences.items[0].module, "auth");
    assert_int_equal(differences.items[0].change, MANIFEST_CHANGED);
    assert_string_equal(differences.items[0].previous->version, "2.0.6");
    assert_string_equal(differences.items[0].current->version, "2.0.7");
    assert_int_equal(differences.items[1].change, MANIFEST_ADDED);
    manifest_compare(&sit, &uat, world->arena, &differences);
    assert_int_equal(differences.items[1].change, MANIFEST_REMOVED);
    manifest_compare(&sit, &sit, world->arena, &differences);
    assert_int_equal(differences.count, 0);
    assert_int_equal(differences.same, 2);
}

static void what_is_frozen_thaws_as_it_was(void **state)
{
    struct world *world = *state;
    struct store_matrix thawed;
    struct error error = { 0 };
    json_t *frozen;

    runs(world, AUTH, SIT, "2.0.7", "aaaa")->release = "R1";
    frozen = manifest_freeze(build(world), MANIFEST_NONE, INT64_C(1737556200000));
    assert_true(manifest_thaw("gold", frozen, world->arena, &thawed, &error));
    json_decref(frozen);
    assert_int_equal(thawed.module_count, ROWS);
    assert_int_equal(thawed.environment_count, COLUMNS);
    assert_string_equal(thawed.cells[SIT].running->version, "2.0.7");
    assert_string_equal(thawed.cells[SIT].running->commit, "aaaa");
    assert_string_equal(thawed.cells[SIT].running->release, "R1");
    assert_int_equal(thawed.cells[SIT].running->started_at, INT64_C(1737556200000));
    assert_null(thawed.cells[UAT].running);

    frozen = manifest_freeze(build(world), SIT, 1);
    assert_true(manifest_thaw("gold", frozen, world->arena, &thawed, &error));
    json_decref(frozen);
    assert_int_equal(thawed.environment_count, 1);
    assert_string_equal(thawed.cells[0].environment, "SIT");
}

static void assert_not_thawed(struct world *world, const char *text, const char *message)
{
    struct store_matrix thawed;
    struct error error = { 0 };
    json_t *frozen = json_read("gold", text, strlen(text), &error);

    assert_non_null(frozen);
    assert_false(manifest_thaw("gold", frozen, world->arena, &thawed, &error));
    assert_string_equal(error.message, message);
    json_decref(frozen);
}

static void what_is_no_frozen_manifest_is_refused(void **state)
{
    struct world *world = *state;

    assert_not_thawed(world, "{}", "gold: its schema is not said, not pilab.manifest/1");
    assert_not_thawed(world, "{\"schema\": \"pilab.manifest/1\"}", "gold: \"modules\" is no list");
    assert_not_thawed(world, "{\"schema\": \"pilab.manifest/1\", \"modules\": [\"a\", \"a\"]}",
                      "gold: \"modules\" has a twice");
    assert_not_thawed(world,
                      "{\"schema\": \"pilab.manifest/1\", \"modules\": [\"a\"], "
                      "\"environments\": [\"E\"], \"cells\": [{\"module\": \"b\", "
                      "\"environment\": \"E\", \"version\": \"1\"}]}",
                      "gold: the cell b in E is of no module or environment that it lists");
    assert_not_thawed(world,
                      "{\"schema\": \"pilab.manifest/1\", \"modules\": [\"a\"], "
                      "\"environments\": [\"E\"], \"cells\": [{\"module\": \"a\", "
                      "\"environment\": \"E\", \"version\": \"1\"}, {\"module\": \"a\", "
                      "\"environment\": \"E\", \"version\": \"2\"}]}",
                      "gold: a in E stands there twice");
}

static void a_project_without_modules_has_no_columns(void **state)
{
    struct world *world = *state;
    struct manifest *manifest;

    world->matrix.module_count = 0;
    manifest = build(world);
    assert_int_equal(manifest->row_count, 0);
    assert_int_equal(manifest->column_count, 0);
    assert_int_equal(manifest_find_column(manifest, "UAT"), MANIFEST_NONE);
}

/* --- What was seen ---------------------------------------------------------------------------- */

#define SEEN_AT INT64_C(1737556200000)

static struct store_observation sight(const char *verdict, const char *expected,
                                      const char *version)
{
    return (struct store_observation){ .module_id = "auth",
                                       .environment_id = "UAT",
                                       .verdict = verdict,
                                       .expected = expected,
                                       .version = version,
                                       .first_at = SEEN_AT - 1,
                                       .last_at = SEEN_AT };
}

static const struct manifest_cell *look(struct world *world, struct store_observation *seen,
                                        size_t count, struct manifest **out)
{
    const struct store_observations list = { seen, count, NULL };

    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        world->cells[i].module_id = world->cells[i].module;
        world->cells[i].environment_id = world->cells[i].environment;
    }
    *out = build(world);
    manifest_set_observations(*out, &list);
    return manifest_cell_at(*out, AUTH, UAT);
}

static void what_runs_otherwise_is_marked_and_what_ran_before_is_known(void **state)
{
    struct store_observation seen[] = { sight("differs", "2.0.6", "2.0.5"),
                                        sight("differs", "2.0.6", "2.0.5"),
                                        sight("same", "2.0.6", "2.0.6") };
    struct world *world = *state;
    struct strbuf words = STRBUF_INIT;
    const struct manifest_cell *cell;
    char text[MANIFEST_MARK_SIZE];
    struct manifest *manifest;

    seen[0].why = "another version";
    runs(world, AUTH, UAT, "v2.0.6", NULL);
    runs(world, AUTH, SIT, "v2.0.7", NULL);
    cell = look(world, seen, 3, &manifest);
    assert_int_equal(cell->seen.sight, MANIFEST_SEEN_OTHER);
    assert_ptr_equal(cell->seen.before, &seen[2]);
    assert_int_equal(manifest_mark(manifest, AUTH, UAT, text), MANIFEST_MARK_DRIFT);
    assert_string_equal(text, "DRIFT");
    manifest_seen_words(manifest, AUTH, UAT, &words);
    assert_string_equal(words.data, "2.0.5 runs there: another version");
    assert_int_equal(manifest->columns[UAT].seen_other, 1);
    strbuf_release(&words);
}

static void what_was_recorded_since_is_told_by_what_was_seen(void **state)
{
    struct store_observation seen = sight("differs", "2.0.6", "2.0.7");
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, UAT, "2.0.7", NULL);
    assert_int_equal(look(world, &seen, 1, &manifest)->seen.sight, MANIFEST_SEEN_SAME);
    seen = sight("same", "2.0.6", "2.0.6");
    assert_int_equal(look(world, &seen, 1, &manifest)->seen.sight, MANIFEST_SEEN_OTHER);
}

static void who_could_not_be_asked_leaves_what_was_seen_before(void **state)
{
    struct store_observation seen[] = { sight("could_not_ask", "2.0.6", NULL),
                                        sight("same", "2.0.6", "2.0.6") };
    struct world *world = *state;
    const struct manifest_cell *cell;
    char text[MANIFEST_MARK_SIZE];
    struct manifest *manifest;

    runs(world, AUTH, UAT, "2.0.6", NULL);
    cell = look(world, seen, 2, &manifest);
    assert_int_equal(cell->seen.sight, MANIFEST_NOT_ASKED);
    assert_ptr_equal(cell->seen.seen, &seen[1]);
    assert_int_equal(manifest_mark(manifest, AUTH, UAT, text), MANIFEST_MARK_UNASKED);
    assert_string_equal(text, "ask?");
}

static void what_is_older_than_the_limit_is_stale(void **state)
{
    struct store_observation seen = sight("same", "2.0.6", "2.0.6");
    struct world *world = *state;
    struct manifest *manifest;

    runs(world, AUTH, UAT, "2.0.6", NULL);
    look(world, &seen, 1, &manifest);
    assert_false(manifest_is_stale(manifest, AUTH, UAT, SEEN_AT + MANIFEST_STALE));
    assert_true(manifest_is_stale(manifest, AUTH, UAT, SEEN_AT + MANIFEST_STALE + 1));
    manifest->columns[UAT].observe_stale = 1000;
    assert_true(manifest_is_stale(manifest, AUTH, UAT, SEEN_AT + 1001));
    assert_false(manifest_is_stale(manifest, AUTH, SIT, SEEN_AT + MANIFEST_STALE + 1));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_stage_is_measured_by_what_fills_it),
        CASE(counting_tells_behind_from_ahead),
        CASE(a_database_moves_by_migrations),
        CASE(what_each_has_alone_and_other_names_are_not_behind),
        CASE(the_same_version_of_other_content_differs),
        CASE(what_came_later_goes_before_how_it_stands),
        CASE(far_away_keeps_to_its_width),
        CASE(rows_are_told_by_what_production_lacks),
        CASE(versions_are_ordered_as_people_count),
        CASE(two_states_differ_one_row_a_module),
        CASE(what_is_frozen_thaws_as_it_was),
        CASE(what_is_no_frozen_manifest_is_refused),
        CASE(a_project_without_modules_has_no_columns),
        CASE(what_runs_otherwise_is_marked_and_what_ran_before_is_known),
        CASE(what_was_recorded_since_is_told_by_what_was_seen),
        CASE(who_could_not_be_asked_leaves_what_was_seen_before),
        CASE(what_is_older_than_the_limit_is_stale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
