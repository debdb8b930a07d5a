#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/manifest.h>

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT},\n"
                              "               {name: UAT, stage: UAT, from: [SIT]}]\n"
                              "modules: [{name: auth, repository: /nonexistent},\n"
                              "          {name: \"=web\", repository: /nonexistent}]\n";

static void run_on_file(struct app_work *work, const char *verb, const char *name, const char *text,
                        const char *options)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%s %s %s", verb, app_file(work, name, text), options);
    if (!app_try(work, line.data))
        work->result.kind = RESULT_NOTHING;
    strbuf_release(&line);
}

static int manifest_setup(void **state)
{
    if (app_setup(state) != 0)
        return -1;
    run_on_file(*state, "project import", "pilab.yaml", project, "");
    return 0;
}

static size_t changed(struct app_work *work, const char *csv, const char *options)
{
    run_on_file(work, "manifest import", "m.csv", csv, options);
    if (work->result.kind != RESULT_LIST)
        fail_msg("%s", work->error.message);
    return json_array_size(work->result.items);
}

static void assert_refused(struct app_work *work, const char *csv, const char *said,
                           const char *hint)
{
    run_on_file(work, "manifest import", "m.csv", csv, "");
    assert_int_equal(work->result.kind, RESULT_NOTHING);
    assert_non_null(strstr(work->error.message, said));
    assert_string_equal(work->error.hint, hint);
    app_must(work, "manifest history auth");
    assert_int_equal(json_array_size(work->result.items), 0);
}

static void a_file_is_imported_once(void **state)
{
    struct app_work *work = *state;
    static const char csv[] = "\xEF\xBB\xBFmodule;SIT;UAT\r\nauth;2.0.7;?\r\n'=web;1.0;\r\n";

    assert_int_equal(changed(work, csv, "--dry-run"), 2);
    assert_int_equal(changed(work, csv, ""), 2);
    assert_int_equal(changed(work, csv, ""), 0);
    app_must(work, "manifest history auth SIT");
    assert_int_equal(json_array_size(work->result.items), 1);
}

static void lines_of_cells_are_read_as_well(void **state)
{
    struct app_work *work = *state;

    assert_int_equal(changed(work, "module,environment,version\nauth,uat,2.0.6\n", ""), 1);
    app_must(work, "manifest history auth UAT");
    assert_int_equal(json_array_size(work->result.items), 1);
}

static void a_wrong_name_is_refused_with_its_line_and_nothing_is_written(void **state)
{
    struct app_work *work = *state;

    assert_refused(work, "module,SIT\nauth,1\nauht,2\n",
                   "m.csv:3: Mobile Banking has no module auht", "is auth meant?");
    assert_refused(work, "module,SIT,UTA\nauth,1,2\n",
                   "m.csv:1: Mobile Banking has no environment UTA", "is UAT meant?");
    assert_refused(work, "module,SIT\nauth,1\nauth,2\n", "m.csv:3: auth stands in line 2 already",
                   "");
    assert_refused(work, "module,SIT\nauth,1,2\n", "m.csv:2: the line has 3 fields", "");
}

static void what_is_exported_is_taken_back(void **state)
{
    struct app_work *work = *state;
    char *csv;

    changed(work, "module,SIT,UAT\nauth,2.0.7,-1\n'=web,'=1+1,\n", "");
    app_must(work, "manifest export");
    csv = strdup(work->result.text.data);
    assert_non_null(strstr(csv, "\"'=web\",\"'=1+1\",\"\"\r\n"));
    assert_int_equal(changed(work, csv, ""), 0);
    free(csv);
    app_must(work, "manifest export --format json");
    csv = strdup(work->result.text.data);
    assert_int_equal(changed(work, csv, ""), 0);
    free(csv);
}

static void states_are_compared_one_row_a_module(void **state)
{
    struct app_work *work = *state;

    changed(work, "module,SIT,UAT\nauth,2.0.7,2.0.6\n'=web,1,1\n", "");
    app_must(work, "manifest compare env:UAT env:SIT");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_string_equal(json_string_value(
                            json_object_get(json_array_get(work->result.items, 0), "previous")),
                        "2.0.6");
    app_must(work, "manifest baseline gold --reason because");
    app_must(work, "manifest set auth UAT 2.0.7");
    app_must(work, "manifest compare baseline:gold@UAT UAT");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must_fail(work, "manifest compare baseline:gold UAT", ERROR_AMBIGUOUS,
                  "'baseline:gold' is of the whole manifest: say which environment");
    app_must_fail(work, "manifest compare baseline:silver UAT", ERROR_NOT_FOUND,
                  "there is no baseline silver");
    app_must_fail(work, "manifest baseline gold", ERROR_USAGE, "a baseline needs a reason");
}

static void times_are_read_as_people_say_them(void **state)
{
    const int64_t now = INT64_C(1737556200000), day = INT64_C(86400000);
    struct error error = { 0 };
    int64_t at;

    (void)state;
    assert_true(manifest_time_parse("3 days ago", now, &at, &error));
    assert_int_equal(at, now - 3 * day);
    assert_true(manifest_time_parse("1 week ago", now, &at, &error));
    assert_int_equal(at, now - 7 * day);
    assert_true(manifest_time_parse("yesterday", now, &at, &error));
    assert_int_equal(at, now - day);
    assert_true(manifest_time_parse("2025-01-22", now, &at, &error));
    assert_false(manifest_time_parse("soon", now, &at, &error));
    assert_string_equal(error_code_name(error.code), "usage");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, manifest_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_is_imported_once),
        CASE(lines_of_cells_are_read_as_well),
        CASE(a_wrong_name_is_refused_with_its_line_and_nothing_is_written),
        CASE(what_is_exported_is_taken_back),
        CASE(states_are_compared_one_row_a_module),
        cmocka_unit_test(times_are_read_as_people_say_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
