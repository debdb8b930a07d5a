#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>

#include <cmocka.h>

#include <pilab/drift/code_reading.h>

#include "../../support/commit_fixture.h"

static void start(struct commit_reading *reading, struct commit_fixture *fixture)
{
    const struct commit *commits;
    size_t count;

    commits = commit_fixture_list(fixture, &count);
    commit_reading_start(reading, fixture->arena, commits, count, false, NULL, 0);
}

/* Which merge brought the commit made under `number`; 0: none. */
static unsigned merge_of(const struct commit_fixture *fixture, const struct commit_reading *reading,
                         unsigned number)
{
    size_t merge = reading->merged_by[commit_fixture_place(fixture, number)];

    return merge == NO_COMMIT ? 0 : fixture->first + (unsigned)(fixture->commits.count - 1 - merge);
}

/*   1---2---5---8   main
 *    \     /   /
 *     3---4   /      a topic
 *      \     /
 *       6---7        another, begun on the first */
static void each_commit_knows_the_merge_that_brought_it(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;

    (void)state;
    commit_fixture_start(&fixture, 1);
    commit_fixture_on(&fixture, "one", 0);
    commit_fixture_on(&fixture, "two", 1);
    commit_fixture_on(&fixture, "three", 1);
    commit_fixture_on(&fixture, "four", 3);
    commit_fixture_merge(&fixture, "Merge branch 'topic'", 2, 4);
    commit_fixture_on(&fixture, "six", 3);
    commit_fixture_on(&fixture, "seven", 6);
    commit_fixture_merge(&fixture, "Merge branch 'other'", 5, 7);
    start(&reading, &fixture);
    assert_int_equal(merge_of(&fixture, &reading, 1), 0);
    assert_int_equal(merge_of(&fixture, &reading, 2), 0);
    assert_int_equal(merge_of(&fixture, &reading, 3), 5);
    assert_int_equal(merge_of(&fixture, &reading, 4), 5);
    assert_int_equal(merge_of(&fixture, &reading, 6), 8);
    assert_int_equal(merge_of(&fixture, &reading, 7), 8);
    assert_true(commit_came_by(&reading, commit_fixture_place(&fixture, 7),
                               commit_fixture_place(&fixture, 8)));
    assert_false(commit_came_by(&reading, commit_fixture_place(&fixture, 7),
                                commit_fixture_place(&fixture, 5)));
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

/*   1-------4-------7   main
 *    \     / \     /
 *     2---3   5---6      5 merges main into the topic: it brings nothing
 *      \_________/ */
static void what_the_main_line_had_is_not_brought_by_a_merge_into_a_topic(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;

    (void)state;
    commit_fixture_start(&fixture, 1);
    commit_fixture_on(&fixture, "one", 0);
    commit_fixture_on(&fixture, "two", 1);
    commit_fixture_on(&fixture, "three", 2);
    commit_fixture_merge(&fixture, "Merge branch 'a'", 1, 3);
    commit_fixture_merge(&fixture, "Merge branch 'main' into topic", 3, 4);
    commit_fixture_on(&fixture, "six", 5);
    commit_fixture_merge(&fixture, "Merge branch 'topic'", 4, 6);
    start(&reading, &fixture);
    assert_int_equal(merge_of(&fixture, &reading, 2), 4);
    assert_int_equal(merge_of(&fixture, &reading, 3), 4);
    assert_int_equal(merge_of(&fixture, &reading, 4), 0);
    assert_int_equal(merge_of(&fixture, &reading, 5), 7);
    assert_int_equal(merge_of(&fixture, &reading, 6), 7);
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

/* A topic that a topic was merged into: the inner merge is nearer. */
static void the_innermost_merge_counts(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;

    (void)state;
    commit_fixture_start(&fixture, 1);
    commit_fixture_on(&fixture, "one", 0);
    commit_fixture_on(&fixture, "two", 1);
    commit_fixture_on(&fixture, "three", 2);
    commit_fixture_merge(&fixture, "Merge branch 'inner' into outer", 2, 3);
    commit_fixture_merge(&fixture, "Merge branch 'outer'", 1, 4);
    start(&reading, &fixture);
    assert_int_equal(merge_of(&fixture, &reading, 2), 5);
    assert_int_equal(merge_of(&fixture, &reading, 3), 4);
    assert_int_equal(merge_of(&fixture, &reading, 4), 5);
    assert_true(commit_came_by(&reading, commit_fixture_place(&fixture, 3),
                               commit_fixture_place(&fixture, 5)));
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

static void a_history_of_nothing_but_nested_merges_is_no_trouble(void **state)
{
    enum { DEPTH = 20000 };
    struct commit_fixture fixture;
    struct commit_reading reading;
    unsigned i, above;

    (void)state;
    commit_fixture_start(&fixture, 1);
    above = commit_fixture_on(&fixture, "the innermost", 0);
    for (i = 0; i < DEPTH; i++)
        above = commit_fixture_merge(&fixture, "Merge branch 'x'", 999999, above);
    start(&reading, &fixture);
    assert_int_equal(merge_of(&fixture, &reading, 1), 2);
    assert_int_equal(merge_of(&fixture, &reading, DEPTH), DEPTH + 1);
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

static void commits_are_found_by_what_messages_say(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;
    char hex[FIXTURE_ID_SIZE];
    struct object_id unknown = fixture_object(77);

    (void)state;
    commit_fixture_start(&fixture, 1);
    commit_fixture_add(&fixture, "one");
    commit_fixture_add(&fixture, "two\n\n(cherry picked from commit "
                                 "0123456789012345678901234567890123456789)");
    start(&reading, &fixture);
    fixture_id(1, hex);
    assert_int_equal(commit_number_of_hex(&reading, hex), 1);
    hex[9] = '\0';
    assert_int_equal(commit_number_of_hex(&reading, hex), 1);
    hex[6] = '\0';
    assert_int_equal(commit_number_of_hex(&reading, hex), NO_COMMIT);
    assert_int_equal(commit_number(&reading, &unknown), NO_COMMIT);
    assert_int_equal(commit_picked_from(&reading, "0123456789"), 0);
    assert_int_equal(commit_picked_from(&reading, "1123456789"), NO_COMMIT);
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

static void a_list_of_first_parents_has_no_merges(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;
    const struct commit *commits;
    size_t count;

    (void)state;
    commit_fixture_start(&fixture, 1);
    commit_fixture_merge(&fixture, "Merge pull request #1 from a/b\n\nTitle", 98, 99);
    commits = commit_fixture_list(&fixture, &count);
    commit_reading_start(&reading, fixture.arena, commits, count, true, NULL, 0);
    assert_false(reading.merges[0]);
    assert_string_equal(reading.subjects[0].title, "Title");
    commit_reading_end(&reading);
    commit_reading_start(&reading, fixture.arena, commits, count, false, NULL, 0);
    assert_true(reading.merges[0]);
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

/* By several threads, or by one where there are no more processors. */
static void a_long_list_is_read_as_each_commit_is_alone(void **state)
{
    struct commit_fixture fixture;
    struct commit_reading reading;
    char message[200];

    (void)state;
    commit_fixture_start(&fixture, 1);
    for (unsigned i = 0; i < 5 * COMMITS_AT_ONCE + 3; i++) {
        snprintf(message, sizeof message, "feat(part%u): MB-%u do it (#%u)\n\nFixes #%u and #%u",
                 i % 7, i / 3 + 1, i + 1, 2 * i + 1, 10 * i + 3);
        commit_fixture_add(&fixture, message);
    }
    start(&reading, &fixture);
    for (size_t i = 0; i < reading.count; i++) {
        const struct commit_message *read = reading.commits[i].message;
        struct subject subject;
        struct ticket_set tickets;

        subject_read(fixture.arena, read, false, NULL, &subject);
        tickets_find(fixture.arena, read, &subject, NULL, &tickets);
        assert_string_equal(reading.subjects[i].title, "do it");
        assert_string_equal(reading.subjects[i].request, subject.request);
        assert_string_equal(reading.subjects[i].scope, subject.scope);
        assert_string_equal(reading.subjects[i].same, subject.same);
        assert_true(tickets.count >= 3);
        assert_int_equal(reading.tickets[i].count, tickets.count);
        assert_string_equal(reading.tickets[i].key, tickets.key);
        assert_string_equal(reading.tickets[i].closes, tickets.closes);
        for (size_t k = 0; k < tickets.count; k++)
            assert_string_equal(reading.tickets[i].tickets[k].id, tickets.tickets[k].id);
    }
    commit_reading_end(&reading);
    commit_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_commit_knows_the_merge_that_brought_it),
        cmocka_unit_test(what_the_main_line_had_is_not_brought_by_a_merge_into_a_topic),
        cmocka_unit_test(the_innermost_merge_counts),
        cmocka_unit_test(a_history_of_nothing_but_nested_merges_is_no_trouble),
        cmocka_unit_test(commits_are_found_by_what_messages_say),
        cmocka_unit_test(a_list_of_first_parents_has_no_merges),
        cmocka_unit_test(a_long_list_is_read_as_each_commit_is_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
