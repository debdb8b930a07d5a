#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/git/changes.h>
#include <pilab/git/history.h>

#include "../../support/fixture_repository.h"

/* Comparisons limited to several paths, beside `git log -- paths` and `git diff -- paths`. */

static struct fixture_repository *fixture;
static struct builder *build;
static struct error error;

/* auth and pay share lib; "lib.txt" sorts between "lib" and what is in it. */
static int begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    builder_write(build, "services/auth/a.c", "1\n");
    builder_write(build, "services/pay/p.c", "1\n");
    builder_write(build, "lib/l.c", "1\n");
    builder_write(build, "lib.txt", "1\n");
    builder_write(build, "gone/g.c", "1\n");
    builder_commit(build, "Begin");
    builder_tag(build, "before");
    fixture_commit(fixture, "services/auth/a.c", "2\n", "auth");
    fixture_commit(fixture, "services/pay/p.c", "2\n", "pay");
    builder_branch(build, "side");
    builder_switch(build, "side");
    fixture_commit(fixture, "lib/l.c", "2\n", "lib");
    builder_switch(build, "main");
    fixture_commit(fixture, "lib.txt", "2\n", "text");
    builder_merge(build, "side", "Merge side");
    builder_remove(build, "gone/g.c");
    builder_commit(build, "goes");
    fixture_commit(fixture, "fresh/f.c", "1\n", "comes");
    builder_tag(build, "after");
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static void add_git(struct strbuf *out, const char *const *words, const char *paths)
{
    const char *arguments[16];
    char *copy = strdup(paths), *rest = copy, *path;
    size_t count = 0;
    while (words[count]) {
        arguments[count] = words[count];
        count++;
    }
    arguments[count++] = "--";
    while ((path = strsep(&rest, "\n")) != NULL)
        arguments[count++] = path;
    arguments[count] = NULL;
    fixture_git(fixture, out, arguments);
    free(copy);
}

static void assert_files_as_git(const char *paths)
{
    static const char *const words[] = { "diff",   "--no-renames", "--name-only",
                                         "before", "after",        NULL };
    struct strbuf mine = STRBUF_INIT, git = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct file_change_list list;
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, "before"), b = fixture_resolve(fixture, "after");
    assert_true(changes_between(repository, &a, &b, paths, 0, 1, arena, &list, NULL, &error));
    for (size_t i = 0; i < list.count; i++)
        strbuf_printf(&mine, "%s\n", list.changes[i].path);
    add_git(&git, words, paths);
    assert_string_equal(mine.data, git.data);
    assert_true(mine.length > 0);
    arena_free(&arena);
    strbuf_release(&mine);
    strbuf_release(&git);
}

static void assert_commits_as_git(const char *paths)
{
    static const char *const words[] = {
        "log", "--full-history", "--no-merges", "--topo-order", "--format=%s", "before..after", NULL
    };
    struct strbuf mine = STRBUF_INIT, git = STRBUF_INIT;
    struct history_options options = { .directory = paths, .files = true };
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, "before"), b = fixture_resolve(fixture, "after");
    struct history *history = history_read(repository, &a, &b, &options, NULL, &error);
    assert_non_null(history);
    for (size_t i = 0; i < history->count; i++)
        if (history->commits[i].parent_count < 2)
            strbuf_printf(&mine, "%s\n", history->commits[i].message->subject);
    add_git(&git, words, paths);
    assert_string_equal(mine.data, git.data);
    history_free(&history);
    strbuf_release(&mine);
    strbuf_release(&git);
}

static void several_folders_are_one_part(void **state)
{
    (void)state;
    assert_files_as_git("services/auth\nlib");
    assert_commits_as_git("services/auth\nlib");
}

static void files_stand_in_git_s_order(void **state)
{
    (void)state;
    assert_files_as_git("lib\nlib.txt\nservices/pay");
    assert_commits_as_git("lib\nlib.txt\nservices/pay");
}

static void what_lies_within_another_counts_once(void **state)
{
    (void)state;
    assert_files_as_git("services\nservices/auth\nservices/auth/a.c\nservices");
    assert_files_as_git("./services/auth/\nservices/auth/a.c");
    assert_files_as_git("lib\n.\nservices");
}

static void a_path_may_be_a_file(void **state)
{
    (void)state;
    assert_files_as_git("lib.txt");
    assert_files_as_git("lib.txt\nservices/pay/p.c");
    assert_commits_as_git("lib.txt\nservices/pay/p.c");
}

static void a_path_may_come_or_go(void **state)
{
    (void)state;
    assert_files_as_git("gone\nfresh");
    assert_commits_as_git("gone\nfresh");
    assert_files_as_git("gone/g.c\nnever/was");
}

static void a_path_that_is_nowhere_gives_nothing(void **state)
{
    struct arena *arena = arena_new();
    struct file_change_list list;
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, "before"), b = fixture_resolve(fixture, "after");
    (void)state;
    assert_true(
        changes_between(repository, &a, &b, "never\nwas", 0, 1, arena, &list, NULL, &error));
    assert_int_equal(list.count, 0);
    arena_free(&arena);
}

static void files_of_several_paths_are_listed_in_order(void **state)
{
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, "before");
    struct tree_file_list *list =
        repository_list_files(repository, &a, "services/pay\nlib\nlib.txt\nlib/l.c", NULL, NULL,
                              &error);
    (void)state;
    assert_non_null(list);
    assert_int_equal(list->count, 3);
    assert_string_equal(list->files[0].path, "lib.txt");
    assert_string_equal(list->files[1].path, "lib/l.c");
    assert_string_equal(list->files[2].path, "services/pay/p.c");
    tree_file_list_free(&list);
}

/* A pick that changes the same in the part is the same change, whatever it did elsewhere. */
static void a_patch_id_is_limited_to_the_paths(void **state)
{
    struct object_id one, two, id_one, id_two;
    (void)state;
    builder_write(build, "lib/l.c", "3\n");
    builder_write(build, "services/auth/a.c", "3\n");
    builder_write(build, "other", "1\n");
    one = builder_commit(build, "One");
    builder_revert(build, &one);
    builder_write(build, "lib/l.c", "3\n");
    builder_write(build, "services/auth/a.c", "3\n");
    two = builder_commit(build, "Two");
    struct repository *repository = fixture_open(fixture);
    assert_true(changes_patch_id(repository, &one, "lib\nservices/auth", &id_one, &error));
    assert_true(changes_patch_id(repository, &two, "services/auth\nlib", &id_two, &error));
    assert_true(object_id_equal(&id_one, &id_two));
    assert_false(object_id_is_zero(&id_one));
    assert_true(changes_patch_id(repository, &one, "", &id_one, &error));
    assert_false(object_id_equal(&id_one, &id_two));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(several_folders_are_one_part),
        CASE(files_stand_in_git_s_order),
        CASE(what_lies_within_another_counts_once),
        CASE(a_path_may_be_a_file),
        CASE(a_path_may_come_or_go),
        CASE(a_path_that_is_nowhere_gives_nothing),
        CASE(files_of_several_paths_are_listed_in_order),
        CASE(a_patch_id_is_limited_to_the_paths),
    };
    return cmocka_run_group_tests_name("several paths", tests, fixture_library_start,
                                       fixture_library_stop);
}
