#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/git/repository.h>

#include "../../support/fixture_repository.h"

static struct fixture_repository *fixture;
static struct builder *build;
static struct error error;
/* What is meant in a repository of many things; every case begins with none. */
static const char *name;

static int begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    name = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

/* Of the pair that was asserted last. */
static bool current_aside, previous_aside;

static void assert_last_two(const char *previous, const char *current)
{
    struct version_pair versions;
    struct arena *arena = arena_new();
    struct repository *repository = fixture_open(fixture);
    if (!repository_last_two_versions(repository, name, arena, NULL, &versions, &error))
        fail_msg("%s", error.message);
    assert_string_equal(versions.current, current);
    assert_string_equal(versions.previous, previous);
    current_aside = versions.current_aside;
    previous_aside = versions.previous_aside;
    arena_free(&arena);
}

static void the_last_two_versions_are_those_of_the_branch(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.0.0");
    builder_branch(build, "hotfix");
    fixture_commit(fixture, "b", "1\n", "Elsewhere");
    builder_tag(build, "v9.9.9");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.1.0");
    fixture_commit(fixture, "a", "3\n", "Three");
    assert_last_two("v1.0.0", "v1.1.0");
}

/* A project that tags on a branch for each release; ends on the main branch. */
static void tag_on_release_branches(void)
{
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v0.8.0");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_branch(build, "release-3.4");
    fixture_commit(fixture, "b", "1\n", "A fix");
    builder_tag(build, "v3.4.9");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "3\n", "Three");
    builder_branch(build, "release-3.5");
    fixture_commit(fixture, "c", "1\n", "Ready");
    builder_tag(build, "v3.5.0-rc1");
    builder_tag(build, "v3.5.0");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "4\n", "Four");
}

static void releases_on_branches_of_their_own_are_versions_of_the_line(void **state)
{
    (void)state;
    tag_on_release_branches();
    assert_last_two("v3.4.9", "v3.5.0");
    assert_true(current_aside);
    assert_true(previous_aside);
}

static void a_patch_on_its_own_branch_follows_its_release(void **state)
{
    (void)state;
    tag_on_release_branches();
    builder_switch(build, "release-3.5");
    fixture_commit(fixture, "c", "2\n", "A fix");
    builder_tag(build, "v3.5.1");
    builder_switch(build, "main");
    assert_last_two("v3.5.0", "v3.5.1");
}

static void a_version_that_is_checked_out_is_meant(void **state)
{
    char head[OBJECT_ID_HEX_SIZE + 1];
    struct object_id two;

    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.0.0");
    two = fixture_commit(fixture, "a", "2\n", "Two");
    object_id_hex(&two, head);
    strcat(head, "\n");
    builder_tag(build, "v1.0.1");
    fixture_commit(fixture, "a", "3\n", "Three");
    builder_tag(build, "v1.0.2");
    fixture_write_git_file(fixture, "HEAD", head);
    assert_last_two("v1.0.0", "v1.0.1");
    assert_false(current_aside);
}

static void on_an_older_release_branch_its_own_version_counts(void **state)
{
    (void)state;
    tag_on_release_branches();
    fixture_write_git_file(fixture, "HEAD", "ref: refs/heads/release-3.4\n");
    assert_last_two("v0.8.0", "v3.4.9");
}

static void patches_after_a_version_are_versions_of_the_line(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.8.0");
    builder_branch(build, "maint-1.8");
    fixture_commit(fixture, "b", "1\n", "A fix");
    builder_tag(build, "v1.8.4");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.9.0");
    fixture_commit(fixture, "a", "3\n", "Three");
    assert_last_two("v1.8.4", "v1.9.0");
    assert_false(current_aside);
    assert_true(previous_aside);
}

static void a_line_without_tags_is_counted_in_the_youngest_series(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_branch(build, "old");
    fixture_commit(fixture, "b", "1\n", "Old");
    builder_tag(build, "zeta-9.0");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_branch(build, "two");
    fixture_commit(fixture, "c", "1\n", "Release");
    builder_tag(build, "v2.0.0");
    fixture_commit(fixture, "c", "2\n", "Fix");
    builder_tag(build, "v2.0.1");
    builder_tag(build, "v2.1.0-rc1");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "3\n", "Three");
    assert_last_two("v2.0.0", "v2.0.1");
}

static void a_second_name_of_one_commit_is_no_second_version(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.1.0-rc2");
    builder_tag(build, "v1.1.0");
    assert_last_two("v1.0.0", "v1.1.0");
}

static void a_release_is_compared_with_a_release(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.1.0-rc1");
    fixture_commit(fixture, "a", "3\n", "Three");
    builder_tag(build, "deployed-7");
    fixture_commit(fixture, "a", "4\n", "Four");
    builder_tag(build, "v1.1.0");
    assert_last_two("v1.0.0", "v1.1.0");
}

static void a_candidate_is_compared_with_the_one_before(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.0.0-rc1");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.0.0-rc2");
    assert_last_two("v1.0.0-rc1", "v1.0.0-rc2");
}

static void one_version_is_too_few(void **state)
{
    (void)state;
    struct version_pair versions;
    struct arena *arena = arena_new();
    fixture_commit(fixture, "a", "1\n", "One");
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_last_two_versions(repository, name, arena, NULL, &versions, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "no tag leads to the history of repository",
                         "HEAD~20..HEAD");
    struct object_id head = fixture_resolve(fixture, "HEAD");
    char hex[OBJECT_ID_HEX_SIZE + 1];
    object_id_hex(&head, hex);
    fixture_write_git_file(fixture, "refs/tags/v1", strcat(hex, "\n"));
    repository = fixture_open(fixture);
    assert_false(repository_last_two_versions(repository, name, arena, NULL, &versions, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "only one version: no tag is older than v1",
                         "v1..HEAD");
    arena_free(&arena);
}

/* Two versions on the main branch, and a fix for the second on a branch of its own. */
static void tag_and_branch_for_a_fix(void)
{
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.8.0");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.9.0");
    builder_branch(build, "release-1.9");
    fixture_commit(fixture, "b", "1\n", "A fix");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "3\n", "Three");
}

static void on_a_maintenance_branch_a_later_release_is_somebody_elses(void **state)
{
    (void)state;
    tag_and_branch_for_a_fix();
    builder_tag(build, "v1.10.0");
    fixture_write_git_file(fixture, "HEAD", "ref: refs/heads/release-1.9\n");
    assert_last_two("v1.8.0", "v1.9.0");
    assert_false(current_aside);
}

static void but_a_patch_of_its_tag_is_not(void **state)
{
    (void)state;
    tag_and_branch_for_a_fix();
    builder_switch(build, "release-1.9");
    builder_tag(build, "v1.9.1");
    builder_switch(build, "main");
    assert_last_two("v1.9.0", "v1.9.1");
    assert_true(current_aside);
}

static void numbers_of_two_parts_know_no_patches(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "1.8");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "1.9");
    builder_branch(build, "next");
    fixture_commit(fixture, "b", "1\n", "More");
    builder_tag(build, "1.10");
    builder_switch(build, "main");
    fixture_commit(fixture, "a", "3\n", "Three");
    assert_last_two("1.8", "1.9");
}

static void of_many_things_the_one_that_is_meant_counts(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "charts/pay/v1.0.0");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "charts/pay/v1.1.0");
    fixture_commit(fixture, "a", "3\n", "Three");
    builder_tag(build, "charts/web/v3.0.0");
    fixture_commit(fixture, "a", "4\n", "Four");
    builder_tag(build, "charts/web/v3.0.1");
    assert_last_two("charts/web/v3.0.0", "charts/web/v3.0.1");
    name = "pay";
    assert_last_two("charts/pay/v1.0.0", "charts/pay/v1.1.0");
    name = "neither";
    assert_last_two("charts/web/v3.0.0", "charts/web/v3.0.1");
}

static void history_that_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct version_pair versions;
    struct arena *arena = arena_new();
    char hex[OBJECT_ID_HEX_SIZE];
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1");
    struct object_id middle = fixture_commit(fixture, "a", "2\n", "Two");
    fixture_commit(fixture, "a", "3\n", "Three");
    builder_tag(build, "v2");
    fixture_lose_object(fixture, &middle);
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_last_two_versions(repository, name, arena, NULL, &versions, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, object_id_hex(&middle, hex), "git fsck");
    arena_free(&arena);
}

static void a_shallow_clone_says_that_it_ends_too_early(void **state)
{
    (void)state;
    struct version_pair versions;
    struct arena *arena = arena_new();
    char hex[OBJECT_ID_HEX_SIZE + 1];
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v2");
    fixture_lose_object(fixture, &first);
    object_id_hex(&second, hex);
    fixture_write_git_file(fixture, "shallow", strcat(hex, "\n"));
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_last_two_versions(repository, name, arena, NULL, &versions, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "is shallow", "git fetch --unshallow");
    arena_free(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_last_two_versions_are_those_of_the_branch),
        CASE(releases_on_branches_of_their_own_are_versions_of_the_line),
        CASE(a_patch_on_its_own_branch_follows_its_release),
        CASE(a_version_that_is_checked_out_is_meant),
        CASE(on_an_older_release_branch_its_own_version_counts),
        CASE(patches_after_a_version_are_versions_of_the_line),
        CASE(a_line_without_tags_is_counted_in_the_youngest_series),
        CASE(a_second_name_of_one_commit_is_no_second_version),
        CASE(a_release_is_compared_with_a_release),
        CASE(a_candidate_is_compared_with_the_one_before),
        CASE(one_version_is_too_few),
        CASE(on_a_maintenance_branch_a_later_release_is_somebody_elses),
        CASE(but_a_patch_of_its_tag_is_not),
        CASE(numbers_of_two_parts_know_no_patches),
        CASE(of_many_things_the_one_that_is_meant_counts),
        CASE(history_that_cannot_be_read_is_named),
        CASE(a_shallow_clone_says_that_it_ends_too_early),
    };
    return cmocka_run_group_tests_name("git/last_versions", tests, fixture_library_start,
                                       fixture_library_stop);
}
