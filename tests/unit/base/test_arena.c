#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include <pilab/base/arena.h>

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    struct arena *arena = *state;

    arena_free(&arena);
    assert_null(arena);
    return 0;
}

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
    static const char zeros[97];
    char *blocks[500];

    for (size_t i = 0; i < 500; i++) {
        size_t size = i % 97 + 1;
        blocks[i] = arena_alloc(*state, size);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        assert_memory_equal(blocks[i], zeros, size);
        memset(blocks[i], (int)i, size);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t k = 0; k < i % 97 + 1; k++)
            assert_int_equal((unsigned char)blocks[i][k], i & 0xff);
    }
}

static void a_block_stays_where_it_is_while_the_arena_grows(void **state)
{
    char *first = arena_text(*state, "first");

    for (size_t i = 0; i < 10000; i++)
        arena_alloc(*state, 100);
    assert_string_equal(first, "first");
}

static void large_blocks_leave_room_for_small_ones(void **state)
{
    char *small = arena_text(*state, "a");
    char *large = arena_alloc(*state, 10 * 1024 * 1024);
    char *next = arena_text(*state, "b");

    large[10 * 1024 * 1024 - 1] = 'x';
    assert_string_equal(small, "a");
    assert_ptr_equal(next, small + 2);
}

static void a_large_block_may_come_first(void **state)
{
    int *numbers = arena_array(*state, 100000, sizeof *numbers);

    numbers[99999] = 5;
    assert_int_equal(numbers[0], 0);
    assert_string_equal(arena_text(*state, "after"), "after");
}

static void texts_are_copied_and_terminated(void **state)
{
    char source[] = "abcdef";
    char *text = arena_text(*state, source);
    char *bytes = arena_bytes(*state, source, 3);

    source[0] = 'X';
    assert_string_equal(text, "abcdef");
    assert_string_equal(bytes, "abc");
    assert_null(arena_text(*state, NULL));
    assert_null(arena_bytes(*state, NULL, 5));
    assert_string_equal(arena_bytes(*state, "", 0), "");
}

static void room_for_a_text_ends_in_nul(void **state)
{
    char *room = arena_room(*state, 3), *next = arena_room(*state, 0);

    memcpy(room, "abc", 3);
    assert_string_equal(room, "abc");
    assert_string_equal(next, "");
    assert_ptr_equal(next, room + 4);
}

static void formatted_text_is_as_long_as_it_needs(void **state)
{
    assert_string_equal(arena_printf(*state, "%s/%d", "mb-auth", 42), "mb-auth/42");
    assert_string_equal(arena_printf(*state, "%s", ""), "");
    assert_int_equal(strlen(arena_printf(*state, "%5000s", "x")), 5000);
}

static void empty_blocks_are_distinct(void **state)
{
    void *one = arena_alloc(*state, 0), *two = arena_array(*state, 0, 8);

    assert_ptr_not_equal(one, two);
}

static void an_arena_knows_what_it_handed_out(void **state)
{
    assert_int_equal(arena_used(*state), 0);
    arena_alloc(*state, 100);
    arena_text(*state, "four");
    assert_int_equal(arena_used(*state), 105);
}

static void an_arena_takes_over_another_one(void **state)
{
    struct arena *arena = *state, *other = arena_new();
    char *before = arena_text(arena, "before"), *text = arena_text(other, "other");

    arena_adopt(arena, &other);
    assert_null(other);
    assert_string_equal(text, "other");
    assert_int_equal(arena_used(arena), 7 + 6);
    assert_string_equal(arena_text(arena, "after"), "after");
    assert_string_equal(before, "before");
}

static void words_are_what_stands_between_separators(void **state)
{
    struct arena *arena = *state;
    size_t count;
    const char **words = arena_words(arena, " ,MB, OPS\tPAY-2,", " \t,", &count);

    assert_int_equal(count, 3);
    assert_string_equal(words[0], "MB");
    assert_string_equal(words[1], "OPS");
    assert_string_equal(words[2], "PAY-2");
    arena_words(arena, " , ", " \t,", &count);
    assert_int_equal(count, 0);
    arena_words(arena, "", " ", &count);
    assert_int_equal(count, 0);
}

static void freeing_nothing_is_fine(void **state)
{
    struct arena *none = NULL;

    (void)state;
    arena_free(&none);
    arena_free(NULL);
    assert_null(none);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(blocks_are_zeroed_aligned_and_apart),
        WITH_ARENA(a_block_stays_where_it_is_while_the_arena_grows),
        WITH_ARENA(large_blocks_leave_room_for_small_ones),
        WITH_ARENA(a_large_block_may_come_first),
        WITH_ARENA(texts_are_copied_and_terminated),
        WITH_ARENA(room_for_a_text_ends_in_nul),
        WITH_ARENA(formatted_text_is_as_long_as_it_needs),
        WITH_ARENA(empty_blocks_are_distinct),
        WITH_ARENA(an_arena_knows_what_it_handed_out),
        WITH_ARENA(an_arena_takes_over_another_one),
        WITH_ARENA(words_are_what_stands_between_separators),
        cmocka_unit_test(freeing_nothing_is_fine),
    };

    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
