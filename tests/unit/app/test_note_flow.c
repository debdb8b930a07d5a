/* A note until it is approved, by the commands of several people. */
#include "note_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/note_flow.h>
#include <pilab/base/json.h>
#include <pilab/store/access.h>

/* --- Approving -------------------------------------------------------------------------------- */

static void the_last_approval_that_is_needed_makes_it_approved(void **state)
{
    struct app_work *work = *state;
    char *entry;

    team_add_note(work, "alice", "R2025.03", "PROD");
    team_as(work, "bob", "note review 1");
    team_assert_status(work, "REVIEWED", 1);
    assert_string_equal(team_sentence(work),
                        "waits for: 1 of security (carl, dan), 1 of ADMIN or OWNER (bob, olga); "
                        "barred: alice (asked for it)");
    team_as(work, "carl", "note approve 1");
    team_assert_status(work, "REVIEWED", 1);
    team_as(work, "bob", "note approve 1 --rev 1");
    team_assert_status(work, "APPROVED", 1);
    assert_string_equal(team_sentence(work), "approved by carl, bob");
    entry = app_newest_entry(work, "note.approve");
    assert_non_null(strstr(entry, "\"status\":\"APPROVED\""));
    assert_non_null(strstr(entry, "\"markdown_digest\":\""));
    assert_non_null(strstr(entry, "\"role\":\"ADMIN\""));
    free(entry);
    team_refused(work, "olga", "note approve 1", ERROR_CONFLICT,
                 "note 1 cannot be approved: it has all approvals that it needs");
}

static void whoever_wrote_it_is_barred_whatever_their_role(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "PROD");
    team_edit(work, "dan", "# Better\n", "--message wording");
    team_assert_status(work, "DRAFT", 2);
    team_refused(work, "dan", "note review 1", ERROR_DENIED,
                 "note 1 cannot be reviewed: dan made revision 2, and somebody else has to read "
                 "it");
    team_as(work, "alice", "note review 1");
    team_refused(work, "alice", "note approve 1", ERROR_DENIED,
                 "note 1 cannot be approved: alice may not approve this: asked for it, and four "
                 "eyes "
                 "are needed");
    team_refused(work, "dan", "note approve 1", ERROR_DENIED,
                 "note 1 cannot be approved: dan may not approve this: edited rev 2, and four eyes "
                 "are "
                 "needed");
    team_as(work, "carl", "note approve 1");
    team_refused(work, "carl", "note approve 1", ERROR_CONFLICT,
                 "note 1 cannot be approved: carl has decided on revision 2 already");
}

static void a_contributor_approves_only_where_a_rule_names_them(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_as(work, "bob", "note review 1");
    app_login(work, "carl");
    assert_false(app_try(work, "note approve 1"));
    assert_int_equal(work->error.code, ERROR_DENIED);
    assert_non_null(strstr(work->error.message, "CONTRIBUTOR (when an approval rule names them)"));
    team_as(work, "bob", "note approve 1");
    team_assert_status(work, "APPROVED", 1);
}

static void every_condition_that_is_not_met_is_named(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_refused(work, "alice", "note approve 1", ERROR_DENIED,
                 "note 1 cannot be approved: it is GENERATED; alice may not approve this: asked "
                 "for it, "
                 "and four eyes are needed");
    assert_string_equal(work->error.hint, "somebody has to review it first: `pilab note review 1`");
    team_refused(work, "bob", "note publish 1 --to /nowhere/at/all", ERROR_CONFLICT,
                 "note 1 cannot be published: it is GENERATED; waits for: 1 of those who may "
                 "approve "
                 "(bob, olga); barred: alice (asked for it)");
}

static void where_nobody_has_to_approve_a_review_is_enough(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "SIT");
    team_as(work, "alice", "note review 1");
    team_assert_status(work, "APPROVED", 1);
    assert_string_equal(team_sentence(work), "nobody has to approve what goes to SIT");
}

static void a_rejection_needs_a_reason_and_an_edit(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "PROD");
    team_as(work, "bob", "note review 1");
    team_as(work, "carl", "note approve 1");
    app_login(work, "bob");
    app_must_fail(work, "note reject 1", ERROR_USAGE, "a rejection needs a reason");
    team_as(work, "bob", "note reject 1 --reason incomplete");
    team_assert_status(work, "DRAFT", 1);
    assert_string_equal(team_sentence(work), "rejected by bob");
    team_refused(work, "carl", "note review 1", ERROR_CONFLICT,
                 "note 1 cannot be reviewed: bob rejected revision 1");
    team_as(work, "alice", "note list --waiting-for-me");
    assert_int_equal(json_array_size(work->result.items), 1);
    team_edit(work, "alice", "# R2025.03\n\nOne\n\nTwo\n\nThree\n", "--message again");
    team_assert_status(work, "DRAFT", 2);
    team_as(work, "bob", "note review 1");
    team_assert_status(work, "REVIEWED", 2);
}

static void an_edit_takes_approvals_away_and_says_whose_beforehand(void **state)
{
    struct app_work *work = *state;
    const json_t *decision;

    team_add_note(work, "alice", "R2025.03", "PROD");
    team_as(work, "bob", "note review 1");
    team_as(work, "carl", "note approve 1");
    team_as(work, "olga", "note approve 1");
    team_as(work, "olga", "note show 1 --approvals");
    assert_string_equal(team_text(work, "edit_lapses"),
                        "the approvals of carl and olga, the review of bob");
    team_edit(work, "bob", "# Other\n", "");
    team_assert_status(work, "DRAFT", 2);
    decision = json_array_get(json_object_get(work->result.object, "decisions"), 1);
    assert_string_equal(json_member_text(decision, "person"), "carl");
    assert_string_equal(json_member_text(decision, "lapsed_why"), "rev 2 by bob");
    assert_int_equal(json_integer_value(json_object_get(decision, "rev")), 1);
    assert_true(json_is_true(json_object_get(work->result.object, "markdown_edited")));
}

static void an_approval_is_lost_with_the_role_it_was_given_by(void **state)
{
    struct app_work *work = *state;
    struct error error = { 0 };
    struct store_accesses list;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_as(work, "bob", "note review 1");
    team_as(work, "bob", "note approve 1");
    team_assert_status(work, "APPROVED", 1);
    app_must(work, "note list");
    assert_true(store_access_list(work->call.connection, work->call.project->id, NULL,
                                  work->call.arena, &list, &error));
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].login, "bob") == 0)
            assert_true(store_begin(work->call.connection, NULL, &error) &&
                        store_access_set(work->call.connection, work->call.project->id,
                                         list.items[i].user_id, "VIEWER", &error) &&
                        store_commit(work->call.connection, &error));
    }
    team_refused(work, "olga", "note publish 1 --to out", ERROR_CONFLICT,
                 "note 1 cannot be published: waits for: 1 of those who may approve (olga); "
                 "barred: "
                 "alice (asked for it)");
    team_as(work, "olga", "note approve 1");
    assert_string_equal(team_sentence(work), "approved by olga");
}

static void who_is_alone_approves_and_it_says_so(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    const json_t *decision;

    if (app_teardown(state) != 0 || app_setup(state) != 0)
        fail_msg("no folder");
    work = *state;
    app_file(work, "pilab.yaml", team_project);
    strbuf_printf(&line, "project import %s/pilab.yaml", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
    team_add_note(work, "olga", "R2025.03", "UAT");
    team_as(work, "olga", "note review 1");
    team_as(work, "olga", "note approve 1");
    team_assert_status(work, "APPROVED", 1);
    decision = json_array_get(json_object_get(work->result.object, "decisions"), 1);
    assert_true(json_is_true(json_object_get(decision, "self_approved")));
    assert_false(json_is_true(
        json_object_get(json_object_get(work->result.object, "approval"), "four_eyes")));
}

/* --- Editing ---------------------------------------------------------------------------------- */

static void two_edits_of_one_revision_conflict_or_merge(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    const char *path;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_edit(work, "bob", "# R2025.03\n\nFirst\n\nTwo\n\nThree\n", "--base 1");
    path = app_file(work, "third.md", "# R2025.03\n\nOne\n\nTwo\n\nThird\n");
    strbuf_printf(&line, "note edit 1 --file %s --base 1", path);
    team_refused(work, "carl", line.data, ERROR_CONFLICT,
                 "note 1 has been edited meanwhile: bob made revision 2, yours is based on "
                 "revision 1 "
                 "by alice");
    strbuf_add(&line, " --merge");
    team_as(work, "carl", line.data);
    team_assert_status(work, "DRAFT", 3);
    team_as(work, "carl", "note export 1");
    assert_string_equal(work->result.text.data, "# R2025.03\n\nFirst\n\nTwo\n\nThird\n");
    strbuf_release(&line);

    path = app_file(work, "clash.md", "# R2025.03\n\nErste\n\nTwo\n\nThree\n");
    strbuf_printf(&line, "note edit 1 --file %s --base 1 --merge", path);
    team_refused(work, "dan", line.data, ERROR_CONFLICT,
                 "note 1 has been edited meanwhile: carl made revision 3, yours is based on "
                 "revision 1 "
                 "by alice, and both change the same lines");
    strbuf_release(&line);
}

static void a_text_that_is_none_is_refused(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;

    team_add_note(work, "alice", "R2025.03", "UAT");
    strbuf_printf(&line, "note edit 1 --file %s/new.md", work->folder);
    app_file(work, "new.md", "# R2025.03\n\nOne\n\nTwo\n\nThree\n");
    app_must_fail(work, line.data, ERROR_INVALID, "nothing is different from revision 1 of note 1");
    app_file(work, "new.md", "\xff\xfe");
    app_must_fail(work, line.data, ERROR_INVALID, "the text is not UTF-8");
    app_file(work, "new.md", "one\ntwo\x1b[2J\n");
    app_must_fail(work, line.data, ERROR_INVALID, "line 2 holds the control character U+001B");
    app_file(work, "new.md", "one\nt\u00e4st \u202e txt.exe\n");
    app_must_fail(work, line.data, ERROR_INVALID,
                  "line 2 holds U+202E at character 6, which turns the order around in which text "
                  "is shown");
    assert_non_null(strstr(work->error.hint, "take it out"));
    app_file(work, "new.md", "\u2066one\u2069\n");
    app_must_fail(work, line.data, ERROR_INVALID,
                  "line 1 holds U+2066 at character 1, which turns the order around in which text "
                  "is shown");
    app_must_fail(work, "note edit 1", ERROR_USAGE, "there is no text");
    app_file(work, "new.md", "one\r\n\ttwo\r\n");
    app_must(work, line.data);
    app_must(work, "note show 1");
    assert_string_equal(work->result.note_markdown, "one\n\ttwo\n");
    assert_true(work->result.note_edited);
    app_must(work, "note show 1 --rev 1");
    assert_false(work->result.note_edited);
    strbuf_release(&line);
}

static void what_changed_is_told_word_by_word(void **state)
{
    struct app_work *work = *state;

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_edit(work, "bob", "# R2025.03\n\nOne more\n\nTwo\n\nThree\n", "");
    app_must(work, "note diff 1");
    team_assert_follows(work, "note-diff-1.json");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "words_added")), 1);
    assert_non_null(strstr(team_text(work, "diff"), "{+"));
    app_must_fail(work, "note diff 1 x", ERROR_USAGE, "'x' is no revision of a note");
    app_must(work, "note revisions 1");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void what_is_typed_is_offered_again_after_a_dropped_session(void **state)
{
    struct app_work *work = *state;
    struct store_draft draft = { .session = "s1", .base_rev = 1, .text = "# Half a th" };
    struct store_drafts offers;
    struct error error = { 0 };

    team_add_note(work, "alice", "R2025.03", "UAT");
    team_as(work, "alice", "note show 1 --approvals");
    draft.note = arena_text(work->call.arena, team_text(work, "id"));
    assert_true(note_draft_save(&work->call, &draft, &error));
    assert_true(note_draft_offers(&work->call, NULL, work->call.arena, &offers, &error));
    assert_int_equal(offers.count, 0); /* this session goes on */
    assert_true(note_draft_elsewhere(&work->call, NULL, work->call.arena, &offers, &error));
    assert_int_equal(offers.count, 0); /* and is no other one */
    assert_true(note_draft_discard(&work->call, &draft, &error));
    app_login(work, "vera");
    app_must(work, "note list");
    assert_false(note_draft_save(&work->call, &draft, &error));
    assert_int_equal(error.code, ERROR_DENIED);
}

static void lists_say_what_waits_for_whom(void **state)
{
    struct app_work *work = *state;
    json_t *item;

    team_add_note(work, "alice", "R2025.03", "PROD");
    team_as(work, "bob", "note review 1");
    team_as(work, "carl", "note list --waiting-for-me");
    item = json_array_get(work->result.items, 0);
    assert_string_equal(json_member_text(item, "waits_for"), "your approval");
    assert_string_equal(json_member_text(item, "environment"), "PROD");
    team_as(work, "alice", "note list --waiting-for-me");
    assert_int_equal(json_array_size(work->result.items), 0);
    team_as(work, "alice", "note list --status reviewed");
    assert_int_equal(json_array_size(work->result.items), 1);
    team_as(work, "alice", "note list --status published");
    assert_int_equal(json_array_size(work->result.items), 0);
}

static void all_notes_are_listed_by_what_they_wait_for(void **state)
{
    struct app_work *work = *state;
    struct note_overviews list;
    struct error error = { 0 };

    team_add_note(work, "alice", "R1", "PROD");
    team_add_note(work, "alice", "R2", "PROD");
    team_as(work, "bob", "note review 1");
    team_as(work, "carl", "note approve 1");
    team_as(work, "bob", "note list");
    assert_true(note_overview_read(&work->call, false, work->call.arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.waiting, 2);
    assert_string_equal(list.items[0].note.version, "R1");
    assert_string_equal(list.items[0].waits_for, "your approval");
    assert_int_equal(list.items[0].needed, 2);
    assert_int_equal(list.items[0].got, 1);
    assert_string_equal(list.items[1].waits_for, "your review");
    assert_int_equal(list.items[1].got, 0);
    team_as(work, "vera", "note list");
    assert_true(note_overview_read(&work->call, true, work->call.arena, &list, &error));
    assert_int_equal(list.waiting, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, team_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_last_approval_that_is_needed_makes_it_approved),
        CASE(whoever_wrote_it_is_barred_whatever_their_role),
        CASE(a_contributor_approves_only_where_a_rule_names_them),
        CASE(every_condition_that_is_not_met_is_named),
        CASE(where_nobody_has_to_approve_a_review_is_enough),
        CASE(a_rejection_needs_a_reason_and_an_edit),
        CASE(an_edit_takes_approvals_away_and_says_whose_beforehand),
        CASE(an_approval_is_lost_with_the_role_it_was_given_by),
        CASE(who_is_alone_approves_and_it_says_so),
        CASE(two_edits_of_one_revision_conflict_or_merge),
        CASE(a_text_that_is_none_is_refused),
        CASE(what_changed_is_told_word_by_word),
        CASE(what_is_typed_is_offered_again_after_a_dropped_session),
        CASE(lists_say_what_waits_for_whom),
        CASE(all_notes_are_listed_by_what_they_wait_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
