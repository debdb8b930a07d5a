#include "source_support.h"

#include <string.h>

#include <pilab/drift/infrastructure.h>

#define PLAN(action)                                                                               \
    "{\"format_version\":\"1.2\",\"resource_changes\":[{\"address\":\"t.n\",\"type\":\"t\","       \
    "\"name\":\"n\",\"change\":{\"actions\":[\"" action "\"],\"before\":{},\"after\":{}}}]}"
#define STATE(serial)                                                                              \
    "{\"version\":4,\"serial\":" serial ",\"lineage\":\"l\",\"resources\":[{\"type\":\"t\","       \
    "\"name\":\"n\",\"instances\":[{\"attributes\":{\"id\":\"" serial "\"}}]}]}"

static int setup(void **state)
{
    int result = work_setup(state);
    struct work *work = *state;

    memset(work->request.types, 0, sizeof work->request.types);
    work->request.types[DRIFT_INFRASTRUCTURE] = true;
    return result;
}

/* The pairs of the first module, one a line: "name previous current", by kinds. */
static void assert_pairs(const struct drift_input *input, const char *expected)
{
    const struct infrastructure_input *infrastructure = input->modules[0].infrastructure;
    struct strbuf lines = STRBUF_INIT;

    for (size_t i = 0; infrastructure && i < infrastructure->pair_count; i++) {
        const struct infrastructure_pair *pair = &infrastructure->pairs[i];

        strbuf_printf(&lines, "%s %s %s\n", pair->name,
                      pair->previous ? terraform_kind_name(pair->previous->kind) : "-",
                      pair->current ? terraform_kind_name(pair->current->kind) : "-");
    }
    assert_string_equal(lines.data, expected);
    strbuf_release(&lines);
}

static void well_known_files_are_found_where_they_differ(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "infra/prod.tfvars", "a = 1\n");
    builder_write(work->build, "infra/same.tfvars", "a = 1\n");
    builder_write(work->build, "infra/terraform.tfstate", STATE("1"));
    builder_write(work->build, "infra/tfplan.json", PLAN("no-op"));
    builder_write(work->build, "web/plan.json", "{\"price\": 1}");
    builder_write(work->build, "tests/fixtures/a.tfvars", "a = 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "infra/prod.tfvars", "a = 2\n");
    builder_write(work->build, "infra/new.tfvars.json", "{\"a\": 1}");
    builder_write(work->build, "infra/terraform.tfstate", STATE("2"));
    builder_write(work->build, "infra/tfplan.json", PLAN("update"));
    builder_write(work->build, "other/plan.json", PLAN("create"));
    builder_write(work->build, "web/plan.json", "{\"price\": 2}");
    builder_write(work->build, "tests/fixtures/a.tfvars", "a = 2\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_pairs(input, "infra/new.tfvars.json - variables\n"
                        "infra/prod.tfvars variables variables\n"
                        "infra/terraform.tfstate raw state raw state\n"
                        "infra/tfplan.json - plan\n"
                        "other/plan.json - plan\n");
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_READ, "6 files");
    assert_int_equal(input->problem_count, 0);
}

static void nothing_to_read_is_said(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "2\n");
    work_commit(work, "Change", "v2");
    input = work_read(work);
    assert_null(input->modules[0].infrastructure);
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_NOT_CONFIGURED,
                  "no plan, state or file of variables");
}

static void a_project_names_its_files_by_environment_and_wildcard(void **state)
{
    static const char *states[] = { "stacks/*/main.tfstate" };
    static const char *tfvars[] = { "env/{env}.tfvars", "/shared.tfvars" };
    static const struct module_settings settings = {
        .infrastructure = {.plan = "out/plan.json",
                           .state = states,
                           .state_count = 1,
                           .tfvars = tfvars,
                           .tfvars_count = 2}
    };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "out/plan.json", PLAN("update"));
    builder_write(work->build, "stacks/a/main.tfstate", STATE("1"));
    builder_write(work->build, "stacks/b/other.tfstate", STATE("1"));
    builder_write(work->build, "env/uat.tfvars", "a = 1\n");
    builder_write(work->build, "env/SIT.tfvars", "a = 2\n");
    builder_write(work->build, "shared.tfvars", "s = 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "out/plan.json", PLAN("create"));
    builder_write(work->build, "stacks/a/main.tfstate", STATE("2"));
    builder_write(work->build, "stacks/b/other.tfstate", STATE("2"));
    builder_write(work->build, "unnamed.tfvars", "x = 1\n");
    work_commit(work, "Change", "v2");
    work->modules[0].settings = &settings;
    work->modules[0].previous_environment = "UAT";
    work->modules[0].current_environment = "sit";
    input = work_read(work);

    assert_pairs(input, "out/plan.json - plan\n"
                        "stacks/a/main.tfstate raw state raw state\n"
                        "env/SIT.tfvars variables variables\n"
                        "shared.tfvars variables variables\n");
    assert_int_equal(input->problem_count, 0);
}

static void a_plan_that_is_the_same_on_both_sides_is_no_difference(void **state)
{
    static const struct module_settings settings = { .infrastructure = { .plan = "plan.json" } };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "plan.json", PLAN("delete"));
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work->modules[0].settings = &settings;
    input = work_read(work);

    assert_null(input->modules[0].infrastructure);
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_READ, "1 file");
    assert_int_equal(input->problem_count, 0);
}

static void what_the_project_names_and_is_nowhere_is_a_problem(void **state)
{
    static const char *states[] = { "gone.tfstate" };
    static const struct module_settings settings = {
        .infrastructure = {.state = states, .state_count = 1}
    };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a", "1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a", "2\n");
    work_commit(work, "Change", "v2");
    work->modules[0].settings = &settings;
    input = work_read(work);
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_INFRASTRUCTURE, "gone.tfstate",
                   "the project names it, and it is on neither side", false);
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_FAILED, "1 file could not be read");
}

static void damaged_files_and_single_states_are_told_with_their_side(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a.tfvars", "a = 1\n");
    builder_write(work->build, "gone.tfstate", STATE("1"));
    builder_write(work->build, "tfplan.json", "{}");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a.tfvars", "a = var.b\n");
    builder_remove(work->build, "gone.tfstate");
    builder_write(work->build, "tfplan.json", "{\"@level\":\"info\",\"@message\":\"x\"}");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->problem_count, 4);
    assert_problem(&input->problems[0], DRIFT_INFRASTRUCTURE, "a.tfvars:1:5 at v2",
                   "expected a value; names, calls and other expressions may not stand in a "
                   "file of variables",
                   false);
    assert_problem(&input->problems[1], DRIFT_INFRASTRUCTURE, "gone.tfstate at v1",
                   "this state is on one side only: there is nothing to compare it with", true);
    assert_problem(&input->problems[2], DRIFT_INFRASTRUCTURE, "tfplan.json at v1",
                   "neither a plan nor a state of Terraform or OpenTofu", false);
    assert_problem(&input->problems[3], DRIFT_INFRASTRUCTURE, "tfplan.json at v2",
                   "the event lines of \"plan -json\", which do not hold the plan itself", false);
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_FAILED, "2 files could not be read");
}

/* "plan.json" may be anything; what was a plan, or looks like one, is meant to be one. */
static void a_plan_that_breaks_is_not_read_whatever_its_name(void **state)
{
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "a/plan.json", PLAN("update"));
    builder_write(work->build, "other/plan.json", "{\"price\": 1}");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "a/plan.json", "{\"price\":\n 1");
    builder_write(work->build, "b/plan.json", "{\"format_version\":\"1.2\",\"resource_changes\":[");
    builder_write(work->build, "other/plan.json", "{\"price\": ");
    work_commit(work, "Change", "v2");
    input = work_read(work);

    assert_int_equal(input->problem_count, 2);
    assert_problem(&input->problems[0], DRIFT_INFRASTRUCTURE, "a/plan.json:2:3 at v2",
                   "expected ',' or '}', but the text ends", false);
    assert_problem(&input->problems[1], DRIFT_INFRASTRUCTURE, "b/plan.json:1:45 at v2",
                   "expected a value, but the text ends", false);
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_FAILED, "2 files could not be read");
}

static void a_broken_plan_that_the_project_names_is_not_read(void **state)
{
    static const struct module_settings settings = { .infrastructure = { .plan = "plan.json" } };
    struct work *work = *state;
    const struct drift_input *input;

    builder_write(work->build, "plan.json", "{\"a\":");
    work_commit(work, "Begin", "v1");
    builder_tag(work->build, "v2");
    work->modules[0].settings = &settings;
    input = work_read(work);

    assert_int_equal(input->problem_count, 2);
    assert_string_equal(input->problems[0].what, "plan.json:1:6 at v1");
    assert_source(input, "auth", DRIFT_INFRASTRUCTURE, SOURCE_FAILED, "1 file could not be read");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(well_known_files_are_found_where_they_differ),
        CASE(nothing_to_read_is_said),
        CASE(a_project_names_its_files_by_environment_and_wildcard),
        CASE(a_plan_that_is_the_same_on_both_sides_is_no_difference),
        CASE(what_the_project_names_and_is_nowhere_is_a_problem),
        CASE(a_plan_that_breaks_is_not_read_whatever_its_name),
        CASE(a_broken_plan_that_the_project_names_is_not_read),
        CASE(damaged_files_and_single_states_are_told_with_their_side),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
