#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#include "../../support/code_fixture.h"

static unsigned add(struct code_fixture *fixture, const char *message)
{
    return commit_fixture_add(&fixture->ahead[0], message);
}

static void expect_disposition(const struct code_fixture *fixture, unsigned number,
                               enum disposition disposition)
{
    const struct drift_commit *commit = code_fixture_commit(fixture, number);

    assert_string_equal(disposition_name(commit->disposition), disposition_name(disposition));
    assert_non_null(commit->basis);
}

/* "MB-1 #2" */
static void expect_tickets(const struct drift_change *change, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < change->ticket_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? " " : "", change->tickets[i].id);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

static void a_ticket_is_one_change_over_all_modules(void **state)
{
    struct code_fixture fixture;
    const struct drift_change *change;
    char id[FIXTURE_ID_SIZE];

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_module(&fixture, "mb-web");
    add(&fixture, "[MB-234] Add biometric authentication\n\nNew login for phones.");
    fixture.ahead[1].time += 1800000;
    fixture.ahead[1].author = "web@example.org";
    commit_fixture_add(&fixture.ahead[1], "MB-234: show the fingerprint button");
    fixture.ahead[0].time += 7200000;
    add(&fixture, "MB-234 fix crash without a sensor");
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 1);
    change = code_fixture_change(&fixture, 1);
    assert_string_equal(change->ticket, "MB-234");
    assert_string_equal(change->title, "Add biometric authentication");
    assert_string_equal(change->description, "New login for phones.");
    assert_int_equal(change->category, CATEGORY_FEATURES);
    assert_int_equal(change->type, CHANGE_TYPE_ADDED);
    assert_int_equal(change->commit_count, 3);
    assert_string_equal(change->commits[0], fixture_id(1, id));
    assert_string_equal(change->commits[1], fixture_id(1001, id));
    assert_string_equal(change->commits[2], fixture_id(2, id));
    assert_int_equal(change->service_count, 2);
    assert_string_equal(change->services[0], "mb-auth");
    assert_string_equal(change->services[1], "mb-web");
    assert_int_equal(change->author_count, 2);
    assert_string_equal(change->authors[0], "dev@example.org");
    assert_string_equal(change->authors[1], "web@example.org");
    expect_disposition(&fixture, 1001, DISPOSITION_IN_NOTES);
    code_fixture_end(&fixture);
}

static void numbers_mean_something_else_in_every_module(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_module(&fixture, "mb-web");
    add(&fixture, "Add login (#12)");
    add(&fixture, "Follow up (#12)");
    commit_fixture_add(&fixture.ahead[1], "Add logout (#12)");
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 2);
    assert_int_equal(code_fixture_change(&fixture, 1)->commit_count, 2);
    assert_ptr_equal(code_fixture_change(&fixture, 1), code_fixture_change(&fixture, 2));
    assert_string_equal(code_fixture_change(&fixture, 1001)->title, "Add logout");
    assert_string_equal(code_fixture_change(&fixture, 1001)->ticket, "#12");
    code_fixture_end(&fixture);
}

static void a_merge_and_its_branch_are_one_change(void **state)
{
    struct code_fixture fixture;
    const struct drift_change *change;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "Fix the footer");
    commit_fixture_on(&fixture.ahead[0], "wip", 1);
    commit_fixture_on(&fixture.ahead[0], "add test", 2);
    commit_fixture_on(&fixture.ahead[0], "more", 3);
    commit_fixture_merge(&fixture.ahead[0],
                         "Merge pull request #12 from dev/login\n\nfeat: add login\n\n"
                         "Log in by fingerprint.",
                         1, 4);
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 2);
    change = code_fixture_change(&fixture, 2);
    assert_ptr_equal(change, code_fixture_change(&fixture, 4));
    assert_int_equal(change->commit_count, 3);
    assert_string_equal(change->ticket, "#12");
    assert_string_equal(change->title, "Add login");
    assert_string_equal(change->description, "Log in by fingerprint.");
    assert_int_equal(change->category, CATEGORY_FEATURES);
    expect_disposition(&fixture, 5, DISPOSITION_MERGE);
    expect_disposition(&fixture, 3, DISPOSITION_IN_NOTES);
    assert_int_equal(code_fixture_commit(&fixture, 5)->change, SIZE_MAX);
    code_fixture_end(&fixture);
}

static void a_ticket_in_the_branch_name_is_enough(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "one");
    commit_fixture_on(&fixture.ahead[0], "Log in", 1);
    commit_fixture_on(&fixture.ahead[0], "MB-9 Log out", 2);
    commit_fixture_merge(&fixture.ahead[0], "Merge branch 'feature/mb-234-login' into MB-1", 1, 3);
    code_fixture_detect(&fixture);
    assert_string_equal(code_fixture_change(&fixture, 2)->ticket, "MB-234");
    assert_string_equal(code_fixture_change(&fixture, 3)->ticket, "MB-9");
    assert_null(code_fixture_change(&fixture, 1)->ticket);
    code_fixture_end(&fixture);
}

static void what_came_by_a_shared_branch_is_not_one_change(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "one");
    commit_fixture_on(&fixture.ahead[0], "Add login", 1);
    commit_fixture_on(&fixture.ahead[0], "Add logout", 2);
    commit_fixture_merge(&fixture.ahead[0], "Merge pull request #50 from bank/develop\n\nRelease",
                         1, 3);
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 3);
    assert_null(code_fixture_change(&fixture, 2)->ticket);
    code_fixture_end(&fixture);
}

static void a_request_lends_its_only_ticket_to_its_commits(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "MB-1 Add login (#12)");
    add(&fixture, "Polish (#12)");
    add(&fixture, "MB-2 Add help (#13)");
    add(&fixture, "MB-3 Add menu (#13)");
    add(&fixture, "Polish more (#13)");
    code_fixture_detect(&fixture);
    assert_ptr_equal(code_fixture_change(&fixture, 2), code_fixture_change(&fixture, 1));
    expect_tickets(code_fixture_change(&fixture, 1), "MB-1 #12");
    assert_string_equal(code_fixture_change(&fixture, 5)->ticket, "#13");
    assert_ptr_not_equal(code_fixture_change(&fixture, 3), code_fixture_change(&fixture, 4));
    code_fixture_end(&fixture);
}

static void twins_and_repeated_subjects_are_one(void **state)
{
    struct code_fixture fixture;
    char message[200], hex[FIXTURE_ID_SIZE];

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_module(&fixture, "mb-web");
    add(&fixture, "Add login");
    commit_fixture_patch(&fixture.ahead[0], 'a');
    add(&fixture, "Login, once more");
    commit_fixture_patch(&fixture.ahead[0], 'a');
    snprintf(message, sizeof message, "Another login (#77)\n\n(cherry picked from commit %s)",
             fixture_id(1, hex));
    add(&fixture, message);
    add(&fixture, "add login");
    add(&fixture, "Fix build");
    commit_fixture_add(&fixture.ahead[1], "Fix build");
    add(&fixture, "Upgrade the framework to 3.2");
    commit_fixture_add(&fixture.ahead[1], "Upgrade the framework to 3.2");
    add(&fixture, "MB-1 Same words");
    add(&fixture, "Same words\n\nTicket: MB-2");
    code_fixture_detect(&fixture);
    assert_int_equal(code_fixture_change(&fixture, 1)->commit_count, 4);
    assert_ptr_equal(code_fixture_change(&fixture, 4), code_fixture_change(&fixture, 3));
    assert_ptr_not_equal(code_fixture_change(&fixture, 5), code_fixture_change(&fixture, 1001));
    assert_ptr_equal(code_fixture_change(&fixture, 6), code_fixture_change(&fixture, 1002));
    assert_ptr_not_equal(code_fixture_change(&fixture, 7), code_fixture_change(&fixture, 8));
    code_fixture_end(&fixture);
}

static void small_talk_joins_no_requests(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "Add login (#12)");
    add(&fixture, "Polish words (#12)");
    add(&fixture, "Add menu (#13)");
    add(&fixture, "Polish words (#13)");
    add(&fixture, "Bump x (#14)");
    add(&fixture, "Bump x (#15)");
    code_fixture_detect(&fixture);
    assert_ptr_not_equal(code_fixture_change(&fixture, 1), code_fixture_change(&fixture, 3));
    assert_ptr_equal(code_fixture_change(&fixture, 5), code_fixture_change(&fixture, 6));
    expect_tickets(code_fixture_change(&fixture, 5), "#14 #15");
    code_fixture_end(&fixture);
}

static void one_commit_in_two_modules_is_one_change(void **state)
{
    struct code_fixture fixture;
    struct commit *copy;

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_module(&fixture, "mb-web");
    add(&fixture, "Add login");
    commit_fixture_add(&fixture.ahead[1], "Add login");
    copy = vector_at(&fixture.ahead[1].commits, 0);
    copy->id = fixture_object(1);
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 1);
    assert_int_equal(fixture.report->changes[0].commit_count, 1);
    assert_int_equal(fixture.report->changes[0].service_count, 2);
    assert_int_equal(fixture.report->balance.commits, 2);
    code_fixture_end(&fixture);
}

static void an_issue_that_is_closed_groups_too(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "Log in\n\nFixes #45");
    add(&fixture, "Log in again\n\nCloses: #45");
    add(&fixture, "Something else\n\nRefs: #45");
    code_fixture_detect(&fixture);
    assert_ptr_equal(code_fixture_change(&fixture, 1), code_fixture_change(&fixture, 2));
    assert_ptr_not_equal(code_fixture_change(&fixture, 1), code_fixture_change(&fixture, 3));
    assert_string_equal(code_fixture_change(&fixture, 1)->ticket, "#45");
    code_fixture_end(&fixture);
}

static void internal_work_for_a_visible_change_belongs_to_it(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "test: MB-1 cover login");
    add(&fixture, "feat: MB-1 add login");
    add(&fixture, "chore: tidy up");
    add(&fixture, "ci: MB-2 pipeline");
    code_fixture_detect(&fixture);
    expect_disposition(&fixture, 1, DISPOSITION_IN_NOTES);
    assert_string_equal(code_fixture_change(&fixture, 1)->title, "Add login");
    assert_string_equal(code_fixture_commit(&fixture, 1)->basis,
                        "another commit of MB-1 says: type feat");
    assert_string_equal(code_fixture_commit(&fixture, 2)->basis, "type feat");
    expect_disposition(&fixture, 3, DISPOSITION_INTERNAL);
    expect_disposition(&fixture, 4, DISPOSITION_INTERNAL);
    assert_int_equal(code_fixture_change(&fixture, 4)->category, CATEGORY_INTERNAL);
    assert_int_equal(fixture.report->balance.by_disposition[DISPOSITION_INTERNAL], 2);
    assert_int_equal(fixture.report->balance.by_disposition[DISPOSITION_IN_NOTES], 2);
    code_fixture_end(&fixture);
}

static void every_commit_has_its_place_in_the_balance(void **state)
{
    struct code_fixture fixture;
    char message[200], hex[FIXTURE_ID_SIZE];
    const struct drift_balance *balance;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "Add login");
    add(&fixture, "Add logout");
    commit_fixture_patch(&fixture.ahead[0], 'x');
    add(&fixture, "Add menu");
    snprintf(message, sizeof message, "Revert \"Add menu\"\n\nThis reverts commit %s.",
             fixture_id(3, hex));
    add(&fixture, message);
    snprintf(message, sizeof message, "Revert \"Old thing\"\n\nThis reverts commit %s.",
             fixture_id(9999, hex));
    add(&fixture, message);
    commit_fixture_merge(&fixture.ahead[0], "Merge branch 'x'", 5, 9998);
    commit_fixture_add(&fixture.behind[0], "Logout");
    commit_fixture_patch(&fixture.behind[0], 'x');
    commit_fixture_add(&fixture.behind[0], "Hotfix");
    code_fixture_detect(&fixture);
    balance = &fixture.report->balance;
    assert_int_equal(balance->commits, 6);
    assert_int_equal(balance->by_disposition[DISPOSITION_IN_NOTES], 2);
    assert_int_equal(balance->by_disposition[DISPOSITION_ALREADY_SHIPPED], 1);
    assert_int_equal(balance->by_disposition[DISPOSITION_REVERTED], 2);
    assert_int_equal(balance->by_disposition[DISPOSITION_MERGE], 1);
    assert_int_equal(balance->by_disposition[DISPOSITION_UNEXPLAINED], 0);
    snprintf(message, sizeof message, "same patch as %.7s, which v2.0.6 has", fixture_id(501, hex));
    assert_string_equal(code_fixture_commit(&fixture, 2)->basis, message);
    assert_string_equal(code_fixture_commit(&fixture, 2)->twin, fixture_id(501, hex));
    snprintf(message, sizeof message, "reverted by %.7s", fixture_id(4, hex));
    assert_string_equal(code_fixture_commit(&fixture, 3)->basis, message);
    snprintf(message, sizeof message, "reverts %.7s, and both are new", fixture_id(3, hex));
    assert_string_equal(code_fixture_commit(&fixture, 4)->basis, message);
    assert_true(code_fixture_change(&fixture, 5)->reverts_released);
    assert_int_equal(code_fixture_change(&fixture, 5)->category, CATEGORY_CHANGED);
    snprintf(message, sizeof message, "the same change as %.7s, which v2.0.7 has",
             fixture_id(2, hex));
    assert_string_equal(code_fixture_commit(&fixture, 501)->basis, message);
    assert_string_equal(code_fixture_commit(&fixture, 502)->basis,
                        "v2.0.6 has it, v2.0.7 lacks it");
    assert_int_equal(code_fixture_commit(&fixture, 502)->change, SIZE_MAX);
    code_fixture_end(&fixture);
}

static void changes_stand_in_reading_order(void **state)
{
    static const char *const expected[] = {
        "Fix XSS",   "Drop v1 login", "Add help",  "Add menu",
        "Add login", "Add theme",     "Fix crash", "Tidy up",
    };
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "chore: tidy up");
    add(&fixture, "feat: add theme");
    add(&fixture, "feat: MB-10 add menu");
    add(&fixture, "feat: MB-9 add help");
    add(&fixture, "feat: add login (#3)");
    add(&fixture, "fix: crash");
    add(&fixture, "feat!: drop v1 login");
    add(&fixture, "Fix XSS");
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(fixture.report->changes[i].title, i == 6 ? "crash" : expected[i]);
    code_fixture_end(&fixture);
}

static void one_commit_raises_the_whole_change(void **state)
{
    struct code_fixture fixture;
    const struct drift_change *change;

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "feat: MB-1 add login");
    add(&fixture, "MB-1 harden it (CVE-2024-3094)\n\nBREAKING CHANGE: tokens end");
    add(&fixture, "MB-2 Remove the old login");
    add(&fixture, "MB-3 Deprecate v1\n\nUse v2 instead.");
    code_fixture_detect(&fixture);
    change = code_fixture_change(&fixture, 1);
    assert_true(change->breaking);
    assert_string_equal(change->breaking_note, "tokens end");
    assert_true(change->security);
    expect_tickets(change, "MB-1 CVE-2024-3094");
    assert_int_equal(code_fixture_change(&fixture, 3)->type, CHANGE_TYPE_DELETED);
    assert_int_equal(code_fixture_change(&fixture, 4)->category, CATEGORY_DEPRECATED);
    assert_string_equal(code_fixture_change(&fixture, 4)->migration_guide, "Use v2 instead.");
    code_fixture_end(&fixture);
}

static void a_change_is_probably_there_when_all_of_it_is(void **state)
{
    struct code_fixture fixture;
    char hex[FIXTURE_ID_SIZE];

    (void)state;
    code_fixture_start(&fixture);
    add(&fixture, "Add login (MB-1)");
    add(&fixture, "Add menu (MB-2)");
    add(&fixture, "Add help (MB-2)");
    commit_fixture_add(&fixture.behind[0], "Add login (MB-1)");
    commit_fixture_add(&fixture.behind[0], "Add menu (MB-2)");
    code_fixture_detect(&fixture);
    assert_string_equal(code_fixture_change(&fixture, 1)->maybe_shipped, fixture_id(501, hex));
    assert_null(code_fixture_change(&fixture, 2)->maybe_shipped);
    assert_string_equal(code_fixture_commit(&fixture, 2)->maybe_shipped, fixture_id(502, hex));
    expect_disposition(&fixture, 1, DISPOSITION_IN_NOTES);
    code_fixture_end(&fixture);
}

static void along_first_parents_a_merge_is_the_change(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    fixture.codes[0].first_parent = true;
    commit_fixture_merge(&fixture.ahead[0], "Merge pull request #12 from dev/x\n\nAdd login", 9998,
                         9999);
    commit_fixture_merge(&fixture.ahead[0], "Merge pull request #13 from dev/y\n\nAdd menu", 1,
                         9997);
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->change_count, 2);
    assert_string_equal(code_fixture_change(&fixture, 1)->title, "Add login");
    assert_string_equal(code_fixture_change(&fixture, 2)->ticket, "#13");
    expect_disposition(&fixture, 1, DISPOSITION_IN_NOTES);
    code_fixture_end(&fixture);
}

static void the_same_input_gives_the_same_changes(void **state)
{
    struct code_fixture fixture;
    struct strbuf texts[] = { STRBUF_INIT, STRBUF_INIT };

    (void)state;
    code_fixture_start(&fixture);
    for (unsigned i = 0; i < 40; i++) {
        char message[60];

        snprintf(message, sizeof message, "MB-%u Add part %u (#%u)", i % 7, i, i % 11);
        add(&fixture, message);
    }
    for (size_t k = 0; k < 2; k++) {
        code_fixture_detect(&fixture);
        for (size_t i = 0; i < fixture.report->change_count; i++)
            strbuf_printf(&texts[k], "%s %s %zu\n", fixture.report->changes[i].ticket,
                          fixture.report->changes[i].title,
                          fixture.report->changes[i].commit_count);
    }
    assert_string_equal(texts[0].data, texts[1].data);
    strbuf_release(&texts[0]);
    strbuf_release(&texts[1]);
    code_fixture_end(&fixture);
}

/* --- properties over histories made by chance ---------------------------------------------- */

static uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += 0x9e3779b97f4a7c15u;

    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static unsigned below(uint64_t *state, unsigned limit)
{
    return (unsigned)(next_random(state) % limit);
}

static void random_message(uint64_t *state, char *out, size_t size, unsigned made)
{
    static const char *const subjects[] = { "Add login",      "fix: crash in menu", "chore: tidy",
                                            "Improve search", "test: more",         "wip" };
    char hex[FIXTURE_ID_SIZE];
    const char *subject = subjects[below(state, 6)];

    switch (below(state, 7)) {
    case 0:
        snprintf(out, size, "MB-%u %s", below(state, 5), subject);
        break;
    case 1:
        snprintf(out, size, "%s (#%u)", subject, 1 + below(state, 6));
        break;
    case 2:
        snprintf(out, size, "Revert \"%s\"\n\nThis reverts commit %s.", subject,
                 fixture_id(1 + below(state, made + 2), hex));
        break;
    case 3:
        snprintf(out, size, "Revert \"%s\"", subject);
        break;
    case 4:
        snprintf(out, size, "%s\n\n(cherry picked from commit %s)", subject,
                 fixture_id(1 + below(state, made + 2), hex));
        break;
    default:
        snprintf(out, size, "%s %u", subject, below(state, 30));
    }
}

static void grow(struct commit_fixture *history, uint64_t *state, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned newest = history->first + i - 1;
        char message[200];

        random_message(state, message, sizeof message, i);
        if (i > 4 && below(state, 5) == 0)
            commit_fixture_merge(history,
                                 below(state, 2) ? "Merge branch 'x/MB-3'"
                                                 : "Merge pull request #9 from a/b\n\nT",
                                 newest, history->first + below(state, i));
        else
            commit_fixture_on(history, message, i > 0 ? newest - below(state, i < 3 ? 1 : 3) : 0);
        if (below(state, 4) == 0)
            commit_fixture_patch(history, (char)('a' + below(state, 8)));
    }
}

static void check_balance(const struct drift_report *report)
{
    size_t sum = 0;

    for (int i = 0; i < DISPOSITION_COUNT; i++)
        sum += report->balance.by_disposition[i];
    assert_int_equal(sum, report->balance.commits);
    assert_int_equal(report->balance.by_disposition[DISPOSITION_UNEXPLAINED], 0);
}

/* Each commit of the notes is in exactly one change, and no other is in any. */
static void check_changes(const struct drift_report *report)
{
    struct map *seen = map_new();
    size_t listed = 0, expected = 0;

    for (size_t i = 0; i < report->change_count; i++) {
        assert_true(report->changes[i].commit_count > 0);
        for (size_t k = 0; k < report->changes[i].commit_count; k++) {
            assert_false(map_has(seen, report->changes[i].commits[k]));
            map_put(seen, report->changes[i].commits[k], seen);
            listed++;
        }
    }
    for (size_t i = 0; i < report->code_count; i++) {
        for (size_t k = 0; k < report->codes[i].commit_count; k++) {
            const struct drift_commit *commit = &report->codes[i].commits[k];
            bool in = commit->disposition == DISPOSITION_IN_NOTES ||
                      commit->disposition == DISPOSITION_INTERNAL;

            assert_int_equal(in, commit->change != SIZE_MAX);
            assert_int_equal(in, map_has(seen, commit->id));
            assert_non_null(commit->basis);
            expected += in;
        }
    }
    assert_int_equal(listed, expected);
    map_free(&seen);
}

static void whatever_the_history_the_balance_adds_up(void **state)
{
    uint64_t random = 42;

    (void)state;
    for (unsigned round = 0; round < 150; round++) {
        struct code_fixture fixture;

        code_fixture_start(&fixture);
        code_fixture_module(&fixture, "mb-web");
        grow(&fixture.ahead[0], &random, below(&random, 40));
        grow(&fixture.ahead[1], &random, below(&random, 20));
        grow(&fixture.behind[0], &random, below(&random, 20));
        code_fixture_detect(&fixture);
        check_balance(fixture.report);
        check_changes(fixture.report);
        code_fixture_end(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_one_change_over_all_modules),
        cmocka_unit_test(numbers_mean_something_else_in_every_module),
        cmocka_unit_test(a_merge_and_its_branch_are_one_change),
        cmocka_unit_test(a_ticket_in_the_branch_name_is_enough),
        cmocka_unit_test(what_came_by_a_shared_branch_is_not_one_change),
        cmocka_unit_test(a_request_lends_its_only_ticket_to_its_commits),
        cmocka_unit_test(twins_and_repeated_subjects_are_one),
        cmocka_unit_test(small_talk_joins_no_requests),
        cmocka_unit_test(one_commit_in_two_modules_is_one_change),
        cmocka_unit_test(an_issue_that_is_closed_groups_too),
        cmocka_unit_test(internal_work_for_a_visible_change_belongs_to_it),
        cmocka_unit_test(every_commit_has_its_place_in_the_balance),
        cmocka_unit_test(changes_stand_in_reading_order),
        cmocka_unit_test(one_commit_raises_the_whole_change),
        cmocka_unit_test(a_change_is_probably_there_when_all_of_it_is),
        cmocka_unit_test(along_first_parents_a_merge_is_the_change),
        cmocka_unit_test(the_same_input_gives_the_same_changes),
        cmocka_unit_test(whatever_the_history_the_balance_adds_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
