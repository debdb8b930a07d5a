#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/terraform/file.h>

struct plan {
    struct terraform_file *file;
    struct terraform_changes *changes;
};

/* `members` are those of the plan besides its version. */
static struct plan read_plan(const char *members)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct plan plan;

    strbuf_printf(&text, "{\"format_version\":\"1.2\",%s}", members);
    plan.file = terraform_file_read("plan.json", text.data, text.length, &error);
    if (!plan.file)
        fail_msg("%s", error.message);
    plan.changes = terraform_plan_changes(plan.file, &error);
    if (!plan.changes)
        fail_msg("%s", error.message);
    strbuf_release(&text);
    return plan;
}

static void plan_release(struct plan *plan)
{
    terraform_changes_free(&plan->changes);
    terraform_file_free(&plan->file);
}

/* A plan of one resource. */
static struct plan read_change(const char *change)
{
    struct strbuf text = STRBUF_INIT;
    struct plan plan;

    strbuf_printf(&text,
                  "\"resource_changes\":[{\"address\":\"aws_db_instance.main\",\"mode\":"
                  "\"managed\",\"type\":\"aws_db_instance\",\"name\":\"main\",\"provider_name\":"
                  "\"registry.terraform.io/hashicorp/aws\",\"change\":{%s}}]",
                  change);
    plan = read_plan(text.data);
    strbuf_release(&text);
    assert_int_equal(plan.changes->resource_count, 1);
    return plan;
}

static void add_side(struct strbuf *out, const struct node *value)
{
    if (value)
        node_write_json(out, value);
    else
        strbuf_add(out, "-");
}

/* Attributes, one a line: "path before after marks". */
static void assert_attributes(const struct terraform_change *change, const char *expected)
{
    struct strbuf lines = STRBUF_INIT;

    for (size_t i = 0; i < change->attribute_count; i++) {
        const struct terraform_attribute *attribute = &change->attributes[i];

        strbuf_printf(&lines, "%s ", attribute->path);
        add_side(&lines, attribute->before);
        strbuf_add_char(&lines, ' ');
        add_side(&lines, attribute->after);
        strbuf_printf(&lines, "%s%s%s%s\n", attribute->unknown ? " unknown" : "",
                      attribute->sensitive ? " sensitive" : "",
                      attribute->forces_replace ? " forces" : "", attribute->alike ? " alike" : "");
    }
    assert_string_equal(lines.data, expected);
    strbuf_release(&lines);
}

static void assert_refused(const char *members, const char *message)
{
    struct strbuf text = STRBUF_INIT;
    struct error error = { 0 };
    struct terraform_file *file;

    strbuf_printf(&text, "{\"format_version\":\"1.2\",\n%s}", members);
    file = terraform_file_read("plan.json", text.data, text.length, &error);
    assert_non_null(file);
    assert_null(terraform_plan_changes(file, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
    terraform_file_free(&file);
    strbuf_release(&text);
}

static void every_spelling_of_an_action_is_known(void **state)
{
    static const struct {
        const char *actions;
        enum terraform_action action;
        bool create_first;
    } cases[] = {
        {"[\"no-op\"]",              TERRAFORM_NO_OP,          false},
        { "[\"read\"]",              TERRAFORM_READ,           false},
        { "[\"create\"]",            TERRAFORM_CREATE,         false},
        { "[\"update\"]",            TERRAFORM_UPDATE,         false},
        { "[\"delete\"]",            TERRAFORM_DELETE,         false},
        { "[\"delete\",\"create\"]", TERRAFORM_REPLACE,        false},
        { "[\"create\",\"delete\"]", TERRAFORM_REPLACE,        true },
        { "[\"forget\"]",            TERRAFORM_FORGET,         false},
        { "[\"forget\",\"create\"]", TERRAFORM_REPLACE_FORGET, false},
        { "[\"create\",\"forget\"]", TERRAFORM_REPLACE_FORGET, true },
        { "[\"quarantine\"]",        TERRAFORM_OTHER,          false},
        { "[\"update\",\"ponder\"]", TERRAFORM_OTHER,          false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf change = STRBUF_INIT;
        struct plan plan;

        strbuf_printf(&change, "\"actions\":%s,\"before\":null,\"after\":null", cases[i].actions);
        plan = read_change(change.data);
        assert_int_equal(plan.changes->resources[0].action, cases[i].action);
        assert_int_equal(plan.changes->resources[0].create_first, cases[i].create_first);
        plan_release(&plan);
        strbuf_release(&change);
    }
}

static void an_update_tells_the_leaves_that_differ(void **state)
{
    struct plan plan = read_change(
        "\"actions\":[\"update\"],"
        "\"before\":{\"size\":1,\"tags\":{\"a.b\":\"x\",\"same\":\"y\"},\"rules\":[{\"port\":80},"
        "{\"port\":443}],\"big\":12345678901234567890123,\"gone\":\"g\",\"one\":1.0},"
        "\"after\":{\"size\":2,\"tags\":{\"a.b\":\"z\",\"same\":\"y\"},\"rules\":[{\"port\":80},"
        "{\"port\":8443},{\"port\":9}],\"big\":12345678901234567890124,\"new\":true,\"one\":1}");

    (void)state;
    assert_string_equal(plan.changes->resources[0].provider, "aws");
    assert_attributes(&plan.changes->resources[0],
                      "big 12345678901234567890123 12345678901234567890124\n"
                      "gone \"g\" -\n"
                      "new - true\n"
                      "rules[1].port 443 8443\n"
                      "rules[2].port - 9\n"
                      "size 1 2\n"
                      "tags[\"a.b\"] \"x\" \"z\"\n");
    assert_string_equal(plan.changes->resources[0].attributes[3].key, "port");
    assert_string_equal(plan.changes->resources[0].attributes[3].pointer, "/rules/1/port");
    plan_release(&plan);
}

static void what_is_not_known_yet_is_told_with_or_without_a_value_before(void **state)
{
    struct plan plan =
        read_change("\"actions\":[\"update\"],\"before\":{\"etag\":\"e\",\"open\":1},"
                    "\"after\":{\"open\":1},\"after_unknown\":{\"etag\":true,"
                    "\"hosts\":[{\"ip\":true,\"name\":false}]}");

    (void)state;
    assert_attributes(&plan.changes->resources[0], "etag \"e\" - unknown\n"
                                                   "hosts.ip - - unknown\n");
    plan_release(&plan);
}

/* A list or map that becomes unknown is not one that is emptied. */
static void what_is_within_becomes_unknown_with_it(void **state)
{
    struct plan plan = read_change(
        "\"actions\":[\"update\"],\"before\":{\"tags\":[\"a\",\"b\"],"
        "\"labels\":{\"team\":\"core\",\"deep\":[{\"x\":1}]},\"none\":[],\"gone\":[\"g\"],"
        "\"block\":[{\"ip\":\"1\",\"nets\":[\"n\"]}]},"
        "\"after\":{\"gone\":[],\"block\":[{\"ip\":\"1\"}]},"
        "\"after_unknown\":{\"tags\":true,\"labels\":true,\"none\":true,\"new\":true,"
        "\"block\":[{\"nets\":true}]}");

    (void)state;
    assert_attributes(&plan.changes->resources[0], "block.nets[0] \"n\" - unknown\n"
                                                   "gone - [] alike\n"
                                                   "gone[0] \"g\" -\n"
                                                   "labels.deep.x 1 - unknown\n"
                                                   "labels.team \"core\" - unknown\n"
                                                   "new - - unknown\n"
                                                   "none [] - unknown\n"
                                                   "tags[0] \"a\" - unknown\n"
                                                   "tags[1] \"b\" - unknown\n");
    plan_release(&plan);
}

static void marks_of_sensitivity_are_read_in_all_their_forms(void **state)
{
    struct plan plan = read_change(
        "\"actions\":[\"update\"],"
        "\"before\":{\"password\":\"a\",\"list\":[\"x\",\"y\"],\"box\":{\"in\":{\"deep\":1}},"
        "\"open\":1},"
        "\"after\":{\"password\":\"b\",\"list\":[\"q\",\"z\"],\"box\":{\"in\":{\"deep\":2}},"
        "\"open\":2},"
        "\"before_sensitive\":false,"
        "\"after_sensitive\":{\"password\":true,\"list\":[false,true],\"box\":true}");

    (void)state;
    assert_attributes(&plan.changes->resources[0], "box.in.deep 1 2 sensitive\n"
                                                   "list[0] \"x\" \"q\"\n"
                                                   "list[1] \"y\" \"z\" sensitive\n"
                                                   "open 1 2\n"
                                                   "password \"a\" \"b\" sensitive\n");
    plan_release(&plan);
    plan = read_change("\"actions\":[\"create\"],\"before\":null,\"after\":{\"a\":1},"
                       "\"after_sensitive\":true");
    assert_attributes(&plan.changes->resources[0], "a - 1 sensitive\n");
    plan_release(&plan);
}

static void a_replacement_names_what_forces_it(void **state)
{
    struct plan plan = read_change(
        "\"actions\":[\"delete\",\"create\"],\"before\":{\"a\":{\"b\":1,\"c\":1},\"d\":1},"
        "\"after\":{\"a\":{\"b\":2,\"c\":2},\"d\":2},\"replace_paths\":[[\"a\",\"b\"],[\"d\"]]");

    (void)state;
    assert_string_equal(plan.changes->resources[0].replace_paths, "a.b, d");
    assert_attributes(&plan.changes->resources[0], "a.b 1 2 forces\na.c 1 2\nd 1 2 forces\n");
    plan_release(&plan);
}

static void ways_to_say_nothing_are_alike_and_so_is_json_laid_out_anew(void **state)
{
    struct plan plan = read_change(
        "\"actions\":[\"update\"],"
        "\"before\":{\"a\":null,\"b\":\"\",\"c\":[],\"tags\":{},\"policy\":\"{\\\"a\\\":1,"
        "\\\"b\\\":2}\",\"other\":\"{\\\"a\\\":1}\"},"
        "\"after\":{\"b\":null,\"c\":{},\"tags\":{\"k\":\"v\"},\"policy\":\"{ \\\"b\\\": 2, "
        "\\\"a\\\": 1 }\",\"other\":\"{\\\"a\\\":2}\"}");

    (void)state;
    assert_attributes(&plan.changes->resources[0],
                      "a null - alike\n"
                      "b \"\" null alike\n"
                      "c [] {} alike\n"
                      "other \"{\\\"a\\\":1}\" \"{\\\"a\\\":2}\"\n"
                      "policy \"{\\\"a\\\":1,\\\"b\\\":2}\" \"{ \\\"b\\\": 2, \\\"a\\\": 1 }\" "
                      "alike\n"
                      "tags {} - alike\n"
                      "tags.k - \"v\"\n");
    plan_release(&plan);
}

static void moves_imports_and_deposed_objects_are_told(void **state)
{
    struct plan plan = read_plan(
        "\"resource_changes\":["
        "{\"address\":\"module.a[\\\"x.y\\\"].module.b.t.n[0]\",\"type\":\"t\",\"name\":\"n\","
        "\"previous_address\":\"t.n[0]\",\"change\":{\"actions\":[\"no-op\"],\"before\":{},"
        "\"after\":{},\"importing\":{\"id\":\"i-1\"}}},"
        "{\"address\":\"t.n\",\"mode\":\"data\",\"type\":\"t\",\"name\":\"n\",\"deposed\":\"d1\","
        "\"action_reason\":\"because_we_can\",\"previous_address\":\"t.n\","
        "\"change\":{\"actions\":[\"delete\"],\"before\":{\"id\":\"x\"},\"after\":null}}]");
    const struct terraform_change *moved = &plan.changes->resources[0];
    const struct terraform_change *deposed = &plan.changes->resources[1];

    (void)state;
    assert_string_equal(moved->previous_address, "t.n[0]");
    assert_string_equal(moved->module, "module.a[\"x.y\"].module.b");
    assert_true(moved->imported);
    assert_string_equal(moved->import_id, "i-1");
    assert_int_equal(moved->attribute_count, 0);
    assert_string_equal(deposed->deposed, "d1");
    assert_null(deposed->previous_address);
    assert_null(deposed->module);
    assert_true(deposed->data);
    assert_string_equal(terraform_reason_words(deposed->reason), "because_we_can");
    assert_string_equal(terraform_reason_words("replace_because_tainted"),
                        "it is marked as damaged (tainted)");
    plan_release(&plan);
}

static void outputs_are_read_in_both_shapes(void **state)
{
    struct plan plan = read_plan(
        "\"output_changes\":{"
        "\"a\":{\"actions\":[\"update\"],\"before\":1,\"after\":2,\"after_sensitive\":false},"
        "\"b\":{\"change\":{\"actions\":[\"create\"],\"before\":null,\"after\":{\"x\":\"s\"},"
        "\"after_sensitive\":{\"x\":true}}},"
        "\"c\":{\"actions\":[\"create\"],\"before\":null,\"after_unknown\":[false,true]}}");
    const struct terraform_output *outputs = plan.changes->outputs;

    (void)state;
    assert_int_equal(plan.changes->output_count, 3);
    assert_int_equal(outputs[0].action, TERRAFORM_UPDATE);
    assert_string_equal(outputs[0].after->value, "2");
    assert_false(outputs[0].sensitive);
    assert_int_equal(outputs[1].action, TERRAFORM_CREATE);
    assert_null(outputs[1].before);
    assert_true(outputs[1].sensitive);
    assert_true(outputs[2].unknown);
    plan_release(&plan);
}

static void a_plan_that_is_not_whole_says_so(void **state)
{
    struct plan plan = read_plan("\"planned_values\":{},\"errored\":true,\"complete\":false,"
                                 "\"deferred_changes\":[{},{}],\"checks\":[{\"address\":"
                                 "{\"to_display\":\"check.health\"},\"status\":\"fail\"},"
                                 "{\"address\":{},\"status\":\"pass\"}]");

    (void)state;
    assert_int_equal(plan.changes->warning_count, 3);
    assert_string_equal(plan.changes->warnings[0], "making the plan failed half-way: it lists only "
                                                   "what was planned until then");
    assert_string_equal(plan.changes->warnings[1],
                        "2 changes are left for a later plan, since what "
                        "they depend on is not known yet");
    assert_string_equal(plan.changes->warnings[2], "the check of check.health says fail");
    plan_release(&plan);
    plan = read_plan("\"planned_values\":{},\"complete\":false");
    assert_string_equal(plan.changes->warnings[0],
                        "the plan is not complete: a later one has the rest");
    plan_release(&plan);
}

static void entries_that_are_not_as_they_should_be_are_named_with_their_lines(void **state)
{
    (void)state;
    assert_refused("\"resource_changes\":{}", "plan.json:2: the changes of resources are no list");
    assert_refused("\"resource_changes\":[\n{\"address\":\"a.b\"}]",
                   "plan.json:3: a change of a resource has no address or no change");
    assert_refused("\"resource_changes\":[{\"address\":\"a.b\",\n\"change\":{}}]",
                   "plan.json:3: a change of a resource has no actions");
    assert_refused("\"resource_changes\":[{\"address\":\"a.b\",\"change\":{\"actions\":[1]}}]",
                   "plan.json:2: a change of a resource has no actions");
    assert_refused("\"resource_changes\":[{\"address\":\"a.b\",\"change\":{\"actions\":[\"read\"]"
                   "}}]",
                   "plan.json:2: a change of a resource has no type or no name");
    assert_refused("\"planned_values\":{},\"output_changes\":[]",
                   "plan.json:2: the changes of outputs are no map");
    assert_refused("\"planned_values\":{},\"output_changes\":{\"a\":{}}",
                   "plan.json:2: a change of an output has no actions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_an_action_is_known),
        cmocka_unit_test(an_update_tells_the_leaves_that_differ),
        cmocka_unit_test(what_is_not_known_yet_is_told_with_or_without_a_value_before),
        cmocka_unit_test(what_is_within_becomes_unknown_with_it),
        cmocka_unit_test(marks_of_sensitivity_are_read_in_all_their_forms),
        cmocka_unit_test(a_replacement_names_what_forces_it),
        cmocka_unit_test(ways_to_say_nothing_are_alike_and_so_is_json_laid_out_anew),
        cmocka_unit_test(moves_imports_and_deposed_objects_are_told),
        cmocka_unit_test(outputs_are_read_in_both_shapes),
        cmocka_unit_test(a_plan_that_is_not_whole_says_so),
        cmocka_unit_test(entries_that_are_not_as_they_should_be_are_named_with_their_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
