#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pilab/git/hunks.h>

#include "../../support/fixture_repository.h"

/* Line by line: b is changed, c goes, x and y come behind d, e stays. */
static const char old_text[] = "a\nb\nc\nd\ne\n";
static const char new_text[] = "a\nB\nd\nx\ny\ne\n";

static struct arena *arena;

static struct object_id blob_of(struct repository *repository, const char *revision)
{
    struct tree_file_list *list;
    struct object_id commit, blob;
    struct error error;

    assert_true(repository_resolve(repository, revision, &commit, &error));
    list = repository_list_files(repository, &commit, "f", NULL, NULL, &error);
    assert_non_null(list);
    assert_int_equal(list->count, 1);
    blob = list->files[0].blob;
    tree_file_list_free(&list);
    return blob;
}

static struct fixture_repository *two_versions(struct object_id *old, struct object_id *new)
{
    struct fixture_repository *fixture = fixture_new();

    fixture_commit(fixture, "f", old_text, "old");
    fixture_commit(fixture, "f", new_text, "new");
    *old = blob_of(fixture_open(fixture), "HEAD~1");
    *new = blob_of(fixture_open(fixture), "HEAD");
    return fixture;
}

static void lines_are_followed_both_ways(void **state)
{
    static const size_t to_new[] = { 0, 1, 0, 0, 3, 6 }, to_old[] = { 0, 1, 0, 4, 0, 0, 5 };
    struct object_id old, new;
    struct fixture_repository *fixture = two_versions(&old, &new);
    struct line_hunks hunks;
    struct error error;

    (void)state;
    arena = arena_new();
    assert_true(hunks_between(fixture_open(fixture), &old, &new, 1000, arena, &hunks, &error));
    assert_int_equal(hunks.count, 2);
    assert_int_equal(hunks.bytes, sizeof new_text - 1);
    for (size_t line = 1; line < sizeof to_new / sizeof *to_new; line++)
        assert_int_equal(hunks_new_line(&hunks, line), to_new[line]);
    for (size_t line = 1; line < sizeof to_old / sizeof *to_old; line++)
        assert_int_equal(hunks_old_line(&hunks, line), to_old[line]);
    arena_free(&arena);
    fixture_free(&fixture);
}

static void one_version_has_no_hunks(void **state)
{
    struct object_id old, new;
    struct fixture_repository *fixture = two_versions(&old, &new);
    struct line_hunks hunks;
    struct error error;

    (void)state;
    arena = arena_new();
    assert_true(hunks_between(fixture_open(fixture), &new, &new, 1000, arena, &hunks, &error));
    assert_int_equal(hunks.count, 0);
    assert_int_equal(hunks_old_line(&hunks, 6), 6);
    assert_int_equal(hunks_new_line(&hunks, 6), 6);
    arena_free(&arena);
    fixture_free(&fixture);
}

static void what_is_too_large_is_refused(void **state)
{
    struct object_id old, new;
    struct fixture_repository *fixture = two_versions(&old, &new);
    struct line_hunks hunks;
    struct error error;

    (void)state;
    arena = arena_new();
    assert_false(hunks_between(fixture_open(fixture), &old, &new, 5, arena, &hunks, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    arena_free(&arena);
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_followed_both_ways),
        cmocka_unit_test(one_version_has_no_hunks),
        cmocka_unit_test(what_is_too_large_is_refused),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
