#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/fields.h>

#include "../../support/guide_fields.h"

static const char *tickets[] = { "MB-234" };
static struct drift_rule_hit rules[] = { { .rule = "config.session" } };
static struct drift_item item = {
    .type = DRIFT_CONFIG,
    .category = "env",
    .module = "mb-auth",
    .service = "mb-auth",
    .path = "env.SESSION_TIMEOUT",
    .key = "SESSION_TIMEOUT",
    .change_type = CHANGE_TYPE_MODIFIED,
    .previous = {.present = true,  .text = "30"},
    .current = { .present = true, .text = "15"},
    .severity = SEVERITY_HIGH,
    .attention = ATTENTION_REVIEW,
    .rules = rules,
    .rule_count = 1,
    .tickets = tickets,
    .ticket_count = 1
};
static struct drift_item secret = {
    .type = DRIFT_CONFIG,
    .module = "mb-auth",
    .path = "env.PASSWORD",
    .key = "PASSWORD",
    .current = {.present = true, .masked = true, .text = "••••"}
};

static bool passes(const char *text, const struct drift_thing *thing)
{
    struct error error = { 0 };
    struct filter *filter = filter_new(text, &drift_fields, 1, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = filter_test(filter, thing, "", 0);
    filter_free(&filter);
    return passed;
}

/* The words of the filter are those of the enumerations, in their order. */
static void choices_are_the_words_of_drift(void **state)
{
    static const struct {
        const char *field;
        int count;
    } choices[] = {
        {"severity",   SEVERITY_COUNT   },
        { "attention", ATTENTION_COUNT  },
        { "type",      DRIFT_TYPE_COUNT },
        { "change",    CHANGE_TYPE_COUNT}
    };

    (void)state;
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        for (size_t j = 0; j < drift_fields.count; j++) {
            const struct filter_field *field = &drift_fields.fields[j];

            if (strcmp(field->name, choices[i].field) != 0)
                continue;
            for (int k = 0; k < choices[i].count; k++) {
                const char *names[] = { severity_name((enum severity)(i == 0 ? k : 0)),
                                        attention_name((enum attention)(i == 1 ? k : 0)),
                                        drift_type_name((enum drift_type)(i == 2 ? k : 0)),
                                        change_type_name((enum change_type)(i == 3 ? k : 0)) };

                assert_int_equal(strcasecmp(field->values[k], names[i]), 0);
            }
            assert_null(field->values[choices[i].count]);
        }
}

static void an_item_is_found_by_what_it_is(void **state)
{
    struct drift_report report = { .code_count = 0 };
    struct drift_thing thing = { .report = &report, .item = &item };

    (void)state;
    assert_true(passes("severity>=high type:config ticket:MB-234", &thing));
    assert_false(passes("severity>high", &thing));
    assert_true(passes("attention:review category:env module:auth", &thing));
    assert_true(passes("path:env.* key=SESSION_TIMEOUT change:modified", &thing));
    assert_true(passes("value:15 value:30 rule:session", &thing));
    assert_false(passes("breaking:yes", &thing));
    assert_true(passes("expected:no ignored:no", &thing));
    assert_false(passes("lines>=0", &thing));
    assert_false(passes("since:99999w", &thing));
}

static void a_secret_is_not_found_by_its_signs(void **state)
{
    struct drift_report report = { .code_count = 0 };
    struct drift_thing thing = { .report = &report, .item = &secret };

    (void)state;
    assert_true(passes("key:password", &thing));
    assert_false(passes("value:*", &thing));
}

static void a_change_has_its_services_and_tickets(void **state)
{
    static struct ticket change_tickets[] = {
        {TICKET_KEY,     "MB-1"},
        { TICKET_NUMBER, "#12" }
    };
    static const char *services[] = { "mb-auth", "mb-web" };
    struct drift_change change = { .category = CATEGORY_BUG_FIXES,
                                   .tickets = change_tickets,
                                   .ticket_count = 2,
                                   .services = services,
                                   .service_count = 2,
                                   .breaking = true };
    struct drift_thing thing = { .change = &change };

    (void)state;
    assert_true(passes("ticket:\"#12\" module:mb-web category:bug_fixes breaking:yes", &thing));
    assert_false(passes("severity>=info", &thing));
}

static void a_commit_has_an_author_and_a_time(void **state)
{
    struct drift_code code = { .module = "mb-auth", .service = "mb-auth" };
    struct drift_commit commit = { .id = "9f8e7d6a",
                                   .author_name = "Alice",
                                   .author_email = "alice@example.org",
                                   .author_time = INT64_C(1737556200000),
                                   .counted = true,
                                   .insertions = 3,
                                   .deletions = 4 };
    struct drift_thing thing = { .commit = &commit, .code = &code };

    (void)state;
    assert_true(passes("author:alice@ commit:9f8e lines:7 at:2025-01-22 module:mb-auth", &thing));
    assert_false(passes("lines>7", &thing));
}

static void problems_and_sources_have_a_type_and_a_module(void **state)
{
    struct drift_problem problem = { .type = DRIFT_DATABASE, .service = "ledger" };
    struct drift_source source = { .type = DRIFT_CODE, .service = "mb-auth" };
    struct drift_thing things[] = { { .problem = &problem }, { .source = &source } };

    (void)state;
    assert_true(passes("type:database service:ledger", &things[0]));
    assert_true(passes("type:code module:auth", &things[1]));
    assert_false(passes("ticket:*", &things[0]));
}

static void add(void *to, const char *value)
{
    strbuf_printf(to, "%s ", value);
}

static void what_a_field_holds_is_offered_once(void **state)
{
    struct drift_item items[] = { item, secret, item };
    struct drift_report report = { .items = items, .item_count = 3 };
    struct strbuf out = STRBUF_INIT;
    size_t field = 0;

    (void)state;
    while (strcmp(drift_fields.fields[field].name, "module") != 0)
        field++;
    drift_field_values(&report, field, add, &out);
    assert_string_equal(out.data, "mb-auth ");
    strbuf_release(&out);
}

static void the_guide_knows_all_fields(void **state)
{
    (void)state;
    assert_guide_knows("The fields of a drift report", drift_fields.fields, drift_fields.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_are_the_words_of_drift),
        cmocka_unit_test(an_item_is_found_by_what_it_is),
        cmocka_unit_test(a_secret_is_not_found_by_its_signs),
        cmocka_unit_test(a_change_has_its_services_and_tickets),
        cmocka_unit_test(a_commit_has_an_author_and_a_time),
        cmocka_unit_test(problems_and_sources_have_a_type_and_a_module),
        cmocka_unit_test(what_a_field_holds_is_offered_once),
        cmocka_unit_test(the_guide_knows_all_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
