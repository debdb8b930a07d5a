#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/json.h>
#include <pilab/drift/lines.h>

#include "../../support/code_fixture.h"

/* The lines of a report that come after it. */

struct lines_work {
    struct code_fixture fixture;
    struct drift_report *report; /* the fixture's */
};

/* Two commits, and two files of which one is large. */
static int set_up(void **state)
{
    static struct lines_work work;

    code_fixture_start(&work.fixture);
    commit_fixture_add(&work.fixture.ahead[0], "MB-1 Change the one");
    commit_fixture_file(&work.fixture.ahead[0], "src/one.c", NULL);
    commit_fixture_add(&work.fixture.ahead[0], "MB-2 Change the other");
    commit_fixture_file(&work.fixture.ahead[0], "src/two.c", NULL);
    code_fixture_file(&work.fixture, FILE_MODIFIED, "src/one.c", NULL, 0, 0);
    code_fixture_file(&work.fixture, FILE_MODIFIED, "src/two.c", NULL, 0, 0);
    for (size_t i = 0; i < 2; i++)
        work.fixture.codes[0].files.changes[i].counted = false;
    code_fixture_detect(&work.fixture);
    work.report = work.fixture.report;
    *state = &work;
    return 0;
}

static int tear_down(void **state)
{
    struct lines_work *work = *state;

    code_fixture_end(&work->fixture);
    return 0;
}

static void assert_lines(const struct drift_report *report, bool brief, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    drift_text_lines(&text, report, brief, true);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static void put(struct drift_report *report, bool file, size_t index, bool known, uint64_t lines)
{
    drift_lines_put(report, &(struct drift_line_count){ .file = file,
                                                        .index = index,
                                                        .known = known,
                                                        .insertions = lines,
                                                        .deletions = 1 });
}

static void a_report_that_nobody_counts_says_nothing(void **state)
{
    const struct lines_work *work = *state;

    assert_int_equal(work->report->lines.state, LINES_LEFT_OUT);
    assert_int_equal(work->report->lines.commits, 2);
    assert_int_equal(work->report->lines.files, 2);
    assert_lines(work->report, false, "");
}

static void what_came_is_said_until_all_did(void **state)
{
    struct drift_report *report = ((struct lines_work *)*state)->report;
    struct strbuf text = STRBUF_INIT;

    drift_lines_start(report);
    assert_lines(report, false, "lines counted of 0 of 2 files");
    put(report, true, 0, true, 12);
    put(report, true, 0, true, 99); /* it is known by now */
    put(report, true, 7, true, 1);  /* there is none */
    assert_lines(report, false, "lines counted of 1 of 2 files");
    assert_lines(report, true, "lines 25 %");
    put(report, true, 1, false, 0);
    put(report, false, 1, true, 3);
    assert_lines(report, false, "lines counted of 1 of 2 commits");
    drift_text_item_lines(&text, &report->items[0], true);
    strbuf_add_char(&text, ' ');
    drift_text_item_lines(&text, &report->items[1], true);
    strbuf_add_char(&text, ' ');
    drift_text_commit_lines(&text, &report->codes[0].commits[0], true);
    strbuf_add_char(&text, ' ');
    drift_text_commit_lines(&text, &report->codes[0].commits[1], true);
    assert_string_equal(text.data, "+12 −1 ?  +3 −1");
    drift_lines_stop(report);
    assert_lines(report, false, "lines counted of 1 of 2 commits, stopped");
    strbuf_release(&text);
}

static void settling_judges_anew_and_moves_nothing(void **state)
{
    struct lines_work *work = *state;
    struct drift_report *report = work->report, *settled;
    const struct drift_item *item = &report->items[0];
    char id[sizeof report->id];

    memcpy(id, report->id, sizeof id);
    report->number = 7;
    assert_int_equal(item->severity, SEVERITY_LOW);
    drift_lines_start(report);
    work->fixture.codes[0].counts = true;
    for (size_t i = 0; i < 2; i++) {
        struct file_change *file = &work->fixture.codes[0].files.changes[i];

        file->counted = true;
        file->insertions = i == 0 ? 1200 : 3;
        file->deletions = 5;
    }
    work->fixture.codes[0].files.insertions = 1203;
    work->fixture.codes[0].files.deletions = 10;
    settled = drift_detect(&work->fixture.input);
    assert_true(drift_lines_settle(report, &settled));
    assert_null(settled);
    assert_int_equal(item->severity, SEVERITY_MEDIUM);
    assert_string_equal(item->rules[0].rule, "code.large");
    assert_int_equal(report->summary.by_severity[SEVERITY_MEDIUM], 1);
    assert_string_equal(report->id, id);
    assert_int_equal(report->number, 7);
    assert_lines(report, false, "+1,203 −10 lines");
    assert_lines(report, true, "+1,203 −10");
}

static void what_is_kept_half_counted_says_so(void **state)
{
    struct drift_report *report = ((struct lines_work *)*state)->report, *again;
    json_t *json, *items;

    drift_lines_start(report);
    put(report, true, 0, true, 12);
    put(report, false, 0, true, 3);
    drift_lines_stop(report);
    json = drift_report_to_json(report);
    items = json_object_get(json, "items");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(items, 0), "insertions")),
                     12);
    assert_true(json_is_null(json_object_get(json_array_get(items, 1), "insertions")));
    again = drift_report_from_json(json, NULL);
    json_decref(json);
    assert_true(again->items[0].counted);
    assert_false(again->items[1].counted);
    assert_true(again->codes[0].commits[0].counted);
    assert_false(again->codes[0].commits[1].counted);
    assert_lines(again, false, "lines counted of 1 of 2 files, stopped");
    drift_report_free(&again);
}

static void another_input_settles_nothing(void **state)
{
    struct lines_work *work = *state;
    struct drift_report *other;

    drift_lines_start(work->report);
    code_fixture_file(&work->fixture, FILE_ADDED, "src/three.c", NULL, 1, 0);
    other = drift_detect(&work->fixture.input);
    assert_false(drift_lines_settle(work->report, &other));
    assert_null(other);
    assert_int_equal(work->report->lines.state, LINES_COMING);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_report_that_nobody_counts_says_nothing),
        CASE(what_came_is_said_until_all_did),
        CASE(settling_judges_anew_and_moves_nothing),
        CASE(what_is_kept_half_counted_says_so),
        CASE(another_input_settles_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
