#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/text.h>

#include "../../support/code_fixture.h"
#include "../../support/json_schema.h"

/* What only the previous side has. */
struct taken_case {
    struct code_fixture fixture;
    struct note *note;
    struct strbuf out;
};

static int start(void **state)
{
    static struct taken_case test;

    test = (struct taken_case){ .out = STRBUF_INIT };
    code_fixture_start(&test.fixture);
    *state = &test;
    return 0;
}

static int end(void **state)
{
    struct taken_case *test = *state;

    note_free(&test->note);
    strbuf_release(&test->out);
    code_fixture_end(&test->fixture);
    return 0;
}

static void generate(struct taken_case *test)
{
    code_fixture_detect(&test->fixture);
    test->note = note_generate(test->fixture.report, NULL);
}

/* Something new, and a hotfix of a hole that nobody carried over, beside one that was. */
static void diverge(struct taken_case *test)
{
    commit_fixture_add(&test->fixture.ahead[0], "MB-1 fix rounding");
    commit_fixture_patch(&test->fixture.ahead[0], 'r');
    commit_fixture_add(&test->fixture.ahead[0], "MB-2 Add a report");
    commit_fixture_add(&test->fixture.behind[0], "MB-1 fix rounding");
    commit_fixture_patch(&test->fixture.behind[0], 'r');
    commit_fixture_add(&test->fixture.behind[0], "MB-9 Close a security hole");
    commit_fixture_add(&test->fixture.behind[0], "MB-10 Fix <b>dates</b>");
    generate(test);
}

static const char *markdown(struct taken_case *test)
{
    struct error error = { 0 };

    strbuf_clear(&test->out);
    if (!note_render_markdown(&test->out, test->note, NULL, &error))
        fail_msg("%s", error.message);
    return test->out.data;
}

static const char *text(struct taken_case *test, bool wide)
{
    struct note_text_options options = { .width = 80, .utf8 = true, .wide = wide };
    struct strbuf rich = STRBUF_INIT;

    note_render_text(&rich, test->note, &options);
    strbuf_clear(&test->out);
    rich_to_plain(&test->out, rich.data, rich.length);
    strbuf_release(&rich);
    return test->out.data;
}

static void assert_has(const char *all, const char *part)
{
    if (!strstr(all, part))
        fail_msg("\"%s\" is not in:\n%s", part, all);
}

static void notes_know_what_is_taken_away(void **state)
{
    struct taken_case *test = *state;
    char id[FIXTURE_ID_SIZE];

    diverge(test);
    assert_int_equal(test->note->taken_count, 2);
    assert_string_equal(test->note->taken[0].id, fixture_id(502, id));
    assert_string_equal(test->note->taken[0].subject, "MB-9 Close a security hole");
    assert_string_equal(test->note->taken[0].module, "mb-auth");
    assert_true(test->note->taken[0].security);
    assert_string_equal(test->note->taken[1].id, fixture_id(503, id));
    assert_false(test->note->taken[1].security);
    assert_int_equal(note_taken_security(test->note), 1);
    assert_true(test->note->summary.security);
    assert_int_equal(test->note->summary.total_changes, 1);
    assert_false(note_goes_back(test->note));
}

static void markdown_says_it_directly_after_the_summary(void **state)
{
    struct taken_case *test = *state;
    struct strbuf expected = STRBUF_INIT;
    char hole[FIXTURE_ID_SIZE], dates[FIXTURE_ID_SIZE];

    diverge(test);
    strbuf_printf(&expected,
                  "- **Security Changes:** Yes\n"
                  "- **Taken Away:** 2\n"
                  "- **Security Fixes Taken Away:** 1\n"
                  "\n---\n\n"
                  "## Taken Away\n\n"
                  "2 commits of v2.0.6 are not in v2.0.7.\n\n"
                  "- `%.12s` MB-9 Close a security hole (**security**)\n"
                  "- `%.12s` MB-10 Fix &lt;b&gt;dates&lt;/b&gt;\n"
                  "\n---\n\n"
                  "## New Features\n",
                  fixture_id(502, hole), fixture_id(503, dates));
    assert_has(markdown(test), expected.data);
    strbuf_release(&expected);
}

static void the_text_says_it_before_the_changes(void **state)
{
    struct taken_case *test = *state;
    struct strbuf expected = STRBUF_INIT;
    char hole[FIXTURE_ID_SIZE], dates[FIXTURE_ID_SIZE];

    diverge(test);
    strbuf_printf(&expected,
                  "\n\nTaken away  2\n"
                  "  2 commits of v2.0.6 are not in v2.0.7\n"
                  "  %.8s  security MB-9 Close a security hole\n"
                  "  %.8s  MB-10 Fix <b>dates</b>\n"
                  "\nNew features  1\n",
                  fixture_id(502, hole), fixture_id(503, dates));
    assert_has(text(test, false), expected.data);
    assert_has(test->out.data, "1 change in code   takes away 2 commits   security\n");
    strbuf_release(&expected);
}

static void who_takes_nothing_away_does_not_speak_of_it(void **state)
{
    struct taken_case *test = *state;
    json_t *json;

    commit_fixture_add(&test->fixture.ahead[0], "MB-1 fix rounding");
    commit_fixture_patch(&test->fixture.ahead[0], 'r');
    commit_fixture_add(&test->fixture.behind[0], "MB-1 fix rounding");
    commit_fixture_patch(&test->fixture.behind[0], 'r');
    generate(test);
    assert_null(strstr(markdown(test), "aken"));
    assert_has(test->out.data, "\nNo changes that are to be announced.\n");
    assert_null(strstr(text(test, true), " away"));
    json = note_to_json(test->note);
    assert_null(json_object_get(json, "taken_away"));
    json_decref(json);
}

static void going_back_does_not_reassure(void **state)
{
    struct taken_case *test = *state;

    commit_fixture_add(&test->fixture.behind[0], "Close a security hole");
    commit_fixture_add(&test->fixture.behind[0], "more");
    generate(test);
    assert_true(note_goes_back(test->note));
    markdown(test);
    assert_has(test->out.data, "- **Total Changes:** 0\n");
    assert_has(test->out.data, "- **Security Changes:** Yes\n- **Taken Away:** 2\n");
    assert_has(test->out.data, "\n## Taken Away\n\nThis goes back: no commit is new, and 2 commits "
                               "of v2.0.6 are not in v2.0.7.\n\n- `");
    assert_has(test->out.data, "\n---\n\nNo changes that are to be announced: this goes back, see "
                               "above what it takes away.\n\n---\n");
    text(test, false);
    assert_has(test->out.data, "\nGoes back: takes away 2 commits   security\n");
    assert_null(strstr(test->out.data, "Nothing to announce"));
}

static void nothing_new_to_announce_is_not_the_last_word(void **state)
{
    struct taken_case *test = *state;

    commit_fixture_add(&test->fixture.ahead[0], "chore: tidy up");
    commit_fixture_add(&test->fixture.behind[0], "MB-9 the hotfix");
    generate(test);
    assert_false(note_goes_back(test->note));
    assert_has(markdown(test), "\nNo changes that are to be announced, apart from what is taken "
                               "away above.\n");
    assert_has(test->out.data, "\n1 commit of v2.0.6 is not in v2.0.7.\n");
    assert_has(text(test, false), "\nNothing to announce   takes away 1 commit\n");
}

static void each_commit_names_its_module_when_there_are_several(void **state)
{
    struct taken_case *test = *state;

    code_fixture_module(&test->fixture, "mb-web");
    commit_fixture_add(&test->fixture.ahead[0], "MB-1 Add login");
    commit_fixture_add(&test->fixture.ahead[1], "MB-1 Add login");
    commit_fixture_add(&test->fixture.behind[1], "MB-9 the hotfix");
    generate(test);
    assert_has(markdown(test), "` mb-web: MB-9 the hotfix\n");
    assert_has(text(test, false), "  MB-9 the hotfix      ");
    assert_has(test->out.data, " mb-web\n");
}

static void a_promotion_names_the_environments(void **state)
{
    struct taken_case *test = *state;

    test->fixture.input.previous =
        (struct drift_side){ .spec = "env:UAT", .label = "UAT", .environment = "UAT" };
    test->fixture.input.current =
        (struct drift_side){ .spec = "env:SIT", .label = "SIT", .environment = "SIT" };
    commit_fixture_add(&test->fixture.ahead[0], "MB-1 Add login");
    commit_fixture_add(&test->fixture.behind[0], "MB-9 the hotfix");
    generate(test);
    assert_has(markdown(test), "\n1 commit of UAT is not in SIT.\n");
}

static void the_text_shortens_a_long_list(void **state)
{
    struct taken_case *test = *state;

    for (int i = 0; i < 15; i++)
        commit_fixture_add(&test->fixture.behind[0], i == 0 ? "the oldest" : "more");
    generate(test);
    assert_has(text(test, false), "… 5 more commits: --wide shows all\n");
    assert_null(strstr(test->out.data, "the oldest"));
    assert_has(text(test, true), "the oldest\n");
    assert_has(markdown(test), " the oldest\n");
}

static void json_has_it_and_gives_it_back(void **state)
{
    struct taken_case *test = *state;
    struct error error = { 0 };
    json_t *json, *second, *first;
    struct note *again;

    diverge(test);
    json = note_to_json(test->note);
    assert_follows_schema(json, "notes-1.json");
    assert_int_equal(json_array_size(json_object_get(json, "taken_away")), 2);
    first = json_array_get(json_object_get(json, "taken_away"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "subject")),
                        "MB-9 Close a security hole");
    assert_string_equal(json_string_value(json_object_get(first, "module")), "mb-auth");
    assert_true(json_is_true(json_object_get(first, "security")));
    again = note_from_json(json, &error);
    assert_non_null(again);
    second = note_to_json(again);
    assert_true(json_equal(json, second));
    json_decref(second);
    note_free(&again);
    json_array_append_new(json_object_get(json, "taken_away"), json_pack("{s:i}", "id", 7));
    assert_null(note_from_json(json, &error));
    assert_string_equal(error.message,
                        "the release notes are damaged: taken_away[2].id is not a text");
    json_decref(json);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(notes_know_what_is_taken_away),
        CASE(markdown_says_it_directly_after_the_summary),
        CASE(the_text_says_it_before_the_changes),
        CASE(who_takes_nothing_away_does_not_speak_of_it),
        CASE(going_back_does_not_reassure),
        CASE(nothing_new_to_announce_is_not_the_last_word),
        CASE(each_commit_names_its_module_when_there_are_several),
        CASE(a_promotion_names_the_environments),
        CASE(the_text_shortens_a_long_list),
        CASE(json_has_it_and_gives_it_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
