/* Decisions about differences, and how long each has been there. */
#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/decision.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/drift/deciding.h>
#include <pilab/store/connection.h>

#include "../../support/fixture_repository.h"

#define DAY  INT64_C(86400000)
#define NOON (INT64_C(20109) * DAY + DAY / 2) /* 2025-01-21T12:00:00Z */

/* A project of one module: 2.0.6 in PROD and UAT, 2.0.7 in SIT. The clock stands where a test puts
 * it. */
struct scene {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static void write_version(struct builder *builder, const char *tag, const char *values)
{
    builder_write(builder, "values.yaml", values);
    builder_commit(builder, tag);
    builder_tag(builder, tag);
}

static struct fixture_repository *make_repository(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);

    write_version(builder, "v2.0.6", "timeout: 30\nlimit: 100\nAPI_KEY: one\n");
    write_version(builder, "v2.0.7", "timeout: 15\nlimit: 200\nAPI_KEY: two\n");
    write_version(builder, "v2.0.8", "timeout: 10\nlimit: 200\nAPI_KEY: three\nnew: 1\n");
    write_version(builder, "v2.0.9", "timeout: 15\nlimit: 100\nAPI_KEY: two\n");
    fixture_open(fixture);
    return fixture;
}

static void import_project(struct scene *scene, const char *more)
{
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&text,
                  "pilab: 1\nproject: {name: Mobile Banking, code: MB%s}\n"
                  "environments: [{name: SIT, stage: SIT}, {name: UAT, stage: UAT, from: [SIT]},\n"
                  "               {name: PROD, stage: PROD, from: [UAT]}]\n"
                  "modules: [{name: auth, repository: \"%s\", tags: \"v{version}\",\n"
                  "           config: [values.yaml]}]\n",
                  more, fixture_path(scene->fixture));
    app_file(scene->work, "in.yaml", text.data);
    strbuf_printf(&line, "project import %s/in.yaml", scene->work->folder);
    app_must(scene->work, line.data);
    strbuf_release(&text);
    strbuf_release(&line);
}

static void set_clock(struct scene *scene, int64_t at)
{
    scene->work->settings.clock = clock_frozen(at);
}

static int scene_setup(void **state)
{
    struct scene *scene = memory_new(sizeof *scene);
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    scene->work = work;
    scene->fixture = make_repository();
    set_clock(scene, NOON);
    import_project(scene, "");
    app_must(scene->work, "manifest set auth PROD 2.0.6");
    app_must(scene->work, "manifest set auth UAT 2.0.6");
    app_must(scene->work, "manifest set auth SIT 2.0.7");
    *state = scene;
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *scene = *state;
    void *work = scene->work;

    fixture_free(&scene->fixture);
    free(scene);
    return app_teardown(&work);
}

static const struct drift_report *compare(struct scene *scene, bool save)
{
    app_must(scene->work, save ? "drift --from SIT --to UAT --save" : "drift --from SIT --to UAT");
    return scene->work->result.report;
}

static const struct drift_item *item_of(const struct drift_report *report, const char *path)
{
    for (size_t i = 0; i < report->item_count; i++)
        if (report->items[i].type == DRIFT_CONFIG && strcmp(report->items[i].path, path) == 0)
            return &report->items[i];
    fail_msg("there is no difference %s", path);
    return NULL;
}

static const char *newest_state(struct scene *scene)
{
    app_must(scene->work, "difference list");
    return json_member_text(json_array_get(scene->work->result.items, 0), "state");
}

/* --- Ignoring --------------------------------------------------------------------------------- */

static void an_ignored_difference_counts_again_when_its_end_has_come(void **state)
{
    struct scene *scene = *state;
    const struct drift_report *report;
    const struct drift_item *item;
    size_t all;
    char *entry;

    all = compare(scene, true)->summary.total_changes;
    app_must(scene->work, "difference ignore timeout -r 1 --reason OPS-12 --until 2d");
    entry = app_newest_entry(scene->work, "difference.ignore");
    assert_non_null(strstr(entry, "olga difference:"));
    assert_non_null(strstr(entry, "\"pair\":\"env:UAT..env:SIT\""));
    assert_non_null(strstr(entry, "\"until\":\"2025-01-24T00:00:00Z\""));
    free(entry);
    report = compare(scene, false);
    item = item_of(report, "timeout");
    assert_true(item->suppressed);
    assert_string_equal(item->suppressed_by, "OPS-12");
    assert_int_equal(item->attention, ATTENTION_NONE);
    assert_int_equal(report->summary.suppressed, 1);
    assert_int_equal(report->summary.total_changes, all - 1);
    assert_string_equal(newest_state(scene), "in_force");
    set_clock(scene, NOON + 3 * DAY);
    report = compare(scene, false);
    item = item_of(report, "timeout");
    assert_false(item->suppressed);
    assert_int_equal(item->decision->state, DECISION_ENDED);
    assert_int_equal(report->summary.lapsed, 1);
    assert_int_equal(report->summary.total_changes, all);
    assert_string_equal(newest_state(scene), "ended");
}

static void a_decision_is_about_the_values_that_were_seen(void **state)
{
    struct scene *scene = *state;
    const struct drift_item *item;

    compare(scene, true);
    app_must(scene->work, "difference ignore timeout limit -r 1 -m known --forever");
    app_must(scene->work, "manifest set auth SIT 2.0.8");
    item = item_of(compare(scene, true), "timeout");
    assert_int_equal(item->decision->state, DECISION_CHANGED);
    assert_string_equal(item->decision->current, "15");
    assert_false(item->suppressed);
    assert_true(item_of(scene->work->result.report, "limit")->suppressed);
    app_must(scene->work, "difference list");
    assert_int_equal(json_array_size(scene->work->result.items), 2);
    assert_string_equal(json_member_text(json_array_get(scene->work->result.items, 0), "state"),
                        "in_force");
    assert_string_equal(json_member_text(json_array_get(scene->work->result.items, 1), "state"),
                        "changed");
    app_must(scene->work, "manifest set auth SIT 2.0.9");
    assert_true(item_of(compare(scene, true), "timeout")->suppressed);
    assert_string_equal(newest_state(scene), "gone");
}

static void a_decision_about_a_secret_lapses_with_the_secret(void **state)
{
    struct scene *scene = *state;
    const struct drift_item *item = item_of(compare(scene, true), "API_KEY");

    assert_true(item->current.masked);
    app_must(scene->work, "difference ignore API_KEY -r 1 -m rotated --forever");
    assert_null(strstr(scene->work->result.text.data, "two"));
    assert_true(item_of(compare(scene, false), "API_KEY")->suppressed);
    app_must(scene->work, "manifest set auth SIT 2.0.8");
    item = item_of(compare(scene, false), "API_KEY");
    assert_false(item->suppressed);
    assert_int_equal(item->decision->state, DECISION_CHANGED);
    assert_non_null(strstr(item->decision->current, "••••"));
}

static void another_pair_of_states_is_not_meant(void **state)
{
    struct scene *scene = *state;

    compare(scene, true);
    app_must(scene->work, "difference ignore timeout -r 1 -m known --forever");
    app_must(scene->work, "drift --from SIT --to PROD");
    assert_null(item_of(scene->work->result.report, "timeout")->decision);
    assert_int_equal(scene->work->result.report->summary.suppressed, 0);
}

static void deciding_again_takes_the_place_of_the_decision_before(void **state)
{
    struct scene *scene = *state;
    const json_t *first;

    compare(scene, true);
    app_must(scene->work, "difference ignore timeout -r 1 -m known --forever");
    app_must(scene->work, "difference accept timeout -r 1 -m meant");
    app_must(scene->work, "difference list");
    assert_int_equal(json_array_size(scene->work->result.items), 2);
    first = json_array_get(scene->work->result.items, 1);
    assert_string_equal(json_member_text(first, "state"), "withdrawn");
    assert_string_equal(json_member_text(first, "withdrawal"), "decided anew");
    app_must(scene->work, "difference list --standing --kind accepted");
    assert_int_equal(json_array_size(scene->work->result.items), 1);
}

/* --- Accepting and taking back ---------------------------------------------------------------- */

static void what_is_accepted_is_meant_to_differ_until_it_is_withdrawn(void **state)
{
    struct scene *scene = *state;
    const struct drift_report *report;
    char *entry;

    compare(scene, true);
    app_must(scene->work, "difference accept timeout -r 1 -m slower");
    report = compare(scene, false);
    assert_true(item_of(report, "timeout")->expected);
    assert_int_equal(item_of(report, "timeout")->decision->kind, DECISION_ACCEPT);
    assert_int_equal(report->summary.expected, 1);
    app_must(scene->work, "difference withdraw 1 --reason wrong");
    entry = app_newest_entry(scene->work, "difference.withdraw");
    assert_non_null(strstr(entry, "\"why\":\"wrong\""));
    free(entry);
    assert_int_equal(compare(scene, false)->summary.expected, 0);
    assert_string_equal(newest_state(scene), "withdrawn");
    app_must_fail(scene->work, "difference withdraw 1", ERROR_CONFLICT,
                  "decision 1 was withdrawn already, by olga on 2025-01-21");
    app_must_fail(scene->work, "difference withdraw 9", ERROR_NOT_FOUND, "there is no decision 9");
    app_must_fail(scene->work, "difference withdraw x", ERROR_USAGE,
                  "'x' is no number of a decision");
}

static void all_that_is_taken_back_at_once_is_or_nothing_is(void **state)
{
    static const int64_t wrong[][2] = {
        {1,  9},
        { 1, 1}
    };
    static const enum error_code codes[] = { ERROR_NOT_FOUND, ERROR_CONFLICT };
    struct scene *scene = *state;
    struct store_decisions withdrawn;
    struct error error;

    compare(scene, true);
    app_must(scene->work, "difference accept timeout -r 1 -m slower");
    for (size_t i = 0; i < 2; i++) {
        assert_false(decision_withdraw(&scene->work->call, wrong[i], 2, NULL, &withdrawn, &error));
        assert_int_equal(error.code, codes[i]);
        assert_string_equal(newest_state(scene), "in_force");
    }
    assert_true(decision_withdraw(&scene->work->call, wrong[0], 1, "wrong", &withdrawn, &error));
    assert_int_equal(withdrawn.count, 1);
    assert_string_equal(withdrawn.items[0].withdrawal, "wrong");
    assert_string_equal(newest_state(scene), "withdrawn");
}

static void a_decision_needs_a_reason_and_an_end(void **state)
{
    struct scene *scene = *state;

    compare(scene, true);
    app_must_fail(scene->work, "difference ignore timeout -r 1 --forever", ERROR_USAGE,
                  "a decision about a difference needs a reason");
    app_must_fail(scene->work, "difference accept timeout -r 1 -m x --until 30d", ERROR_USAGE,
                  "what is accepted is meant to differ, and has no end");
    assert_string_equal(scene->work->error.hint,
                        "To set it aside for a time: pilab difference ignore ITEM --until 30d "
                        "--reason TEXT");
    app_must_fail(scene->work, "difference accept timeout -r 1", ERROR_USAGE,
                  "a decision about a difference needs a reason");
    app_must_fail(scene->work, "difference ignore timeout -r 1 -m x", ERROR_USAGE,
                  "until when is it ignored?");
    app_must_fail(scene->work, "difference ignore timeout -r 1 -m x --until 1d --forever",
                  ERROR_USAGE, "--until and --forever exclude each other");
    app_must_fail(scene->work, "difference ignore timeout -r 1 -m x --until 2025-01-20",
                  ERROR_USAGE, "--until: 2025-01-20 is over already");
    app_must(scene->work, "difference list");
    assert_int_equal(json_array_size(scene->work->result.items), 0);
}

/* --- Naming ----------------------------------------------------------------------------------- */

static void try_item(struct scene *scene, const char *item, const char *more)
{
    char *line = memory_printf("difference accept %s -m x%s", item, more);

    if (!app_try(scene->work, line))
        fail_msg("%s: %s", line, scene->work->error.message);
    free(line);
}

static void a_difference_is_named_by_id_path_or_key(void **state)
{
    struct scene *scene = *state;
    char id[ITEM_STATE_SIZE], prefix[7];

    compare(scene, true);
    strcpy(id, item_of(scene->work->result.report, "timeout")->id);
    memcpy(prefix, id, 6);
    prefix[6] = '\0';
    try_item(scene, id, "");
    try_item(scene, prefix, "");
    try_item(scene, prefix, " -r 1");
    try_item(scene, "auth:timeout", " -r 1");
    app_must_fail(scene->work, "difference accept timeout -m x", ERROR_USAGE,
                  "'timeout' is no id of a difference");
    app_must_fail(scene->work, "difference accept nothing -r 1 -m x", ERROR_NOT_FOUND,
                  "report 1 has no difference 'nothing'");
    app_must_fail(scene->work, "difference accept ffffffffffffffff -m x", ERROR_NOT_FOUND,
                  "no kept report of MB has a difference 'ffffffffffffffff'");
    app_must(scene->work, "drift --from SIT --to PROD --save");
    assert_false(app_try(scene->work, "difference accept 0000 -m x"));
    {
        char *line = memory_printf("difference accept %s -m x", id);
        char *message = memory_printf("'%s' is meant by 2 differences", id);

        app_must_fail(scene->work, line, ERROR_AMBIGUOUS, message);
        assert_non_null(strstr(scene->work->error.hint, "in report 2 (env:PROD..env:SIT)"));
        free(line);
        free(message);
    }
}

static void what_is_gone_is_not_decided_about_by_chance(void **state)
{
    struct scene *scene = *state;
    char *line;

    compare(scene, true);
    line = memory_printf("difference accept %s -m x",
                         item_of(scene->work->result.report, "limit")->id);
    app_must(scene->work, "manifest set auth SIT 2.0.9");
    compare(scene, true);
    app_must_fail(scene->work, line, ERROR_NOT_FOUND,
                  "limit is not in report 2, the newest of env:UAT..env:SIT: report 1 had it last");
    free(line);
    app_must(scene->work, "difference accept limit -r 1 -m x");
}

/* --- History ---------------------------------------------------------------------------------- */

static void a_report_knows_what_is_new_since_the_last_one(void **state)
{
    struct scene *scene = *state;
    const struct drift_report *report = compare(scene, true);

    assert_int_equal(report->since.number, 0);
    assert_int_equal(item_of(report, "timeout")->novelty, NOVELTY_UNKNOWN);
    set_clock(scene, NOON + 2 * DAY);
    app_must(scene->work, "manifest set auth SIT 2.0.8");
    report = compare(scene, true);
    assert_int_equal(report->since.number, 1);
    assert_int_equal(item_of(report, "new")->novelty, NOVELTY_NEW);
    assert_int_equal(item_of(report, "timeout")->novelty, NOVELTY_CHANGED);
    assert_int_equal(item_of(report, "timeout")->drifting_since, NOON);
    assert_int_equal(item_of(report, "timeout")->unchanged_since, NOON + 2 * DAY);
    assert_int_equal(item_of(report, "limit")->unchanged_since, NOON);
    assert_int_equal(report->since.appeared, 1);
    set_clock(scene, NOON + 3 * DAY);
    report = compare(scene, false);
    assert_int_equal(report->number, 0);
    assert_int_equal(report->since.number, 2);
    assert_int_equal(item_of(report, "new")->drifting_since, NOON + 2 * DAY);
    app_must(scene->work, "report show 2");
    assert_int_equal(scene->work->result.report->since.number, 1);
    assert_int_equal(item_of(scene->work->result.report, "timeout")->drifting_since, NOON);
}

/* Nobody compared versions of the past before: those two are other states. */
static void other_states_have_a_history_of_their_own(void **state)
{
    struct scene *scene = *state;

    compare(scene, true);
    app_must(scene->work, "drift 2.0.6..2.0.7 --project MB --save");
    assert_int_equal(scene->work->result.report->since.number, 0);
    app_must(scene->work, "drift --from SIT --to UAT --type config --save");
    assert_int_equal(scene->work->result.report->since.number, 1);
    assert_int_equal(scene->work->result.report->since.gone, 0);
    compare(scene, true);
    assert_int_equal(scene->work->result.report->since.number, 1);
}

static void two_reports_are_compared(void **state)
{
    struct scene *scene = *state;
    const json_t *object;

    compare(scene, true);
    app_must(scene->work, "manifest set auth SIT 2.0.8");
    compare(scene, true);
    app_must(scene->work, "report diff 2");
    object = scene->work->result.object;
    assert_string_equal(json_member_text(object, "schema"), "pilab.report-diff/1");
    assert_int_equal(json_array_size(json_object_get(object, "new")), 1);
    assert_int_equal(json_array_size(json_object_get(object, "gone")), 0);
    assert_true(json_array_size(json_object_get(object, "changed")) >= 2);
    assert_true(scene->work->result.differences);
    app_must(scene->work, "report diff 2 1");
    assert_int_equal(json_array_size(json_object_get(scene->work->result.object, "gone")), 1);
    app_must_fail(scene->work, "report diff 1", ERROR_NOT_FOUND,
                  "report 1 is the first of UAT..SIT");
}

static void the_history_of_a_difference_is_told_report_by_report(void **state)
{
    struct scene *scene = *state;
    const char *const states[] = { "new", "not there", "same", "first seen" };
    const json_t *items;

    compare(scene, true);
    compare(scene, true);
    app_must(scene->work, "manifest set auth SIT 2.0.9");
    compare(scene, true);
    app_must(scene->work, "manifest set auth SIT 2.0.8");
    compare(scene, true);
    app_must(scene->work, "report history limit -r 4");
    items = scene->work->result.items;
    assert_int_equal(json_array_size(items), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(json_member_text(json_array_get(items, i), "state"), states[i]);
    assert_string_equal(json_member_text(json_array_get(items, 0), "current"), "200");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(items, 3), "report")), 1);
}

/* --- Offers ----------------------------------------------------------------------------------- */

static size_t offers(struct scene *scene, const char *line)
{
    app_must(scene->work, line);
    return json_array_size(scene->work->result.items);
}

/* However narrow the terminal is: the same key differs in many modules. */
static bool always_shown(const struct result *result, const char *member)
{
    for (size_t i = 0; i < result->column_count; i++) {
        if (strcmp(result->columns[i].member, member) == 0)
            return result->columns[i].priority == 0;
    }
    return false;
}

static void what_is_unchanged_for_long_is_offered(void **state)
{
    struct scene *scene = *state;
    const struct drift_report *report;

    compare(scene, true);
    set_clock(scene, NOON + 179 * DAY);
    assert_int_equal(compare(scene, true)->summary.offered, 0);
    assert_int_equal(offers(scene, "difference offers"), 0);
    assert_int_equal(offers(scene, "difference offers --days 100"), 3);
    set_clock(scene, NOON + 400 * DAY);
    report = compare(scene, true);
    assert_int_equal(report->summary.offered, 3);
    assert_true(item_of(report, "timeout")->offered);
    assert_int_equal(offers(scene, "difference offers"), 3);
    app_must(scene->work, "difference accept timeout -r 3 -m smaller");
    assert_int_equal(offers(scene, "difference offers"), 2);
    assert_true(always_shown(&scene->work->result, "module"));
    assert_true(always_shown(&scene->work->result, "previous"));
    assert_true(always_shown(&scene->work->result, "current"));
    app_must(scene->work, "difference list");
    assert_true(always_shown(&scene->work->result, "module"));
    report = compare(scene, false);
    assert_int_equal(report->summary.offered, 2);
    assert_int_equal(report->summary.expected, 1);
}

static void a_project_says_when_it_offers(void **state)
{
    struct scene *scene = *state;

    import_project(scene, ", offer_after: 10");
    compare(scene, true);
    set_clock(scene, NOON + 10 * DAY);
    assert_int_equal(compare(scene, true)->summary.offered, 3);
    assert_int_equal(offers(scene, "difference offers"), 3);
    import_project(scene, ", offer_after: never");
    assert_int_equal(compare(scene, true)->summary.offered, 0);
    assert_int_equal(offers(scene, "difference offers"), 0);
    assert_int_equal(offers(scene, "difference offers --days 5"), 3);
}

static void run_sql(struct connection *connection, const char *sql)
{
    struct statement *statement;
    struct error error;

    statement = statement_open(connection, sql, &error);
    if (statement == NULL || !statement_run(statement, NULL, &error))
        fail_msg("%s", error.message);
    statement_close(&statement);
}

/* As a store of an earlier version has them. */
static void forget_states(struct scene *scene)
{
    struct connection *connection;
    struct error error;

    app_must(scene->work, "report list");
    connection = scene->work->call.connection;
    if (!store_begin(connection, NULL, &error))
        fail_msg("%s", error.message);
    run_sql(connection, "DROP TRIGGER drift_items_keep_values");
    run_sql(connection,
            "UPDATE drift_items SET state = NULL, drifting_since = 0, unchanged_since = 0");
    if (!store_commit(connection, &error))
        fail_msg("%s", error.message);
}

static void reports_of_an_earlier_version_tell_how_long_it_is_there(void **state)
{
    struct scene *scene = *state;
    const struct drift_report *report;

    app_must(scene->work, "manifest set auth SIT 2.0.8");
    compare(scene, true);
    set_clock(scene, NOON + 100 * DAY);
    app_must(scene->work, "manifest set auth SIT 2.0.7");
    compare(scene, true);
    set_clock(scene, NOON + 150 * DAY);
    compare(scene, true);
    forget_states(scene);
    set_clock(scene, NOON + 300 * DAY);
    report = compare(scene, true);
    assert_int_equal(item_of(report, "limit")->unchanged_since, NOON);
    assert_int_equal(item_of(report, "timeout")->unchanged_since, NOON + 100 * DAY);
    assert_int_equal(item_of(report, "timeout")->drifting_since, NOON);
    assert_int_equal(item_of(report, "limit")->novelty, NOVELTY_SAME);
    assert_true(item_of(report, "limit")->offered);
}

#define SCENE(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(an_ignored_difference_counts_again_when_its_end_has_come),
        SCENE(a_decision_is_about_the_values_that_were_seen),
        SCENE(a_decision_about_a_secret_lapses_with_the_secret),
        SCENE(another_pair_of_states_is_not_meant),
        SCENE(deciding_again_takes_the_place_of_the_decision_before),
        SCENE(what_is_accepted_is_meant_to_differ_until_it_is_withdrawn),
        SCENE(all_that_is_taken_back_at_once_is_or_nothing_is),
        SCENE(a_decision_needs_a_reason_and_an_end),
        SCENE(a_difference_is_named_by_id_path_or_key),
        SCENE(what_is_gone_is_not_decided_about_by_chance),
        SCENE(a_report_knows_what_is_new_since_the_last_one),
        SCENE(other_states_have_a_history_of_their_own),
        SCENE(two_reports_are_compared),
        SCENE(the_history_of_a_difference_is_told_report_by_report),
        SCENE(what_is_unchanged_for_long_is_offered),
        SCENE(a_project_says_when_it_offers),
        SCENE(reports_of_an_earlier_version_tell_how_long_it_is_there),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
