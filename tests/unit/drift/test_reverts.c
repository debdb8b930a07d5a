#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/drift/reverts.h>

#include "../../support/commit_fixture.h"

/* A history that is built, and what becomes of its commits. */
struct scene {
    struct commit_fixture history;
    struct commit_reading reading;
    struct revert_outcome *outcomes;
    bool *shipped;
};

static int set_up(void **state)
{
    static struct scene scene;

    scene = (struct scene){ 0 };
    commit_fixture_start(&scene.history, 1);
    scene.shipped = arena_array(scene.history.arena, 64, sizeof *scene.shipped);
    *state = &scene;
    return 0;
}

static unsigned add(struct scene *scene, const char *message)
{
    return commit_fixture_add(&scene->history, message);
}

/* A message as git-revert(1) writes it. */
static unsigned add_revert(struct scene *scene, const char *subject, unsigned of)
{
    char message[200], hex[FIXTURE_ID_SIZE];

    snprintf(message, sizeof message, "%s\n\nThis reverts commit %s.\n", subject,
             fixture_id(of, hex));
    return add(scene, message);
}

static void find(struct scene *scene)
{
    const struct commit *commits;
    size_t count;

    commits = commit_fixture_list(&scene->history, &count);
    commit_reading_start(&scene->reading, scene->history.arena, commits, count, false, NULL, 0);
    scene->outcomes = arena_array(scene->history.arena, count, sizeof *scene->outcomes);
    reverts_find(&scene->reading, scene->shipped, scene->outcomes);
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    commit_reading_end(&scene->reading);
    commit_fixture_end(&scene->history);
    return 0;
}

static const struct revert_outcome *of(const struct scene *scene, unsigned number)
{
    return &scene->outcomes[commit_fixture_place(&scene->history, number)];
}

static unsigned other(const struct scene *scene, unsigned number)
{
    return 1 + (unsigned)(scene->history.commits.count - 1 - of(scene, number)->other);
}

static void a_revert_and_what_it_reverts_cancel(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login");
    add(scene, "Add logout");
    add_revert(scene, "Revert \"Add login\"", 1);
    find(scene);
    assert_true(of(scene, 1)->cancelled);
    assert_int_equal(other(scene, 1), 3);
    assert_false(of(scene, 1)->revert);
    assert_false(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->revert);
    assert_true(of(scene, 3)->cancelled);
    assert_int_equal(other(scene, 3), 1);
}

static void a_revert_of_a_revert_brings_the_change_back(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login");
    add_revert(scene, "Revert \"Add login\"", 1);
    add_revert(scene, "Revert \"Revert \"Add login\"\"", 2);
    find(scene);
    assert_false(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->cancelled);
}

static void three_reverts_take_it_away_again(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login");
    add_revert(scene, "Revert \"Add login\"", 1);
    add_revert(scene, "Reapply \"Add login\"", 2);
    add_revert(scene, "Revert \"Reapply \"Add login\"\"", 3);
    find(scene);
    for (unsigned i = 1; i <= 4; i++)
        assert_true(of(scene, i)->cancelled);
}

static void a_subject_is_enough(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login (#12)");
    add(scene, "feat: add logout");
    add(scene, "Revert \"Add login (#12)\" (#13)");
    add(scene, "revert: feat: add logout");
    add(scene, "Reapply \"Add login\"");
    find(scene);
    assert_false(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->cancelled);
    assert_true(of(scene, 4)->cancelled);
    assert_true(of(scene, 5)->cancelled);
}

static void of_several_with_the_subject_the_last_that_is_on_is_meant(void **state)
{
    struct scene *scene = *state;

    add(scene, "Try");
    add(scene, "Try");
    add(scene, "Revert \"Try\"");
    add(scene, "Revert \"Try\"");
    find(scene);
    assert_int_equal(other(scene, 2), 3);
    assert_int_equal(other(scene, 1), 4);
}

static void a_revert_of_what_is_out_stays(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login");
    add_revert(scene, "Revert \"Something old\"", 900);
    add(scene, "Revert \"Something older\"");
    find(scene);
    assert_false(of(scene, 2)->cancelled);
    assert_true(of(scene, 2)->released);
    assert_true(of(scene, 3)->released);
    assert_false(of(scene, 1)->cancelled);
}

static void a_revert_of_what_is_out_may_be_taken_back(void **state)
{
    struct scene *scene = *state;

    add_revert(scene, "Revert \"Old\"", 900);
    add_revert(scene, "Revert \"Revert \"Old\"\"", 1);
    find(scene);
    assert_true(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
    assert_int_equal(other(scene, 1), 2);
}

static void reverting_what_was_shipped_otherwise_is_news(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login");
    add_revert(scene, "Revert \"Add login\"", 1);
    scene->shipped[1] = true; /* the place of the first */
    find(scene);
    assert_false(of(scene, 1)->cancelled);
    assert_false(of(scene, 2)->cancelled);
    assert_true(of(scene, 2)->released);
}

static void a_revert_that_names_the_original_of_a_pick_is_understood(void **state)
{
    struct scene *scene = *state;
    char message[200], hex[FIXTURE_ID_SIZE];

    snprintf(message, sizeof message, "Add login\n\n(cherry picked from commit %s)",
             fixture_id(900, hex));
    add(scene, message);
    add_revert(scene, "Back out the login", 900);
    find(scene);
    assert_true(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
}

static void reverting_a_merge_reverts_what_it_brought(void **state)
{
    struct scene *scene = *state;
    char message[200], hex[FIXTURE_ID_SIZE];

    add(scene, "one");
    commit_fixture_on(&scene->history, "two", 1);
    commit_fixture_on(&scene->history, "three", 2);
    commit_fixture_merge(&scene->history, "Merge pull request #7 from a/b\n\nTitle", 1, 3);
    snprintf(message, sizeof message,
             "Revert \"Title\"\n\nThis reverts commit %s, reversing\nchanges made to abc.",
             fixture_id(4, hex));
    add(scene, message);
    find(scene);
    assert_false(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->cancelled);
    assert_false(of(scene, 4)->cancelled);
    assert_true(of(scene, 5)->cancelled);
}

static void a_merge_is_known_by_its_request(void **state)
{
    struct scene *scene = *state;

    add(scene, "one");
    commit_fixture_on(&scene->history, "two", 1);
    commit_fixture_merge(&scene->history, "Merge pull request #7 from a/b\n\nTitle", 1, 2);
    add(scene, "Revert the second thing\n\nReverts bank/auth#7");
    find(scene);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 4)->cancelled);
}

static void what_a_branch_had_reverted_itself_stays_off(void **state)
{
    struct scene *scene = *state;
    char message[200], hex[FIXTURE_ID_SIZE];

    add(scene, "one");
    commit_fixture_on(&scene->history, "two", 1);
    commit_fixture_on(&scene->history, "Revert \"two\"", 2);
    commit_fixture_on(&scene->history, "four", 3);
    commit_fixture_merge(&scene->history, "Merge branch 'x'", 1, 4);
    snprintf(message, sizeof message, "Revert \"x\"\n\nThis reverts commit %s.",
             fixture_id(5, hex));
    add(scene, message);
    find(scene);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->cancelled);
    assert_true(of(scene, 4)->cancelled);
    assert_true(of(scene, 6)->cancelled);
}

static void one_revert_may_take_back_several(void **state)
{
    struct scene *scene = *state;
    char message[300], first[FIXTURE_ID_SIZE], second[FIXTURE_ID_SIZE];

    add(scene, "one");
    add(scene, "two");
    snprintf(message, sizeof message,
             "Revert both\n\nThis reverts commit %s.\nThis reverts commit %s.\n",
             fixture_id(1, first), fixture_id(2, second));
    add(scene, message);
    find(scene);
    assert_true(of(scene, 1)->cancelled);
    assert_true(of(scene, 2)->cancelled);
    assert_true(of(scene, 3)->cancelled);
}

static void a_revert_of_something_new_and_something_old_stays(void **state)
{
    struct scene *scene = *state;
    char message[300], first[FIXTURE_ID_SIZE], second[FIXTURE_ID_SIZE];

    add(scene, "one");
    snprintf(message, sizeof message,
             "Revert both\n\nThis reverts commit %s.\nThis reverts commit %s.\n",
             fixture_id(1, first), fixture_id(900, second));
    add(scene, message);
    find(scene);
    assert_true(of(scene, 1)->cancelled);
    assert_false(of(scene, 2)->cancelled);
    assert_true(of(scene, 2)->released);
}

static void a_squash_that_holds_a_revert_is_none(void **state)
{
    struct scene *scene = *state;

    add(scene, "Add login (#12)\n\n* Add login\n\n* Revert \"Add login\"\n\n"
               "This reverts commit 0123456789012345678901234567890123456789.");
    add(scene, "Partly undo it\n\nThis partially reverts commit 0123456789.");
    find(scene);
    assert_false(of(scene, 1)->revert);
    assert_false(of(scene, 2)->revert);
}

static void a_revert_that_names_nothing_is_a_change_like_any(void **state)
{
    struct scene *scene = *state;

    add(scene, "Revert the head optimization");
    add(scene, "Revert \"cut off by a servi");
    find(scene);
    assert_true(of(scene, 1)->revert);
    assert_false(of(scene, 1)->cancelled);
    assert_false(of(scene, 1)->released);
    assert_true(of(scene, 2)->released);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_revert_and_what_it_reverts_cancel),
        CASE(a_revert_of_a_revert_brings_the_change_back),
        CASE(three_reverts_take_it_away_again),
        CASE(a_subject_is_enough),
        CASE(of_several_with_the_subject_the_last_that_is_on_is_meant),
        CASE(a_revert_of_what_is_out_stays),
        CASE(a_revert_of_what_is_out_may_be_taken_back),
        CASE(reverting_what_was_shipped_otherwise_is_news),
        CASE(a_revert_that_names_the_original_of_a_pick_is_understood),
        CASE(reverting_a_merge_reverts_what_it_brought),
        CASE(a_merge_is_known_by_its_request),
        CASE(what_a_branch_had_reverted_itself_stays_off),
        CASE(one_revert_may_take_back_several),
        CASE(a_revert_of_something_new_and_something_old_stays),
        CASE(a_squash_that_holds_a_revert_is_none),
        CASE(a_revert_that_names_nothing_is_a_change_like_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
