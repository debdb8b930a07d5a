#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* Plans, states and variables as files, with the real program. */

static const char plan[] =
    "{\"format_version\":\"1.2\",\"terraform_version\":\"1.9.5\",\"resource_changes\":[\n"
    "{\"address\":\"google_container_cluster.primary\",\"mode\":\"managed\",\"type\":"
    "\"google_container_cluster\",\"name\":\"primary\",\"provider_name\":"
    "\"registry.terraform.io/hashicorp/google\",\"change\":{\"actions\":[\"update\"],\"before\":"
    "{\"node_config\":[{\"machine_type\":\"e2-medium\"}]},\"after\":{\"node_config\":[{"
    "\"machine_type\":\"e2-standard-2\"}]}}},\n"
    "{\"address\":\"google_sql_database_instance.main\",\"mode\":\"managed\",\"type\":"
    "\"google_sql_database_instance\",\"name\":\"main\",\"provider_name\":"
    "\"registry.terraform.io/hashicorp/"
    "google\",\"action_reason\":\"replace_because_cannot_update\","
    "\"change\":{\"actions\":[\"delete\",\"create\"],\"before\":{\"region\":\"eu\",\"root_"
    "password\":"
    "\"hush-1\"},\"after\":{\"region\":\"us\",\"root_password\":\"hush-2\"},\"after_sensitive\":{"
    "\"root_password\":true},\"replace_paths\":[[\"region\"]]}}]}\n";

static const char state_form[] = "{\"version\":4,\"serial\":%d,\"lineage\":\"one\",\"resources\":[{"
                                 "\"mode\":\"managed\",\"type\":"
                                 "\"aws_sqs_queue\",\"name\":\"q\",\"instances\":[{\"attributes\":{"
                                 "\"id\":\"q\",\"delay\":%d}}]}]}";

/* As "terraform show -json" writes it: what is secret it says itself. */
#define SHOWN_STATE(pin)                                                                           \
    "{\"format_version\":\"1.0\",\"terraform_version\":\"1.9.5\",\"values\":{\"root_module\":{"    \
    "\"resources\":[{\"address\":\"aws_x.n\",\"mode\":\"managed\",\"type\":\"aws_x\","             \
    "\"name\":\"n\",\"values\":{\"id\":\"1\",\"pin\":\"" pin "\"},"                                \
    "\"sensitive_values\":{\"pin\":true}}]}}}"

static const char shown_state[] = SHOWN_STATE("hush-1"), other_state[] = SHOWN_STATE("hush-2");

struct world {
    struct sandbox *sandbox;
    const char *files;
};

static int set_up(void **state)
{
    static struct world world;

    world.sandbox = sandbox_new();
    world.files = sandbox_files(world.sandbox);
    sandbox_enter(world.sandbox, world.files);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    return 0;
}

static void write_file(const struct world *world, const char *name, const char *text)
{
    free(scratch_file(world->files, name, text));
}

static void write_state(const struct world *world, const char *name, int serial, int delay)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, state_form, serial, delay);
    write_file(world, name, text.data);
    strbuf_release(&text);
}

static void assert_refused(const struct run *run, const char *message, const char *hint)
{
    assert_int_equal(run->status, 1);
    assert_int_equal(run->out.length, 0);
    assert_says(&run->err, message);
    assert_says(&run->err, hint);
}

static void a_plan_alone_is_told_in_words(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "plan.json", plan);
    run = run_pilab(world->sandbox, "drift", "plan.json", NULL);
    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/infrastructure.txt");
    assert_says_not(&run->out, "hush");
}

static void a_plan_as_json_follows_the_schema_and_hides_what_is_sensitive(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "plan.json", plan);
    run = run_pilab(world->sandbox, "drift", "--json", "plan.json", NULL);
    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "drift-1.json");
    assert_says(&run->out, "\"attribute\": \"node_config.machine_type\"");
    assert_says(&run->out, "\"planned\": \"e2-standard-2\"");
    assert_says_not(&run->out, "hush");
}

static void two_states_are_two_sides(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_state(world, "old.tfstate", 1, 0);
    write_state(world, "new.tfstate", 2, 30);
    run = run_pilab(world->sandbox, "drift", "old.tfstate", "new.tfstate", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1 difference ");
    assert_says(&run->out, "aws_sqs_queue.q.delay  0 \xE2\x86\x92 30");
    run = run_pilab(world->sandbox, "drift", "new.tfstate", "old.tfstate", NULL);
    assert_says(&run->out, "are the two sides swapped?");
    run = run_pilab(world->sandbox, "drift", "--exit-code", "old.tfstate", "old.tfstate", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "No difference");
}

static void states_are_known_whatever_they_are_called(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "st1.json", shown_state);
    write_file(world, "st2.json", other_state);
    run = run_pilab(world->sandbox, "drift", "st1.json", "st2.json", "--wide", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "1 difference ");
    assert_says(&run->out, "Infrastructure");
    assert_says_not(&run->out, "hush");
    run = run_pilab(world->sandbox, "drift", "st1.json", "st2.json", "--json", NULL);
    assert_says_not(&run->out, "hush");
    run = run_pilab(world->sandbox, "drift", "--type", "config", "st1.json", "st2.json", NULL);
    assert_refused(run, "st1.json and st2.json are no configuration", "--type infrastructure");
    assert_says_not(&run->err, "hush");
}

static void a_plan_that_is_not_whole_is_read_in_part(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "plan.json",
               "{\"format_version\":\"1.2\",\"errored\":true,\"planned_values\":{}}");
    run = run_pilab(world->sandbox, "drift", "plan.json", "--exit-code", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->out, "No difference in what could be read");
    assert_says(&run->out, "making the plan failed half-way");
    run = run_pilab(world->sandbox, "drift", "plan.json", "--fail-on", "high", NULL);
    assert_int_equal(run->status, 1);
    write_file(world, "plan.json",
               "{\"format_version\":\"1.2\",\"complete\":false,\"planned_values\":{}}");
    run = run_pilab(world->sandbox, "drift", "plan.json", "--json", NULL);
    assert_says(&run->out, "\"PARTIAL\"");
}

static void variables_are_compared_by_name(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_file(world, "uat.tfvars", "nodes = 2\ndb_password = \"hush-hush-1\"\n");
    write_file(world, "prod.tfvars", "db_password = \"hush-hush-2\"\nnodes = 5\n");
    run = run_pilab(world->sandbox, "drift", "uat.tfvars", "prod.tfvars", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "nodes  2 \xE2\x86\x92 5");
    assert_says(&run->out, "db_password");
    assert_says_not(&run->out, "hush");
}

static void what_cannot_be_compared_is_refused_with_what_to_do(void **state)
{
    const struct world *world = *state;

    write_file(world, "plan.json", plan);
    write_state(world, "a.tfstate", 1, 0);
    write_file(world, "a.tfvars", "a = 1\n");
    write_file(world, "events.json", "{\"@level\":\"info\",\"@message\":\"x\"}\n{}\n");
    write_file(world, "a.yaml", "a: 1\n");
    assert_refused(run_pilab(world->sandbox, "drift", "plan.json", "a.tfstate", NULL),
                   "a plan holds both sides already", "pilab drift plan.json");
    assert_refused(run_pilab(world->sandbox, "drift", "a.tfstate", "a.tfvars", NULL),
                   "a raw state cannot be compared with a variables", "");
    assert_refused(run_pilab(world->sandbox, "drift", "a.tfstate", NULL),
                   "a.tfstate is no plan: it holds one side only", "name the other side");
    assert_refused(run_pilab(world->sandbox, "drift", "events.json", NULL),
                   "events.json: the event lines of \"plan -json\"", "terraform show -json");
    assert_refused(run_pilab(world->sandbox, "drift", "a.yaml", NULL),
                   "a.yaml alone is one side only", "name the file to compare it with");
    write_file(world, "x.dockerfile", "FROM a:1\n");
    write_file(world, "package.json", "{\"dependencies\":{\"a\":\"1\"}}\n");
    assert_refused(run_pilab(world->sandbox, "drift", "x.dockerfile", NULL),
                   "x.dockerfile alone is one side only", "name the file to compare it with");
    assert_refused(run_pilab(world->sandbox, "drift", "package.json", NULL),
                   "package.json alone is one side only", "name the file to compare it with");
    assert_int_equal(run_pilab(world->sandbox, "drift", "--type", "config", "a.yaml", NULL)->status,
                     64);
}

static void folders_are_compared_file_by_file(void **state)
{
    const struct world *world = *state;
    const struct run *run;

    write_state(world, "one/main.tfstate", 1, 0);
    write_state(world, "two/main.tfstate", 2, 30);
    write_file(world, "one/app.yaml", "a: 1\n");
    write_file(world, "two/app.yaml", "a: 2\n");
    write_file(world, "two/tfplan.json", plan);
    run = run_pilab(world->sandbox, "drift", "./one", "./two", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "Configuration  1");
    assert_says(&run->out, "Infrastructure  3");
    assert_says(&run->out, "google_sql_database_instance.main");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_plan_alone_is_told_in_words),
        CASE(a_plan_as_json_follows_the_schema_and_hides_what_is_sensitive),
        CASE(two_states_are_two_sides),
        CASE(states_are_known_whatever_they_are_called),
        CASE(a_plan_that_is_not_whole_is_read_in_part),
        CASE(variables_are_compared_by_name),
        CASE(what_cannot_be_compared_is_refused_with_what_to_do),
        CASE(folders_are_compared_file_by_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
