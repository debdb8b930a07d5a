#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/strbuf.h>
#include <pilab/source/repository_scan.h>

#include "../../support/scratch.h"

struct work {
    char *folder;
    struct arena *arena;
    struct repository_scan scan;
    struct error error;
};

static int setup(void **state)
{
    static struct work work;

    work = (struct work){ .folder = scratch_new(), .arena = arena_new() };
    *state = &work;
    return 0;
}

static int teardown(void **state)
{
    struct work *work = *state;

    scratch_remove(&work->folder);
    arena_free(&work->arena);
    return 0;
}

static void file(struct work *work, const char *name, const char *text)
{
    free(scratch_file(work->folder, name, text));
}

/* As git lays one out; nothing of it is read here. */
static void repository(struct work *work, const char *name, const char *config)
{
    struct strbuf path = STRBUF_INIT;

    strbuf_printf(&path, "%s/HEAD", name);
    file(work, path.data, "ref: refs/heads/main\n");
    strbuf_clear(&path);
    strbuf_printf(&path, "%s/objects/keep", name);
    file(work, path.data, "");
    strbuf_clear(&path);
    strbuf_printf(&path, "%s/refs/keep", name);
    file(work, path.data, "");
    strbuf_clear(&path);
    strbuf_printf(&path, "%s/config", name);
    file(work, path.data, config);
    strbuf_release(&path);
}

static void assert_found(struct work *work, const struct scan_limits *limits, const char *expected)
{
    struct strbuf names = STRBUF_INIT;

    if (!repository_scan(work->folder, limits, work->arena, &work->scan, NULL, &work->error))
        fail_msg("%s", work->error.message);
    for (size_t i = 0; i < work->scan.count; i++)
        strbuf_printf(&names, "%s ", work->scan.repositories[i].name);
    assert_string_equal(names.data, expected);
    strbuf_release(&names);
}

static void repositories_are_found_with_and_without_a_work_tree(void **state)
{
    struct work *work = *state;

    repository(work, "b/auth/.git", "");
    repository(work, "a/pay.git", "");
    repository(work, ".hidden/x/.git", "");
    repository(work, "b/auth/vendor/lib/.git", "");
    file(work, "c/.git", "not a repository\n");
    assert_found(work, NULL, "pay auth ");
    assert_true(work->scan.complete);
    assert_true(work->scan.repositories[0].bare);
}

static void a_folder_that_says_nothing_is_named_by_its_remote(void **state)
{
    struct work *work = *state;

    repository(work, "x/src/.git",
               "[core]\n\tbare = false\n[remote \"up\"]\n\turl = /y/z\n[remote \"origin\"]\n"
               "\turl = ssh://git@git.example/mb/ledger.git\n");
    repository(work, "y/src/.git", "[core]\n");
    assert_found(work, NULL, "ledger src ");
}

static void the_same_repository_is_not_found_twice(void **state)
{
    struct work *work = *state;

    repository(work, "auth/.git", "");
    file(work, "auth/.git/worktrees/two/HEAD", "");
    file(work, "two/.git", "gitdir: ../auth/.git/worktrees/two\n");
    file(work, "auth/sub/.git", "gitdir: ../.git/modules/sub\n");
    assert_found(work, NULL, "auth ");
}

static void a_work_tree_stands_for_a_repository_that_lies_elsewhere(void **state)
{
    struct work *work = *state;
    char *elsewhere = scratch_new(), *git = scratch_path(elsewhere, "auth/.git");
    struct strbuf text = STRBUF_INIT;

    free(scratch_file(git, "worktrees/two/HEAD", ""));
    strbuf_printf(&text, "gitdir: %s/worktrees/two\n", git);
    file(work, "two/.git", text.data);
    assert_found(work, NULL, "two ");
    strbuf_release(&text);
    free(git);
    scratch_remove(&elsewhere);
}

static void links_are_not_followed(void **state)
{
    struct work *work = *state;
    char *link = scratch_path(work->folder, "loop");

    repository(work, "auth/.git", "");
    assert_int_equal(symlink(work->folder, link), 0);
    assert_found(work, NULL, "auth ");
    free(link);
}

static void a_scan_is_bounded_and_says_so(void **state)
{
    const struct scan_limits shallow = { .depth = 2 }, few = { .folders = 2 };
    struct work *work = *state;

    repository(work, "a/.git", "");
    repository(work, "b/c/d/.git", "");
    assert_found(work, &shallow, "a ");
    assert_true(work->scan.complete);
    assert_found(work, &few, "a ");
    assert_false(work->scan.complete);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct work *work = *state;
    char *path = scratch_path(work->folder, "file");

    assert_false(
        repository_scan("/nonexistent/x", NULL, work->arena, &work->scan, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_NOT_FOUND);
    file(work, "file", "");
    assert_false(repository_scan(path, NULL, work->arena, &work->scan, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_INVALID);
    free(path);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(repositories_are_found_with_and_without_a_work_tree),
        CASE(a_folder_that_says_nothing_is_named_by_its_remote),
        CASE(the_same_repository_is_not_found_twice),
        CASE(a_work_tree_stands_for_a_repository_that_lies_elsewhere),
        CASE(links_are_not_followed),
        CASE(a_scan_is_bounded_and_says_so),
        CASE(a_folder_that_is_not_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
