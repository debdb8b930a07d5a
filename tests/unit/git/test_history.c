#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/git/history.h>

#include "../../support/fixture_case.h"

static struct error error;

static struct history *read_history(const struct object_id *from, const struct object_id *to,
                                    const struct history_options *options)
{
    struct history *history = history_read(fixture_open(fixture), from, to, options, NULL, &error);
    if (!history)
        fail_msg("%s", error.message);
    return history;
}

static void assert_subjects(const struct history *history, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    for (size_t i = 0; i < history->count; i++)
        strbuf_printf(&text, "%s\n", history->commits[i].message->subject);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

/* A history with two branches that were merged, and a third that was not:
 *
 *   One - Two - Three - Merge side - Five
 *     \- Side A - Side B -/
 *            \- Left
 */
struct branchy {
    struct object_id one, two, side_a, merge, five, left;
};

static struct branchy build_branchy(void)
{
    struct branchy ids;
    ids.one = fixture_commit(fixture, "main", "1\n", "One");
    builder_branch(build, "side");
    ids.side_a = fixture_commit(fixture, "side", "a\n", "Side A");
    builder_branch(build, "left");
    ids.left = fixture_commit(fixture, "left", "l\n", "Left");
    builder_switch(build, "side");
    fixture_commit(fixture, "side", "b\n", "Side B");
    builder_switch(build, "main");
    ids.two = fixture_commit(fixture, "main", "2\n", "Two");
    fixture_commit(fixture, "main", "3\n", "Three");
    ids.merge = builder_merge(build, "side", "Merge side");
    ids.five = fixture_commit(fixture, "main", "5\n", "Five");
    return ids;
}

static void assert_as_git_lists(const struct object_id *from, const struct object_id *to,
                                bool first_parent)
{
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    char range[2 * OBJECT_ID_HEX_SIZE + 2], from_hex[OBJECT_ID_HEX_SIZE],
        to_hex[OBJECT_ID_HEX_SIZE];
    struct history_options options = { .first_parent = first_parent };
    struct history *history = read_history(from, to, &options);
    for (size_t i = 0; i < history->count; i++)
        strbuf_printf(&ours, "%s\n", object_id_hex(&history->commits[i].id, to_hex));
    object_id_hex(to, to_hex);
    if (from)
        snprintf(range, sizeof(range), "%s..%s", object_id_hex(from, from_hex), to_hex);
    fixture_git(fixture, &theirs,
                (const char *const[]){ "log", "--format=%H", "--topo-order", from ? range : to_hex,
                                       first_parent ? "--first-parent" : NULL, NULL });
    assert_string_equal(ours.data, theirs.data);
    history_free(&history);
    strbuf_release(&ours);
    strbuf_release(&theirs);
}

static void commits_come_in_git_s_topological_order(void **state)
{
    (void)state;
    struct branchy ids = build_branchy();
    struct history *history = read_history(NULL, &ids.five, NULL);
    assert_subjects(history, "Five\nMerge side\nSide B\nSide A\nThree\nTwo\nOne\n");
    history_free(&history);
    assert_as_git_lists(NULL, &ids.five, false);
    assert_as_git_lists(&ids.two, &ids.five, false);
    assert_as_git_lists(&ids.left, &ids.five, false);
    assert_as_git_lists(&ids.five, &ids.left, false);
}

static void first_parents_only_when_asked(void **state)
{
    (void)state;
    struct branchy ids = build_branchy();
    struct history_options options = { .first_parent = true };
    struct history *history = read_history(NULL, &ids.five, &options);
    assert_subjects(history, "Five\nMerge side\nThree\nTwo\nOne\n");
    history_free(&history);
    assert_as_git_lists(NULL, &ids.five, true);
    assert_as_git_lists(&ids.left, &ids.five, true);
    assert_as_git_lists(&ids.merge, &ids.five, true);
}

static void a_commit_says_who_and_when(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_author(build, "Bo Example", "bo@example.org");
    builder_time(build, INT64_C(1735700000000));
    struct object_id picked = fixture_commit(fixture, "b", "1\n", "Two\n\nBody.\n\nRefs: MB-1\n");
    builder_branch(build, "release");
    builder_author(build, "Cy Example", "cy@example.org");
    builder_time(build, INT64_C(1735800000000));
    builder_revert(build, &picked);
    builder_author(build, "Di Example", "di@example.org");
    struct object_id again = builder_pick(build, &picked, true);
    struct history *history = read_history(&picked, &again, NULL);
    assert_int_equal(history->count, 2);
    const struct commit *commit = &history->commits[0];
    char hex[OBJECT_ID_HEX_SIZE];
    assert_string_equal(commit->author_name, "Bo Example");
    assert_string_equal(commit->author_email, "bo@example.org");
    assert_int_equal(commit->author_time, INT64_C(1735700000000));
    assert_string_equal(commit->committer_name, "Di Example");
    assert_string_equal(commit->committer_email, "di@example.org");
    assert_int_equal(commit->committer_time, INT64_C(1735800060000));
    assert_int_equal(commit->parent_count, 1);
    assert_string_equal(commit->message->body, "Body.");
    assert_string_equal(commit->message->trailers[0].key, "Refs");
    assert_string_equal(commit->message->picked_from[0], object_id_hex(&picked, hex));
    assert_string_equal(history->commits[1].message->reverts[0], hex);
    assert_string_equal(history->commits[1].message->reverted_subject, "Two");
    assert_false(commit->files_known);
    history_free(&history);
}

static void files_and_counts_come_when_asked(void **state)
{
    (void)state;
    struct branchy ids = build_branchy();
    struct history_options options = { .files = true, .counts = true };
    struct history *history = read_history(&ids.one, &ids.five, &options);
    const struct commit *five = &history->commits[0], *merge = &history->commits[1];
    assert_true(five->files_known);
    assert_int_equal(five->files.count, 1);
    assert_string_equal(five->files.changes[0].path, "main");
    assert_int_equal(five->files.insertions, 1);
    assert_int_equal(five->files.deletions, 1);
    assert_int_equal(merge->files.count, 1);
    assert_string_equal(merge->files.changes[0].path, "side");
    assert_false(merge->files.changes[0].counted);
    assert_int_equal(history->problem_count, 0);
    history_free(&history);

    options.counts = false;
    history = read_history(&ids.one, &ids.five, &options);
    assert_int_equal(history->commits[0].files.count, 1);
    assert_false(history->commits[0].files.changes[0].counted);
    history_free(&history);
}

static void commits_count_like_git_s_log(void **state)
{
    (void)state;
    struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
    struct branchy ids = build_branchy();
    builder_move(build, "main", "renamed");
    struct object_id head = builder_commit(build, "Rename");
    struct history_options options = { .counts = true };
    struct history *history = read_history(&ids.one, &head, &options);
    for (size_t i = 0; i < history->count; i++) {
        const struct commit *commit = &history->commits[i];
        strbuf_printf(&ours, "%s\n", commit->message->subject);
        for (size_t k = 0; commit->parent_count < 2 && k < commit->files.count; k++)
            strbuf_printf(&ours, "%llu\t%llu\n",
                          (unsigned long long)commit->files.changes[k].insertions,
                          (unsigned long long)commit->files.changes[k].deletions);
    }
    char range[2 * OBJECT_ID_HEX_SIZE + 2], from[OBJECT_ID_HEX_SIZE], to[OBJECT_ID_HEX_SIZE];
    snprintf(range, sizeof(range), "%s..%s", object_id_hex(&ids.one, from),
             object_id_hex(&head, to));
    fixture_git(fixture, &theirs,
                (const char *const[]){ "log", "--topo-order", "--numstat", "-M100%", "--format=%s",
                                       range, NULL });
    struct strbuf columns = STRBUF_INIT;
    for (const char *line = theirs.data; *line;) {
        size_t length = strcspn(line, "\n");
        const char *path = memchr(line, '\t', length);
        path = path ? memchr(path + 1, '\t', length - (size_t)(path + 1 - line)) : NULL;
        if (length)
            strbuf_printf(&columns, "%.*s\n", (int)(path ? (size_t)(path - line) : length), line);
        line += length + (line[length] == '\n');
    }
    assert_string_equal(ours.data, columns.data);
    history_free(&history);
    strbuf_release(&ours);
    strbuf_release(&theirs);
    strbuf_release(&columns);
}

static void a_directory_keeps_what_touches_it(void **state)
{
    (void)state;
    fixture_commit(fixture, "auth/a", "1\n", "Auth one");
    fixture_commit(fixture, "pay/a", "1\n", "Pay one");
    builder_branch(build, "side");
    fixture_commit(fixture, "auth/b", "1\n", "Auth on the side");
    builder_switch(build, "main");
    fixture_commit(fixture, "pay/a", "2\n", "Pay two");
    builder_merge(build, "side", "Merge what only one side changed");
    builder_branch(build, "other");
    fixture_commit(fixture, "auth/c", "1\n", "Auth c");
    builder_switch(build, "main");
    fixture_commit(fixture, "auth/d", "1\n", "Auth d");
    struct object_id head = builder_merge(build, "other", "Merge what both sides changed");

    struct history_options options = { .directory = "auth/", .files = true };
    struct history *history = read_history(NULL, &head, &options);
    assert_subjects(history, "Merge what both sides changed\nAuth c\nAuth d\n"
                             "Auth on the side\nAuth one\n");
    for (size_t i = 0; i < history->count; i++)
        for (size_t k = 0; k < history->commits[i].files.count; k++)
            assert_int_equal(strncmp(history->commits[i].files.changes[k].path, "auth/", 5), 0);
    history_free(&history);
    options.directory = "absent";
    history = read_history(NULL, &head, &options);
    assert_int_equal(history->count, 0);
    history_free(&history);
}

/* --- Determinism, caching, cancelling ------------------------------------------------------- */

static void describe(const struct history *history, struct strbuf *out)
{
    char hex[OBJECT_ID_HEX_SIZE];
    for (size_t i = 0; i < history->count; i++) {
        const struct commit *commit = &history->commits[i];
        strbuf_printf(out, "%s %s %llu %llu\n", object_id_hex(&commit->id, hex),
                      commit->message->subject, (unsigned long long)commit->files.insertions,
                      (unsigned long long)commit->files.deletions);
        for (size_t k = 0; k < commit->files.count; k++)
            strbuf_printf(out, "  %s\n", commit->files.changes[k].path);
    }
}

static struct object_id build_long(int commits)
{
    char path[32], text[64], message[32];
    struct object_id head = { { 0 } };
    for (int i = 0; i < commits; i++) {
        snprintf(path, sizeof(path), "d%d/f%d", i % 5, i % 11);
        snprintf(text, sizeof(text), "%d\n%d\nsame\n", i, i / 3);
        snprintf(message, sizeof(message), "Commit %d", i);
        head = fixture_commit(fixture, path, text, message);
    }
    return head;
}

static void the_result_is_the_same_with_any_number_of_threads(void **state)
{
    (void)state;
    struct object_id head = build_long(200);
    struct strbuf expected = STRBUF_INIT;
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct strbuf text = STRBUF_INIT;
        struct history_options options = { .files = true, .counts = true, .threads = threads };
        struct history *history = read_history(NULL, &head, &options);
        assert_int_equal(history->count, 200);
        describe(history, threads == 1 ? &expected : &text);
        if (threads > 1)
            assert_string_equal(text.data, expected.data);
        history_free(&history);
        strbuf_release(&text);
    }
    strbuf_release(&expected);
}

struct cache {
    struct map *map;
    size_t loaded, saved;
    uint64_t counts[64][3];
};

static bool load_counts(void *context, const struct object_id *commit, const char *directory,
                        uint64_t *insertions, uint64_t *deletions, uint64_t *files)
{
    struct cache *cache = context;
    const uint64_t *counts = map_get_bytes(cache->map, commit->bytes, OBJECT_ID_SIZE);
    assert_string_equal(directory, "");
    if (!counts)
        return false;
    cache->loaded++;
    *insertions = counts[0];
    *deletions = counts[1];
    *files = counts[2];
    return true;
}

static void save_counts(void *context, const struct object_id *commit, const char *directory,
                        uint64_t insertions, uint64_t deletions, uint64_t files)
{
    struct cache *cache = context;
    uint64_t *counts = cache->counts[cache->saved++];
    assert_string_equal(directory, "");
    counts[0] = insertions;
    counts[1] = deletions;
    counts[2] = files;
    map_put_bytes(cache->map, commit->bytes, OBJECT_ID_SIZE, counts);
}

static void counts_are_kept_and_found_again(void **state)
{
    (void)state;
    struct object_id head = build_long(40);
    struct cache cache = { .map = map_new() };
    struct history_options options = { .counts = true,
                                       .load_counts = load_counts,
                                       .save_counts = save_counts,
                                       .counts_context = &cache };
    struct history *counted = read_history(NULL, &head, &options);
    assert_int_equal(cache.saved, 40);
    assert_int_equal(cache.loaded, 0);
    struct history *loaded = read_history(NULL, &head, &options);
    assert_int_equal(cache.saved, 40);
    assert_int_equal(cache.loaded, 40);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(loaded->commits[i].files.insertions, counted->commits[i].files.insertions);
        assert_int_equal(loaded->commits[i].files.deletions, counted->commits[i].files.deletions);
        assert_int_equal(loaded->commits[i].files.count, counted->commits[i].files.count);
    }
    history_free(&counted);
    history_free(&loaded);
    map_free(&cache.map);
}

struct watch {
    atomic_bool cancel;
    uint64_t reports, last_done, last_total;
};

static void watch_progress(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct watch *watch = context;
    assert_string_equal(what, "reading changes");
    watch->reports++;
    watch->last_done = done;
    watch->last_total = total;
}

static void cancel_at_once(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct watch *watch = context;
    (void)what;
    (void)done;
    (void)total;
    atomic_store(&watch->cancel, true);
}

static void progress_is_told_and_cancel_is_heard(void **state)
{
    (void)state;
    struct object_id head = build_long(100);
    struct watch watch = { .reports = 0 };
    struct progress progress = { .report = watch_progress,
                                 .context = &watch,
                                 .cancel = &watch.cancel };
    struct history_options options = { .files = true, .threads = 1 };
    struct repository *repository = fixture_open(fixture);
    struct history *history = history_read(repository, NULL, &head, &options, &progress, &error);
    assert_non_null(history);
    assert_true(watch.reports > 1);
    assert_int_equal(watch.last_done, 100);
    assert_int_equal(watch.last_total, 100);
    history_free(&history);
    progress.report = cancel_at_once;
    assert_null(history_read(repository, NULL, &head, &options, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

/* --- Reachability --------------------------------------------------------------------------- */

static void ahead_and_behind_are_counted(void **state)
{
    (void)state;
    size_t ahead = 0, behind = 0;
    struct branchy ids = build_branchy();
    struct repository *repository = fixture_open(fixture);
    assert_true(history_ahead_behind(repository, &ids.left, &ids.five, &ahead, &behind, &error));
    assert_int_equal(ahead, 5);
    assert_int_equal(behind, 1);
    assert_true(history_ahead_behind(repository, &ids.five, &ids.five, &ahead, &behind, &error));
    assert_int_equal(ahead, 0);
    assert_int_equal(behind, 0);
}

static void a_history_contains_its_ancestors(void **state)
{
    (void)state;
    bool contains = false;
    struct branchy ids = build_branchy();
    struct repository *repository = fixture_open(fixture);
    assert_true(history_contains(repository, &ids.five, &ids.side_a, &contains, &error));
    assert_true(contains);
    assert_true(history_contains(repository, &ids.five, &ids.five, &contains, &error));
    assert_true(contains);
    assert_true(history_contains(repository, &ids.five, &ids.left, &contains, &error));
    assert_false(contains);
    assert_true(history_contains(repository, &ids.one, &ids.two, &contains, &error));
    assert_false(contains);
}

static void clocks_that_run_backwards_hide_nothing(void **state)
{
    (void)state;
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    builder_time(build, INT64_C(1735689600000) - 3600000);
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two, an hour before One");
    builder_time(build, INT64_C(1735689600000) + 3600000);
    struct object_id third = fixture_commit(fixture, "a", "3\n", "Three");
    struct history *history = read_history(&first, &third, NULL);
    assert_subjects(history, "Three\nTwo, an hour before One\n");
    history_free(&history);
    history = read_history(&third, &second, NULL);
    assert_int_equal(history->count, 0);
    history_free(&history);
}

/* --- Odd and damaged histories -------------------------------------------------------------- */

static void a_shallow_clone_ends_where_it_was_cut(void **state)
{
    (void)state;
    char hex[OBJECT_ID_HEX_SIZE + 1];
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    struct object_id second = fixture_commit(fixture, "a", "2\n", "Two");
    struct object_id third = fixture_commit(fixture, "a", "3\n", "Three");
    fixture_open(fixture);
    fixture_lose_object(fixture, &first);
    object_id_hex(&second, hex);
    fixture_write_git_file(fixture, "shallow", strcat(hex, "\n"));
    assert_true(repository_is_shallow(fixture_open(fixture)));
    struct history_options options = { .files = true };
    struct history *history = read_history(NULL, &third, &options);
    assert_subjects(history, "Three\nTwo\n");
    assert_true(history->commits[0].files_known);
    assert_false(history->commits[1].files_known);
    assert_int_equal(history->problem_count, 1);
    assert_true(object_id_equal(&history->problems[0].object, &second));
    assert_non_null(
        strstr(history->problems[0].message, "the clone is shallow and ends at commit"));
    history_free(&history);
}

static void a_missing_commit_is_a_problem_that_names_it(void **state)
{
    (void)state;
    char hex[OBJECT_ID_HEX_SIZE];
    struct object_id first = fixture_commit(fixture, "a", "1\n", "One");
    fixture_commit(fixture, "a", "2\n", "Two");
    struct object_id third = fixture_commit(fixture, "a", "3\n", "Three");
    fixture_open(fixture);
    fixture_lose_object(fixture, &first);
    struct history_options options = { .files = true };
    struct history *history = read_history(NULL, &third, &options);
    assert_subjects(history, "Three\nTwo\n");
    assert_int_equal(history->problem_count, 2);
    assert_true(object_id_equal(&history->problems[0].object, &first));
    assert_non_null(strstr(history->problems[0].message, object_id_hex(&first, hex)));
    assert_non_null(strstr(history->problems[1].message, hex));
    assert_false(history->commits[1].files_known);
    history_free(&history);
    assert_null(history_read(fixture_open(fixture), NULL, &first, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_non_null(strstr(error.message, hex));
}

static void a_damaged_tree_or_blob_costs_only_its_commit(void **state)
{
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    builder_write(build, "a", "2\n");
    struct object_id tree = builder_tree(build);
    builder_commit(build, "Two");
    fixture_commit(fixture, "a", "3\n", "Three");
    struct object_id head = fixture_commit(fixture, "b", "4\n", "Four");
    struct history_options options = { .files = true, .counts = true };
    struct history *history = read_history(NULL, &head, &options);
    struct object_id blob = history->commits[0].files.changes[0].new_blob;
    history_free(&history);
    fixture_damage_object(fixture, &tree);
    fixture_lose_object(fixture, &blob);
    history = read_history(NULL, &head, &options);
    assert_subjects(history, "Four\nThree\nTwo\nOne\n");
    assert_true(history->commits[0].files_known);
    assert_true(history->commits[0].files.changes[0].unread);
    assert_false(history->commits[1].files_known);
    assert_false(history->commits[2].files_known);
    assert_true(history->commits[3].files_known);
    assert_int_equal(history->problem_count, 3);
    history_free(&history);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(commits_come_in_git_s_topological_order),
        CASE(first_parents_only_when_asked),
        CASE(a_commit_says_who_and_when),
        CASE(files_and_counts_come_when_asked),
        CASE(commits_count_like_git_s_log),
        CASE(a_directory_keeps_what_touches_it),
        CASE(the_result_is_the_same_with_any_number_of_threads),
        CASE(counts_are_kept_and_found_again),
        CASE(progress_is_told_and_cancel_is_heard),
        CASE(ahead_and_behind_are_counted),
        CASE(a_history_contains_its_ancestors),
        CASE(clocks_that_run_backwards_hide_nothing),
        CASE(a_shallow_clone_ends_where_it_was_cut),
        CASE(a_missing_commit_is_a_problem_that_names_it),
        CASE(a_damaged_tree_or_blob_costs_only_its_commit),
    };
    return cmocka_run_group_tests_name("git/history", tests, fixture_library_start,
                                       fixture_library_stop);
}
