/* A report among those of the same two states, and what people decided about its items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/rich.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/history.h>
#include <pilab/drift/input.h>
#include <pilab/drift/text.h>

#include "../../support/drift_fixture.h"

#define DAY INT64_C(86400000)
#define NOW (INT64_C(20000) * DAY)

static struct drift_value text_value(const char *text)
{
    return (struct drift_value){ .present = text != NULL, .kind = NODE_STRING, .text = text };
}

static struct drift_item config_item(const char *id, const char *previous, const char *current)
{
    return (struct drift_item){ .id = id,
                                .type = DRIFT_CONFIG,
                                .category = "env",
                                .module = "auth",
                                .service = "auth",
                                .path = id,
                                .key = id,
                                .change_type = CHANGE_TYPE_MODIFIED,
                                .previous = text_value(previous),
                                .current = text_value(current) };
}

/* One module, whose configuration was read or not. */
struct scene {
    struct arena *arena;
    struct drift_source source;
    struct drift_report report;
    struct drift_item items[4];
};

static void scene_start(struct scene *scene)
{
    *scene = (struct scene){
        .arena = arena_new(),
        .source = {.type = DRIFT_CONFIG, .service = "auth", .state = SOURCE_READ, .at = NOW}
    };
    scene->report = (struct drift_report){
        .arena = scene->arena,
        .project = "MB",
        .created_at = NOW,
        .run = RUN_COMPLETED,
        .previous = {.spec = "env:UAT",  .label = "UAT"},
        .current = { .spec = "env:SIT", .label = "SIT"},
        .sources = &scene->source,
        .source_count = 1,
        .items = scene->items
    };
}

static struct drift_item *scene_add(struct scene *scene, const char *id, const char *previous,
                                    const char *current)
{
    struct drift_item *item = &scene->items[scene->report.item_count++];

    *item = config_item(id, previous, current);
    return item;
}

static void scene_end(struct scene *scene)
{
    arena_free(&scene->arena);
}

static struct earlier_item earlier(const char *id, const char *previous, const char *current,
                                   int64_t since)
{
    return (struct earlier_item){ .id = id,
                                  .type = "config",
                                  .module = "auth",
                                  .change_type = "modified",
                                  .previous = previous,
                                  .current = current,
                                  .drifting_since = since,
                                  .unchanged_since = since,
                                  .counts = true };
}

/* --- The same difference ---------------------------------------------------------------------- */

static void a_difference_is_the_same_until_a_side_is_another(void **state)
{
    struct drift_item one = config_item("a", "30", "15"), other = one;
    char first[ITEM_STATE_SIZE], second[ITEM_STATE_SIZE];

    (void)state;
    other.severity = SEVERITY_CRITICAL;
    other.expected = true;
    assert_string_equal(drift_item_state(&one, first), drift_item_state(&other, second));
    assert_int_equal(strlen(first), ITEM_STATE_SIZE - 1);
    other.current.text = "20";
    assert_string_not_equal(first, drift_item_state(&other, second));
    other = one;
    other.current.kind = NODE_INTEGER;
    assert_string_not_equal(first, drift_item_state(&other, second));
    other = config_item("a", "301", "5");
    assert_string_not_equal(first, drift_item_state(&other, second));
    other = config_item("a", NULL, "15");
    assert_string_not_equal(first, drift_item_state(&other, second));
}

static void a_file_is_told_apart_by_its_contents(void **state)
{
    struct drift_item one = { .id = "f",
                              .type = DRIFT_CODE,
                              .change_type = CHANGE_TYPE_MODIFIED,
                              .old_blob = { { 1 } },
                              .new_blob = { { 2 } } };
    struct drift_item other = one;
    char first[ITEM_STATE_SIZE], second[ITEM_STATE_SIZE];

    (void)state;
    other.insertions = 7;
    assert_string_equal(drift_item_state(&one, first), drift_item_state(&other, second));
    other.new_blob.bytes[0] = 3;
    assert_string_not_equal(first, drift_item_state(&other, second));
}

/* --- Decisions -------------------------------------------------------------------------------- */

static const struct drift_report *
decide(struct drift_fixture *fixture, const struct decided_difference *decided, const char *current)
{
    fixture->input.decided = decided;
    fixture->input.decided_count = 1;
    return drift_fixture_yaml(fixture, "limit: 30", current);
}

static void a_decision_lapses_when_the_values_change(void **state)
{
    struct drift_fixture *fixture = *state, same, changed;
    char id[ITEM_STATE_SIZE], was[ITEM_STATE_SIZE];
    struct decided_difference decided = {
        .id = id,
        .state = was,
        .decision = {.number = 7,
                     .reason = "known",
                     .by = "alice",
                     .previous = "30",
                     .current = "15"}
    };
    const struct drift_report *report = drift_fixture_yaml(fixture, "limit: 30", "limit: 15");
    struct strbuf words = STRBUF_INIT, plain = STRBUF_INIT;

    memcpy(id, report->items[0].id, sizeof id);
    drift_item_state(&report->items[0], was);
    drift_fixture_start(&same);
    report = decide(&same, &decided, "limit: 15");
    assert_true(report->items[0].suppressed);
    assert_int_equal(report->summary.total_changes, 0);
    assert_int_equal(report->summary.suppressed, 1);
    drift_fixture_start(&changed);
    report = decide(&changed, &decided, "limit: 10");
    assert_false(report->items[0].suppressed);
    assert_int_equal(report->items[0].decision->state, DECISION_CHANGED);
    assert_int_equal(report->summary.total_changes, 1);
    assert_int_equal(report->summary.lapsed, 1);
    decision_words(&words, report->items[0].decision, true);
    rich_to_plain(&plain, words.data, words.length);
    assert_string_equal(plain.data, "was ignored by alice on 1970-01-01 as 30 → 15: known");
    strbuf_release(&words);
    strbuf_release(&plain);
    drift_fixture_end(&same);
    drift_fixture_end(&changed);
}

static void what_is_accepted_is_meant_to_differ(void **state)
{
    struct drift_fixture *fixture = *state, again;
    char id[ITEM_STATE_SIZE];
    struct decided_difference decided = {
        .id = id, .decision = {.kind = DECISION_ACCEPT, .reason = "smaller there", .by = "alice"}
    };
    const struct drift_report *report = drift_fixture_yaml(fixture, "limit: 30", "limit: 15");

    memcpy(id, report->items[0].id, sizeof id);
    drift_fixture_start(&again);
    report = decide(&again, &decided, "limit: 15");
    assert_true(report->items[0].expected);
    assert_false(report->items[0].suppressed);
    assert_string_equal(report->items[0].expected_reason, "smaller there");
    assert_int_equal(report->summary.expected, 1);
    assert_int_equal(report->summary.total_changes, 0);
    drift_fixture_end(&again);
}

static void an_end_is_the_last_day_or_the_minute(void **state)
{
    char text[DECISION_UNTIL_SIZE];

    (void)state;
    assert_string_equal(decision_until_text(0, text), "");
    assert_string_equal(decision_until_text(20454 * DAY, text), "2025-12-31");
    assert_string_equal(decision_until_text(20454 * DAY + 3600000, text), "2026-01-01T01:00Z");
}

/* --- Since the last report -------------------------------------------------------------------- */

static void without_an_earlier_report_nothing_is_new(void **state)
{
    const struct drift_earlier none = { 0 };
    struct scene scene;

    (void)state;
    scene_start(&scene);
    scene_add(&scene, "a", "1", "2");
    drift_history_apply(&scene.report, &none, NOW, 180 * DAY);
    assert_int_equal(scene.report.since.number, 0);
    assert_int_equal(scene.items[0].novelty, NOVELTY_UNKNOWN);
    assert_int_equal(scene.items[0].drifting_since, NOW);
    assert_int_equal(scene.report.summary.total_changes, 1);
    scene_end(&scene);
}

static void what_is_new_changed_same_and_gone_is_told(void **state)
{
    struct earlier_item before[] = { earlier("b", "1", "2", NOW - 9 * DAY),
                                     earlier("c", "1", "3", NOW - 8 * DAY),
                                     earlier("d", "1", "2", NOW - 7 * DAY) };
    const struct drift_earlier last = { 41, NOW - DAY, before, 3 };
    struct strbuf words = STRBUF_INIT;
    struct scene scene;

    (void)state;
    scene_start(&scene);
    scene_add(&scene, "a", "1", "2");
    scene_add(&scene, "b", "1", "2");
    scene_add(&scene, "c", "1", "2");
    drift_history_apply(&scene.report, &last, NOW, 180 * DAY);
    assert_int_equal(scene.items[0].novelty, NOVELTY_NEW);
    assert_int_equal(scene.items[1].novelty, NOVELTY_SAME);
    assert_int_equal(scene.items[1].unchanged_since, NOW - 9 * DAY);
    assert_int_equal(scene.items[2].novelty, NOVELTY_CHANGED);
    assert_int_equal(scene.items[2].drifting_since, NOW - 8 * DAY);
    assert_int_equal(scene.items[2].unchanged_since, NOW);
    assert_int_equal(scene.report.since.appeared, 1);
    assert_int_equal(scene.report.since.changed, 1);
    assert_int_equal(scene.report.since.gone, 1);
    drift_text_since(&words, &scene.report, false);
    assert_string_equal(words.data, "since report 41 of 2024-10-03: 1 new, 1 gone, 1 changed");
    strbuf_clear(&words);
    drift_text_age(&words, &scene.report, &scene.items[1]);
    assert_string_equal(words.data, "unchanged for 9 days");
    strbuf_clear(&words);
    drift_text_age(&words, &scene.report, &scene.items[2]);
    assert_string_equal(words.data, "for 8 days, changed since report 41");
    strbuf_release(&words);
    scene_end(&scene);
}

static void what_could_not_be_read_is_not_gone(void **state)
{
    struct earlier_item before[] = { earlier("a", "1", "2", NOW - DAY) };
    const struct drift_earlier last = { 41, NOW - DAY, before, 1 };
    struct scene scene;
    const char *source;

    (void)state;
    scene_start(&scene);
    source = scene.source.service;
    scene.source.state = SOURCE_FAILED;
    drift_history_apply(&scene.report, &last, NOW, 0);
    assert_int_equal(scene.report.since.gone, 0);
    assert_int_equal(scene.report.since.unknown, 1);
    scene.report.scope = "web";
    scene.source.service = "web";
    drift_history_apply(&scene.report, &last, NOW, 0);
    assert_int_equal(scene.report.since.gone + scene.report.since.unknown, 0);
    scene.report.scope = NULL;
    drift_history_apply(&scene.report, &last, NOW, 0);
    assert_int_equal(scene.report.since.gone, 1);
    /* A report of other types says nothing of it. */
    scene.source.service = source;
    scene.source.state = SOURCE_NOT_EXAMINED;
    scene.report.scope = "image";
    drift_history_apply(&scene.report, &last, NOW, 0);
    assert_int_equal(scene.report.since.gone + scene.report.since.unknown, 0);
    scene_end(&scene);
}

static void what_is_unchanged_for_long_is_offered(void **state)
{
    struct earlier_item before[] = { earlier("a", "1", "2", NOW - 180 * DAY),
                                     earlier("b", "1", "2", NOW - 179 * DAY),
                                     earlier("c", "1", "2", NOW - 400 * DAY) };
    const struct drift_earlier last = { 41, NOW - DAY, before, 3 };
    struct scene scene;

    (void)state;
    scene_start(&scene);
    scene_add(&scene, "a", "1", "2");
    scene_add(&scene, "b", "1", "2");
    scene_add(&scene, "c", "1", "2")->attention = ATTENTION_BLOCKER;
    drift_history_apply(&scene.report, &last, NOW, 180 * DAY);
    assert_true(scene.items[0].offered);
    assert_false(scene.items[1].offered);
    assert_false(scene.items[2].offered);
    assert_int_equal(scene.report.summary.offered, 1);
    scene.items[0].suppressed = true;
    drift_history_apply(&scene.report, &last, NOW, 180 * DAY);
    assert_int_equal(scene.report.summary.offered, 0);
    scene.items[0].suppressed = false;
    drift_history_apply(&scene.report, &last, NOW, 0);
    assert_int_equal(scene.report.summary.offered, 0);
    scene_end(&scene);
}

static void a_span_is_said_in_the_words_of_people(void **state)
{
    char out[SPAN_WORDS_SIZE];

    (void)state;
    assert_string_equal(span_words(1000, out), "less than an hour");
    assert_string_equal(span_words(DAY / 24, out), "1 hour");
    assert_string_equal(span_words(DAY, out), "1 day");
    assert_string_equal(span_words(59 * DAY, out), "59 days");
    assert_string_equal(span_words(426 * DAY, out), "14 months");
    assert_string_equal(span_words(800 * DAY, out), "2 years");
}

/* --- Two reports ------------------------------------------------------------------------------ */

static void two_reports_are_parted_by_what_became_of_each(void **state)
{
    struct scene before, after;
    struct report_difference *difference;
    struct strbuf text = STRBUF_INIT, plain = STRBUF_INIT;

    (void)state;
    scene_start(&before);
    scene_start(&after);
    before.report.number = 41;
    after.report.number = 42;
    scene_add(&before, "gone", "1", "2");
    scene_add(&before, "changed", "1", "2");
    scene_add(&before, "aside", "1", "2");
    scene_add(&before, "again", "1", "2")->suppressed = true;
    scene_add(&after, "changed", "1", "3");
    scene_add(&after, "aside", "1", "2")->expected = true;
    scene_add(&after, "again", "1", "2");
    scene_add(&after, "new", NULL, "2");
    difference = report_difference_new(&before.report, &after.report);
    for (int i = 0; i < REPORT_CHANGES; i++)
        assert_int_equal(difference->counts[i], i == REPORT_UNKNOWN ? 0 : 1);
    assert_string_equal(difference->pairs[REPORT_NEW][0].after->id, "new");
    assert_null(difference->pairs[REPORT_NEW][0].before);
    assert_string_equal(difference->pairs[REPORT_AGAIN][0].after->id, "again");
    assert_string_equal(difference->pairs[REPORT_CHANGED][0].before->current.text, "2");
    assert_string_equal(difference->pairs[REPORT_GONE][0].before->id, "gone");
    assert_string_equal(difference->pairs[REPORT_SET_ASIDE][0].after->id, "aside");
    assert_int_equal(difference->same, 0);
    report_difference_text(&text, difference, 80, true);
    rich_to_plain(&plain, text.data, text.length);
    assert_non_null(strstr(plain.data, "1 new, 1 gone, 1 changed, 1 counted again, 1 set aside, 0 "
                                       "as before"));
    assert_non_null(strstr(plain.data, "Set aside  1"));
    assert_non_null(strstr(plain.data, "was 1 → 2"));
    strbuf_release(&text);
    strbuf_release(&plain);
    report_difference_free(&difference);
    assert_null(difference);
    scene_end(&before);
    scene_end(&after);
}

/* --- The report ------------------------------------------------------------------------------- */

static void a_report_lists_what_is_set_aside_only_when_asked_for_everything(void **state)
{
    static const struct drift_decision ignored = { .number = 1, .reason = "by design", .by = "al" };
    static const struct drift_decision ended = {
        .number = 2, .state = DECISION_ENDED, .reason = "for now", .by = "al", .until = DAY
    };
    struct drift_text_options options = { .width = 100, .utf8 = true };
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;
    const struct drift_earlier none = { 0 };
    struct scene scene;

    (void)state;
    scene_start(&scene);
    drift_item_decide(scene_add(&scene, "kept", "1", "2"), &ignored);
    drift_item_decide(scene_add(&scene, "back", "1", "2"), &ended);
    drift_history_apply(&scene.report, &none, NOW, 0);
    drift_report_render_text(&rich, &scene.report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "1 ignored"));
    assert_non_null(strstr(text.data, "1 decision lapsed"));
    assert_non_null(strstr(text.data, "Decisions that lapsed  1"));
    assert_non_null(strstr(text.data, "was ignored by al on 1970-01-01 until 1970-01-01: for now"));
    assert_null(strstr(text.data, "by design"));
    strbuf_clear(&rich);
    strbuf_clear(&text);
    options.wide = true;
    drift_report_render_text(&rich, &scene.report, &options);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "Ignored  1"));
    assert_non_null(strstr(text.data, "ignored by al on 1970-01-01 without end: by design"));
    assert_non_null(strstr(text.data, "id kept in no earlier report"));
    strbuf_clear(&rich);
    strbuf_clear(&text);
    drift_detail_item(&rich, &scene.report, &scene.items[0], NULL, 100, true);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "ignored by al on 1970-01-01 without end: by design"));
    strbuf_release(&rich);
    strbuf_release(&text);
    scene_end(&scene);
}

static int setup(void **state)
{
    static struct drift_fixture fixture;

    drift_fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    drift_fixture_end(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_is_the_same_until_a_side_is_another),
        cmocka_unit_test(a_file_is_told_apart_by_its_contents),
        cmocka_unit_test_setup_teardown(a_decision_lapses_when_the_values_change, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_accepted_is_meant_to_differ, setup, teardown),
        cmocka_unit_test(an_end_is_the_last_day_or_the_minute),
        cmocka_unit_test(without_an_earlier_report_nothing_is_new),
        cmocka_unit_test(what_is_new_changed_same_and_gone_is_told),
        cmocka_unit_test(what_could_not_be_read_is_not_gone),
        cmocka_unit_test(what_is_unchanged_for_long_is_offered),
        cmocka_unit_test(a_span_is_said_in_the_words_of_people),
        cmocka_unit_test(two_reports_are_parted_by_what_became_of_each),
        cmocka_unit_test(a_report_lists_what_is_set_aside_only_when_asked_for_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
