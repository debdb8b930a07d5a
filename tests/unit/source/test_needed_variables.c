#include "source_support.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>

/* What new code reads from its environment, and nothing there defines. */

#define CODE "const url = process.env.API_URL;\n"

static const struct drift_item *needed(const struct drift_report *report, const char *name)
{
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (item->type == DRIFT_CONFIG && strcmp(item->category, "needed") == 0 &&
            strcmp(item->key, name) == 0)
            return item;
    }
    return NULL;
}

static void begin(struct work *work)
{
    builder_write(work->build, "src/main.ts", CODE);
    builder_write(work->build, "deploy/values.yaml", "env: {API_URL: http://a, LOG: info}\n");
    work_commit(work, "Begin", "v1");
}

static void a_variable_that_nothing_defines_needs_a_look(void **state)
{
    struct work *work = *state;
    struct drift_report *report;
    const struct drift_item *item;

    begin(work);
    builder_append(work->build, "src/main.ts",
                   "const key = process.env.UPI_KEY;\nconst d = process.env.UPI_MODE || 'x';\n");
    work_commit(work, "MB-1: UPI", "v2");
    report = drift_detect(work_read(work));

    item = needed(report, "UPI_KEY");
    assert_non_null(item);
    assert_string_equal(item->current_at.file, "src/main.ts");
    assert_int_equal(item->current_at.line, 2);
    assert_int_equal(item->severity, SEVERITY_HIGH);
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason,
                        "src/main.ts:2 reads it, and no file here defines it");
    assert_null(needed(report, "UPI_MODE"));
    assert_null(needed(report, "API_URL"));
    drift_report_free(&report);
}

static void a_line_that_only_moved_needs_nothing(void **state)
{
    static const char key[] = "const key = process.env.UPI_KEY;\n";
    static const char mode[] = "const mode = process.env.UPI_MODE;\n";
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, "src/a.ts", key);
    builder_write(work->build, "src/gone.ts", mode);
    begin(work);
    builder_write(work->build, "src/a.ts", "export {};\n");
    builder_write(work->build, "src/b.ts", key);
    builder_append(work->build, "src/main.ts", mode);
    builder_append(work->build, "src/main.ts", "const more = process.env.UPI_MORE;\n");
    builder_remove(work->build, "src/gone.ts");
    work_commit(work, "MB-1: Tidy up", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    assert_null(needed(report, "UPI_MODE"));
    assert_non_null(needed(report, "UPI_MORE"));
    drift_report_free(&report);
}

/* One of more than 8 MiB. That it is not known is said. */
static void where_the_version_before_cannot_be_read_nothing_is_new(void **state)
{
    struct work *work = *state;
    struct strbuf large = STRBUF_INIT;
    struct drift_report *report;

    while (large.length <= 8u << 20)
        strbuf_add(&large, "// a long line of a file that somebody makes shorter later on\n");
    strbuf_add(&large, "const key = process.env.UPI_KEY;\n");
    builder_write(work->build, "src/large.ts", large.data);
    begin(work);
    builder_write(work->build, "src/large.ts", CODE "const key = process.env.UPI_KEY;\n");
    builder_append(work->build, "src/main.ts", "const more = process.env.UPI_MORE;\n");
    work_commit(work, "MB-1: Tidy up", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    assert_non_null(needed(report, "UPI_MORE"));
    assert_int_equal(report->problem_count, 1);
    assert_problem(&report->problems[0], DRIFT_CONFIG, "variables that the code reads",
                   "1 file of code could not be read, or is too large", false);
    assert_int_equal(report->run, RUN_PARTIAL);
    drift_report_free(&report);
    strbuf_release(&large);
}

static void any_file_that_could_define_it_is_enough(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    begin(work);
    builder_append(work->build, "src/main.ts", "const key = process.env.UPI_KEY;\n");
    builder_write(work->build, "chart/templates/deployment.yaml", "- name: UPI_KEY\n");
    work_commit(work, "MB-1: UPI", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    drift_report_free(&report);
}

/* Where none of what the code reads is defined here, it is defined somewhere else. */
static void without_a_witness_nothing_is_said(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, "src/main.ts", CODE);
    builder_write(work->build, "deploy/values.yaml", "env: {LOG: info}\n");
    work_commit(work, "Begin", "v1");
    builder_append(work->build, "src/main.ts", "const key = process.env.UPI_KEY;\n");
    builder_write(work->build, "deploy/values.yaml", "env: {LOG: debug}\n");
    work_commit(work, "MB-1: UPI", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    drift_report_free(&report);
}

static void what_another_environment_defines_blocks_this_one(void **state)
{
    static const char *const layers[] = { "deploy/values.yaml", "deploy/values-{env}.yaml" };
    struct work *work = *state;
    struct drift_report *report;
    const struct drift_item *item;

    begin(work);
    builder_append(work->build, "src/main.ts", "const key = process.env.UPI_KEY;\n");
    builder_write(work->build, "deploy/values-sit.yaml", "env: {UPI_KEY: k}\n");
    builder_write(work->build, "deploy/values-uat.yaml", "env: {LOG: warn}\n");
    work_commit(work, "MB-1: UPI", "v2");
    work_configure(work, layers, 2);
    work->modules[0].previous_environment = work->modules[0].current_environment = "UAT";
    work->request.previous.environment = "UAT";
    work->request.current.environment = "SIT";
    report = drift_detect(work_read(work));

    item = needed(report, "UPI_KEY");
    assert_non_null(item);
    assert_int_equal(item->attention, ATTENTION_BLOCKER);
    assert_string_equal(item->attention_reason, "src/main.ts:2 reads it, and UAT lacks it");
    drift_report_free(&report);
}

static void what_the_code_needs_is_asked_though_nobody_asks_for_the_code(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    begin(work);
    builder_append(work->build, "src/main.ts", "const key = process.env.UPI_KEY;\n");
    work_commit(work, "MB-1: UPI", "v2");
    work->request.types[DRIFT_CODE] = false;
    report = drift_detect(work_read(work));

    assert_non_null(needed(report, "UPI_KEY"));
    assert_int_equal(report->summary.by_drift_type[DRIFT_CODE], 0);
    drift_report_free(&report);
}

static void too_much_code_is_said(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    begin(work);
    for (int i = 0; i <= 2000; i++) {
        char path[32];

        snprintf(path, sizeof path, "src/%d.ts", i);
        builder_write(work->build, path, "const key = process.env.UPI_KEY;\n");
    }
    work_commit(work, "MB-1: UPI", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    assert_int_equal(report->problem_count, 1);
    assert_problem(&report->problems[0], DRIFT_CONFIG, "variables that the code reads",
                   "more than 2000 changed files of code: none was looked at", false);
    assert_source(work->input, "auth", DRIFT_CONFIG, SOURCE_FAILED,
                  "0 documents; what the code reads is not known");
    drift_report_free(&report);
}

static void tests_read_what_they_like(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    begin(work);
    builder_write(work->build, "test/e2e.ts", CODE "const key = process.env.UPI_KEY;\n");
    builder_write(work->build, "src/a.spec.ts", CODE "const key = process.env.UPI_KEY;\n");
    work_commit(work, "MB-1: test UPI", "v2");
    report = drift_detect(work_read(work));

    assert_null(needed(report, "UPI_KEY"));
    drift_report_free(&report);
}

/* The commit that brought the reading, not the newest one of its file; and nobody need ask for the
 * code to be told what it needs. */
static void a_need_is_tied_to_the_commit_that_brought_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;
    struct object_id brought;
    char hex[OBJECT_ID_HEX_SIZE];

    begin(work);
    builder_append(work->build, "src/main.ts", "const key = process.env.UPI_KEY;\n");
    brought = work_commit(work, "MB-10: UPI", NULL);
    builder_append(work->build, "src/main.ts", "const other = 1;\n");
    work_commit(work, "MB-11: another line", "v2");
    report = drift_detect(work_read(work));
    assert_string_equal(needed(report, "UPI_KEY")->commit, object_id_hex(&brought, hex));
    assert_int_equal(needed(report, "UPI_KEY")->ticket_count, 1);
    assert_string_equal(needed(report, "UPI_KEY")->tickets[0], "MB-10");
    drift_report_free(&report);

    comparison_free(&work->comparison);
    work->request.types[DRIFT_CODE] = false;
    report = drift_detect(work_read(work));
    assert_non_null(needed(report, "UPI_KEY"));
    drift_report_free(&report);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_variable_that_nothing_defines_needs_a_look),
        CASE(a_line_that_only_moved_needs_nothing),
        CASE(where_the_version_before_cannot_be_read_nothing_is_new),
        CASE(any_file_that_could_define_it_is_enough),
        CASE(without_a_witness_nothing_is_said),
        CASE(what_another_environment_defines_blocks_this_one),
        CASE(what_the_code_needs_is_asked_though_nobody_asks_for_the_code),
        CASE(too_much_code_is_said),
        CASE(tests_read_what_they_like),
        CASE(a_need_is_tied_to_the_commit_that_brought_it),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
