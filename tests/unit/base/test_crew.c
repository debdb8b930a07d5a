#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/crew.h>
#include <pilab/base/memory.h>

struct tally {
    const char **texts; /* one for each item */
    atomic_int *times;  /* that it was done */
};

static void write_down(void *context, struct arena *arena, size_t index)
{
    struct tally *tally = context;

    tally->texts[index] = arena_printf(arena, "item %zu", index);
    atomic_fetch_add(&tally->times[index], 1);
}

static void check(size_t count, size_t chunk, unsigned threads)
{
    struct arena *arena = arena_new();
    struct tally tally = { memory_array(count, sizeof *tally.texts),
                           memory_array(count, sizeof *tally.times) };
    struct crew_work work = {
        .count = count, .chunk = chunk, .threads = threads, .item = write_down, .context = &tally
    };
    size_t bytes = 0;
    char text[40];

    crew_run(&work, arena);
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "item %zu", i);
        assert_string_equal(tally.texts[i], text);
        assert_int_equal(atomic_load(&tally.times[i]), 1);
        bytes += strlen(text) + 1;
    }
    assert_int_equal(arena_used(arena), bytes);
    free(tally.texts);
    free(tally.times);
    arena_free(&arena);
}

static void each_item_is_done_once_by_any_number_of_threads(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= CREW_LIMIT + 3; threads++) {
        check(10000, 7, threads);
        check(64, 64, threads);
        check(129, 64, threads);
    }
}

static void little_work_and_none_is_done_too(void **state)
{
    (void)state;
    check(0, 1, 4);
    check(0, 64, 0);
    check(1, 64, 4);
    check(3, 1, 4);
}

static void one_thread_is_a_crew(void **state)
{
    (void)state;
    check(100, 1, 1);
    check(100, 1000, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_item_is_done_once_by_any_number_of_threads),
        cmocka_unit_test(little_work_and_none_is_done_too),
        cmocka_unit_test(one_thread_is_a_crew),
    };

    return cmocka_run_group_tests_name("base/crew", tests, NULL, NULL);
}
