#include "app_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare.h>
#include <pilab/app/compare_lines.h>
#include <pilab/base/json.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/drift/json.h>

#include "../../support/fixture_repository.h"

/* A comparison in two halves. */

#define MANY 520 /* more files than are counted with the first answer */

struct lines_work {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static void write_files(struct builder *builder, int count, int version)
{
    for (int i = 0; i < count; i++) {
        char path[32], text[32];

        snprintf(path, sizeof path, "src/%03d.c", i);
        snprintf(text, sizeof text, "%d\n%s", i, version == 1 ? "" : "new\nlines\n");
        builder_write(builder, path, text);
    }
}

/* A project of one module; v2 changes few of its files, and v3 many more. */
static int set_up(void **state)
{
    struct lines_work *lines = memory_new(sizeof *lines);
    struct builder *builder;
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    lines->work = work;
    lines->fixture = fixture_new();
    builder = fixture_builder(lines->fixture);
    write_files(builder, MANY, 1);
    builder_commit(builder, "Begin");
    builder_tag(builder, "v1");
    write_files(builder, 3, 2);
    builder_commit(builder, "Change few");
    builder_tag(builder, "v2");
    write_files(builder, MANY, 2);
    builder_commit(builder, "Change the others");
    builder_tag(builder, "v3");
    fixture_open(lines->fixture);
    app_file(work, "in.yaml",
             arena_printf(lines->work->call.arena,
                          "pilab: 1\nproject: {name: P, code: P}\nmodules: [{name: app, "
                          "repository: \"%s\", tags: \"v{version}\"}]\n",
                          fixture_path(lines->fixture)));
    app_must(work, arena_printf(lines->work->call.arena, "project import %s/in.yaml",
                                lines->work->folder));
    *state = lines;
    return 0;
}

static int tear_down(void **state)
{
    struct lines_work *lines = *state;
    void *work = lines->work;

    fixture_free(&lines->fixture);
    free(lines);
    return app_teardown(&work);
}

/* Who waits for the lines: on one thread after another, as they come. */
struct waiting {
    struct drift_report *report;
    bool counting;
    size_t batches;
    atomic_bool *stop;          /* set with the first answer; NULL: it goes on */
    struct line_wishes *wishes; /* NULL: none; filled with the first answer */
    struct drift_line_count first[3];
    size_t first_count;
};

/* What is wished for last comes first. */
static void wish_for_some(struct line_wishes *wishes)
{
    line_wishes_add(wishes, &(struct line_wish){ true, 0, MANY - 1 });
    line_wishes_add(wishes, &(struct line_wish){ false, 0, 1 });
    line_wishes_add(wishes, &(struct line_wish){ false, 99, 0 });
    line_wishes_add(wishes, &(struct line_wish){ true, 0, 300 });
}

static void answered(void *context, struct drift_report *report, bool counting)
{
    struct waiting *waiting = context;

    waiting->report = report;
    waiting->counting = counting;
    if (counting) {
        assert_false(report->items[0].counted);
        drift_lines_start(report);
    }
    if (waiting->wishes != NULL)
        wish_for_some(waiting->wishes);
    if (waiting->stop != NULL)
        atomic_store(waiting->stop, true);
}

static void counted(void *context, struct line_batch *batch)
{
    struct waiting *waiting = context;

    waiting->batches++;
    for (size_t i = 0; i < batch->count && waiting->first_count < 3; i++)
        waiting->first[waiting->first_count++] = batch->counts[i];
    for (size_t i = 0; i < batch->count; i++)
        drift_lines_put(waiting->report, &batch->counts[i]);
    line_batch_free(batch);
}

static bool run(struct lines_work *lines, const char *previous, const char *current,
                struct waiting *waiting, struct drift_report **settled)
{
    struct compare_listener listener = {
        .answered = answered, .counted = counted, .context = waiting, .wishes = waiting->wishes
    };
    struct app_work *work = lines->work;
    struct compare_ask ask;

    compare_ask_all(&ask);
    ask.previous = previous;
    ask.current = current;
    return compare_run_lines(&work->call, &ask, &listener, settled, &work->error);
}

static char *json_of(const struct drift_report *report)
{
    struct strbuf text = STRBUF_INIT;
    json_t *json = drift_report_to_json(report), *item;
    size_t index;
    char *copy;

    json_object_del(json, "id");
    json_object_del(json, "created_at");
    json_object_del(json, "sources"); /* the time that they were read at */
    json_array_foreach(json_object_get(json, "items"), index, item)
    {
        json_object_del(item, "drifting_since");
        json_object_del(item, "unchanged_since");
    }
    json_write_canonical(&text, json);
    json_decref(json);
    copy = memory_copy_text(text.data);
    strbuf_release(&text);
    return copy;
}

static bool has_cache(const struct lines_work *lines)
{
    char *path = path_join(lines->work->settings.cache_directory, "cache.db");
    bool there = file_exists(path);

    free(path);
    return there;
}

static void many_files_are_counted_after_the_first_answer(void **state)
{
    struct lines_work *lines = *state;
    struct waiting waiting = { .stop = NULL };
    struct drift_report *settled;
    char *later, *at_once;

    assert_false(has_cache(lines));
    if (!run(lines, "1", "3", &waiting, &settled))
        fail_msg("%s", lines->work->error.message);
    assert_true(waiting.counting);
    assert_true(waiting.batches > 0);
    assert_int_equal(waiting.report->lines.files, MANY);
    assert_int_equal(waiting.report->lines.files_done, MANY);
    assert_int_equal(waiting.report->lines.commits_done, 2);
    assert_int_equal(waiting.report->codes[0].commits[0].insertions, 2 * (MANY - 3));
    assert_true(drift_lines_settle(waiting.report, &settled));
    /* What took long is kept for the next time, though nothing had made the cache before. */
    assert_true(has_cache(lines));
    app_must(lines->work, "drift 1..3 --counts");
    later = json_of(waiting.report);
    at_once = json_of(lines->work->result.report);
    assert_string_equal(later, at_once);
    free(later);
    free(at_once);
    drift_report_free(&waiting.report);
}

static void wishes_are_counted_before_all_others(void **state)
{
    struct lines_work *lines = *state;
    struct waiting waiting = { .wishes = line_wishes_new() };
    struct drift_report *settled;

    lines->work->settings.threads = 1;
    if (!run(lines, "1", "3", &waiting, &settled))
        fail_msg("%s", lines->work->error.message);
    assert_int_equal(waiting.first_count, 3);
    assert_true(waiting.first[0].file && waiting.first[0].index == 300);
    assert_true(!waiting.first[1].file && waiting.first[1].index == 1);
    assert_true(waiting.first[2].file && waiting.first[2].index == MANY - 1);
    assert_int_equal(waiting.report->lines.files_done, MANY);
    assert_int_equal(waiting.report->lines.commits_done, 2);
    assert_true(drift_lines_settle(waiting.report, &settled));
    drift_report_free(&waiting.report);
    line_wishes_drop(&waiting.wishes);
}

static void the_newest_wishes_are_kept(void **state)
{
    struct line_wishes *wishes = line_wishes_new(), *other = line_wishes_hold(wishes);
    struct line_wish wish = { .file = true };

    (void)state;
    for (wish.index = 0; wish.index < LINE_WISHES_MOST + 5; wish.index++)
        line_wishes_add(wishes, &wish);
    wish.index = 7;
    line_wishes_add(wishes, &wish);
    line_wishes_drop(&wishes);
    assert_null(wishes);
    assert_true(line_wishes_take(other, &wish));
    assert_int_equal(wish.index, 7);
    for (size_t i = LINE_WISHES_MOST + 4; i >= 5; i--) {
        if (i == 7)
            continue;
        assert_true(line_wishes_take(other, &wish));
        assert_int_equal(wish.index, i);
    }
    assert_false(line_wishes_take(other, &wish));
    line_wishes_drop(&other);
    line_wishes_drop(&other);
}

static void a_command_tells_who_waits_for_lines(void **state)
{
    struct lines_work *lines = *state;
    struct waiting waiting = { .stop = NULL };
    struct compare_listener listener = { .answered = answered,
                                         .counted = counted,
                                         .context = &waiting };

    lines->work->lines = &listener;
    app_must(lines->work, "drift 1..3");
    assert_true(waiting.counting);
    assert_int_equal(lines->work->result.kind, RESULT_TOLD);
    assert_true(drift_lines_settle(waiting.report, &lines->work->result.report));
    assert_int_equal(waiting.report->lines.state, LINES_COUNTED);
    drift_report_free(&waiting.report);
    app_must(lines->work, "drift 1..3 --save");
    assert_int_equal(lines->work->result.kind, RESULT_REPORT);
    lines->work->lines = NULL;
}

static void few_files_are_counted_with_it(void **state)
{
    struct lines_work *lines = *state;
    struct waiting waiting = { .stop = NULL };
    struct drift_report *settled;

    if (!run(lines, "1", "2", &waiting, &settled))
        fail_msg("%s", lines->work->error.message);
    assert_false(waiting.counting);
    assert_null(settled);
    assert_int_equal(waiting.batches, 0);
    assert_int_equal(waiting.report->lines.state, LINES_COUNTED);
    assert_int_equal(waiting.report->codes[0].insertions, 6);
    assert_false(has_cache(lines));
    drift_report_free(&waiting.report);
}

static void stopping_leaves_the_first_answer(void **state)
{
    struct lines_work *lines = *state;
    atomic_bool stop = false;
    struct waiting waiting = { .stop = &stop };
    struct drift_report *settled;

    lines->work->call.progress.cancel = &stop;
    assert_false(run(lines, "1", "3", &waiting, &settled));
    assert_int_equal(lines->work->error.code, ERROR_CANCELLED);
    assert_null(settled);
    assert_int_equal(waiting.report->item_count, MANY);
    lines->work->call.progress.cancel = NULL;
    drift_report_free(&waiting.report);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(many_files_are_counted_after_the_first_answer),
        CASE(wishes_are_counted_before_all_others),
        cmocka_unit_test(the_newest_wishes_are_kept),
        CASE(a_command_tells_who_waits_for_lines),
        CASE(few_files_are_counted_with_it),
        CASE(stopping_leaves_the_first_answer),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
