#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include <pilab/app/kept_fields.h>
#include <pilab/base/clock.h>

#include "../../support/guide_fields.h"
#include "note_support.h"

/* By what kept reports and notes are found. */

#define NOW INT64_C(1737552600000) /* 2025-01-22 13:30 */
#define DAY INT64_C(86400000)

static bool passes(const struct kept_thing *thing, const struct filter_fields *fields,
                   const char *text)
{
    struct error error;
    struct filter *filter = filter_new(text, fields, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = kept_passes(thing, filter);
    filter_free(&filter);
    return passed;
}

static void a_report_is_found_by_what_it_compares_and_how_it_stands(void **state)
{
    struct app_work *work = *state;
    struct store_report report = {
        .id = "r",
        .number = 7,
        .run = "PARTIAL",
        .status = REPORT_REVIEWED,
        .title = "UAT..SIT",
        .previous_spec = "env:UAT@2025-01-20",
        .previous_label = "UAT",
        .current_spec = "release:R2025.03",
        .current_label = "R2025.03",
        .severity = "HIGH",
        .counts = {.total = 12, .blockers = 1},
        .created_by = "olga",
        .created_at = NOW - 3 * DAY
    };
    struct kept_thing thing = kept_report_thing(&work->call, &report, work->call.arena);
    static const struct {
        const char *filter;
        bool passes;
    } cases[] = {
        {"base:uat",               true },
        { "base:SIT",              false},
        { "base:2025-01-20",       true },
        { "target:R2025*",         true },
        { "severity>=high",        true },
        { "severity>high",         false},
        { "state:reviewed",        true },
        { "run:completed,partial", true },
        { "differences>10",        true },
        { "blockers=0",            false},
        { "author:olga",           true },
        { "since:4d",              true },
        { "since:2d",              false},
        { "at:2025-01-19",         true },
        { "7 UAT high olga",       true },
        { "nowhere",               false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (passes(&thing, &kept_report_fields, cases[i].filter) != cases[i].passes)
            fail_msg("%s", cases[i].filter);
}

static void a_report_without_differences_has_no_severity(void **state)
{
    struct app_work *work = *state;
    struct store_report report = { .run = "COMPLETED" };
    struct kept_thing thing = kept_report_thing(&work->call, &report, work->call.arena);

    assert_false(passes(&thing, &kept_report_fields, "severity>=info"));
    assert_true(passes(&thing, &kept_report_fields, "severity!=high"));
    assert_false(passes(&thing, &kept_report_fields, "base:*"));
}

static void notes_are_found_by_what_they_are_about(void **state)
{
    struct app_work *work = *state;
    struct store_note note = { .number = 3,
                               .release = "R2025.03",
                               .version = "v2.0.7",
                               .title = "The spring",
                               .environment = "UAT",
                               .status = NOTE_PUBLISHED,
                               .rev = 4,
                               .created_by = "mira",
                               .updated_at = NOW };
    struct kept_thing thing = kept_note_thing(&work->call, &note, work->call.arena);

    assert_true(passes(&thing, &kept_note_fields, "state:published release:R2025 release:v2.0.7"));
    assert_true(passes(&thing, &kept_note_fields, "for:uat author:mira rev>3 at:today spring"));
    assert_false(passes(&thing, &kept_note_fields, "for:U"));
    assert_false(passes(&thing, &kept_note_fields, "state:draft"));
    assert_false(passes(&thing, &kept_note_fields, "module:*"));
}

static void add(void *to, const char *value)
{
    strbuf_printf(to, "%s ", value);
}

static void what_notes_hold_is_offered_once(void **state)
{
    struct app_work *work = *state;
    struct store_note note = { .release = "R1", .version = "R1", .created_by = "mira" };
    struct kept_thing thing = kept_note_thing(&work->call, &note, work->call.arena);
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < kept_note_fields.count; i++)
        kept_field_values(&thing, i, add, &out);
    assert_string_equal(out.data, "R1 mira ");
    strbuf_release(&out);
}

static void a_list_shows_what_passes(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_add_note(work, "bob", "R2025.04", "SIT");
    team_as(work, "alice", "note list --filter for:SIT");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_int_equal(json_integer_value(
                         json_object_get(json_array_get(work->result.items, 0), "number")),
                     2);
    team_as(work, "alice", "note list --filter author:carl");
    assert_int_equal(json_array_size(work->result.items), 0);
    assert_non_null(strstr(work->result.empty, "pass"));
    app_must_fail(work, "note list --filter stat:x", ERROR_USAGE,
                  "--filter: column 1: there is no field \"stat\"");
    app_must_fail(work, "report list --filter severity:grave", ERROR_USAGE,
                  "--filter: column 10: severity is never \"grave\"");
}

/* The cursor stands behind what was shown, not behind what was looked at. */
static void pages_of_what_passes_follow_one_another(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;

    for (int i = 0; i < 3; i++) {
        team_add_note(work, "alice", "R1", "UAT");
        team_add_note(work, "alice", "R2", "SIT");
    }
    team_as(work, "alice", "note list --filter for:UAT --limit 2");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_non_null(work->result.next);
    strbuf_printf(&line, "note list --filter for:UAT --limit 2 --after %s",
                  json_string_value(work->result.next));
    team_as(work, "alice", line.data);
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_int_equal(json_integer_value(
                         json_object_get(json_array_get(work->result.items, 0), "number")),
                     1);
    assert_null(work->result.next);
    strbuf_release(&line);
}

static void the_guide_knows_the_fields(void **state)
{
    (void)state;
    assert_guide_knows("The fields of a report", kept_report_fields.fields,
                       kept_report_fields.count);
    assert_guide_knows("The fields of release notes", kept_note_fields.fields,
                       kept_note_fields.count);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, team_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_report_is_found_by_what_it_compares_and_how_it_stands),
        CASE(a_report_without_differences_has_no_severity),
        CASE(notes_are_found_by_what_they_are_about),
        CASE(what_notes_hold_is_offered_once),
        CASE(a_list_shows_what_passes),
        CASE(pages_of_what_passes_follow_one_another),
        CASE(the_guide_knows_the_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
