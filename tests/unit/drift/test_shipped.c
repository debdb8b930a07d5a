#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/drift/input.h>
#include <pilab/drift/shipped.h>

#include "../../support/commit_fixture.h"

/* Two sides that went apart; those of behind count from 101. */
struct scene {
    struct commit_fixture ahead, behind;
    struct commit_reading ahead_reading, behind_reading;
    struct code_input input;
    struct shipped_outcome *outcomes;
    size_t *twins;
    bool *picked;
};

static void start(struct scene *scene)
{
    *scene = (struct scene){ 0 };
    commit_fixture_start(&scene->ahead, 1);
    commit_fixture_start(&scene->behind, 101);
    scene->behind.time += 3600000;
}

static void find(struct scene *scene)
{
    struct code_input *input = &scene->input;

    input->ahead = commit_fixture_list(&scene->ahead, &input->ahead_count);
    input->behind = commit_fixture_list(&scene->behind, &input->behind_count);
    input->ahead_patches = scene->ahead.newest_first_patches;
    input->behind_patches = scene->behind.newest_first_patches;
    input->ahead_picked_from_previous = scene->picked;
    commit_reading_start(&scene->ahead_reading, scene->ahead.arena, input->ahead,
                         input->ahead_count, false, NULL, 0);
    commit_reading_start(&scene->behind_reading, scene->behind.arena, input->behind,
                         input->behind_count, false, NULL, 0);
    scene->outcomes = arena_array(scene->ahead.arena, 64, sizeof *scene->outcomes);
    scene->twins = arena_array(scene->ahead.arena, 64, sizeof *scene->twins);
    shipped_find(scene->ahead.arena, input, &scene->ahead_reading, &scene->behind_reading, "v2.0.6",
                 scene->outcomes, scene->twins);
}

static void end(struct scene *scene)
{
    commit_reading_end(&scene->ahead_reading);
    commit_reading_end(&scene->behind_reading);
    commit_fixture_end(&scene->ahead);
    commit_fixture_end(&scene->behind);
}

static const struct shipped_outcome *of(const struct scene *scene, unsigned number)
{
    return &scene->outcomes[commit_fixture_place(&scene->ahead, number)];
}

/* "<words> 1234567, which v2.0.6 has" */
static void expect_basis(const struct scene *scene, unsigned number, const char *words,
                         unsigned twin)
{
    char expected[100], hex[FIXTURE_ID_SIZE];

    snprintf(expected, sizeof expected, "%s %.7s, which v2.0.6 has", words, fixture_id(twin, hex));
    assert_true(of(scene, number)->shipped);
    assert_string_equal(of(scene, number)->basis, expected);
    assert_int_equal(of(scene, number)->twin, commit_fixture_place(&scene->behind, twin));
    assert_null(of(scene, number)->maybe);
}

static void add_picked(struct commit_fixture *fixture, const char *subject, unsigned from)
{
    char message[200], hex[FIXTURE_ID_SIZE];

    snprintf(message, sizeof message, "%s\n\n(cherry picked from commit %s)", subject,
             fixture_id(from, hex));
    commit_fixture_add(fixture, message);
}

static void the_same_patch_is_there_already(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene);
    commit_fixture_add(&scene.ahead, "Add login");
    commit_fixture_patch(&scene.ahead, 'a');
    commit_fixture_add(&scene.ahead, "Add logout");
    commit_fixture_patch(&scene.ahead, 'b');
    commit_fixture_add(&scene.ahead, "nothing");
    commit_fixture_add(&scene.behind, "Login, for 2.0");
    commit_fixture_patch(&scene.behind, 'a');
    commit_fixture_add(&scene.behind, "nothing either");
    find(&scene);
    expect_basis(&scene, 1, "same patch as", 101);
    assert_false(of(&scene, 2)->shipped);
    assert_false(of(&scene, 3)->shipped);
    assert_int_equal(scene.twins[commit_fixture_place(&scene.behind, 101)],
                     commit_fixture_place(&scene.ahead, 1));
    assert_int_equal(scene.twins[commit_fixture_place(&scene.behind, 102)], NO_COMMIT);
    end(&scene);
}

static void a_pick_is_known_in_either_direction(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene);
    add_picked(&scene.ahead, "Add login", 101);
    commit_fixture_add(&scene.ahead, "Add logout");
    add_picked(&scene.ahead, "Add menu", 900);
    add_picked(&scene.ahead, "Add help", 901);
    commit_fixture_add(&scene.behind, "Login");
    add_picked(&scene.behind, "Logout", 2);
    add_picked(&scene.behind, "Menu", 900);
    find(&scene);
    expect_basis(&scene, 1, "cherry-picked from", 101);
    expect_basis(&scene, 2, "picked over as", 102);
    expect_basis(&scene, 3, "cherry-picked from the same commit as", 103);
    assert_false(of(&scene, 4)->shipped);
    end(&scene);
}

static void what_was_reverted_over_there_is_not_there(void **state)
{
    struct scene scene;
    char message[200], hex[FIXTURE_ID_SIZE];

    (void)state;
    start(&scene);
    commit_fixture_add(&scene.ahead, "Add login");
    commit_fixture_patch(&scene.ahead, 'a');
    commit_fixture_add(&scene.behind, "Add login");
    commit_fixture_patch(&scene.behind, 'a');
    snprintf(message, sizeof message, "Revert \"Add login\"\n\nThis reverts commit %s.",
             fixture_id(101, hex));
    commit_fixture_add(&scene.behind, message);
    find(&scene);
    assert_false(of(&scene, 1)->shipped);
    end(&scene);
}

static void a_likeness_is_only_a_hint(void **state)
{
    struct scene scene;
    char hex[FIXTURE_ID_SIZE];

    (void)state;
    start(&scene);
    commit_fixture_add(&scene.ahead, "Add login (#12)\n\nRefs: MB-1");
    commit_fixture_add(&scene.ahead, "Add logout");
    scene.behind.time = scene.ahead.time;
    commit_fixture_add(&scene.ahead, "Add menu");
    commit_fixture_add(&scene.behind, "Add menu");
    commit_fixture_add(&scene.behind, "Add logout");
    commit_fixture_add(&scene.behind, "Add login (#15)\n\nRefs: MB-1");
    find(&scene);
    assert_false(of(&scene, 1)->shipped);
    assert_string_equal(of(&scene, 1)->maybe, fixture_id(103, hex));
    /* the subject alone says nothing */
    assert_null(of(&scene, 2)->maybe);
    /* same author, same time: what a pick with conflicts leaves */
    assert_string_equal(of(&scene, 3)->maybe, fixture_id(101, hex));
    end(&scene);
}

static void a_pick_of_what_both_have_is_a_hint(void **state)
{
    struct scene scene;
    bool picked[] = { true, true };
    char hex[FIXTURE_ID_SIZE];

    (void)state;
    start(&scene);
    scene.picked = picked;
    add_picked(&scene.ahead, "Add login again", 900);
    commit_fixture_add(&scene.ahead, "Add logout");
    find(&scene);
    assert_false(of(&scene, 1)->shipped);
    assert_string_equal(of(&scene, 1)->maybe, fixture_id(900, hex));
    assert_null(of(&scene, 2)->maybe);
    end(&scene);
}

static void merges_are_never_looked_at(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene);
    commit_fixture_merge(&scene.ahead, "Merge branch 'x'", 900, 901);
    commit_fixture_patch(&scene.ahead, 'a');
    commit_fixture_merge(&scene.behind, "Merge branch 'x'", 900, 901);
    commit_fixture_patch(&scene.behind, 'a');
    find(&scene);
    assert_false(of(&scene, 1)->shipped);
    assert_null(of(&scene, 1)->maybe);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_patch_is_there_already),
        cmocka_unit_test(a_pick_is_known_in_either_direction),
        cmocka_unit_test(what_was_reverted_over_there_is_not_there),
        cmocka_unit_test(a_likeness_is_only_a_hint),
        cmocka_unit_test(a_pick_of_what_both_have_is_a_hint),
        cmocka_unit_test(merges_are_never_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
