#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "../../../src/git/pack_cache.h"
#include "../../../src/git/pack_file.h"
#include "../../support/chance.h"

#define OFFSETS 400

static struct pack_file packs[2];

static struct pack_block *block_at(size_t pack, size_t offset, size_t size)
{
    struct pack_block *block = pack_block_new(size);
    block->pack = &packs[pack];
    block->offset = offset;
    memset(block->bytes, (int)(offset & 0xff), size);
    return block;
}

/* Adds it, without holding it any longer. */
static void add(struct pack_cache *cache, size_t pack, size_t offset, size_t size)
{
    struct pack_block *block = block_at(pack, offset, size);
    pack_cache_add(cache, block);
    pack_block_release(block);
}

static bool has(struct pack_cache *cache, size_t pack, size_t offset)
{
    struct pack_block *block = pack_cache_find(cache, &packs[pack], offset);
    if (block) {
        assert_ptr_equal(block->pack, &packs[pack]);
        assert_int_equal(block->offset, offset);
        assert_int_equal(block->bytes[0], offset & 0xff);
    }
    pack_block_release(block);
    return block != NULL;
}

static void what_was_added_is_found_where_it_stands_only(void **state)
{
    (void)state;
    struct pack_cache *cache = pack_cache_new(1 << 20);
    add(cache, 0, 12, 100);
    assert_true(has(cache, 0, 12));
    assert_false(has(cache, 1, 12));
    assert_false(has(cache, 0, 13));
    add(cache, 1, 12, 50);
    assert_true(has(cache, 1, 12));
    pack_cache_free(&cache);
}

static void the_oldest_goes_first_unless_it_was_asked_for(void **state)
{
    (void)state;
    struct pack_cache *cache = pack_cache_new(10 * (sizeof(struct pack_block) + 100));
    for (size_t i = 0; i < 10; i++)
        add(cache, 0, i, 100);
    assert_true(has(cache, 0, 0));
    add(cache, 0, 10, 100);
    assert_true(has(cache, 0, 0));
    assert_false(has(cache, 0, 1));
    for (size_t i = 2; i <= 10; i++)
        assert_true(has(cache, 0, i));
    pack_cache_free(&cache);
}

static void what_is_held_outlives_the_cache(void **state)
{
    (void)state;
    struct pack_cache *cache = pack_cache_new(8 * (sizeof(struct pack_block) + 100));
    struct pack_block *held = block_at(0, 7, 100);
    pack_cache_add(cache, held);
    for (size_t i = 100; i < 140; i++)
        add(cache, 0, i, 100);
    assert_false(has(cache, 0, 7));
    pack_cache_free(&cache);
    assert_int_equal(held->bytes[99], 7);
    pack_block_release(held);
}

static void one_too_large_a_part_is_not_kept(void **state)
{
    (void)state;
    struct pack_cache *cache = pack_cache_new(8000);
    add(cache, 0, 1, 7000);
    assert_false(has(cache, 0, 1));
    add(cache, 0, 2, 500);
    assert_true(has(cache, 0, 2));
    pack_cache_free(&cache);
}

/* As many as there may be, over one another in the table, coming and going. */
static void many_come_and_go_and_each_is_itself(void **state)
{
    (void)state;
    struct random random = random_seeded(11);
    struct pack_cache *cache = pack_cache_new(60 * (sizeof(struct pack_block) + 40));
    size_t found = 0;
    for (int step = 0; step < 200000; step++) {
        size_t pack = chance(&random, 2), offset = chance(&random, OFFSETS) << 20;
        if (has(cache, pack, offset))
            found++;
        else
            add(cache, pack, offset, 1 + chance(&random, 60));
    }
    assert_in_range(found, 200000 / 20, 200000 / 5);
    pack_cache_free(&cache);
}

/* Of very small ones fewer than there are bytes for. */
static void the_table_never_fills_up(void **state)
{
    (void)state;
    struct pack_cache *cache = pack_cache_new((size_t)1 << 30);
    for (size_t offset = 0; offset < 100000; offset++)
        add(cache, 0, offset, 1);
    assert_false(has(cache, 0, 0));
    assert_true(has(cache, 0, 99999));
    assert_true(has(cache, 0, 99999 - 40000));
    pack_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_where_it_stands_only),
        cmocka_unit_test(the_oldest_goes_first_unless_it_was_asked_for),
        cmocka_unit_test(what_is_held_outlives_the_cache),
        cmocka_unit_test(one_too_large_a_part_is_not_kept),
        cmocka_unit_test(many_come_and_go_and_each_is_itself),
        cmocka_unit_test(the_table_never_fills_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
