#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/kept_run.h>
#include <pilab/app/kept_note.h>
#include <pilab/app/stored.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../../support/fixture_repository.h"

/* A project of one module, 2.0.6 in UAT and 2.0.7 in SIT. */
struct kept {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static void write_project(struct kept *kept, const char *name, const char *code)
{
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&text,
                  "pilab: 1\nproject: {name: %s, code: %s}\n"
                  "environments: [{name: SIT, stage: SIT}, {name: UAT, stage: UAT, from: [SIT]}]\n"
                  "modules: [{name: auth, repository: \"%s\", tags: \"v{version}\"}]\n",
                  name, code, fixture_path(kept->fixture));
    app_file(kept->work, "in.yaml", text.data);
    strbuf_printf(&line, "project import %s/in.yaml", kept->work->folder);
    app_must(kept->work, line.data);
    strbuf_release(&text);
    strbuf_release(&line);
}

static int kept_setup(void **state)
{
    struct kept *kept = memory_new(sizeof *kept);
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    kept->work = work;
    kept->fixture = fixture_two_versions();
    write_project(kept, "Mobile Banking", "MB");
    app_must(kept->work, "manifest set auth UAT 2.0.6");
    app_must(kept->work, "manifest set auth SIT 2.0.7");
    *state = kept;
    return 0;
}

static int kept_teardown(void **state)
{
    struct kept *kept = *state;
    void *work = kept->work;

    fixture_free(&kept->fixture);
    free(kept);
    return app_teardown(&work);
}

static const char *first_member(struct app_work *work, const char *line, const char *member)
{
    app_must(work, line);
    assert_int_equal(json_array_size(work->result.items), 1);
    return json_member_text(json_array_get(work->result.items, 0), member);
}

static void a_run_is_kept_with_its_items_and_an_entry(void **state)
{
    struct kept *kept = *state;
    struct app_work *work = kept->work;
    char *entry;

    app_must(work, "drift --from SIT --to UAT --save");
    assert_int_equal(work->result.report->number, 1);
    assert_true(work->result.differences);
    assert_true(work->result.report->items[0].first_seen > 0);
    entry = app_newest_entry(work, "drift.run");
    assert_non_null(strstr(entry, "olga report:"));
    assert_non_null(strstr(entry, "\"current\":\"env:SIT\""));
    free(entry);
    assert_string_equal(first_member(work, "report list", "run"), "COMPLETED");
    assert_string_equal(first_member(work, "report list", "title"), "UAT..SIT");
    app_must(work, "report show 1");
    assert_int_equal(work->result.kind, RESULT_REPORT);
    assert_string_equal(work->result.report->project_code, "MB");
    app_must(work, "report show #1");
}

static void what_is_seen_again_keeps_its_first_time(void **state)
{
    struct kept *kept = *state;
    struct app_work *work = kept->work;
    int64_t first;

    app_must(work, "drift --from SIT --to UAT --save");
    first = work->result.report->items[0].first_seen;
    app_must(work, "drift --from SIT --to UAT --save");
    assert_int_equal(work->result.report->number, 2);
    assert_int_equal(work->result.report->items[0].first_seen, first);
}

static void without_saving_nothing_is_kept(void **state)
{
    struct kept *kept = *state;
    struct app_work *work = kept->work;

    app_must(work, "drift --from SIT --to UAT");
    assert_int_equal(work->result.report->number, 0);
    app_must(work, "report list");
    assert_int_equal(json_array_size(work->result.items), 0);
}

/* Keeps the notes of the last command's report, as whoever is at the keyboard. */
static bool keep_notes(struct app_work *work, struct error *error)
{
    struct drift_report *report = work->result.report;
    struct note *note = note_generate(report, NULL);
    struct store_note row;
    struct call call;
    bool kept;

    call_start(&call, &work->settings);
    assert_true(app_open_for_saving(&call, NULL));
    kept = note_keep(&call, report, note, NULL, &row, error);
    call_end(&call);
    note_free(&note);
    return kept;
}

static void notes_are_kept_with_their_report_by_who_may(void **state)
{
    struct app_work *work = ((struct kept *)*state)->work;
    struct error error = { 0 };

    app_add_user(work, "vera", "MB", "VIEWER");
    app_must(work, "drift --from SIT --to UAT");
    app_login(work, "vera");
    assert_false(keep_notes(work, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(work->result.report->number, 0);
    app_login(work, "olga");
    assert_true(keep_notes(work, NULL));
    assert_int_equal(work->result.report->number, 1);
    /* A second time, the report is there already. */
    assert_true(keep_notes(work, NULL));
    assert_int_equal(work->result.report->number, 1);
    app_must(work, "report list");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must(work, "note list");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void a_run_that_comes_to_nothing_is_seen_as_failed(void **state)
{
    struct kept *kept = *state;
    struct app_work *work = kept->work;
    char *entry;

    assert_false(app_try(work, "drift --module nothing --from SIT --to UAT --save"));
    assert_string_equal(first_member(work, "report list", "run"), "FAILED");
    entry = app_newest_entry(work, "drift.failed");
    assert_non_null(strstr(entry, "\"reason\":"));
    free(entry);
}

static void an_id_of_another_project_opens_nothing(void **state)
{
    struct kept *kept = *state;
    struct app_work *work = kept->work;
    char *id, *line;

    app_must(work, "drift --from SIT --to UAT --save");
    id = memory_copy_text(first_member(work, "report list", "id"));
    app_add_user(work, "nina", NULL, NULL);
    write_project(kept, "Other", "XY");
    app_add_user(work, "otto", "XY", "OWNER");
    app_login(work, "otto");
    line = memory_printf("report show %s", id);
    assert_false(app_try(work, line));
    assert_string_equal(error_code_name(work->error.code), "not_found");
    assert_non_null(strstr(work->error.message, "the project XY has no report"));
    free(line);
    line = memory_printf("report export %s", id);
    assert_false(app_try(work, line));
    free(line);
    app_login(work, "olga");
    line = memory_printf("report show %s --project MB", id);
    app_must(work, line);
    free(line);
    free(id);
}

static void numbers_and_ids_that_are_none_are_told(void **state)
{
    struct kept *kept = *state;

    app_must_fail(kept->work, "report show x", ERROR_USAGE,
                  "'x' is neither the number nor the id of a report");
    assert_string_equal(kept->work->error.hint, "`pilab report list` shows them");
    assert_false(app_try(kept->work, "report show 9"));
    assert_int_equal(kept->work->error.code, ERROR_NOT_FOUND);
    assert_string_equal(kept->work->error.hint, "`pilab report list` shows the reports");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, kept_setup, kept_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_run_is_kept_with_its_items_and_an_entry),
        CASE(what_is_seen_again_keeps_its_first_time),
        CASE(without_saving_nothing_is_kept),
        CASE(notes_are_kept_with_their_report_by_who_may),
        CASE(a_run_that_comes_to_nothing_is_seen_as_failed),
        CASE(an_id_of_another_project_opens_nothing),
        CASE(numbers_and_ids_that_are_none_are_told),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
