#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <git2.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/strbuf.h>

#include "../../../src/git/edit.h"
#include "../../support/chance.h"
#include "../../support/fixture_repository.h"

struct counts {
    uint64_t insertions, deletions;
};

static int add_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
    struct counts *counts = payload;
    (void)delta;
    counts->insertions += (uint64_t)hunk->new_lines;
    counts->deletions += (uint64_t)hunk->old_lines;
    return 0;
}

static struct counts by_xdiff(const char *old, const char *new)
{
    git_diff_options options;
    struct counts counts = { 0, 0 };
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    assert_int_equal(git_diff_buffers(old, strlen(old), NULL, new, strlen(new), NULL, &options,
                                      NULL, NULL, add_hunk, NULL, &counts),
                     0);
    return counts;
}

/* What two texts begin and end with, in whole lines. */
static void leave_out_common(struct edit_text *a, struct edit_text *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size, same = 0;
    for (size_t i = 0; i < shorter && a->data[i] == b->data[i]; i++)
        if (a->data[i] == '\n')
            same = i + 1;
    if (a->size == b->size && memcmp(a->data, b->data, a->size) == 0)
        same = a->size;
    a->begin = b->begin = same;
    size_t tail = 0;
    for (size_t i = 1; i <= shorter - same; i++) {
        if (a->data[a->size - i] != b->data[b->size - i])
            break;
        bool starts = (a->size - i == same || a->data[a->size - i - 1] == '\n') &&
                      (b->size - i == same || b->data[b->size - i - 1] == '\n');
        tail = starts ? i : tail;
    }
    a->end = a->size - tail;
    b->end = b->size - tail;
}

static bool count(const char *old, const char *new, struct counts *counts)
{
    struct edit_text a = { .data = old, .size = strlen(old) };
    struct edit_text b = { .data = new, .size = strlen(new) };
    leave_out_common(&a, &b);
    return edit_count(&a, &b, &counts->insertions, &counts->deletions);
}

static void assert_counts(const char *old, const char *new, uint64_t insertions, uint64_t deletions)
{
    struct counts counts;
    assert_true(count(old, new, &counts));
    assert_int_equal(counts.insertions, insertions);
    assert_int_equal(counts.deletions, deletions);
}

static void lines_of_both_are_counted_once(void **state)
{
    (void)state;
    assert_counts("a\nb\nc\n", "a\nx\nc\n", 1, 1);
    assert_counts("a\nb\nc\nd\n", "x\nb\ny\nz\nd\n", 3, 2);
    assert_counts("", "a\nb", 2, 0);
    assert_counts("a\nb", "", 0, 2);
    assert_counts("a", "a\n", 1, 1);
    assert_counts("same\n", "same\n", 0, 0);
    assert_counts("one\ntwo\n", "two\none\n", 1, 1);
}

/* A line that stands everywhere, and is alone between new ones, is new for xdiff as well. */
static void frequent_lines_among_new_ones_are_not_matched(void **state)
{
    (void)state;
    struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;
    struct counts ours, theirs;
    for (int i = 0; i < 200; i++)
        strbuf_add(&old, "}\n");
    strbuf_add(&old, "old 1\nold 2\nold 3\nold 4\nold 5\n}\nold 6\nold 7\nold 8\nold 9\nend\n");
    for (int i = 0; i < 200; i++)
        strbuf_add(&new, "}\n");
    strbuf_add(&new, "new 1\nnew 2\nnew 3\nnew 4\nnew 5\n}\nnew 6\nnew 7\nnew 8\nnew 9\nend\n");
    theirs = by_xdiff(old.data, new.data);
    assert_true(count(old.data, new.data, &ours));
    assert_int_equal(theirs.insertions, 10); /* with the brace */
    assert_int_equal(ours.insertions, theirs.insertions);
    assert_int_equal(ours.deletions, theirs.deletions);
    strbuf_release(&old);
    strbuf_release(&new);
}

/* Changes a text by chance; words from few to many, so that lines are frequent or rare. */
static void write_text(struct random *random, struct strbuf *out, size_t lines, uint64_t words)
{
    for (size_t i = 0; i < lines; i++)
        strbuf_printf(out, "line %u\n", (unsigned)chance(random, words));
}

static void write_changed(struct random *random, const char *text, struct strbuf *out,
                          uint64_t every, uint64_t words)
{
    while (*text) {
        size_t length = strcspn(text, "\n") + 1;
        uint64_t what = chance(random, every);
        if (what > 0)
            strbuf_add_bytes(out, text, length);
        if (what <= 1)
            write_text(random, out, (size_t)chance(random, 12), words * 2);
        text += length;
    }
    if (chance(random, 4) == 0)
        strbuf_add(out, "no newline");
}

static void the_numbers_are_those_of_xdiff_wherever_they_are_known(void **state)
{
    (void)state;
    struct random random = random_seeded(20261121);
    size_t known = 0, all = 3000;
    for (size_t i = 0; i < all; i++) {
        struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;
        struct counts ours, theirs;
        uint64_t words = 1 + chance(&random, i % 3 == 0 ? 12 : 400);
        write_text(&random, &old, (size_t)chance(&random, 300), words);
        write_changed(&random, old.data, &new, 2 + chance(&random, 60), words);
        if (count(old.data, new.data, &ours)) {
            known++;
            theirs = by_xdiff(old.data, new.data);
            assert_int_equal(ours.insertions, theirs.insertions);
            assert_int_equal(ours.deletions, theirs.deletions);
        }
        strbuf_release(&old);
        strbuf_release(&new);
    }
    assert_true(known > all * 9 / 10);
}

static void what_xdiff_would_guess_is_left_to_it(void **state)
{
    (void)state;
    struct strbuf old = STRBUF_INIT, new = STRBUF_INIT;
    struct counts counts;
    for (int i = 0; i < 2000; i++) {
        strbuf_printf(&old, "line %d\n", i);
        strbuf_printf(&new, "line %d\n", (i * 7) % 2000);
    }
    assert_false(count(old.data, new.data, &counts));
    strbuf_release(&old);
    strbuf_release(&new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_both_are_counted_once),
        cmocka_unit_test(frequent_lines_among_new_ones_are_not_matched),
        cmocka_unit_test(the_numbers_are_those_of_xdiff_wherever_they_are_known),
        cmocka_unit_test(what_xdiff_would_guess_is_left_to_it),
    };
    return cmocka_run_group_tests_name("git/edit", tests, fixture_library_start,
                                       fixture_library_stop);
}
