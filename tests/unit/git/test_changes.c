#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/git/changes.h>

#include "../../support/fixture_repository.h"

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

static struct file_change_list between(const struct object_id *previous,
                                       const struct object_id *current, const char *directory,
                                       unsigned flags)
{
    struct file_change_list list;
    if (!changes_between(fixture_open(fixture), previous, current, directory, flags, 0, arena,
                         &list, NULL, &error))
        fail_msg("%s", error.message);
    return list;
}

static void add_letters(const struct file_change_list *list, struct strbuf *out)
{
    static const char letters[] = { 'A', 'M', 'D', 'R', 'C', 'T' };
    for (size_t i = 0; i < list->count; i++) {
        const struct file_change *change = &list->changes[i];
        strbuf_printf(out, "%c ", letters[change->status]);
        if (change->old_path)
            strbuf_printf(out, "%s > ", change->old_path);
        strbuf_printf(out, "%s\n", change->path);
    }
}

static void assert_changes(const struct file_change_list *list, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    add_letters(list, &text);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

/* As `git diff --numstat -z` prints them, but with newlines. */
static void add_numstat(const struct file_change_list *list, struct strbuf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct file_change *change = &list->changes[i];
        assert_true(change->counted);
        if (change->binary)
            strbuf_add(out, "-\t-\t");
        else
            strbuf_printf(out, "%llu\t%llu\t", (unsigned long long)change->insertions,
                          (unsigned long long)change->deletions);
        if (change->status == FILE_RENAMED)
            strbuf_printf(out, "\n%s\n", change->old_path);
        strbuf_printf(out, "%s\n", change->path);
    }
}

static void assert_as_git_counts(const struct object_id *previous, const struct object_id *current)
{
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    char old_hex[OBJECT_ID_HEX_SIZE], new_hex[OBJECT_ID_HEX_SIZE];
    struct file_change_list list =
        between(previous, current, NULL, CHANGES_RENAMES | CHANGES_COUNTS);
    add_numstat(&list, &ours);
    fixture_git(fixture, &theirs,
                (const char *const[]){ "diff", "--numstat", "-z", "-M100%",
                                       object_id_hex(previous, old_hex),
                                       object_id_hex(current, new_hex), NULL });
    for (size_t i = 0; i < theirs.length; i++)
        if (theirs.data[i] == '\0')
            theirs.data[i] = '\n';
    assert_string_equal(ours.data, theirs.data);
    strbuf_release(&ours);
    strbuf_release(&theirs);
}

static void every_kind_of_change_is_told(void **state)
{
    (void)state;
    struct object_id one = { { 1 } }, two = { { 2 } };
    builder_write(build, "changed", "1\n2\n3\n");
    builder_write(build, "deleted", "x\n");
    builder_write(build, "mode", "#!/bin/sh\n");
    builder_write(build, "moved/here", "stays the same\n");
    builder_write(build, "template", "copy me\n");
    builder_write(build, "type", "target");
    builder_write(build, "untouched", "u\n");
    builder_submodule(build, "vendor", &one);
    struct object_id previous = builder_commit(build, "One");
    builder_write(build, "added", "a\nb\n");
    builder_write(build, "changed", "1\ntwo\n3\n");
    builder_remove(build, "deleted");
    builder_set_mode(build, "mode", 0100755);
    builder_move(build, "moved/here", "moved/there");
    builder_write(build, "copied", "copy me\n");
    builder_write(build, "template", "copied from\n");
    builder_link(build, "type", "target");
    builder_submodule(build, "vendor", &two);
    struct object_id current = builder_commit(build, "Two");

    struct file_change_list list = between(&previous, &current, NULL, 0);
    assert_changes(&list, "A added\nM changed\nA copied\nD deleted\nM mode\nD moved/here\n"
                          "A moved/there\nM template\nT type\nM vendor\n");
    list = between(&previous, &current, NULL, CHANGES_RENAMES | CHANGES_COUNTS);
    assert_changes(&list, "A added\nM changed\nC template > copied\nD deleted\nM mode\n"
                          "R moved/here > moved/there\nM template\nT type\nM vendor\n");
    assert_int_equal(list.changes[4].old_mode, 0100644);
    assert_int_equal(list.changes[4].new_mode, 0100755);
    assert_int_equal(list.changes[8].new_mode, 0160000);
    assert_int_equal(list.insertions, 2 + 1 + 1 + 1 + 1);
    assert_int_equal(list.deletions, 1 + 1 + 1 + 1);
    assert_as_git_counts(&previous, &current);
}

static void the_first_commit_differs_from_nothing(void **state)
{
    (void)state;
    builder_write(build, "b/c", "1\n2\n");
    builder_write(build, "a", "1");
    struct object_id first = builder_commit(build, "One");
    struct file_change_list list = between(NULL, &first, NULL, CHANGES_COUNTS);
    assert_changes(&list, "A a\nA b/c\n");
    assert_int_equal(list.insertions, 3);
    assert_true(object_id_is_zero(&list.changes[0].old_blob));
    assert_int_equal(list.changes[0].old_mode, 0);
}

static void a_directory_limits_the_comparison(void **state)
{
    (void)state;
    builder_write(build, "auth/a", "1\n");
    builder_write(build, "auth-x/a", "1\n");
    builder_write(build, "pay/a", "1\n");
    struct object_id previous = builder_commit(build, "One");
    builder_write(build, "auth/a", "2\n");
    builder_write(build, "auth/deep/b", "2\n");
    builder_write(build, "auth-x/a", "2\n");
    builder_remove(build, "pay/a");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, "./auth/", 0);
    assert_changes(&list, "M auth/a\nA auth/deep/b\n");
    list = between(&previous, &current, "auth/a", 0);
    assert_changes(&list, "M auth/a\n");
    list = between(&previous, &current, "pay", 0);
    assert_changes(&list, "D pay/a\n");
    list = between(&previous, &current, "absent", 0);
    assert_changes(&list, "");
    list = between(&previous, &current, ".", 0);
    assert_int_equal(list.count, 4);
}

static void a_file_may_become_a_directory(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_write(build, "a.b", "1\n");
    struct object_id previous = builder_commit(build, "One");
    builder_remove(build, "a");
    builder_write(build, "a/c", "1\n");
    builder_write(build, "a.b", "2\n");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, 0);
    assert_changes(&list, "D a\nM a.b\nA a/c\n");
    list = between(&previous, &current, "a", 0);
    assert_changes(&list, "D a\nA a/c\n");
    list = between(&current, &previous, "a", 0);
    assert_changes(&list, "A a\nD a/c\n");
    assert_as_git_counts(&previous, &current);
}

static void a_rename_takes_the_same_base_name_first(void **state)
{
    (void)state;
    builder_write(build, "a/one", "same\n");
    builder_write(build, "a/two", "same\n");
    builder_write(build, "a/three", "same\n");
    struct object_id previous = builder_commit(build, "One");
    builder_remove(build, "a/one");
    builder_remove(build, "a/two");
    builder_remove(build, "a/three");
    builder_write(build, "b/first", "same\n");
    builder_write(build, "b/two", "same\n");
    builder_write(build, "c/two", "same\n");
    builder_write(build, "d/last", "same\n");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_RENAMES);
    assert_changes(&list, "R a/one > b/first\nR a/two > b/two\nR a/three > c/two\n"
                          "C a/one > d/last\n");
    assert_as_git_counts(&previous, &current);
}

static void a_link_is_no_renamed_file(void **state)
{
    (void)state;
    builder_write(build, "file", "target");
    struct object_id previous = builder_commit(build, "One");
    builder_remove(build, "file");
    builder_link(build, "link", "target");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_RENAMES);
    assert_changes(&list, "D file\nA link\n");
}

static void a_renamed_file_may_become_executable(void **state)
{
    (void)state;
    builder_write(build, "run", "#!/bin/sh\n");
    struct object_id previous = builder_commit(build, "One");
    builder_move(build, "run", "bin/run");
    builder_set_mode(build, "bin/run", 0100755);
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_RENAMES);
    assert_changes(&list, "R run > bin/run\n");
    assert_int_equal(list.changes[0].new_mode, 0100755);
}

/* --- Counting ------------------------------------------------------------------------------- */

static void ends_of_lines_count_as_git_counts_them(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"",                 "a\n"               },
        { "a",               "a\n"               },
        { "a\nb",            "a\nb\nc"           },
        { "a\nb\n",          "a\nb"              },
        { "a\r\nb\r\n",      "a\nb\n"            },
        { "a\n\n\nb\n",      "a\n\nb\n"          },
        { "x\na\nb\nc\n",    "a\nb\nc\nx\n"      },
        { "{\n}\n{\n}\n",    "{\n}\n{\n}\n{\n}\n"},
        { "a\nb\nc\nd\ne\n", "e\nd\nc\nb\na\n"   },
        { "same\n",          "same\nsame\n"      },
        { "ab\ncd\n",        "b\ncd\n"           },
    };
    char path[32];
    const size_t count = sizeof(pairs) / sizeof(*pairs);
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "f%02zu", i);
        builder_write(build, path, pairs[i][0]);
    }
    struct object_id previous = builder_commit(build, "One");
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "f%02zu", i);
        builder_write(build, path, pairs[i][1]);
    }
    struct object_id current = builder_commit(build, "Two");
    assert_as_git_counts(&previous, &current);
    assert_as_git_counts(&current, &previous);
}

/* Lines drawn from few, so that most stand in a file many times: where counts that come from a part
 * of the file differ from git's. */
static void add_repetitive_text(struct strbuf *out, struct random *random, int lines)
{
    static const char *const stock[] = { "\n", "}\n", "    }\n", "{\n", "    return ok;\n" };
    for (int i = 0; i < lines; i++) {
        unsigned char draw[2];
        random_bytes(random, draw, sizeof(draw));
        if (draw[0] % 3)
            strbuf_add(out, stock[draw[1] % (sizeof(stock) / sizeof(*stock))]);
        else
            strbuf_printf(out, "    statement_%u();\n", draw[1] % 50);
    }
}

static void repetitive_files_count_as_git_counts_them(void **state)
{
    (void)state;
    struct random random = random_seeded(7);
    char path[32];
    struct object_id ids[2];
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < 60; i++) {
            struct random shared = random_seeded(100 + (uint64_t)i);
            struct strbuf text = STRBUF_INIT;
            add_repetitive_text(&text, &shared, 150);
            for (int part = 0; part < 4; part++) {
                add_repetitive_text(&text, &random, 12);
                add_repetitive_text(&text, &shared, 40 + i);
            }
            snprintf(path, sizeof(path), "f%02d", i);
            builder_write(build, path, text.data);
            strbuf_release(&text);
        }
        ids[side] = builder_commit(build, "Side");
    }
    assert_as_git_counts(&ids[0], &ids[1]);
}

static void a_nul_near_the_start_makes_a_file_binary(void **state)
{
    (void)state;
    char late[9000];
    memset(late, 'x', sizeof(late));
    late[8000] = '\0';
    builder_write_bytes(build, "late", late, sizeof(late), 0100644);
    late[7999] = '\0';
    builder_write_bytes(build, "early", late, sizeof(late), 0100644);
    builder_write_bytes(build, "logo.png", "\x89PNG\0", 5, 0100644);
    builder_write_bytes(build, "moved.png", "\x89PNG\0moved", 10, 0100644);
    struct object_id previous = builder_commit(build, "One");
    late[10] = '\n';
    builder_write_bytes(build, "late", late, sizeof(late), 0100644);
    builder_write_bytes(build, "logo.png", "\x89PNG\0\1", 6, 0100644);
    builder_set_mode(build, "early", 0100755);
    builder_move(build, "moved.png", "new.png");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_COUNTS);
    assert_true(list.changes[2].counted && list.changes[2].binary);
    assert_as_git_counts(&previous, &current);
}

static void many_files_count_alike_on_many_threads(void **state)
{
    (void)state;
    char path[32], text[64];
    for (int i = 0; i < 300; i++) {
        snprintf(path, sizeof(path), "d%d/f%d", i % 7, i);
        snprintf(text, sizeof(text), "%d\nx\ny\n", i);
        builder_write(build, path, text);
    }
    struct object_id previous = builder_commit(build, "One");
    for (int i = 0; i < 300; i += 2) {
        snprintf(path, sizeof(path), "d%d/f%d", i % 7, i);
        snprintf(text, sizeof(text), "%d\nx\nz\nz\n", i);
        builder_write(build, path, text);
    }
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_COUNTS);
    assert_int_equal(list.count, 150);
    assert_int_equal(list.insertions, 300);
    assert_int_equal(list.deletions, 150);
    assert_as_git_counts(&previous, &current);
}

/* --- Faults --------------------------------------------------------------------------------- */

static void a_missing_blob_marks_its_file(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_write(build, "b", "1\n");
    struct object_id previous = builder_commit(build, "One");
    builder_write(build, "a", "gone\n");
    builder_write(build, "b", "1\n2\n");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, 0);
    fixture_lose_object(fixture, &list.changes[0].new_blob);
    list = between(&previous, &current, NULL, CHANGES_COUNTS);
    assert_int_equal(list.count, 2);
    assert_true(list.changes[0].unread);
    assert_false(list.changes[0].counted);
    assert_int_equal(list.unread, 1);
    assert_true(list.changes[1].counted);
    assert_int_equal(list.insertions, 1);
}

static void a_missing_tree_is_named(void **state)
{
    (void)state;
    struct file_change_list list;
    char hex[OBJECT_ID_HEX_SIZE];
    builder_write(build, "a", "1\n");
    struct object_id previous = builder_commit(build, "One");
    builder_write(build, "a", "2\n");
    struct object_id tree = builder_tree(build);
    struct object_id current = builder_commit(build, "Two");
    fixture_open(fixture);
    fixture_lose_object(fixture, &tree);
    assert_false(changes_between(fixture_open(fixture), &previous, &current, NULL, 0, 0, arena,
                                 &list, NULL, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_non_null(strstr(error.message, object_id_hex(&tree, hex)));
    assert_int_equal(list.count, 0);
    assert_null(list.changes);
}

static void cancelling_stops_it(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct file_change_list list;
    builder_write(build, "a", "1\n");
    struct object_id first = builder_commit(build, "One");
    assert_false(changes_between(fixture_open(fixture), NULL, &first, NULL, CHANGES_COUNTS, 0,
                                 arena, &list, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

/* --- Patches -------------------------------------------------------------------------------- */

static void a_patch_reads_like_git_s(void **state)
{
    (void)state;
    struct object_id one = { { 1 } }, two = { { 2 } };
    builder_write(build, "changed.c",
                  "int f(void)\n{\n    a();\n    b();\n    c();\n    d();\n"
                  "    e();\n    g();\n    h();\n    return 1;\n}\n");
    builder_write(build, "deleted", "x\ny");
    builder_write(build, "empty", "");
    builder_write(build, "mode", "#!/bin/sh\n");
    builder_write(build, "moved here", "stays\n");
    builder_write(build, "quote\"tab\there", "1\n");
    builder_write(build, "type", "target\n");
    builder_write(build, "w\303\266rter", "1\n");
    builder_write_bytes(build, "logo", "\0\1", 2, 0100644);
    builder_submodule(build, "vendor", &one);
    struct object_id previous = builder_commit(build, "One");
    builder_replace(build, "changed.c", "    h();\n", "    hh();\n    i();\n");
    builder_remove(build, "deleted");
    builder_remove(build, "empty");
    builder_write(build, "added", "1\n2");
    builder_write(build, "added-empty", "");
    builder_set_mode(build, "mode", 0100755);
    builder_write_bytes(build, "mode", "#!/bin/sh\nset -e\n", 17, 0100755);
    builder_move(build, "moved here", "moved there");
    builder_write(build, "quote\"tab\there", "2\n");
    builder_link(build, "type", "target");
    builder_write(build, "w\303\266rter", "1");
    builder_write_bytes(build, "logo", "\0\2", 2, 0100644);
    builder_submodule(build, "vendor", &two);
    struct object_id current = builder_commit(build, "Two");

    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    char old_hex[OBJECT_ID_HEX_SIZE], new_hex[OBJECT_ID_HEX_SIZE];
    struct file_change_list list = between(&previous, &current, NULL, CHANGES_RENAMES);
    struct repository *repository = fixture_open(fixture);
    for (size_t i = 0; i < list.count; i++)
        if (!changes_patch(repository, &list.changes[i], 3, &ours, &error))
            fail_msg("%s", error.message);
    fixture_git(fixture, &theirs,
                (const char *const[]){ "-c", "core.quotePath=false", "diff", "-M100%", "--abbrev=7",
                                       object_id_hex(&previous, old_hex),
                                       object_id_hex(&current, new_hex), NULL });
    assert_string_equal(ours.data, theirs.data);
    strbuf_release(&ours);
    strbuf_release(&theirs);
}

static void a_patch_of_what_is_missing_leaves_nothing(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    char hex[OBJECT_ID_HEX_SIZE];
    builder_write(build, "a", "1\n");
    struct object_id previous = builder_commit(build, "One");
    builder_write(build, "a", "2\n");
    struct object_id current = builder_commit(build, "Two");
    struct file_change_list list = between(&previous, &current, NULL, 0);
    fixture_lose_object(fixture, &list.changes[0].old_blob);
    strbuf_add(&text, "kept");
    assert_false(changes_patch(fixture_open(fixture), &list.changes[0], 3, &text, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_non_null(strstr(error.message, object_id_hex(&list.changes[0].old_blob, hex)));
    assert_string_equal(text.data, "kept");
    strbuf_release(&text);
}

static void a_commit_is_compared_with_its_first_parent(void **state)
{
    (void)state;
    struct file_change_list list;
    builder_write(build, "a", "1\n");
    struct object_id first = builder_commit(build, "One");
    builder_branch(build, "side");
    builder_write(build, "b", "1\n");
    builder_commit(build, "Two");
    builder_switch(build, "main");
    builder_write(build, "c", "1\n");
    builder_commit(build, "Three");
    struct object_id merge = builder_merge(build, "side", "Merge side");
    struct repository *repository = fixture_open(fixture);
    assert_true(changes_of_commit(repository, &merge, NULL, 0, arena, &list, &error));
    assert_changes(&list, "A b\n");
    assert_true(changes_of_commit(repository, &first, NULL, CHANGES_COUNTS, arena, &list, &error));
    assert_changes(&list, "A a\n");
    assert_int_equal(list.insertions, 1);
}

/* Keeps one pair of versions, whichever it is. */
struct one_kept {
    unsigned char key[LINE_KEY_SIZE];
    struct line_numbers numbers;
    size_t saved, loaded;
};

static bool load_kept(void *context, const unsigned char key[LINE_KEY_SIZE],
                      struct line_numbers *numbers)
{
    struct one_kept *kept = context;
    if (kept->saved == 0 || memcmp(kept->key, key, LINE_KEY_SIZE) != 0)
        return false;
    *numbers = kept->numbers;
    kept->loaded++;
    return true;
}

static void save_kept(void *context, const unsigned char key[LINE_KEY_SIZE],
                      const struct line_numbers *numbers)
{
    struct one_kept *kept = context;
    memcpy(kept->key, key, LINE_KEY_SIZE);
    kept->numbers = *numbers;
    kept->saved++;
}

static void lines_of_two_versions_are_counted_once(void **state)
{
    (void)state;
    struct one_kept kept = { .saved = 0 };
    const struct line_store store = { load_kept, save_kept, &kept };
    struct arena *scratch = arena_new();
    struct object_id first = fixture_commit(fixture, "a", "1\n2\n", "One");
    struct object_id second = fixture_commit(fixture, "a", "1\n3\n4\n", "Two");
    struct repository *repository = fixture_open(fixture);
    for (size_t i = 0; i < 2; i++) {
        struct file_change_list list;
        assert_true(
            changes_between(repository, &first, &second, NULL, 0, 1, scratch, &list, NULL, &error));
        assert_true(changes_count(repository, &list, 1, &store, NULL, &error));
        assert_int_equal(list.insertions, 2);
        assert_int_equal(list.deletions, 1);
        assert_int_equal(kept.saved, 1);
        assert_int_equal(kept.loaded, i);
    }
    /* The other way round is another pair. */
    struct file_change_list back;
    assert_true(
        changes_between(repository, &second, &first, NULL, 0, 1, scratch, &back, NULL, &error));
    assert_true(changes_count(repository, &back, 1, &store, NULL, &error));
    assert_int_equal(back.insertions, 1);
    assert_int_equal(kept.saved, 2);
    arena_free(&scratch);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_kind_of_change_is_told),
        CASE(the_first_commit_differs_from_nothing),
        CASE(a_directory_limits_the_comparison),
        CASE(a_file_may_become_a_directory),
        CASE(a_rename_takes_the_same_base_name_first),
        CASE(a_link_is_no_renamed_file),
        CASE(a_renamed_file_may_become_executable),
        CASE(ends_of_lines_count_as_git_counts_them),
        CASE(repetitive_files_count_as_git_counts_them),
        CASE(a_nul_near_the_start_makes_a_file_binary),
        CASE(many_files_count_alike_on_many_threads),
        CASE(a_missing_blob_marks_its_file),
        CASE(a_missing_tree_is_named),
        CASE(cancelling_stops_it),
        CASE(a_patch_reads_like_git_s),
        CASE(a_patch_of_what_is_missing_leaves_nothing),
        CASE(a_commit_is_compared_with_its_first_parent),
        CASE(lines_of_two_versions_are_counted_once),
    };
    return cmocka_run_group_tests_name("git/changes", tests, fixture_library_start,
                                       fixture_library_stop);
}
