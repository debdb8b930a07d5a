#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/vector.h>

struct pair {
    int key, order;
};

static int compare_keys(const void *a, const void *b)
{
    int left = ((const struct pair *)a)->key, right = ((const struct pair *)b)->key;

    return (left > right) - (left < right);
}

static int compare_ints(const void *a, const void *b)
{
    int left = *(const int *)a, right = *(const int *)b;

    return (left > right) - (left < right);
}

static void items_are_kept_in_order(void **state)
{
    struct vector numbers;

    (void)state;
    vector_init(&numbers, sizeof(int));
    for (int i = 0; i < 1000; i++)
        vector_push(&numbers, &i);
    assert_int_equal(numbers.count, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(*(int *)vector_at(&numbers, i), i);
    vector_release(&numbers);
    assert_int_equal(numbers.count, 0);
}

static void a_new_item_is_zeroed_also_where_one_was_before(void **state)
{
    struct vector pairs;
    struct pair *pair;

    (void)state;
    vector_init(&pairs, sizeof *pair);
    pair = vector_add(&pairs);
    pair->key = 7;
    vector_clear(&pairs);
    assert_int_equal(pairs.count, 0);
    pair = vector_add(&pairs);
    assert_int_equal(pair->key, 0);
    vector_release(&pairs);
}

static void an_item_of_its_own_can_be_added(void **state)
{
    struct vector numbers;

    (void)state;
    vector_init(&numbers, sizeof(int));
    for (int i = 0; i < 8; i++)
        vector_push(&numbers, &i);
    assert_int_equal(numbers.count, numbers.capacity); /* the next one moves them all */
    vector_push(&numbers, vector_at(&numbers, 3));
    assert_int_equal(*(int *)vector_at(&numbers, 8), 3);
    vector_release(&numbers);
}

static void removing_closes_the_gap(void **state)
{
    struct vector numbers;

    (void)state;
    vector_init(&numbers, sizeof(int));
    for (int i = 0; i < 4; i++)
        vector_push(&numbers, &i);
    vector_remove(&numbers, 1);
    vector_remove(&numbers, 2);
    assert_int_equal(numbers.count, 2);
    assert_int_equal(*(int *)vector_at(&numbers, 0), 0);
    assert_int_equal(*(int *)vector_at(&numbers, 1), 2);
    vector_release(&numbers);
}

static void sorting_keeps_the_order_of_equals(void **state)
{
    struct vector pairs;

    (void)state;
    vector_init(&pairs, sizeof(struct pair));
    for (int i = 0; i < 1000; i++) {
        struct pair pair = { .key = (i * 7919) % 10, .order = i };
        vector_push(&pairs, &pair);
    }
    vector_sort(&pairs, compare_keys);
    for (size_t i = 1; i < pairs.count; i++) {
        const struct pair *before = vector_at(&pairs, i - 1), *after = vector_at(&pairs, i);
        assert_true(before->key <= after->key);
        if (before->key == after->key)
            assert_true(before->order < after->order);
    }
    vector_release(&pairs);
}

static void arrays_of_every_length_are_sorted(void **state)
{
    (void)state;
    for (size_t count = 0; count < 70; count++) {
        int numbers[70];
        for (size_t i = 0; i < count; i++)
            numbers[i] = (int)((i * 31 + 17) % count);
        sort_stable(numbers, count, sizeof numbers[0], compare_ints);
        for (size_t i = 1; i < count; i++)
            assert_true(numbers[i - 1] <= numbers[i]);
    }
}

static void an_empty_vector_can_be_sorted_and_copied(void **state)
{
    struct arena *arena = arena_new();
    struct vector none;

    (void)state;
    vector_init(&none, sizeof(int));
    vector_sort(&none, compare_ints);
    assert_null(vector_to_arena(&none, arena));
    vector_release(&none);
    arena_free(&arena);
}

static void items_can_go_into_an_arena(void **state)
{
    struct arena *arena = arena_new();
    struct vector numbers;
    int *copy;

    (void)state;
    vector_init(&numbers, sizeof(int));
    for (int i = 0; i < 3; i++)
        vector_push(&numbers, &i);
    copy = vector_to_arena(&numbers, arena);
    vector_release(&numbers);
    assert_int_equal(copy[2], 2);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_kept_in_order),
        cmocka_unit_test(a_new_item_is_zeroed_also_where_one_was_before),
        cmocka_unit_test(an_item_of_its_own_can_be_added),
        cmocka_unit_test(removing_closes_the_gap),
        cmocka_unit_test(sorting_keeps_the_order_of_equals),
        cmocka_unit_test(arrays_of_every_length_are_sorted),
        cmocka_unit_test(an_empty_vector_can_be_sorted_and_copied),
        cmocka_unit_test(items_can_go_into_an_arena),
    };

    return cmocka_run_group_tests_name("base/vector", tests, NULL, NULL);
}
