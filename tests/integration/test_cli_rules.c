#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/release_world.h"
#include "../support/scratch.h"

/* The rules on the command line: which hold, and what others would say of a real difference. */

static const char own_rules[] =
    "pilab: 1\n"
    "project: {name: Mobile, code: MB}\n"
    "rules:\n"
    "  - {id: code.change, severity: HIGH}\n"
    "  - {id: code.test, off: true}\n"
    "  - {id: own.values, type: config, path: \"**\", severity: CRITICAL,\n"
    "     attention: blocker, sentence: \"ask the owner \\u001b[31m\"}\n"
    "  - {id: own.nothing, type: code, path: \"nowhere/**\"}\n";

static const char long_rules[] =
    "rules:\n" /* and no project: they are tried, and kept nowhere */
    "  - {id: own.a-rule-whose-name-is-quite-long-for-one-line, type: config, path: \"**\"}\n";
#define LONG_KEY(value)                                                                            \
    "{\"a_name_of_a_setting_that_is_too_long_for_half_a_line_and_yet_has_the_end\": " value "}"

static char *write_rules(struct world *world)
{
    return scratch_file(sandbox_files(world->sandbox), "rules.yaml", own_rules);
}

static json_t *read_json(const struct run *run)
{
    struct error error;
    json_t *json;

    assert_int_equal(run->status, 0);
    json = json_read("output", run->out.data, run->out.length, &error);
    assert_non_null(json);
    return json;
}

static const json_t *with_id(const json_t *list, const char *id)
{
    size_t index;
    json_t *one;

    json_array_foreach(list, index, one)
    {
        if (strcmp(json_member_text(one, "id"), id) == 0)
            return one;
    }
    fail_msg("there is no %s", id);
    return NULL;
}

static void the_list_says_where_each_rule_comes_from(void **state)
{
    struct world *world = *state;
    char *file = write_rules(world);
    json_t *list =
        read_json(run_pilab(world->sandbox, "rules", "list", "--file", file, "--json", NULL));
    const json_t *items = json_object_get(list, "items");

    assert_string_equal(json_member_text(with_id(items, "code.change"), "from"), "changed");
    assert_string_equal(json_member_text(with_id(items, "code.change"), "severity"), "HIGH");
    assert_string_equal(json_member_text(with_id(items, "code.test"), "from"), "switched off");
    assert_string_equal(json_member_text(with_id(items, "code.large"), "from"), "built-in");
    assert_string_equal(json_member_text(with_id(items, "own.values"), "from"), "project");
    json_decref(list);
    free(file);
}

static void what_is_no_rule_is_refused_in_a_file_of_rules_alone(void **state)
{
    struct world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "alone.yaml",
                              "rules:\n  - {id: own.a, path: \"**\"}\nrule: []\n");
    const struct run *run = run_pilab(world->sandbox, "rules", "list", "--file", file, NULL);

    assert_int_equal(run->status, 1);
    assert_says(&run->err, "alone.yaml:");
    free(file);
}

static void a_type_lists_its_own_rules_only(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "rules", "--type", "config", NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "config.value");
    assert_says_not(&run->out, "code.change");
}

static void a_rule_is_shown_without_obeying_its_sentence(void **state)
{
    struct world *world = *state;
    char *file = write_rules(world);
    const struct run *run =
        run_pilab(world->sandbox, "rules", "show", "own.values", "--file", file, NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "ask the owner");
    assert_says(&run->out, "path **");
    assert_harmless(&run->out);
    free(file);
}

static void an_unknown_rule_is_an_error_with_a_way_on(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "rules", "show", "code.chnage", NULL);

    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no rule 'code.chnage'");
    assert_says(&run->err, "pilab rules list");
}

static void rules_are_tried_on_a_real_difference(void **state)
{
    struct world *world = *state;
    char *file = write_rules(world);
    json_t *trial = read_json(run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file",
                                        file, "--json", NULL));
    const json_t *rules = json_object_get(trial, "rules"),
                 *changes = json_object_get(trial, "changes");
    json_int_t fired = json_integer_value(json_object_get(with_id(rules, "own.values"), "fired"));
    size_t blockers = 0, index;
    json_t *change;

    assert_true(fired > 0);
    assert_int_equal(json_integer_value(json_object_get(with_id(rules, "own.nothing"), "fired")),
                     0);
    json_array_foreach(changes, index, change)
    {
        const json_t *now = json_object_get(change, "current");

        if (strcmp(json_member_text(change, "type"), "config") != 0)
            continue;
        assert_string_equal(json_member_text(now, "severity"), "CRITICAL");
        assert_string_equal(json_member_text(now, "attention"), "blocker");
        blockers++;
    }
    assert_int_equal(blockers, fired);
    json_decref(trial);
    free(file);
}

/* The same path may be in many files. */
static void what_is_judged_otherwise_has_its_module_and_its_place(void **state)
{
    struct world *world = *state;
    char *file = write_rules(world);
    json_t *trial = read_json(run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file",
                                        file, "--json", NULL));
    const json_t *changes = json_object_get(trial, "changes");
    const struct run *run =
        run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file", file, NULL);
    size_t index;
    json_t *change;

    assert_true(json_array_size(changes) > 0);
    json_array_foreach(changes, index, change)
    {
        char *both = memory_printf("%s: %s\n", json_member_text(change, "module"),
                                   json_member_text(change, "place"));

        assert_true(*json_member_text(change, "module") != '\0');
        assert_true(*json_member_text(change, "place") != '\0');
        assert_says(&run->out, both);
        free(both);
    }
    json_decref(trial);
    free(file);
}

/* The name of a rule may be as long as half a line, and its example stays all the same. */
static void an_example_stands_beside_a_long_name(void **state)
{
    struct world *world = *state;
    const char *folder = sandbox_files(world->sandbox);
    char *file = scratch_file(folder, "long.yaml", long_rules);
    char *before = scratch_file(folder, "sit/values.json", LONG_KEY("1"));
    char *after = scratch_file(folder, "uat/values.json", LONG_KEY("2"));
    const struct run *run =
        run_pilab(world->sandbox, "rules", "test", before, after, "--file", file, NULL);
    const char *line = strstr(run->out.data, "own.a-rule-whose-name");

    assert_int_equal(run->status, 0);
    assert_non_null(line);
    assert_memory_equal(strchr(line, '\n') - strlen("the_end"), "the_end", strlen("the_end"));
    free(before);
    free(after);
    free(file);
}

static void without_a_project_nothing_is_judged_otherwise(void **state)
{
    struct world *world = *state;
    const struct run *run =
        run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--exit-code", NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "0 judged otherwise");
    assert_says_not(&run->out, "Judged otherwise");
}

static json_t *try_rules(struct world *world, const char *rules)
{
    char *text = memory_printf("pilab: 1\nproject: {name: Mobile, code: MB}\nrules:\n%s\n", rules);
    char *file = scratch_file(sandbox_files(world->sandbox), "tried.yaml", text);
    json_t *trial = read_json(run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file",
                                        file, "--json", NULL));

    assert_follows_schema(trial, "rules-test-1.json");
    free(file);
    free(text);
    return trial;
}

static void a_rule_that_another_holds_up_is_told_with_what_to_write(void **state)
{
    struct world *world = *state;
    json_t *trial = try_rules(world, "  - {id: config.session, severity: LOW}"), *held;
    char *rules;

    assert_int_equal(json_array_size(json_object_get(trial, "changes")), 0);
    assert_int_equal(json_array_size(json_object_get(trial, "held")), 1);
    held = json_array_get(json_object_get(trial, "held"), 0);
    assert_string_equal(json_member_text(held, "rule"), "config.session");
    assert_string_equal(json_member_text(held, "wanted"), "LOW");
    assert_string_equal(json_member_text(held, "by"), "config.variable");
    assert_true(json_is_false(json_object_get(held, "own")));
    assert_string_equal(json_member_text(held, "severity"), "MEDIUM");
    assert_string_equal(json_member_text(held, "instead"),
                        "- {id: config.variable, except: \"env.SESSION_TIMEOUT\"}");
    rules = memory_printf("  - {id: config.session, severity: LOW}\n  %s",
                          json_member_text(held, "instead"));
    json_decref(trial);
    /* What it says to write does it; that it is security still asks for a person. */
    trial = try_rules(world, rules);
    assert_int_equal(json_array_size(json_object_get(trial, "held")), 0);
    assert_int_equal(json_array_size(json_object_get(trial, "changes")), 1);
    json_decref(trial);
    free(rules);
}

static void a_rule_that_its_own_security_holds_up_is_told_so(void **state)
{
    json_t *trial = try_rules(*state, "  - {id: config.session, attention: none}");

    assert_int_equal(json_array_size(json_object_get(trial, "held")), 0); /* it was none before */
    json_decref(trial);
    trial = try_rules(*state, "  - {id: config.session, off: true}");
    assert_int_equal(json_array_size(json_object_get(trial, "held")), 0); /* it asks for nobody */
    assert_int_equal(json_array_size(json_object_get(trial, "changes")), 1);
    json_decref(trial);
}

static void what_changes_nothing_to_be_seen_has_a_heading_of_its_own(void **state)
{
    struct world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "tried.yaml",
                              "pilab: 1\nproject: {name: Mobile, code: MB}\nrules:\n"
                              "  - {id: config.session, severity: LOW}\n");
    const struct run *run =
        run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file", file, NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "0 judged otherwise");
    assert_says(&run->out, "Changes nothing to be seen\n"
                           "  config.session LOW: config.variable (built-in) holds 1 at MEDIUM");
    assert_says(&run->out, "- {id: config.variable, except: \"env.SESSION_TIMEOUT\"}");
    free(file);
}

static void a_file_with_a_slip_names_its_line(void **state)
{
    struct world *world = *state;
    char *path = scratch_file(sandbox_files(world->sandbox), "slip.yaml",
                              "pilab: 1\nproject: {name: A, code: A}\nrules:\n"
                              "  - {id: x, tpye: code}\n");
    const struct run *run;

    run = run_pilab(world->sandbox, "rules", "test", "v1.0.1..v1.1.0", "--file", path, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "tpye");
    assert_says(&run->err, ":4");
    free(path);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, release_world_setup, release_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_list_says_where_each_rule_comes_from),
        CASE(what_is_no_rule_is_refused_in_a_file_of_rules_alone),
        CASE(a_type_lists_its_own_rules_only),
        CASE(a_rule_is_shown_without_obeying_its_sentence),
        CASE(an_unknown_rule_is_an_error_with_a_way_on),
        CASE(rules_are_tried_on_a_real_difference),
        CASE(what_is_judged_otherwise_has_its_module_and_its_place),
        CASE(an_example_stands_beside_a_long_name),
        CASE(without_a_project_nothing_is_judged_otherwise),
        CASE(a_rule_that_another_holds_up_is_told_with_what_to_write),
        CASE(a_rule_that_its_own_security_holds_up_is_told_so),
        CASE(what_changes_nothing_to_be_seen_has_a_heading_of_its_own),
        CASE(a_file_with_a_slip_names_its_line),
    };
    return cmocka_run_group_tests_name("rules on the command line", tests, NULL, NULL);
}
