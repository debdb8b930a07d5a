#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>

static int set_up(void **state)
{
    *state = map_new();
    return 0;
}

static int tear_down(void **state)
{
    struct map *map = *state;

    map_free(&map);
    assert_null(map);
    return 0;
}

static void what_was_put_is_found(void **state)
{
    struct map *map = *state;
    int one = 1, two = 2;

    assert_null(map_put(map, "DEV", &one));
    assert_null(map_put(map, "UAT", &two));
    assert_ptr_equal(map_get(map, "DEV"), &one);
    assert_ptr_equal(map_get(map, "UAT"), &two);
    assert_null(map_get(map, "PROD"));
    assert_true(map_has(map, "DEV"));
    assert_false(map_has(map, "dev"));
    assert_int_equal(map_count(map), 2);
}

static void putting_again_replaces_and_keeps_the_place(void **state)
{
    struct map *map = *state;
    int one = 1, two = 2, three = 3;

    map_put(map, "a", &one);
    map_put(map, "b", &two);
    assert_ptr_equal(map_put(map, "a", &three), &one);
    assert_int_equal(map_count(map), 2);
    assert_string_equal(map_key_at(map, 0), "a");
    assert_ptr_equal(map_value_at(map, 0), &three);
}

static void what_is_kept_is_what_came_first(void **state)
{
    struct map *map = *state;
    int one = 1, two = 2;

    assert_ptr_equal(map_keep_bytes(map, "a", 1, &one), &one);
    assert_ptr_equal(map_keep_bytes(map, "a", 1, &two), &one);
    assert_ptr_equal(map_get(map, "a"), &one);
    assert_null(map_keep_bytes(map, "b", 1, NULL));
    assert_null(map_keep_bytes(map, "b", 1, &two));
    assert_int_equal(map_count(map), 2);
}

static void long_keys_and_short_ones_stay_apart(void **state)
{
    struct map *map = *state;
    char key[300];

    for (size_t i = 0; i < 299; i += 13) {
        memset(key, 'x', i);
        key[i] = '\0';
        assert_null(map_put(map, key, map));
        assert_ptr_equal(map_get(map, key), map);
        assert_string_equal(map_key_at(map, i / 13), key);
    }
    for (size_t i = 0; i < 299; i++) {
        memset(key, 'x', i);
        key[i] = '\0';
        assert_int_equal(map_has(map, key), i % 13 == 0);
    }
    for (size_t i = 0; i < map_count(map); i++) {
        assert_int_equal(map_key_length_at(map, i), 13 * i);
        assert_int_equal(strlen(map_key_at(map, i)), 13 * i);
    }
}

static void a_key_without_a_value_is_there(void **state)
{
    struct map *map = *state;

    map_put(map, "seen", NULL);
    assert_null(map_get(map, "seen"));
    assert_true(map_has(map, "seen"));
    assert_false(map_has(map, "unseen"));
}

static void walking_gives_the_order_of_insertion(void **state)
{
    struct map *map = *state;
    static int values[5000];
    char key[32];

    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "key-%d", i * 7919 % 5000);
        assert_null(map_put(map, key, &values[i]));
    }
    assert_int_equal(map_count(map), 5000);
    for (size_t i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "key-%zu", i * 7919 % 5000);
        assert_string_equal(map_key_at(map, i), key);
        assert_int_equal(map_key_length_at(map, i), strlen(key));
        assert_ptr_equal(map_value_at(map, i), &values[i]);
        assert_ptr_equal(map_get(map, key), &values[i]);
    }
}

/* The eighth and the ninth entry are where an index comes in. */
static void what_was_found_among_few_is_found_among_many(void **state)
{
    struct map *map = *state;
    static int values[40];
    char key[32];

    for (size_t i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "%zu%s", i, i % 3 == 0 ? "" : "-long");
        assert_false(map_has(map, key));
        assert_null(map_put(map, key, NULL));
        assert_null(map_put(map, key, &values[i]));
        assert_ptr_equal(map_put(map, key, &values[i]), &values[i]);
        assert_int_equal(map_count(map), i + 1);
        for (size_t k = 0; k <= i; k++) {
            snprintf(key, sizeof key, "%zu%s", k, k % 3 == 0 ? "" : "-long");
            assert_ptr_equal(map_get(map, key), &values[k]);
        }
        assert_false(map_has(map, ""));
        assert_false(map_has(map, "40"));
    }
}

static void keys_are_bytes_and_copied(void **state)
{
    struct map *map = *state;
    char key[3] = { 'a', '\0', 'b' };
    int one = 1, two = 2, three = 3;

    map_put_bytes(map, key, 3, &one);
    map_put_bytes(map, key, 2, &two);
    map_put_bytes(map, NULL, 0, &three);
    key[0] = 'X';
    assert_ptr_equal(map_get_bytes(map, "a\0b", 3), &one);
    assert_ptr_equal(map_get_bytes(map, "a\0", 2), &two);
    assert_false(map_has(map, "a"));
    assert_ptr_equal(map_get(map, ""), &three);
    assert_true(map_has_bytes(map, NULL, 0));
    assert_int_equal(map_key_length_at(map, 0), 3);
    assert_memory_equal(map_key_at(map, 0), "a\0b", 4);
}

static void an_empty_or_missing_map_has_nothing(void **state)
{
    struct map *none = NULL;

    assert_null(map_get(*state, "a"));
    assert_false(map_has(*state, "a"));
    assert_int_equal(map_count(*state), 0);
    assert_null(map_get(none, "a"));
    assert_int_equal(map_count(none), 0);
    map_free(&none);
    map_free(NULL);
}

#define WITH_MAP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MAP(what_was_put_is_found),
        WITH_MAP(putting_again_replaces_and_keeps_the_place),
        WITH_MAP(what_is_kept_is_what_came_first),
        WITH_MAP(long_keys_and_short_ones_stay_apart),
        WITH_MAP(a_key_without_a_value_is_there),
        WITH_MAP(walking_gives_the_order_of_insertion),
        WITH_MAP(what_was_found_among_few_is_found_among_many),
        WITH_MAP(keys_are_bytes_and_copied),
        WITH_MAP(an_empty_or_missing_map_has_nothing),
    };

    return cmocka_run_group_tests_name("base/map", tests, NULL, NULL);
}
