#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/drift/types.h>

static void names_are_those_of_the_contract(void **state)
{
    (void)state;
    assert_string_equal(drift_type_name(DRIFT_INFRASTRUCTURE), "infrastructure");
    assert_string_equal(severity_name(SEVERITY_CRITICAL), "CRITICAL");
    assert_string_equal(attention_name(ATTENTION_BLOCKER), "blocker");
    assert_string_equal(change_type_name(CHANGE_TYPE_DELETED), "deleted");
    assert_string_equal(change_detail_name(DETAIL_TYPE_CHANGED), "type_changed");
    assert_string_equal(change_detail_name(DETAIL_NONE), "");
    assert_string_equal(source_state_name(SOURCE_NOT_CONFIGURED), "not_configured");
    assert_string_equal(run_state_name(RUN_PARTIAL), "PARTIAL");
    assert_string_equal(change_category_name(CATEGORY_BUG_FIXES), "bug_fixes");
    assert_string_equal(disposition_name(DISPOSITION_ALREADY_SHIPPED), "already_shipped");
}

static void every_name_is_read_back_in_any_case(void **state)
{
    enum drift_type type;
    enum severity severity;
    enum attention attention;
    enum change_category category;
    enum change_type change;
    enum change_detail detail;
    enum source_state source;
    enum run_state run;
    enum disposition disposition;

    (void)state;
    assert_true(drift_type_parse("IMAGE", &type) && type == DRIFT_IMAGE);
    assert_true(severity_parse("high", &severity) && severity == SEVERITY_HIGH);
    assert_true(attention_parse("Review", &attention) && attention == ATTENTION_REVIEW);
    assert_true(change_category_parse("FEATURES", &category) && category == CATEGORY_FEATURES);
    assert_true(change_type_parse("Added", &change) && change == CHANGE_TYPE_ADDED);
    assert_true(change_detail_parse("", &detail) && detail == DETAIL_NONE);
    assert_true(source_state_parse("FAILED", &source) && source == SOURCE_FAILED);
    assert_true(run_state_parse("completed", &run) && run == RUN_COMPLETED);
    assert_true(disposition_parse("Merge", &disposition) && disposition == DISPOSITION_MERGE);
}

static void what_is_no_name_is_refused(void **state)
{
    enum severity severity = SEVERITY_LOW;
    enum drift_type type;
    enum run_state run;

    (void)state;
    assert_false(severity_parse("HIGHER", &severity));
    assert_false(severity_parse("", &severity));
    assert_false(severity_parse(NULL, &severity));
    assert_int_equal(severity, SEVERITY_LOW);
    assert_false(drift_type_parse("cod", &type));
    assert_false(run_state_parse("DONE", &run));
}

static void the_graver_severity_is_the_greater(void **state)
{
    (void)state;
    assert_true(SEVERITY_CRITICAL > SEVERITY_HIGH);
    assert_true(SEVERITY_HIGH > SEVERITY_MEDIUM);
    assert_true(SEVERITY_MEDIUM > SEVERITY_LOW);
    assert_true(SEVERITY_LOW > SEVERITY_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_contract),
        cmocka_unit_test(every_name_is_read_back_in_any_case),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(the_graver_severity_is_the_greater),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
