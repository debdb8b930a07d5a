#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/digest.h>
#include <pilab/base/rich.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/text.h>

#include "../../support/drift_fixture.h"

static int start(void **state)
{
    static struct drift_fixture fixture;

    drift_fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int end(void **state)
{
    drift_fixture_end(*state);
    return 0;
}

static void an_identity_is_a_hash_over_type_service_category_and_path(void **state)
{
    struct drift_fixture *fixture = *state;
    static const char identity[] = "config\0shop\0a\0a.b";
    char digest[SHA256_HEX_SIZE];

    drift_fixture_yaml(fixture, "a: {b: 1}", "a: {b: 2}");
    sha256_hex(identity, sizeof identity - 1, digest);
    assert_memory_equal(fixture->report->items[0].id, digest, 16);
    assert_int_equal(strlen(fixture->report->items[0].id), 16);
}

static void the_same_difference_has_the_same_identity_whatever_the_values(void **state)
{
    struct drift_fixture *fixture = *state, other;

    drift_fixture_start(&other);
    drift_fixture_yaml(fixture, "a: 1\nb: 1", "a: 2\nb: 1");
    drift_fixture_yaml(&other, "z: 0\na: 5", "z: 1\na: 6");
    assert_string_equal(fixture->report->items[0].id, drift_fixture_item(&other, "a")->id);
    drift_fixture_end(&other);
}

static void differences_of_one_path_have_identities_of_their_own(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_report *report =
        drift_fixture_yaml(fixture, "args: [a, b, c]", "args: [a, d, e]");

    assert_int_equal(report->item_count, 4);
    for (size_t i = 0; i < report->item_count; i++) {
        assert_string_equal(report->items[i].path, "args");
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(report->items[i].id, report->items[k].id);
    }
}

static void what_is_meant_to_differ_is_counted_apart(void **state)
{
    static const struct expected_difference expected[] = {
        {.any_type = true,      .path = "**.replicas"},
        { .type = DRIFT_CONFIG, .path = "env.*.HOST",       .module = "sh*" },
    };
    struct drift_fixture *fixture = *state;
    const struct drift_report *report;

    fixture->input.expected = expected;
    fixture->input.expected_count = 2;
    report = drift_fixture_yaml(
        fixture, "replicas: 1\nweb: {replicas: 1}\nenv: {a: [{name: HOST, value: x}]}\nz: 1",
        "replicas: 0\nweb: {replicas: 2}\nenv: {a: [{name: HOST, value: z}]}\nz: 2");
    assert_int_equal(report->item_count, 4);
    assert_int_equal(report->summary.total_changes, 1);
    assert_int_equal(report->summary.expected, 3);
    assert_string_equal(drift_fixture_item(fixture, "web.replicas")->expected_by, "**.replicas");
    assert_string_equal(drift_fixture_item(fixture, "env.a.HOST")->expected_by, "env.*.HOST");
    assert_false(drift_fixture_item(fixture, "z")->expected);
    assert_int_equal(drift_fixture_item(fixture, "replicas")->attention, ATTENTION_NONE);
    assert_int_equal(report->summary.severity, SEVERITY_LOW);
}

static void an_expected_difference_holds_only_for_its_environment_and_module(void **state)
{
    static const struct expected_difference expected[] = {
        {.any_type = true,      .path = "a", .environment = "PROD" },
        { .any_type = true,                    .path = "b",               .environment = "uat" },
        { .any_type = true, .path = "c",.module = "other" },
        { .type = DRIFT_CODE,          .path = "d"       },
    };
    struct drift_fixture *fixture = *state;

    fixture->input.expected = expected;
    fixture->input.expected_count = 4;
    drift_fixture_environments(fixture, "UAT", "SIT");
    drift_fixture_yaml(fixture, "a: 1\nb: 1\nc: 1\nd: 1", "a: 2\nb: 2\nc: 2\nd: 2");
    assert_false(drift_fixture_item(fixture, "a")->expected);
    assert_true(drift_fixture_item(fixture, "b")->expected);
    assert_false(drift_fixture_item(fixture, "c")->expected);
    assert_false(drift_fixture_item(fixture, "d")->expected);
}

/* "service_shop" is how its configuration calls the module. */
static void a_module_is_one_service_however_its_document_calls_it(void **state)
{
    const struct drift_report *report =
        drift_fixture_yaml(*state, "tag: 1\nenv: {service_shop: [{name: A, value: x}]}",
                           "tag: 2\nenv: {service_shop: [{name: A, value: y}]}");

    assert_int_equal(report->item_count, 2);
    assert_string_equal(report->items[0].service, "service_shop");
    assert_int_equal(report->summary.service_count, 1);
    assert_string_equal(report->summary.services_affected[0], report->items[0].module);
}

static void a_document_of_several_services_names_those_that_it_affects(void **state)
{
    const struct drift_report *report = drift_fixture_yaml(
        *state, "env: {auth: [{name: A, value: x}], pay: [{name: A, value: x}], web: []}",
        "env: {auth: [{name: A, value: y}], pay: [{name: A, value: y}], web: []}");

    assert_int_equal(report->summary.service_count, 2);
    assert_string_equal(report->summary.services_affected[0], "auth");
    assert_string_equal(report->summary.services_affected[1], "pay");
}

static void an_ignored_difference_is_counted_until_its_end(void **state)
{
    struct drift_fixture *fixture = *state, again;
    struct decided_difference decided[2] = {
        { .decision = { .number = 3, .reason = "known", .by = "alice" } },
        { .decision = { .number = 4, .reason = "over", .by = "alice", .until = 1 } }
    };
    const struct drift_report *report;
    char ids[2][17];

    drift_fixture_yaml(fixture, "a: 1\nb: 1\nc: 1", "a: 2\nb: 2\nc: 2");
    for (size_t i = 0; i < 2; i++) {
        memcpy(ids[i], fixture->report->items[i].id, sizeof ids[i]);
        decided[i].id = ids[i];
    }
    drift_fixture_start(&again);
    again.input.decided = decided;
    again.input.decided_count = 2;
    report = drift_fixture_yaml(&again, "a: 1\nb: 1\nc: 1", "a: 2\nb: 2\nc: 2");
    assert_true(report->items[0].suppressed);
    assert_string_equal(report->items[0].suppressed_by, "known");
    assert_int_equal(report->items[0].decision->number, 3);
    assert_int_equal(report->items[0].decision->state, DECISION_HOLDS);
    assert_false(report->items[1].suppressed);
    assert_int_equal(report->items[1].decision->state, DECISION_ENDED);
    assert_null(report->items[2].decision);
    assert_int_equal(report->summary.suppressed, 1);
    assert_int_equal(report->summary.lapsed, 1);
    assert_int_equal(report->summary.total_changes, 2);
    drift_fixture_end(&again);
}

static void the_summary_counts_every_way(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_summary *summary;

    drift_fixture_module(fixture, "shop");
    drift_fixture_config(fixture, "values.yaml", "API_KEY: a\ngone: 1\nx: 1\nsame: 1",
                         "API_KEY: b\nnew: 1\nx: 2\nsame: 1");
    drift_fixture_module(fixture, "pay");
    drift_fixture_config(fixture, "values.yaml", "image: {tag: v1}", "image: {tag: v2}");
    summary = &drift_fixture_detect(fixture)->summary;
    assert_int_equal(summary->total_changes, 5);
    assert_int_equal(summary->by_change_type[CHANGE_TYPE_ADDED], 1);
    assert_int_equal(summary->by_change_type[CHANGE_TYPE_MODIFIED], 3);
    assert_int_equal(summary->by_change_type[CHANGE_TYPE_DELETED], 1);
    assert_int_equal(summary->by_drift_type[DRIFT_CONFIG], 5);
    assert_int_equal(summary->by_severity[SEVERITY_CRITICAL], 1);
    assert_int_equal(summary->by_severity[SEVERITY_MEDIUM], 1);
    assert_int_equal(summary->by_severity[SEVERITY_LOW], 3);
    assert_int_equal(summary->by_attention[ATTENTION_REVIEW], 1);
    assert_int_equal(summary->security_changes, 1);
    assert_int_equal(summary->severity, SEVERITY_CRITICAL);
    assert_int_equal(summary->service_count, 2);
    assert_string_equal(summary->services_affected[0], "pay");
    assert_string_equal(summary->services_affected[1], "shop");
}

static void the_gravest_rule_comes_first_and_gives_the_reason(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *item;

    drift_fixture_yaml(fixture, "API_KEY: a", "API_KEY: b");
    item = &fixture->report->items[0];
    assert_int_equal(item->severity, SEVERITY_CRITICAL);
    assert_true(item->rule_count >= 2);
    assert_string_equal(item->rules[0].rule, "config.access");
    for (size_t i = 1; i < item->rule_count; i++)
        assert_true(item->rules[i].severity <= item->rules[i - 1].severity);
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason, item->rules[0].sentence);
}

static void of_rules_as_grave_the_most_telling_gives_the_reason(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_item *item;

    drift_fixture_yaml(fixture, "DATABASE_URL: postgres://db/x",
                       "DATABASE_URL: postgres://app:hunter2@db/x");
    item = &fixture->report->items[0];
    assert_true(drift_fixture_fired(item, "config.access"));
    assert_string_equal(item->rules[0].rule, "config.credential");
    assert_string_equal(item->attention_reason,
                        "a credential stands here in the clear: take it out and replace it");
}

/* What asked for a look first may be the weaker one. */
static void a_graver_rule_gives_the_reason_also_where_a_weaker_one_asks_for_a_look(void **state)
{
    static const struct rule rule = { .id = "shop.ours",
                                      .type = DRIFT_CONFIG,
                                      .key = "hostNetwork",
                                      .severity = SEVERITY_LOW,
                                      .attention = ATTENTION_REVIEW,
                                      .sentence = "ours" };
    struct drift_fixture *fixture = *state;
    const struct drift_item *item;

    fixture->input.rules = &rule;
    fixture->input.rule_count = 1;
    drift_fixture_yaml(fixture, "hostNetwork: false", "hostNetwork: true");
    item = &fixture->report->items[0];
    assert_true(drift_fixture_fired(item, "shop.ours"));
    assert_string_equal(item->attention_reason, "the container may do more on its host");
}

/* For a file or a program: what is longer than the width goes on, and its place stands behind it.
 */
static void no_line_is_cut_where_no_screen_cuts_it(void **state)
{
    static const char line[] =
        "shop.payments.providers.settings.return_address  "
        "https://payments.example.org/return/from/the/provider/with/a/long/way/1 \u2192 "
        "https://payments.example.org/return/from/the/provider/with/a/long/way/2  values.yaml:1\n";
    struct drift_text_options options = { .width = 80, .utf8 = true, .whole = true };
    struct drift_fixture *fixture = *state;
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;

    drift_fixture_yaml(
        fixture,
        "shop: {payments: {providers: {settings: {return_address: "
        "https://payments.example.org/return/from/the/provider/with/a/long/way/1}}}}",
        "shop: {payments: {providers: {settings: {return_address: "
        "https://payments.example.org/return/from/the/provider/with/a/long/way/2}}}}");
    drift_report_render_text(&rich, fixture->report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    if (strstr(text.data, line) == NULL)
        fail_msg("%s", text.data);
    strbuf_clear(&rich);
    strbuf_clear(&text);
    options.wide = true;
    drift_report_render_text(&rich, fixture->report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, line));
    strbuf_clear(&rich);
    strbuf_clear(&text);
    options = (struct drift_text_options){ .width = 80, .utf8 = true };
    drift_report_render_text(&rich, fixture->report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    assert_null(strstr(text.data, "way/2"));
    strbuf_release(&rich);
    strbuf_release(&text);
}

/* What is grave about a line is all told, and not only what asked for a person first. */
static void every_grave_reason_is_printed(void **state)
{
    static const struct rule rules[] = {
        {.id = "shop.door",
         .type = DRIFT_CONFIG,
         .key = "limit",
         .severity = SEVERITY_CRITICAL,
         .sentence = "it opens the vault"},
        { .id = "shop.limit",
         .type = DRIFT_CONFIG,
         .key = "limit",
         .severity = SEVERITY_CRITICAL,
         .sentence = "the daily limit"   },
        { .id = "shop.small",
         .type = DRIFT_CONFIG,
         .key = "limit",
         .severity = SEVERITY_HIGH,
         .sentence = "a number of theirs"},
    };
    struct drift_text_options options = { .width = 80, .utf8 = true };
    struct drift_fixture *fixture = *state;
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;

    fixture->input.rules = rules;
    fixture->input.rule_count = 3;
    drift_fixture_yaml(fixture, "limit: 1", "limit: 2");
    drift_report_render_text(&rich, fixture->report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "it opens the vault\n            also: the daily limit\n"));
    assert_null(strstr(text.data, "a number of theirs"));
    strbuf_release(&rich);
    strbuf_release(&text);
}

static void a_projects_rules_judge_too(void **state)
{
    static const struct rule rule = { .id = "shop.limit",
                                      .type = DRIFT_CONFIG,
                                      .key = "limit",
                                      .severity = SEVERITY_LOW,
                                      .attention = ATTENTION_BLOCKER,
                                      .breaking = true,
                                      .sentence = "the daily limit" };
    struct drift_fixture *fixture = *state;
    const struct drift_item *item;

    fixture->input.rules = &rule;
    fixture->input.rule_count = 1;
    drift_fixture_yaml(fixture, "limit: 1", "limit: 2");
    item = &fixture->report->items[0];
    assert_true(drift_fixture_fired(item, "shop.limit"));
    assert_int_equal(item->attention, ATTENTION_BLOCKER);
    assert_string_equal(item->attention_reason, "the daily limit");
    assert_true(item->breaking);
    assert_int_equal(fixture->report->summary.breaking_changes, 1);
}

static void a_source_or_a_problem_makes_the_report_partial(void **state)
{
    struct drift_source source = { .type = DRIFT_CODE, .service = "shop", .state = SOURCE_READ };
    struct drift_problem problem = {
        .type = DRIFT_CODE, .service = "shop", .what = "x", .why = "y", .warning = true
    };
    struct drift_fixture *fixture = *state;

    fixture->input.sources = &source;
    fixture->input.source_count = 1;
    fixture->input.problems = &problem;
    fixture->input.problem_count = 1;
    assert_int_equal(drift_fixture_detect(fixture)->run, RUN_COMPLETED);
    source.state = SOURCE_FAILED;
    assert_int_equal(drift_fixture_detect(fixture)->run, RUN_PARTIAL);
    source.state = SOURCE_READ;
    problem.warning = false;
    assert_int_equal(drift_fixture_detect(fixture)->run, RUN_PARTIAL);
    assert_string_equal(fixture->report->problems[0].what, "x");
}

static void the_report_knows_who_when_and_what(void **state)
{
    struct drift_fixture *fixture = *state;
    const struct drift_report *report;

    fixture->input.project = "Shop";
    fixture->input.project_code = "SH";
    drift_fixture_environments(fixture, "UAT", "SIT");
    report = drift_fixture_detect(fixture);
    assert_true(uuid_valid(report->id));
    assert_int_equal(report->created_at, 1737556200000);
    assert_string_equal(report->project, "Shop");
    assert_string_equal(report->project_code, "SH");
    assert_string_equal(report->previous.environment, "UAT");
    assert_string_equal(report->current.label, "SIT");
    assert_int_equal(report->item_count, 0);
    assert_int_equal(report->summary.severity, SEVERITY_INFO);
}

static void a_report_outlives_its_input(void **state)
{
    struct drift_fixture *fixture = *state;
    struct drift_report *report;

    drift_fixture_yaml(fixture, "a: one", "a: two");
    report = fixture->report;
    fixture->report = NULL;
    drift_fixture_end(fixture);
    assert_string_equal(report->items[0].previous.text, "one");
    assert_string_equal(report->items[0].previous_at.file, "values.yaml");
    assert_string_equal(report->configs[0].typing, "YAML 1.1 (Helm)");
    drift_report_free(&report);
    assert_null(report);
    drift_fixture_start(fixture);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_identity_is_a_hash_over_type_service_category_and_path),
        CASE(the_same_difference_has_the_same_identity_whatever_the_values),
        CASE(differences_of_one_path_have_identities_of_their_own),
        CASE(what_is_meant_to_differ_is_counted_apart),
        CASE(a_module_is_one_service_however_its_document_calls_it),
        CASE(a_document_of_several_services_names_those_that_it_affects),
        CASE(an_expected_difference_holds_only_for_its_environment_and_module),
        CASE(an_ignored_difference_is_counted_until_its_end),
        CASE(the_summary_counts_every_way),
        CASE(the_gravest_rule_comes_first_and_gives_the_reason),
        CASE(no_line_is_cut_where_no_screen_cuts_it),
        CASE(of_rules_as_grave_the_most_telling_gives_the_reason),
        CASE(a_graver_rule_gives_the_reason_also_where_a_weaker_one_asks_for_a_look),
        CASE(every_grave_reason_is_printed),
        CASE(a_projects_rules_judge_too),
        CASE(a_source_or_a_problem_makes_the_report_partial),
        CASE(the_report_knows_who_when_and_what),
        CASE(a_report_outlives_its_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
