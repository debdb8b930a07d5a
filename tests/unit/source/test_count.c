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
    struct line_listener listener = { .counted = note, .context = &told };
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
    struct line_listener listener = { .counted = note, .context = &told };
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

/* A screen that wants one after the other. */
struct looking {
    struct told told; /* first: its address is this one's */
    struct line_place wanted[8];
    size_t wanted_count, asked;
};

static bool look(void *context, struct line_place *place)
{
    struct looking *looking = context;

    if (looking->asked == looking->wanted_count)
        return false;
    *place = looking->wanted[looking->asked++];
    return true;
}

static void what_is_looked_at_is_counted_first(void **state)
{
    struct work *work = *state;
    struct looking looking = { .wanted_count = 8 };
    struct line_listener listener = { note, look, &looking };
    const struct line_count *counts = looking.told.counts;
    const struct code_input *code;
    size_t oldest;

    build(work);
    work->request.threads = 1;
    code = work_read(work)->modules[0].code;
    oldest = code->ahead_count - 1;
    looking.wanted[0] = (struct line_place){ 7, false, 0 }; /* of no module */
    looking.wanted[1] = (struct line_place){ 0, false, oldest };
    looking.wanted[2] = (struct line_place){ 0, true, 2 };
    looking.wanted[3] = (struct line_place){ 0, false, oldest }; /* once is enough */
    looking.wanted[4] = (struct line_place){ 0, false, 0 };      /* a merge has none */
    looking.wanted[5] = (struct line_place){ 0, true, 99 };
    looking.wanted[6] = (struct line_place){ 0, true, 2 };
    looking.wanted[7] = (struct line_place){ 0, true, 1 };
    assert_true(code->ahead[0].parent_count > 1);
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    assert_int_equal(looking.asked, 8);
    assert_int_equal(looking.told.count, 3 + 2);
    assert_true(!counts[0].file && counts[0].index == oldest);
    assert_true(counts[1].file && counts[1].index == 2);
    assert_true(counts[2].file && counts[2].index == 1);
    assert_true(counts[3].file && counts[3].index == 0);
    assert_false(counts[4].file);
    assert_true(code->counts);
}

static void another_module_may_be_looked_at(void **state)
{
    struct work *work = *state;
    struct looking looking = {
        .wanted = {{ 1, true, 2 }, { 0, true, 1 }},
          .wanted_count = 2
    };
    struct line_listener listener = { note, look, &looking };
    const struct line_count *counts = looking.told.counts;

    build(work);
    work_add_module(work, "second");
    work->request.threads = 1;
    work_read(work);
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    assert_int_equal(looking.told.count, 2 * (3 + 2));
    assert_true(counts[0].module == 1 && counts[0].file && counts[0].index == 2);
    assert_true(counts[1].module == 0 && counts[1].file && counts[1].index == 1);
    for (size_t i = 0; i < looking.told.count; i++) {
        for (size_t k = 0; k < i; k++)
            assert_false(counts[i].module == counts[k].module && counts[i].file == counts[k].file &&
                         counts[i].index == counts[k].index);
    }
}

static void what_many_threads_count_in_any_order_is_the_same(void **state)
{
    struct work *work = *state;
    struct looking looking = { .wanted_count = 8 };
    struct line_listener listener = { note, look, &looking };
    char *in_order, *as_wanted;

    build(work);
    work_add_module(work, "second");
    work_read(work);
    assert_true(comparison_count(work->comparison, NULL, &work->progress, &work->error));
    in_order = report_json(comparison_input(work->comparison));
    for (size_t i = 0; i < 8; i++)
        looking.wanted[i] = (struct line_place){ i % 2, i % 4 < 2, i % 3 };
    work->request.threads = 4;
    work_read(work);
    assert_true(comparison_count(work->comparison, &listener, &work->progress, &work->error));
    as_wanted = report_json(comparison_input(work->comparison));
    assert_int_equal(looking.told.count, 2 * (3 + 2));
    assert_string_equal(as_wanted, in_order);
    free(in_order);
    free(as_wanted);
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
    struct line_listener listener = { .counted = note, .context = &told };

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
    struct line_listener listener = { .counted = note, .context = &told };
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
    assert_int_equal(input->problem_count, 2); /* what the code needs is the other */
    assert_problem(&input->problems[0], DRIFT_CONFIG, "variables that the code reads",
                   "1 file of code could not be read, or is too large", false);
    assert_problem(&input->problems[1], DRIFT_CODE, "changed lines",
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

/* The report of it as JSON, without what says when and as what it was made. */
static void write_content(struct work *work, struct strbuf *out)
{
    struct drift_report *report = drift_detect(work_read(work));
    json_t *json = drift_report_to_json(report), *source;
    size_t i;

    json_object_del(json, "id");
    json_object_del(json, "created_at");
    json_array_foreach(json_object_get(json, "sources"), i, source) json_object_del(source, "at");
    json_write_canonical(out, json);
    json_decref(json);
    drift_report_free(&report);
}

static void at_another_time_the_content_is_the_same(void **state)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct work *work = *state;

    builder_write(work->build, "deploy/values.yaml", "a: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, "deploy/values.yaml", "a: 2\n");
    builder_write(work->build, "deploy/broken.yaml", "a: [\n");
    work_commit(work, "Change", "v2");
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++)
        work->request.types[i] = true;
    write_content(work, &first);
    work->request.clock = clock_frozen(1900000000000);
    work->request.random = random_seeded(99);
    work->request.threads = 1;
    write_content(work, &second);

    assert_string_equal(first.data, second.data);
    strbuf_release(&first);
    strbuf_release(&second);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(at_another_time_the_content_is_the_same),
        CASE(what_is_counted_later_is_what_is_counted_at_once),
        CASE(files_come_first_and_then_the_newest_commit),
        CASE(what_is_looked_at_is_counted_first),
        CASE(another_module_may_be_looked_at),
        CASE(what_many_threads_count_in_any_order_is_the_same),
        CASE(what_is_kept_is_not_counted_again),
        CASE(what_is_missing_is_unknown_and_one_problem),
        CASE(stopping_ends_the_counting),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
