#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/lost.h>
#include <pilab/drift/text.h>

#include "../../support/code_fixture.h"

static int start(void **state)
{
    static struct code_fixture fixture;

    code_fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int end(void **state)
{
    code_fixture_end(*state);
    return 0;
}

static const struct drift_item *item_of(const struct code_fixture *fixture, const char *path)
{
    for (size_t i = 0; i < fixture->report->item_count; i++) {
        if (strcmp(fixture->report->items[i].path, path) == 0)
            return &fixture->report->items[i];
    }
    fail_msg("no difference of %s", path);
    return NULL;
}

static bool fired(const struct drift_item *item, const char *rule)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* A hotfix of the release branch, beside a fix that was picked and a merge; something new. */
static void diverge(struct code_fixture *fixture)
{
    commit_fixture_add(&fixture->ahead[0], "MB-1 fix rounding");
    commit_fixture_patch(&fixture->ahead[0], 'r');
    commit_fixture_add(&fixture->ahead[0], "MB-2 add a report");
    commit_fixture_add(&fixture->behind[0], "MB-1 fix rounding");
    commit_fixture_patch(&fixture->behind[0], 'r');
    commit_fixture_add(&fixture->behind[0], "MB-9 Bug: the hotfix");
    commit_fixture_merge(&fixture->behind[0], "Merge branch 'hotfix'", 501, 502);
}

static const char *render(struct code_fixture *fixture, struct strbuf *out, bool wide)
{
    struct drift_text_options options = { .width = 80, .utf8 = true, .wide = wide };
    struct strbuf rich = STRBUF_INIT;

    drift_report_render_text(&rich, fixture->report, &options);
    strbuf_clear(out);
    rich_to_plain(out, rich.data, rich.length);
    strbuf_release(&rich);
    return out->data;
}

static void only_what_current_has_no_twin_of_is_lost(void **state)
{
    struct code_fixture *fixture = *state;

    diverge(fixture);
    code_fixture_detect(fixture);
    assert_int_equal(fixture->report->codes[0].behind_count, 3);
    assert_false(drift_commit_lost(code_fixture_commit(fixture, 501)));
    assert_true(drift_commit_lost(code_fixture_commit(fixture, 502)));
    assert_false(drift_commit_lost(code_fixture_commit(fixture, 503)));
    assert_int_equal(drift_lost_count(fixture->report), 1);
    assert_int_equal(drift_code_lost_count(&fixture->report->codes[0]), 1);
    assert_false(drift_report_goes_back(fixture->report));
}

/* A shallow clone may have it and not know. */
static void what_may_be_there_is_not_called_lost(void **state)
{
    struct code_fixture *fixture = *state;

    diverge(fixture);
    fixture->codes[0].behind_unsure = true;
    code_fixture_detect(fixture);
    assert_true(code_fixture_commit(fixture, 502)->unsure);
    assert_false(drift_commit_lost(code_fixture_commit(fixture, 502)));
    assert_non_null(strstr(code_fixture_commit(fixture, 502)->basis, "cannot be told"));
    assert_false(code_fixture_commit(fixture, 501)->unsure);
    assert_int_equal(drift_lost_count(fixture->report), 0);
}

static void of_first_parents_a_merge_stands_for_what_it_brought(void **state)
{
    struct code_fixture *fixture = *state;

    fixture->codes[0].first_parent = true;
    commit_fixture_merge(&fixture->behind[0], "Merge pull request #9 from hotfix", 9998, 9999);
    code_fixture_detect(fixture);
    assert_true(code_fixture_commit(fixture, 501)->merge);
    assert_int_equal(drift_lost_count(fixture->report), 1);
}

static void what_secures_comes_first_and_what_is_internal_last(void **state)
{
    struct code_fixture *fixture = *state;
    struct arena *arena = arena_new();
    struct drift_lost *list;
    char id[FIXTURE_ID_SIZE];
    size_t count;

    code_fixture_module(fixture, "mb-notify");
    commit_fixture_add(&fixture->behind[0], "one");
    commit_fixture_add(&fixture->behind[0], "two");
    commit_fixture_add(&fixture->behind[0], "chore: prepare 2.0.6");
    commit_fixture_add(&fixture->behind[1], "Fix CVE-2024-3094");
    code_fixture_detect(fixture);
    list = drift_lost_list(fixture->report, arena, &count);
    assert_int_equal(count, 4);
    assert_string_equal(list[0].commit->id, fixture_id(1501, id));
    assert_string_equal(list[0].code->module, "mb-notify");
    assert_true(drift_commit_secures(list[0].commit));
    assert_string_equal(list[1].commit->id, fixture_id(502, id));
    assert_string_equal(list[2].commit->id, fixture_id(501, id));
    assert_string_equal(list[3].commit->id, fixture_id(503, id));
    arena_free(&arena);
}

static void who_only_takes_away_goes_back(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    commit_fixture_add(&fixture->behind[0], "one");
    commit_fixture_add(&fixture->behind[0], "two");
    code_fixture_detect(fixture);
    assert_true(drift_report_goes_back(fixture->report));
    assert_non_null(strstr(render(fixture, &text, false),
                           "v2.0.6 → v2.0.7\ngoes back: takes away 2 commits\n"));
    assert_null(strstr(text.data, "would be lost: "));
    assert_non_null(strstr(text.data, "\nWould be lost  2\n"));
    strbuf_release(&text);
}

static void who_loses_nothing_hears_nothing_of_it(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    commit_fixture_add(&fixture->ahead[0], "MB-1 fix rounding");
    commit_fixture_patch(&fixture->ahead[0], 'r');
    commit_fixture_add(&fixture->behind[0], "MB-1 fix rounding");
    commit_fixture_patch(&fixture->behind[0], 'r');
    code_fixture_detect(fixture);
    assert_false(drift_report_goes_back(fixture->report));
    assert_null(strstr(render(fixture, &text, true), "ost"));
    strbuf_release(&text);
}

static void the_text_names_what_would_be_lost(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT, expected = STRBUF_INIT;
    char id[FIXTURE_ID_SIZE];

    diverge(fixture);
    code_fixture_detect(fixture);
    render(fixture, &text, false);
    assert_non_null(strstr(text.data, "\n1 commit would be lost\n"));
    assert_non_null(strstr(text.data, "\nwould be lost: 1 commit of v2.0.6 is not in v2.0.7\n"));
    strbuf_printf(&expected, "\nWould be lost  1\n   %.8s MB-9 Bug: the hotfix\n",
                  fixture_id(502, id));
    assert_non_null(strstr(text.data, expected.data));
    strbuf_release(&expected);
    strbuf_release(&text);
}

static void each_module_says_what_it_loses(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    code_fixture_module(fixture, "mb-notify");
    code_fixture_module(fixture, "mb-pay");
    commit_fixture_add(&fixture->ahead[2], "new");
    commit_fixture_add(&fixture->behind[0], "one");
    commit_fixture_add(&fixture->behind[2], "Close a security hole");
    commit_fixture_add(&fixture->behind[2], "two");
    code_fixture_detect(fixture);
    render(fixture, &text, false);
    assert_non_null(strstr(text.data,
                           "would be lost: mb-auth: 1 commit of v2.0.6 is not in v2.0.7\n"
                           "would be lost: mb-pay: 2 commits of v2.0.6 are not in v2.0.7\n"));
    assert_non_null(strstr(text.data, "SECURITY Close a security hole"));
    assert_true(strstr(text.data, "SECURITY Close") < strstr(text.data, " one "));
    strbuf_release(&text);
}

static void a_long_list_is_shortened_unless_all_is_wanted(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    for (int i = 0; i < 14; i++)
        commit_fixture_add(&fixture->behind[0], i == 0 ? "the oldest" : "more");
    code_fixture_detect(fixture);
    render(fixture, &text, false);
    assert_non_null(strstr(text.data, "\nWould be lost  14\n"));
    assert_non_null(strstr(text.data, "… 4 more commits: --wide shows all\n"));
    assert_null(strstr(text.data, "the oldest"));
    assert_non_null(strstr(render(fixture, &text, true), "the oldest"));
    strbuf_release(&text);
}

static void what_was_carried_over_by_hand_is_to_be_checked(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    commit_fixture_add(&fixture->ahead[0], "MB-9 Fix the login");
    commit_fixture_add(&fixture->behind[0], "MB-9 Fix the login");
    code_fixture_detect(fixture);
    assert_non_null(code_fixture_commit(fixture, 1)->maybe_shipped);
    assert_non_null(
        strstr(render(fixture, &text, false), " probably there already: MB-9 Fix the login"));
    strbuf_release(&text);
}

static void a_subject_cannot_speak_to_the_terminal(void **state)
{
    struct code_fixture *fixture = *state;
    struct strbuf text = STRBUF_INIT;

    commit_fixture_add(&fixture->behind[0], "MB-9 \x1b]52;c\a \xe2\x80\xae{{x}}");
    code_fixture_detect(fixture);
    render(fixture, &text, true);
    assert_non_null(strstr(text.data, "MB-9 "));
    assert_null(strchr(text.data, '\x1b'));
    assert_null(strchr(text.data, '\a'));
    assert_null(strstr(text.data, "\xe2\x80\xae"));
    strbuf_release(&text);
}

/* --- files --- */

static void a_file_that_only_loses_says_so_and_nothing_else(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *item;
    char id[FIXTURE_ID_SIZE];

    commit_fixture_add(&fixture->behind[0], "MB-9 Bug: feat!: close a security hole");
    commit_fixture_file(&fixture->behind[0], "src/only.c", NULL);
    code_fixture_file(fixture, FILE_DELETED, "src/only.c", NULL, 0, 9);
    code_fixture_detect(fixture);
    item = item_of(fixture, "src/only.c");
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason, "its change in v2.0.6 would be lost");
    assert_string_equal(item->commit, fixture_id(501, id));
    assert_false(fired(item, "code.bug"));
    assert_false(fired(item, "code.security"));
    assert_false(item->security);
    assert_false(item->breaking);
}

static void of_several_the_one_that_secures_is_named(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *item;
    char id[FIXTURE_ID_SIZE];

    commit_fixture_add(&fixture->behind[0], "Close a security hole");
    commit_fixture_file(&fixture->behind[0], "src/only.c", NULL);
    commit_fixture_add(&fixture->behind[0], "more");
    commit_fixture_file(&fixture->behind[0], "src/only.c", NULL);
    code_fixture_file(fixture, FILE_MODIFIED, "src/only.c", NULL, 0, 9);
    code_fixture_detect(fixture);
    item = item_of(fixture, "src/only.c");
    assert_string_equal(item->attention_reason, "its changes in v2.0.6 would be lost");
    assert_string_equal(item->commit, fixture_id(501, id));
}

static void a_file_that_both_changed_is_told_by_what_is_new(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *item;
    char id[FIXTURE_ID_SIZE];

    commit_fixture_add(&fixture->ahead[0], "MB-2 add a report");
    commit_fixture_file(&fixture->ahead[0], "src/both.c", NULL);
    commit_fixture_add(&fixture->behind[0], "MB-9 Bug: close a security hole");
    commit_fixture_file(&fixture->behind[0], "src/both.c", NULL);
    code_fixture_file(fixture, FILE_MODIFIED, "src/both.c", NULL, 1, 1);
    code_fixture_detect(fixture);
    item = item_of(fixture, "src/both.c");
    assert_false(fired(item, "code.bug"));
    assert_false(fired(item, "code.security"));
    assert_int_equal(item->attention, ATTENTION_NONE);
    assert_string_equal(item->commit, fixture_id(1, id));
}

/* What both have by a pick makes no difference: the file differs by the hotfix alone. */
static void a_pick_beside_it_does_not_hide_the_loss(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *item;
    char id[FIXTURE_ID_SIZE];

    diverge(fixture);
    commit_fixture_file(&fixture->behind[0], "elsewhere", NULL);
    commit_fixture_add(&fixture->ahead[0], "MB-3 fix dates");
    commit_fixture_patch(&fixture->ahead[0], 'd');
    commit_fixture_file(&fixture->ahead[0], "src/date.c", NULL);
    commit_fixture_add(&fixture->behind[0], "MB-3 fix dates");
    commit_fixture_patch(&fixture->behind[0], 'd');
    commit_fixture_file(&fixture->behind[0], "src/date.c", NULL);
    commit_fixture_add(&fixture->behind[0], "MB-10 and leap years");
    commit_fixture_file(&fixture->behind[0], "src/date.c", NULL);
    code_fixture_file(fixture, FILE_MODIFIED, "src/date.c", NULL, 1, 1);
    code_fixture_detect(fixture);
    item = item_of(fixture, "src/date.c");
    assert_string_equal(item->attention_reason, "its change in v2.0.6 would be lost");
    assert_string_equal(item->commit, fixture_id(505, id));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(only_what_current_has_no_twin_of_is_lost),
        CASE(what_may_be_there_is_not_called_lost),
        CASE(of_first_parents_a_merge_stands_for_what_it_brought),
        CASE(what_secures_comes_first_and_what_is_internal_last),
        CASE(who_only_takes_away_goes_back),
        CASE(who_loses_nothing_hears_nothing_of_it),
        CASE(the_text_names_what_would_be_lost),
        CASE(each_module_says_what_it_loses),
        CASE(a_long_list_is_shortened_unless_all_is_wanted),
        CASE(what_was_carried_over_by_hand_is_to_be_checked),
        CASE(a_subject_cannot_speak_to_the_terminal),
        CASE(a_file_that_only_loses_says_so_and_nothing_else),
        CASE(of_several_the_one_that_secures_is_named),
        CASE(a_file_that_both_changed_is_told_by_what_is_new),
        CASE(a_pick_beside_it_does_not_hide_the_loss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
