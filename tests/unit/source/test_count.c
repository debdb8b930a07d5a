#include "source_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/drift/json.h>

/* The lines of a comparison, counted after it. */

#define MOST_TOLD 32

struct told {
    struct line_count counts[MOST_TOLD];
    size_t count;
};

static void note(void *context, const struct line_count *count)
{
    struct told *told = context;

    assert_true(told->count < MOST_TOLD);
    told->counts[told->count++] = *count;
}

/* Three files and three commits between v1 and v2, one of which is a merge. */
static void build(struct work *work)
{
    builder_write(work->build, "a.c", "one\ntwo\n");
    work_commit(work, "Begin", "v1");
    builder_branch(work->build, "side");
    builder_switch(work->build, "side");
    builder_write(work->build, "b.c", "1\n2\n3\n");
    work_commit(work, "Add b", NULL);
    builder_switch(work->build, "main");
    builder_write(work->build, "a.c", "one\n2\n3\n");
    builder_write_bytes(work->build, "c.bin", "\0\1", 2, 0100644);
    work_commit(work, "Change a", NULL);
    builder_merge(work->build, "side", "Merge side");
    builder_tag(work->build, "v2");
}

static char *report_json(const struct drift_input *input)
{
    struct drift_report *report = drift_detect(input);
    struct strbuf text = STRBUF_INIT;
    json_t *json = drift_report_to_json(report);
    char *copy;

    json_object_del(json, "id");
    json_write_canonical(&text, json);
    json_decref(json);
    drift_report_free(&report);
    copy = memory_copy_text(text.data);
    strbuf_release(&text);
    return copy;
}

static void what_is_counted_later_is_what_is_counted_at_once(void **state)
{
    struct work *work = *state;
    struct told told = { .count = 0 };
    struct line_listener listener = { note, &told };
    char *later, *at_once;

    build(work);
    work_read(work);
    assert_int_equal(comparison_lines_to_read(work->comparison), 3 + 3);
    if (!comparison_count(work->comparison, &listener, &work->progress, &work->error))
        fail_msg("%s", work->error.message);
    later = report_json(comparison_input(work->comparison));
    work->request.counts = true;
    at_once = report_json(work_read(work));
    assert_string_equal(later, at_once);
    free(later);
    free(at_once);
}

static void files_come_first_and_then_the_newest_commit(void **state)
{
    struct work *work = *state;
    struct told told = { .count = 0 };
    struct line_listener listener = { note, &told };
    const struct code_input *code;

    build(work);
    code = work_read(work)->modules[0].code;
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    assert_int_equal(told.count, 3 + 2);
    assert_true(told.counts[0].file);
    assert_int_equal(told.counts[0].insertions, 2);
    assert_int_equal(told.counts[0].deletions, 1);
    assert_true(told.counts[2].binary);
    assert_false(told.counts[3].file);
    assert_true(told.counts[3].index < told.counts[4].index);
    for (size_t i = 3; i < told.count; i++)
        assert_true(code->ahead[told.counts[i].index].parent_count < 2);
}

/* Counts that are kept, of whichever commit. */
struct keeper {
    size_t loads, saves;
    bool full;
};

static bool load(void *context, const struct object_id *commit, const char *directory,
                 uint64_t *insertions, uint64_t *deletions, uint64_t *files)
{
    struct keeper *keeper = context;

    (void)commit;
    (void)directory;
    keeper->loads++;
    *insertions = 70;
    *deletions = 7;
    *files = 1; /* of the one that added b.c; the other changed two */
    return keeper->full;
}

static void save(void *context, const struct object_id *commit, const char *directory,
                 uint64_t insertions, uint64_t deletions, uint64_t files)
{
    struct keeper *keeper = context;

    (void)commit;
    (void)directory;
    (void)insertions;
    (void)deletions;
    (void)files;
    keeper->saves++;
}

static void what_is_kept_is_not_counted_again(void **state)
{
    struct work *work = *state;
    struct keeper keeper = { .full = false };
    struct told told = { .count = 0 };
    struct line_listener listener = { note, &told };

    build(work);
    work->request.history.load_counts = load;
    work->request.history.save_counts = save;
    work->request.history.counts_context = &keeper;
    work_read(work);
    assert_true(comparison_count(work->comparison, NULL, &work->progress, &work->error));
    assert_int_equal(keeper.loads, 2);
    assert_int_equal(keeper.saves, 2);
    keeper.full = true;
    work_read(work);
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    assert_int_equal(keeper.saves, 3);
    assert_false(told.counts[0].file); /* it is known before anything is read */
    assert_int_equal(told.counts[0].insertions, 70);
}

static void what_is_missing_is_unknown_and_one_problem(void **state)
{
    struct work *work = *state;
    struct told told = { .count = 0 };
    struct line_listener listener = { note, &told };
    const struct drift_input *input;
    struct drift_report *report;
    struct object_id blob;
    size_t unknown = 0;

    build(work);
    blob = work_read(work)->modules[0].code->files.changes[0].new_blob;
    fixture_lose_object(work->fixture, &blob);
    work_read(work);
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    for (size_t i = 0; i < told.count; i++)
        unknown += !told.counts[i].known;
    assert_int_equal(unknown, 2); /* the file, and the commit that made it so */
    input = comparison_input(work->comparison);
    assert_int_equal(input->problem_count, 1);
    assert_problem(&input->problems[0], DRIFT_CODE, "changed lines",
                   "those of 1 commit and 1 file could not be counted: objects are missing or "
                   "damaged",
                   true);
    report = drift_detect(input);
    assert_true(report->items[0].unread);
    assert_false(report->items[0].counted);
    assert_false(report->codes[0].counted);
    assert_int_equal(report->lines.state, LINES_COUNTED);
    drift_report_free(&report);
}

static void stopping_ends_the_counting(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = false;

    build(work);
    work->progress.cancel = &cancel;
    work_read(work);
    cancel = true;
    assert_false(comparison_count(work->comparison, NULL, &work->progress, &work->error));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_counted_later_is_what_is_counted_at_once),
        CASE(files_come_first_and_then_the_newest_commit),
        CASE(what_is_kept_is_not_counted_again),
        CASE(what_is_missing_is_unknown_and_one_problem),
        CASE(stopping_ends_the_counting),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
