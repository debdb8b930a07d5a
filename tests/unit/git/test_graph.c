#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/git/graph.h>

#include "../../support/fixture_repository.h"

/* main: 1 - 2 - M - 4, with 3 merged by M; release: 2 - 5. */
struct shape {
    struct fixture_repository *fixture;
    struct object_id first, second, side, merge, last, release;
    struct repository *repository;
};

static int setup(void **state)
{
    static struct shape shape;
    struct builder *build;

    shape.fixture = fixture_new();
    build = fixture_builder(shape.fixture);
    shape.first = fixture_commit(shape.fixture, "a", "1", "First");
    shape.second = fixture_commit(shape.fixture, "a", "2", "Second");
    builder_branch(build, "side");
    shape.side = fixture_commit(shape.fixture, "b", "1", "Side");
    builder_switch(build, "main");
    shape.merge = builder_merge(build, "side", "Merge branch 'side'");
    shape.last = fixture_commit(shape.fixture, "a", "3", "Last");
    builder_reference(build, "refs/heads/release", &shape.second);
    builder_switch(build, "release");
    shape.release = fixture_commit(shape.fixture, "c", "1", "Release");
    shape.repository = fixture_open(shape.fixture);
    *state = &shape;
    return 0;
}

static int teardown(void **state)
{
    struct shape *shape = *state;

    fixture_free(&shape->fixture);
    return 0;
}

static void count_commit(void *context, const struct commit *commit)
{
    size_t *seen = context;

    assert_non_null(commit->message->subject);
    (*seen)++;
}

static size_t extend(struct commit_graph *graph, const struct shape *shape,
                     const struct object_id *tips, size_t count)
{
    size_t seen = 0, missing = 99;
    struct error error;

    assert_true(commit_graph_extend(graph, shape->repository, tips, count, count_commit, &seen,
                                    &missing, NULL, &error));
    assert_int_equal(missing, 0);
    return seen;
}

static void assert_parents_first(const struct commit_graph *graph)
{
    for (size_t i = 0; i < commit_graph_count(graph); i++) {
        for (size_t k = 0; k < commit_graph_parent_count(graph, i); k++)
            assert_true(commit_graph_parent(graph, i, k) < i);
        assert_int_equal(commit_graph_find(graph, commit_graph_id(graph, i)), i);
    }
}

static void what_came_since_is_added_at_the_end(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();

    assert_int_equal(extend(graph, shape, &shape->second, 1), 2);
    assert_int_equal(commit_graph_find(graph, &shape->first), 0);
    assert_int_equal(commit_graph_find(graph, &shape->second), 1);
    assert_int_equal(commit_graph_find(graph, &shape->last), GRAPH_NONE);
    assert_int_equal(extend(graph, shape, &shape->last, 1), 3);
    assert_int_equal(extend(graph, shape, &shape->last, 1), 0);
    assert_int_equal(commit_graph_count(graph), 5);
    assert_parents_first(graph);
    assert_int_equal(commit_graph_find(graph, &shape->second), 1);
    commit_graph_free(&graph);
}

static void stamps_say_which_tips_hold_what(void **state)
{
    const struct shape *shape = *state;
    struct object_id tips[] = { shape->last, shape->release };
    struct commit_graph *graph = commit_graph_new();
    size_t numbers[3] = { 0, 0, GRAPH_NONE };
    uint64_t *stamps;
    uint32_t *first;

    extend(graph, shape, tips, 2);
    numbers[0] = commit_graph_find(graph, &shape->last);
    numbers[1] = commit_graph_find(graph, &shape->release);
    stamps = commit_graph_stamp(graph, numbers, 3);
    first = commit_graph_first(graph, numbers, 3);
#define HOLDS(tip, commit)                                                                         \
    commit_graph_stamped(stamps, 3, commit_graph_find(graph, &shape->commit), tip)
    assert_true(HOLDS(0, last));
    assert_true(HOLDS(0, side));
    assert_true(HOLDS(0, first));
    assert_false(HOLDS(0, release));
    assert_true(HOLDS(1, second));
    assert_false(HOLDS(1, side));
    assert_false(HOLDS(1, merge));
    assert_false(HOLDS(2, first));
    assert_int_equal(first[commit_graph_find(graph, &shape->first)], 0);
    assert_int_equal(first[commit_graph_find(graph, &shape->release)], 1);
    free(stamps);
    free(first);
    commit_graph_free(&graph);
}

/* Given from the newest to the oldest, they come out in the order of history; what history leaves
 * open stays as it was given, twins too. */
static void tips_are_ordered_by_their_history(void **state)
{
    const struct shape *shape = *state;
    const struct object_id *ids[] = { &shape->last,  &shape->release, &shape->merge, &shape->side,
                                      &shape->first, &shape->first,   &shape->second };
    static const size_t expected[] = { 4, 5, 6, 3, 2, 0, 7, 1 };
    struct object_id tips[] = { shape->last, shape->release };
    struct commit_graph *graph = commit_graph_new();
    size_t numbers[8], order[8];

    extend(graph, shape, tips, 2);
    for (size_t i = 0; i < 7; i++)
        numbers[i] = commit_graph_find(graph, ids[i]);
    numbers[7] = numbers[1];
    numbers[1] = GRAPH_NONE;
    commit_graph_order(graph, numbers, 2, order);
    assert_int_equal(order[0], 0);
    assert_int_equal(order[1], 1);
    numbers[1] = numbers[7];
    numbers[7] = GRAPH_NONE;
    commit_graph_order(graph, numbers, 8, order);
    assert_int_equal(order[6], 1);
    assert_int_equal(order[7], 7);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(order[i], expected[i]);
    commit_graph_free(&graph);
}

static void more_tips_than_a_word_has_bits_are_told_apart(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();
    size_t tips[130];
    uint64_t *stamps;

    extend(graph, shape, &shape->last, 1);
    for (size_t i = 0; i < 130; i++)
        tips[i] = GRAPH_NONE;
    tips[129] = commit_graph_find(graph, &shape->second);
    stamps = commit_graph_stamp(graph, tips, 130);
    assert_true(commit_graph_stamped(stamps, 130, commit_graph_find(graph, &shape->first), 129));
    assert_false(commit_graph_stamped(stamps, 130, commit_graph_find(graph, &shape->first), 128));
    assert_false(commit_graph_stamped(stamps, 130, commit_graph_find(graph, &shape->last), 129));
    free(stamps);
    commit_graph_free(&graph);
}

static void it_is_kept_in_parts(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new(), *again = commit_graph_new();
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    size_t from;

    extend(graph, shape, &shape->second, 1);
    from = commit_graph_count(graph);
    commit_graph_write(graph, 0, &first);
    extend(graph, shape, &shape->last, 1);
    commit_graph_write(graph, from, &second);
    assert_false(commit_graph_read(again, second.data, second.length));
    assert_true(commit_graph_read(again, first.data, first.length));
    assert_true(commit_graph_read(again, second.data, second.length));
    assert_int_equal(commit_graph_count(again), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_true(object_id_equal(commit_graph_id(graph, i), commit_graph_id(again, i)));
        assert_int_equal(commit_graph_time(graph, i), commit_graph_time(again, i));
        assert_int_equal(commit_graph_parent_count(graph, i), commit_graph_parent_count(again, i));
    }
    assert_parents_first(again);
    strbuf_release(&first);
    strbuf_release(&second);
    commit_graph_free(&graph);
    commit_graph_free(&again);
}

/* Every byte changed, every end cut: it is refused or it is a graph, never anything else. */
static void bytes_that_are_no_graph_are_refused(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();
    struct strbuf bytes = STRBUF_INIT;

    extend(graph, shape, &shape->last, 1);
    commit_graph_write(graph, 0, &bytes);
    for (size_t i = 0; i < bytes.length; i++) {
        struct commit_graph *damaged = commit_graph_new();

        assert_false(commit_graph_read(damaged, bytes.data, i));
        assert_int_equal(commit_graph_count(damaged), 0);
        bytes.data[i] = (char)~bytes.data[i];
        if (commit_graph_read(damaged, bytes.data, bytes.length)) {
            for (size_t k = 0; k < commit_graph_count(damaged); k++) {
                for (size_t p = 0; p < commit_graph_parent_count(damaged, k); p++)
                    assert_true(commit_graph_parent(damaged, k, p) < k);
            }
        }
        bytes.data[i] = (char)~bytes.data[i];
        commit_graph_free(&damaged);
    }
    strbuf_release(&bytes);
    commit_graph_free(&graph);
}

static void a_prefix_leads_to_all_that_begin_so(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();
    char hex[OBJECT_ID_HEX_SIZE];
    size_t numbers[2];

    extend(graph, shape, &shape->last, 1);
    object_id_hex(&shape->side, hex);
    for (size_t length = 40; length >= 7; length--) {
        hex[length] = '\0';
        assert_int_equal(commit_graph_find_prefix(graph, hex, numbers, 2), 1);
        assert_int_equal(numbers[0], commit_graph_find(graph, &shape->side));
    }
    assert_int_equal(commit_graph_find_prefix(graph, "", numbers, 2), 0);
    assert_int_equal(commit_graph_find_prefix(graph, "nothex7", numbers, 2), 0);
    commit_graph_free(&graph);
}

static void a_lost_commit_is_counted_and_the_rest_is_there(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();
    size_t missing;
    struct error error;

    fixture_lose_object(shape->fixture, &shape->first);
    assert_true(commit_graph_extend(graph, fixture_open(shape->fixture), &shape->last, 1, NULL,
                                    NULL, &missing, NULL, &error));
    assert_int_equal(missing, 1);
    assert_int_equal(commit_graph_count(graph), 4);
    assert_int_equal(commit_graph_find(graph, &shape->first), GRAPH_NONE);
    assert_int_equal(commit_graph_parent_count(graph, commit_graph_find(graph, &shape->second)), 0);
    commit_graph_free(&graph);
}

static void it_can_be_stopped(void **state)
{
    const struct shape *shape = *state;
    struct commit_graph *graph = commit_graph_new();
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct error error;

    assert_false(commit_graph_extend(graph, shape->repository, &shape->last, 1, NULL, NULL, NULL,
                                     &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_int_equal(commit_graph_count(graph), 0);
    commit_graph_free(&graph);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_came_since_is_added_at_the_end),
        CASE(stamps_say_which_tips_hold_what),
        CASE(tips_are_ordered_by_their_history),
        CASE(more_tips_than_a_word_has_bits_are_told_apart),
        CASE(it_is_kept_in_parts),
        CASE(bytes_that_are_no_graph_are_refused),
        CASE(a_prefix_leads_to_all_that_begin_so),
        CASE(a_lost_commit_is_counted_and_the_rest_is_there),
        CASE(it_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
