#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/git/history.h>
#include <pilab/git/repository.h>

#include "../../support/fixture_case.h"

static struct error error;

/* --- Opening -------------------------------------------------------------------------------- */

static void a_work_tree_and_its_git_folder_open_alike(void **state)
{
    (void)state;
    struct repository *other = NULL;
    fixture_commit(fixture, "a", "1\n", "One");
    struct repository *repository = fixture_open(fixture);
    assert_string_equal(repository_directory(repository), fixture_git_path(fixture));
    assert_string_equal(repository_work_tree(repository), fixture_path(fixture));
    assert_string_equal(repository_name(repository), "repository");
    assert_false(repository_is_shallow(repository));
    assert_true(repository_open(&other, fixture_git_path(fixture), &error));
    assert_string_equal(repository_directory(other), fixture_git_path(fixture));
    repository_free(&other);
    assert_null(other);
}

static void a_bare_repository_has_no_work_tree(void **state)
{
    (void)state;
    struct repository *bare = NULL;
    char *directory = fixture_directory();
    char *path = path_join(directory, "pay.git");
    struct builder *other = builder_new(path, true, NULL);
    assert_true(builder_free(&other, NULL));
    assert_true(repository_may_be_above(path));
    assert_false(repository_may_be_above(directory));
    assert_false(repository_may_be_above("/"));
    assert_false(repository_may_be_above("/no/such/place"));
    assert_true(repository_open(&bare, path, &error));
    assert_null(repository_work_tree(bare));
    assert_string_equal(repository_name(bare), "pay");
    repository_free(&bare);
    free(path);
    fixture_directory_free(&directory);
}

static void opening_above_looks_in_the_parents(void **state)
{
    (void)state;
    struct repository *repository = NULL;
    char *inner = path_join(fixture_path(fixture), "src/deep");
    assert_true(file_make_directories(inner, 0700, NULL));
    assert_true(repository_may_be_above(inner));
    assert_true(repository_may_be_above(fixture_path(fixture)));
    assert_true(repository_open_above(&repository, inner, &error));
    assert_string_equal(repository_work_tree(repository), fixture_path(fixture));
    repository_free(&repository);
    assert_false(repository_open(&repository, inner, &error));
    assert_null(repository);
    fixture_assert_error(&error, ERROR_NOT_FOUND, "is not a git repository", ".git");
    free(inner);
}

static void a_path_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct repository *repository = NULL;
    assert_false(repository_open(&repository, "/no/such/place", &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "there is no /no/such/place", "");
}

static void a_repository_of_somebody_else_is_not_trusted(void **state)
{
    (void)state;
    struct repository *repository = NULL;
    fixture_commit(fixture, "a", "1\n", "One");
    fixture_open(fixture);
    if (geteuid() != 0 || chown(fixture_path(fixture), 4242, 4242) != 0 ||
        chown(fixture_git_path(fixture), 4242, 4242) != 0) {
        print_message("only root can give a folder away\n");
        skip();
    }
    assert_false(repository_open(&repository, fixture_path(fixture), &error));
    assert_null(repository);
    fixture_assert_error(&error, ERROR_UNTRUSTED, "belongs to UID 4242, not to you",
                         "git config --global --add safe.directory");
    assert_non_null(strstr(error.message, fixture_path(fixture)));
    assert_non_null(strstr(error.hint, fixture_path(fixture)));
    assert_false(repository_open(&repository, fixture_git_path(fixture), &error));
    fixture_assert_error(&error, ERROR_UNTRUSTED, "belongs to UID 4242", "safe.directory");
}

static void a_partial_clone_opens(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    fixture_open(fixture);
    fixture_write_git_file(fixture, "config",
                           "[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
                           "[extensions]\n\tpartialClone = origin\n\tworktreeConfig = true\n");
    fixture_open(fixture);
    fixture_resolve(fixture, "main");
}

static void a_format_of_the_future_is_unsupported(void **state)
{
    (void)state;
    struct repository *repository = NULL;
    fixture_commit(fixture, "a", "1\n", "One");
    fixture_open(fixture);
    fixture_write_git_file(fixture, "config",
                           "[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
                           "[extensions]\n\tobjectFormat = sha256\n");
    assert_false(repository_open(&repository, fixture_path(fixture), &error));
    fixture_assert_error(&error, ERROR_UNSUPPORTED, "SHA-256", "");
}

/* --- Revisions ------------------------------------------------------------------------------ */

static void revisions_lead_to_commits(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    builder_annotated_tag(build, "v1.0.0", "The first");
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two");
    builder_tag(build, "v1.1.0");
    char hex[OBJECT_ID_HEX_SIZE], brief[8] = "";
    memcpy(brief, object_id_hex(&first, hex), 7);
    builder_reference(build, "refs/remotes/origin/main", &second);
    fixture_open(fixture);

    struct {
        const char *revision;
        const struct object_id *expected;
    } cases[] = {
        {"v1.0.0",            &first },
        { "v1.1.0",           &second},
        { "main",             &second},
        { "HEAD",             &second},
        { "HEAD~1",           &first },
        { "main^",            &first },
        { "refs/tags/v1.0.0", &first },
        { "tags/v1.0.0",      &first },
        { "heads/main",       &second},
        { "origin/main",      &second},
        { hex,                &first },
        { brief,              &first },
        { "v1.0.0^{commit}",  &first },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct object_id id = fixture_resolve(fixture, cases[i].revision);
        assert_memory_equal(id.bytes, cases[i].expected->bytes, OBJECT_ID_SIZE);
    }
}

static void names_that_look_like_options_are_names(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    builder_reference(build, "refs/tags/--output=x", &first);
    builder_reference(build, "refs/heads/-evil", &first);
    struct repository *repository = fixture_open(fixture);
    struct object_id id = fixture_resolve(fixture, "--output=x");
    assert_true(object_id_equal(&id, &first));
    id = fixture_resolve(fixture, "-evil");
    struct history *history = history_read(repository, NULL, &id, NULL, NULL, &error);
    assert_non_null(history);
    assert_int_equal(history->count, 1);
    history_free(&history);
    assert_false(file_exists("x"));
    assert_false(file_exists("evil"));
    struct reference_list *list = repository_references(repository, &error);
    assert_int_equal(list->count, 3);
    assert_string_equal(list->references[0].name, "--output=x");
    assert_string_equal(list->references[1].name, "-evil");
    reference_list_free(&list);
}

static void a_tag_and_a_branch_of_one_name_are_ambiguous(void **state)
{
    (void)state;
    struct object_id id;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "release");
    fixture_commit(fixture, "a", "2\n", "Two");
    builder_branch(build, "release");
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, "release", &id, &error));
    fixture_assert_error(&error, ERROR_AMBIGUOUS, "release is a tag",
                         "say tags/release or heads/release");
    assert_false(repository_resolve(repository, "release~1", &id, &error));
    fixture_resolve(fixture, "tags/release");
    fixture_resolve(fixture, "heads/release");
}

static void a_tag_and_a_branch_at_one_commit_are_not(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "release");
    builder_branch(build, "release");
    fixture_open(fixture);
    fixture_resolve(fixture, "release");
}

static void a_misspelt_revision_brings_similar_names(void **state)
{
    (void)state;
    struct object_id id;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v2.0.6");
    builder_tag(build, "v2.0.7");
    builder_tag(build, "nightly");
    builder_reference(build, "refs/remotes/origin/feature", &first);
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, "2.0.7", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "repository has no revision 2.0.7",
                         "did you mean v2.0.7, v2.0.6?");
    assert_false(repository_resolve(repository, "feature", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "feature", "did you mean origin/feature?");
    assert_false(repository_resolve(repository, "something-else", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "something-else", "git fetch --tags");
}

static void of_names_that_are_as_near_the_newest_are_offered(void **state)
{
    (void)state;
    struct object_id id;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v2.0.0");
    builder_tag(build, "v2.0.1");
    builder_tag(build, "v2.0.2");
    builder_tag(build, "v2.10.1");
    builder_tag(build, "v2.0.8");
    builder_tag(build, "v2.1.0");
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, "v9.9.9", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "repository has no revision v9.9.9",
                         "did you mean v2.1.0, v2.0.8, v2.0.2?");
    assert_false(repository_resolve(repository, "v2.0.3", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "repository has no revision v2.0.3",
                         "did you mean v2.0.8, v2.0.2, v2.0.1?");
}

static void what_is_no_commit_is_refused(void **state)
{
    (void)state;
    struct object_id id;
    fixture_commit(fixture, "a", "1\n", "One");
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, "HEAD:a", &id, &error));
    fixture_assert_error(&error, ERROR_INVALID, "HEAD:a is a blob, not a commit", "");
    assert_false(repository_resolve(repository, "", &id, &error));
    fixture_assert_error(&error, ERROR_INVALID, "no revision is given", "HEAD~2");
    assert_false(repository_resolve(repository, "HEAD^{nonsense", &id, &error));
    fixture_assert_error(&error, ERROR_INVALID, "is not how a revision is written",
                         "gitrevisions(7)");
}

static void an_empty_repository_says_so(void **state)
{
    (void)state;
    struct object_id id;
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, "HEAD", &id, &error));
    fixture_assert_error(&error, ERROR_NOT_FOUND, "repository has no commit yet",
                         "commit something");
}

static void a_reference_to_a_missing_object_is_damage(void **state)
{
    (void)state;
    struct object_id id;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_branch(build, "broken");
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two");
    struct repository *repository = fixture_open(fixture);
    fixture_lose_object(fixture, &second);
    repository = fixture_open(fixture);
    char hex[OBJECT_ID_HEX_SIZE];
    assert_false(repository_resolve(repository, "broken", &id, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, object_id_hex(&second, hex), "git fsck");
}

/* --- References ----------------------------------------------------------------------------- */

static void references_are_tags_by_version_then_branches(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    builder_tag(build, "v1.9.0");
    builder_annotated_tag(build, "v1.10.0-rc1", "A candidate");
    builder_tag(build, "v1.10.0");
    builder_tag(build, "show");
    builder_tag(build, "web-0.7");
    builder_branch(build, "feature");
    builder_reference(build, "refs/remotes/origin/main", &first);
    builder_reference(build, "refs/notes/commits", &first);
    struct repository *repository = fixture_open(fixture);
    struct reference_list *list = repository_references(repository, &error);
    assert_non_null(list);
    struct {
        enum reference_kind kind;
        const char *name;
    } expected[] = {
        {REFERENCE_TAG,            "v1.10.0"    },
        { REFERENCE_TAG,           "v1.10.0-rc1"},
        { REFERENCE_TAG,           "v1.9.0"     },
        { REFERENCE_TAG,           "web-0.7"    },
        { REFERENCE_TAG,           "show"       },
        { REFERENCE_BRANCH,        "feature"    },
        { REFERENCE_BRANCH,        "main"       },
        { REFERENCE_REMOTE_BRANCH, "origin/main"},
    };
    assert_int_equal(list->count, sizeof(expected) / sizeof(*expected));
    for (size_t i = 0; i < list->count; i++) {
        assert_int_equal(list->references[i].kind, expected[i].kind);
        assert_string_equal(list->references[i].name, expected[i].name);
        assert_true(object_id_equal(&list->references[i].commit, &first));
        assert_int_equal(list->references[i].time, INT64_C(1735689600000));
    }
    reference_list_free(&list);
    assert_null(list);
}

static void ten_thousand_tags_are_listed_at_once(void **state)
{
    (void)state;
    struct strbuf packed = STRBUF_INIT;
    char hex[OBJECT_ID_HEX_SIZE];
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    object_id_hex(&first, hex);
    struct repository *repository = fixture_open(fixture);
    strbuf_add(&packed, "# pack-refs with: peeled fully-peeled sorted \n");
    for (int i = 0; i < 10000; i++)
        strbuf_printf(&packed, "%s refs/tags/v%02d.%02d\n", hex, i / 100, i % 100);
    fixture_write_git_file(fixture, "packed-refs", packed.data);
    repository = fixture_open(fixture);
    int64_t started = clock_monotonic();
    struct reference_list *list = repository_references(repository, &error);
    int64_t took = clock_monotonic() - started;
    assert_int_equal(list->count, 10001);
    assert_string_equal(list->references[0].name, "v99.99");
    assert_string_equal(list->references[9999].name, "v00.00");
    print_message("10,000 tags in %lld ms\n", (long long)took);
    reference_list_free(&list);
    strbuf_release(&packed);
}

/* Until two commits begin with the same four digits; gives them. */
static void find_two_alike(char out[5])
{
    static bool seen[1 << 16];
    memset(seen, 0, sizeof(seen));
    for (int i = 0;; i++) {
        char text[200];
        int length = snprintf(text, sizeof(text),
                              "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
                              "author A <a@example.org> %d +0000\n"
                              "committer A <a@example.org> %d +0000\n\nOne\n",
                              1735689600 + i, 1735689600 + i);
        struct object_id id = fixture_raw_commit(fixture, text, (size_t)length);
        unsigned start = (unsigned)id.bytes[0] << 8 | id.bytes[1];
        snprintf(out, 5, "%04x", start);
        if (seen[start])
            return;
        seen[start] = true;
    }
}

static void a_short_id_of_two_commits_is_ambiguous(void **state)
{
    (void)state;
    struct object_id id;
    char digits[5];
    fixture_commit(fixture, "a", "1\n", "One");
    find_two_alike(digits);
    struct repository *repository = fixture_open(fixture);
    assert_false(repository_resolve(repository, digits, &id, &error));
    fixture_assert_error(&error, ERROR_AMBIGUOUS, "several objects in repository begin with",
                         "give more digits");
    assert_non_null(strstr(error.message, digits));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_work_tree_and_its_git_folder_open_alike),
        CASE(a_bare_repository_has_no_work_tree),
        CASE(opening_above_looks_in_the_parents),
        CASE(a_path_that_is_not_there_is_named),
        CASE(a_repository_of_somebody_else_is_not_trusted),
        CASE(a_partial_clone_opens),
        CASE(a_format_of_the_future_is_unsupported),
        CASE(revisions_lead_to_commits),
        CASE(names_that_look_like_options_are_names),
        CASE(a_tag_and_a_branch_of_one_name_are_ambiguous),
        CASE(a_tag_and_a_branch_at_one_commit_are_not),
        CASE(a_misspelt_revision_brings_similar_names),
        CASE(of_names_that_are_as_near_the_newest_are_offered),
        CASE(what_is_no_commit_is_refused),
        CASE(an_empty_repository_says_so),
        CASE(a_short_id_of_two_commits_is_ambiguous),
        CASE(a_reference_to_a_missing_object_is_damage),
        CASE(references_are_tags_by_version_then_branches),
        CASE(ten_thousand_tags_are_listed_at_once),
    };
    return cmocka_run_group_tests_name("git/repository", tests, fixture_library_start,
                                       fixture_library_stop);
}
