/* Repositories that no one makes on purpose: what git says of them is said here too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/git/history.h>

#include "../../../src/git/changes.h"
#include "../../support/fixture_case.h"
#include "../../support/patience.h"

static struct error error;

/* A commit of a raw tree and up to one parent, with any committer's line. */
static struct object_id raw_commit(const struct object_id *tree, const struct object_id *parent,
                                   const char *committer)
{
    struct strbuf text = STRBUF_INIT;
    char hex[OBJECT_ID_HEX_SIZE];
    strbuf_printf(&text, "tree %s\n", object_id_hex(tree, hex));
    if (parent)
        strbuf_printf(&text, "parent %s\n", object_id_hex(parent, hex));
    strbuf_printf(&text, "author A <a@example.org> 1735689600 +0000\n%s\nOdd\n", committer);
    struct object_id id = fixture_raw_commit(fixture, text.data, text.length);
    strbuf_release(&text);
    return id;
}

static const char usual_committer[] = "committer A <a@example.org> 1735689600 +0000\n";

static void add_entry(struct strbuf *tree, const char *mode, const char *name,
                      const struct object_id *id)
{
    strbuf_printf(tree, "%s %s", mode, name);
    strbuf_add_char(tree, '\0');
    strbuf_add_bytes(tree, id->bytes, OBJECT_ID_SIZE);
}

/* A commit whose tree has one file of that mode. */
static struct object_id commit_with_mode(const char *mode, const struct object_id *blob,
                                         const struct object_id *parent)
{
    struct strbuf tree = STRBUF_INIT;
    add_entry(&tree, mode, "tool", blob);
    struct object_id id = fixture_raw_tree(fixture, tree.data, tree.length);
    strbuf_release(&tree);
    return raw_commit(&id, parent, usual_committer);
}

static struct object_id object_of(const char *revision)
{
    struct strbuf out = STRBUF_INIT;
    struct object_id id;
    fixture_git(fixture, &out, (const char *const[]){ "rev-parse", revision, NULL });
    strbuf_truncate(&out, OBJECT_ID_HEX_SIZE - 1);
    assert_true(object_id_parse(out.data, &id));
    strbuf_release(&out);
    return id;
}

static void compare_with_git(const struct object_id *before, const struct object_id *after)
{
    static const char letters[] = "AMDRCT";
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    struct file_change_list list;
    struct arena *arena = arena_new();
    char old[OBJECT_ID_HEX_SIZE], new[OBJECT_ID_HEX_SIZE];
    assert_true(changes_between(fixture_open(fixture), before, after, "", CHANGES_RENAMES, 1, arena,
                                &list, NULL, &error));
    for (size_t i = 0; i < list.count; i++) {
        const struct file_change *change = &list.changes[i];
        strbuf_printf(&ours, ":%06o %06o %s ", change->old_mode, change->new_mode,
                      object_id_hex(&change->old_blob, old));
        strbuf_printf(&ours, "%s %c\t%s\n", object_id_hex(&change->new_blob, new),
                      letters[change->status], change->path);
    }
    object_id_hex(before, old);
    object_id_hex(after, new);
    fixture_git(fixture, &theirs,
                (const char *const[]){ "diff", "--raw", "--no-abbrev", "-M100%", old, new, NULL });
    assert_string_equal(ours.data, theirs.data);
    strbuf_release(&ours);
    strbuf_release(&theirs);
    arena_free(&arena);
}

static void modes_of_old_are_read_as_git_reads_them(void **state)
{
    (void)state;
    static const char *const modes[] = { "100644", "100664", "100600", "0100755",
                                         "100744", "120000", "120777", "644" };
    struct object_id commits[sizeof(modes) / sizeof(*modes)];
    fixture_commit(fixture, "tool", "x\n", "One");
    struct object_id blob = object_of("HEAD:tool");
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        commits[i] = commit_with_mode(modes[i], &blob, NULL);
    for (size_t i = 1; i < sizeof(modes) / sizeof(*modes); i++) {
        compare_with_git(&commits[i - 1], &commits[i]);
        compare_with_git(&commits[i], &commits[0]);
    }
}

static void trees_out_of_order_are_compared_as_git_compares_them(void **state)
{
    (void)state;
    struct strbuf tree = STRBUF_INIT;
    struct object_id first = fixture_commit(fixture, "tool", "x\n", "One");
    struct object_id blob = object_of("HEAD:tool");
    add_entry(&tree, "100644", "tool", &blob);
    add_entry(&tree, "100644", "alone", &blob);
    add_entry(&tree, "100644", "twice", &blob);
    add_entry(&tree, "100644", "twice", &blob);
    struct object_id id = fixture_raw_tree(fixture, tree.data, tree.length);
    struct object_id odd = raw_commit(&id, &first, usual_committer);
    compare_with_git(&first, &odd);
    compare_with_git(&odd, &first);
    strbuf_release(&tree);
}

/* Sixteen names of 4000 bytes, each a folder of the same sixteen, and no file at all. */
static void paths_are_no_end_of_memory(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One"), tree;
    struct strbuf bytes = STRBUF_INIT;
    struct file_change_list list;
    struct arena *arena = arena_new();
    tree = fixture_raw_tree(fixture, "", 0);
    for (int level = 0; level < 12; level++) {
        strbuf_clear(&bytes);
        for (char letter = 'a'; letter < 'q'; letter++) {
            char name[4001];
            memset(name, letter, sizeof(name) - 1);
            name[sizeof(name) - 1] = '\0';
            add_entry(&bytes, "40000", name, &tree);
        }
        tree = fixture_raw_tree(fixture, bytes.data, bytes.length);
    }
    struct object_id bomb = raw_commit(&tree, &first, usual_committer);
    struct repository *repository = fixture_open(fixture);
    assert_false(changes_between(repository, &first, &bomb, "", 0, 1, arena, &list, NULL, &error));
    fixture_assert_error(&error, ERROR_LIMIT, "bytes", "");
    assert_null(repository_list_files(repository, &bomb, NULL, NULL, NULL, &error));
    fixture_assert_error(&error, ERROR_LIMIT, "bytes", "");
    strbuf_release(&bytes);
    arena_free(&arena);
}

#define SAME_FILES 200000

/* A folder of copies that moves: each finds its own, without looking at all others. */
static void many_files_of_one_content_are_paired_quickly(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct vector changes;
    int64_t before = clock_monotonic();
    vector_init(&changes, sizeof(struct file_change));
    for (int i = 0; i < 2 * SAME_FILES; i++) {
        bool new = i >= SAME_FILES;
        struct file_change *change = vector_add(&changes);
        change->status = new ? FILE_ADDED : FILE_DELETED;
        change->path = arena_printf(arena, "%s/%06d", new ? "new" : "gone", i % SAME_FILES);
        *(new ? &change->new_mode : &change->old_mode) = 0100644;
    }
    changes_pair(&changes);
    assert_true(clock_monotonic() - before < patience(10000));
    assert_int_equal(changes.count, SAME_FILES);
    for (size_t i = 0; i < changes.count; i++) {
        const struct file_change *change = vector_at(&changes, i);
        assert_int_equal(change->status, FILE_RENAMED);
        assert_string_equal(strchr(change->path, '/'), strchr(change->old_path, '/'));
    }
    vector_release(&changes);
    arena_free(&arena);
}

/* --- Histories ------------------------------------------------------------------------------ */

static void assert_listed_as_git(const struct object_id *from, const struct object_id *to)
{
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    char hex[OBJECT_ID_HEX_SIZE], other[OBJECT_ID_HEX_SIZE];
    struct history *history = history_read(fixture_open(fixture), from, to, NULL, NULL, &error);
    assert_non_null(history);
    for (size_t i = 0; i < history->count; i++)
        strbuf_printf(&ours, "%s\n", object_id_hex(&history->commits[i].id, hex));
    object_id_hex(from, hex);
    fixture_git(fixture, &theirs,
                (const char *const[]){ "rev-list", "--topo-order", object_id_hex(to, other),
                                       "--not", hex, NULL });
    assert_string_equal(ours.data, theirs.data);
    history_free(&history);
    strbuf_release(&ours);
    strbuf_release(&theirs);
}

/* Forty days, one commit each. */
static struct object_id build_days(void)
{
    struct object_id last;
    builder_write(build, "a", "");
    for (int day = 0; day < 40; day++) {
        builder_time(build, INT64_C(1735689600000) + day * INT64_C(86400000));
        builder_append(build, "a", "another day\n");
        last = builder_commit(build, "A day");
    }
    return last;
}

static void a_clock_that_was_wrong_by_years_hides_all_the_same(void **state)
{
    (void)state;
    struct object_id last = build_days();
    builder_branch(build, "side");
    struct object_id main_line = fixture_commit(fixture, "b", "1\n", "On the main line");
    builder_switch(build, "side");
    fixture_commit(fixture, "c", "1\n", "Aside");
    builder_time(build, 5000); /* the battery of a clock was empty */
    fixture_commit(fixture, "c", "2\n", "In 1970");
    builder_time(build, INT64_C(1735689600000) + INT64_C(41) * 86400000);
    struct object_id side = fixture_commit(fixture, "c", "3\n", "Aside again");
    assert_listed_as_git(&side, &main_line);
    assert_listed_as_git(&main_line, &side);
    assert_listed_as_git(&side, &last);
}

static void a_date_out_of_range_hides_all_the_same(void **state)
{
    (void)state;
    struct object_id last = build_days();
    fixture_open(fixture);
    struct object_id early = fixture_resolve(fixture, "HEAD~37"), tree = object_of("HEAD^{tree}");
    static const char *const committers[] = {
        "committer A <a@example.org> 99999999999999 +0000\n",
        "committer A <a@example.org> 99999999999999999999999999 +0000\n",
        "committer A <a@example.org> \n",
        "",
    };
    for (size_t i = 0; i < sizeof(committers) / sizeof(*committers); i++) {
        struct object_id odd = raw_commit(&tree, &last, committers[i]);
        assert_listed_as_git(&odd, &early);
        assert_listed_as_git(&early, &odd);
    }
}

static void what_a_history_holds_is_found_in_one_walk(void **state)
{
    (void)state;
    struct object_id last = build_days(), side, missing = { { 1 } };
    builder_branch(build, "side");
    builder_switch(build, "side");
    side = fixture_commit(fixture, "c", "1\n", "Aside");
    builder_time(build, 5000);
    struct object_id old_clock = fixture_commit(fixture, "c", "2\n", "In 1970");
    struct repository *repository = fixture_open(fixture);
    struct object_id first = fixture_resolve(fixture, "main~39");
    const struct object_id wanted[] = { side, first, missing, last, first, old_clock };
    static const bool of_last[] = { false, true, false, true, true, false };
    static const bool of_old[] = { true, true, false, true, true, true };
    bool contains[6];
    assert_true(history_contains_each(repository, &last, wanted, 6, contains, NULL, &error));
    assert_memory_equal(contains, of_last, sizeof(contains));
    assert_true(history_contains_each(repository, &old_clock, wanted, 6, contains, NULL, &error));
    assert_memory_equal(contains, of_old, sizeof(contains));
    assert_true(history_contains_each(repository, &last, wanted, 0, contains, NULL, &error));
    assert_false(history_contains_each(repository, &missing, wanted, 6, contains, NULL, &error));
}

/* Replacing a commit by its own child is a slip that `git replace` does not catch. */
static void a_commit_may_be_replaced_by_its_own_child(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two");
    struct object_id third = fixture_commit(fixture, "a", "3\n", "Three");
    struct history_options options = { .files = true, .counts = true };
    char hex[OBJECT_ID_HEX_SIZE];
    char *name = memory_printf("refs/replace/%s", object_id_hex(&first, hex));
    builder_reference(build, name, &second);
    struct history *history =
        history_read(fixture_open(fixture), NULL, &third, &options, NULL, &error);
    assert_non_null(history);
    assert_int_equal(history->count, 3); /* "One", which is its own parent, too */
    assert_true(object_id_equal(&history->commits[2].id, &first));
    assert_int_equal(history->commits[2].files.count, 0);
    history_free(&history);
    free(name);
}

static void a_merge_is_what_it_brings_to_the_parent_that_is_followed(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "services/pay/a", "1\n", "One");
    builder_branch(build, "side");
    fixture_commit(fixture, "other", "1\n", "Elsewhere");
    builder_switch(build, "side");
    fixture_commit(fixture, "services/pay/a", "2\n", "Pay otherwise");
    builder_switch(build, "main");
    struct object_id merge = builder_merge(build, "side", "Merge pull request 7");
    struct history_options options = { .directory = "services/pay", .first_parent = true };
    struct history *history =
        history_read(fixture_open(fixture), &first, &merge, &options, NULL, &error);
    assert_int_equal(history->count, 1);
    assert_true(object_id_equal(&history->commits[0].id, &merge));
    history_free(&history);
    options.first_parent = false;
    history = history_read(fixture_open(fixture), &first, &merge, &options, NULL, &error);
    assert_int_equal(history->count, 1);
    assert_string_equal(history->commits[0].message->subject, "Pay otherwise");
    history_free(&history);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(modes_of_old_are_read_as_git_reads_them),
        CASE(trees_out_of_order_are_compared_as_git_compares_them),
        CASE(paths_are_no_end_of_memory),
        CASE(many_files_of_one_content_are_paired_quickly),
        CASE(a_clock_that_was_wrong_by_years_hides_all_the_same),
        CASE(a_date_out_of_range_hides_all_the_same),
        CASE(what_a_history_holds_is_found_in_one_walk),
        CASE(a_commit_may_be_replaced_by_its_own_child),
        CASE(a_merge_is_what_it_brings_to_the_parent_that_is_followed),
    };
    return cmocka_run_group_tests_name("git/odd", tests, fixture_library_start,
                                       fixture_library_stop);
}
