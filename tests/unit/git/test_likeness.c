#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/git/changes.h>

#include "../../support/fixture_repository.h"

/* Renames of files that changed on the way, beside what `git diff -M50%` says of the same two
 * commits. */

static struct fixture_repository *fixture;
static struct builder *build;
static struct arena *arena;
static struct error error;

static int begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    fixture_free(&fixture);
    return 0;
}

/* `count` lines from number `first` on. */
static void write_lines(const char *path, unsigned first, unsigned count)
{
    struct strbuf text = STRBUF_INIT;
    for (unsigned i = first; i < first + count; i++)
        strbuf_printf(&text, "this is line %u of a file\n", i);
    builder_write(build, path, text.data);
    strbuf_release(&text);
}

static struct file_change_list compare(const char *previous, const char *current, unsigned threads)
{
    struct file_change_list list;
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, previous), b = fixture_resolve(fixture, current);
    if (!changes_between(repository, &a, &b, "",
                         CHANGES_RENAMES | CHANGES_LIKENESS | CHANGES_COUNTS, threads, arena, &list,
                         NULL, &error))
        fail_msg("%s", error.message);
    return list;
}

/* "R087\told\tnew\n", as `git diff --name-status` writes it. */
static void add_statuses(const struct file_change_list *list, struct strbuf *out)
{
    static const char letters[] = { 'A', 'M', 'D', 'R', 'C', 'T' };
    for (size_t i = 0; i < list->count; i++) {
        const struct file_change *change = &list->changes[i];
        if (change->old_path)
            strbuf_printf(out, "%c%03u\t%s\t%s\n", letters[change->status], change->likeness,
                          change->old_path, change->path);
        else
            strbuf_printf(out, "%c\t%s\n", letters[change->status], change->path);
    }
}

static void assert_as_git(const char *previous, const char *current)
{
    struct strbuf mine = STRBUF_INIT, git = STRBUF_INIT;
    const char *const arguments[] = { "diff",          "-M50%",  "-l0",   "--no-color",
                                      "--name-status", previous, current, NULL };
    struct file_change_list list = compare(previous, current, 0);
    add_statuses(&list, &mine);
    fixture_git(fixture, &git, arguments);
    assert_string_equal(mine.data, git.data);
    strbuf_release(&mine);
    strbuf_release(&git);
}

static void a_file_that_changed_on_the_way_is_renamed(void **state)
{
    (void)state;
    write_lines("src/old.c", 0, 40);
    builder_commit(build, "One");
    builder_tag(build, "a");
    builder_remove(build, "src/old.c");
    write_lines("lib/new.c", 4, 40);
    builder_commit(build, "Two");
    builder_tag(build, "b");
    struct file_change_list list = compare("a", "b", 0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.changes[0].status, FILE_RENAMED);
    assert_string_equal(list.changes[0].old_path, "src/old.c");
    assert_in_range(list.changes[0].likeness, 85, 92);
    assert_int_equal(list.changes[0].insertions, 4);
    assert_int_equal(list.changes[0].deletions, 4);
    assert_as_git("a", "b");
}

static void half_of_it_must_have_stayed(void **state)
{
    (void)state;
    write_lines("a", 0, 100);
    write_lines("b", 1000, 100);
    builder_commit(build, "One");
    builder_tag(build, "before");
    builder_remove(build, "a");
    builder_remove(build, "b");
    write_lines("enough", 48, 100);   /* 52 lines of a */
    write_lines("little", 1056, 100); /* 44 lines of b */
    builder_commit(build, "Two");
    builder_tag(build, "after");
    assert_as_git("before", "after");
    assert_int_equal(compare("before", "after", 0).count, 3);
}

/* Two files of a name of their own stay together though another is more alike. */
static void a_name_of_its_own_goes_before_likeness(void **state)
{
    (void)state;
    write_lines("one/config.yaml", 0, 100);
    builder_commit(build, "One");
    builder_tag(build, "before");
    builder_remove(build, "one/config.yaml");
    write_lines("two/config.yaml", 15, 100);
    write_lines("two/other.yaml", 2, 100);
    builder_commit(build, "Two");
    builder_tag(build, "after");
    assert_as_git("before", "after");
    struct file_change_list list = compare("before", "after", 0);
    assert_string_equal(list.changes[0].path, "two/config.yaml");
    assert_int_equal(list.changes[0].status, FILE_RENAMED);
}

static void links_and_empty_files_are_renamed_by_content_alone(void **state)
{
    (void)state;
    builder_link(build, "link", "some/where/far/away/in/the/tree");
    builder_write(build, "empty", "");
    write_lines("file", 0, 10);
    builder_commit(build, "One");
    builder_tag(build, "before");
    builder_remove(build, "link");
    builder_remove(build, "empty");
    builder_remove(build, "file");
    builder_link(build, "link2", "some/where/far/away/in/the/tree2");
    builder_write(build, "short", "x");
    builder_commit(build, "Two");
    builder_tag(build, "after");
    assert_as_git("before", "after");
    assert_int_equal(compare("before", "after", 0).count, 5);
}

static void ends_of_lines_in_text_do_not_count(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    write_lines("unix.txt", 0, 30);
    builder_commit(build, "One");
    builder_tag(build, "before");
    builder_remove(build, "unix.txt");
    for (unsigned i = 0; i < 30; i++)
        strbuf_printf(&text, "this is line %u of a file\r\n", i);
    builder_write(build, "windows.txt", text.data);
    builder_commit(build, "Two");
    builder_tag(build, "after");
    strbuf_release(&text);
    assert_as_git("before", "after");
    assert_int_equal(compare("before", "after", 0).changes[0].status, FILE_RENAMED);
}

/* Many files with much in common, moved and mixed: whichever is most alike is taken, the first of
 * several that are alike. */
static void build_crowd(void)
{
    struct strbuf path = STRBUF_INIT;
    for (unsigned i = 0; i < 60; i++) {
        strbuf_clear(&path);
        strbuf_printf(&path, "old/%s%u.c", i % 3 ? "part" : "main", i / 2);
        write_lines(path.data, i * 7, 30 + i % 5);
    }
    builder_commit(build, "One");
    builder_tag(build, "before");
    for (unsigned i = 0; i < 60; i++) {
        strbuf_clear(&path);
        strbuf_printf(&path, "old/%s%u.c", i % 3 ? "part" : "main", i / 2);
        if (builder_has(build, path.data) && i % 11)
            builder_remove(build, path.data);
        strbuf_clear(&path);
        strbuf_printf(&path, "new/%c/%s%u.c", 'a' + (char)(i % 4), i % 2 ? "part" : "main", i);
        write_lines(path.data, i * 7 + i % 9, 28 + i % 6);
    }
    builder_commit(build, "Two");
    builder_tag(build, "after");
    strbuf_release(&path);
}

static void a_crowd_is_paired_as_git_pairs_it(void **state)
{
    (void)state;
    build_crowd();
    assert_as_git("before", "after");
}

static void the_number_of_threads_leaves_no_trace(void **state)
{
    struct strbuf one = STRBUF_INIT, four = STRBUF_INIT;
    (void)state;
    build_crowd();
    struct file_change_list list = compare("before", "after", 1);
    add_statuses(&list, &one);
    list = compare("before", "after", 4);
    add_statuses(&list, &four);
    assert_string_equal(one.data, four.data);
    strbuf_release(&one);
    strbuf_release(&four);
}

/* 2001 × 2001 pairs are more than the limit; the one with a name of its own is found all the same.
 */
static void beyond_the_limit_only_names_of_their_own_are_paired(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    builder_pack(build);
    for (unsigned i = 0; i < 2002; i++) {
        strbuf_clear(&text);
        strbuf_printf(&text, "old/%u", i);
        write_lines(text.data, i * 100, 3);
    }
    write_lines("here/own.c", 900000, 20);
    builder_commit(build, "One");
    builder_tag(build, "before");
    for (unsigned i = 0; i < 2002; i++) {
        strbuf_clear(&text);
        strbuf_printf(&text, "old/%u", i);
        builder_remove(build, text.data);
        strbuf_clear(&text);
        strbuf_printf(&text, "new/n%u", i);
        write_lines(text.data, i * 100, 4);
    }
    builder_remove(build, "here/own.c");
    write_lines("there/own.c", 900001, 20);
    builder_commit(build, "Two");
    builder_tag(build, "after");
    struct file_change_list list = compare("before", "after", 0);
    size_t renamed = 0;
    for (size_t i = 0; i < list.count; i++)
        renamed += list.changes[i].status == FILE_RENAMED;
    assert_true(list.likeness_capped);
    assert_int_equal(renamed, 1);
    strbuf_release(&text);
}

static void a_missing_file_is_like_no_other(void **state)
{
    (void)state;
    write_lines("old.c", 0, 40);
    builder_commit(build, "One");
    builder_tag(build, "a");
    builder_remove(build, "old.c");
    write_lines("new.c", 4, 40);
    builder_commit(build, "Two");
    builder_tag(build, "b");
    struct object_id lost = compare("a", "b", 0).changes[0].old_blob;
    fixture_lose_object(fixture, &lost);
    struct file_change_list list = compare("a", "b", 0);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.changes[0].status, FILE_ADDED);
    assert_int_equal(list.changes[1].status, FILE_DELETED);
    assert_int_equal(list.unread, 1);
}

static void a_patch_says_how_much_stayed(void **state)
{
    struct strbuf patch = STRBUF_INIT, git = STRBUF_INIT;
    const char *const arguments[] = { "diff", "-M50%", "--no-color", "--abbrev=7", "a", "b", NULL };
    (void)state;
    write_lines("old.c", 0, 40);
    builder_commit(build, "One");
    builder_tag(build, "a");
    builder_remove(build, "old.c");
    write_lines("new.c", 4, 40);
    builder_commit(build, "Two");
    builder_tag(build, "b");
    struct file_change_list list = compare("a", "b", 0);
    assert_true(changes_patch(fixture_open(fixture), &list.changes[0], 3, &patch, &error));
    fixture_git(fixture, &git, arguments);
    assert_string_equal(patch.data, git.data);
    strbuf_release(&patch);
    strbuf_release(&git);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_that_changed_on_the_way_is_renamed),
        CASE(half_of_it_must_have_stayed),
        CASE(a_name_of_its_own_goes_before_likeness),
        CASE(links_and_empty_files_are_renamed_by_content_alone),
        CASE(ends_of_lines_in_text_do_not_count),
        CASE(a_crowd_is_paired_as_git_pairs_it),
        CASE(the_number_of_threads_leaves_no_trace),
        CASE(beyond_the_limit_only_names_of_their_own_are_paired),
        CASE(a_missing_file_is_like_no_other),
        CASE(a_patch_says_how_much_stayed),
    };
    return cmocka_run_group_tests_name("renames by likeness", tests, fixture_library_start,
                                       fixture_library_stop);
}
