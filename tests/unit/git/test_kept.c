#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/git/kept.h>

#include "../../support/fixture_case.h"

static struct error error;
static struct arena *arena;

/* Two sides: four commits on main, of which one renames a file and one merges, and a pick of the
 * second on "old". */
static struct kept_range build_sides(void)
{
    struct kept_range range = { .directory = "" };
    fixture_commit(fixture, "a.txt", "one\ntwo\nthree\n", "Begin");
    builder_branch(build, "old");
    builder_branch(build, "side");
    builder_switch(build, "side");
    fixture_commit(fixture, "side.txt", "side\n", "Side");
    builder_switch(build, "main");
    fixture_commit(fixture, "a.txt", "one\ntwo\nthree\nfour\n", "Add four");
    fixture_commit(fixture, "dir/b.txt", "b\n", "Add b\n\nWith a body.");
    range.current = builder_merge(build, "side", "Merge side");
    builder_switch(build, "old");
    range.previous = fixture_commit(fixture, "a.txt", "one\ntwo\nthree\nfour\n", "Pick four");
    return range;
}

static struct kept_sides read_sides(const struct kept_range *range, bool counts)
{
    struct repository *repository = fixture_open(fixture);
    struct history_options options = { .files = true, .counts = counts, .raw = true };
    struct kept_sides sides = { .counts = counts };
    if (!history_read_sides(repository, &range->previous, &range->current, &options, &sides.ahead,
                            &sides.behind, NULL, &error))
        fail_msg("%s", error.message);
    size_t *twins = arena_array(arena, sides.ahead->count, sizeof(*twins));
    for (size_t i = 0; i < sides.ahead->count; i++)
        twins[i] = strcmp(sides.ahead->commits[i].message->subject, "Add four") == 0 ? 0 : NO_TWIN;
    sides.twins = twins;
    return sides;
}

static void sides_free(struct kept_sides *sides)
{
    history_free(&sides->ahead);
    history_free(&sides->behind);
}

static void assert_same_files(const struct file_change_list *a, const struct file_change_list *b,
                              bool lines)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->insertions, b->insertions);
    assert_int_equal(a->deletions, b->deletions);
    assert_int_equal(a->likeness_capped, b->likeness_capped);
    for (size_t i = 0; i < a->count; i++) {
        const struct file_change *x = &a->changes[i], *y = &b->changes[i];
        assert_string_equal(x->path, y->path);
        assert_int_equal(x->old_path == NULL, y->old_path == NULL);
        if (x->old_path)
            assert_string_equal(x->old_path, y->old_path);
        assert_int_equal(x->status, y->status);
        assert_int_equal(x->likeness, y->likeness);
        assert_int_equal(x->old_mode, y->old_mode);
        assert_int_equal(x->new_mode, y->new_mode);
        assert_memory_equal(&x->old_blob, &y->old_blob, sizeof(x->old_blob));
        assert_memory_equal(&x->new_blob, &y->new_blob, sizeof(x->new_blob));
        if (!lines)
            continue;
        assert_int_equal(x->counted, y->counted);
        assert_int_equal(x->binary, y->binary);
        assert_int_equal(x->insertions, y->insertions);
        assert_int_equal(x->deletions, y->deletions);
    }
}

static void assert_same_side(const struct history *a, const struct history *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->meets, b->meets);
    for (size_t i = 0; i < a->count; i++) {
        const struct commit *x = &a->commits[i], *y = &b->commits[i];
        assert_true(object_id_equal(&x->id, &y->id));
        assert_int_equal(x->parent_count, y->parent_count);
        assert_memory_equal(x->parents, y->parents, x->parent_count * sizeof(*x->parents));
        assert_string_equal(x->author_name, y->author_name);
        assert_int_equal(x->committer_time, y->committer_time);
        assert_string_equal(x->message->subject, y->message->subject);
        assert_int_equal(x->raw_length, y->raw_length);
        assert_memory_equal(x->raw, y->raw, x->raw_length);
        assert_true(y->files_known);
        assert_same_files(&x->files, &y->files, false);
    }
}

static void both_sides_come_back_as_they_were(void **state)
{
    (void)state;
    struct kept_range range = build_sides();
    struct kept_sides sides = read_sides(&range, true), again;
    struct strbuf bytes = STRBUF_INIT;
    assert_int_equal(sides.ahead->count, 4);
    assert_int_equal(sides.behind->count, 1);
    assert_true(kept_sides_write(&sides, &bytes));
    assert_true(kept_sides_read(fixture_open(fixture), &bytes, 2, arena, &again, NULL, &error));
    assert_true(again.counts);
    assert_same_side(sides.ahead, again.ahead);
    assert_same_side(sides.behind, again.behind);
    assert_memory_equal(sides.twins, again.twins, sides.ahead->count * sizeof(size_t));
    sides_free(&again);
    sides_free(&sides);
    strbuf_release(&bytes);
}

static void what_came_back_can_be_kept_again(void **state)
{
    (void)state;
    struct kept_range range = build_sides();
    struct kept_sides sides = read_sides(&range, false), again;
    struct strbuf bytes = STRBUF_INIT, second = STRBUF_INIT;
    assert_true(kept_sides_write(&sides, &bytes));
    assert_true(kept_sides_read(fixture_open(fixture), &bytes, 1, arena, &again, NULL, &error));
    assert_true(kept_sides_write(&again, &second));
    assert_int_equal(bytes.length, second.length);
    assert_memory_equal(bytes.data, second.data, bytes.length);
    sides_free(&again);
    sides_free(&sides);
    strbuf_release(&bytes);
    strbuf_release(&second);
}

static void what_could_not_be_read_is_not_kept(void **state)
{
    (void)state;
    struct kept_range range = build_sides();
    struct kept_sides sides = read_sides(&range, false);
    struct strbuf bytes = STRBUF_INIT;
    strbuf_add(&bytes, "before");
    sides.ahead->commits[2].files_known = false;
    assert_false(kept_sides_write(&sides, &bytes));
    sides.ahead->commits[2].files_known = true;
    sides.behind->ends = 1;
    assert_false(kept_sides_write(&sides, &bytes));
    sides.behind->ends = 0;
    assert_true(kept_sides_write(&sides, &bytes));
    assert_memory_equal(bytes.data, "before", 6);
    sides_free(&sides);
    strbuf_release(&bytes);
}

static void the_files_of_both_ends_come_back_with_renames_and_lines(void **state)
{
    (void)state;
    const unsigned flags = CHANGES_RENAMES | CHANGES_LIKENESS | CHANGES_COUNTS;
    struct file_change_list files, again;
    struct strbuf bytes = STRBUF_INIT;
    builder_write(build, "moved.txt", "1\n2\n3\n4\n5\n6\n7\n8\n");
    builder_write(build, "gone.txt", "gone\n");
    struct object_id from = fixture_commit(fixture, "binary", "x", "Before");
    builder_remove(build, "moved.txt");
    builder_remove(build, "gone.txt");
    builder_write(build, "new/place.txt", "1\n2\n3\n4\n5\n6\n7\n9\n");
    struct object_id to = fixture_commit(fixture, "text", "one\ntwo\n", "After");
    assert_true(changes_between(fixture_open(fixture), &from, &to, "", flags, 1, arena, &files,
                                NULL, &error));
    assert_int_equal(files.count, 3);
    assert_true(kept_files_write(&files, &bytes));
    assert_true(kept_files_read(&bytes, arena, &again, &error));
    assert_same_files(&files, &again, true);
    bool renamed = false;
    for (size_t i = 0; i < again.count; i++)
        renamed = renamed || (again.changes[i].status == FILE_RENAMED &&
                              strcmp(again.changes[i].old_path, "moved.txt") == 0);
    assert_true(renamed);
    files.unread = 1;
    assert_false(kept_files_write(&files, &bytes));
    strbuf_release(&bytes);
}

/* Cut anywhere, or with any byte changed, they are refused: the checksum says so. */
static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    struct kept_range range = build_sides();
    struct kept_sides sides = read_sides(&range, true), again;
    struct strbuf bytes = STRBUF_INIT, damaged = STRBUF_INIT;
    assert_true(kept_sides_write(&sides, &bytes));
    for (size_t i = 0; i < bytes.length; i++) {
        strbuf_clear(&damaged);
        strbuf_add_bytes(&damaged, bytes.data, i);
        assert_false(
            kept_sides_read(fixture_open(fixture), &damaged, 1, arena, &again, NULL, &error));
        assert_int_equal(error.code, ERROR_INVALID);
        assert_null(again.ahead);
        strbuf_add_char(&damaged, (char)(bytes.data[i] ^ 0x20));
        strbuf_add_bytes(&damaged, bytes.data + i + 1, bytes.length - i - 1);
        assert_false(
            kept_sides_read(fixture_open(fixture), &damaged, 1, arena, &again, NULL, &error));
        assert_false(kept_files_read(&damaged, arena, &sides.ahead->commits[0].files, NULL));
    }
    sides_free(&sides);
    strbuf_release(&damaged);
    strbuf_release(&bytes);
}

static void assert_other_key(unsigned char keys[][KEPT_KEY_SIZE], size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(keys[i], keys[k], KEPT_KEY_SIZE);
}

static void keys_tell_apart_what_differs(void **state)
{
    (void)state;
    unsigned char keys[7][KEPT_KEY_SIZE], same[KEPT_KEY_SIZE];
    struct kept_range range = { .previous = { { 1 } }, .current = { { 2 } }, .directory = "a" };
    struct kept_range turned = { .previous = { { 2 } }, .current = { { 1 } }, .directory = "a" };
    kept_sides_key(&range, keys[0]);
    kept_sides_key(&turned, keys[1]);
    kept_files_key(&range, CHANGES_RENAMES, keys[2]);
    kept_files_key(&range, CHANGES_RENAMES | CHANGES_COUNTS, keys[3]);
    range.first_parent = true;
    kept_sides_key(&range, keys[4]);
    range.directory = "a\nb";
    kept_sides_key(&range, keys[5]);
    range.directory = NULL;
    kept_sides_key(&range, keys[6]);
    assert_other_key(keys, 7);
    range.directory = "";
    kept_sides_key(&range, same);
    assert_memory_equal(same, keys[6], KEPT_KEY_SIZE);
}

static void nothing_is_kept_of_a_shallow_clone(void **state)
{
    (void)state;
    char hex[OBJECT_ID_HEX_SIZE];
    struct object_id only = fixture_commit(fixture, "a", "1\n", "One");
    assert_true(kept_possible(fixture_open(fixture)));
    object_id_hex(&only, hex);
    fixture_write_git_file(fixture, "shallow", hex);
    assert_false(kept_possible(fixture_open(fixture)));
}

static int case_begin(void **state)
{
    arena = arena_new();
    return fixture_case_begin(state);
}

static int case_end(void **state)
{
    arena_free(&arena);
    return fixture_case_end(state);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, case_begin, case_end)
    const struct CMUnitTest tests[] = {
        CASE(both_sides_come_back_as_they_were),
        CASE(what_came_back_can_be_kept_again),
        CASE(what_could_not_be_read_is_not_kept),
        CASE(the_files_of_both_ends_come_back_with_renames_and_lines),
        CASE(damaged_bytes_are_refused),
        CASE(keys_tell_apart_what_differs),
        CASE(nothing_is_kept_of_a_shallow_clone),
    };
    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
